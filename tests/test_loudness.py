"""The meters on signals of ITU-R BS.1770-4 and EBU Tech 3341 and compared with ffmpeg, and the limiter."""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import soundfile
from helpers.meters import ffmpeg_loudness
from numpy.lib.stride_tricks import sliding_window_view

from narrate.audio.limiter import Sketch, limiter_margin, limiting_gain
from narrate.audio.meter import (
    BATCH,
    OVERSAMPLING,
    TAPS,
    LoudnessMeter,
    PeakMeter,
    Samples,
    interpolated_peaks,
    k_weighting,
    lufs_within,
)

DUAL_MONO_LU = 10 * math.log10(2)
"""EBU's signals are stereo with the same sound on both channels."""


def sine(dbfs: float, seconds: float, *, hz: float = 1000.0, rate_hz: int = 48000) -> Samples:
    return (10 ** (dbfs / 20) * np.sin(2 * np.pi * hz * np.arange(round(seconds * rate_hz)) / rate_hz)).astype("f4")


def lufs(*pieces: Samples, rate_hz: int = 48000) -> float:
    meter = LoudnessMeter(rate_hz)
    for piece in pieces:
        meter.add(piece)
    return meter.integrated_lufs()


def dbtp(samples: Samples) -> float:
    meter = PeakMeter()
    meter.add(samples)
    return meter.true_peak_dbtp()


def speechlike(seconds: float, rate_hz: int = 44100) -> Samples:
    """Noise that comes in syllables and phrases."""
    noise = np.random.default_rng(7).standard_normal(round(seconds * rate_hz))
    time_s = np.arange(len(noise)) / rate_hz
    return (0.2 * noise * np.abs(np.sin(9 * time_s)) * (np.sin(1.1 * time_s) > -0.6)).clip(-1, 1).astype("f4")


def test_filters_at_48_khz_equal_the_tables_of_the_standard() -> None:
    shelf, high_pass = k_weighting(48000)
    table_1 = [1.53512485958697, -2.69169618940638, 1.19839281085285, 1.0, -1.69065929318241, 0.73248077421585]
    table_2 = [1.0, -2.0, 1.0, 1.0, -1.99004745483398, 0.99007225036621]
    assert shelf == pytest.approx(table_1, abs=1e-12)
    assert high_pass[:3] / high_pass[0] == pytest.approx(table_2[:3], abs=1e-12)
    assert high_pass[3:] == pytest.approx(table_2[3:], abs=1e-12)


@pytest.mark.parametrize("rate_hz", [16000, 22050, 24000, 44100, 48000, 96000])
def test_full_scale_sine_measures_minus_3_01_lufs_at_any_rate(rate_hz: int) -> None:
    bilinear = (
        0 if rate_hz in (44100, 48000) else 0.03
    )  # away from 48 kHz the transform bends the shelf's slope a little
    measured = lufs(sine(0, 5, hz=997, rate_hz=rate_hz), rate_hz=rate_hz)
    assert measured == pytest.approx(-3.01, abs=0.01 + bilinear)


@pytest.mark.parametrize(
    ("signal", "expected"),
    [
        ([(-23, 20)], -23.0),
        ([(-33, 20)], -33.0),
        ([(-36, 10), (-23, 60), (-36, 10)], -23.0),
        ([(-72, 10), (-36, 10), (-23, 60), (-36, 10), (-72, 10)], -23.0),
        ([(-26, 20), (-20, 20.1), (-26, 20)], -23.0),
    ],
    ids=["case 1", "case 2", "case 3", "case 4", "case 5"],
)
def test_loudness_of_ebu_tech_3341_signals(signal: list[tuple[float, float]], expected: float) -> None:
    measured = lufs(*(sine(dbfs, seconds) for dbfs, seconds in signal))
    assert measured + DUAL_MONO_LU == pytest.approx(expected, abs=0.03)


def test_size_of_pieces_does_not_change_the_measurement() -> None:
    sound = speechlike(7.3)
    pieces = np.split(sound, np.sort(np.random.default_rng(1).integers(0, len(sound), 200)))
    assert lufs(*pieces, rate_hz=44100) == pytest.approx(lufs(sound, rate_hz=44100), abs=1e-5)
    whole, parts = PeakMeter(), PeakMeter()
    whole.add(sound)
    for piece in pieces:
        parts.add(piece)
    assert parts.true_peak_dbtp() == pytest.approx(whole.true_peak_dbtp(), abs=1e-4)


@pytest.mark.parametrize("rate_hz", [8000, 11025, 22050, 44100, 48000])
def test_cells_equal_those_of_the_filters_applied_sample_by_sample(rate_hz: int) -> None:
    steps = np.random.default_rng(3).standard_normal(rate_hz)
    rumble = np.cumsum(steps - steps.mean())  # most of it is below what K-weighting lets through
    sound = (0.5 * rumble / np.abs(rumble).max() + 0.01 * steps).astype("f4")
    filtered = sound.astype(float)
    for section in k_weighting(rate_hz):
        before, after = [0.0, 0.0], [0.0, 0.0]
        for at, sample in enumerate(filtered):
            value = section[:3] @ [sample, *before] - section[4:] @ after
            before, after, filtered[at] = [sample, before[0]], [value, after[0]], value
    cell = rate_hz // 10
    expected = (filtered[: 9 * cell].reshape(9, cell) ** 2).mean(axis=1)
    meter = LoudnessMeter(rate_hz)
    meter.add(sound)
    assert meter.cells()[:9] == pytest.approx(expected, rel=1e-8)


def test_threads_measure_the_same() -> None:
    sound = speechlike(20)
    with ThreadPoolExecutor(3) as executor:
        meter, peak = LoudnessMeter(44100, executor), PeakMeter(executor)
        for start in range(0, len(sound), 50_001):
            meter.add(sound[start : start + 50_001])
            peak.add(sound[start : start + 50_001])
        assert peak.true_peak_dbtp() == dbtp(sound)
        assert meter.integrated_lufs() == lufs(sound, rate_hz=44100)


def test_silence_is_infinitely_quiet_and_short_sound_is_one_block() -> None:
    assert lufs(np.zeros(48000, dtype="f4")) == -math.inf
    assert lufs() == dbtp(np.zeros(100, dtype="f4")) == -math.inf
    assert lufs(sine(0, 0.3, hz=997)) == pytest.approx(-3.01, abs=0.1)


def test_meter_continues_after_a_measurement() -> None:
    meter = LoudnessMeter(48000)
    meter.add(sine(-20, 3.33))
    meter.integrated_lufs()
    meter.add(sine(-20, 5.1, hz=500))
    assert meter.integrated_lufs() == pytest.approx(lufs(sine(-20, 3.33), sine(-20, 5.1, hz=500)), abs=1e-9)


@pytest.mark.parametrize(
    ("divisor", "degrees", "level", "expected"),
    [(4, 0, 0.5, -6.0), (4, 45, 0.5, -6.0), (6, 60, 0.5, -6.0), (8, 67.5, 0.5, -6.0), (4, 45, 1.41, 3.0)],
    ids=["case 15", "case 16", "case 17", "case 18", "case 19"],
)
def test_true_peak_of_ebu_tech_3341_signals(divisor: int, degrees: float, level: float, expected: float) -> None:
    signal = level * np.sin(2 * np.pi * np.arange(4800) / divisor + math.radians(degrees))
    faded = (signal * np.minimum(1, np.minimum(np.arange(4800), np.arange(4800)[::-1]) / 400)).astype("f4")
    assert expected - 0.4 <= dbtp(faded) <= expected + 0.2


def test_meters_agree_with_ffmpeg(tmp_path: Path) -> None:
    sound = speechlike(30)
    soundfile.write(tmp_path / "a.wav", sound, 44100, subtype="FLOAT")
    their_lufs, their_dbtp = ffmpeg_loudness(tmp_path / "a.wav")
    assert lufs(sound, rate_hz=44100) == pytest.approx(their_lufs, abs=0.06)  # it prints one decimal
    assert dbtp(sound) == pytest.approx(their_dbtp, abs=0.25)


def test_limiter_keeps_true_peak_under_its_ceiling() -> None:
    sound = (1.8 * speechlike(5)).astype("f4")
    gain = limiting_gain(sound, ceiling=0.8, reach=441)
    assert dbtp(sound) > 0
    assert dbtp(sound * gain) <= 20 * math.log10(0.8) + 0.01
    assert gain.min() > 0
    assert gain.max() <= 1
    assert np.abs(np.diff(gain)).max() < 0.01  # no corner that would click


def test_limiter_does_not_change_quiet_sound() -> None:
    sound = sine(-30, 3)
    sound[72000] = 0.99
    gain = limiting_gain(sound, ceiling=0.9, reach=480)
    margin = limiter_margin(480)
    assert (np.delete(gain, np.arange(72000 - margin, 72000 + margin)) == 1).all()
    assert gain[72000] == pytest.approx(0.9 / 0.99, abs=0.02)


@pytest.mark.parametrize("gain", [0.5, 1.0, 1.5])
def test_sketch_estimates_loudness_after_limiting(gain: float) -> None:
    sound, reach = speechlike(20), 441
    sketch, limited = Sketch(44100), LoudnessMeter(44100)
    for start in range(0, len(sound), 7001):
        sketch.add(sound[start : start + 7001])
    limited.add(gain * sound * limiting_gain(gain * sound, ceiling=0.8, reach=reach))
    cells = sketch.limited_cells(np.full(len(sketch.cells()), gain, np.float32), 0.8)
    assert lufs_within(cells, [(0, len(cells))]) == pytest.approx(limited.integrated_lufs(), abs=0.5)
    assert sketch.cells() == pytest.approx(sketch.limited_cells(np.ones(len(cells), np.float32), 9.0))


def test_loudness_within_spans_ignores_the_rest() -> None:
    meter = LoudnessMeter(48000)
    meter.add(np.concatenate([sine(-20, 2), sine(-40, 2), sine(-20, 2), sine(-30, 0.2)]))
    cells = meter.cells()
    assert lufs_within(cells, [(0, 20), (40, 60)]) == pytest.approx(-23.0, abs=0.1)
    assert lufs_within(cells, [(21, 40)]) == pytest.approx(-43.0, abs=0.1)
    assert lufs_within(cells, [(60, 62)]) == pytest.approx(-33.0, abs=0.2)
    assert math.isinf(lufs_within(cells, []))


def test_sketch_of_empty_sound_is_empty() -> None:
    assert len(Sketch(44100).limited_cells(np.zeros(0, np.float32), 0.8)) == 0


@pytest.mark.parametrize("name", ["tone", "noise", "clicks", "steps"])
def test_true_peak_is_the_highest_of_all_interpolated_samples(name: str) -> None:
    chance, time_s = np.random.default_rng(5), np.arange(200_000) / 44100
    click = chance.choice([0.0, 0.5, -0.5], 200_000, p=[0.99, 0.005, 0.005])
    steps = np.repeat(chance.uniform(-0.4, 0.4, 2000), 100)
    sounds = {
        "tone": 0.3 * np.sin(2 * np.pi * 441 * time_s),
        "noise": 0.2 * chance.standard_normal(200_000),
        "clicks": click,
        "steps": steps,
    }
    sound = sounds[name].astype(np.float32)
    meter = PeakMeter()
    for start in range(0, len(sound), 77_777):
        meter.add(sound[start : start + 77_777])
    windows = sliding_window_view(np.pad(sound, TAPS), TAPS)
    highest = max(float(np.abs(windows @ phase).max()) for phase in OVERSAMPLING)
    expected_db = 20 * math.log10(max(highest, float(np.abs(sound).max())))
    assert meter.true_peak_dbtp() == pytest.approx(expected_db, abs=1e-4)


def test_few_samples_of_a_tone_are_interpolated(monkeypatch: pytest.MonkeyPatch) -> None:
    interpolated = 0

    def counted(windows: Samples) -> Samples:
        nonlocal interpolated
        interpolated += len(windows) * BATCH
        return interpolated_peaks(windows)

    monkeypatch.setattr("narrate.audio.meter.interpolated_peaks", counted)
    tone = (0.3 * np.sin(2 * np.pi * 200 * np.arange(10 * 44100) / 44100)).astype(np.float32)
    meter = PeakMeter()
    for start in range(0, len(tone), 44100):
        meter.add(tone[start : start + 44100])
    assert meter.true_peak_dbtp() == pytest.approx(20 * math.log10(0.3), abs=0.05)
    assert interpolated < len(tone) / 2
