"""What may be named where an article is wanted, and the way from there to the article itself."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from narrate.config import Settings, as_config
from narrate.errors import SourceError
from narrate.readers import MAX_BYTES, Format, bytes_of, form_of, read, read_bytes
from narrate.readers.decoding import unpacked
from narrate.readers.web import is_url
from narrate.script.document import SavedScript, is_script, load_script
from narrate.types import Article

Source = str | os.PathLike[str] | Article | SavedScript
"""A path of an article or of a script document, or either of them as it was read."""


def open_source(
    source: Source | bytes, *, config: Settings = None, name: str = "standard input"
) -> Article | SavedScript:
    """Read an article or a script document: from a path, or from bytes that errors call ``name``."""
    if isinstance(source, Article | SavedScript):
        return source
    config = as_config(config)
    if not isinstance(source, bytes) and not is_url(source) and Path(source).suffix.lower() == ".json":
        source, name = bytes_of(Path(source)), str(source)
        if form_of(source) is None:
            return _load_document(source, name)
    if isinstance(source, bytes) and is_script(source.decode("utf-8", errors="replace")):
        return _load_document(source, name)
    return read_source(source, config=config, name=name)


def read_source(
    source: str | os.PathLike[str] | bytes,
    *,
    config: Settings = None,
    name: str = "standard input",
    format: Format | None = None,  # noqa: A002
    keep: Iterable[str] = (),
) -> Article:
    """Read an article from a path, a URL, or bytes that errors call ``name``; ``keep`` adds to the configuration's."""
    config = as_config(config)
    kept, disclaimer = (*config.reading.keep, *keep), config.script.disclaimer
    if isinstance(source, bytes):
        return read_bytes(source, name=name, format=format, disclaimer=disclaimer, keep=kept)
    return read(
        str(source) if is_url(source) else Path(source),
        format=format,
        disclaimer=disclaimer,
        keep=kept,
        time_limit_s=config.reading.time_limit_s,
        allow_private=config.reading.allow_private_addresses,
    )


def _load_document(data: bytes, name: str) -> SavedScript:
    try:
        return load_script(unpacked(data, name, MAX_BYTES).decode("utf-8-sig"), name=name)
    except UnicodeDecodeError as error:
        raise SourceError(f"{name} is not UTF-8: {error}.") from error
