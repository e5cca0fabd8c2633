"""The elements of a page: which of them are inline, and the text inside and around them as a browser shows it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple

from narrate.languages.marks import STRAIGHT

if TYPE_CHECKING:
    from lxml.html import HtmlElement

INLINE_TAGS: Final = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr q rp rt ruby s "
    "samp small span strike strong sub sup time tt u var wbr".split()
)
UNREADABLE_TAGS: Final = frozenset(
    "script style noscript template svg select option textarea input iframe object embed audio video "
    "canvas map head title img picture source track link meta rt rp xml annotation annotation-xml".split()
)
"""Elements that show no text, or none that belongs to a sentence."""
UNBROKEN_TAGS: Final = frozenset(
    "script style noscript template svg input img picture source track link meta rt rp xml annotation".split()
)
"""Those of them that may stand inside a sentence."""
_FORMULA_TAGS: Final = frozenset(
    "math mrow mi mn mo mtext ms mfrac msup msub msubsup msqrt mroot munder mover munderover semantics mstyle".split()
)
_CAPTION_CLASS: Final = re.compile(
    r"(?:^|[\s_-])\w*caption(?:$|[\s_-])|photo-?credit|image-?credit"
    r"|(?:^|[\s_-])(?:l[eé]gende|legenda|didascalia|bildunterschrift|bildtext|bildnachweis|pie-?(?:de-?)?foto)(?:$|[\s_-])",
    re.IGNORECASE,
)
_OPENING_MARKS, _CLOSING_MARKS = "“„«", "”»"
_DOUBLE_MARK: Final = re.compile(f"[{_OPENING_MARKS}{_CLOSING_MARKS}{STRAIGHT}]")
_MAX_CONTEXT: Final = 200
"""How many characters before an element are looked at."""
_MAX_SIBLINGS: Final = 20


class Context(NamedTuple):
    """An inline element, and what stands before it in its block."""

    element: HtmlElement
    before: str
    """At most ``_MAX_CONTEXT`` characters, without raised text."""
    is_quoted: bool
    """Whether double quotation marks before it are still open."""


def is_inline(node: HtmlElement) -> bool:
    """Return whether an element is inline, as custom elements are. A span whose class is a caption is a block."""
    if node.tag == "span":
        return not is_caption_class(node)
    if node.tag == "button":
        parent = node.getparent()
        return parent is not None and (parent.tag == "p" or is_inline(parent))
    return node.tag in INLINE_TAGS or node.tag in _FORMULA_TAGS or "-" in node.tag or ":" in node.tag


def is_caption_class(node: HtmlElement) -> bool:
    """Return whether the class of an element says that it is a caption."""
    return _CAPTION_CLASS.search(node.get("class") or "") is not None


def closest(element: HtmlElement, *tags: str) -> HtmlElement | None:
    """Return the innermost of an element and its ancestors that has one of these tags."""
    return next((one for one in (element, *element.iterancestors()) if one.tag in tags), None)


def enclosing_block(element: HtmlElement) -> HtmlElement:
    """Return the innermost of an element and its ancestors that is not inline."""
    return next((one for one in (element, *element.iterancestors()) if not is_inline(one)), element)


def class_words(element: HtmlElement) -> list[str]:
    """Return the words of the attributes that say what an element is, in lower case."""
    values = (element.get(name) for name in ("class", "id", "role", "epub:type", "rel", "itemprop"))
    return " ".join(value for value in values if value).lower().split()


def element_text(element: HtmlElement) -> str:
    """Return the readable text in an element in one line, in time linear in its size."""
    from lxml import etree

    parts: list[str] = []
    walker = etree.iterwalk(element, events=("start", "end", "comment"))
    for event, node in walker:
        if event == "comment":
            text = node.tail
        elif event == "start" and node.tag in UNREADABLE_TAGS:
            walker.skip_subtree()
            continue
        else:
            text = node.text if event == "start" else node.tail
            if node.tag in UNREADABLE_TAGS:
                text = node.tail
            parts.append("" if is_inline(node) else " ")
        if text and not (event != "start" and node is element):
            parts.append(text)
    return " ".join("".join(parts).split())


def replace_content(element: HtmlElement, text: str) -> None:
    """Replace the content of an element by ``text``, with a blank where the content had blanks at its borders."""
    content = "".join(element.itertext(with_tail=False)) if len(element) else element.text or ""
    tail = element.tail
    del element[:]
    before = " " if content[:1].isspace() and not text else ""
    after = " " if content[-1:].isspace() else ""
    element.text, element.tail = f"{before}{text}{after}", tail


def contexts(root: HtmlElement, tags: Set[str]) -> Iterator[Context]:
    """Yield the elements with one of ``tags`` in reading order, each with what stands before it in its block."""
    from lxml import etree

    if next(root.iter(*tags), None) is None:
        return
    before, marks = "", 0
    walker = etree.iterwalk(root, events=("start", "end", "comment"))
    for event, node in walker:
        is_element = event != "comment"
        if is_element and (node.tag == "br" or not is_inline(node)):
            before, marks = "", 0
        if event == "start" and node.tag in tags:
            yield Context(node, before, marks > 0)
        if event == "start" and (node.tag in UNREADABLE_TAGS or node.tag == "sup"):
            walker.skip_subtree()
            continue
        text = node.text if event == "start" else node.tail
        if text:
            before = (before + text)[-_MAX_CONTEXT:]
            marks = _open_marks(text, marks)


def _open_marks(text: str, is_open: int) -> int:
    """Return 1 if double marks are open at the end of ``text``, given whether they are before it."""
    for mark in _DOUBLE_MARK.findall(text):
        is_open = 1 - is_open if mark in STRAIGHT else int(mark in _OPENING_MARKS)
    return is_open


def text_after(element: HtmlElement, limit: int) -> str:
    """Return the text behind an element in its block: at least the first ``limit`` characters, if there are so many."""
    parts: list[str] = [element.tail or ""]
    node = element
    for _ in range(_MAX_SIBLINGS):
        if sum(map(len, parts)) >= limit:
            break
        following = node.getnext()
        if following is None:
            parent = node.getparent()
            if parent is None or not is_inline(parent):
                break
            node = parent
        elif isinstance(following.tag, str) and (following.tag == "br" or not is_inline(following)):
            break
        else:
            node = following
            parts += islice(following.itertext(), _MAX_SIBLINGS) if isinstance(following.tag, str) else ()
        parts.append(node.tail or "")
    return "".join(parts)
