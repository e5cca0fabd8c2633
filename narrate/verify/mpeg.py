"""What an MP3 file is made of: tags at its ends, frames between them, and what its first frame tells of the rest.

Sources: ISO/IEC 11172-3 (frame header), ID3v2.4 structure (size of the tag), LAME's "Mp3 Info Tag rev 1" (delay and
padding).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

ID3V1: Final = b"TAG"
ID3V1_BYTES: Final = 128
SAMPLES_PER_FRAME: Final = 1152
BITRATES_KBPS: Final = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0)
"""MPEG-1 layer III, by the header's index; 0 is none that a frame may have."""
SAMPLE_RATES_HZ: Final = (44100, 48000, 32000, 0)
MONO: Final = 3
SIDE_INFORMATION_BYTES: Final = {True: 17, False: 32}
"""Of an MPEG-1 frame: mono, and not."""
INFO_DELAY_AT: Final = 141
"""In the Info tag: 12 bits of delay, 12 bits of padding, in samples."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame's header."""

    start: int
    size: int
    """In bytes."""
    sample_rate_hz: int
    bitrate_kbps: int
    mono: bool


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the parts of the file lie."""

    tags: int
    """How many ID3v2 tags stand at the front."""
    has_id3v1: bool
    frames: tuple[Frame, ...]
    """In order, each beginning where the one before ends."""
    end: int
    """Where the last of them ends."""
    size: int
    """Of the file."""
    delay: int | None
    """Samples that the encoder put before the sound and behind it; None without an Info tag of LAME's form."""
    padding: int | None


def layout(data: bytes) -> Layout:
    """The layout of an MP3 file's bytes."""
    start, tags = 0, 0
    while data[start : start + 3] == b"ID3" and len(data) >= start + 10:
        size = data[start + 6 : start + 10]
        footer = 10 if data[start + 5] & 0x10 else 0
        start += 10 + footer + (size[0] << 21 | size[1] << 14 | size[2] << 7 | size[3])
        tags += 1
    frames = tuple(_frames(data, start))
    delay, padding = _gaps(data, frames[0]) if frames else (None, None)
    return Layout(
        tags=tags,
        has_id3v1=data[-ID3V1_BYTES:][:3] == ID3V1,
        frames=frames,
        end=frames[-1].start + frames[-1].size if frames else start,
        size=len(data),
        delay=delay,
        padding=padding,
    )


def _frames(data: bytes, start: int) -> Iterator[Frame]:
    while (frame := _frame(data, start)) is not None:
        yield frame
        start += frame.size


def _frame(data: bytes, start: int) -> Frame | None:
    """The frame that begins at ``start``, if a whole one of MPEG-1 layer III does."""
    head = data[start : start + 4]
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xFE != 0xFA:
        return None
    bitrate, rate = BITRATES_KBPS[head[2] >> 4], SAMPLE_RATES_HZ[head[2] >> 2 & 3]
    if not bitrate or not rate:
        return None
    size = 144 * bitrate * 1000 // rate + (head[2] >> 1 & 1)
    if start + size > len(data):
        return None
    return Frame(start, size, rate, bitrate, mono=head[3] >> 6 == MONO)


def _gaps(data: bytes, frame: Frame) -> tuple[int | None, int | None]:
    tag = frame.start + 4 + SIDE_INFORMATION_BYTES[frame.mono]
    if data[tag : tag + 4] not in (b"Info", b"Xing") or tag + INFO_DELAY_AT + 3 > frame.start + frame.size:
        return None, None
    packed = int.from_bytes(data[tag + INFO_DELAY_AT : tag + INFO_DELAY_AT + 3], "big")
    return packed >> 12, packed & 0xFFF
