"""Where the files of an edition go, and how they are called."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from narrate.errors import UsageError
from narrate.storage import slug

SCRIPT_ENDING: Final = ".script.json"
MANIFEST_ENDING: Final = ".edition.json"
FEED_NAME: Final = "feed.xml"
"""Name of the feed in a folder of editions."""
PLAYER_ENDING: Final = ".edition.html"
SNIPPET_ENDING: Final = ".embed.html"
TRANSCRIPT_ENDINGS: Final = {"srt": ".srt", "json": ".transcript.json", "txt": ".transcript.txt"}
COVER_ENDINGS: Final = {"image/jpeg": ".cover.jpg", "image/png": ".cover.png"}
EDITION_ENDINGS: Final = frozenset(
    {".mp3", ".m4a", ".opus", ".wav", ".vtt", ".chapters.json", MANIFEST_ENDING, PLAYER_ENDING, SNIPPET_ENDING}
    | {*TRANSCRIPT_ENDINGS.values(), *COVER_ENDINGS.values()}
)
"""Suffixes of the files of an edition, without the script, which can itself be a source."""
OTHER_FORMATS: Final = frozenset(".wav .flac .ogg .oga .opus .m4a .m4b .mp4 .aac .wma .aiff .webm".split())


@dataclass(frozen=True, slots=True)
class EditionPaths:
    """Where an edition's files go."""

    mp3: Path
    sidecars: Mapping[str, Path]
    """What each of the other files holds -> its path."""
    keeps_script: bool
    """Whether the edition is made from the script document that is there, which then stays as it is."""
    is_named: bool = False
    """Whether the user named the MP3, and not its folder. A symbolic link there is then followed."""


def edition_paths(
    output: Path,
    *,
    source: Path | None,
    title: Callable[[], str | None],
    transcripts: Iterable[str],
    formats: Iterable[str],
) -> EditionPaths:
    """Return where the files of an edition go.

    Args:
        output: The path of the MP3, or a folder.
        source: The file that the edition is made from, if there is one.
        title: Returns the article's title. It is only called if the source's name makes no file name.
        transcripts: As for :func:`sidecar_paths`.
        formats: As for :func:`sidecar_paths`.

    Raises:
        UsageError: If ``output`` ends in the suffix of another format, or the edition would overwrite its source.
    """
    mp3 = edition_path(output, source=source, title=title)
    sidecars = sidecar_paths(mp3, transcripts, formats=formats)
    keeps_script = source is not None and _is_same_file(source, sidecars["script"])
    if source and not keeps_script and any(_is_same_file(source, file) for file in (mp3, *sidecars.values())):
        raise UsageError(f"The edition would overwrite its source {source}. Choose a different output path.")
    return EditionPaths(mp3, sidecars, keeps_script, is_named=mp3 == output)


def sidecar_paths(
    mp3: Path, transcripts: Iterable[str], *, formats: Iterable[str] = (), cover_type: str = "image/jpeg"
) -> dict[str, Path]:
    """Return the sidecar files of an MP3: what each holds -> its path.

    Args:
        mp3: The path of the MP3.
        transcripts: Any of ``srt``, ``json`` and ``txt``.
        formats: Any of ``m4a``, ``opus`` and ``wav``.
        cover_type: Media type of the cover.
    """
    endings = {name: f".{name}" for name in formats}
    endings |= {"captions": ".vtt", **{name: TRANSCRIPT_ENDINGS[name] for name in transcripts}}
    endings |= {"chapters": ".chapters.json", "cover": COVER_ENDINGS[cover_type]}
    endings |= {"player": PLAYER_ENDING, "snippet": SNIPPET_ENDING}
    endings |= {"script": SCRIPT_ENDING, "manifest": MANIFEST_ENDING}
    return {name: mp3.with_suffix(ending) for name, ending in endings.items()}


def edition_path(output: Path, *, source: Path | None, title: Callable[[], str | None] = lambda: None) -> Path:
    """Return the path of the MP3.

    In a folder, the edition is named after its source file, or after its title if the file's name has no letters.
    See :func:`edition_paths`.
    """
    if output.suffix.lower() == ".mp3" and not output.is_dir():
        return output
    if output.is_file():
        raise UsageError(f"Cannot write {output}: this is a file that is no MP3. Name an .mp3 file, or a folder.")
    if output.suffix.lower() in OTHER_FORMATS and not output.is_dir():
        advice = f"Name {output.with_suffix('.mp3')}, or a folder; [delivery] formats adds other formats"
        raise UsageError(f"Cannot write {output}: an edition is an .mp3 file. {advice}.")
    name = source.name if source else ""
    stem = name.removesuffix(SCRIPT_ENDING) if name.endswith(SCRIPT_ENDING) else Path(name).stem
    return output / f"{slug(stem) or slug(title() or '') or 'edition'}.mp3"


def backup_path(script_file: Path, data: bytes) -> Path:
    """Return the path to which the content of ``script_file`` is copied before it is replaced."""
    stem = script_file.name.removesuffix(SCRIPT_ENDING)
    ending = script_file.name.removeprefix(stem)
    return script_file.with_name(f"{stem}.edited-{hashlib.sha256(data).hexdigest()[:8]}{ending}")


def is_backup(name: str) -> bool:
    """Return whether a file of that name is such a copy."""
    return re.search(rf"\.edited-[0-9a-f]{{8}}{re.escape(SCRIPT_ENDING)}$", name) is not None


def _is_same_file(one: Path, other: Path) -> bool:
    return one.exists() and other.exists() and one.samefile(other)
