"""Readers: a file, bytes or a string in, an :class:`~narrate.types.Article` out.

Every way in ends in :func:`narrate.readers.article.build`, so that headline, byline and skipped text follow the same
rules whatever the source was.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path, PurePath
from typing import Final, Literal, get_args

from narrate.errors import SourceError
from narrate.readers import article, decoding, frontmatter, plain
from narrate.readers.kinds import kept_reasons
from narrate.types import Article

Format = Literal["text", "markdown", "html"]
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
) -> Article:
    """Read the article in the file ``source``, in ``format``, or in what its content or else its suffix says.

    ``disclaimer`` is what the edition will open with; a line of the source that says the same is skipped. Text of the
    kinds in ``keep`` (see ``narrate.readers.kinds``) is not skipped.
    Raises SourceError, naming the file, if it cannot be read or holds no article.
    """
    return read_bytes(bytes_of(source), name=str(source), format=format, disclaimer=disclaimer, keep=keep)


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
) -> Article:
    """Read an article from ``data``, the content of a file or of standard input.

    ``name`` stands in messages, and its suffix says whether text is Markdown unless ``format`` does.
    Raises SourceError if the bytes hold no article, and UsageError for a kind in ``keep`` that does not exist.
    """
    if len(data) > MAX_BYTES:
        raise SourceError(f"{name}: larger than {MAX_BYTES // 2**20} MiB, which is no article")
    kept = kept_reasons(keep)
    form = format or _form_by_content(data)
    if form == "html":
        from narrate.readers import html

        draft, matter = html.render(decoding.decode_page(data, name), name)
        return article.build(draft, matter, name, disclaimer, kept)
    return _read(decoding.decode(data, name), name, form, disclaimer, kept)


def read_text(text: str, *, name: str = "text", disclaimer: str = "") -> Article:
    """Read plain text. Offsets count in ``text`` itself if its newlines are ``\\n`` and it has no front matter."""
    return _read(decoding.refuse_stray_bytes(text, name), name, "text", disclaimer, frozenset())


def _form_by_content(data: bytes) -> Format | None:
    return "html" if decoding.is_html(data) else None


def _read(text: str, name: str, form: Format | None, disclaimer: str, keep: frozenset[str]) -> Article:
    text = plain.normalise_newlines(text)
    matter, body = frontmatter.split(text, name)
    form = form or _SUFFIXES.get(PurePath(name).suffix.lower())
    if form is None:
        form = "markdown" if matter.found or _ATX_HEADING.match(body) else "text"
    if form == "markdown":
        from narrate.readers import markdown

        draft = markdown.render(body)
    else:
        draft = plain.split(body)
    return article.build(draft, matter, name, disclaimer, keep)
