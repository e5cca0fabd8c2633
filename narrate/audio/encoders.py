"""Encoders for the other formats than MP3: AAC in M4A, Opus in Ogg, and WAV."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack
from fractions import Fraction
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Protocol, Self

import numpy as np
import numpy.typing as npt
import soundfile

from narrate.errors import DeliveryError
from narrate.storage import writing

Samples = npt.NDArray[np.float32]

KBPS: Final = {"m4a": 128, "opus": 48}
"""Bitrates. These files are quieter than the MP3 by 0.1 and 0.3 LU (``docs/explanation/sound.md``)."""
CODECS: Final = {"m4a": ("ipod", "aac"), "opus": ("ogg", "libopus")}
"""Format -> FFmpeg's names of its container and codec."""
OPUS_HZ: Final = 48000
"""The only one of the configurable sample rates that Opus supports."""
INSTALL_HINT: Final = "Run: pip install 'narrate-edition[formats]'"


class Encoder(Protocol):
    """A context in which one file is written piece by piece."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def write(self, samples: Samples) -> None:
        """Append samples."""


def check_formats(formats: Iterable[str]) -> None:
    """Check that formats can be written.

    Raises:
        DeliveryError: The package that one of them needs is not installed.
    """
    encoded = [name for name in formats if name in CODECS]
    if encoded and find_spec("av") is None:
        raise DeliveryError(f"Cannot write {' and '.join(encoded)}: the package av is not installed. {INSTALL_HINT}")


def encoder(name: str, path: Path, final: Path, *, sample_rate_hz: int) -> Encoder:
    """Return an encoder.

    Args:
        name: The format: ``wav``, ``m4a`` or ``opus``.
        path: The file to write.
        final: The name that the file will get, which error messages use.
        sample_rate_hz: The sample rate of what is written.

    Raises:
        DeliveryError: The file cannot be opened.
    """
    kind = WavEncoder if name == "wav" else AvEncoder
    return kind(name, path, final, sample_rate_hz)


class WavEncoder:
    """Writes 16 bits per sample, uncompressed."""

    def __init__(self, name: str, path: Path, final: Path, sample_rate_hz: int) -> None:
        self._final = final
        with writing(final):
            self._sound = soundfile.SoundFile(
                path, "w", sample_rate_hz, channels=1, subtype="PCM_16", format=name.upper()
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._sound.close()

    def write(self, samples: Samples) -> None:
        """Append samples."""
        with writing(self._final):
            try:
                self._sound.write(samples)
            except soundfile.SoundFileError as error:
                raise OSError(str(error)) from error


class AvEncoder:
    """Writes AAC in M4A, or Opus in Ogg, by FFmpeg's libraries. The same sound gives the same bytes."""

    def __init__(self, name: str, path: Path, final: Path, sample_rate_hz: int) -> None:
        av: Any = import_module("av")
        self._final, self._rate_hz = final, sample_rate_hz
        container, codec = CODECS[name]
        out_hz = OPUS_HZ if name == "opus" else sample_rate_hz
        with writing(final), ExitStack() as undo:
            self._file: Any = undo.enter_context(
                av.open(str(path), "w", format=container, options={"fflags": "bitexact"})
            )
            self._stream: Any = self._file.add_stream(codec, rate=out_hz, layout="mono")
            self._stream.bit_rate = KBPS[name] * 1000
            self._stream.codec_context.options = {"flags": "bitexact"}
            self._resampler: Any = av.AudioResampler(
                format="fltp" if name == "m4a" else "flt", layout="mono", rate=out_hz
            )
            self._frame = av.AudioFrame
            self._written = 0
            undo.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with writing(self._final):
            try:
                if error is None:
                    self._encode(self._resampler.resample(None))
                    self._file.mux(self._stream.encode(None))
            finally:
                self._file.close()

    def write(self, samples: Samples) -> None:
        """Append samples."""
        frame = self._frame.from_ndarray(samples.reshape(1, -1).astype(np.float32), format="fltp", layout="mono")
        # With time stamps, the encoder marks the padding that it puts before the sound.
        frame.sample_rate, frame.pts, frame.time_base = self._rate_hz, self._written, Fraction(1, self._rate_hz)
        self._written += len(samples)
        with writing(self._final):
            self._encode(self._resampler.resample(frame))

    def _encode(self, frames: Iterable[Any]) -> None:
        for frame in frames:
            self._file.mux(self._stream.encode(frame))
