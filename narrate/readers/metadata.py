"""What a page says of its article: JSON-LD first, then OpenGraph, then other ``meta`` elements, then its markup."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields
from typing import TYPE_CHECKING

from narrate.readers import schemaorg
from narrate.readers.frontmatter import FrontMatter, joined_names, language_tag, published_date

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_TITLES = ("og:title", "twitter:title", "dc.title", "headline", "title")
_AUTHORS = ("author", "byl", "article:author", "article_author", "parsely-author", "sailthru.author", "dc.creator")
_DATES = (
    "article:published_time", "og:published_time", "article.published", "article:published", "datepublished", "date",
    "pubdate", "pub_date", "publish-date", "parsely-pub-date", "sailthru.date", "dc.date", "dcterms.date",
    "dc.date.issued", "published_at", "og:pubdate",
)  # fmt: skip
_TITLE_MARKS = re.compile(r"\s+[|–—·»-]+\s+")
_BY = re.compile(r"(?i)^by[:\s]+")


def describe(root: HtmlElement) -> FrontMatter:
    """Return what the page says; nothing of what it does not say or says in a form that cannot be understood."""
    by_script, by_meta = _from_json_ld(root), _from_meta(root)
    values = {one.name: getattr(by_script, one.name) or getattr(by_meta, one.name) for one in fields(FrontMatter)}
    title = _title(root, values["title"], values["outlet"])
    return FrontMatter(**values | {"found": True, "title": title})


def _from_json_ld(root: HtmlElement) -> FrontMatter:
    scripts = [s for s in root.iter("script") if "ld+json" in (s.get("type") or "").lower()][:20]
    nodes = [schemaorg.article_node(schemaorg.parsed(_without_comment(s.text or ""))) for s in scripts]
    return next((schemaorg.describe(node) for node in nodes if node is not None), FrontMatter())


def _without_comment(text: str) -> str:
    return (
        text.strip().removeprefix("<!--").removesuffix("-->").strip().removeprefix("//<![CDATA[").removesuffix("//]]>")
    )


def _from_meta(root: HtmlElement) -> FrontMatter:
    said: dict[str, str] = {}
    for meta in root.iter("meta"):
        key = (meta.get("property") or meta.get("name") or meta.get("itemprop") or "").lower()
        content = " ".join((meta.get("content") or "").split())
        if key and content:
            said.setdefault(key, content)
    return FrontMatter(
        title=_first(said, _TITLES) or next((_text(one) for one in root.iter("title")), None),
        byline=_byline(root, said),
        published=next((date for key in _DATES if (date := published_date(said.get(key)))), None) or _marked_date(root),
        language=language_tag(root.get("lang")) or language_tag(said.get("og:locale") or said.get("content-language")),
        source=next(_addresses(root, said), None),
        outlet=said.get("og:site_name") or said.get("application-name") or said.get("dc.publisher"),
        image=next((said[key] for key in ("og:image", "twitter:image") if said.get(key, "").startswith("http")), None),
    )


def _first(said: dict[str, str], keys: tuple[str, ...]) -> str | None:
    return next((said[key] for key in keys if said.get(key)), None)


def _addresses(root: HtmlElement, said: dict[str, str]) -> Iterator[str]:
    for link in root.iter("link"):
        if (link.get("rel") or "").lower() == "canonical" and (link.get("href") or "").startswith("http"):
            yield link.get("href") or ""
    if said.get("og:url", "").startswith("http"):
        yield said["og:url"]


def _byline(root: HtmlElement, said: dict[str, str]) -> str | None:
    for key in _AUTHORS:
        name = _BY.sub("", said.get(key, ""))
        if name and "://" not in name and len(name) < 120 and not name.isdigit():
            return name
    marked = root.xpath('//*[@rel="author" or @itemprop="author" or contains(@class, "byline")]')[:12]
    found = [_BY.sub("", _text(one) or "") for one in marked]
    return joined_names([name for name in dict.fromkeys(found) if 3 < len(name) <= 60 and len(name.split()) <= 6][:1])


def _marked_date(root: HtmlElement) -> str | None:
    for one in root.iter("time"):
        if date := published_date(one.get("datetime")):
            return date
    return None


def _title(root: HtmlElement, said: str | None, outlet: str | None) -> str | None:
    """The main heading, if it is the title or stands in it; else what is said, without the outlet's name behind it."""
    found = list(root.iter("h1"))
    headings = [text for one in found[:5] if (text := _text(one))]
    if len(found) == len(headings) == 1 and any(one.tag in ("article", "main") for one in found[0].iterancestors()):
        return headings[0]
    if not said:
        return headings[0] if len(headings) == 1 else None
    for text in headings:
        if len(text) >= 12 and _plain(text) in _plain(said):
            return text
    parts = _TITLE_MARKS.split(said)
    if (
        len(parts) > 1
        and outlet
        and _plain(parts[-1])
        and _plain(parts[-1]) in (_plain(outlet), _plain(outlet) + " com")
    ):
        return said[: said.rindex(parts[-1])].rstrip(" |–—·»-")
    return said


def _text(element: HtmlElement) -> str | None:
    return " ".join("".join(element.itertext()).split()) or None


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))
