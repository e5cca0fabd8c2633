"""Numbers that are grouped or have decimals in another way than in English: 10.000.000, 25 000, 10'000 and 7,5 %.

Whether "1.250" is a thousand or a little more than one is decided by what stands around it, or else by the other
numbers of the article. If both leave it open, its digits are read, so that no value is invented.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from narrate.languages.en.speakable._rules import load_family

DecimalMark = Literal[".", ",", ""]
"""A full stop or a comma; empty if it is not known."""


@dataclass(frozen=True, slots=True)
class NumberStyle:
    """How an article writes its numbers."""

    decimal_mark: DecimalMark = ""
    """The mark before decimals."""
    has_blanks: bool = False
    """Whether it has blanks between thousands."""


_FAMILY: Final = load_family("grouping")
_AROUND: Final = 60
"""Characters before and after a number that decide how it is read."""
_TO_ENGLISH: Final = str.maketrans(dict.fromkeys(".'’ \u00a0\u2009\u202f", ","))


class _Number(NamedTuple):
    """A number that may be grouped in another way."""

    match: re.Match[str]
    before: str
    after: str
    """What follows it, without the rest of a range."""
    is_listed: bool
    """Whether "and" or "or" and a single number without a unit follow."""

    def follows(self, *names: str) -> bool:
        """Whether the text before it ends as one of these patterns says."""
        return any(_FAMILY.pattern(name).search(self.before) for name in names)

    def precedes(self, *names: str) -> bool:
        """Whether the text after it begins as one of these patterns says."""
        return any(_FAMILY.pattern(name).match(self.after) for name in names)

    @property
    def is_money(self) -> bool:
        return self.follows("money_before") or self.precedes("money_after")


def standard_numbers(text: str, style: NumberStyle | None) -> tuple[str, list[tuple[int, int]]]:
    """Write numbers as in English, with thousands after commas and decimals after a point.

    Args:
        text: The text.
        style: How the article writes its numbers; None if the text is all of it.

    Returns:
        The text, as long as it was, and the start and end of each number whose value is not certain.
    """
    parts, unclear, position = [], [], 0
    for number in _numbers(text):
        style = style or find_number_style([text])
        value = _in_english(number, style)
        start, end = number.match.span()
        if value is None:
            unclear.append((start, end))
        parts += [text[position:start], value or number.match[0]]
        position = end
    return "".join([*parts, text[position:]]), unclear


def find_number_style(texts: Iterable[str]) -> NumberStyle:
    """Return how an article writes its numbers.

    Args:
        texts: The article in parts.
    """
    marks: set[DecimalMark] = set()
    has_blanks = False
    for text in texts:
        if _FAMILY.pattern("english").search(text):
            marks.add(".")
        for number in _numbers(text):
            if _shows_comma(number):
                marks.add(",")
            has_blanks = has_blanks or (number.match.lastgroup == "blanks" and _counts(number))
    return NumberStyle(marks.pop() if len(marks) == 1 else "", has_blanks)


def _numbers(text: str) -> Iterator[_Number]:
    if not _FAMILY.pattern("signs_in_numbers").search(text):
        return
    for match in _FAMILY.pattern("candidate").finditer(text):
        before, after = text[max(0, match.start() - _AROUND) : match.start()], text[match.end() : match.end() + _AROUND]
        rest = _FAMILY.pattern("rest_of_range").match(after)
        is_listed = _FAMILY.pattern("rest_of_list").match(after) is not None
        yield _Number(match, before, after[rest.end() :] if rest else after, is_listed)


def _shows_comma(number: _Number) -> bool:
    """Return whether a number has stops between thousands, or a comma before decimals, without doubt."""
    written, kind = number.match[0], number.match.lastgroup
    if kind == "stops":
        return "," in written or (written.count(".") > 1 and not _is_address(written))
    return kind == "comma" and len(written.partition(",")[2]) < 3 and _has_decimals(number)


def _in_english(number: _Number, style: NumberStyle) -> str | None:
    """Return a number as it is written in English, or as it is if it is no such number; None if that is not clear."""
    written, kind = number.match[0], number.match.lastgroup
    if kind == "comma":
        return _with_point(number, style.decimal_mark)
    whole, mark, decimals = written, "", ""
    if match := re.search(r"[.,](?=\d{1,2}$)", written):
        whole, mark, decimals = written[: match.start()], ".", written[match.end() :]
    grouped = whole.translate(_TO_ENGLISH) + mark + decimals
    if kind == "blanks":
        return grouped if _counts(number, has_others=style.has_blanks) else written
    if kind == "stops" and not mark:
        if whole.count(".") == 1:
            return {True: grouped, False: written, None: None}[_is_thousand(number, style.decimal_mark)]
        return written if _is_address(written) and not number.is_money else grouped
    return grouped


def _with_point(number: _Number, decimal_mark: str) -> str | None:
    """Return a number with a comma, which becomes a point if decimals follow it; None if that is not clear."""
    written = number.match[0]
    whole, _, decimals = written.partition(",")
    if len(decimals) == 3:
        is_decimal = whole == "0" or (decimal_mark == "," and number.precedes("share_after"))
    else:
        if number.follows("names_several") or number.is_listed:
            return written
        is_decimal = decimal_mark == "," or _has_decimals(number)
        if not is_decimal:
            return None
    return written.replace(",", ".") if is_decimal else written


def _has_decimals(number: _Number) -> bool:
    """Return whether one or two digits after a comma are decimals, as what stands around the number shows."""
    is_part_of_one = number.match[0].startswith("0,")
    return is_part_of_one or number.is_money or number.precedes("share_after", "scale_after", "unit_after")


def _is_address(written: str) -> bool:
    """Return whether the number may be an address of a computer, such as 192.168.100.125."""
    parts = written.split(".")
    return len(parts) == 4 and all(int(part) < 256 and not part.startswith("00") for part in parts)


def _is_thousand(number: _Number, decimal_mark: str) -> bool | None:
    """Return whether the stop in a number such as 1.250 stands before thousands; None if that is not clear."""
    whole, _, digits = number.match[0].partition(".")
    if whole.startswith("0"):
        return False
    is_round = digits.endswith("0")
    is_money = number.is_money and not number.precedes("scale_after")
    if not number.precedes("fraction_after") and (
        number.precedes("whole_after", "race_after") or (is_money and is_round)
    ):
        return True
    if decimal_mark:
        return decimal_mark == ","
    if number.precedes("fraction_after"):
        return False
    if is_money:
        return False if number.follows("dollars_or_pounds") else None
    is_doubtful = digits == "000" or (is_round and number.precedes("large_unit_after", "scale_after"))
    return None if is_doubtful else False


def _counts(number: _Number, *, has_others: bool = False) -> bool:
    """Return whether two or more groups of digits are one number, and not several or the number of a telephone.

    ``has_others`` says whether the article surely has other numbers with blanks between thousands.
    """
    written = number.match[0]
    first, *groups = re.split(_FAMILY.pattern("blank"), re.split("[.,]", written)[0])
    if first.startswith("0") or number.before.endswith("+") or number.follows("phone"):
        return False
    if " " not in written or "000" in groups or number.is_money:
        return True
    if number.follows("names_something") or re.match(r"[-–]\w", number.after):
        return False
    is_counting = has_others or number.precedes("word_after", "share_after", "unit_after")
    return is_counting or (number.follows("amount_before") and number.precedes("ends_clause"))
