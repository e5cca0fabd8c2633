"""Spoken text of the languages whose rules are data: all but English.

The rules of a language are those of its ``speakable.toml`` and then those of ``spoken.toml``, which all share. The
functions here say what the shared rules find, with the words of the language's tables and its number grammar.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib import import_module, resources
from pathlib import Path
from typing import Final, cast

from narrate.languages.numerals import BLANKS, NUMBER, Form, NumberGrammar
from narrate.languages.roman import roman
from narrate.languages.rules import MASK, Family, Reading, Rule

_SHARED: Final = Path(__file__).with_suffix(".toml")
_END: Final = re.compile(r"[\"'”’»)“\s]*\Z")
_REACH: Final = 40  # characters around a match that may decide how it is read
_COUNTED: Final = re.compile(
    rf"(?:[{BLANKS}](?:a|à|bis|e|ed|et|o|od|oder|ou|u|und|y)[{BLANKS}]{NUMBER})?(?:[{BLANKS}]mil)?[{BLANKS}]([^\W\d_]{{2,}})"
)
"""What a number counts, also behind *mil* and the upper end of a range."""
_ROMAN: Final = "[IVXLCDM]+"
_VOWELS: Final = frozenset("AEIOUYÀÁÂÃÄÈÉÊËÌÍÎÏÒÓÔÕÖÙÚÛÜ")
_FIRST_YEAR_OF_1900S: Final = 50
_YEAR: Final = re.compile(r"(?:1[5-9]|20)\d\d")
_MAX_SPELLED: Final = 3  # letters of an initialism that is spelled though it has a vowel


class SpokenRules:
    """The rules of one language.

    A table of nouns gives ``singular|plural`` or ``singular|plural|f`` for the written forms of each noun.

    Args:
        code: ISO 639 code, the name of the language's folder.
        grammar: How the language says numbers.
    """

    def __init__(self, code: str, grammar: NumberGrammar) -> None:
        self.grammar = grammar
        path = Path(str(resources.files(__package__).joinpath(code, "speakable.toml")))
        readings: Mapping[str, Reading] = {
            "text": lambda it: it.text,
            "number": lambda it: grammar.number(it.text, _form(it.argument)),
            "ordinal": lambda it: grammar.ordinal(int(it.text), _form(it.argument) or "m"),
            "roman": lambda it: grammar.cardinal(roman(it.text)),
            "roman_ordinal": lambda it: grammar.ordinal(roman(it.text), _form(it.argument) or "m"),
            "year": lambda it: grammar.year(int(it.text)),
            "digits": lambda it: grammar.digits(it.text),
            "letters": lambda it: " ".join(letter for letter in it.text if letter.isalpha()),
        }
        fragments = {"number": NUMBER, "roman": _ROMAN}
        self.family = Family(path, readings, fragments, base=_SHARED)
        functions = {name: getattr(self, name) for name in dir(self) if name.startswith("say_")}
        self.rules: tuple[Rule, ...] = self.family.rules(functions)

    def phrase(self, name: str, /, **words: str) -> str:
        """Return a phrase of the table ``phrases`` with its fields filled."""
        return self.family.tables["phrases"][name].format(**words)

    def noun(self, table: str, written: str, number: str) -> tuple[str, Form]:
        """Return a noun as it stands behind a number, and its gender."""
        singular, *rest = self.family.look_up(written, table).split("|")
        plural = rest[0] if rest else singular
        return plural if self.grammar.is_plural(number) else singular, "f" if rest[1:] == ["f"] else "m"

    def form_behind(self, match: re.Match[str]) -> Form:
        """Return how a number stands before what follows a match: as if alone unless a noun may follow."""
        word = _COUNTED.match(match.string, match.end())
        if word is None or word[1].lower() in self.family.lists["not_nouns"]:
            return ""
        return "f" if self.family.pattern("feminine_nouns").fullmatch(word[1].lower()) else "m"

    def gender_of(self, name: str) -> Form:
        """Return the gender of a ruler's name."""
        return "f" if name in self.family.lists["queens"] else "m"

    # Numbers with what they count

    def say_money(self, match: re.Match[str], _: bool) -> str:
        """Return the words of 4,2 Md€, $100 and 1,20 €."""
        number, scale, currency = match["number"], match.group("scale"), match["currency"]
        low = self._low(match)
        if scale:
            said = self._scaled(number, scale)
            joint = "" if self._is_thousand(scale) else self._of(currency)
            return f"{self._minus(match)}{low}{said} {joint}{self.noun('currencies', currency, '2')[0]}"
        whole, fraction = self.grammar.parse(number)
        unit, form = self.noun("currencies", currency, whole if len(fraction) == 2 else number)
        if len(fraction) != 2:
            return f"{self._minus(match)}{low}{self.grammar.number(number, form)} {unit}{self.stop(match)}"
        minor = self.family.look_up(currency, "minor_units")
        said = f"{self._minus(match)}{low}{self.grammar.cardinal(int(whole), form)} {unit}"
        if not int(fraction):
            return said
        if minor == currency.rstrip("."):
            unit, form = self.noun("currencies", currency, number)
            return f"{self._minus(match)}{low}{self.grammar.number(number, form)} {unit}"
        cents, cents_form = self.noun("minor_units", currency, fraction.lstrip("0"))
        amount = self.grammar.cardinal(int(fraction), cents_form)
        if not int(whole):
            return f"{self._minus(match)}{amount} {cents}"
        return self.phrase("money", whole=said, cents=amount, unit=cents)

    def say_measure(self, match: re.Match[str], _: bool) -> str:
        """Return the words of 7,3 %, 80 km/h and 17,5 °C."""
        number = match["number"]
        unit, form = self.noun("units", match["unit"], number)
        said = f"{self._minus(match)}{self._low(match)}{self.grammar.number(number, form)} {unit}"
        if match["per"]:
            return f"{said} {self.phrase('per')} {self.noun('units', match['per'][1:], '1')[0]}"
        return said + ("." if match[0].endswith(".") and _END.match(match.string, match.end()) else "")

    def say_counted_unit(self, match: re.Match[str], _: bool) -> str:
        """Return the unit of 20 mil ha and 3 millions de m³."""
        return self.noun("units", match["unit"], "2")[0]

    def say_lone_unit(self, match: re.Match[str], _: bool) -> str:
        """Return a unit that stands without a number: the price of a kWh."""
        return self.noun("units", match["unit"], "1")[0]

    def say_per_noun(self, match: re.Match[str], _: bool) -> str:
        """Return the words of /mois behind an amount."""
        return f" {self.family.tables['per_nouns'][match['noun']]}"

    def say_per_unit(self, match: re.Match[str], _: bool) -> str:
        """Return the words of /m² and /100 km behind an amount."""
        count = f"{self.grammar.cardinal(100)} " if match["number"] else ""
        unit, _form_of_unit = self.noun("units", match["unit"], "100" if count else "1")
        return f" {self.phrase('per')} {count}{unit}"

    def say_unit_before(self, _match: re.Match[str], _: bool) -> str:
        """Return the words of km before a number."""
        return f"{self.noun('units', 'km', '1')[0]} "

    def say_times(self, _match: re.Match[str], _: bool) -> str:
        """Return the word between the sides of 30 x 20 cm."""
        return f" {self.phrase('times')} "

    def say_joined(self, match: re.Match[str], _: bool) -> str:
        """Return two numbers one after the other: 2023-24, and 49-3 behind *article*."""
        return f"{self.grammar.number(match['low'])} {self.grammar.number(match['number'])}"

    def say_standing(self, match: re.Match[str], _: bool) -> str:
        """Return the number of article 21, which counts nothing."""
        return self.grammar.number(match["it"])

    def say_law(self, match: re.Match[str], _: bool) -> str:
        """Return the number of a law and its year: 34/2020."""
        joint = self.family.tables["phrases"].get("of_year", "")
        return f"{self.grammar.number(match['low'])} {joint}{self.grammar.year(int(match['number']))}"

    def say_scaled(self, match: re.Match[str], _: bool) -> str:
        """Return the words of 3,5 Mio."""
        said = self._scaled(match["number"], match["scale"])
        return said + self.stop(match)

    def say_range(self, match: re.Match[str], _: bool) -> str:
        """Return the words of 2-3 and of 2023-24."""
        form = self.form_behind(match)
        low, high = self.grammar.number(match["low"], form), self.grammar.number(match["number"], form)
        is_season = _YEAR.fullmatch(match["low"]) and match["number"] == str(int(match["low"]) + 1)
        return f"{low} {high}" if is_season else f"{low} {self.phrase('to')} {high}"

    def say_plain(self, match: re.Match[str], _: bool) -> str:
        """Return the words of a number, by what follows it."""
        form = self.form_behind(match)
        blank = " " if match.string[max(0, match.start() - 1) : match.start()] == MASK else ""
        minus = f"{self.phrase('minus')} " if match["minus"] else ""
        return blank + minus + self.grammar.number(match["number"], form)

    def say_name_number(self, match: re.Match[str], _: bool) -> str:
        """Return the words of the number of a name: F-16."""
        return f" {self.grammar.number(match['number'])}"

    def say_digits(self, match: re.Match[str], _: bool) -> str:
        """Return digits that no other rule has read."""
        said = (
            self.grammar.cardinal(int(match[0]))
            if len(match[0]) < 5 and match[0][0] != "0"
            else self.grammar.digits(match[0])
        )
        before, after = (
            match.string[max(0, match.start() - 1) : match.start()],
            match.string[match.end() : match.end() + 1],
        )
        return " " * before.isalpha() + said + " " * after.isalpha()

    def say_fraction(self, match: re.Match[str], _: bool) -> str:
        """Return the words of 3/4 and 20/20."""
        if match[0] in self.family.tables["fractions"]:
            return self.family.tables["fractions"][match[0]]
        return f"{self.grammar.number(match['top'])} {self.phrase('out_of')} {self.grammar.number(match['bottom'])}"

    # Numbers that name something

    def say_date(self, match: re.Match[str], _: bool) -> str | None:
        """Return the words of 25/12/2024; None if there is no such day."""
        day, month = int(match["day"]), int(match["month"])
        if not (1 <= month <= 12 and 1 <= day <= 31):
            return None
        year = int(match["year"])
        if len(match["year"]) == 2:
            year += 2000 if year < _FIRST_YEAR_OF_1900S else 1900
        names = self.family.lists["months"]
        words = {"day": self.day(day), "month": names[month - 1], "year": self.grammar.year(year)}
        return self.phrase("date", **words)

    def day(self, value: int) -> str:
        """Return the day of a month in words."""
        return (
            self.grammar.ordinal(1)
            if value == 1 and "first" in self.family.tables["phrases"]
            else self.grammar.cardinal(value)
        )

    def say_day(self, match: re.Match[str], _: bool) -> str:
        """Return the day of 1 janvier, with the blank behind it."""
        return f"{self.day(int(match['day']))} "

    def say_clock(self, match: re.Match[str], _: bool) -> str | None:
        """Return the words of 23 h 45 and 20.15 Uhr; None if there is no such time."""
        hour, minute = int(match["hour"]), int(match["minute"] or 0)
        if hour > 24 or minute > 59:
            return None
        noun, form = self.noun("units", "h", str(hour))
        words = {"hour": self.grammar.cardinal(hour, form), "hours": noun, "minute": self.grammar.cardinal(minute)}
        return self.phrase("clock" if minute else "full_hour", **words)

    def say_duration(self, match: re.Match[str], _: bool) -> str:
        """Return the words of 2:05:30 and 1h 52'."""
        parts = [(match["hour"], "h"), (match["minute"], "min"), (match["second"], "s")]
        return " ".join(self._amount(number, unit) for number, unit in parts if number)

    def say_lap(self, match: re.Match[str], _: bool) -> str:
        """Return the words of 9"98, 1'23"456 and 1min23s."""
        groups = match.groupdict()
        parts = [(match["minute"], "min"), (match["second"] or groups.get("second_word"), "s")]
        said = " ".join(self._amount(number, unit) for number, unit in parts if number)
        return f"{said} {self.grammar.number(match['part'])}" if match["part"] else said

    def _amount(self, number: str, unit: str) -> str:
        noun, form = self.noun("units", unit, number)
        return f"{self.grammar.cardinal(int(number), form)} {noun}"

    def say_score(self, match: re.Match[str], _: bool) -> str:
        """Return the words of 2-1."""
        home, away = self.grammar.number(match["home"]), self.grammar.number(match["away"])
        return f"{home} {self.phrase('score')} {away}"

    def say_phone(self, match: re.Match[str], _: bool) -> str:
        """Return a telephone number: groups of two digits as numbers, others digit by digit."""
        text = match.group(self.group_of(match))
        if len(text) == 3 and text.isdecimal() and text[0] != "0":
            return self.grammar.cardinal(int(text))
        plus = f"{self.phrase('plus')} " if text.startswith("+") else ""
        return plus + ", ".join(map(self.phone_group, re.findall(r"\d+", text)))

    def phone_group(self, digits: str) -> str:
        """Return a group of digits of a telephone number."""
        return (
            self.grammar.cardinal(int(digits)) if len(digits) == 2 and digits[0] != "0" else self.grammar.digits(digits)
        )

    def say_roman(self, match: re.Match[str], _: bool) -> str | None:
        """Return the number of a Roman numeral; None if it is none."""
        value = roman(match["it"])
        return self.grammar.cardinal(value) if value else None

    def say_roman_behind(self, match: re.Match[str], _: bool) -> str | None:
        """Return the words of cap. IV; None if the letters are no numeral."""
        value = roman(match["number"])
        noun = self.family.look_up(match["noun"], "roman_abbreviations")
        return f"{noun} {self.grammar.cardinal(value)}" if value else None

    def say_roman_ordinal(self, match: re.Match[str], _: bool) -> str | None:
        """Return the number of II in *II Guerra Mundial*; None if it is none."""
        value = roman(match["it"])
        form: Form = "f" if match["noun"] in self.family.lists["feminine_after_roman"] else "m"
        return self.roman_before(value, form) if value else None

    def roman_before(self, value: int, form: Form) -> str:
        """Return the number of a Roman numeral before a noun."""
        return self.grammar.ordinal(value, form)

    def say_ruler(self, match: re.Match[str], _: bool) -> str | None:
        """Return the number behind the name of a ruler or pope; None if it is none."""
        value = roman(match["it"].rstrip("."))
        return self.ruler_number(value, match) if value else None

    def ruler_number(self, value: int, match: re.Match[str]) -> str:
        """Return the number of a ruler."""
        return self.grammar.ordinal(1, self.gender_of(match["name"])) if value == 1 else self.grammar.cardinal(value)

    # Letters and signs

    def say_abbreviation(self, match: re.Match[str], _: bool) -> str:
        """Return the words of an abbreviation, with the full stop that it shares with the sentence."""
        words = self.family.look_up(match[0], "abbreviations")
        follower = match.string[match.end() : match.end() + 1]
        if follower == MASK or follower.isdecimal():
            return f"{words} "
        is_leading = words in self.family.lists["leading"] and not _END.match(match.string, match.end())
        return words if is_leading else words + self.stop(match)

    def say_month(self, match: re.Match[str], _: bool) -> str:
        """Return the name of a month behind a day."""
        return self.family.look_up(match[0].lower().rstrip("."), "month_abbreviations") + self.stop(match)

    def say_title(self, match: re.Match[str], _: bool) -> str:
        """Return the words of a title before a name."""
        return self.family.look_up(match[0], "titles")

    def stop(self, match: re.Match[str]) -> str:
        """Return a full stop if an abbreviation that has one ends the text or stands before a new sentence."""
        if not match[0].endswith("."):
            return ""
        starts = self.family.pattern("sentence_start").match(match.string, match.end())
        return "." if starts or _END.match(match.string, match.end()) else ""

    def say_initialism(self, match: re.Match[str], _: bool) -> str | None:
        """Return the letters of an initialism; None if it is said as a word, or if the text is in capitals."""
        return None if self._is_shouted(match) else self._spelled(match[0])

    def say_initialism_pair(self, match: re.Match[str], _: bool) -> str | None:
        """Return the letters of CGT-FO; None unless one of the two can only be spelled."""
        first, second = match[0].split("-")
        is_name = self._is_shouted(match) or (_VOWELS & set(first) and _VOWELS & set(second))
        return None if is_name else f"{self._spelled(first) or first} {self._spelled(second) or second}"

    def say_mixed_initialism(self, match: re.Match[str], _: bool) -> str | None:
        """Return the letters of GmbH and ONGs; None if they are said as a word."""
        word = match[0]
        if word in self.family.lists["mixed_initialisms"]:
            return " ".join(word.upper())
        if self._is_shouted(match) or word[:-1] in self.family.tables["initialisms"]:
            return None
        spelled = self._spelled(word[:-1])
        return f"{spelled}s" if spelled else None

    def say_letters(self, match: re.Match[str], _: bool) -> str:
        """Return the letters of U.S.A."""
        return " ".join(letter for letter in match[0] if letter.isalpha()) + self.stop(match)

    def say_sign(self, match: re.Match[str], _: bool) -> str:
        """Return the words of a sign."""
        return f" {self.family.tables['signs'][match[0]]} "

    def say_address(self, match: re.Match[str], _: bool) -> str:
        """Return an address as it is dictated, without its scheme."""
        address = re.sub(r"^(?:https?|ftp)://", "", match[0]).rstrip("/")
        parts = re.findall(r"[^\W\d_]+|\d+|.", address)
        return " ".join(filter(None, map(self._dictated, parts)))

    def say_handle(self, match: re.Match[str], _: bool) -> str:
        """Return the words of @name."""
        return f"{self.phrase('handle')} {self._parted(match['name'])}".strip()

    def say_hashtag(self, match: re.Match[str], _: bool) -> str:
        """Return the words of #Name, without the sign's name if the text has it already."""
        before = match.string[max(0, match.start() - _REACH) : match.start()].rstrip().lower()
        name = self._parted(match["name"])
        is_named = before.endswith(tuple(self.family.lists["hashtag_words"]))
        return name if is_named else f"{self.phrase('hashtag')} {name}"

    def _spelled(self, word: str) -> str | None:
        """Return the letters of capitals, or what is said for them; None if they are said as a word."""
        if word in self.family.tables["initialisms"]:
            return self.family.tables["initialisms"][word]
        is_word = word in self.family.lists["said_as_words"] or (len(word) > _MAX_SPELLED and _is_sayable(word))
        return None if is_word else " ".join(word)

    def _dictated(self, part: str) -> str:
        if part.isdecimal():
            return self.grammar.number(part) if len(part) <= 4 else self.grammar.digits(part)
        dictated = self.family.tables["dictated"]
        return dictated.get(part.lower(), part if part[0].isalpha() else "")

    def _parted(self, name: str) -> str:
        """Return a name of several words written as one, with a capital for each, in words."""
        parts = re.findall(r"[A-ZÀ-Þ]+(?![a-zß-ÿ])|[A-ZÀ-Þ]?[a-zß-ÿ]+|\d+|[^\W\d_]+", name)
        return " ".join(self.grammar.number(part) if part.isdecimal() else self._part(part) for part in parts)

    def _part(self, part: str) -> str:
        return (self._spelled(part) or part) if len(part) > 1 and part.isupper() else part

    @staticmethod
    def _is_shouted(match: re.Match[str]) -> bool:
        """Return whether all words around a match but one at most are in capitals too."""
        around = match.string[max(0, match.start() - _REACH) : match.end() + _REACH]
        words = re.findall(r"[^\W\d_]+", around)
        return len(words) > 4 and sum(not word.isupper() for word in words) <= 1

    def _scaled(self, number: str, scale: str) -> str:
        if self._is_thousand(scale):
            whole, fraction = self.grammar.parse(number)
            return self.grammar.cardinal(int(f"{whole}{fraction:0<3}"))
        noun, form = self.noun("scales", scale, number)
        return f"{self.grammar.number(number, form)} {noun}"

    def _is_thousand(self, scale: str) -> bool:
        return self.family.look_up(scale, "scales") == self.phrase("thousand")

    def _of(self, currency: str) -> str:
        """Return the word between millions and a currency."""
        unit, _ = self.noun("currencies", currency, "2")
        elided = self.family.tables["phrases"].get("of_vowel")
        return elided if elided is not None and unit[0] in "aeiouéè" else self.phrase("of")

    def _low(self, match: re.Match[str]) -> str:
        """Return the lower end of a range."""
        if not match["low"]:
            return ""
        return f"{self.grammar.number(match['low'])} {self.phrase('to')} "

    def _minus(self, match: re.Match[str]) -> str:
        return f"{self.phrase('minus')} " if match["minus"] else ""

    @staticmethod
    def group_of(match: re.Match[str]) -> str | int:
        """Return the group of a match that is replaced."""
        return "it" if "it" in match.re.groupindex else 0


@cache
def load_spoken_rules(tag: str) -> SpokenRules | None:
    """Return the rules of a language other than English, from the folder of the language.

    Args:
        tag: BCP 47 tag in small letters.

    Returns:
        What ``spoken_rules`` of ``speakable.py`` in the folder returns; None if there is no such folder.
    """
    code = tag.partition("-")[0]
    is_known = code.isalpha() and resources.files(__package__).joinpath(code, "speakable.py").is_file()
    return cast(SpokenRules, import_module(f"{__package__}.{code}.speakable").spoken_rules(tag)) if is_known else None


def _form(argument: str) -> Form:
    return "f" if argument == "f" else "m" if argument == "m" else ""


def _is_sayable(word: str) -> bool:
    """Return whether capitals read as a word: open syllables, with one consonant at most at the end."""
    kinds = "".join("v" if letter in _VOWELS else "c" for letter in word)
    return (
        "v" in kinds
        and "ccc" not in kinds
        and "vvv" not in kinds
        and not kinds.startswith("vcc")
        and not kinds.endswith("cc")
    )
