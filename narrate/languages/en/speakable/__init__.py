"""Written English -> spoken English: families of rules, each in a TOML file, and the functions that they name."""

from __future__ import annotations

from typing import Final

from narrate.languages.en.speakable import amounts, counts, letters, scores, signs, times, web
from narrate.languages.en.speakable._rules import load_family
from narrate.languages.en.speakable.grammar import POSSESSIVE, parts_of_speech, possessive_sound
from narrate.languages.en.speakable.grouping import NumberStyle, find_number_style, standard_numbers
from narrate.languages.en.speakable.ssml import say_as
from narrate.languages.rules import Rule

__all__ = [
    "POSSESSIVE",
    "RULES",
    "NumberStyle",
    "find_number_style",
    "is_british",
    "parts_of_speech",
    "possessive_sound",
    "say_as",
    "standard_numbers",
]

RULES: Final[tuple[Rule, ...]] = (
    *web.RULES,
    *load_family("phones").rules(),
    *times.RULES,
    *amounts.RULES,
    *scores.RULES,
    *load_family("names").rules(),
    *letters.RULES,
    *counts.RULES,
    *signs.RULES,
)
"""All rules, the most special first."""
_BRITISH: Final = ("en-gb", "en-ie", "en-au", "en-nz", "en-za", "en-in")


def is_british(language: str) -> bool:
    """Return whether ``language``, a BCP 47 tag, is a variety that says "two hundred and nineteen"."""
    return language.lower().startswith(_BRITISH)
