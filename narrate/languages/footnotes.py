"""Marks of footnotes in plain text: [3] and raised digits after a word. Readers list them, and they are not spoken."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

BRACKETED_MARK: Final = (
    r"""\[(?<=[\w.,;:!?"'”’)]\[)\d{1,3}\](?:\[\d{1,3}\])*|\[(?<=[.,;:!?"'”’)]\[)[a-z]\](?:\[[a-z]\])*"""
)
"""Pattern of [3] and [a] right after a word or the end of a sentence."""
RAISED_MARK: Final = (
    r"""[⁰¹²³⁴-⁹](?:(?<=[^\W\d_][a-zµμ].)|(?<=[.,;:!?"'”’)%].)|(?<=\d{4}.)|(?<=,\d{3}.))[⁰¹²³⁴-⁹]*(?!\w|[⁺⁻⁼/⁄])"""
)
"""Pattern of raised digits after a word, a sentence, a year or a large number. Some of them are powers."""
_BEFORE_POWER: Final = re.compile(
    r"(?:(?<![^\W\d_])(?:[kcdmnµμ]?m|mc)|(?:\d\s?|/|\bper\s)(?:in|ft|mi|yd|s)|\([^()]*[=+×·*/^−–-][^()]*\))$"
)
"""What a power stands after: a unit, the c of mc², or a formula in brackets."""
_CONTEXT: Final = 80
"""Characters before a mark that decide whether it is a power."""
_MARK: Final = re.compile(f"{BRACKETED_MARK}|{RAISED_MARK}")


def is_power(match: re.Match[str]) -> bool:
    """Return whether what ``RAISED_MARK`` has matched is a power and no mark."""
    return _BEFORE_POWER.search(match.string[max(0, match.start() - _CONTEXT) : match.start()]) is not None


def find_footnote_marks(text: str) -> Iterator[str]:
    """Yield the marks of footnotes in ``text``, in order."""
    for match in _MARK.finditer(text):
        if match[0].startswith("[") or not is_power(match):
            yield match[0]
