"""Characters that are silent in every language: emoji, brackets, footnote marks, blanks."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from narrate.languages.rules import Family, Rule


def say_footnote(match: re.Match[str], _: bool) -> str | None:
    """Return nothing for a mark after a blank; None in a quotation, where a number in brackets is the editor's."""
    before = match.string[: match.start()]
    is_quoted = before.count("“") > before.count("”") or before.count('"') % 2
    return None if is_quoted else ""


SILENT: Final = Family(Path(__file__).with_name("characters.toml")).rules(globals())
"""Apply before everything else."""
BLANKS: Final = Rule(r"\s+", lambda _, __: " ")
"""Applies after everything else."""
