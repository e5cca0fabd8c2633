"""Long lines: phonemes split where a speaker would breathe, and the takes joined so that nobody hears it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

MAX_TOKENS: Final = 510
"""What the model takes at most, the two zeros aside."""
BREATHS_S: Final = {".": 0.3, "!": 0.3, "?": 0.3, "…": 0.3, ";": 0.25, ":": 0.25, "—": 0.2, ",": 0.15}
"""The pause at a seam, in seconds, by the mark before it; none inside a clause."""
QUIET: Final = 0.01
"""Of the loudest sample: what lies below at either end of a take is silence."""
MARGIN_S: Final = 0.02
"""Kept of the silence, so that soft consonants are whole; faded to nothing."""

_SEAMS: Final = (r"[.!?…]+[”)\"]* ", r"[;:—]+[”)\"]* ", r",[”)\"]* ", " ")
"""Where phonemes may be split, the best places first."""


def split(phonemes: str) -> list[str]:
    """Pieces of at most ``MAX_TOKENS``, cut in halves at the best seams; only blanks between them are lost."""
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


def join(
    takes: Sequence[npt.NDArray[np.float32]], pieces: Sequence[str], sample_rate_hz: int
) -> tuple[npt.NDArray[np.float32], list[int]]:
    """The takes of ``pieces`` as one, a breath long apart, and at which sample of it each of them begins, or would if
    nothing had been cut from it; a take that stands alone stays as it is."""
    if len(takes) == 1:
        return takes[0], [0]
    parts: list[npt.NDArray[np.float32]] = []
    starts, at = [], 0
    for take, piece in zip(takes, pieces, strict=True):
        breath_s = BREATHS_S.get(piece.rstrip('”)"')[-1:], 0.0)
        trimmed, cut = _trimmed(take, sample_rate_hz)
        parts += [trimmed, np.zeros(round(breath_s * sample_rate_hz), np.float32)]
        starts.append(at - cut)
        at += len(parts[-2]) + len(parts[-1])
    return np.concatenate(parts[:-1]), starts


def _trimmed(take: npt.NDArray[np.float32], sample_rate_hz: int) -> tuple[npt.NDArray[np.float32], int]:
    """``take`` without the silence at its ends, but for a margin that rises from nothing and falls to it; and how many
    samples its beginning lost."""
    margin = round(MARGIN_S * sample_rate_hz)
    loud = np.flatnonzero(np.abs(take) > QUIET * np.abs(take).max(initial=0))
    if not len(loud):
        return take, 0
    cut = max(0, int(loud[0]) - margin)
    kept = take[cut : loud[-1] + margin].copy()
    ramp = np.linspace(0, 1, min(margin, len(kept) // 2), dtype=np.float32)
    kept[: len(ramp)] *= ramp
    kept[len(kept) - len(ramp) :] *= ramp[::-1]
    return kept, cut
