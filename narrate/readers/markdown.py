"""Markdown: extract its text without markup, and list what cannot be spoken."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING

from narrate.readers.extracted import ExtractedText, join_paragraphs
from narrate.types import Skipped

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_SKIPPED_BLOCKS = {"fence": "code block", "code_block": "code block", "html_block": "raw HTML"}
_SKIPPED_INLINE = {"image": "image", "html_inline": "raw HTML"}


def extract(source: str) -> ExtractedText:
    """Extract the text of Markdown: one paragraph for each paragraph, heading, quote and list item."""
    texts: list[str] = []
    skipped: list[Skipped] = []
    heading: str | None = None
    for token, opening in _speakable_blocks(_parser().parse(source), skipped):
        text = _inline(token.children or (), skipped)
        if not text:
            continue
        if opening == "h1" and not texts:
            heading = text
        texts.append(text)
    return join_paragraphs(texts, heading=heading, skipped=skipped)


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark").enable("table").enable("strikethrough")


def _speakable_blocks(tokens: list[Token], skipped: list[Skipped]) -> Iterator[tuple[Token, str]]:
    """Yield the inline token of each block with the tag that opened it; add the other blocks to ``skipped``."""
    table: list[str] | None = None
    tag = ""
    for token in tokens:
        if token.type == "table_open":
            table = []
        elif token.type == "table_close" and table is not None:
            skipped.append(Skipped(" | ".join(table), "table", None))
            table = None
        elif token.type in _SKIPPED_BLOCKS:
            skipped.append(Skipped(token.content.strip(), _SKIPPED_BLOCKS[token.type], None))
        elif token.type == "inline" and table is not None:
            table.append(token.content)
        elif token.type == "inline":
            yield token, tag
        tag = token.tag


def _inline(children: Iterable[Token], skipped: list[Skipped]) -> str:
    """Return the text of a block in one line; add what cannot be spoken to ``skipped``."""
    parts: list[str] = []
    for child in children:
        if child.type in _SKIPPED_INLINE:
            skipped.append(Skipped(child.content, _SKIPPED_INLINE[child.type], None))
        elif child.type in ("text", "code_inline"):
            parts.append(child.content)
        elif child.type in ("softbreak", "hardbreak"):
            parts.append(" ")
    return " ".join("".join(parts).split())
