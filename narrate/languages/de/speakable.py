"""Written German -> spoken German."""

from __future__ import annotations

import re
from typing import Final

from narrate.languages.de.numbers import GermanGrammar
from narrate.languages.numerals import Form
from narrate.languages.roman import roman
from narrate.languages.spoken import SpokenRules

_COUNTED: Final = re.compile(r"\s(?:[a-zäöüß]+(?:e|er|es|en)\s)?[A-ZÄÖÜ]")
"""A noun behind a number, also after an adjective."""
_REACH: Final = 40  # characters before a number that decide its ending
_FEMININE_NOUN: Final = re.compile(r"\s[A-ZÄÖÜ]\w*(?:e|ung|heit|keit|schaft|tät|ion|liga)\b")
"""A noun that is feminine by its form, so that *der* before it is a genitive or dative."""


class _GermanRules(SpokenRules):
    def form_behind(self, match: re.Match[str]) -> Form:
        """Return how a number stands: before a noun, which has a capital, or an adjective before one."""
        return super().form_behind(match) if _COUNTED.match(match.string, match.end()) else ""

    def inflected_ordinal(self, value: int, match: re.Match[str]) -> str:
        """Return an ordinal number with the ending that the words before it ask for.

        After *der*, *die*, *das* alone it ends in -e; after a preposition, *des*, *den*, *dem* and possessives in -n;
        after *ein*, *kein* and without an article in -r.
        """
        said = self.grammar.ordinal(value)
        start = match.start(self.group_of(match))
        before = match.string[max(0, start - _REACH) : start].rstrip().lower()
        words = re.findall(r"[^\W\d_]+", before) or [""]
        if before.endswith((".", ":", "!", "?")):
            return said + "r"
        if words[-1] in self.family.lists["weak_determiners"]:
            return said + "n"
        if words[-1] in self.family.lists["articles"]:
            if words[-1] not in ("der", "jeder"):
                return said
            follows_preposition = len(words) > 1 and words[-2] in self.family.lists["prepositions"]
            is_feminine = words[-1] == "der" and _FEMININE_NOUN.match(match.string, match.end())
            return said + "n" if follows_preposition or is_feminine else said
        return said + ("n" if words[-1] in self.family.lists["prepositions"] else "r")

    def say_ordinal(self, match: re.Match[str], _: bool) -> str:
        """Return the words of 3. before a noun."""
        return self.inflected_ordinal(int(match["n"]), match)

    def say_scaled(self, match: re.Match[str], _: bool) -> str:
        """Return the words of 3,5 Mio.; a noun follows more often than a sentence, and both have a capital."""
        stop = "" if match.string[match.end() :].strip() or not match[0].endswith(".") else "."
        return self._scaled(match["number"], match["scale"]) + stop

    def say_place(self, match: re.Match[str], _: bool) -> str:
        """Return *Zweite* or *Zweiter* for 2. behind *wurde*, by the subject."""
        clause = re.split(r"[.;,]\s", match.string[max(0, match.start() - _REACH) : match.end()])[-1]
        ending = "" if re.search(r"\b[Ss]ie\b", clause) else "r"
        stop = "." if match.string[match.end("it") :].strip() == "" else ""
        return self.grammar.ordinal(int(match["n"])).capitalize() + ending + stop

    def say_two_ordinals(self, match: re.Match[str], _: bool) -> str:
        """Return the words of 19. und 20., and of 24./25."""
        first, second = (self.inflected_ordinal(int(match[name]), match) for name in ("one", "two"))
        joint = "" if match["word"] == "/" else f"{match['word']} "
        return f"{first} {joint}{second}"

    def say_date(self, match: re.Match[str], british: bool) -> str | None:
        """Return the words of 02.06.2025: both numbers are ordinal."""
        if match["sign"] == "/" if "sign" in match.re.groupindex else False:
            return super().say_date(match, british)
        day, month, year = int(match["day"]), int(match["month"]), match["year"]
        if not (1 <= month <= 12 and 1 <= day <= 31):
            return None
        name = self.family.lists["months"][month - 1]
        full = int(year) if len(year) == 4 else 2000 + int(year) if int(year) < 50 else 1900 + int(year)
        months = self.grammar.ordinal(month) + "n" if "sign" in match.re.groupindex else name
        return f"{self.inflected_ordinal(day, match)} {months} {self.grammar.year(full)}"

    def say_day_month(self, match: re.Match[str], _: bool) -> str | None:
        """Return the words of 02.06.; None if there is no such day."""
        day, month = int(match["day"]), int(match["month"])
        if not (1 <= month <= 12 and 1 <= day <= 31):
            return None
        return f"{self.inflected_ordinal(day, match)} {self.grammar.ordinal(month)}n{self.stop(match)}"

    def say_clock(self, match: re.Match[str], _: bool) -> str | None:
        """Return the words of 20.15 Uhr and 6 Uhr; None if there is no such time."""
        hour, minute = int(match["hour"]), int(match["minute"] or 0)
        if hour > 24 or minute > 59:
            return None
        said = f"{'ein' if hour == 1 else self.grammar.cardinal(hour)} Uhr"
        return f"{said} {self.grammar.cardinal(minute)}" if minute else said

    def ruler_number(self, value: int, match: re.Match[str]) -> str:
        """Return *der Zweite* for Friedrich II., *die Zweite* for Elisabeth II."""
        article = "die" if self.gender_of(match["name"]) == "f" else "der"
        stop = "" if match.string[match.end() :].strip() else "."
        before = match.string[max(0, match.start() - _REACH) : match.start()].rstrip().lower()
        last = re.findall(r"[^\W\d_]+", before) or [""]
        if article == "der" and last[-1] in self.family.lists["prepositions"]:
            return f"dem {self.grammar.ordinal(value).capitalize()}n{stop}"
        return f"{article} {self.grammar.ordinal(value).capitalize()}{stop}"

    def say_roman_ordinal(self, match: re.Match[str], _: bool) -> str | None:
        """Return the words of II. before a noun; None for letters that are no number."""
        value = roman(match["it"].rstrip("."))
        return self.inflected_ordinal(value, match) if value else None


def spoken_rules(_tag: str, /) -> SpokenRules:
    """Return the rules; there is one variety."""
    return _GermanRules("de", GermanGrammar())
