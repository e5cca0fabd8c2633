"""Written French -> spoken French."""

from __future__ import annotations

import re

from narrate.languages.fr.numbers import FrenchGrammar
from narrate.languages.spoken import SpokenRules


class _FrenchRules(SpokenRules):
    def say_war(self, match: re.Match[str], _: bool) -> str:
        """Return the words of 14-18 and 39-45."""
        return " ".join(self.grammar.number(part) for part in re.findall(r"\d+", match["it"]))


def spoken_rules(_tag: str, /) -> SpokenRules:
    """Return the rules; there is one variety."""
    return _FrenchRules("fr", FrenchGrammar())
