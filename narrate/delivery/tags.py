"""Write the tags of an edition: ID3v2.4 in the MP3, and the tags of M4A, Opus and WAV."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlsplit, urlunsplit

from narrate.languages.codes import iso_639_2
from narrate.storage import is_url
from narrate.types import Article, Chapter

SOURCE_TYPE: Final = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
"""IPTC's term for media that an algorithm made."""
NO_OFFSET: Final = 0xFFFFFFFF
"""Value of a chapter's byte offsets that makes players use its times (ID3v2 chapters, section 3.1)."""


@dataclass(frozen=True, slots=True)
class TagText:
    """What a tag says that is not in the article."""

    title: str
    outlet: str
    album: str
    copyright: str
    cover: tuple[bytes, str]  # the picture and its media type
    disclaimer: str = ""
    original_disclaimer: str = ""
    """The English sentence of which the disclaimer is the translation; empty if it is none."""
    transcript: str = ""
    duration_s: float = 0.0
    chapters: tuple[Chapter, ...] = ()


def outlet_of(article: Article, configured: str) -> str:
    """Return who publishes the edition: as configured, or as the article says, or its site; empty if unknown."""
    source = article.source or ""
    return configured or (urlsplit(source).hostname or "" if is_url(source) else source)


def tag_mp3(path: Path, article: Article, text: TagText) -> None:
    """Write the ID3v2.4 tag of an MP3: article, publisher, chapters, words, cover and disclosure. Raises ``OSError``.

    The disclosure is in a comment, for people, and in ``TXXX:AI_DISCLOSURE`` and ``TXXX:DigitalSourceType``, for
    programs. If it is a translation, its English original is in a second comment and in ``TXXX:AI_DISCLOSURE_EN``.
    """
    from mutagen import MutagenError, id3

    utf8 = id3.Encoding.UTF8
    language = iso_639_2(article.language)
    texts = {
        "TIT2": text.title, "TPE1": article.byline or text.outlet, "TPE2": text.outlet, "TALB": text.album,
        "TDRC": article.published, "TLAN": language, "TCON": "Speech", "TPUB": text.outlet, "TCOP": text.copyright,
        "TLEN": str(round(text.duration_s * 1000)),
    }  # fmt: skip
    tags = id3.ID3()
    _add_frames(tags, {frame: content for frame, content in texts.items() if content}, text, language)
    if article.source and is_url(article.source):
        tags.add(id3.WOAS(url=_ascii_url(article.source)))
        tags.add(id3.WXXX(encoding=utf8, desc="Article", url=_ascii_url(article.source)))
    names = [f"chp{number}" for number in range(len(text.chapters))]
    tags.add(
        id3.CTOC(
            element_id="toc", flags=id3.CTOCFlags.TOP_LEVEL | id3.CTOCFlags.ORDERED, child_element_ids=names,
            sub_frames=[id3.TIT2(encoding=utf8, text="Chapters")],
        )
    )  # fmt: skip
    for name, chapter in zip(names, text.chapters, strict=True):
        tags.add(
            id3.CHAP(
                element_id=name, start_time=round(chapter.start_s * 1000), end_time=round(chapter.end_s * 1000),
                start_offset=NO_OFFSET, end_offset=NO_OFFSET,
                sub_frames=[id3.TIT2(encoding=utf8, text=chapter.title)],
            )
        )  # fmt: skip
    try:
        tags.save(path, padding=lambda _: 0)
    except MutagenError as error:
        raise OSError(f"the tags cannot be written: {error}") from error


def _ascii_url(url: str) -> str:
    """Return ``url`` in ASCII: the host in IDNA and the rest percent-encoded (RFC 3987, section 3.1)."""
    parts = urlsplit(url)
    try:
        host = parts.netloc.encode("idna").decode()
    except UnicodeError:
        host = quote(parts.netloc)
    path, query, fragment = (quote(part, safe="/%=&?+:@,;~") for part in (parts.path, parts.query, parts.fragment))
    return urlunsplit((parts.scheme, host, path, query, fragment))


def tag_other(name: str, path: Path, article: Article, text: TagText) -> None:
    """Write the tags of an ``m4a``, ``opus`` or ``wav``: article, words, cover and disclosure. Raises ``OSError``."""
    from mutagen import MutagenError

    texts = {
        "title": text.title, "artist": article.byline or text.outlet, "album": text.album,
        "date": article.published or "", "copyright": text.copyright, "lyrics": text.transcript,
        "comment": text.disclaimer,
    }  # fmt: skip
    write_tags = {"m4a": _tag_m4a, "opus": _tag_opus, "wav": _tag_wav}[name]
    try:
        write_tags(path, {key: value for key, value in texts.items() if value}, text)
    except MutagenError as error:
        raise OSError(f"the tags cannot be written: {error}") from error


def _marks(text: TagText) -> dict[str, str]:
    original = {"AI_DISCLOSURE_EN": text.original_disclaimer} if text.original_disclaimer else {}
    return {"AI_DISCLOSURE": text.disclaimer, **original, "DigitalSourceType": SOURCE_TYPE}


def _add_frames(tags: Any, texts: dict[str, str], text: TagText, language: str) -> None:
    """Add the frames that every ID3 tag of an edition has."""
    from mutagen import id3

    utf8, (picture, media_type) = id3.Encoding.UTF8, text.cover
    for frame, content in texts.items():
        tags.add(id3.Frames[frame](encoding=utf8, text=content))
    tags.add(id3.COMM(encoding=utf8, lang=language, desc="", text=text.disclaimer))
    if text.original_disclaimer:
        tags.add(id3.COMM(encoding=utf8, lang="eng", desc="English original", text=text.original_disclaimer))
    for key, value in _marks(text).items():
        tags.add(id3.TXXX(encoding=utf8, desc=key, text=value))
    tags.add(id3.USLT(encoding=utf8, lang=language, desc="", text=text.transcript))
    tags.add(id3.APIC(encoding=utf8, mime=media_type, type=id3.PictureType.COVER_FRONT, desc="Cover", data=picture))


def _tag_m4a(path: Path, texts: dict[str, str], text: TagText) -> None:
    from mutagen.mp4 import MP4, MP4Cover

    atoms = {
        "title": "\xa9nam", "artist": "\xa9ART", "album": "\xa9alb", "date": "\xa9day", "copyright": "cprt",
        "lyrics": "\xa9lyr", "comment": "\xa9cmt",
    }  # fmt: skip
    file = MP4(path)
    for key, value in texts.items():
        file[atoms[key]] = value
    for key, value in _marks(text).items():
        file[f"----:com.apple.iTunes:{key}"] = value.encode()
    picture, media_type = text.cover
    kind = MP4Cover.FORMAT_PNG if media_type == "image/png" else MP4Cover.FORMAT_JPEG
    file["covr"] = [MP4Cover(picture, imageformat=kind)]
    file.save(padding=lambda _: 0)


def _tag_opus(path: Path, texts: dict[str, str], text: TagText) -> None:
    from mutagen.flac import Picture
    from mutagen.oggopus import OggOpus

    file, picture = OggOpus(path), Picture()
    picture.type, (picture.data, picture.mime) = 3, text.cover
    for key, value in (texts | _marks(text)).items():
        file[key] = value
    file["metadata_block_picture"] = base64.b64encode(picture.write()).decode("ascii")
    file.save(padding=lambda _: 0)


def _tag_wav(path: Path, texts: dict[str, str], text: TagText) -> None:
    from mutagen.wave import WAVE

    frames = {"title": "TIT2", "artist": "TPE1", "album": "TALB", "date": "TDRC", "copyright": "TCOP"}
    file = WAVE(path)
    file.add_tags()
    _add_frames(file.tags, {frames[key]: texts[key] for key in texts.keys() & frames.keys()}, text, "und")
    file.save(padding=lambda _: 0)
