"""The MP3 file: encoding as a stream, and its ID3 tags."""

from __future__ import annotations

import os
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import numpy as np
import numpy.typing as npt
import soundfile

from narrate.delivery.staging import writing
from narrate.errors import DeliveryError
from narrate.types import Article

SAMPLE_RATE_HZ: Final = 44100
BITRATE_KBPS: Final = 96

ISO_639_2: Final = dict(
    pair.split(":")
    for pair in """en:eng de:deu fr:fra es:spa it:ita pt:por nl:nld pl:pol ru:rus uk:ukr tr:tur sv:swe da:dan no:nor
    fi:fin""".split()
)
"""ID3's three-letter language codes (ISO 639-2/T)."""


class Mp3Encoder:
    """Encodes mono samples to constant-bitrate MP3 as they come, with the gapless header, by libsndfile and LAME.

    ``path`` is the file to write; errors call it ``final``, the name that it will get. Raises ``DeliveryError``.
    """

    def __init__(self, path: Path, final: Path) -> None:
        self._final = final
        with writing(final):
            self._sink = _Sink(path)
        self._sound = soundfile.SoundFile(
            self._sink,
            "w",
            samplerate=SAMPLE_RATE_HZ,
            channels=1,
            format="MP3",
            subtype="MPEG_LAYER_III",
            bitrate_mode="CONSTANT",
            # libsndfile maps 0..1 to 320..32 kbit/s; the hundredth keeps LAME from rounding to the next rate
            compression_level=(320 - BITRATE_KBPS - 0.01) / 288,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._sound.close()
        finally:
            self._sink.close()
        if error is None:
            with writing(self._final):
                self._sink.check()

    def write(self, samples: npt.NDArray[np.float32]) -> None:
        """Append samples, shape (n,), in [-1, 1]."""
        with writing(self._final):
            try:
                self._sound.write(samples)
            except soundfile.SoundFileError as error:
                self._sink.check()
                raise DeliveryError(f"The MP3 encoder failed: {error}.") from error
            self._sink.check()


class _Sink:
    """The file as libsndfile sees it; remembers the error that its C code would swallow or blur."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("w+b", buffering=0)
        self._error: OSError | None = None

    def write(self, chunk: bytes) -> int:
        data = memoryview(bytes(chunk))
        written = 0
        try:
            while written < len(data):
                written += self._file.write(data[written:]) or 0
        except OSError as error:
            self._error = error
        return written

    def read(self, size: int) -> bytes:
        return self._file.read(size) or b""

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def close(self) -> None:
        self._file.close()

    def check(self) -> None:
        if self._error is not None:
            raise self._error


def tag_mp3(path: Path, article: Article, *, title: str, disclaimer: str) -> None:
    """Write the ID3v2.4 tag: title, byline, date, language and source as the article has them, and the disclosure.

    The disclosure stands in a comment, for people, and in ``TXXX:AI_DISCLOSURE``, for programs. Raises ``OSError``.
    """
    from mutagen import MutagenError
    from mutagen.id3 import COMM, ID3, TDRC, TIT2, TLAN, TPE1, TXXX, WOAS, Encoding

    utf8 = Encoding.UTF8
    iso_639_2 = ISO_639_2.get(article.language.split("-")[0].lower(), "und")
    tags = ID3()
    tags.add(TIT2(encoding=utf8, text=title))
    tags.add(TLAN(encoding=utf8, text=iso_639_2))
    tags.add(COMM(encoding=utf8, lang=iso_639_2, desc="", text=disclaimer))
    tags.add(TXXX(encoding=utf8, desc="AI_DISCLOSURE", text=disclaimer))
    if article.byline:
        tags.add(TPE1(encoding=utf8, text=article.byline))
    if article.published:
        tags.add(TDRC(encoding=utf8, text=article.published))
    if article.source and article.source.startswith(("http://", "https://")):
        tags.add(WOAS(url=article.source))
    try:
        tags.save(path, padding=lambda _: 0)
    except MutagenError as error:
        raise OSError(f"the tags cannot be written: {error}") from error
