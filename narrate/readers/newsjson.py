"""News as JSON: IPTC ninjs (1 to 3) and schema.org's JSON-LD -> the story and what the item says of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal

from narrate.errors import SourceError
from narrate.readers import decoding, plain, schemaorg
from narrate.readers.draft import Draft
from narrate.readers.frontmatter import FrontMatter, language_tag, published_date

_HEADLINE_ROLES = ("main", "headline", "title", "print", "web")
_MARKUP_TYPES = ("text/html", "application/xhtml+xml")
_NINJS = frozenset("bodies body_text body_html body_xhtml headlines".split())


def form_of(data: bytes) -> Literal["ninjs", "jsonld"] | None:
    """Which of the two the JSON in ``data`` is; None if it is neither, or no JSON."""
    if not data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"[")):
        return None
    value = schemaorg.parsed(data.decode("utf-8-sig", errors="replace"))
    if schemaorg.article_node(value) is not None:
        return "jsonld"
    return "ninjs" if isinstance(value, dict) and _NINJS & value.keys() else None


def render_ninjs(text: str, name: str) -> tuple[Draft, FrontMatter]:
    """Read one item of ninjs. Raises SourceError if it is none, or none of text."""
    item = _parsed(text, name)
    if not isinstance(item, dict):
        raise SourceError(f"{name}: this is no ninjs item: it should be one JSON object")
    if item.get("type") not in (None, "text", "composite", "article"):
        raise SourceError(f"{name}: the ninjs item is of the type '{str(item['type'])[:40]}', not text")
    item = _lower(item)  # ninjs 3 writes contentType what ninjs 2 wrote contenttype
    about = FrontMatter(
        found=True,
        title=_headline(item),
        byline=schemaorg.one_text(item.get("by") or item.get("byline")),
        published=next((date for key in ("firstcreated", "contentcreated", "versioncreated")
                        if (date := published_date(schemaorg.one_text(item.get(key))))), None),
        language=language_tag(schemaorg.one_text(item.get("language"))),
        source=next((url for key in ("canonicalurl", "url", "uri")
                     if (url := schemaorg.one_text(item.get(key))) and url.startswith("http")), None),
        outlet=next(iter(schemaorg.names(item.get("infosources") or item.get("source"))), None),
    )  # fmt: skip
    kind, body = _body(item)
    if not body:
        raise SourceError(f"{name}: the ninjs item has no body (bodies, body_text or body_html)")
    return _draft(body, kind in _MARKUP_TYPES, name, about.title), about


def render_json_ld(text: str, name: str) -> tuple[Draft, FrontMatter]:
    """Read the article in JSON-LD. Raises SourceError if there is none with an ``articleBody``."""
    node = schemaorg.article_node(_parsed(text, name))
    if node is None:
        raise SourceError(f"{name}: no schema.org article in this JSON-LD (an object with @type NewsArticle, say)")
    body = node.get("articleBody")
    if isinstance(body, list):
        body = "\n\n".join(one for one in body if isinstance(one, str))
    if not isinstance(body, str) or not body.strip():
        raise SourceError(f"{name}: the schema.org article has no articleBody")
    about = schemaorg.describe(node)
    return _draft(body, "</" in body, name, about.title), about


def _parsed(text: str, name: str) -> object:
    try:
        return json.loads(text, strict=False)
    except json.JSONDecodeError as error:
        raise SourceError(f"{name}: not valid JSON in line {error.lineno}: {error.msg}") from None
    except (ValueError, RecursionError):
        raise SourceError(f"{name}: this JSON nests too deep, or holds numbers beyond all measure") from None


def _lower(value: Any, depth: int = 3) -> Any:
    """``value`` with the keys of its objects in small letters, as deep as an item of ninjs needs."""
    if depth and isinstance(value, dict):
        return {key.lower(): _lower(one, depth - 1) for key, one in value.items()}
    return [_lower(one, depth - 1) for one in value] if depth and isinstance(value, list) else value


def _headline(item: Mapping[str, Any]) -> str | None:
    several = item.get("headlines")
    values = [one for one in several if isinstance(one, dict)] if isinstance(several, list) else []
    values.sort(key=lambda one: one.get("role") in _HEADLINE_ROLES, reverse=True)
    return next((text for one in values if (text := schemaorg.one_text(one.get("value")))), None) or schemaorg.one_text(
        item.get("headline") or item.get("title")
    )


def _body(item: Mapping[str, Any]) -> tuple[str, str]:
    """The content type and the text of the body: markup where there is a choice, as it holds the structure."""
    several = item.get("bodies")
    found = [
        (str(one.get("contenttype") or "text/plain").partition(";")[0].strip().lower(), one["value"])
        for one in (several if isinstance(several, list) else [])
        if isinstance(one, dict) and isinstance(one.get("value"), str)
    ]
    for key, kind in (("body_html", "text/html"), ("body_xhtml", "text/html"), ("body_text", "text/plain")):
        if isinstance(item.get(key), str):
            found.append((kind, item[key]))
    return max(found, key=lambda one: (bool(one[1].strip()), one[0] in _MARKUP_TYPES), default=("", ""))


def _draft(body: str, is_markup: bool, name: str, title: str | None) -> Draft:
    if any("\ud800" <= character <= "\udfff" for character in body):
        raise SourceError(f"{name}: the text holds halves of characters (surrogates)")
    if is_markup:
        from narrate.readers import html

        return html.render_fragment(body, name, title)
    text = plain.normalise_newlines(decoding.CONTROLS.sub("", body))
    return replace(plain.split(text), text=text)
