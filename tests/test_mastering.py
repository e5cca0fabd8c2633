"""Mastering: loudness, true peak and balance of speakers reach their targets, and no temporary file stays."""

from __future__ import annotations

import math
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import imageio_ffmpeg
import numpy as np
import pytest
import soundfile
from helpers.meters import ffmpeg_loudness
from helpers.paths import EXAMPLE, shared

from narrate import produce
from narrate.audio import AudioSettings, Target
from narrate.audio.limiter import Sketch
from narrate.audio.mastering import Mastering, measure
from narrate.audio.meter import LoudnessMeter, Samples
from narrate.concurrency import background_thread
from narrate.config import Config, LoudnessConfig, SynthesisConfig
from narrate.errors import DeliveryError
from narrate.types import Cue, Passage
from narrate.verify.mpeg import layout

RATE_HZ = 44100
PAUSE = np.zeros(RATE_HZ // 5, dtype=np.float32)
STORIES = {
    "quiet": "Nothing happened on Tuesday, and the harbour slept.\n\n“It was very quiet,” said Ada Byron.\n",
    "numbers": "Voters chose 4,512 to 3,977\n\nThe count took 3 hours. “We are done,” said Tom Reed, 61.\n",
    "long": "The mayor spoke, the band played, and the ferry came in late again. " * 12,
}


def voice(seconds: float, *, level: float, hz: float, seed: int = 0) -> Samples:
    """Return a buzz with syllables, whose peaks are far above its loudness, as in speech."""
    time_s = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    pulse = np.exp(8 * (np.cos(2 * np.pi * hz * time_s) - 1)) * np.sin(2 * np.pi * 7 * hz * time_s)
    noise = 0.05 * np.random.default_rng(seed).standard_normal(len(time_s))
    return (level * (pulse + noise) * np.abs(np.sin(10 * time_s))).astype(np.float32)


def dialogue(turns: int = 12, levels: tuple[float, float] = (0.02, 0.7), pause: Samples = PAUSE) -> Iterator[Passage]:
    position = 0
    for turn in range(turns):
        sound = voice(2 + turn % 3, level=levels[turn % 2], hz=(110, 200)[turn % 2], seed=turn)
        start_s, end_s = position / RATE_HZ, (position + len(sound)) / RATE_HZ
        yield Passage(np.concatenate([sound, pause]), Cue(start_s, end_s, ("Ada", "Tom")[turn % 2], "Words."))
        position += len(sound) + len(PAUSE)


def settings(target_lufs: float = -16.0) -> AudioSettings:
    return AudioSettings(RATE_HZ, 96, target_lufs, true_peak_dbtp=-1, lead_in_ms=0, pauses_ms={})


def mastered(passages: Iterator[Passage], target_lufs: float = -16.0) -> tuple[Samples, list[Cue]]:
    with Mastering(settings(target_lufs)) as mastering:
        mastering.record(passages)
        return np.concatenate(list(mastering.chunks())), mastering.cues


def speaker_lufs(sound: Samples, cues: list[Cue], rate_hz: int = RATE_HZ) -> dict[str, float]:
    meters: dict[str, LoudnessMeter] = {}
    for cue in cues:
        meter = meters.setdefault(cue.speaker, LoudnessMeter(rate_hz))
        meter.add(sound[round(cue.start_s * rate_hz) : round(cue.end_s * rate_hz)])
    return {name: meter.integrated_lufs() for name, meter in meters.items()}


@pytest.mark.parametrize("target_lufs", [-23.0, -18.0, -16.0])
def test_mastered_sound_has_target_loudness_and_true_peak(target_lufs: float) -> None:
    sound, _ = mastered(dialogue(), target_lufs)
    loudness = measure([sound], RATE_HZ)
    assert loudness.integrated_lufs == pytest.approx(target_lufs, abs=0.1)
    assert loudness.true_peak_dbtp <= -1.6


def test_speakers_are_balanced_with_one_gain_each() -> None:
    sound, cues = mastered(dialogue(), -23)
    levels = speaker_lufs(sound, cues)
    assert abs(levels["Ada"] - levels["Tom"]) < 0.2
    raw = np.concatenate([passage.samples for passage in dialogue()])
    for name in ("Ada", "Tom"):
        turns = [slice(round(c.start_s * RATE_HZ), round(c.end_s * RATE_HZ)) for c in cues if c.speaker == name]
        gains = [np.median(sound[turn][raw[turn] != 0] / raw[turn][raw[turn] != 0]) for turn in turns]
        assert np.ptp(gains) < 1e-3 * np.mean(gains)


def test_mastering_keeps_the_length_and_leaves_no_seams() -> None:
    raw = np.concatenate([passage.samples for passage in dialogue(levels=(0.7, 0.7))])
    sound, _ = mastered(dialogue(levels=(0.7, 0.7)))
    assert len(sound) == len(raw)
    gain = np.divide(sound, raw, out=np.zeros_like(raw), where=np.abs(raw) > 0.01)
    for seam in range(3 * RATE_HZ, len(raw), 3 * RATE_HZ):
        around = gain[seam - 200 : seam + 200]
        around = around[around > 0]
        assert len(around) < 2 or np.abs(np.diff(around)).max() < 0.02 * around.mean()


@pytest.mark.parametrize("target_lufs", [-30.0, -23.0, -16.0])
def test_sound_is_the_same_to_the_bit_as_if_the_limiter_ran_everywhere(
    target_lufs: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    quiet_first = [*dialogue(6, levels=(0.001, 0.001)), *dialogue(6, levels=(0.02, 0.7))]
    sound, _ = mastered(iter(quiet_first), target_lufs)
    limited_parts = Sketch.limited_parts
    monkeypatch.setattr(Sketch, "limited_parts", lambda *arguments: np.ones_like(limited_parts(*arguments)))
    assert np.array_equal(sound, mastered(iter(quiet_first), target_lufs)[0])


@pytest.mark.parametrize("pause", [PAUSE, PAUSE[:0], np.zeros(RATE_HZ * 2, dtype=np.float32)])
@pytest.mark.parametrize("levels", [(0.02, 0.7), (0.001, 0.002), (0.3, 0.3)])
def test_loudness_that_follows_from_the_gain_is_that_of_the_finished_sound(
    levels: tuple[float, float], pause: Samples
) -> None:
    for target_lufs in (-30.0, -16.0):
        with Mastering(settings(target_lufs)) as mastering:
            mastering.record(dialogue(levels=levels, pause=pause))
            meter = LoudnessMeter(RATE_HZ)
            for chunk in mastering.chunks():
                meter.add(chunk)
            assert mastering._limited_cells() == pytest.approx(meter.cells(), rel=1e-6, abs=1e-15)


def test_sound_that_needs_no_limiter_is_not_limited_to_find_its_loudness(monkeypatch: pytest.MonkeyPatch) -> None:
    limited = 0
    limit = Mastering._limited

    def counted(self: Mastering, start: int, stop: int) -> Samples:
        nonlocal limited
        limited += stop - start
        return limit(self, start, stop)

    monkeypatch.setattr(Mastering, "_limited", counted)
    with Mastering(settings(-30)) as mastering:
        pause = np.zeros(RATE_HZ * 2, dtype=np.float32)
        mastering.record(dialogue(pause=pause))
        assert 0 < limited < mastering._samples / 3


def test_pieces_of_a_long_mp3_measure_like_the_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "long.mp3"
    with background_thread(2, threads=2) as executor, Mastering(settings(), executor) as mastering:
        mastering.record(dialogue())
        whole = mastering.encode({"mp3": Target(path, path)}).loudness
        monkeypatch.setattr("narrate.audio.mastering.MEASURED_S", 1)
        pieces = mastering._measured(path)
    assert pieces.integrated_lufs == pytest.approx(whole.integrated_lufs, abs=1e-6)
    assert pieces.true_peak_dbtp == pytest.approx(whole.true_peak_dbtp, abs=1e-5)


def test_mastering_does_not_change_silence() -> None:
    sound, _ = mastered(iter([Passage(PAUSE, Cue(0, 0.2, "Ada", "…"))]))
    assert not sound.any()


def test_mastering_corrects_an_mp3_that_decodes_too_quiet_or_too_loud() -> None:
    with Mastering(settings(-20)) as mastering:
        mastering.record(dialogue())
        before = measure(mastering.chunks(), RATE_HZ)
        assert mastering.accepts(before)
        assert not mastering.accepts(type(before)(before.integrated_lufs - 0.5, before.true_peak_dbtp))
        assert measure(mastering.chunks(), RATE_HZ).integrated_lufs == pytest.approx(-19.5, abs=0.15)
        assert not mastering.accepts(type(before)(-20, -0.3))
        assert measure(mastering.chunks(), RATE_HZ).true_peak_dbtp <= -2.4


def encoded_dialogue(folder: Path, *, workers: int, pause: Samples = PAUSE) -> tuple[bytes, Samples]:
    """Return the MP3 of a dialogue of 48 s, and the sound from which it was encoded."""
    long = replace(settings(), workers=workers)
    mp3 = folder / f"{workers}.mp3"
    with background_thread(workers) as executor, Mastering(long, executor) as mastering:
        mastering.record(dialogue(15, pause=pause))
        sound = np.concatenate(list(mastering.chunks()))
        mastering.encode({"mp3": Target(mp3, mp3)})
    return mp3.read_bytes(), sound


def parts_of(mp3: bytes) -> int:
    """Return how many parts of an MP3 were encoded on their own: each part begins with an empty bit reservoir."""
    starts = [frame.start for frame in layout(mp3).frames][1:]
    reservoirs = [mp3[start + 4] << 1 | mp3[start + 5] >> 7 for start in starts]
    return sum(reservoir == 0 and before != 0 for before, reservoir in pairwise([-1, *reservoirs]))


class TestParts:
    """A long sound is encoded in parts, which are encoded at the same time."""

    @pytest.fixture(autouse=True)
    def short_parts(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("narrate.audio.mastering.PART_S", 8)

    def test_number_of_workers_does_not_change_the_file(self, tmp_path: Path) -> None:
        files = {encoded_dialogue(tmp_path, workers=workers)[0] for workers in (1, 2, 5)}
        assert len(files) == 1
        assert parts_of(files.pop()) == 6

    def test_parts_decode_to_the_sound_without_a_gap(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        mp3, sound = encoded_dialogue(tmp_path, workers=2)
        monkeypatch.setattr("narrate.audio.mastering.PART_S", 600)
        encoded_dialogue(tmp_path, workers=1)

        def noise(path: Path) -> Samples:
            decoded, _ = soundfile.read(path, dtype="float32")
            assert decoded.shape == sound.shape
            return np.abs(decoded - sound)[: len(sound) // RATE_HZ * RATE_HZ].reshape(-1, RATE_HZ // 2).mean(axis=1)

        wav = tmp_path / "decoded.wav"
        subprocess.run([imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-i", tmp_path / "2.mp3", wav], check=True)
        of_one_part = noise(tmp_path / "1.mp3")
        for path in (tmp_path / "2.mp3", wav):
            assert (noise(path) < 1.1 * of_one_part + 1e-4).all()
        frames = layout(mp3).frames
        tag = mp3.index(b"Info", frames[0].start)
        assert int.from_bytes(mp3[tag + 8 : tag + 12]) == len(frames) - 1

    def test_sound_is_as_close_to_the_original_at_the_seams_as_elsewhere(self, tmp_path: Path) -> None:
        mp3, sound = encoded_dialogue(tmp_path, workers=2)
        decoded, _ = soundfile.read(tmp_path / "2.mp3", dtype="float32")
        quiet = np.flatnonzero(np.convolve(sound != 0, np.ones(2304), "same") < 0.5)
        assert len(quiet) > 14 * RATE_HZ // 10
        assert np.abs(decoded[quiet]).max() < 1e-4
        assert parts_of(mp3) > 1

    def test_sound_without_digital_silence_is_one_part(self, tmp_path: Path) -> None:
        noisy = np.full_like(PAUSE, 1e-4)
        assert parts_of(encoded_dialogue(tmp_path, workers=2, pause=noisy)[0]) == 1

    def test_short_sound_is_one_part(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("narrate.audio.mastering.PART_S", 25)
        assert parts_of(encoded_dialogue(tmp_path, workers=2)[0]) == 1


def test_missing_temporary_folder_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
    with (
        pytest.raises(DeliveryError, match="Cannot keep the takes in the temporary folder: No such file or directory"),
        Mastering(settings()),
    ):
        pass


def test_mastering_leaves_no_temporary_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    mastered(dialogue(4))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
@pytest.mark.parametrize("article", ["example", "bakhmut", *STORIES])
def test_editions_of_five_articles_meet_the_targets_by_ffmpeg(article: str, tmp_path: Path) -> None:
    source = {"example": EXAMPLE}.get(article) or tmp_path / "story.txt"
    if article == "bakhmut":
        source = shared("articles", "bakhmut.txt")
    elif article in STORIES:
        source.write_text(STORIES[article], encoding="utf-8")
    edition = produce(source, output=tmp_path, config=Config(synthesis=SynthesisConfig(engine="pyttsx3")))
    lufs, dbtp = ffmpeg_loudness(edition.mp3)
    assert lufs == pytest.approx(-16, abs=0.3)
    assert dbtp < -1.0
    assert edition.loudness_lufs == pytest.approx(lufs, abs=0.1)
    assert edition.true_peak_dbtp == pytest.approx(dbtp, abs=0.15)
    sound, rate_hz = soundfile.read(edition.mp3, dtype="float32")
    for level in speaker_lufs(sound, list(edition.cues), rate_hz).values():
        assert level == pytest.approx(edition.loudness_lufs, abs=2)


def test_loudness_targets_can_be_configured(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(STORIES["quiet"], encoding="utf-8")
    settings = Config(synthesis=SynthesisConfig(engine="pyttsx3"), loudness=LoudnessConfig(-23.0, -3.0))
    edition = produce(tmp_path / "a.txt", output=tmp_path, config=settings)
    assert edition.loudness_lufs == pytest.approx(-23, abs=0.3)
    assert edition.true_peak_dbtp <= -3
    assert math.isfinite(edition.true_peak_dbtp)


@pytest.mark.slow
def test_interrupted_encoding_does_not_finish_the_parts_in_work(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    interrupted, late = threading.Event(), list[int]()
    limited = Mastering._limited

    def interrupt(*_: object) -> None:
        interrupted.set()
        raise KeyboardInterrupt

    def counted(self: Mastering, start: int, stop: int) -> Samples:
        if interrupted.is_set():
            late.append(start)
        return limited(self, start, stop)

    monkeypatch.setattr("narrate.audio.mastering.PART_S", 30)
    monkeypatch.setattr("narrate.audio.mastering.Mp3File.add", interrupt)
    with Mastering(replace(settings(), workers=2)) as mastering:
        mastering.record(dialogue(60))
        monkeypatch.setattr(Mastering, "_limited", counted)
        with pytest.raises(KeyboardInterrupt):
            mastering.encode({"mp3": Target(tmp_path / "a.part", tmp_path / "a.mp3")})
    assert len(late) <= 4  # the parts that follow have ten of them each
