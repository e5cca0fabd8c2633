"""The quotation elements of a page: the marks of ``q``, and the names below block quotes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from narrate.languages.marks import CLOSING, DOUBLE, OPENING
from narrate.readers.page_tree import class_words, contexts, element_text, enclosing_block, is_inline
from narrate.readers.quote_signatures import is_signature, split_signature

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_MARKS: Final = (("“", "”"), ("‘", "’"))
"""The marks of quotations, and of quotations within quotations."""
_SIGNATURE_CLASSES: Final = frozenset(
    "attribution quote-attribution quote__attribution quote-author quote__author quote-source quote__source "
    "blockquote-footer author signature pullquote__attribution pullquote-attribution citation".split()
)
_CLASSES_BELOW: Final = _SIGNATURE_CLASSES - {"author", "signature", "citation"}
"""The classes that name a speaker even below a block quote, where an author may be the author of the article."""
_PULL_QUOTE_CLASS: Final = re.compile(r"(?:^|[\s-])pull-?quote(?:\s|$)", re.IGNORECASE)
_POST_CLASS: Final = re.compile(r"twitter|instagram|tiktok|bluesky|fb-post|reddit")
_DASHES: Final = ("—", "–", "-", "―", "~")
_ENDS: Final = tuple(f".!?…—–{CLOSING}")
_MAX_SIGNATURE_WORDS: Final = 25
_MAX_DEPTH: Final = 3
"""Quotes that are nested deeper have no names below them."""
_NAME_WORDS: Final = range(2, 6)
"""Words of a name that a line of its own has, without anything else that marks it."""


def mark_quotations(root: HtmlElement) -> None:
    """Write the marks that a browser shows around ``q`` into the text, unless they are written there already."""
    for one in list(contexts(root, frozenset({"q"}))):
        element = one.element
        text = element_text(element)
        if not text or text[0] in OPENING or one.before[-1:] in tuple(OPENING):
            continue
        depth = sum(1 for _ in element.iterancestors("q")) + one.is_quoted
        opening, closing = _MARKS[depth % 2]
        _enclose(element, opening, closing)


def _enclose(element: HtmlElement, opening: str, closing: str) -> None:
    """Write ``opening`` at the beginning and ``closing`` at the end of the text of an element."""
    element.text = f"{opening}{(element.text or '').lstrip()}"
    if len(element):
        last = element[-1]
        last.tail = f"{(last.tail or '').rstrip()}{closing}"
    else:
        element.text = f"{element.text.rstrip()}{closing}"


def mark_signatures(root: HtmlElement) -> set[HtmlElement]:
    """Set the names below block quotes apart from the quotes, behind a dash, and return their elements.

    A block quote with a name and without marks gets marks: it is what that person said.
    """
    signatures: set[HtmlElement] = set()
    captions: dict[HtmlElement, HtmlElement | None] = {}
    for quote in _quotes(root):
        figure = next(quote.iterancestors("figure"), None)
        if figure is not None and figure not in captions:
            captions[figure] = _naming_caption(figure)
        signature = next(_signatures(quote, captions.get(figure)), None)
        if signature is None or signature in signatures:
            continue
        _write_marks(quote, signature)
        if not element_text(signature).startswith(_DASHES):
            _write_dash(signature)
        signature.tag = "div"
        signatures.add(signature)
    return signatures


def _naming_caption(figure: HtmlElement) -> HtmlElement | None:
    """Return the caption of a figure without a picture if it can name who said the block quotes in the figure."""
    caption = next(figure.iter("figcaption"), None)
    has_picture = next(figure.iter("img", "picture", "video"), None) is not None
    is_short = caption is not None and 0 < len(element_text(caption).split()) <= _MAX_SIGNATURE_WORDS
    return caption if is_short and not has_picture else None


def _write_dash(signature: HtmlElement) -> None:
    """Write a dash before the first words of an element, in whichever element they are."""
    for element in signature.iter():
        if isinstance(element.tag, str) and (element.text or "").strip():
            element.text = f"— {(element.text or '').lstrip()}"
            return
        if element is not signature and not len(element) and (element.tail or "").strip():
            element.tail = f"— {(element.tail or '').lstrip()}"
            return


def _quotes(root: HtmlElement) -> list[HtmlElement]:
    """Return block quotes and pull quotes, without posts and deeply nested ones."""
    found: dict[HtmlElement, int] = {}
    for element in root.iter("blockquote", "aside", "div"):
        if element.tag == "blockquote" or is_pull_quote(element):
            around = next((found[one] for one in element.iterancestors() if one in found), 0)
            found[element] = around + 1
    is_post = {element for element in found if _POST_CLASS.search(element.get("class") or "")}
    return [element for element, depth in found.items() if depth <= _MAX_DEPTH and element not in is_post]


def is_pull_quote(element: HtmlElement) -> bool:
    """Return whether the class of an element says that it sets words of the story apart."""
    return _PULL_QUOTE_CLASS.search(element.get("class") or "") is not None


def _signatures(quote: HtmlElement, caption: HtmlElement | None) -> Iterator[HtmlElement]:
    """Yield the elements that may name who said a block quote, the most likely first.

    ``caption`` is that of the figure around it, if it can do so.
    """
    candidates = [*quote.iter("footer"), *_last_cites(quote)]
    candidates += [one for one in quote.iter("p", "div", "span") if _SIGNATURE_CLASSES.intersection(class_words(one))]
    candidates += [] if caption is None else [caption]
    candidates += [*_line_below(quote), *_dashed_lines(quote), *_last_lines(quote)]
    whole = len(element_text(quote).split())
    for one in candidates:
        if one is caption:  # known to be short; reading it for each quote of a figure would cost their product
            yield one
            continue
        words = len(element_text(one).split())
        is_inside = quote in one.iterancestors()
        if 0 < words <= _MAX_SIGNATURE_WORDS and (words < whole or not is_inside):
            yield one


def _last_cites(quote: HtmlElement) -> Iterator[HtmlElement]:
    """Yield the ``cite`` at the end of a quote, behind a whole sentence or on a line of its own."""
    cites = list(quote.iter("cite"))
    if not cites:
        return
    last = cites[-1]
    whole, name = element_text(quote), element_text(last)
    before = next((one.before for one in contexts(quote, frozenset({"cite"})) if one.element is last), "").strip()
    line = enclosing_block(last)
    if whole.endswith(name) and (not before or before.endswith(_ENDS)):
        yield last
    elif not before and line is not quote and quote in line.iterancestors() and whole.endswith(element_text(line)):
        yield line


def _line_below(quote: HtmlElement) -> Iterator[HtmlElement]:
    """Yield the element right below a quote if its tag or class says that it names a speaker."""
    below = quote.getnext()
    if below is None or (quote.tail or "").strip() or not isinstance(below.tag, str):
        return
    is_dashed = below.tag in ("p", "div") and quote.tag == "blockquote" and is_signature(element_text(below))
    is_wrapped = below.tag == "footer" and quote.getparent().tag in ("div", "section", "aside", "figure")
    if (
        below.tag == "cite"
        or is_wrapped
        or is_dashed
        or (below.tag in ("p", "div", "span") and _CLASSES_BELOW.intersection(class_words(below)))
    ):
        yield below


def _dashed_lines(quote: HtmlElement) -> Iterator[HtmlElement]:
    """Yield the last line or the end of a block quote if it is a name behind a dash."""
    if quote.tag != "blockquote":
        return
    last = next((one for one in reversed(quote) if isinstance(one.tag, str)), None)
    holder = last if last is not None and last.tag in ("p", "div") and not (last.tail or "").strip() else quote
    if holder is not quote and is_signature(element_text(holder)):
        yield holder
        return
    end = holder[-1] if len(holder) else None
    text = (holder.text if end is None else end.tail) or ""
    is_line = end is not None and end.tag == "br" and is_signature(text)
    words, signature = ("", text.strip()) if is_line else split_signature(text)
    if not signature or not element_text(quote).endswith(" ".join(signature.split())):
        return
    line = holder.makeelement("div")
    line.text = signature
    if end is None:
        holder.text = words
    elif is_line and holder is not quote:
        holder.remove(end)
    else:
        end.tail = words or None
    if holder is quote:
        quote.append(line)
    else:
        holder.addnext(line)
    yield line


def _last_lines(quote: HtmlElement) -> Iterator[HtmlElement]:
    """Yield the last line of a quote if it is a name, below words in quotation marks."""
    if quote.tag != "blockquote" or not element_text(quote).startswith(tuple(OPENING)):
        return
    if (line := _line_after_break(quote)) is not None:
        yield line
    last = next((one for one in reversed(quote) if isinstance(one.tag, str)), None)
    above = last.getprevious() if last is not None else None
    if last is None or above is None or last.tag not in ("p", "div") or (last.tail or "").strip():
        return
    if element_text(above).endswith(tuple(CLOSING)) and _is_name(element_text(last)):
        yield last


def _line_after_break(quote: HtmlElement) -> HtmlElement | None:
    """Set the last line of a quote apart if it is a name behind a ``br``, and return its element."""
    last = next((one for one in quote.iter("br") if one.getnext() is None), None)
    name = " ".join((last.tail or "").split()) if last is not None else ""
    if last is None or not _is_name(name) or not element_text(quote).endswith(name):
        return None
    if not element_text(quote).removesuffix(name).rstrip().endswith(tuple(CLOSING)):
        return None
    line = last.makeelement("div")
    line.text, last.tail = name, None
    last.addnext(line)
    return line


def _is_name(line: str) -> bool:
    """Return whether a line is a name, with or without an office behind a comma or in parentheses."""
    name = re.split(r"[,(]", line)[0].split()
    is_capitalized = [word[0].isupper() for word in name]
    particles = all(len(word) <= 3 for word, capital in zip(name, is_capitalized, strict=True) if not capital)
    has_stop = line.endswith((*".!?…:;", *CLOSING))
    return len(name) in _NAME_WORDS and is_capitalized[0] and is_capitalized[-1] and particles and not has_stop


def _write_marks(quote: HtmlElement, signature: HtmlElement) -> None:
    """Write quotation marks around a block quote whose text has none."""
    inside = quote in signature.iterancestors()
    text = element_text(quote)
    if inside:
        text = text.removesuffix(element_text(signature))
    has_marks = any(mark in text for mark in (*DOUBLE, "«", "»")) or text[:1] in OPENING
    paragraphs = [one for one in quote.iter("p", "div") if signature not in one.iter() and element_text(one)]
    paragraphs = [
        one for one in paragraphs if one not in signature.iterancestors() and not len(list(one.iter("p", "div"))) > 1
    ]
    if has_marks:
        _join_paragraphs(paragraphs)
        return
    for place, paragraph in enumerate(paragraphs):
        _enclose(paragraph, "“", "”" if place == len(paragraphs) - 1 else "")
    if not paragraphs and quote.text and quote.text.strip():
        _enclose_up_to(quote, signature)


def _join_paragraphs(paragraphs: list[HtmlElement]) -> None:
    """Leave a quotation open at the end of each paragraph but the last, if all are in marks of their own."""
    texts = [element_text(one) for one in paragraphs]
    if not all(text.startswith("“") and text.endswith("”") and text.count("“") == 1 for text in texts):
        return
    for paragraph in paragraphs[:-1]:
        element = paragraph
        while len(element) and not (element[-1].tail or "").strip():
            element = element[-1]
        if len(element):
            element[-1].tail = (element[-1].tail or "").rstrip().removesuffix("”")
        else:
            element.text = (element.text or "").rstrip().removesuffix("”")


def _enclose_up_to(quote: HtmlElement, signature: HtmlElement) -> None:
    """Write marks around the text of a quote without paragraphs, which ends before the name."""
    quote.text = f"“{quote.text.lstrip()}"
    previous = signature.getprevious() if signature.getparent() is quote else None
    while previous is not None and previous.tag == "br" and not (previous.tail or "").strip():
        previous = previous.getprevious()
    if previous is None:
        quote.text = f"{quote.text.rstrip()}”"
    elif is_inline(previous) or previous.tag == "br":
        previous.tail = f"{(previous.tail or '').rstrip()}”"
