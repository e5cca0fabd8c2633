"""Rewrite the markup of a page that changes what its text says, before the page is cut into blocks.

Withdrawn and hidden text and the marks of notes are taken out, to be listed. Raised and lowered text, quotation
elements and the names below block quotes become plain characters, as a browser shows them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from narrate.readers import skip_reasons
from narrate.readers.page_notes import find_notes, write_formulas
from narrate.readers.page_quotes import mark_quotations, mark_signatures
from narrate.readers.page_tree import UNREADABLE_TAGS, element_text, replace_content

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_STRUCK_TAGS: Final = frozenset({"s", "strike", "del"})
_STRUCK_STYLE: Final = re.compile(r"text-decoration[\w-]*\s*:[^;{}]*line-through", re.IGNORECASE)
_STRUCK_CLASSES: Final = frozenset(
    "line-through linethrough text-decoration-line-through text-line-through text-strikethrough strikethrough "
    "strike-through has-strikethrough is-strikethrough struck struck-through struckthrough is-struck crossed-out "
    "msodel deletion".split()
)
"""Words in the class or role of an element whose text is struck out."""
_STRUCK_SPAN_CLASSES: Final = frozenset("strike strikeout stricken deleted del removed".split())
"""Such words in the class of a ``span``; in that of a block they may be about a labor dispute or a match."""
_RULE: Final = re.compile(r"([^{}]{1,300})\{([^{}]{0,600})\}")
_SELECTOR: Final = re.compile(r"\s*(?:span|p|font|li|td|div)?(?:\.(?P<class>[\w-]{1,60})|(?P<id>#[\w-]{1,60}))\s*")
_MAX_STYLE_CHARACTERS: Final = 200_000
_HIDDEN_STYLE: Final = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.IGNORECASE)
_HIDDEN_CLASS: Final = re.compile(
    r"(?:^|\s)(?:visually-?hidden|sr-only|screen-reader(?:-text|-only)?|is-hidden|hidden|rollover-people-block)(?=\s|$)",
    re.IGNORECASE,
)
_MIN_DRAWING_WORDS: Final = 4
"""A drawing with fewer words is a logo or an icon."""
_MAX_BREAKS: Final = 2000
"""With more blank lines, the rest of a preformatted text is one paragraph."""
_BLANK_LINES: Final = re.compile(r"\n[^\S\n]*\n\s*")
_LIST_MARK_STYLE: Final = re.compile(r"mso-list\s*:\s*Ignore", re.IGNORECASE)
"""The style of bullets and numbers that Word writes into the text of list items."""


@dataclass(frozen=True, slots=True)
class Removed:
    """Text that was taken out of the place where its element stands."""

    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class PageMarkup:
    """What is known of the elements of a page whose markup was rewritten."""

    removed: dict[HtmlElement, Removed]
    notes: set[HtmlElement]
    """The blocks that hold notes."""
    signatures: set[HtmlElement]
    """The blocks that name who said a block quote."""


def rewrite_markup(root: HtmlElement) -> PageMarkup:
    """Rewrite the markup below ``root``, in time linear in its size, and return what was found."""
    removed: dict[HtmlElement, Removed] = {}
    for element, reason in list(_withdrawn(root)):
        if text := element_text(element) if reason else "":
            removed[element] = Removed(text, reason)
        replace_content(element, "")
    _break_preformatted(root)
    _show_drawings(root)
    write_formulas(root)
    notes = find_notes(root)
    for element, text in notes.marks.items():
        removed[element] = Removed(text, skip_reasons.NOTE)
        replace_content(element, "")
    mark_quotations(root)
    return PageMarkup(removed, notes.blocks, mark_signatures(root))


def _break_preformatted(root: HtmlElement) -> None:
    """Put line breaks where preformatted text, such as wire copy, has blank lines."""
    for pre in [one for one in root.iter("pre") if next(one.iterancestors("pre"), None) is None]:
        for element in list(pre.iter()):
            if isinstance(element.tag, str) and (breaks := _breaks(element.text)):
                element.text = breaks.pop(0).tail
                for line_break in reversed(breaks):
                    element.insert(0, line_break)
            if element is not pre and (breaks := _breaks(element.tail)):
                element.tail = breaks.pop(0).tail
                for line_break in reversed(breaks):
                    element.addnext(line_break)


def _breaks(text: str | None) -> list[HtmlElement]:
    """Return a line break in front of each part of ``text`` between blank lines; nothing if it has no blank lines."""
    parts = _BLANK_LINES.split(text or "", maxsplit=_MAX_BREAKS)
    return [_line_break(part) for part in parts] if len(parts) > 1 else []


def _show_drawings(root: HtmlElement) -> None:
    """Make captions of the words in drawings, such as the labels of a chart."""
    for drawing in [one for one in root.iter("svg") if next(one.iterancestors("svg"), None) is None]:
        words = " ".join(filter(None, map(element_text, drawing.iter("text"))))
        if len(words.split()) >= _MIN_DRAWING_WORDS:
            replace_content(drawing, words)
            drawing.tag = "figcaption"


def _line_break(tail: str) -> HtmlElement:
    from lxml import html

    element: HtmlElement = html.Element("br")
    element.tail = tail
    return element


def _withdrawn(root: HtmlElement) -> Iterator[tuple[HtmlElement, str]]:
    """Yield the outermost elements that are not to be read, each with the reason; without one if it is no text."""
    from lxml import etree

    struck_classes = _STRUCK_CLASSES | _struck_in_style_sheets(root)
    walker = etree.iterwalk(root, events=("start",))
    for _, node in walker:
        reason = None
        if node.tag in UNREADABLE_TAGS or node.tag in ("html", "body"):
            pass
        elif _is_hidden(node):
            reason = skip_reasons.HIDDEN
        elif _is_struck(node, struck_classes):
            reason = skip_reasons.WITHDRAWN
        elif _LIST_MARK_STYLE.search(node.get("style") or ""):
            reason = ""
        if node.tag in UNREADABLE_TAGS and node.tag != "head":
            walker.skip_subtree()
        if reason is not None:
            yield node, reason
            walker.skip_subtree()


def _is_struck(node: HtmlElement, classes: frozenset[str]) -> bool:
    if node.tag in _STRUCK_TAGS or _STRUCK_STYLE.search(node.get("style") or ""):
        return True
    words = f"{node.get('class') or ''} {node.get('role') or ''} #{node.get('id') or ''}".lower().split()
    return not classes.isdisjoint(words) or (node.tag == "span" and not _STRUCK_SPAN_CLASSES.isdisjoint(words))


def _struck_in_style_sheets(root: HtmlElement) -> frozenset[str]:
    """Return the classes and "#id"s that the style sheets inside the page strike out, as those of Google Docs do."""
    found = set[str]()
    for style in root.iter("style"):
        rules_text = (style.text or "")[:_MAX_STYLE_CHARACTERS].replace("<!--", "")
        for selectors, rules in _RULE.findall(rules_text) if "line-through" in rules_text else ():
            if _STRUCK_STYLE.search(rules):
                names = map(_SELECTOR.fullmatch, selectors.split(","))
                found.update((name["class"] or name["id"]).lower() for name in names if name)
    return frozenset(found)


def _is_hidden(node: HtmlElement) -> bool:
    get = node.get
    return (
        get("hidden") is not None
        or (node.tag == "dialog" and get("open") is None)
        or _HIDDEN_STYLE.search(get("style") or "") is not None
        or _HIDDEN_CLASS.search(get("class") or "") is not None
    )
