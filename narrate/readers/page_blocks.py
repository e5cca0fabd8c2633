"""Split a parsed page into blocks of text, with the properties that distinguish a story from what surrounds it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING

from narrate.readers.decoding import CONTROLS

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_INLINE_TAGS = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr q rp rt ruby s "
    "samp small span strike strong sub sup time tt u var wbr".split()
)
_UNREADABLE = frozenset(
    "script style noscript template svg math button select option textarea input iframe object embed audio video "
    "canvas map head title img picture source track link meta rt rp dialog".split()
)
_HEADING_TAGS = frozenset("h1 h2 h3 h4 h5 h6".split())
_OUTSIDE_TAGS = frozenset("aside nav footer menu".split())
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2028-\u202e\u2060\ufeff]")
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_HIDDEN_CLASS = re.compile(
    r"(?:^|\s)(?:visually-?hidden|sr-only|screen-reader(?:-text|-only)?|is-hidden|hidden|rollover-people-block)(?=\s|$)",
    re.IGNORECASE,
)
_CAPTION_CLASS = re.compile(r"(?:^|[\s_-])\w*caption(?:$|[\s_-])|photo-?credit|image-?credit", re.IGNORECASE)
_POST_CLASS = re.compile(r"twitter-tweet|twitter-video|instagram-media|tiktok-embed|bluesky-embed|fb-post|reddit-embed")
_SIGNATURE_DEPTH = 4
_MAX_CELL_WORDS = 25
"""A table cell with more words is a paragraph in a layout table."""


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Text that a browser sets on lines of its own."""

    text: str
    """Without repeated blanks; never empty."""
    element: HtmlElement
    """The nearest block-level element."""
    kind: str
    """``heading``, ``item``, ``quote``, ``post``, ``caption``, ``table`` or ``text``."""
    is_outside: bool
    """Whether it is in an aside, a menu or a footer."""
    link_share: float
    """The share of its text that is links, in [0, 1]."""

    @property
    def words(self) -> tuple[str, ...]:
        """The words in lower case."""
        return tuple(re.findall(r"\w+", self.text.lower()))


def split_blocks(root: HtmlElement) -> list[Block]:
    """Return the blocks of text below ``root`` in reading order, without those that a browser does not show."""
    return _join_rows([block for block in _BlockCollector().blocks(root) if block.text])


def signature(element: HtmlElement) -> tuple[str, ...]:
    """Return tags and classes of an element and its ancestors. Blocks of a story share it, even across containers."""
    chain = islice((element, *element.iterancestors()), _SIGNATURE_DEPTH)
    return tuple(f"{one.tag}.{' '.join((one.get('class') or '').split()[:2])}" for one in chain)


def closest(element: HtmlElement, *tags: str) -> HtmlElement | None:
    """Return the innermost of an element and its ancestors that has one of these tags."""
    return next((one for one in (element, *element.iterancestors()) if one.tag in tags), None)


class _BlockCollector:
    """Collects text between the borders of blocks, in time linear in the size of the page."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._linked_characters = self._open_links = 0
        self._open: list[HtmlElement] = []
        self._context: list[tuple[str, bool]] = [("text", False)]

    def blocks(self, root: HtmlElement) -> Iterator[Block]:
        from lxml import etree

        walker = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
        for event, node in walker:
            if event in ("comment", "pi"):
                self._add(node.tail)
            elif event == "start":
                yield from self._start(node, walker)
            else:
                yield from self._end(node)
        yield from self._flush()

    def _start(self, node: HtmlElement, walker: object) -> Iterator[Block]:
        if node.tag in _UNREADABLE or _is_hidden(node):
            walker.skip_subtree()  # type: ignore[attr-defined]
            if not _is_inline(node) and node.tag not in ("img", "wbr", "input", "svg", "button"):
                yield from self._flush()
            return
        if node.tag == "br":
            yield from self._break(node)
        elif _is_inline(node):
            self._open_links += node.tag == "a"
        else:
            yield from self._flush()
            self._open.append(node)
            self._context.append(_context(node, *self._context[-1]))
        self._add(node.text)

    def _end(self, node: HtmlElement) -> Iterator[Block]:
        if node.tag in _UNREADABLE or _is_hidden(node) or node.tag == "br":
            pass
        elif _is_inline(node):
            self._open_links -= node.tag == "a"
        else:
            yield from self._flush()
            self._open.pop()
            self._context.pop()
        self._add(node.tail)

    def _break(self, node: HtmlElement) -> Iterator[Block]:
        """End the block at a line break, unless the sentence continues after it."""
        if (node.tail or "").lstrip()[:1].islower():
            self._parts.append(" ")
        else:
            yield from self._flush()

    def _add(self, text: str | None) -> None:
        if text:
            self._parts.append(text)
            if self._open_links:
                self._linked_characters += len(text.strip())

    def _flush(self) -> Iterator[Block]:
        text = " ".join(CONTROLS.sub(" ", _INVISIBLE.sub("", "".join(self._parts))).split())
        if text and self._open:
            kind, is_outside = self._context[-1]
            share = min(1.0, self._linked_characters / len(text))
            yield Block(text, self._open[-1], kind, is_outside, share)
        self._parts.clear()
        self._linked_characters = 0


def _is_inline(node: HtmlElement) -> bool:
    """Return whether an element is inline, as custom elements are. A span whose class is a caption is a block."""
    if node.tag == "span":
        return not _CAPTION_CLASS.search(node.get("class") or "")
    return node.tag in _INLINE_TAGS or "-" in node.tag


def _context(node: HtmlElement, kind: str, is_outside: bool) -> tuple[str, bool]:
    """Return the kind of the text in ``node``, and whether it is outside the story, given both for its parent."""
    tag, classes = str(node.tag), node.get("class") or ""
    if tag in _OUTSIDE_TAGS:
        return kind, True
    if tag == "blockquote":
        return ("post" if _POST_CLASS.search(classes) else "quote"), is_outside
    if kind == "post":
        return kind, is_outside
    if tag in _HEADING_TAGS:
        return ("heading" if kind != "caption" else kind), is_outside
    if tag == "figcaption" or (tag in ("div", "p", "dd", "section", "li", "span") and _CAPTION_CLASS.search(classes)):
        return "caption", is_outside
    if tag in ("td", "th"):
        return "table", is_outside
    if tag == "table" and kind == "item":
        return "text", is_outside
    if tag in ("li", "dd", "dt"):
        return "item", is_outside
    return kind, is_outside


def _is_hidden(node: HtmlElement) -> bool:
    get = node.get
    return node.tag not in ("html", "body") and (
        get("hidden") is not None
        or _HIDDEN_STYLE.search(get("style") or "") is not None
        or _HIDDEN_CLASS.search(get("class") or "") is not None
    )


def _join_rows(blocks: list[Block]) -> list[Block]:
    """Join the cells of each table row to one block, except cells of layout tables, which contain paragraphs."""
    joined: list[Block] = []
    row: HtmlElement | None = None
    for block in blocks:
        is_cell = block.kind == "table" and len(block.words) <= _MAX_CELL_WORDS
        own = closest(block.element, "tr", "table") if is_cell else None
        if own is not None and own.tag == "tr" and own is row:
            last = joined[-1]
            share = max(last.link_share, block.link_share)
            joined[-1] = replace(last, text=f"{last.text} | {block.text}", link_share=share)
        else:
            joined.append(block if is_cell or block.kind != "table" else replace(block, kind="text"))
        row = own
    return joined
