"""Read an article or a script document from wherever it is: the entrance to this package."""

from __future__ import annotations

import difflib
import hashlib
import json
import os
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import msgspec

from narrate.config import Config, Settings, as_config
from narrate.errors import SourceError, reason
from narrate.readers.decoding import decompress
from narrate.readers.formats import MAX_BYTES, Format, detect_format, read_bytes, reading
from narrate.readers.language import check_language
from narrate.readers.web import fetch
from narrate.script.document import SavedScript, is_script, load_script
from narrate.storage import is_url
from narrate.types import Article

Source = str | os.PathLike[str] | Article | SavedScript
"""A path or URL of an article or a script document, or either of them as it was read."""
_FILE_PROBLEMS: Final[dict[type, str]] = {
    FileNotFoundError: "the file does not exist. Check the path",
    IsADirectoryError: "this is a folder. Choose an article in it, or make all of them with 'narrate batch'",
    PermissionError: "you do not have permission. Change the file's permissions",
}
_SCHEME: Final = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z+.-]{2,8})(?::/{0,3}|//)(?P<rest>[^/].*)", re.DOTALL)
"""The beginning of an address with its scheme, perhaps with a slip. A drive such as ``C:`` has one letter."""
_HOST: Final = re.compile(
    r"www\.[\w-]+\.\w|(?P<local>localhost|\d{1,3}(\.\d{1,3}){3})(:\d|/|$)|"
    r"[\w-]+(\.[\w-]+)*\.((com|org|net|info|edu|gov|news)(:\d|/|$)|[a-z]{2}(:\d|/)|(ac|co|com|gov|org)\.[a-z]{2}$)",
    re.IGNORECASE,
)
"""The beginning of an address without its scheme."""


def open_source(
    source: Source | bytes, *, config: Settings = None, name: str = "standard input"
) -> Article | SavedScript:
    """Read an article or a script document.

    Args:
        source: A path, a URL, bytes, or what this function returned before.
        config: A configuration, the path of a ``narrate.toml``, or None for the defaults.
        name: What errors call the source, if it is bytes.

    Raises:
        SourceError: If the source cannot be read, holds no article, or is in a language that is not supported.
    """
    if isinstance(source, Article | SavedScript):
        return source
    config = as_config(config)
    if isinstance(source, bytes):
        return _script_in(source, name) or check_language(read_source(source, config=config, name=name), name)
    loaded = load_source(source, config=config)
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
    """Returns the article, if the source is one. Raises ``SourceError``, also if its language is not supported."""

    @property
    def title(self) -> str | None:
        """The article's title."""
        return (self.script.script.article if self.script else self.parse()).title


def load_source(source: Source, *, config: Config) -> LoadedSource:
    """Read the bytes of a file; fetch and parse any other source.

    Raises:
        SourceError: If the source cannot be read, or is in a language that is not supported.
    """
    if isinstance(source, SavedScript):
        return LoadedSource(None, _hash(source), source, lambda: source.script.article)
    if isinstance(source, Article) or is_url(source):
        article = source if isinstance(source, Article) else read_source(source, config=config)
        check_language(article, article.title or "the article" if isinstance(source, Article) else str(source))
        return LoadedSource(None, _hash(article), None, lambda: article)
    if not isinstance(source, str | os.PathLike):
        raise SourceError(f"Cannot read a {type(source).__name__} as a path. Pass it to open_source() first.")
    path, name = Path(source), str(source)
    data = _read_file(source)
    fingerprint = hashlib.sha256(path.suffix.lower().encode(errors="surrogateescape") + b"\0" + data).hexdigest()
    script = _script_in(data, name)
    parse = cache(lambda: check_language(read_source(data, config=config, name=name), name))
    return LoadedSource(path, fingerprint, script, parse)


def read_source(
    source: str | os.PathLike[str] | bytes,
    *,
    config: Settings = None,
    name: str = "standard input",
    format: Format | None = None,  # noqa: A002
    keep: Iterable[str] = (),
) -> Article:
    """Read an article, in whatever language it is.

    Args:
        source: A path, a URL, or bytes.
        config: A configuration, the path of a ``narrate.toml``, or None for the defaults.
        name: What errors call the source, if it is bytes.
        format: The format. By default it is detected.
        keep: Kinds of text that are not skipped, in addition to those in the configuration.

    Raises:
        SourceError: If the source cannot be read, or is not an article.
        UsageError: If there is no such format, no such kind of text, or no such language.
    """
    config = as_config(config)
    fetched = None
    if isinstance(source, bytes):
        data = source
    elif is_url(source):
        limits = config.reading
        name = str(source)
        fetched = fetch(name, MAX_BYTES, limits.time_limit_s, limits.allow_private_addresses, limits.proxy)
        data = fetched.data
    else:
        data, name = _read_file(source), str(source)
    return read_bytes(
        data,
        name=name,
        format=format,
        disclaimer=config.script.disclaimer,
        keep=(*config.reading.keep, *keep),
        language=config.reading.language,
        fetched=fetched,
    )


def _read_file(source: str | os.PathLike[str]) -> bytes:
    """Return the content of a file, at most one byte more than the largest source, which shows that it is too large."""
    if not str(source):
        raise SourceError("Cannot read an article without a name. Name a file or an address.")
    try:
        with Path(source).open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:  # a ValueError for names that no file can have
        problem = _address_problem(str(source)) if isinstance(error, FileNotFoundError | NotADirectoryError) else ""
        problem = problem or _FILE_PROBLEMS.get(type(error)) or reason(error)
        raise SourceError(f"Cannot read {source}: {problem}.") from error


def _address_problem(source: str) -> str:
    """Return what is wrong with a source that is no file, but was probably meant as an address; else nothing."""
    meant = source.strip().strip("<>\"'").replace("\\", "/")
    bare = re.sub(r"^:?//", "", meant)
    if (host := _HOST.match(bare)) and not Path(bare.partition("/")[0]).exists():
        scheme = "http" if host["local"] else "https"
        return f"the file does not exist. If it is an address, write {scheme}://{bare}"
    if match := _SCHEME.match(meant):
        scheme, rest = match["scheme"].lower(), match["rest"]
        if scheme == "file":
            return f"write the path without 'file:': {'/' * source.startswith('file:/')}{rest}"
        if difflib.get_close_matches(scheme, ("http", "https"), n=1):
            return f"this is not a complete http(s) address. Write https://{rest}"
        if "/" in source and ":" in source:
            return f"addresses that begin with '{scheme}:' are not supported. Use http or https, or save the page"
    return ""


def _script_in(data: bytes, name: str) -> SavedScript | None:
    """Return the script in ``data`` if it is, or was meant as, a script: also one that is damaged."""
    is_named_so = [suffix.lower() for suffix in Path(name).suffixes[-2:]] == [".script", ".json"]
    if not is_script(data.decode("utf-8", errors="replace")) and not (is_named_so and detect_format(data) is None):
        return None
    try:
        with reading(name):
            data = decompress(data, MAX_BYTES)
        return load_script(data.decode("utf-8-sig"), name=name)
    except UnicodeDecodeError as error:
        raise SourceError(
            f"Cannot read {name}: the script is not in UTF-8: {reason(error)}. Save it as UTF-8."
        ) from error


def _hash(value: Any) -> str:
    return hashlib.sha256(json.dumps(msgspec.to_builtins(value), sort_keys=True).encode()).hexdigest()
