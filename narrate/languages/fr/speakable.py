"""Written French -> spoken French."""

from __future__ import annotations

from narrate.languages.fr.numbers import FrenchGrammar
from narrate.languages.spoken import SpokenRules


def spoken_rules(_tag: str, /) -> SpokenRules:
    """Return the rules; there is one variety."""
    return SpokenRules("fr", FrenchGrammar())
