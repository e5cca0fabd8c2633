"""Roman numerals, which all languages share."""

from __future__ import annotations

from typing import Final

_MAX: Final = 3999
_VALUES: Final = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}


def roman(text: str) -> int:
    """Return the value of a Roman numeral; 0 if ``text`` is none that is written as usual."""
    values = [_VALUES[char] for char in text]
    value = sum(-one if one < after else one for one, after in zip(values, [*values[1:], 0], strict=True))
    return value if 0 < value <= _MAX and to_roman(value) == text else 0


def to_roman(value: int) -> str:
    """Return a number from 1 to 3999 as a Roman numeral."""
    steps = "M 1000 CM 900 D 500 CD 400 C 100 XC 90 L 50 XL 40 X 10 IX 9 V 5 IV 4 I 1".split()
    written = ""
    for letters, step in zip(steps[::2], map(int, steps[1::2]), strict=True):
        count, value = divmod(value, step)
        written += letters * count
    return written
