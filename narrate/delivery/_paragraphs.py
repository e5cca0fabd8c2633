"""Group the cues of an edition by paragraph."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from narrate.types import Boundary, Cue

INSIDE_PARAGRAPH: Final[frozenset[Boundary]] = frozenset(("join", "sentence", "speaker"))
"""Boundaries after which the paragraph goes on."""


def paragraphs_of(cues: Iterable[Cue]) -> list[list[Cue]]:
    """Return the cues of each paragraph, in order. The disclaimer and the headline are paragraphs of their own."""
    paragraphs: list[list[Cue]] = [[]]
    for cue in cues:
        paragraphs[-1].append(cue)
        if cue.boundary not in INSIDE_PARAGRAPH:
            paragraphs.append([])
    return [paragraph for paragraph in paragraphs if paragraph]
