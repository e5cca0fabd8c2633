"""News as XML: find out which format it is, and refuse what Narrate cannot read.

RSS and Atom, NITF, and NewsML-G2 are read. HTML and SSML are not XML here, even with an XML declaration.
"""

from __future__ import annotations

import codecs
import re
from typing import Final, Literal

from narrate.errors import SourceError
from narrate.readers import ssml
from narrate.readers.extracted import ExtractedText
from narrate.readers.metadata import Metadata
from narrate.readers.xml_parsing import DECLARATION

XmlFormat = Literal["feed", "nitf", "newsml"]

_FORMATS: Final[dict[str, XmlFormat]] = {
    **dict.fromkeys(("rss", "RDF", "feed", "entry"), "feed"), "nitf": "nitf", **dict.fromkeys(
        ("newsItem", "newsMessage", "packageItem", "knowledgeItem", "conceptItem", "planningItem"), "newsml"
    ),
}  # fmt: skip
"""Name of the root element -> format."""
_KNOWN_ROOTS: Final = {
    "opml": "a list of feeds (OPML)", "urlset": "a site map", "sitemapindex": "a site map", "svg": "an SVG image",
    "NewsML": "NewsML 1", "document": "the text of an Office document", "wordDocument": "Word 2003 XML",
    "package": "flat Office XML", "smil": "SMIL", "tt": "captions (TTML)", "plist": "a property list",
}  # fmt: skip
_NOT_XML: Final = frozenset("html body article div p speak".split())
"""Root elements that other readers read, even after an XML declaration."""
_PROLOGUE: Final = re.compile(
    r"(?:\s|<\?[^>]{0,2000}\?>|<!--(?:(?!-->).){0,20000}-->|<!DOCTYPE[^\[>]{0,2000}(?:\[[^\]]{0,100000}\]\s*)?>)*",
    re.DOTALL,
)
_ROOT: Final = re.compile(r"<(?:[A-Za-z_][\w.-]{0,60}:)?([A-Za-z_][\w.-]{0,60})(?=[\s/>])[^<>]{0,20000}>")


def detect_xml_format(data: bytes) -> XmlFormat | None:
    """Return the format of the XML in ``data``; None if it is another one, or not XML."""
    head = data[:65_536]
    encoding = "utf-16" if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8"
    return _FORMATS.get(_root_name(head.decode(encoding, errors="replace")) or "")


def refuse_unknown_xml(text: str) -> None:
    """Raise SourceError if ``text`` is XML of an unknown kind."""
    name = _root_name(text)
    if name is None or name.lower() in _NOT_XML:
        return
    is_declared = text.lstrip().startswith(("<?xml", "<!DOCTYPE"))
    if (
        is_declared
        or name in _KNOWN_ROOTS
        or (name not in (*ssml.WANTED, *ssml.DROPPED, "break") and text.rstrip().endswith(f"{name}>"))
    ):
        what = _KNOWN_ROOTS.get(name, f"XML of an unknown kind (root element '{name}')")
        raise SourceError(f"this is {what}, which is not supported. Save the article as .docx, .html, .md or .txt.")


def without_declaration(text: str) -> str:
    """Return a text without the XML declaration that SSML may begin with."""
    return DECLARATION.sub("", text, count=1)


def read_news_xml(found: XmlFormat, text: str) -> tuple[ExtractedText, Metadata]:
    """Read an article in one of these formats. Raises SourceError if it contains no article, or several."""
    from narrate.readers import feeds, newsml, nitf

    return {"feed": feeds.read_feed, "nitf": nitf.read_nitf, "newsml": newsml.read_newsml}[found](text)


def _root_name(text: str) -> str | None:
    """Return the name of the first element, without its prefix; None if the text does not begin with XML."""
    text = text.removeprefix("\ufeff")
    prologue = _PROLOGUE.match(text)
    root = _ROOT.match(text, prologue.end() if prologue else 0)
    return root[1] if root else None
