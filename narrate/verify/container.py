"""Checks 1 to 9: the file, its coding and its loudness."""

from __future__ import annotations

from typing import Final

from narrate.verify.mpeg import SAMPLES_PER_FRAME
from narrate.verify.opened import Opened, Outcome

TARGET_LUFS: Final = -16.0
"""Unless the manifest names another."""
CEILING_DBTP: Final = -1.0
LEAST_TURN_S: Final = 0.4
"""Less than one block of BS.1770 has no loudness."""


def tag(edition: Opened) -> Outcome:
    lay = edition.layout
    is_ape = b"APETAGEX" in edition.data[-160:]
    holds = edition.tags is not None and lay.tags == 1 and not lay.has_id3v1 and not is_ape
    return holds, f"{lay.tags} ID3v2 tags{', ID3v1 at the end' * lay.has_id3v1}{', APE at the end' * is_ape}"


def frames(edition: Opened) -> Outcome:
    lay = edition.layout
    return bool(lay.frames) and lay.end == lay.size, f"{len(lay.frames)} frames, {lay.size - lay.end} bytes behind them"


def coding(edition: Opened) -> Outcome:
    kinds = {(frame.sample_rate_hz, frame.bitrate_kbps, frame.mono) for frame in edition.layout.frames}
    holds = len(kinds) == 1 and all(
        rate in (44100, 48000) and 96 <= bitrate <= 128 and mono for rate, bitrate, mono in kinds
    )
    return holds, "; ".join(f"{r} Hz, {b} kbit/s, {'mono' if m else 'stereo'}" for r, b, m in sorted(kinds)) or "none"


def info(edition: Opened) -> Outcome:
    lay = edition.layout
    return lay.delay is not None, f"delay {lay.delay}, padding {lay.padding} samples"


def length(edition: Opened) -> Outcome:
    lay, decoded = edition.layout, edition.sound.samples
    if lay.delay is None or lay.padding is None:
        return False, f"{decoded} samples decoded, and no header that says how many there should be"
    promised = {(len(lay.frames) - 1) * SAMPLES_PER_FRAME - lay.delay - lay.padding}  # the first frame is the header
    if edition.manifest:
        promised.add(round(float(edition.manifest["duration_s"]) * edition.sound.sample_rate_hz))
    near = all(abs(samples - decoded) <= edition.sound.sample_rate_hz // 1000 for samples in promised)
    return near and (len(lay.frames) - 1) * SAMPLES_PER_FRAME - lay.delay - lay.padding == decoded, f"{decoded} samples"


def loudness(edition: Opened) -> Outcome:
    target = TARGET_LUFS
    if edition.manifest:
        target = float(edition.manifest["settings"]["loudness"]["target_lufs"])
    return abs(edition.sound.loudness_lufs - target) <= 0.5, f"{edition.sound.loudness_lufs:.2f} LUFS for {target:g}"


def peak(edition: Opened) -> Outcome:
    return edition.sound.true_peak_dbtp <= CEILING_DBTP, f"{edition.sound.true_peak_dbtp:.2f} dBTP"


def balance(edition: Opened) -> Outcome:
    if not edition.cues:
        return None, "no captions say who speaks when"
    long_enough = {
        speaker
        for speaker in edition.sound.speakers_lufs
        if sum(cue.end_s - cue.start_s for cue in edition.cues if cue.speaker == speaker) >= LEAST_TURN_S
    }
    apart = {name: edition.sound.speakers_lufs[name] - edition.sound.loudness_lufs for name in long_enough}
    name, farthest = max(apart.items(), key=lambda item: (abs(item[1]), item[0]))
    return abs(farthest) <= 2.0, f"{name} {farthest:+.2f} LU"


def silence(edition: Opened) -> Outcome:
    sound = edition.sound
    holds = sound.longest_silence_s <= 2.0 and sound.lead_in_s <= 0.5 and 0.3 <= sound.tail_s <= 1.5
    return holds, f"lead-in {sound.lead_in_s:.2f} s, longest {sound.longest_silence_s:.2f} s, tail {sound.tail_s:.2f} s"
