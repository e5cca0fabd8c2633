"""RSS (0.9 to 2.0) and Atom with one article."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from narrate.errors import SourceError
from narrate.readers import skip_reasons
from narrate.readers.bodies import extract_body, extract_markup, with_summaries
from narrate.readers.extracted import ExtractedText, join_paragraphs
from narrate.readers.metadata import Metadata, first_date, join_names, language_tag, without_byline_word
from narrate.readers.schema_org import one_line
from narrate.readers.xml_parsing import as_html, attribute, child, children, local_name, parse_xml, text_of
from narrate.storage import is_url

if TYPE_CHECKING:
    from lxml.etree import _Element

_ENTRIES: Final = ("item", "entry")
_DATES: Final = ("pubDate", "published", "date", "issued", "updated", "modified")
_BODIES: Final = ("encoded", "content", "body", "description", "summary")
"""Elements with a text of the article: of RSS and its module for content, of Atom, and of XHTML in RSS."""
_XHTML_TAGS: Final = dict.fromkeys(("script", "style", "head"))
_MAIL_AUTHOR: Final = re.compile(r"\S{1,200}@\S{1,200}(?:\s{1,9}\((?P<name>[^()]{1,200})\))?")
"""An author as RSS asks for it: an address, with a name in brackets."""


def read_feed(text: str) -> tuple[ExtractedText, Metadata]:
    """Read the only article of a feed. Raises SourceError if there are several or none, or it has no text."""
    root = parse_xml(text, "the feed")
    channel = child(root, "channel")
    entries = [root] if local_name(root) == "entry" else [*_entries(root), *_entries(channel)]
    if not entries:
        raise SourceError("this is a feed without an article. Save the page of the article, or pass its address.")
    if len(entries) > 1:
        count = len(entries)
        raise SourceError(f"this is a feed of {count} articles. Save the page of one of them, or pass its address.")
    metadata = _metadata(entries[0], root if channel is None else channel)
    bodies = sorted(_bodies(entries[0], metadata), key=lambda body: len(body.text), reverse=True)
    if not any(body.paragraphs for body in bodies):
        raise SourceError("the article of the feed has no text. Save its page, or pass its address.")
    captions = [join_paragraphs([text]) for text in _captions(entries[0])]
    extracted = with_summaries(bodies[0], bodies[1:])
    return with_summaries(extracted, captions, skip_reasons.CAPTION), metadata


def _captions(entry: _Element) -> Iterator[str]:
    names = ("description", "credit")
    found = (one for one in entry.iterdescendants() if _is_of_media(one) and local_name(one) in names)
    return filter(None, (one_line(text_of(one)) for one in found))


def _is_of_media(element: _Element) -> bool:
    """Return whether an element is of Media RSS, which describes pictures and videos."""
    return "/mrss" in str(element.tag) or str(element.tag).startswith("media:")


def _entries(element: _Element | None) -> list[_Element]:
    return [one for name in _ENTRIES for one in children(element, name)]


def _bodies(entry: _Element, metadata: Metadata) -> Iterator[ExtractedText]:
    """Yield the texts of an entry: what it contains and what summarizes it."""
    for element in entry:
        name = local_name(element)
        if name not in _BODIES or _is_of_media(element):
            continue
        kind = (attribute(element, "type") or "").lower()
        if len(element) and (kind == "xhtml" or name == "body" or kind.endswith(("/xml", "+xml"))):
            yield extract_markup(as_html(element, _XHTML_TAGS), metadata)
        else:
            yield extract_body("".join(map(str, element.itertext())), metadata, kind)


def _metadata(entry: _Element, channel: _Element) -> Metadata:
    language = attribute(entry, "lang") or text_of(child(channel, "language")) or attribute(channel, "lang")
    tag = language_tag(language or attribute(channel.getparent(), "lang"))
    return Metadata(
        title=one_line(text_of(child(entry, "title"))),
        byline=join_names(list(dict.fromkeys(_authors(entry, tag))), tag),
        published=first_date(*(text_of(child(entry, name)) for name in _DATES)),
        language=tag,
        source=next(filter(is_url, _addresses(entry)), None),
        outlet=one_line(text_of(child(channel, "title"))) if channel is not entry else None,
    )


def _authors(entry: _Element, language: str | None) -> Iterator[str]:
    for element in (*children(entry, "creator"), *children(entry, "author")):
        name = text_of(child(element, "name")) or text_of(element)
        mail = _MAIL_AUTHOR.fullmatch(name)
        name = without_byline_word(one_line(mail["name"] if mail else name) or "", language)
        if name and not is_url(name):
            yield name


def _addresses(entry: _Element) -> Iterator[str]:
    for link in children(entry, "link"):
        if attribute(link, "rel") in (None, "alternate"):
            yield attribute(link, "href") or text_of(link)
    yield text_of(child(entry, "guid"))
    yield text_of(child(entry, "id"))
