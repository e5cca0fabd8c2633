"""Word documents (.docx, ECMA-376): extract the text as a reader sees it with all tracked changes accepted.

The body becomes HTML for the HTML reader, so that tables, captions, quotes and raised text follow the same rules in
both formats. Notes, comments, page headers and page footers are listed as skipped.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING, Final

from narrate.errors import SourceError
from narrate.readers import html, skip_reasons, ssml
from narrate.readers.extracted import ExtractedText, concatenate, join_paragraphs
from narrate.readers.metadata import Metadata, language_tag
from narrate.readers.superscripts import power
from narrate.readers.word_package import WordPackage
from narrate.readers.word_styles import Look, Styles, is_moved_up, is_on
from narrate.readers.xml_parsing import attribute, child, local_name, text_of
from narrate.types import Skipped

if TYPE_CHECKING:
    from lxml.etree import _Element

_OPEN, _CLOSE = "\ue000", "\ue001"
"""Stand for ``<`` and ``>`` of the markup until SSML tags, which are text in a Word document, are replaced."""
_MARKS: Final = re.compile(f"[{_OPEN}{_CLOSE}]")
_NOTE_PARTS: Final = {"footnotes": "footnote", "endnotes": "endnote", "comments": "comment"}
"""Kind of relation -> name of the elements in that part."""
_PAGE_PARTS: Final = ("header", "footer")
_SKIPPED_STYLES: Final = {
    "toc ": skip_reasons.REPEATED, "table of figures": skip_reasons.REPEATED, "footnote text": skip_reasons.NOTE,
    "endnote text": skip_reasons.NOTE, "annotation text": skip_reasons.NOTE,
}  # fmt: skip
"""How the names of styles begin whose paragraphs are not spoken -> why."""
_QUOTE_STYLES: Final = ("quote", "intense quote", "block text")
_CHARACTERS: Final = {
    "tab": " ", "ptab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-",
}  # fmt: skip
"""Elements that stand for a character."""
_SYMBOLS: Final = dict(zip(
    "\uf0b0\uf0b1\uf0b4\uf0b8\uf0a3\uf0b3\uf0b9\uf0a0\uf06d\uf0a5\uf0d6\uf0a2\uf0b2\uf02d\uf0bb\uf044\uf070",
    "°±×÷≤≥≠€µ∞√′″−≈Δπ", strict=True,
))  # fmt: skip
"""Characters of the font Symbol that news use."""
_SPOKEN, _RAISED, _LOWERED = "spoken", "raised", "lowered"
_SHOWN: Final = (_SPOKEN, _RAISED, _LOWERED)
_USE_TAGS: Final = {
    _RAISED: "sup", _LOWERED: "sub", skip_reasons.WITHDRAWN: "del", skip_reasons.HIDDEN: "span hidden",
}  # fmt: skip
"""How a piece of a paragraph is used -> the tag of HTML that says so."""


def read_word(data: bytes) -> tuple[ExtractedText, Metadata]:
    """Return the text of the document and what its properties say. Raises SourceError if it cannot be read."""
    package = WordPackage(data)
    styles = Styles(next(package.parts("styles"), None))
    story = _Story(styles, _SKIPPED_STYLES)
    story.add_blocks(package.document())
    story.end()
    language = language_tag(text_of(child(package.properties(), "language")))
    parts = [_heading(story.heading)] if story.heading else []
    metadata = Metadata(language=language, title=parts[0].heading if parts else None)
    parts += [_read_markup(story.markup, metadata), *_notes(package, styles)]
    return concatenate(parts, skipped=[*story.skipped, *_page_lines(package, styles)]), metadata


def _read_markup(markup: Sequence[str], metadata: Metadata) -> ExtractedText:
    source, tags = ssml.replace_tags("".join(markup))
    source = escape(source, quote=False).replace(_OPEN, "<").replace(_CLOSE, ">")
    return ssml.apply_tags(html.read_fragment(source, metadata), tags)


def _heading(markup: Sequence[str]) -> ExtractedText:
    """Return the heading of the document in one line."""
    found = _read_markup(markup, Metadata())
    texts = [found.text[span.start : span.end] for span in found.paragraphs]
    heading = " ".join(text for index, text in enumerate(texts) if index not in found.reasons)
    skipped = [Skipped(texts[index], reason, None) for index, reason in found.reasons.items()]
    lines = [heading] if heading else []
    return join_paragraphs(lines, heading=heading or None, skipped=[*found.skipped, *skipped])


def _notes(package: WordPackage, styles: Styles) -> Iterator[ExtractedText]:
    for kind, name in _NOTE_PARTS.items():
        for root in package.parts(kind):
            found = (_text(note, styles) for note in root if local_name(note) == name and _is_note(note))
            texts = [text for text in found if text]
            yield join_paragraphs(texts, reasons=dict.fromkeys(range(len(texts)), skip_reasons.NOTE))


def _is_note(note: _Element) -> bool:
    """Return whether this is not one of the lines that Word draws between text and notes."""
    return attribute(note, "type") in (None, "normal")


def _page_lines(package: WordPackage, styles: Styles) -> Iterator[Skipped]:
    """Yield the different lines of page headers and footers that have words."""
    lines = dict.fromkeys(_text(root, styles) for kind in _PAGE_PARTS for root in package.parts(kind))
    return (Skipped(line, skip_reasons.OUTSIDE_STORY, None) for line in lines if any(map(str.isalpha, line)))


def _text(root: _Element, styles: Styles) -> str:
    """Return the visible text below ``root`` in one line."""
    story = _Story(styles, {})
    story.add_blocks(root)
    story.end()
    return " ".join(story.lines)


@dataclass
class _Paragraph:
    """A paragraph while it is read: its pieces, each with how it is spoken or why it is skipped."""

    properties: _Element | None = None
    pieces: list[tuple[str, str]] = field(default_factory=list)
    boxes: list[tuple[_Element, bool]] = field(default_factory=list)
    """Text boxes that are anchored in it, and whether they are withdrawn."""

    def add(self, text: str, use: str) -> None:
        if self.pieces and self.pieces[-1][1] == use:
            text = self.pieces.pop()[0] + text
        self.pieces.append((text, use))


class _Story:
    """Turns WordprocessingML into markup, and lists what a reader does not see."""

    def __init__(self, styles: Styles, skipped_styles: Mapping[str, str]) -> None:
        self.markup: list[str] = []
        self.lines: list[str] = []
        """The visible text of each paragraph."""
        self.skipped: list[Skipped] = []
        self.heading: list[str] = []
        """The markup of the heading of the whole document."""
        self._styles = styles
        self._skipped_styles = skipped_styles
        self._paragraph = _Paragraph()
        self._fields: list[bool] = []
        """For each open field, whether its instruction has ended, so that its result follows."""
        self._withdrawn = 0
        self._cells = 0
        self._handlers: dict[str, Callable[[_Element], None]] = {
            "p": self._add_paragraph, "tbl": self._add_table, "r": self._add_run, "t": self._add_text,
            "delText": self._add_text, "sym": self._add_symbol, "fldChar": self._add_field_mark,
            "AlternateContent": self._add_alternative, "txbxContent": self._add_box, "txBody": self._add_box,
            "del": self._add_withdrawn, "moveFrom": self._add_withdrawn, "sdt": self._add_control,
            "sup": self._add_exponent, "f": self._add_fraction, "d": self._add_delimited,
            "altChunk": _refuse_embedded,
        }  # fmt: skip
        self._look = Look()
        self._run_properties: _Element | None = None

    def add_blocks(self, container: _Element) -> None:
        """Add what ``container`` contains: blocks, or parts of a paragraph."""
        for element in container:
            name = local_name(element)
            if name in self._handlers:
                self._handlers[name](element)
            elif name in _CHARACTERS:
                self._add(_CHARACTERS[name])
            elif not name.endswith("Pr") and name not in ("instrText", "delInstrText", "rt"):
                self.add_blocks(element)

    def end(self) -> None:
        """Finish a paragraph that was to be joined with a next one."""
        if self._paragraph.pieces:
            self._finish_paragraph()

    def _add_paragraph(self, element: _Element) -> None:
        properties = child(element, "pPr")
        self._paragraph.properties = properties
        self.add_blocks(element)
        self._fields = [has_result for has_result in self._fields if has_result]
        if not _continues(properties):
            self._finish_paragraph()

    def _finish_paragraph(self) -> None:
        paragraph, self._paragraph = self._paragraph, _Paragraph()
        if any(text.strip() for text, _ in paragraph.pieces):
            self._write(paragraph.properties, paragraph.pieces)
        for box, is_withdrawn in paragraph.boxes:
            self._withdrawn += is_withdrawn
            self._mark("blockquote")
            self.add_blocks(box)
            self.end()
            self._mark("/blockquote")
            self._withdrawn -= is_withdrawn

    def _write(self, properties: _Element | None, pieces: Sequence[tuple[str, str]]) -> None:
        line = " ".join("".join(text for text, use in pieces if use in _SHOWN).split())
        self.lines += [line] if line else []
        style = self._styles.name(properties)
        reason = next((why for start, why in self._skipped_styles.items() if style.startswith(start)), None)
        if line and reason:
            self.skipped.append(Skipped(line, reason, None))
        elif line and len(self.lines) == 1 and style in ("title", "heading 1") and not self._cells:
            body, self.markup = self.markup, self.heading
            self._write_block(("h1",), pieces)
            self.markup = body
        else:
            self._write_block(self._tags(style, properties), pieces)

    def _write_block(self, tags: Sequence[str], pieces: Sequence[tuple[str, str]]) -> None:
        for tag in tags:
            self._mark(tag)
        for text, use in pieces:
            self._write_piece(text, use)
        for tag in reversed(tags):
            self._mark(f"/{tag}")

    def _tags(self, style: str, properties: _Element | None) -> tuple[str, ...]:
        if style == "title" or style.startswith("heading "):
            return ("h2",)
        if style.startswith("caption"):
            return ("figcaption",)
        if style in _QUOTE_STYLES:
            return ("blockquote", "p")
        return ("ul", "li") if self._styles.is_list_item(properties) else ("p",)

    def _write_piece(self, text: str, use: str) -> None:
        tag = _USE_TAGS.get(use, "") if text.strip() else ""
        if tag:
            self._mark(tag)
        for number, part in enumerate(_MARKS.sub("", text).split("\n")):
            if number:
                self._mark("br")
            self.markup.append(part)
        if tag:
            self._mark(f"/{tag.partition(' ')[0]}")

    def _mark(self, tag: str) -> None:
        self.markup.append(f"{_OPEN}{tag}{_CLOSE}")

    def _add_table(self, table: _Element) -> None:
        self.end()
        self._mark("table")
        self._cells += 1
        for row in _below(table, "tr"):
            is_withdrawn = child(child(row, "trPr"), "del") is not None
            self._withdrawn += is_withdrawn
            self._mark("tr")
            for cell in _below(row, "tc"):
                self._add_cell(cell)
            self._mark("/tr")
            self._withdrawn -= is_withdrawn
        self._cells -= 1
        self._mark("/table")

    def _add_cell(self, cell: _Element) -> None:
        """Add a table cell. One of a single paragraph gets none in HTML, as in tables of figures on pages."""
        properties = child(cell, "tcPr")
        merged = child(properties, "vMerge")
        is_withdrawn = child(properties, "cellDel") is not None
        self._withdrawn += is_withdrawn
        before = len(self.markup)
        self.add_blocks(cell)
        self.end()
        self._withdrawn -= is_withdrawn
        content = self.markup[before:]
        del self.markup[before:]
        if merged is not None and attribute(merged, "val") != "restart":
            content = []  # the continuation of a merged cell is not shown
        paragraph = [f"{_OPEN}p{_CLOSE}", f"{_OPEN}/p{_CLOSE}"]
        if content[:1] == paragraph[:1] and content.count(paragraph[0]) == 1 and content[-1:] == paragraph[1:]:
            content = content[1:-1]
        self._mark("td")
        self.markup += content
        self._mark("/td")

    def _add_run(self, run: _Element) -> None:
        properties = child(run, "rPr")
        look = self._styles.look(self._paragraph.properties, properties)
        if any(is_on(attribute(one, "customMarkFollows"), absent=False) for one in run):
            return  # a mark of a note that was chosen by hand
        outer, self._look, self._run_properties = self._look, look, properties
        self.add_blocks(run)
        self._look, self._run_properties = outer, None

    def _add_text(self, element: _Element) -> None:
        self._add(element.text or "")

    def _add_symbol(self, element: _Element) -> None:
        code = attribute(element, "char") or ""
        character = chr(int(code, 16)) if re.fullmatch("[0-9A-Fa-f]{1,4}", code) else ""
        is_private = "\ue000" <= character <= "\uf8ff"
        self._add(_SYMBOLS.get(character, "") if is_private else character)

    def _add(self, text: str) -> None:
        """Add text to the paragraph, with the use that its surroundings give it."""
        look = self._look
        if self._withdrawn or look.is_struck:
            use = skip_reasons.WITHDRAWN
        elif look.is_hidden or not all(self._fields):
            use = skip_reasons.HIDDEN
        elif look.is_raised or is_moved_up(self._run_properties, text):
            use = _RAISED
        else:
            use = _LOWERED if look.is_lowered else _SPOKEN
        self._paragraph.add(text, use)

    def _add_field_mark(self, element: _Element) -> None:
        kind = attribute(element, "fldCharType")
        if kind == "begin":
            self._fields.append(False)
        elif self._fields and kind == "separate":
            self._fields[-1] = True
        elif self._fields and kind == "end":
            self._fields.pop()

    def _add_alternative(self, element: _Element) -> None:
        """Add the first of several equivalent contents that has text."""
        choice = next((one for one in element if any(map(str.strip, map(str, one.itertext())))), None)
        if choice is not None:
            self.add_blocks(choice)

    def _add_box(self, box: _Element) -> None:
        self._paragraph.boxes.append((box, self._withdrawn > 0))

    def _add_withdrawn(self, element: _Element) -> None:
        self._withdrawn += 1
        self.add_blocks(element)
        self._withdrawn -= 1

    def _add_control(self, control: _Element) -> None:
        """Add what a content control holds, unless it is a table of contents or the request to enter something."""
        properties, content = child(control, "sdtPr"), child(control, "sdtContent")
        gallery = attribute(child(child(properties, "docPartObj"), "docPartGallery"), "val")
        if content is None:
            return
        if gallery == "Table of Contents":
            self.skipped.append(Skipped(_text(content, self._styles), skip_reasons.REPEATED, None))
        elif child(properties, "showingPlcHdr") is not None:
            self._paragraph.add(_text(content, self._styles), skip_reasons.HIDDEN)
        else:
            self.add_blocks(content)

    def _add_exponent(self, element: _Element) -> None:
        """Add an exponent of a formula: the one raised text that is certainly no mark of a note."""
        outer, self._paragraph = self._paragraph, _Paragraph()
        self.add_blocks(element)
        text = "".join(text for text, use in self._paragraph.pieces if use in _SHOWN)
        self._paragraph = outer
        self._add(power(text))

    def _add_delimited(self, element: _Element) -> None:
        """Add a part of a formula that is in parentheses."""
        properties = child(element, "dPr")
        self._add(attribute(child(properties, "begChr"), "val") or "(")
        self.add_blocks(element)
        self._add(attribute(child(properties, "endChr"), "val") or ")")

    def _add_fraction(self, fraction: _Element) -> None:
        """Add a fraction of a formula."""
        for name, mark in (("num", "/"), ("den", "")):
            part = child(fraction, name)
            if part is not None:
                self.add_blocks(part)
                self._add(mark)


def _refuse_embedded(_: _Element) -> None:
    raise SourceError("the Word document embeds its text as another file. Open it in Word and save it again.")


def _below(element: _Element, name: str) -> Iterator[_Element]:
    """Yield rows or cells, also those in content controls and custom XML."""
    for one in element:
        if local_name(one) == name:
            yield one
        elif local_name(one) in ("sdt", "sdtContent", "customXml", "ins", "moveTo"):
            yield from _below(one, name)


def _continues(properties: _Element | None) -> bool:
    """Return whether the next paragraph continues this one: its mark is deleted or hidden, or it is a drop cap."""
    mark = child(properties, "rPr")
    if any(child(mark, name) is not None for name in ("del", "moveFrom")):
        return True
    hidden = [child(mark, name) for name in ("vanish", "specVanish")]
    is_hidden = any(one is not None and is_on(attribute(one, "val")) for one in hidden)
    return is_hidden or attribute(child(properties, "framePr"), "dropCap") in ("drop", "margin")
