"""Written Italian -> spoken Italian."""

from __future__ import annotations

import re

from narrate.languages.it.numbers import ItalianGrammar
from narrate.languages.roman import roman
from narrate.languages.spoken import SpokenRules


class _ItalianRules(SpokenRules):
    def say_ordinal(self, match: re.Match[str], _: bool) -> str:
        """Return the words of 5º and 1ª."""
        return self.grammar.ordinal(int(match["n"]), "f" if match["ending"] in ("ª", "a") else "m")

    def ruler_number(self, value: int, match: re.Match[str]) -> str:
        """Return *secondo* for Vittorio Emanuele II, *seconda* for Elisabetta II."""
        return self.grammar.ordinal(value, self.gender_of(match["name"]))

    def say_roman_century(self, match: re.Match[str], _: bool) -> str | None:
        """Return *diciottesimo* for XVIII behind *secoli*; None if the letters are no number."""
        value = roman(match["it"])
        return self.grammar.ordinal(value) if value else None

    def say_age(self, match: re.Match[str], _: bool) -> str:
        """Return *ventunenne* for 21enne: the number loses its last vowel."""
        return self.grammar.number(match["n"])[:-1] + match["end"]

    def _amount(self, number: str, unit: str) -> str:
        """Return *un'ora* for one hour."""
        return "un’ora" if (int(number), unit) == (1, "h") else super()._amount(number, unit)

    def say_day_month(self, match: re.Match[str], _: bool) -> str | None:
        """Return the words of 25/4; None if there is no such day."""
        day, month = int(match["day"]), int(match["month"])
        if not (1 <= month <= 12 and 1 <= day <= 31):
            return None
        return f"{self.day(day)} {self.family.lists['months'][month - 1]}"

    def say_clock(self, match: re.Match[str], _: bool) -> str | None:
        """Return the words of 20.45 and 9:05; None if there is no such time."""
        hour, minute = int(match["hour"]), int(match["minute"])
        if hour > 24 or minute > 59:
            return None
        said = "una" if hour == 1 else self.grammar.cardinal(hour)
        return f"{said} e {self.grammar.cardinal(minute)}" if minute else said


def spoken_rules(_tag: str, /) -> SpokenRules:
    """Return the rules; there is one variety."""
    return _ItalianRules("it", ItalianGrammar())
