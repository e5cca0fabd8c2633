"""Written English -> spoken English: the rules, by family, and the word lists that they use.

Each module has a TOML file of the same name, which holds its word lists and tables.
"""

from __future__ import annotations

from typing import Final

from narrate.languages.en.speakable import amounts, counts, letters, names, signs, times
from narrate.languages.en.speakable.grammar import POSSESSIVE, parts_of_speech, possessive_sound
from narrate.languages.en.speakable.ssml import say_as
from narrate.languages.rules import Rule

__all__ = ["POSSESSIVE", "RULES", "is_british", "parts_of_speech", "possessive_sound", "say_as"]

RULES: Final[tuple[Rule, ...]] = (
    *signs.WEB,
    *counts.PHONES,
    *counts.MULTITUDES,
    *times.RULES,
    *amounts.RULES,
    *counts.SCORES,
    *names.RULES,
    *letters.RULES,
    *counts.RULES,
    *signs.LAST,
)
"""All rules, the most special first."""
_BRITISH: Final = ("en-gb", "en-ie", "en-au", "en-nz", "en-za", "en-in")


def is_british(language: str) -> bool:
    """Return whether ``language``, a BCP 47 tag, is a variety that says "two hundred and nineteen"."""
    return language.lower().startswith(_BRITISH)
