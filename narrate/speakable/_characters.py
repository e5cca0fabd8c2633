"""Characters that are silent in every language: emoji, brackets, footnote marks, blanks."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from narrate.languages.footnotes import BRACKETED_MARK, RAISED_MARK, is_power
from narrate.languages.rules import Family, Rule


def say_footnote(match: re.Match[str], _: bool) -> str | None:
    """Return nothing for a mark after a blank; None in a quotation, where a number in brackets is the editor's."""
    before = match.string[: match.start()]
    is_quoted = before.count("“") > before.count("”") or before.count('"') % 2
    return None if is_quoted else ""


_PIECE: Final = 60
"""Letters of a piece of a word that is too long for an engine."""


def say_raised_mark(match: re.Match[str], _: bool) -> str | None:
    """Return nothing for the mark of a footnote; None for a power."""
    return None if is_power(match) else ""


_FRAGMENTS: Final = {"bracketed_mark": BRACKETED_MARK, "raised_mark": RAISED_MARK}
SILENT: Final = Family(Path(__file__).with_name("characters.toml"), fragments=_FRAGMENTS).rules(globals())
"""Apply before everything else."""
LONG_WORDS: Final = Rule(
    r"[^\W\d_]{131,}",
    lambda match, _: " ".join(match[0][at : at + _PIECE] for at in range(0, len(match[0]), _PIECE)),
)
"""Applies after everything else. eSpeak drops the end of a word of more than 130 letters."""
BLANKS: Final = Rule(r"\s+", lambda _, __: " ")
"""Applies after everything else."""
