"""Decisions who said a quotation, and how sure each rule is."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import Final

CONTINUING: Final = frozenset({"same paragraph", "goes on"})
"""Rules by which a quotation goes on from the one before: it has the same speaker, right or wrong."""
UNKNOWN_CONFIDENCE: Final = 0.05
"""Confidence of a quotation for which there is no speaker."""
_FILE: Final = "confidence.toml"


@dataclass(frozen=True, slots=True)
class Decision:
    """Who said a quotation, and why."""

    entity: int
    rule: str
    evidence: str
    described_as: str = ""
    origin: str = ""
    """Rule of the quotation from which this one goes on; empty if it does not."""
    confidence: float = UNKNOWN_CONFIDENCE
    """Probability in [0, 1] that the entity is right."""

    def continued(self, rule: str, evidence: str) -> Decision:
        """Return the decision for a quotation that goes on from this one."""
        origin = (self.origin or self.rule) if rule in CONTINUING else ""
        return replace(self, rule=rule, evidence=evidence, origin=origin)


@dataclass(frozen=True, slots=True)
class Place:
    """A quotation and what was said before it."""

    paragraph: int
    index: int
    speaker: Decision | None
    """Who said the quotation before in the paragraph."""
    previous: Decision | None
    """Who said the quotation before."""
    is_dialogue: bool
    """Whether the paragraph opens with a dash."""


@dataclass(frozen=True, slots=True)
class Kinds:
    """What is known of quotations by their form, by number."""

    continued: frozenset[int]
    """They go on from the one before."""
    dialogue: frozenset[int]
    """They open a paragraph with a dash."""
    unmarked: Mapping[int, str]
    """They are turns of an interview: what stands before them, a label, a star for bold type, or nothing."""
    statements: Mapping[int, int]
    """They are statements without marks: where the line that announces them begins."""


@cache
def load_confidence(code: str) -> Mapping[str, float]:
    """Return rule -> share of right speakers in a language; those of ``CONTINUING`` if the one before is right.

    Args:
        code: ISO 639 code.
    """
    text = resources.files(__package__).joinpath(_FILE).read_text(encoding="utf-8")
    shares: dict[str, float] = tomllib.loads(text)[code]
    return shares


def with_confidence(decision: Decision, shares: Mapping[str, float]) -> Decision:
    """Return a decision with its confidence.

    Args:
        decision: The decision.
        shares: The result of ``load_confidence``.
    """
    confidence = shares.get(decision.origin or decision.rule, UNKNOWN_CONFIDENCE)
    if decision.origin:
        confidence *= shares[decision.rule]
    return replace(decision, confidence=confidence)
