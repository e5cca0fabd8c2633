"""Assembly: exact lengths and times, trimmed edges, no click at a seam."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from narrate.audio import AudioSettings
from narrate.audio.assembly import EDGE_MS, assemble
from narrate.types import NARRATOR, Audio, Boundary, Line, Passage, Piece, Spoken, Take, Voice, WordTime

VOICE = Voice("silent", "hush", "Hush", "en", "unknown", "none", "none", "none")
PAUSES_MS: dict[Boundary, int] = {
    "join": 50, "sentence": 300, "speaker": 200, "paragraph": 700, "headline": 900, "disclaimer": 800, "end": 500,
}  # fmt: skip
RATE_HZ = 44100


def tone(seconds: float, *, level: float = 0.3, quiet_s: float = 0.0, rate_hz: int = 22050) -> Audio:
    wave = level * np.sin(2 * np.pi * 220 * np.arange(round(seconds * rate_hz)) / rate_hz)
    quiet = np.zeros(round(quiet_s * rate_hz))
    return Audio(np.concatenate([quiet, wave, quiet]).astype(np.float32), rate_hz)


def take(audio: Audio, boundary: Boundary = "sentence", text: str = "Words.") -> Take:
    spoken = Spoken(text, (Piece(0, len(text), 0, len(text)),))
    return Take(Line(0, (0,), text, NARRATOR, boundary), VOICE, audio, spoken)


def assembled(*takes: Take, lead_in_ms: int = 100) -> list[Passage]:
    settings = AudioSettings(RATE_HZ, 96, -16, -1, lead_in_ms, PAUSES_MS)
    return list(assemble(takes, names={NARRATOR: "Narrator"}, settings=settings))


def test_passages_have_the_lengths_of_takes_and_pauses() -> None:
    passages = assembled(take(tone(1), "disclaimer"), take(tone(2), "paragraph"), take(tone(0.5), "end"))
    expected = [0.1 + 1 + 0.8, 2 + 0.7, 0.5 + 0.5]
    # pydub's fades may drop one of a take's own samples
    assert [len(p.samples) for p in passages] == [pytest.approx(RATE_HZ * seconds, abs=4) for seconds in expected]


def test_cue_times_are_exact_to_the_sample() -> None:
    passages = assembled(take(tone(1), "disclaimer"), take(tone(2), "paragraph"), take(tone(0.5), "end"))
    stream = np.concatenate([p.samples for p in passages])
    audible = np.flatnonzero(stream)
    starts = audible[np.flatnonzero(np.diff(audible, prepend=-RATE_HZ) > RATE_HZ // 10)]
    assert [round(p.cue.start_s * RATE_HZ) for p in passages] == [pytest.approx(start, abs=8) for start in starts]
    assert {p.cue.speaker for p in passages} == {"Narrator"}


def test_engine_word_times_move_with_the_trimmed_sound() -> None:
    """The take begins with 0.3 s of quiet, most of which is trimmed. The lead-in comes before it."""
    timed = replace(tone(1, quiet_s=0.3), timings=(WordTime(0, 5, 0.3, 1.3),))
    (passage,) = assembled(take(timed, text="Words."))
    assert passage.cue.word_timing == "engine"
    assert passage.cue.words[0].start_s == pytest.approx(0.1 + EDGE_MS / 1000, abs=0.002)
    assert passage.cue.words[0].end_s == pytest.approx(1.1 + EDGE_MS / 1000, abs=0.002)
    assert assembled(take(tone(1)))[0].cue.word_timing == "estimated"


def test_cue_times_of_a_thousand_takes_do_not_drift() -> None:
    passages = assembled(*[take(tone(0.1003)) for _ in range(1000)], lead_in_ms=0)
    total = sum(len(p.samples) for p in passages)
    last = passages[-1].cue
    assert round(last.end_s * RATE_HZ) + RATE_HZ * PAUSES_MS["sentence"] // 1000 == total
    assert all(earlier.cue.end_s < later.cue.start_s for earlier, later in pairwise(passages))


def test_quiet_edges_of_takes_are_trimmed() -> None:
    (passage,) = assembled(take(tone(1, quiet_s=0.6), "end"), lead_in_ms=0)
    seconds = passage.cue.end_s - passage.cue.start_s
    assert 1.0 <= seconds <= 1.0 + 2 * (EDGE_MS + 10) / 1000


def test_seams_between_takes_do_not_click() -> None:
    abrupt = tone(0.5, level=0.9)
    abrupt = Audio(np.roll(abrupt.samples, 25), abrupt.sample_rate_hz)  # begins and ends at a crest
    assert abs(abrupt.samples[0]) > 0.8
    stream = np.concatenate([p.samples for p in assembled(*[take(abrupt, "join") for _ in range(5)])])
    inside = np.abs(np.diff(stream[8820:17640])).max()
    assert np.abs(np.diff(stream)).max() <= inside * 1.05


def test_silent_take_keeps_its_length() -> None:
    (passage,) = assembled(take(Audio(np.zeros(2205, dtype=np.float32), 22050), "join"), lead_in_ms=0)
    assert len(passage.samples) == 4410 + RATE_HZ * 50 // 1000
