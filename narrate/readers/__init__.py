"""Readers: a file, bytes or a string in, an :class:`~narrate.types.Article` out.

Every way in ends in :func:`narrate.readers.article.build`, so that headline, byline and skipped text follow the same
rules whatever the source was.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path, PurePath
from typing import Final, Literal, get_args

from narrate.errors import SourceError, UsageError
from narrate.readers import article, decoding, frontmatter, newsjson, plain, ssml, web
from narrate.readers.draft import Draft
from narrate.readers.frontmatter import FrontMatter
from narrate.readers.kinds import kept_reasons
from narrate.storage import is_url
from narrate.types import Article

Format = Literal["text", "markdown", "html", "ninjs", "jsonld", "docx"]
FORMATS: Final[tuple[Format, ...]] = get_args(Format)

MAX_BYTES = 16 * 1024 * 1024
"""The longest source that is taken for an article."""

_SUFFIXES: dict[str, Format] = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".mdown": "markdown",
    ".txt": "text",
    ".text": "text",
}
_ATX_HEADING = re.compile(r"\s*#{1,6}[ \t]+\S")


def read(
    source: str | Path,
    *,
    format: Format | None = None,  # noqa: A002
    disclaimer: str = "",
    keep: Iterable[str] = (),
    time_limit_s: float = 20.0,
    allow_private: bool = False,
) -> Article:
    """Read the article in the file or at the URL ``source``, in ``format``, or in what its content or suffix says.

    ``disclaimer`` is what the edition will open with; a line of the source that says the same is skipped. Text of the
    kinds in ``keep`` (see ``narrate.readers.kinds``) is not skipped. ``time_limit_s`` and ``allow_private`` are for
    URLs (see ``narrate.readers.web``).
    Raises SourceError, naming the source, if it cannot be read or holds no article.
    """
    if not is_url(source):
        return read_bytes(bytes_of(source), name=str(source), format=format, disclaimer=disclaimer, keep=keep)
    url = str(source)
    got = web.fetch(url, max_bytes=MAX_BYTES, time_limit_s=time_limit_s, allow_private=allow_private)
    return read_bytes(
        got.data, name=url, format=format, disclaimer=disclaimer, keep=keep, url=got.url, charset=got.charset
    )


def bytes_of(source: str | Path) -> bytes:
    """The content of the file ``source``, or a little more than the longest article of it. Raises SourceError."""
    try:
        with Path(source).open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise SourceError(f"{source}: there is no such file") from None
    except IsADirectoryError:
        raise SourceError(f"{source}: this is a folder; name the article's file in it") from None
    except PermissionError:
        raise SourceError(f"{source}: you have no permission to read this file") from None
    except (OSError, ValueError) as error:
        raise SourceError(f"{source}: the file cannot be read ({error})") from error


def read_bytes(
    data: bytes,
    *,
    name: str,
    format: Format | None = None,  # noqa: A002
    disclaimer: str = "",
    keep: Iterable[str] = (),
    url: str | None = None,
    charset: str | None = None,
) -> Article:
    """Read an article from ``data``, the content of a file or of standard input.

    ``name`` stands in messages, and its suffix says whether text is Markdown unless ``format`` does. ``url`` is where
    it came from, and ``charset`` the encoding that was named there.
    Raises SourceError if the bytes hold no article, and UsageError for a format or a kind that does not exist.
    """
    kept = kept_reasons(keep)
    if format is not None and format not in FORMATS:
        raise UsageError(f"There is no format '{format}'. Formats: {', '.join(FORMATS)}.")
    data = decoding.unpacked(data, name, MAX_BYTES)
    form = format or form_of(data)
    if form in (None, "text", "markdown"):
        return _read(decoding.decode(data, name), name, form, disclaimer, kept)
    draft, matter = _drafted(data, name, form, charset)
    return article.build(draft, replace(matter, source=matter.source or url), name, disclaimer, kept)


def read_text(text: str, *, name: str = "text", disclaimer: str = "") -> Article:
    """Read plain text. Offsets count in ``text`` itself if its newlines are ``\\n`` and it has neither front matter
    nor SSML."""
    return _read(decoding.refuse_stray_bytes(text, name), name, "text", disclaimer, frozenset())


def form_of(data: bytes) -> Format | None:
    """The format that ``data`` shows to be in; None for text, plain or Markdown."""
    if decoding.is_html(data):
        return "html"
    if data.startswith(b"PK\x03\x04") and b"word/" in data:
        return "docx"
    return newsjson.form_of(data)


def _drafted(data: bytes, name: str, form: Format | None, charset: str | None) -> tuple[Draft, FrontMatter]:
    if form == "docx":
        from narrate.readers import word

        return word.render(data, name)
    if form == "html":
        from narrate.readers import html

        if len(data) > html.MAX_BYTES:
            raise SourceError(f"{name}: a page larger than {html.MAX_BYTES // 2**20} MiB, which is no article")
        page, tags = ssml.lifted(decoding.decode_page(data, name, charset), html=True)
        draft, matter = html.render(page, name)
        return ssml.settled(draft, tags), matter
    text = decoding.decode(data, name)
    return newsjson.render_ninjs(text, name) if form == "ninjs" else newsjson.render_json_ld(text, name)


def _read(text: str, name: str, form: Format | None, disclaimer: str, keep: frozenset[str]) -> Article:
    text = plain.normalise_newlines(text)
    matter, body = frontmatter.split(text, name)
    form = form or _SUFFIXES.get(PurePath(name).suffix.lower())
    if form is None:
        form = "markdown" if matter.found or _ATX_HEADING.match(body) else "text"
    body, tags = ssml.lifted(body)
    if form == "markdown":
        from narrate.readers import markdown

        draft = markdown.render(body)
    else:
        draft = plain.split(body)
    return article.build(ssml.settled(draft, tags), matter, name, disclaimer, keep)
