"""Readers: a file, bytes or a string in, an :class:`~narrate.types.Article` out.

Every way in ends in :func:`narrate.readers.article.build`, so that headline, byline and skipped text follow the same
rules whatever the source was.
"""

from __future__ import annotations

import re
from pathlib import Path, PurePath
from typing import Literal

from narrate.errors import SourceError
from narrate.readers import article, frontmatter, plain
from narrate.readers.decoding import decode, refuse_stray_bytes
from narrate.types import Article

Format = Literal["text", "markdown"]

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


def read(source: str | Path, *, disclaimer: str = "") -> Article:
    """Read the article in the file ``source``; Markdown or plain text by its suffix, else by its content.

    ``disclaimer`` is what the edition will open with; a line of the source that says the same is skipped.
    Raises SourceError, naming the file, if it cannot be read or holds no article.
    """
    path = Path(source)
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise SourceError(f"{source}: there is no such file") from None
    except IsADirectoryError:
        raise SourceError(f"{source}: this is a folder; name the article's file in it") from None
    except PermissionError:
        raise SourceError(f"{source}: you have no permission to read this file") from None
    except (OSError, ValueError) as error:
        raise SourceError(f"{source}: the file cannot be read ({error})") from error
    return read_bytes(data, name=str(source), disclaimer=disclaimer)


def read_bytes(data: bytes, *, name: str, format: Format | None = None, disclaimer: str = "") -> Article:  # noqa: A002
    """Read an article from ``data``, the content of a file or of standard input.

    ``name`` stands in messages, and its suffix says which format it is unless ``format`` does.
    Raises SourceError if the bytes are not text, or the text holds no article.
    """
    if len(data) > MAX_BYTES:
        raise SourceError(f"{name}: larger than {MAX_BYTES // 2**20} MiB, which is no article")
    return _read(decode(data, name), name, format, disclaimer)


def read_text(text: str, *, name: str = "text", disclaimer: str = "") -> Article:
    """Read plain text. Offsets count in ``text`` itself if its newlines are ``\\n`` and it has no front matter."""
    return _read(refuse_stray_bytes(text, name), name, "text", disclaimer)


def _read(text: str, name: str, form: Format | None, disclaimer: str) -> Article:
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
    return article.build(draft, matter, name, disclaimer)
