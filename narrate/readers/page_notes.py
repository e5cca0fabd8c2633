"""Raised and lowered text of a page, and its notes: the marks of notes, and the blocks that hold their text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from narrate.languages.codes import language_code
from narrate.readers.page_tree import (
    UNREADABLE_TAGS,
    Context,
    class_words,
    contexts,
    element_text,
    enclosing_block,
    is_inline,
    replace_content,
    text_after,
)
from narrate.readers.superscripts import as_fraction, power, subscript, superscript

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_MARK_TEXT: Final = re.compile(r"\[[^\[\]]{0,40}\]|\(?\d{1,3}\)?|[*†‡§¶#]{1,3}|[a-z]|note \d{1,3}", re.IGNORECASE)
_BRACKETED: Final = re.compile(r"\[[^\[\]]{0,40}\]")
_BACK_TEXT: Final = re.compile(r"[\^↑↩⏎←⤴︎️\s]+|back|return|jump up", re.IGNORECASE)
_MARK_CLASSES: Final = frozenset(
    "footnote-ref footnote-reference footnote-mark footnote-link footnote-anchor footnote footnotes-ref footnoteref "
    "footnote__citation easy-footnote modern-footnotes-footnote noteref note-ref doc-noteref endnote-ref endnote "
    "reference fnref fn-ref msofootnotereference msoendnotereference msocommentreference msocomanchor".split()
)
"""Words in the class or role of an inline element that make it the mark of a note."""
_INLINE_NOTE_CLASSES: Final = frozenset(
    "sidenote marginnote footnote footnote-content footnote-text footnote-body inline-footnote footnote-tooltip".split()
)
"""Words in the class of a ``span`` that is a note inside the sentence."""
_NOTE_CLASSES: Final = frozenset(
    "footnotes footnote footnote-list footnotes-list footnote-content footnote-text footnotes-container endnotes "
    "endnote endnote-list reflist references doc-footnote doc-endnote doc-endnotes rearnote rearnotes fn-list "
    "msofootnotetext msoendnotetext msocommenttext".split()
)
"""Words in the class, id or role of a block that make it notes."""
_NOTE_STYLE: Final = re.compile(r"mso-element:\s*(?:comment|footnote|endnote)(?:-list)?\s*(?:;|$)", re.IGNORECASE)
_RAISED_STYLE: Final = re.compile(r"vertical-align\s*:\s*(super|sub)\b", re.IGNORECASE)
_DENOMINATOR: Final = re.compile(r"\s*[/⁄∕]\s*(\d{1,3})?")
_MAX_NOTE_CHARACTERS: Final = 3000
"""A block with more text is not a note."""
_MAX_RAISED_CHARACTERS: Final = 60
_AFTER_CHARACTERS: Final = 40


@dataclass(slots=True)
class Notes:
    """What is found of the notes on a page."""

    marks: dict[HtmlElement, str] = field(default_factory=dict)
    """Element that is the mark of a note -> its text."""
    blocks: set[HtmlElement] = field(default_factory=set)
    """The blocks that hold the notes."""
    links: dict[HtmlElement, str] = field(default_factory=dict)
    """Link around raised text -> its text, which is read once."""


def find_notes(root: HtmlElement) -> Notes:
    """Replace raised and lowered text below ``root`` by plain characters, and return the notes of the page."""
    _join_fractions(root)
    found = list(_raised_and_links(root))
    order = {element: place for place, element in enumerate(root.iter())}
    named = {
        name: one for one in order if isinstance(one.tag, str) for name in (one.get("id"), one.get("name")) if name
    }
    notes = Notes()
    plain = [one for one in found if not _add_mark_of_structure(one, notes, order, named)]
    raised = [one for one in plain if one.element.tag == "sup" and not _is_in(one.element, notes.marks)]
    has_notes = bool(notes.marks) or any(map(_is_clearly_mark, raised))
    for one in raised:
        if (text := _as_superscript(one, has_notes=has_notes)) is None:
            notes.marks[one.element] = element_text(one.element)
        else:
            replace_content(one.element, text)
    for one in plain:
        if one.element.tag == "sub":
            replace_content(one.element, subscript(one.before, element_text(one.element)))
    notes.blocks.update(_blocks_of_notes(root, notes.marks, order, named))
    notes.blocks.update(_blocks_behind_marks(raised, notes.marks))
    return notes


def write_formulas(root: HtmlElement) -> None:
    """Write powers, fractions and roots of MathML as plain characters."""
    for element in list(root.iter("msup", "msubsup", "mfrac", "msqrt")):
        parts = list(element)
        if element.tag == "msqrt":
            element.text = f"√{element.text or ''}"
        elif element.tag == "mfrac" and len(parts) > 1:
            parts[0].tail = "/"
        elif element.tag != "mfrac" and len(parts) > 1:
            replace_content(parts[-1], power(element_text(parts[-1])))


def _raised_and_links(root: HtmlElement) -> Iterator[Context]:
    """Yield raised text, lowered text, links within the page, buttons, and elements with the class of a mark."""
    for element in list(root.iter("span", "font")):
        if shift := _RAISED_STYLE.search(element.get("style") or ""):
            element.tag = "sup" if shift[1].lower() == "super" else "sub"
    for one in contexts(root, frozenset({"sup", "sub", "a", "span", "button"})):
        is_link = one.element.tag == "a" and "#" in (one.element.get("href") or "")
        words = class_words(one.element)
        if (
            one.element.tag in ("sup", "sub", "button")
            or is_link
            or (_MARK_CLASSES | _INLINE_NOTE_CLASSES).intersection(words)
        ):
            yield one


def _add_mark_of_structure(
    one: Context, notes: Notes, order: Mapping[HtmlElement, int], named: Mapping[str, HtmlElement]
) -> bool:
    """Add an element that its link or class shows to be the mark of a note. Return whether it is one."""
    element = one.element
    text = element_text(element)
    if element.tag == "span" and text and _INLINE_NOTE_CLASSES.intersection(class_words(element)):
        notes.marks[element] = text
        return True
    if not text or len(text) > _MAX_RAISED_CHARACTERS or not _MARK_TEXT.fullmatch(text) or _is_in(element, notes.marks):
        return False
    if element.tag == "button":  # opens the note on a click
        notes.marks[element] = text
        return True
    link = element if element.tag == "a" else next(element.iter("a"), None)
    if link is None and element.tag == "sup":
        link = next((one for one in element.iterancestors("a") if _text_of_link(one, notes) == text), None)
    has_class = bool(_MARK_CLASSES.intersection(class_words(element)))
    leads_outside = link is not None and not _fragment(link) and not _BRACKETED.fullmatch(text)
    is_power = leads_outside and element.tag == "sup" and _as_superscript(one, has_notes=False) is not None
    if (link is None or is_power) and not has_class:
        return False
    target = named.get(_fragment(link)) if link is not None else None
    leads_back = target is not None and order[target] < order[element]
    is_mark = element.tag == "sup" or has_class or _BRACKETED.fullmatch(text) is not None
    if element.tag == "sub" or leads_back or not (is_mark or _is_attached_digit(one, text, target)):
        return False
    notes.marks[element] = text
    return True


def _text_of_link(link: HtmlElement, notes: Notes) -> str:
    if link not in notes.links:
        notes.links[link] = element_text(link)
    return notes.links[link]


def _is_attached_digit(one: Context, text: str, target: HtmlElement | None) -> bool:
    """Return whether a link is a number right behind a word, to another place of the page."""
    return text.isdigit() and target is not None and bool(one.before[-1:].strip())


def _is_clearly_mark(one: Context) -> bool:
    """Return whether raised text is the mark of a note, and no number stands before it."""
    return not one.before[-1:].isdigit() and _as_superscript(one, has_notes=False) is None


def _as_superscript(one: Context, *, has_notes: bool) -> str | None:
    text = element_text(one.element)
    if len(text) > _MAX_RAISED_CHARACTERS:
        return f" {text} "
    after = text_after(one.element, _AFTER_CHARACTERS)
    if "".join(one.element.itertext(with_tail=False))[-1:].isspace():
        after = f" {after}"
    language = language_code(one.element.getroottree().getroot().get("lang") or "")
    return superscript(one.before, text, after, has_notes=has_notes, language=language)


def _join_fractions(root: HtmlElement) -> None:
    """Replace ``<sup>1</sup>/<sub>2</sub>`` and ``<sup>1</sup>/2`` by a fraction."""
    for one in list(contexts(root, frozenset({"sup"}))):
        element = one.element
        between = _DENOMINATOR.match(element.tail or "")
        numerator, lower = element_text(element), element.getnext()
        if between is None or not numerator.isdigit():
            continue
        if (
            between[1] is None
            and lower is not None
            and lower.tag in ("sub", "sup")
            and not element.tail[between.end() :]
        ):
            denominator = element_text(lower)
            if not denominator.isdigit():
                continue
            element.tail = lower.tail
            lower.getparent().remove(lower) if not lower.tail else _remove_keeping_tail(lower)
        elif between[1]:
            denominator, element.tail = between[1], element.tail[between.end() :]
        else:
            continue
        replace_content(element, as_fraction(one.before, numerator, denominator))
        element.tag = "span"


def _remove_keeping_tail(element: HtmlElement) -> None:
    """Remove an element whose tail was given to the element before it."""
    element.tail = None
    element.getparent().remove(element)


def _blocks_of_notes(
    root: HtmlElement,
    marks: Mapping[HtmlElement, str],
    order: Mapping[HtmlElement, int],
    named: Mapping[str, HtmlElement],
) -> Iterator[HtmlElement]:
    """Yield the blocks to which the marks of notes lead, those that lead back to them, and those with such a class."""
    can_be_note: dict[HtmlElement, bool] = {}
    for target in dict.fromkeys([*_targets(marks, order, named), *_links_back(root, marks, order, named)]):
        block, following = enclosing_block(target), target.getnext()
        for candidate in (block, following):
            if candidate is not None and candidate not in can_be_note:
                can_be_note[candidate] = _can_be_note(candidate)
            if candidate is not None and can_be_note[candidate]:
                yield candidate
                break
    last = max((order[mark] for mark in marks), default=-1)
    shown = (one for one in order if one.tag not in UNREADABLE_TAGS)
    half = sum(len(one.text or "") + len(one.tail or "") for one in shown) // 2
    for element in root.iter("ol", "ul", "li", "div", "section", "aside", "p", "dl"):
        words = class_words(element)
        is_note = _NOTE_CLASSES.intersection(words) or _NOTE_STYLE.search(element.get("style") or "")
        if is_note and (order[element] > last or not _holds(element, marks)) and _is_shorter(element, half):
            yield element


def _targets(
    marks: Mapping[HtmlElement, str], order: Mapping[HtmlElement, int], named: Mapping[str, HtmlElement]
) -> Iterator[HtmlElement]:
    """Yield the elements to which the links of marks lead."""
    for mark in marks:
        links = [mark] if mark.tag == "a" else [*mark.iter("a"), *mark.iterancestors("a")]
        target = next((named[name] for link in links if (name := _fragment(link)) in named), None)
        if target is not None and order[target] > order[mark]:
            yield target


def _links_back(
    root: HtmlElement,
    marks: Mapping[HtmlElement, str],
    order: Mapping[HtmlElement, int],
    named: Mapping[str, HtmlElement],
) -> Iterator[HtmlElement]:
    """Yield the links that lead back to marks."""
    anchors = {name for mark in marks for name in _names_around(mark)}
    for link in root.iter("a"):
        name = _fragment(link)
        is_below = name in anchors and link not in marks and order[link] > order[named[name]]
        if is_below and _leads_back(link):
            yield link


def _leads_back(link: HtmlElement) -> bool:
    text = element_text(link)
    return not text or _MARK_TEXT.fullmatch(text) is not None or _BACK_TEXT.fullmatch(text) is not None


def _holds(element: HtmlElement, marks: Mapping[HtmlElement, str]) -> bool:
    return any(one in marks for one in element.iter("sup", "a", "span"))


def _can_be_note(block: HtmlElement) -> bool:
    """Return whether an element is a block that is short enough for a note."""
    if not isinstance(block.tag, str) or is_inline(block) or block.tag in ("body", "html", "article", "main"):
        return False
    return _is_shorter(block, _MAX_NOTE_CHARACTERS)


def _is_shorter(block: HtmlElement, max_characters: int) -> bool:
    """Return whether a block has at most so many characters, and no main heading."""
    length = 0
    for element in block.iter():
        length += len(element.text or "") + len(element.tail or "")
        if element.tag == "h1" or length > max_characters:
            return False
    return True


def _blocks_behind_marks(raised: list[Context], marks: Mapping[HtmlElement, str]) -> Iterator[HtmlElement]:
    """Yield the blocks that begin with a raised number that is the mark of a note further up."""
    seen: set[str] = set()
    for one in raised:
        text = marks.get(one.element)
        if text is None:
            continue
        if one.before.strip():
            seen.add(text)
        elif text in seen:
            yield enclosing_block(one.element)


def _names_around(mark: HtmlElement) -> Iterator[str]:
    """Yield the names by which links can lead to a mark."""
    parent = mark.getparent()
    around = [*mark.iter("a", "sup", "span"), *([parent] if parent is not None and is_inline(parent) else [])]
    for element in around:
        yield from (name for name in (element.get("id"), element.get("name")) if name)


def _fragment(link: HtmlElement) -> str:
    return (link.get("href") or "").partition("#")[2]


def _is_in(element: HtmlElement, marks: Mapping[HtmlElement, str]) -> bool:
    """Return whether one of the elements around ``element`` is a mark."""
    return any(one in marks for one in element.iterancestors("sup", "a", "span"))
