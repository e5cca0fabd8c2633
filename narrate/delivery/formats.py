"""The edition in other formats than MP3: the same sound and much of the same tag, in files beside it."""

from __future__ import annotations

import base64
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

from narrate.delivery.staging import writing
from narrate.delivery.tags import SOURCE_TYPE, TagText
from narrate.errors import DeliveryError
from narrate.types import Article

Samples = npt.NDArray[np.float32]

KBPS: Final = {"m4a": 128, "opus": 48}
"""What the encoders are asked for. They are quieter than the MP3 by 0.1 and 0.3 LU, see ``docs/sound.md``."""
CODECS: Final = {"m4a": ("ipod", "aac"), "opus": ("ogg", "libopus")}
OPUS_HZ: Final = 48000
"""The one rate of ours that Opus knows."""
MEND: Final = "Run: pip install 'narrate-edition[formats]'"


class Encoder(Protocol):
    """A context in which one file is written as its samples come."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def write(self, samples: Samples) -> None:
        """Append samples, shape (n,), in [-1, 1]."""


def check_formats(formats: Iterable[str]) -> None:
    """Raise ``DeliveryError`` if one of ``formats`` cannot be written here."""
    wanting = [name for name in formats if name in CODECS]
    if wanting and find_spec("av") is None:
        raise DeliveryError(f"Cannot write {' and '.join(wanting)}: the package av is not installed. {MEND}")


def encoder(name: str, path: Path, final: Path, *, sample_rate_hz: int) -> Encoder:
    """What writes ``wav``, ``m4a`` or ``opus`` to ``path``; errors call it ``final``."""
    kind = WavEncoder if name == "wav" else AvEncoder
    return kind(name, path, final, sample_rate_hz)


class WavEncoder:
    """16 bits, uncompressed."""

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
        with writing(self._final):
            try:
                self._sound.write(samples)
            except soundfile.SoundFileError as error:
                raise OSError(str(error)) from error


class AvEncoder:
    """AAC in M4A, and Opus in Ogg, by FFmpeg's libraries, without anything in it that differs from run to run."""

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
        frame = self._frame.from_ndarray(samples.reshape(1, -1).astype(np.float32), format="fltp", layout="mono")
        # With times, what the encoder puts before the sound is marked as none of it.
        frame.sample_rate, frame.pts, frame.time_base = self._rate_hz, self._written, Fraction(1, self._rate_hz)
        self._written += len(samples)
        with writing(self._final):
            self._encode(self._resampler.resample(frame))

    def _encode(self, frames: Iterable[Any]) -> None:
        for frame in frames:
            self._file.mux(self._stream.encode(frame))


def tag(name: str, path: Path, article: Article, text: TagText) -> None:
    """What the article is, its words, the cover, and the disclosure, in the terms of the format. Raises ``OSError``."""
    from mutagen import MutagenError

    said = {
        "title": text.title, "artist": article.byline or text.outlet, "album": text.album,
        "date": article.published or "", "copyright": text.copyright, "lyrics": text.transcript,
        "comment": text.disclaimer,
    }  # fmt: skip
    own = {"AI_DISCLOSURE": text.disclaimer, "DigitalSourceType": SOURCE_TYPE}
    tagged = {"m4a": _tag_m4a, "opus": _tag_opus, "wav": _tag_wav}[name]
    try:
        tagged(path, {key: value for key, value in said.items() if value}, own, text.cover)
    except MutagenError as error:
        raise OSError(f"the tags cannot be written: {error}") from error


def _tag_m4a(path: Path, said: dict[str, str], own: dict[str, str], cover: tuple[bytes, str]) -> None:
    from mutagen.mp4 import MP4, MP4Cover

    atoms = {
        "title": "\xa9nam", "artist": "\xa9ART", "album": "\xa9alb", "date": "\xa9day", "copyright": "cprt",
        "lyrics": "\xa9lyr", "comment": "\xa9cmt",
    }  # fmt: skip
    file = MP4(path)
    for key, value in said.items():
        file[atoms[key]] = value
    for key, value in own.items():
        file[f"----:com.apple.iTunes:{key}"] = value.encode()
    kind = MP4Cover.FORMAT_PNG if cover[1] == "image/png" else MP4Cover.FORMAT_JPEG
    file["covr"] = [MP4Cover(cover[0], imageformat=kind)]
    file.save(padding=lambda _: 0)


def _tag_opus(path: Path, said: dict[str, str], own: dict[str, str], cover: tuple[bytes, str]) -> None:
    from mutagen.flac import Picture
    from mutagen.oggopus import OggOpus

    file, picture = OggOpus(path), Picture()
    picture.type, picture.mime, picture.data = 3, cover[1], cover[0]
    for key, value in (said | own).items():
        file[key] = value
    file["metadata_block_picture"] = base64.b64encode(picture.write()).decode("ascii")
    file.save(padding=lambda _: 0)


def _tag_wav(path: Path, said: dict[str, str], own: dict[str, str], cover: tuple[bytes, str]) -> None:
    from mutagen import id3
    from mutagen.wave import WAVE

    frames = {"title": "TIT2", "artist": "TPE1", "album": "TALB", "date": "TDRC", "copyright": "TCOP"}
    utf8, file = id3.Encoding.UTF8, WAVE(path)
    file.add_tags()
    tags: Any = file.tags
    for key in said.keys() & frames.keys():
        tags.add(id3.Frames[frames[key]](encoding=utf8, text=said[key]))
    tags.add(id3.COMM(encoding=utf8, lang="und", desc="", text=said["comment"]))
    tags.add(id3.USLT(encoding=utf8, lang="und", desc="", text=said.get("lyrics", "")))
    for key, value in own.items():
        tags.add(id3.TXXX(encoding=utf8, desc=key, text=value))
    tags.add(id3.APIC(encoding=utf8, mime=cover[1], type=id3.PictureType.COVER_FRONT, desc="Cover", data=cover[0]))
    file.save(padding=lambda _: 0)
