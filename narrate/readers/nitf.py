"""NITF (IPTC's News Industry Text Format, 2.5 to 3.6)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from narrate.errors import SourceError
from narrate.readers import skip_reasons
from narrate.readers.bodies import extract_markup
from narrate.readers.extracted import ExtractedText, concatenate, join_paragraphs
from narrate.readers.metadata import Metadata, first_date, language_tag, without_byline_word
from narrate.readers.publication_status import refuse_unusable
from narrate.readers.schema_org import one_line
from narrate.readers.xml_parsing import as_html, attribute, child, children, descendant, local_name, parse_xml, text_of

if TYPE_CHECKING:
    from lxml.etree import _Element

_TAGS: Final[dict[str, str | None]] = {
    "block": "div", "hl1": "h2", "bq": "blockquote", "credit": "cite", "media": "figure", "media-caption": "figcaption",
    "media-producer": "figcaption", "nitf-table": "table", "dateline": "div", "byline": "div", "abstract": "div",
    "media-reference": None, "media-metadata": None, "media-object": None, "nitf-table-metadata": None,
    "custom-table": None, "ed-msg": None,
    **dict.fromkeys((
        "person org location chron num money event function object.title virtloc postaddr copyrite city state region "
        "country sublocation alt-code classifier name.given name.family pronounce lang frac frac-num frac-den frac-sep"
    ).split(), "span"),
}  # fmt: skip
"""Elements of NITF -> elements of HTML; None leaves an element out with its content."""
_SKIPPED_IN_HEAD: Final = {
    "byline": skip_reasons.BYLINE, "dateline": skip_reasons.DATELINE, "abstract": skip_reasons.OUTSIDE_STORY,
    "distributor": skip_reasons.CREDIT, "rights": skip_reasons.COPYRIGHT, "note": skip_reasons.NOTE,
}  # fmt: skip
"""Elements of the head of a body -> why they are not spoken."""
_SKIPPED_IN_END: Final = {"tagline": skip_reasons.CREDIT, "bibliography": skip_reasons.NOTE}


def read_nitf(text: str) -> tuple[ExtractedText, Metadata]:
    """Read a NITF document. Raises SourceError if it has no text, or its provider canceled it."""
    return read_nitf_element(parse_xml(text, "the NITF document"))


def read_nitf_element(root: _Element) -> tuple[ExtractedText, Metadata]:
    """Read a NITF document that is parsed. Raises SourceError as ``read_nitf`` does."""
    head, body = child(root, "head"), child(root, "body")
    body_head, content = child(body, "body.head"), child(body, "body.content")
    if content is None:
        raise SourceError("the NITF document has no body.content. Save the article again.")
    document = child(head, "docdata")
    refuse_unusable(attribute(document, "management-status"))
    metadata = _metadata(root, head, body_head)
    _set_fractions_apart(content)
    parts = [*_head_lines(body_head), extract_markup(as_html(content, _TAGS), metadata)]
    return concatenate([*parts, *_lines(child(body, "body.end"), _SKIPPED_IN_END)]), metadata


def _metadata(root: _Element, head: _Element | None, body_head: _Element | None) -> Metadata:
    headline = child(child(body_head, "hedline"), "hl1")
    document, publication = child(head, "docdata"), child(head, "pubdata")
    dates = [attribute(child(document, name), "norm") for name in ("date.issue", "date.release")]
    dates += [attribute(publication, "date.publication"), attribute(descendant(root, "story.date"), "norm")]
    language = language_tag(attribute(root, "lang") or attribute(child(root, "body"), "lang"))
    byline = text_of(child(child(body_head, "byline"), "person")) or text_of(child(body_head, "byline"))
    return Metadata(
        title=one_line(text_of(headline)) or one_line(text_of(child(head, "title"))),
        byline=without_byline_word(byline, language) or None,
        published=first_date(*dates),
        language=language,
        source=None,
        outlet=attribute(publication, "name"),
    )


def _head_lines(body_head: _Element | None) -> Iterator[ExtractedText]:
    """Yield the lines of the head of a body: those below the headline are spoken, the others are listed."""
    for line in children(child(body_head, "hedline"), "hl2"):
        if text := text_of(line):
            yield join_paragraphs([text])
    yield from _lines(body_head, _SKIPPED_IN_HEAD)


def _lines(element: _Element | None, reasons: dict[str, str]) -> Iterator[ExtractedText]:
    for one in () if element is None else element:
        reason, text = reasons.get(local_name(one)), text_of(one)
        if reason and text:
            yield join_paragraphs([text], reasons={0: reason})


def _set_fractions_apart(content: _Element) -> None:
    """Put a blank between a whole number and the fraction that follows it (3 1/2)."""
    for fraction in content.iter("{*}frac"):
        previous = fraction.getprevious()
        before, parent = (previous.tail if previous is not None else None), fraction.getparent()
        text = before if previous is not None else parent.text if parent is not None else None
        if (text or "")[-1:].isdigit():
            fraction.text = f" {fraction.text or ''}"
