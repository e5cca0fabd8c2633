"""The MP3 file: encoding as a stream, and its ID3 tags."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Final, Self
from urllib.parse import quote, urlsplit, urlunsplit

import numpy as np
import numpy.typing as npt
import soundfile

from narrate.delivery.staging import writing
from narrate.errors import DeliveryError
from narrate.types import Article

SAMPLE_RATE_HZ: Final = 44100
BITRATE_KBPS: Final = 96
LAME_SCALE: Final = 0.95
"""LAME scales what it encodes at a constant bitrate by this; here it is given that much more."""
FULL_DISK_BYTES: Final = 1_000_000

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
        self._path, self._final = path, final
        with writing(final), self._translated():
            self._sound = soundfile.SoundFile(
                path,
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
            yield from sound.blocks(SAMPLE_RATE_HZ * 3, dtype="float32")
    except soundfile.SoundFileError as error:
        raise OSError(str(error)) from error


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
        tags.add(WOAS(url=_ascii_url(article.source)))
    try:
        tags.save(path, padding=lambda _: 0)
    except MutagenError as error:
        raise OSError(f"the tags cannot be written: {error}") from error


def _ascii_url(url: str) -> str:
    """``url`` as ID3 can hold it, with its host in IDNA and the rest percent-encoded (RFC 3987, section 3.1)."""
    parts = urlsplit(url)
    try:
        host = parts.netloc.encode("idna").decode()
    except UnicodeError:
        host = quote(parts.netloc)
    path, query, fragment = (quote(part, safe="/%=&?+:@,;~") for part in (parts.path, parts.query, parts.fragment))
    return urlunsplit((parts.scheme, host, path, query, fragment))
