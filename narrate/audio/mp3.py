"""The MP3 file: encoded in parts that follow each other without a gap, and decoded as a stream.

Sources: ISO/IEC 11172-3 (frame header), LAME's "Mp3 Info Tag rev 1" (the first frame, which describes the file).
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

import lameenc
import numpy as np
import numpy.typing as npt
import soundfile

from narrate.storage import writing

LAME_SCALE: Final = 0.95  # LAME scales what it encodes at a constant bitrate by this; the encoder makes up for it
QUALITY: Final = 5  # at these bitrates not audibly worse than LAME's default, 3 (docs/explanation/performance.md)
DELAY: Final = 576  # how many samples of silence LAME puts before the sound
SAMPLES_PER_FRAME: Final = 1152
BYTES_PER_FRAME: Final = 144_000  # times the bitrate in kbit/s, divided by the sample rate in Hz: the average length
SIDE_INFORMATION_BYTES: Final = 17  # the length of a mono frame's side information, which is zero in the Info frame
FRAMES_BEFORE_SEAM: Final = 2
"""Frames of digital silence with which a part must end if another part follows: the decoder's delay, and the frames
that overlap with those of the next part, are then silent."""
FRAMES_AFTER_SEAM: Final = 4
"""Frames of digital silence with which that part should begin: they fill its bit reservoir, which is empty first."""


@dataclass(frozen=True, slots=True)
class Mp3Part:
    """A stretch of sound as MP3 frames."""

    data: bytes
    frames: int
    samples: int  # length of the sound, without the encoder's delay and padding


def lame_encoder(sample_rate_hz: int, bitrate_kbps: int) -> Any:
    """Return LAME for mono sound at a constant bitrate."""
    lame = lameenc.Encoder()
    lame.silence()
    lame.set_channels(1)
    lame.set_in_sample_rate(sample_rate_hz)
    lame.set_bit_rate(bitrate_kbps)
    lame.set_quality(QUALITY)
    return lame


def lame_input(samples: npt.NDArray[np.float32]) -> bytes:
    """Return samples in [-1, 1] as LAME reads them, 16 bits each, louder by what it takes away."""
    scaled = samples / np.float32(LAME_SCALE)
    np.clip(scaled, -1, 1, out=scaled)
    scaled *= np.float32(32767)
    return bytes(np.rint(scaled, out=scaled).astype("<i2").data)


def encoded(
    chunks: Iterable[npt.NDArray[np.float32]], *, sample_rate_hz: int, bitrate_kbps: int, is_followed: bool = False
) -> Mp3Part:
    """Encode mono sound to MP3 at a constant bitrate, by LAME. Other threads can run meanwhile.

    Args:
        chunks: Samples in [-1, 1], piece by piece, each of shape (n,).
        sample_rate_hz: Their sample rate.
        bitrate_kbps: The bitrate.
        is_followed: Whether another part follows. Then the samples must fill whole frames and end with
            ``FRAMES_BEFORE_SEAM`` of silence, and the padding that LAME adds is left out.
    """
    lame = lame_encoder(sample_rate_hz, bitrate_kbps)
    data, samples = bytearray(), 0
    for chunk in chunks:
        data += lame.encode(lame_input(chunk))
        samples += len(chunk)
    data += lame.flush()
    frame_bytes = BYTES_PER_FRAME * bitrate_kbps / sample_rate_hz
    frames = samples // SAMPLES_PER_FRAME if is_followed else round(len(data) / frame_bytes)
    if is_followed:
        del data[_end_of_frame(data, frames, int(frame_bytes)) :]
    return Mp3Part(bytes(data), frames, samples)


def _end_of_frame(data: bytes | bytearray, frames: int, frame_bytes: int) -> int:
    """Return the offset behind so many frames, each of which is one byte longer if its header says so."""
    end = 0
    for _ in range(frames):
        end += frame_bytes + (data[end + 2] >> 1 & 1)
    return end


class Mp3File:
    """Writes the parts of a sound to an MP3 file with the header for gapless playback.

    The decoded sound is that of the parts, one after the other, to the sample.

    Raises ``DeliveryError`` if the file ``path`` cannot be written, which it calls ``final``.
    """

    def __init__(self, path: Path, final: Path, *, sample_rate_hz: int, bitrate_kbps: int) -> None:
        self._final = final
        self._frame_bytes = BYTES_PER_FRAME * bitrate_kbps / sample_rate_hz
        self._kbps = bitrate_kbps
        self._header = b""
        self._frames = 0
        self._samples = 0
        with writing(final):
            self._file = path.open("wb")
            self._file.write(bytes(int(self._frame_bytes)))  # room for the Info frame

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            with suppress(OSError):  # what was buffered for a full disk cannot be flushed
                self._file.close()
            return
        with writing(self._final), self._file:
            size = self._file.tell()
            self._file.seek(0)
            self._file.write(self._info_frame(size))

    def add(self, part: Mp3Part) -> None:
        """Append a part."""
        self._header = self._header or part.data[:4]
        self._frames += part.frames
        self._samples += part.samples
        with writing(self._final):
            self._file.write(part.data)

    def _info_frame(self, size: int) -> bytes:
        """Return the first frame of a file of ``size`` bytes: silence with LAME's tag.

        The tag's fields for encoder settings and for the checksum of the sound stay zero.
        """
        contents = bytes(256 * part // 100 for part in range(100))
        info = struct.pack(">4sIII100sI", b"Info", 0b1111, self._frames, size, contents, 0)
        padding = self._frames * SAMPLES_PER_FRAME - self._samples - DELAY
        lame = struct.pack(">9sB9xBB3s4xI2x", b"LAME", 1, 0, self._kbps, (DELAY << 12 | padding).to_bytes(3), size)
        tagged = self._header + bytes(SIDE_INFORMATION_BYTES) + info + lame
        return (tagged + _crc16(tagged).to_bytes(2)).ljust(int(self._frame_bytes), b"\0")


def _crc16(data: bytes) -> int:
    """Return the CRC-16/ARC with which LAME's tag ends."""
    value = 0
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = value >> 1 ^ (0xA001 if value & 1 else 0)
    return value


def decoded(path: Path, start: int = 0, stop: int | None = None) -> Iterator[npt.NDArray[np.float32]]:
    """Yield the sound of an MP3 file between two samples, a few seconds at a time.

    Raises ``OSError`` if the file cannot be read or decoded.
    """
    try:
        with soundfile.SoundFile(path) as sound:
            sound.seek(start)
            frames = -1 if stop is None else stop - start
            yield from sound.blocks(sound.samplerate * 3, frames=frames, dtype="float32")
    except soundfile.SoundFileError as error:
        raise OSError(str(error)) from error
