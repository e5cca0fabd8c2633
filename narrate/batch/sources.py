"""Which files are articles, and which articles would overwrite each other's editions."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from narrate.edition.paths import EDITION_ENDINGS, MANIFEST_ENDING, SCRIPT_ENDING, edition_path, is_backup
from narrate.errors import SourceError, reason
from narrate.storage import is_url, slug

Place = Path | str
"""Where an article is: the path of a file, or a URL."""

_HIDDEN: Final = (".", "~$")
"""Names of hidden files begin so, and those of the files with which Word marks a document as open."""
ARTICLE_ENDINGS: Final = (".md", ".markdown", ".txt", ".html", ".htm", ".docx", SCRIPT_ENDING)
"""Endings of the files in a folder that are articles."""

_LIST_ENDINGS: Final = ("", ".txt", ".lst", ".list")
_MAX_LIST_BYTES: Final = 1024 * 1024
"""A larger file is not looked at: 10,000 addresses take less."""


def as_place(place: str | os.PathLike[str]) -> Place:
    """Return a URL as it is, and anything else as a path."""
    return place if isinstance(place, str) and is_url(place) else Path(place)


def find_sources(places: Iterable[str | os.PathLike[str]]) -> Iterator[Place]:
    """Find the articles in ``places``, in the order given.

    Args:
        places: URLs and files, which are articles whatever their name, and folders, whose articles are sorted by name;
            see :func:`articles_in`.

    Yields:
        The URL or path of each article.

    Raises:
        SourceError: A folder cannot be read.
    """
    for place in map(as_place, places):
        if isinstance(place, Path) and _is_folder(place):
            yield from articles_in(place)
        else:
            yield place


def is_list(path: Path) -> bool:
    """Return whether a file is no article, but a list: each line is the URL or path of an article, or a comment."""
    if path.suffix.lower() not in _LIST_ENDINGS or not _is_regular_file(path):
        return False
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n") if path.stat().st_size <= _MAX_LIST_BYTES else []
    except (OSError, ValueError):  # reported when the article is read
        return False
    places = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    return bool(places) and all(_is_address(place) or place.lower().endswith(ARTICLE_ENDINGS) for place in places)


def _is_address(line: str) -> bool:
    return is_url(line) and " " not in line


def articles_in(folder: Path) -> Iterator[Path]:
    """Yield the path of each article in a folder, sorted by name.

    A script document in a folder is an article of its own only if no other article in the folder has its name. The
    other files of an edition are not articles.

    Raises:
        SourceError: The folder cannot be read.
    """
    names = _file_names(folder)
    siblings = frozenset(names)
    names = [name for name in names if _is_article(name, siblings) and _is_regular_file(folder / name)]
    articles = {slug(Path(name).stem) for name in names if not name.endswith(SCRIPT_ENDING)}
    for name in names:
        if not (name.endswith(SCRIPT_ENDING) and slug(name.removesuffix(SCRIPT_ENDING)) in articles):
            yield folder / name


def count_skipped(places: Iterable[str | os.PathLike[str]]) -> Mapping[str, int]:
    """Count the files in the folders among ``places`` that ``find_sources`` skips because of their extension.

    Hidden files and files of editions are not counted.

    Args:
        places: URLs, files and folders, as for ``find_sources``.

    Returns:
        Number of files by lower-case extension, such as ``.pdf``; the extension is empty for files without one.

    Raises:
        SourceError: A folder cannot be read.
    """
    counts = Counter[str]()
    for place in filter(_is_folder, map(Path, places)):
        names = _file_names(place)
        siblings = frozenset(names)
        shown = [name for name in names if not name.startswith(_HIDDEN)]
        skipped = (name for name in shown if not (_is_article(name, siblings) or _is_of_edition(name, siblings)))
        counts.update(Path(name).suffix.lower() for name in skipped if not _is_folder(place / name))
    return counts


class ReservedPaths:
    """The paths of a batch's editions, each reserved for the file that it is made from.

    That of a URL is not known before its article is read.
    """

    def __init__(self, folder: str | os.PathLike[str], existing_sources: Iterable[Place]) -> None:
        self._folder = Path(folder)
        self._sources = {self._path_for(source): source for source in existing_sources if isinstance(source, Path)}

    def reserve(self, source: Place) -> str:
        """Reserve the path of the edition of ``source``. Return why another article has it, or an empty string."""
        if not isinstance(source, Path):
            return ""
        mp3 = self._path_for(source)
        owner = self._sources.get(mp3, source)
        if owner != source and _are_two_files(owner, source):
            return f"Its edition {mp3.name} would overwrite the edition of {owner}. Rename one of the two articles."
        self._sources[mp3] = source
        return ""

    def _path_for(self, source: Path) -> Path:
        return edition_path(self._folder, source=source)


def _file_names(folder: Path) -> list[str]:
    try:
        return sorted(os.listdir(folder))  # noqa: PTH208  (no Path for each of thousands of files)
    except OSError as error:
        raise SourceError(f"Cannot read the folder {folder}: {reason(error)}.") from error


def _is_folder(place: Path) -> bool:
    with suppress(OSError):  # a name that no file can have is reported when the article is read
        return place.is_dir()
    return False


def _is_regular_file(path: Path) -> bool:
    """Return False for folders and for pipes, which would block. Unreadable files are reported when they are read."""
    with suppress(OSError):
        return path.is_file() or not path.exists()
    return True


def _is_article(name: str, siblings: frozenset[str]) -> bool:
    is_shown = not name.startswith(_HIDDEN)
    return is_shown and name.lower().endswith(ARTICLE_ENDINGS) and not _is_of_edition(name, siblings)


def _is_of_edition(name: str, siblings: frozenset[str]) -> bool:
    """Return whether the file is the backup of a script, or a sidecar file of an edition among ``siblings``."""
    return is_backup(name) or any(
        name.endswith(ending) and name.removesuffix(ending) + MANIFEST_ENDING in siblings for ending in EDITION_ENDINGS
    )


def _are_two_files(one: Path, other: Path) -> bool:
    """Return whether ``one`` exists and ``other`` is not another spelling of its path."""
    with suppress(OSError):  # a name that no file can have
        return one.exists() and not (other.exists() and one.samefile(other))
    return False
