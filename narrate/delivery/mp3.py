"""The MP3 file: encoding and decoding as a stream."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import numpy as np
import numpy.typing as npt
import soundfile

from narrate.delivery.staging import writing
from narrate.errors import DeliveryError

LAME_SCALE: Final = 0.95
"""LAME scales what it encodes at a constant bitrate by this; here it is given that much more."""
FULL_DISK_BYTES: Final = 1_000_000


class Mp3Encoder:
    """Encodes mono samples to constant-bitrate MP3 as they come, with the gapless header, by libsndfile and LAME.

    ``path`` is the file to write; errors call it ``final``, the name that it will get. Raises ``DeliveryError``.
    """

    def __init__(self, path: Path, final: Path, *, sample_rate_hz: int, bitrate_kbps: int) -> None:
        self._path, self._final = path, final
        with writing(final), self._translated():
            self._sound = soundfile.SoundFile(
                path,
                "w",
                samplerate=sample_rate_hz,
                channels=1,
                format="MP3",
                subtype="MPEG_LAYER_III",
                bitrate_mode="CONSTANT",
                # libsndfile maps 0..1 to 320..32 kbit/s; the hundredth keeps LAME from rounding to the next rate
                compression_level=(320 - bitrate_kbps - 0.01) / 288,
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            with writing(self._final), self._translated():
                self._sound.close()
        except DeliveryError:
            if error is None:
                raise

    def write(self, samples: npt.NDArray[np.float32]) -> None:
        """Append samples, shape (n,), in [-1, 1]."""
        with writing(self._final), self._translated():
            self._sound.write(samples / np.float32(LAME_SCALE))

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """libsndfile calls every trouble with the file a system error; a full disk is the usual one."""
        try:
            yield
        except soundfile.SoundFileError as error:
            full = shutil.disk_usage(self._path.parent).free < FULL_DISK_BYTES
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)) if full else OSError(str(error)) from error


def decoded(path: Path) -> Iterator[npt.NDArray[np.float32]]:
    """The sound of an MP3 file, a few seconds at a time. Raises ``OSError``."""
    try:
        with soundfile.SoundFile(path) as sound:
            yield from sound.blocks(sound.samplerate * 3, dtype="float32")
    except soundfile.SoundFileError as error:
        raise OSError(str(error)) from error
