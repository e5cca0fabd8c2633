"""Read an article or a script document from wherever it is: the entrance to this package."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from narrate.config import Config, Settings, as_config
from narrate.errors import SourceError
from narrate.readers.decoding import decompress
from narrate.readers.formats import MAX_BYTES, Format, detect_format, read_bytes
from narrate.readers.web import fetch
from narrate.script.document import SavedScript, is_script, load_script
from narrate.storage import is_url
from narrate.types import Article

Source = str | os.PathLike[str] | Article | SavedScript
"""A path or URL of an article or a script document, or either of them as it was read."""


def open_source(
    source: Source | bytes, *, config: Settings = None, name: str = "standard input"
) -> Article | SavedScript:
    """Read an article or a script document.

    Args:
        source: A path, a URL, bytes, or what this function returned before.
        config: A configuration, the path of a ``narrate.toml``, or None for the defaults.
        name: What errors call the source, if it is bytes.

    Raises:
        SourceError: If the source cannot be read, or holds no article.
    """
    if isinstance(source, Article | SavedScript):
        return source
    if isinstance(source, bytes):
        return _parse(source, as_config(config), name)
    loaded = load_source(source, config=as_config(config))
    return loaded.script or loaded.parse()


@dataclass(frozen=True, slots=True)
class LoadedSource:
    """A source that is read, but not yet parsed: an article costs more to parse than to recognize."""

    path: Path | None
    """The file; None if the source is none."""
    fingerprint: str
    """Hash of the file's bytes and its suffix, or of the article that was read elsewhere."""
    script: SavedScript | None
    """The script document, if the source is one."""
    parse: Callable[[], Article]
    """Returns the article, if the source is one. Raises ``SourceError``."""

    @property
    def title(self) -> str | None:
        """The article's title."""
        return (self.script.script.article if self.script else self.parse()).title


def load_source(source: Source, *, config: Config) -> LoadedSource:
    """Read the bytes of a file; fetch and parse any other source.

    Raises:
        SourceError: If the source cannot be read.
    """
    if isinstance(source, SavedScript):
        return LoadedSource(None, _hash(asdict(source)), source, lambda: source.script.article)
    if isinstance(source, Article) or is_url(source):
        article = source if isinstance(source, Article) else read_source(source, config=config)
        return LoadedSource(None, _hash(asdict(article)), None, lambda: article)
    path, name = Path(source), str(source)
    data = _read_file(path)
    fingerprint = hashlib.sha256(path.suffix.lower().encode(errors="surrogateescape") + b"\0" + data).hexdigest()
    if _is_document(data, name):
        return LoadedSource(
            path, fingerprint, _load_document(data, name), lambda: read_source(data, config=config, name=name)
        )
    return LoadedSource(path, fingerprint, None, lambda: read_source(data, config=config, name=name))


def read_source(
    source: str | os.PathLike[str] | bytes,
    *,
    config: Settings = None,
    name: str = "standard input",
    format: Format | None = None,  # noqa: A002
    keep: Iterable[str] = (),
) -> Article:
    """Read an article.

    Args:
        source: A path, a URL, or bytes.
        config: A configuration, the path of a ``narrate.toml``, or None for the defaults.
        name: What errors call the source, if it is bytes.
        format: The format. By default it is detected.
        keep: Kinds of text that are not skipped, in addition to those in the configuration.

    Raises:
        SourceError: If the source cannot be read, or is not an article.
        UsageError: If there is no such format, or no such kind of text.
    """
    config = as_config(config)
    url = charset = None
    if isinstance(source, bytes):
        data = source
    elif is_url(source):
        name = str(source)
        answer = fetch(
            name,
            max_bytes=MAX_BYTES,
            time_limit_s=config.reading.time_limit_s,
            allow_private=config.reading.allow_private_addresses,
        )
        data, url, charset = answer.data, answer.url, answer.charset
    else:
        data, name = _read_file(Path(source)), str(source)
    return read_bytes(
        data,
        name=name,
        format=format,
        disclaimer=config.script.disclaimer,
        keep=(*config.reading.keep, *keep),
        url=url,
        charset=charset,
    )


def _read_file(path: Path) -> bytes:
    """Return the content of a file, at most one byte more than the largest source, which shows that it is too large."""
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise SourceError(f"Cannot read {path}: the file does not exist. Check the path.") from None
    except IsADirectoryError:
        raise SourceError(f"Cannot read {path}: this is a folder. Choose the article's file in it.") from None
    except PermissionError:
        raise SourceError(f"Cannot read {path}: you do not have permission. Change the file's permissions.") from None
    except (OSError, ValueError) as error:
        raise SourceError(f"Cannot read {path}: {getattr(error, 'strerror', None) or error}.") from error


def _parse(data: bytes, config: Config, name: str) -> Article | SavedScript:
    return _load_document(data, name) if _is_document(data, name) else read_source(data, config=config, name=name)


def _is_document(data: bytes, name: str) -> bool:
    """Return whether ``data`` is, or was meant as, a script document: any JSON file that is not an article's."""
    if is_script(data.decode("utf-8", errors="replace")):
        return True
    return Path(name).suffix.lower() == ".json" and detect_format(data) is None


def _hash(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


def _load_document(data: bytes, name: str) -> SavedScript:
    try:
        return load_script(decompress(data, name, MAX_BYTES).decode("utf-8-sig"), name=name)
    except UnicodeDecodeError as error:
        raise SourceError(f"Cannot read {name}: the script is not in UTF-8: {error}. Save it as UTF-8.") from error
