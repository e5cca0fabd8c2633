"""Number words and the grammar around them, for languages other than English, on top of num2words.

Each language has a subclass in ``languages/<code>/numbers.py`` that states how it writes and says numbers.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from functools import lru_cache
from typing import ClassVar, Final, Literal

BLANKS: Final = " \u00a0\u202f"
"""The blanks that may separate thousands: an ordinary one, one that does not break, and a narrow one."""
NUMBER: Final = (
    rf"(?:\d{{1,3}}(?:(?:[{BLANKS}]\d{{3}})+|(?:\.\d{{3}})+|(?:,\d{{3}})+|(?:[’']\d{{3}})+)(?!\d)|\d+)(?:[.,]\d+)?"
)
"""Pattern of a number as news articles of Europe and Latin America write it."""
MAX_DIGITS: Final = 15
"""Longer numbers are identifiers and are read digit by digit."""
_SEPARATORS: Final = re.compile(rf"[{BLANKS}’']")

Form = Literal["", "m", "f"]
"""How a number stands: alone, or before a masculine or feminine noun."""


@lru_cache(maxsize=4096)
def _words(value: int, code: str, kind: str) -> str:
    from num2words import num2words

    return str(num2words(value, lang=code, to=kind))


class NumberGrammar(ABC):
    """How a language says numbers. The attributes are the words of the language.

    Attributes:
        code: The language in num2words.
        point: The word for the decimal comma.
        dot: The word for a full stop between digits.
        comma_groups: Whether a comma before exactly three digits separates thousands.
        fraction_as_number: Whether a fraction of up to three digits is read as a number and not digit by digit.
        is_plural_from: The smallest value that takes a plural noun, 2 or the next above 1.
    """

    code: ClassVar[str]
    point: ClassVar[str]
    dot: ClassVar[str]
    comma_groups: ClassVar[bool] = False
    fraction_as_number: ClassVar[bool] = True
    is_plural_from: ClassVar[float] = 1.0000001

    def parse(self, text: str) -> tuple[str, str]:
        """Return the digits before and behind the decimal sign of a number as matched by ``NUMBER``."""
        text = _SEPARATORS.sub("", text)
        at = max(text.rfind("."), text.rfind(","))
        if at < 0:
            return text, ""
        sign, tail = text[at], text[at + 1 :]
        other = "." if sign == "," else ","
        is_grouped = len(tail) == 3 and text[:at] not in ("", "0") and (sign == "." or self.comma_groups)
        if text.count(sign) > 1 or (is_grouped and other not in text):
            return text.replace(sign, "").replace(other, ""), ""
        return text[:at].replace(other, ""), tail

    def cardinal(self, value: int, form: Form = "") -> str:
        """Return a whole number in words."""
        return self.inflected(_words(value, self.code, "cardinal"), form)

    @abstractmethod
    def inflected(self, said: str, form: Form) -> str:
        """Return number words of num2words as the language has them, as they stand before a noun."""

    def ordinal(self, value: int, form: Form = "m") -> str:
        """Return an ordinal number in words."""
        said = self.masculine_ordinal(value)
        return " ".join(map(self.feminine_of, said.split())) if form == "f" else said

    def masculine_ordinal(self, value: int) -> str:
        """Return an ordinal number before a masculine noun."""
        return _words(value, self.code, "ordinal")

    def feminine_of(self, word: str) -> str:
        """Return a word of an ordinal number as it stands before a feminine noun."""
        return word

    def digits(self, text: str) -> str:
        """Return the digits of a text one by one."""
        return " ".join(self.cardinal(int(char)) for char in text if char.isdecimal())

    def number(self, text: str, form: Form = "") -> str:
        """Return a number as matched by ``NUMBER`` in words. Numbers with leading zeros are read digit by digit."""
        whole, fraction = self.parse(text)
        if len(whole) > MAX_DIGITS or (len(whole) > 1 and whole.startswith("0")):
            return self.digits(text)
        if not fraction:
            return self.cardinal(int(whole), form)
        sign = self.dot if text.endswith(f".{fraction}") else self.point
        return f"{self.cardinal(int(whole))} {sign} {self.fraction(fraction)}"

    def fraction(self, digits: str) -> str:
        """Return the digits behind the decimal sign in words."""
        zeros = len(digits) - len(digits.lstrip("0"))
        rest = digits[zeros:]
        if not self.fraction_as_number or len(rest) > 3 or not rest:
            return self.digits(digits)
        return " ".join([*[self.cardinal(0)] * zeros, self.cardinal(int(rest))])

    def is_plural(self, text: str) -> bool:
        """Return whether a noun after a number is in the plural."""
        whole, fraction = self.parse(text)
        return float(f"{whole}.{fraction or 0}") >= self.is_plural_from

    def year(self, value: int) -> str:
        """Return a year in words."""
        return self.cardinal(value)
