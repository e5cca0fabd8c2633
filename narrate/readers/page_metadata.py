"""What a page says about its article: in JSON-LD, then OpenGraph, then other ``meta`` elements, then its markup."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from narrate.readers import schema_org
from narrate.readers.metadata import (
    Metadata,
    first_date,
    join_names,
    language_tag,
    merged,
    plain_words,
    without_byline_word,
)
from narrate.storage import is_url

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_TITLE_KEYS = ("og:title", "twitter:title", "dc.title", "headline", "title")
_AUTHOR_KEYS = ("author", "byl", "article:author", "article_author", "parsely-author", "sailthru.author", "dc.creator")
_DATE_KEYS = (
    "article:published_time", "og:published_time", "article.published", "article:published", "datepublished", "date",
    "pubdate", "pub_date", "publish-date", "parsely-pub-date", "sailthru.date", "dc.date", "dcterms.date",
    "dc.date.issued", "published_at", "og:pubdate",
)  # fmt: skip
_TITLE_SEPARATOR = re.compile(r"\s+[|–—·»-]+\s+")
_BYLINE_ELEMENTS = (
    '//*[@rel="author" or @itemprop="author" or contains(@class, "byline")'
    + "".join(
        f' or contains(concat(" ", @class, " "), " {word} ")'
        for word in ("auteur", "autor", "autora", "autore", "firma")
    )
    + "]"
)
_MAX_SCRIPTS = 20
_MAX_BYLINE_ELEMENTS = 12
_MIN_HEADING_CHARACTERS = 12
"""A shorter heading is in too many titles by chance."""


def page_metadata(root: HtmlElement) -> Metadata:
    """Return what the page says about its article; what cannot be understood is left out."""
    metadata = merged(_from_json_ld(root), _from_meta(root))
    return replace(metadata, title=_title(root, metadata.title, metadata.outlet))


def live_updates(root: HtmlElement) -> list[str]:
    """Return the updates of a live blog that the page describes in JSON-LD, each in one line."""
    nodes = _json_ld_articles(root, containing="liveBlogUpdate")
    return [line for node in nodes for line in schema_org.update_lines(node)]


def _from_json_ld(root: HtmlElement) -> Metadata:
    return next(map(schema_org.node_metadata, _json_ld_articles(root)), Metadata())


def _json_ld_articles(root: HtmlElement, containing: str = "") -> Iterator[Mapping[str, Any]]:
    """Yield the articles that the page describes in JSON-LD, from scripts that contain a text."""
    scripts = [script for script in root.iter("script") if "ld+json" in (script.get("type") or "").lower()]
    for script in scripts[:_MAX_SCRIPTS]:
        text = script.text or ""
        node = schema_org.article_node(schema_org.parse(_without_comment(text))) if containing in text else None
        if node is not None:
            yield node


def _without_comment(text: str) -> str:
    text = text.strip().removeprefix("<!--").removesuffix("-->").strip()
    return text.removeprefix("//<![CDATA[").removesuffix("//]]>")


def _from_meta(root: HtmlElement) -> Metadata:
    contents: dict[str, str] = {}
    for meta in root.iter("meta"):
        key = (meta.get("property") or meta.get("name") or meta.get("itemprop") or "").lower()
        content = " ".join((meta.get("content") or "").split())
        if key and content:
            contents.setdefault(key, content)
    locale = contents.get("og:locale") or contents.get("content-language")
    language = language_tag(root.get("lang")) or language_tag(locale)
    dates = (*map(contents.get, _DATE_KEYS), *(element.get("datetime") for element in root.iter("time")))
    links = [link.get("href") or "" for link in root.iter("link") if (link.get("rel") or "").lower() == "canonical"]
    images = (contents.get(key, "") for key in ("og:image", "twitter:image"))
    return Metadata(
        title=_first(contents, _TITLE_KEYS) or next(map(_text, root.iter("title")), None),
        byline=_byline(root, contents, language),
        published=first_date(*dates),
        language=language,
        source=next(filter(is_url, (*links, contents.get("og:url", ""))), None),
        outlet=_first(contents, ("og:site_name", "application-name", "dc.publisher")),
        image=next(filter(is_url, images), None),
    )


def _first(contents: dict[str, str], keys: tuple[str, ...]) -> str | None:
    return next((contents[key] for key in keys if contents.get(key)), None)


def _byline(root: HtmlElement, contents: dict[str, str], language: str | None) -> str | None:
    for key in _AUTHOR_KEYS:
        name = without_byline_word(contents.get(key, ""), language)
        if name and "://" not in name and len(name) < 120 and not name.isdigit():
            return name
    elements = root.xpath(_BYLINE_ELEMENTS)
    found = [without_byline_word(_text(element) or "", language) for element in elements[:_MAX_BYLINE_ELEMENTS]]
    names = [name for name in dict.fromkeys(found) if 3 < len(name) <= 60 and len(name.split()) <= 6]
    return join_names(names[:1], language)


def _title(root: HtmlElement, stated: str | None, outlet: str | None) -> str | None:
    """Return the main heading if the stated title contains it, else the stated title without the outlet's name."""
    found = list(root.iter("h1"))
    headings = [text for element in found[:5] if (text := _text(element))]
    if len(found) == len(headings) == 1 and any(one.tag in ("article", "main") for one in found[0].iterancestors()):
        return headings[0]
    if not stated:
        return headings[0] if len(headings) == 1 else None
    for text in headings:
        if len(text) >= _MIN_HEADING_CHARACTERS and plain_words(text) in plain_words(stated):
            return text
    parts = _TITLE_SEPARATOR.split(stated)
    last = plain_words(parts[-1])
    if len(parts) > 1 and outlet and last and last in (plain_words(outlet), plain_words(outlet) + " com"):
        return stated[: stated.rindex(parts[-1])].rstrip(" |–—·»-")
    return stated


def _text(element: HtmlElement) -> str | None:
    return " ".join("".join(element.itertext()).split()) or None
