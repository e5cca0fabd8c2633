"""Split a parsed page into blocks of text, with the properties that distinguish a story from what surrounds it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from narrate.readers.decoding import CONTROLS
from narrate.readers.page_markup import PageMarkup, Removed, rewrite_markup
from narrate.readers.page_quotes import is_pull_quote
from narrate.readers.page_tree import UNBROKEN_TAGS, UNREADABLE_TAGS, is_caption_class, is_inline

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_HEADING_TAGS = frozenset("h1 h2 h3 h4 h5 h6".split())
_EMPHASIS_TAGS = frozenset("b strong em i".split())
_OUTSIDE_TAGS = frozenset("aside nav footer menu button dialog".split())
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2028-\u202e\u2060\ufeff]")
_POST_CLASS = re.compile(r"twitter-tweet|twitter-video|instagram-media|tiktok-embed|bluesky-embed|fb-post|reddit-embed")
_REMOVED = "\x00"
"""Stands in the collected text, which has no such character, where text was removed."""
_LEFT_OVER = re.compile(
    rf"""\s*(?:\([\s{_REMOVED}]+\)|\[[\s{_REMOVED}]+\]|“[\s{_REMOVED}]+”|‘[\s{_REMOVED}]+’|(?<!\w)"[\s{_REMOVED}]+")
        |(?<=[“‘«(\[])[\s{_REMOVED}]*{_REMOVED}[\s{_REMOVED}]*
        |\s*{_REMOVED}[\s{_REMOVED}]*(?=[,.;:!?)\]”’»…]|$)|{_REMOVED}""",
    re.VERBOSE,
)
"""A place of removed text, with the marks around it, or the blanks behind an opening or before a closing mark."""
_SIGNATURE_DEPTH = 4


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Text that a browser sets on lines of its own."""

    text: str
    """Without repeated blanks; never empty."""
    element: HtmlElement
    """The nearest block-level element."""
    kind: str
    """``heading``, ``item``, ``quote``, ``signature``, ``post``, ``caption``, ``table``, ``note`` or ``text``; or
    ``removed`` if only text that was taken out of the page stands there."""
    is_outside: bool
    """Whether it is in an aside, a menu or a footer."""
    link_share: float
    """The share of its text that is links, in [0, 1]."""
    is_emphasized: bool = False
    """Whether all of it is in bold or italics, or a heading."""
    removed: tuple[Removed, ...] = ()
    """What was taken out of its text; for the kind ``removed``, its text itself."""

    @property
    def words(self) -> tuple[str, ...]:
        """The words in lower case."""
        return tuple(re.findall(r"\w+", self.text.lower()))


def split_blocks(root: HtmlElement) -> list[Block]:
    """Rewrite the markup below ``root``, and return the blocks of text in reading order."""
    return list(_BlockCollector(rewrite_markup(root)).blocks(root))


def signature(element: HtmlElement) -> tuple[str, ...]:
    """Return tags and classes of an element and its ancestors. Blocks of a story share it, even across containers."""
    chain = islice((element, *element.iterancestors()), _SIGNATURE_DEPTH)
    return tuple(f"{one.tag}.{' '.join((one.get('class') or '').split()[:2])}" for one in chain)


class _BlockCollector:
    """Collects text between the borders of blocks, in time linear in the size of the page."""

    def __init__(self, markup: PageMarkup) -> None:
        self._markup = markup
        self._parts: list[str] = []
        self._removed: list[Removed] = []
        self._linked_characters = self._open_links = 0
        self._open_emphasis = 0
        self._has_plain_text = False
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
        if node.tag in UNREADABLE_TAGS:
            walker.skip_subtree()  # type: ignore[attr-defined]
            if node.tag not in UNBROKEN_TAGS:
                yield from self._flush()
            return
        if node.tag == "br":
            yield from self._break(node)
        elif is_inline(node):
            self._open_links += node.tag == "a"
            self._open_emphasis += node.tag in _EMPHASIS_TAGS
        else:
            yield from self._flush()
            self._open.append(node)
            self._context.append(self._context_in(node))
        if node in self._markup.removed:
            self._removed.append(self._markup.removed[node])
            self._parts.append(_REMOVED)
        self._add(node.text)

    def _context_in(self, node: HtmlElement) -> tuple[str, bool]:
        kind, is_outside = self._context[-1]
        if kind == "note" or node in self._markup.notes:
            return "note", is_outside
        if node in self._markup.signatures:
            return "signature", is_outside
        return _context(node, kind, is_outside)

    def _end(self, node: HtmlElement) -> Iterator[Block]:
        if node.tag in UNREADABLE_TAGS or node.tag == "br":
            pass
        elif is_inline(node):
            self._open_links -= node.tag == "a"
            self._open_emphasis -= node.tag in _EMPHASIS_TAGS
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
            self._has_plain_text = self._has_plain_text or (not self._open_emphasis and any(map(str.isalnum, text)))
            if self._open_links:
                self._linked_characters += len(text.strip())

    def _flush(self) -> Iterator[Block]:
        text = _LEFT_OVER.sub("", "".join(self._parts)) if self._removed else "".join(self._parts)
        text = " ".join(CONTROLS.sub(" ", _INVISIBLE.sub("", text)).split())
        if self._open:
            element, (kind, is_outside) = self._open[-1], self._context[-1]
            if text:
                share = min(1.0, self._linked_characters / len(text))
                is_emphasized = kind == "heading" or not self._has_plain_text
                yield Block(text, element, kind, is_outside, share, is_emphasized, tuple(self._removed))
            else:
                for removed in self._removed:
                    yield Block(removed.text, element, "removed", is_outside, 0.0, removed=(removed,))
        self._parts.clear()
        self._removed.clear()
        self._linked_characters = 0
        self._has_plain_text = False


def _context(node: HtmlElement, kind: str, is_outside: bool) -> tuple[str, bool]:
    """Return the kind of the text in ``node``, and whether it is outside the story, given both for its parent."""
    tag, classes = str(node.tag), node.get("class") or ""
    is_outside = is_outside or tag in _OUTSIDE_TAGS
    if tag == "blockquote" or (tag in ("div", "aside", "section", "figure") and is_pull_quote(node)):
        return ("post" if _POST_CLASS.search(classes) else "quote"), is_outside
    if kind == "post" or tag in _OUTSIDE_TAGS:
        return kind, is_outside
    if tag in _HEADING_TAGS:
        return ("heading" if kind != "caption" else kind), is_outside
    if tag == "figcaption" or (tag in ("div", "p", "dd", "section", "li", "span") and is_caption_class(node)):
        return "caption", is_outside
    if tag in ("td", "th"):
        return "table", is_outside
    if tag == "table" and kind == "item":
        return "text", is_outside
    if tag in ("li", "dd", "dt"):
        return "item", is_outside
    return kind, is_outside
