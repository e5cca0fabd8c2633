"""Long lines: phonemes are split where a speaker would breathe, and the takes are joined without a click."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float32]

MAX_TOKENS: Final = 510  # the most phonemes that the model accepts, without the zero at either end
BREATHS_S: Final = {".": 0.3, "!": 0.3, "?": 0.3, "…": 0.3, ";": 0.25, ":": 0.25, "—": 0.2, ",": 0.15}
"""The pause at a seam, in seconds, by the mark before it. Inside a clause there is none."""
SILENCE: Final = 0.01  # samples at the ends of a take below this share of the loudest one are silence
MARGIN_S: Final = 0.02  # how much of the silence is kept, with a fade, so that soft consonants are complete

_SEAMS: Final = (r"[.!?…]+[”)\"]* ", r"[;:—]+[”)\"]* ", r",[”)\"]* ", " ")
"""Patterns of places where phonemes may be split, the best first."""


def split(phonemes: str) -> list[str]:
    """Split phonemes into pieces of at most ``MAX_TOKENS``, by halves, at the best seams. Only blanks are lost."""
    if len(phonemes) <= MAX_TOKENS:
        return [phonemes]
    middle = len(phonemes) / 2
    for seam in _SEAMS:
        ends = [match.end() for match in re.finditer(seam, phonemes)]
        cut = min(ends, key=lambda end: abs(end - middle), default=0)
        if len(phonemes) / 5 < cut < len(phonemes) * 4 / 5:
            break
    else:
        cut = int(middle)
    return [*split(phonemes[:cut].strip()), *split(phonemes[cut:].strip())]


def join(takes: Sequence[Samples], pieces: Sequence[str], sample_rate_hz: int) -> tuple[Samples, list[int]]:
    """Join the takes of consecutive pieces of phonemes, with a pause for breath between them.

    Returns:
        The samples, and at which of them each take begins, or would begin if nothing had been trimmed from it.
    """
    if len(takes) == 1:
        return takes[0], [0]
    parts: list[Samples] = []
    starts, at = [], 0
    for take, piece in zip(takes, pieces, strict=True):
        breath_s = BREATHS_S.get(piece.rstrip('”)"')[-1:], 0.0)
        trimmed, cut = _trimmed(take, sample_rate_hz)
        parts += [trimmed, np.zeros(round(breath_s * sample_rate_hz), np.float32)]
        starts.append(at - cut)
        at += len(parts[-2]) + len(parts[-1])
    return np.concatenate(parts[:-1]), starts


def _trimmed(take: Samples, sample_rate_hz: int) -> tuple[Samples, int]:
    """Trim the silence at the ends of a take to a faded margin. Return how many samples were cut at its start, too."""
    margin = round(MARGIN_S * sample_rate_hz)
    loud = np.flatnonzero(np.abs(take) > SILENCE * np.abs(take).max(initial=0))
    if not len(loud):
        return take, 0
    cut = max(0, int(loud[0]) - margin)
    kept = take[cut : loud[-1] + margin].copy()
    ramp = np.linspace(0, 1, min(margin, len(kept) // 2), dtype=np.float32)
    kept[: len(ramp)] *= ramp
    kept[len(kept) - len(ramp) :] *= ramp[::-1]
    return kept, cut
