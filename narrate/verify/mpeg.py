"""Parse the structure of an MP3 file: tags at its ends, frames between them, and the header in the first frame.

Sources: ISO/IEC 11172-3 (frame header), ID3v2.4 structure (size of the tag), LAME's "Mp3 Info Tag rev 1" (delay and
padding).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

ID3V1: Final = b"TAG"
ID3V1_BYTES: Final = 128
SAMPLES_PER_FRAME: Final = 1152
BITRATES_KBPS: Final = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0)
"""Of MPEG-1 layer III, by the index in the header; 0 if the index is not allowed."""
SAMPLE_RATES_HZ: Final = (44100, 48000, 32000, 0)
MONO: Final = 3  # channel mode of a mono frame
SIDE_INFORMATION_BYTES: Final = {True: 17, False: 32}  # size in an MPEG-1 frame: whether it is mono -> bytes
INFO_DELAY_AT: Final = 141  # offset in the Info tag of 12 bits of delay and 12 bits of padding, in samples


@dataclass(frozen=True, slots=True)
class Frame:
    """The header of a frame."""

    start: int  # offset in the file
    size: int  # in bytes, the header included
    sample_rate_hz: int
    bitrate_kbps: int
    mono: bool


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the parts of the file are."""

    tags: int  # how many ID3v2 tags are at the front
    has_id3v1: bool
    frames: tuple[Frame, ...]  # in order; each begins where the one before it ends
    end: int  # offset at which the last frame ends
    size: int  # size of the file, in bytes
    delay: int | None  # samples that the encoder put before the sound; None without an Info tag as LAME writes it
    padding: int | None  # samples that it put behind the sound


def layout(data: bytes) -> Layout:
    """Return the layout of the bytes of an MP3 file."""
    start, tags = 0, 0
    while data[start : start + 3] == b"ID3" and len(data) >= start + 10:
        size = data[start + 6 : start + 10]
        footer = 10 if data[start + 5] & 0x10 else 0
        start += 10 + footer + (size[0] << 21 | size[1] << 14 | size[2] << 7 | size[3])
        tags += 1
    frames, end = [], start
    while (frame := _frame(data, end)) is not None:
        frames.append(frame)
        end += frame.size
    delay, padding = _delay_and_padding(data, frames[0]) if frames else (None, None)
    return Layout(
        tags=tags,
        has_id3v1=data[-ID3V1_BYTES:][:3] == ID3V1,
        frames=tuple(frames),
        end=end,
        size=len(data),
        delay=delay,
        padding=padding,
    )


def _frame(data: bytes, start: int) -> Frame | None:
    """Return the frame that begins at ``start``, or None if that is not a whole frame of MPEG-1 layer III."""
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


def _delay_and_padding(data: bytes, frame: Frame) -> tuple[int | None, int | None]:
    tag = frame.start + 4 + SIDE_INFORMATION_BYTES[frame.mono]
    if data[tag : tag + 4] not in (b"Info", b"Xing") or tag + INFO_DELAY_AT + 3 > frame.start + frame.size:
        return None, None
    packed = int.from_bytes(data[tag + INFO_DELAY_AT : tag + INFO_DELAY_AT + 3], "big")
    return packed >> 12, packed & 0xFFF
