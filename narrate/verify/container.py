"""Checks 1 to 9: the file, its coding and its loudness. ``CHECKS`` describes each."""

from __future__ import annotations

from typing import Final

from narrate.verify.mpeg import SAMPLES_PER_FRAME
from narrate.verify.opened import Opened, Outcome

TARGET_LUFS: Final = -16.0  # the target, unless the manifest names another
LOUDNESS_TOLERANCE_LU: Final = 0.5
CEILING_DBTP: Final = -1.0
BALANCE_TOLERANCE_LU: Final = 2.0
MIN_TURNS_S: Final = 0.4  # shorter speech has no loudness: it is less than one block of BS.1770
MAX_SILENCE_S, MAX_LEAD_IN_S, TAIL_S = 2.0, 0.5, (0.3, 1.5)


def tag(edition: Opened) -> Outcome:
    found = edition.layout
    has_ape = b"APETAGEX" in edition.data[-160:]
    holds = edition.tags is not None and found.tags == 1 and not found.has_id3v1 and not has_ape
    return holds, f"{found.tags} ID3v2 tags{', ID3v1 at the end' * found.has_id3v1}{', APE at the end' * has_ape}"


def frames(edition: Opened) -> Outcome:
    found = edition.layout
    return bool(found.frames) and found.end == found.size, (
        f"{len(found.frames)} frames, {found.size - found.end} bytes behind them"
    )


def coding(edition: Opened) -> Outcome:
    kinds = {(frame.sample_rate_hz, frame.bitrate_kbps, frame.mono) for frame in edition.layout.frames}
    holds = len(kinds) == 1 and all(
        rate in (44100, 48000) and 96 <= bitrate <= 128 and mono for rate, bitrate, mono in kinds
    )
    return holds, "; ".join(f"{r} Hz, {b} kbit/s, {'mono' if m else 'stereo'}" for r, b, m in sorted(kinds)) or "none"


def info(edition: Opened) -> Outcome:
    return edition.layout.delay is not None, (f"delay {edition.layout.delay}, padding {edition.layout.padding} samples")


def length(edition: Opened) -> Outcome:
    found, decoded = edition.layout, edition.sound.samples
    if found.delay is None or found.padding is None:
        return False, f"{decoded} samples decoded, but the header does not state how many there should be"
    sound_frames = len(found.frames) - 1  # the first frame is the header
    in_header = sound_frames * SAMPLES_PER_FRAME - found.delay - found.padding
    tolerance = edition.sound.sample_rate_hz // 1000
    in_manifest = round(edition.manifest.duration_s * edition.sound.sample_rate_hz) if edition.manifest else decoded
    return in_header == decoded and abs(in_manifest - decoded) <= tolerance, f"{decoded} samples"


def loudness(edition: Opened) -> Outcome:
    target = TARGET_LUFS
    if edition.manifest:
        target = float(edition.manifest.settings["loudness"]["target_lufs"])
    measured = edition.sound.loudness_lufs
    return abs(measured - target) <= LOUDNESS_TOLERANCE_LU, f"{measured:.2f} LUFS for {target:g}"


def peak(edition: Opened) -> Outcome:
    return edition.sound.true_peak_dbtp <= CEILING_DBTP, f"{edition.sound.true_peak_dbtp:.2f} dBTP"


def balance(edition: Opened) -> Outcome:
    if not edition.cues:
        return None, "no captions say who speaks when"
    apart = {
        name: level_lufs - edition.sound.loudness_lufs
        for name, level_lufs in edition.sound.speakers_lufs.items()
        if sum(cue.end_s - cue.start_s for cue in edition.cues if cue.speaker == name) >= MIN_TURNS_S
    }
    name, farthest = max(apart.items(), key=lambda item: (abs(item[1]), item[0]))
    return abs(farthest) <= BALANCE_TOLERANCE_LU, f"{name} {farthest:+.2f} LU"


def silence(edition: Opened) -> Outcome:
    sound = edition.sound
    holds = (
        sound.longest_silence_s <= MAX_SILENCE_S
        and sound.lead_in_s <= MAX_LEAD_IN_S
        and TAIL_S[0] <= sound.tail_s <= TAIL_S[1]
    )
    return holds, f"lead-in {sound.lead_in_s:.2f} s, longest {sound.longest_silence_s:.2f} s, tail {sound.tail_s:.2f} s"
