"""Rules for characters that are silent in every language: emoji, brackets, footnote marks, blanks."""

from __future__ import annotations

import re
from typing import Final

from narrate.languages.rules import MASK, Rule, rule

_PICTURES: Final = "\u2300-\u23ff\u2500-\u2775\u2794-\u27bf\u2b00-\u2bff\U0001f000-\U0001f0ff\U0001f10d-\U0001faff"
"""Code points of emoji and dingbats. Signs that are read (degree, copyright, number) are not among them."""
_INVISIBLE: Final = "\u200b-\u200f\u00ad\u2060-\u2064\ufe00-\ufe0f\ufeff\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f"


def _footnote(match: re.Match[str], _: bool) -> str | None:
    """A mark after a blank; in a quotation, a number in brackets is the editor's word."""
    before = match.string[: match.start()]
    is_quoted = before.count("“") > before.count("”") or before.count('"') % 2
    return None if is_quoted else ""


SILENT: Final[tuple[Rule, ...]] = (
    rule(f"[{_INVISIBLE}{MASK}]", ""),
    rule(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f]", " "),
    rule(f"[{_PICTURES}]", " "),
    rule(r"\s?\[(?:sic|citation needed)\]", "", re.IGNORECASE),
    rule(r"(?<=[\w.,;:!?\"'”’)])(?:\[\d{1,3}\])+|(?<=[.,;:!?\"'”’)])(?:\[[a-z]\])+", ""),
    rule(r"(?<=\w)\s\[\d{1,3}\](?=[\s.,;:)]|$)", _footnote),
    rule(r"\[(?:\.\s?\.\s?\.|…)\]", lambda match, _: "..." if "..." in match[0] else "…"),
    rule(r"[\[\]{}]", ""),
    rule(r"(?<=[a-z.,;:!?\"'”’)])[⁰¹²³⁴-⁹]+(?!\w)(?<![kcm][²³])(?<!/s²)", ""),
    rule(r"(?<=\w)[*†‡]+", ""),
)
"""Apply before everything else."""
BLANKS: Final[tuple[Rule, ...]] = (rule(r"\s+", " "),)
"""Apply after everything else."""
