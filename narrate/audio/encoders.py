"""Encoders for the other formats than MP3: AAC in M4A, Opus in Ogg, and WAV."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from fractions import Fraction
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import soundfile

from narrate.errors import DeliveryError
from narrate.storage import writing

Write = Callable[[npt.NDArray[np.float32]], None]  # appends samples, shape (n,), in [-1, 1], to a file

KBPS: Final = {"m4a": 128, "opus": 48}  # quieter than the MP3 by 0.1 and 0.3 LU (docs/explanation/sound.md)
CODECS: Final = {"m4a": ("ipod", "aac", "fltp"), "opus": ("ogg", "libopus", "flt")}  # container, codec, sample format
OPUS_HZ: Final = 48000  # the only one of the configurable sample rates that Opus supports


def check_formats(formats: Iterable[str]) -> None:
    """Raise ``DeliveryError`` if the package that one of the formats needs is not installed."""
    encoded = [name for name in formats if name in CODECS]
    if encoded and find_spec("av") is None:
        remedy = "Run: pip install 'narrate-edition[formats]'"
        raise DeliveryError(f"Cannot write {' and '.join(encoded)}: the package av is not installed. {remedy}")


def encoder(name: str, path: Path, final: Path, sample_rate_hz: int) -> AbstractContextManager[Write]:
    """Return a context in which the file ``path`` is written, as ``wav``, ``m4a`` or ``opus``.

    Raises ``DeliveryError`` if the file cannot be written, which it calls ``final``.
    """
    if name == "wav":
        return _wav_encoder(path, final, sample_rate_hz)
    return _av_encoder(name, path, final, sample_rate_hz)


@contextmanager
def _wav_encoder(path: Path, final: Path, sample_rate_hz: int) -> Iterator[Write]:
    """Write 16 bits per sample, uncompressed."""
    with writing(final):
        sound = soundfile.SoundFile(path, "w", sample_rate_hz, channels=1, subtype="PCM_16", format="WAV")

    def write(samples: npt.NDArray[np.float32]) -> None:
        with writing(final):
            try:
                sound.write(samples)
            except soundfile.SoundFileError as error:
                raise OSError(str(error)) from error

    with sound:
        yield write


@contextmanager
def _av_encoder(name: str, path: Path, final: Path, sample_rate_hz: int) -> Iterator[Write]:
    """Write AAC in M4A, or Opus in Ogg, by FFmpeg's libraries. The same sound gives the same bytes."""
    av: Any = import_module("av")
    container, codec, kind = CODECS[name]
    out_hz = OPUS_HZ if name == "opus" else sample_rate_hz
    with writing(final):
        file = av.open(str(path), "w", format=container, options={"fflags": "bitexact"})
    written = 0

    def encode(frames: Iterable[Any]) -> None:
        for frame in frames:
            file.mux(stream.encode(frame))

    def write(samples: npt.NDArray[np.float32]) -> None:
        nonlocal written
        frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1).astype(np.float32), format="fltp", layout="mono")
        # With time stamps, the encoder marks the padding that it puts before the sound.
        frame.sample_rate, frame.pts, frame.time_base = sample_rate_hz, written, Fraction(1, sample_rate_hz)
        written += len(samples)
        with writing(final):
            encode(resampler.resample(frame))

    try:
        with writing(final):
            stream = file.add_stream(codec, rate=out_hz, layout="mono")
            stream.bit_rate = KBPS[name] * 1000
            stream.codec_context.options = {"flags": "bitexact"}
            resampler = av.AudioResampler(format=kind, layout="mono", rate=out_hz)
        yield write
        with writing(final):
            encode([*resampler.resample(None), None])
    finally:
        with writing(final):
            file.close()
