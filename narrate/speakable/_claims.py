"""Claims: stretches of the source and what to say for them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from narrate.languages.rules import MASK, Rule


class Claim(NamedTuple):
    """What to say for a stretch of the source."""

    start: int
    end: int
    words: str
    ipa: str = ""
    """The sound of it, if a lexicon or the source gives it."""


def mask(masked: str, start: int, end: int) -> str:
    """Return the text with a stretch masked, so that no later rule reads it."""
    return masked[:start] + MASK * (end - start) + masked[end:]


def apply_rules(masked: str, rules: Iterable[Rule], british: bool, claims: list[Claim]) -> str:
    """Apply ``rules`` in order, add what they claim to ``claims``, and return the text with that masked too."""
    for rule in rules:
        taken = []
        for match in rule.pattern.finditer(masked):
            words = rule.say(match, british)
            if words is not None:
                taken.append(Claim(*match.span(rule.group), words))
        claims += taken
        for claim in taken:
            masked = mask(masked, claim.start, claim.end)
    return masked
