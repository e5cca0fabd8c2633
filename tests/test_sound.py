"""The MP3 of a neural edition: no click at a seam, and all speakers equally loud."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import soundfile
from helpers.meters import ffmpeg_loudness

from narrate.types import NARRATOR_NAME, Edition

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("unmeasured")]


EDGE_S = 0.005
"""A take fades in and out: so close to its edges nothing may be heard."""
JUMP = 0.01
"""The largest step allowed between neighboring samples there: -40 dB of full scale."""
BALANCE_LU = 2.0

Samples = npt.NDArray[np.float64]


@pytest.fixture(scope="module")
def sound(neural_edition: Edition) -> tuple[Samples, int]:
    return soundfile.read(neural_edition.mp3)


def largest_jump(samples: Samples, rate_hz: int, *, around_s: float) -> float:
    start, end = (round((around_s + side) * rate_hz) for side in (-EDGE_S, EDGE_S))
    return float(np.abs(np.diff(samples[max(0, start) : end])).max())


def edges_s(edition: Edition) -> Iterable[float]:
    return chain.from_iterable((cue.start_s, cue.end_s) for cue in edition.cues)


def test_neural_edition_has_no_clicks_at_seams(neural_edition: Edition, sound: tuple[Samples, int]) -> None:
    samples, rate_hz = sound
    speech = np.quantile(np.abs(np.diff(samples)), 0.999)
    jumps = {round(edge, 2): largest_jump(samples, rate_hz, around_s=edge) for edge in edges_s(neural_edition)}
    assert {edge: jump for edge, jump in jumps.items() if jump > min(JUMP, speech)} == {}
    assert len(neural_edition.cues) >= 6


def test_click_detector_finds_inserted_clicks(neural_edition: Edition, sound: tuple[Samples, int]) -> None:
    samples, rate_hz = sound
    for edge in edges_s(neural_edition):
        clicked = samples.copy()
        clicked[round(edge * rate_hz) :] += 2 * JUMP  # as if the wave did not go on where it broke off
        assert largest_jump(clicked, rate_hz, around_s=edge) > JUMP


def test_every_speaker_is_as_loud_as_the_narrator(
    neural_edition: Edition, sound: tuple[Samples, int], tmp_path: Path
) -> None:
    samples, rate_hz = sound
    spoken: dict[str, list[Samples]] = {}
    for cue in neural_edition.cues:
        spoken.setdefault(cue.speaker, []).append(samples[round(cue.start_s * rate_hz) : round(cue.end_s * rate_hz)])
    lufs = {}
    for speaker, parts in spoken.items():
        soundfile.write(tmp_path / "speaker.wav", np.concatenate(parts), rate_hz, subtype="FLOAT")
        lufs[speaker], _ = ffmpeg_loudness(tmp_path / "speaker.wav")
    assert set(lufs) == {NARRATOR_NAME, "Rosa Lindqvist", "Tomas Reyne"}
    assert {speaker: level for speaker, level in lufs.items() if abs(level - lufs[NARRATOR_NAME]) > BALANCE_LU} == {}
