"""A parsed page -> its blocks of text, in order, each with the marks by which a reader tells story from furniture."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from narrate.readers.decoding import CONTROLS

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr q rp rt ruby s "
    "samp small span strike strong sub sup time tt u var wbr".split()
)
_MUTE = frozenset(
    "script style noscript template svg math button select option textarea input iframe object embed audio video "
    "canvas map head title img picture source track link meta rt rp dialog".split()
)
_HEADINGS = frozenset("h1 h2 h3 h4 h5 h6".split())
_OUTSIDE = frozenset("aside nav footer menu".split())
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2028-\u202e\u2060\ufeff]")
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_HIDDEN_CLASS = re.compile(
    r"(?:^|\s)(?:visually-?hidden|sr-only|screen-reader(?:-text|-only)?|is-hidden|hidden|rollover-people-block)(?=\s|$)",
    re.IGNORECASE,
)
_CAPTION = re.compile(r"(?:^|[\s_-])\w*caption(?:$|[\s_-])|photo-?credit|image-?credit", re.IGNORECASE)
_POST = re.compile(r"twitter-tweet|twitter-video|instagram-media|tiktok-embed|bluesky-embed|fb-post|reddit-embed")
_SIGNATURE_DEPTH = 4


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """A stretch of text that a browser sets on lines of its own."""

    text: str
    """Blanks collapsed; never empty."""
    element: HtmlElement
    """The nearest element that is a block."""
    kind: str
    """heading | item | quote | post | caption | table | text"""
    outside: bool
    """Whether it stands in an aside, a menu or a footer."""
    link_share: float
    """In [0, 1]: how much of its text is links."""
    strong: bool
    """Whether all of it is set in bold or in italics."""

    @property
    def words(self) -> tuple[str, ...]:
        return tuple(re.findall(r"\w+", self.text.lower()))


def blocks_of(root: HtmlElement) -> list[Block]:
    """Return the blocks of text below ``root`` in reading order, without what a browser does not show."""
    return _rows_joined([block for block in _Walk().blocks(root) if block.text])


def signature(element: HtmlElement) -> tuple[str, ...]:
    """What an element and those around it look like: blocks of a story share it, even in several containers."""
    chain = []
    for _ in range(_SIGNATURE_DEPTH):
        chain.append(f"{element.tag}.{' '.join((element.get('class') or '').split()[:2])}")
        parent = element.getparent()
        if parent is None:
            break
        element = parent
    return tuple(chain)


class _Walk:
    """Collects text between the borders of blocks; linear in the page, whatever its nesting."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._linked = self._plain = 0
        self._links = self._marked = 0
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
        if node.tag in _MUTE or _is_hidden(node):
            walker.skip_subtree()  # type: ignore[attr-defined]
            if not _is_inline(node) and node.tag not in ("img", "wbr", "input", "svg", "button"):
                yield from self._flush()
            return
        if node.tag == "br":
            yield from self._break(node)
        elif _is_inline(node):
            self._links += node.tag == "a"
            self._marked += node.tag in ("b", "strong", "em", "i")
        else:
            yield from self._flush()
            self._open.append(node)
            self._context.append(_context(node, *self._context[-1]))
        self._add(node.text)

    def _end(self, node: HtmlElement) -> Iterator[Block]:
        if node.tag in _MUTE or _is_hidden(node) or node.tag == "br":
            pass
        elif _is_inline(node):
            self._links -= node.tag == "a"
            self._marked -= node.tag in ("b", "strong", "em", "i")
        else:
            yield from self._flush()
            self._open.pop()
            self._context.pop()
        self._add(node.tail)

    def _break(self, node: HtmlElement) -> Iterator[Block]:
        """A line break ends a block, unless the sentence goes on behind it."""
        if (node.tail or "").lstrip()[:1].islower():
            self._parts.append(" ")
        else:
            yield from self._flush()

    def _add(self, text: str | None) -> None:
        if text:
            self._parts.append(text)
            size = len(text.strip())
            self._linked += size if self._links else 0
            self._plain += 0 if self._marked else size

    def _flush(self) -> Iterator[Block]:
        text = " ".join(CONTROLS.sub(" ", _INVISIBLE.sub("", "".join(self._parts))).split())
        if text and self._open:
            kind, outside = self._context[-1]
            share = min(1.0, self._linked / len(text))
            yield Block(text, self._open[-1], kind, outside, share, self._plain == 0)
        self._parts.clear()
        self._linked = self._plain = 0


def _is_inline(node: HtmlElement) -> bool:
    """Whether it stands in a line, as elements of a page's own making do; spans called captions are set as blocks."""
    if node.tag == "span":
        return not _CAPTION.search(node.get("class") or "")
    return node.tag in _INLINE or "-" in node.tag


def _context(node: HtmlElement, kind: str, outside: bool) -> tuple[str, bool]:
    """What text in ``node`` is, given what text around it is."""
    tag, classes = str(node.tag), node.get("class") or ""
    if tag in _OUTSIDE:
        return kind, True
    if tag == "blockquote":
        return ("post" if _POST.search(classes) else "quote"), outside
    if kind == "post":
        return kind, outside
    if tag in _HEADINGS:
        return ("heading" if kind != "caption" else kind), outside
    if tag == "figcaption" or (tag in ("div", "p", "dd", "section", "li", "span") and _CAPTION.search(classes)):
        return "caption", outside
    if tag in ("td", "th"):
        return "table", outside
    if tag == "table" and kind == "item":
        return "text", outside
    if tag in ("li", "dd", "dt"):
        return "item", outside
    return kind, outside


def _is_hidden(node: HtmlElement) -> bool:
    get = node.get
    return node.tag not in ("html", "body") and (
        get("hidden") is not None
        or _HIDDEN_STYLE.search(get("style") or "") is not None
        or _HIDDEN_CLASS.search(get("class") or "") is not None
    )


def _rows_joined(blocks: list[Block]) -> list[Block]:
    """Cells of one row of a table become one block; a cell that holds sentences is a paragraph in a layout table."""
    joined: list[Block] = []
    row: HtmlElement | None = None
    for block in blocks:
        if block.kind != "table":
            joined.append(block)
            row = None
            continue
        if len(block.words) > 25:
            joined.append(Block(block.text, block.element, "text", block.outside, block.link_share, block.strong))
            row = None
            continue
        own = _row_of(block.element)
        if row is not None and own is row:
            last = joined[-1]
            share = max(last.link_share, block.link_share)
            joined[-1] = Block(f"{last.text} | {block.text}", last.element, "table", last.outside, share, False)
        else:
            joined.append(block)
        row = own
    return joined


def _row_of(element: HtmlElement) -> HtmlElement | None:
    while element is not None and element.tag != "tr":
        parent = element.getparent()
        if parent is None or element.tag == "table":
            return None
        element = parent
    return element
