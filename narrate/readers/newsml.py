"""NewsML-G2 (IPTC, 2.9 and later): one news item of text, alone or in a news message."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from narrate.errors import SourceError
from narrate.readers.bodies import extract_body, extract_markup
from narrate.readers.extracted import ExtractedText
from narrate.readers.metadata import Metadata, first_date, join_names, language_tag, without_byline_word
from narrate.readers.nitf import read_nitf_element
from narrate.readers.publication_status import refuse_unusable
from narrate.readers.schema_org import one_line
from narrate.readers.xml_parsing import as_html, attribute, child, children, descendant, local_name, parse_xml, text_of
from narrate.storage import is_url

if TYPE_CHECKING:
    from lxml.etree import _Element


def read_newsml(text: str) -> tuple[ExtractedText, Metadata]:
    """Read the news item of text. Raises SourceError if there is none, or several, or it must not be used."""
    root = parse_xml(text, "the NewsML-G2 document")
    item = _news_item(root)
    item_meta = child(item, "itemMeta")
    kind = _code(child(item_meta, "itemClass"))
    if kind not in ("", "text", "composite"):
        raise SourceError(f"the news item is of the class '{kind[:40]}', not text.")
    refuse_unusable(_code(child(item_meta, "pubStatus")))
    metadata = _metadata(item)
    for content in _contents(item):
        extracted, own = _read_content(content, metadata)
        if extracted.paragraphs:
            return extracted, _completed(metadata, own)
    raise SourceError("the news item contains no text: it may be at another address. Save the text itself.")


def _news_item(root: _Element) -> _Element:
    items = [root] if local_name(root) == "newsItem" else list(root.iter("{*}newsItem"))
    if not items:
        raise SourceError(
            f"this NewsML-G2 document ({local_name(root)}) contains no news item. Save the article itself."
        )
    texts = [item for item in items if next(_contents(item), None) is not None]
    if len(texts) > 1:
        raise SourceError(f"this NewsML-G2 document contains {len(texts)} articles. Save one of them as a file.")
    return (texts or items)[0]


def _contents(item: _Element) -> Iterator[_Element]:
    """Yield the texts of an item, XML first."""
    content = child(item, "contentSet")
    yield from children(content, "inlineXML")
    for data in children(content, "inlineData"):
        media_type = (attribute(data, "contenttype") or "text/plain").lower()
        if media_type.startswith("text/") and not attribute(data, "encoding"):
            yield data


def _read_content(content: _Element, metadata: Metadata) -> tuple[ExtractedText, Metadata]:
    """Return the text of a part of the content set, and what it says about the article by itself."""
    if local_name(content) == "inlineData":
        return extract_body(
            "".join(map(str, content.itertext())), metadata, attribute(content, "contenttype") or ""
        ), Metadata()
    nitf = descendant(content, "nitf")
    if nitf is not None:
        return read_nitf_element(nitf)
    body = descendant(content, "body")
    markup = as_html(content if body is None else body, dict.fromkeys(("script", "style", "head")))
    return extract_markup(markup, metadata), Metadata()


def _metadata(item: _Element) -> Metadata:
    item_meta, content_meta = child(item, "itemMeta"), child(item, "contentMeta")
    tag = attribute(child(content_meta, "language"), "tag") or attribute(item, "lang")
    language = language_tag(tag)
    headlines = [*children(content_meta, "headline"), *children(item_meta, "title")]
    names = [one_line(text_of(by)) for by in children(content_meta, "by")]
    names = names or [one_line(text_of(child(one, "name"))) for one in children(content_meta, "creator")]
    dates = [text_of(child(content_meta, name)) for name in ("contentCreated", "contentModified")]
    dates += [text_of(child(item_meta, name)) for name in ("firstCreated", "versionCreated")]
    source = attribute(child(item_meta, "link"), "href")
    return Metadata(
        title=next(filter(None, (one_line(text_of(one)) for one in headlines)), None),
        byline=join_names([without_byline_word(name, language) for name in names if name], language),
        published=first_date(*dates),
        language=language,
        source=source if is_url(source) else None,
        outlet=one_line(text_of(child(child(content_meta, "infoSource"), "name"))),
    )


def _completed(metadata: Metadata, own: Metadata) -> Metadata:
    """Return what the item says about the article; where it says nothing, what its content says."""
    values: dict[str, Any] = {
        one.name: getattr(metadata, one.name) or getattr(own, one.name) for one in fields(Metadata)
    }
    return Metadata(**values)


def _code(element: _Element | None) -> str:
    """Return the term of a controlled vocabulary without its scheme, such as ``text`` for ``ninat:text``."""
    term = attribute(element, "qcode") or attribute(element, "uri") or attribute(element, "literal") or ""
    return term.replace("/", ":").rpartition(":")[2].lower()
