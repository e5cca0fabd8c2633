"""Markdown: extract its text without markup, and list what cannot be spoken."""

from __future__ import annotations

import html as entities
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import groupby
from typing import TYPE_CHECKING, Any

from narrate.readers import quote_signatures, skip_reasons
from narrate.readers.extracted import ExtractedText, join_paragraphs
from narrate.types import Skipped

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_SKIPPED_BLOCKS = {"fence": "code block", "code_block": "code block", "html_block": "raw HTML"}
_HEADING_TAGS = frozenset({"h2", "h3", "h4", "h5", "h6"})
_SKIPPED_INLINE = {"image": "image", "html_inline": "raw HTML"}
_READ_TAG = re.compile(r"</?(?:s|del|strike|ins|sup|sub|q|br|span|font)(?:\s[^<>]*)?/?>", re.IGNORECASE)
"""The inline elements of HTML that may change what a text says; others are left out."""
_MAX_NOTES = 1000
"""A text with more marks of notes has none: the time that the parser takes for them is quadratic in their number."""
_STRUCK = {"s_open": "<s>", "s_close": "</s>"}


@dataclass(slots=True)
class _Paragraph:
    """A paragraph, heading, quote or list item."""

    text: str
    is_note: bool
    markup: str = ""
    """Its text as HTML, if it holds elements that change what it says."""
    quote: int = 0
    """Number of the block quote that it is in, from 1; 0 outside of block quotes."""
    is_emphasized: bool = False
    """All of it is in bold or italics, or it is a heading."""
    is_item: bool = False
    """It is an item of a list in a block quote."""


def extract(source: str) -> ExtractedText:
    """Extract the text of Markdown: one paragraph for each paragraph, heading, quote and list item."""
    skipped: list[Skipped] = []
    paragraphs: list[_Paragraph] = []
    heading: _Paragraph | None = None
    environment: dict[str, Any] = {}
    parser = _parser(has_notes=source.count("[^") + source.count("^[") <= _MAX_NOTES)
    tokens = parser.parse(source, environment)
    quotes = _places_in_quotes(tokens)
    for token, opening, is_note in _speakable_blocks(tokens, skipped):
        paragraph = _paragraph(token, skipped, is_note=is_note, notes=environment.get("footnotes", {}).get("list", {}))
        paragraph.is_emphasized = opening in _HEADING_TAGS or _is_emphasized(token)
        paragraph.quote, paragraph.is_item = quotes.get(id(token), (0, False))
        if not paragraph.text and not paragraph.markup:
            continue
        if opening == "h1" and not paragraphs:
            heading = paragraph
        paragraphs.append(paragraph)
    _read_markup([paragraph for paragraph in paragraphs if paragraph.markup], skipped)
    spoken = _with_signatures([paragraph for paragraph in paragraphs if paragraph.text])
    reasons = {index: skip_reasons.NOTE for index, paragraph in enumerate(spoken) if paragraph.is_note}
    texts = [paragraph.text for paragraph in spoken]
    title = " ".join(heading.text.split()) if heading else None
    emphasized = (index for index, paragraph in enumerate(spoken) if paragraph.is_emphasized)
    return join_paragraphs(texts, heading=title, skipped=skipped, reasons=reasons, emphasized=emphasized)


@cache
def _parser(*, has_notes: bool) -> MarkdownIt:
    from markdown_it import MarkdownIt
    from mdit_py_plugins.footnote import footnote_plugin

    parser = MarkdownIt("commonmark").enable("table").enable("strikethrough")
    if has_notes:
        parser.use(footnote_plugin, move_to_end=False, always_match_refs=True)
    return parser


def _speakable_blocks(tokens: list[Token], skipped: list[Skipped]) -> Iterator[tuple[Token, str, bool]]:
    """Yield the inline token of each block, the tag that opened it, and whether it is a note.

    Add the other blocks to ``skipped``.
    """
    table: list[str] | None = None
    tag, is_note = "", False
    for token in tokens:
        if token.type == "table_open":
            table = []
        elif token.type == "table_close" and table is not None:
            skipped.append(Skipped(" | ".join(table), "table", None))
            table = None
        elif token.type in _SKIPPED_BLOCKS:
            skipped.append(Skipped(token.content.strip(), _SKIPPED_BLOCKS[token.type], None))
        elif token.type.startswith("footnote_reference"):
            is_note = token.type == "footnote_reference_open"
        elif token.type == "inline" and table is not None:
            table.append(token.content)
        elif token.type == "inline":
            yield token, tag, is_note
        tag = token.tag


def _is_emphasized(token: Token) -> bool:
    """Return whether all words of a paragraph are in bold or italics."""
    depth = 0
    for child in token.children or ():
        depth += child.nesting * (child.tag in ("strong", "em"))
        if child.type in ("text", "code_inline") and not depth and any(map(str.isalnum, child.content)):
            return False
    return True


def _places_in_quotes(tokens: list[Token]) -> dict[int, tuple[int, bool]]:
    """Return identity of an inline token -> number of its outermost block quote, and whether a list in it holds it."""
    places: dict[int, tuple[int, bool]] = {}
    depth = count = lists = 0
    for token in tokens:
        if token.type in ("blockquote_open", "blockquote_close"):
            depth += token.nesting
            count += token.nesting > 0 and depth == 1
        elif token.type in ("bullet_list_open", "bullet_list_close") and depth:
            lists += token.nesting
        elif token.type == "inline" and depth:
            places[id(token)] = count, lists > 0
    return places


def _with_signatures(paragraphs: list[_Paragraph]) -> list[_Paragraph]:
    """Return the paragraphs, those of a block quote that is signed in quotation marks, in one line each."""
    found: list[_Paragraph] = []
    groups = [list(group) for _, group in groupby(paragraphs, key=lambda one: (one.is_note, one.quote))]
    for number, group in enumerate(groups):
        following = groups[number + 1][0] if number + 1 < len(groups) else None
        if group[0].quote:
            group = _signed(group, following)
        found += (replace(one, text=" ".join(one.text.split())) for one in group)
    return found


def _signed(quoted: list[_Paragraph], following: _Paragraph | None) -> list[_Paragraph]:
    """Return the paragraphs of a block quote in marks if its end or the paragraph behind it is a signature."""
    is_dashed = quoted[-1].is_item and not any(one.is_item for one in quoted[:-1])
    texts = [*(one.text for one in quoted[:-1]), "- " * is_dashed + quoted[-1].text]
    is_signed_below = following is not None and quote_signatures.is_signature(following.text)
    below = [following.text] if following is not None and is_signed_below else []
    marked = quote_signatures.with_marks([*texts, *below])
    marked = marked[: len(marked) - len(below)]
    return [replace(quoted[0], text=text) for text in marked] if marked != texts else quoted


def _paragraph(token: Token, skipped: list[Skipped], *, is_note: bool, notes: dict[int, Any]) -> _Paragraph:
    """Return the text of a block in one line; add what cannot be spoken to ``skipped``."""
    parts: list[str] = []
    markup: list[str] = []
    has_markup = False
    for child in token.children or ():
        text = ""
        if child.type in _STRUCK or (child.type == "html_inline" and _READ_TAG.fullmatch(child.content)):
            has_markup = True
            markup.append(_STRUCK.get(child.type, child.content))
        elif child.type == "footnote_ref":
            has_markup = True
            markup.append(f'<sup class="footnote-ref">[{entities.escape(str(child.meta.get("label", "^")))}]</sup>')
            if content := notes.get(child.meta["id"], {}).get("content"):
                skipped.append(Skipped(content, skip_reasons.NOTE, None))
        elif child.type in _SKIPPED_INLINE:
            skipped.append(Skipped(child.content, _SKIPPED_INLINE[child.type], None))
        elif child.type in ("text", "code_inline"):
            text = child.content
        elif child.type in ("softbreak", "hardbreak"):
            text = "\n"
        parts.append(text)
        markup.append(entities.escape(text, quote=False))
    return _Paragraph("".join(parts).strip(), is_note, "".join(markup) if has_markup else "")


def _read_markup(paragraphs: list[_Paragraph], skipped: list[Skipped]) -> None:
    """Replace the text of paragraphs with elements of HTML by what these elements make of it."""
    if not paragraphs:
        return
    from narrate.readers import html

    for paragraph, found in zip(paragraphs, html.read_paragraphs([one.markup for one in paragraphs]), strict=True):
        paragraph.text = found.text
        paragraph.is_note = paragraph.is_note or found.is_note
        skipped += found.skipped
