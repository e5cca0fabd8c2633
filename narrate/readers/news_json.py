"""News as JSON: IPTC ninjs (1 to 3) and schema.org's JSON-LD."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final, Literal

from narrate.errors import SourceError
from narrate.readers import decoding, plain_text
from narrate.readers.extracted import ExtractedText
from narrate.readers.metadata import Metadata, first_date, language_tag
from narrate.readers.schema_org import article_node, names, node_metadata, one_line, parse
from narrate.storage import is_url

_HEADLINE_ROLES: Final = ("main", "headline", "title", "print", "web")
_MARKUP_TYPES: Final = ("text/html", "application/xhtml+xml")
_NINJS_KEYS: Final = frozenset("bodies body_text body_html body_xhtml headlines".split())
_TEXT_TYPES: Final = (None, "text", "composite", "article")
_NESTED_KEYS: Final = 3
"""How deep the keys of a ninjs item are read."""


def detect_json_format(data: bytes) -> Literal["ninjs", "jsonld"] | None:
    """Return which of the two formats the JSON in ``data`` has; None if it has neither, or is not JSON."""
    if not data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"[")):
        return None
    value = parse(data.decode("utf-8-sig", errors="replace"))
    if article_node(value) is not None:
        return "jsonld"
    return "ninjs" if isinstance(value, dict) and _NINJS_KEYS & value.keys() else None


def read_ninjs(text: str) -> tuple[ExtractedText, Metadata]:
    """Read one ninjs item. Raises SourceError if it is not one, or not one of text."""
    item = _parse(text)
    if not isinstance(item, dict):
        raise SourceError("a ninjs item must be one JSON object.")
    if item.get("type") not in _TEXT_TYPES:
        raise SourceError(f"the ninjs item is of the type '{str(item['type'])[:40]}', not text.")
    item = _with_lower_keys(item)  # ninjs 3 writes contentType for what ninjs 2 wrote as contenttype
    language = language_tag(one_line(item.get("language")))
    dates = (one_line(item.get(key)) for key in ("firstcreated", "contentcreated", "versioncreated"))
    addresses = (one_line(item.get(key)) for key in ("canonicalurl", "url", "uri"))
    metadata = Metadata(
        title=_headline(item),
        byline=one_line(item.get("by") or item.get("byline")),
        published=first_date(*dates),
        language=language,
        source=next(filter(is_url, addresses), None),
        outlet=next(iter(names(item.get("infosources") or item.get("source"), language)), None),
    )
    media_type, body = _body(item)
    if not body:
        raise SourceError("the ninjs item has no body (bodies, body_text or body_html).")
    return _extract(body, media_type in _MARKUP_TYPES, metadata), metadata


def read_json_ld(text: str) -> tuple[ExtractedText, Metadata]:
    """Read the article in JSON-LD. Raises SourceError if there is none with an ``articleBody``."""
    node = article_node(_parse(text))
    if node is None:
        raise SourceError("this JSON-LD has no schema.org article (such as @type NewsArticle).")
    body = node.get("articleBody")
    if isinstance(body, list):
        body = "\n\n".join(one for one in body if isinstance(one, str))
    if not isinstance(body, str) or not body.strip():
        raise SourceError("the schema.org article has no articleBody.")
    metadata = node_metadata(node)
    return _extract(body, "</" in body, metadata), metadata


def _parse(text: str) -> object:
    try:
        return json.loads(text, strict=False)
    except json.JSONDecodeError as error:
        raise SourceError(f"line {error.lineno} is not valid JSON: {error.msg}.") from None
    except (ValueError, RecursionError):
        raise SourceError("its JSON is nested too deeply or has too large numbers.") from None


def _with_lower_keys(value: Any, depth: int = _NESTED_KEYS) -> Any:
    """Return ``value`` with the keys of its objects in lower case, down to ``depth``."""
    if depth and isinstance(value, dict):
        return {key.lower(): _with_lower_keys(one, depth - 1) for key, one in value.items()}
    return [_with_lower_keys(one, depth - 1) for one in value] if depth and isinstance(value, list) else value


def _objects(value: object) -> list[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _headline(item: Mapping[str, Any]) -> str | None:
    headlines = sorted(_objects(item.get("headlines")), key=lambda one: one.get("role") not in _HEADLINE_ROLES)
    texts = (one_line(headline.get("value")) for headline in headlines)
    return next(filter(None, texts), None) or one_line(item.get("headline") or item.get("title"))


def _body(item: Mapping[str, Any]) -> tuple[str, str]:
    """Return the media type and the text of the body. Markup is preferred, because it keeps the structure."""
    found = [
        (str(body.get("contenttype") or "text/plain").partition(";")[0].strip().lower(), body.get("value"))
        for body in _objects(item.get("bodies"))
    ]
    found += [("text/html", item.get("body_html")), ("text/html", item.get("body_xhtml"))]
    found += [("text/plain", item.get("body_text"))]
    texts = [(media_type, body) for media_type, body in found if isinstance(body, str)]
    return max(texts, key=lambda body: (bool(body[1].strip()), body[0] in _MARKUP_TYPES), default=("", ""))


def _extract(body: str, is_markup: bool, metadata: Metadata) -> ExtractedText:
    if any("\ud800" <= character <= "\udfff" for character in body):
        raise SourceError("its text contains halves of characters (surrogates). Remove them.")
    if is_markup:
        from narrate.readers import html

        return html.read_fragment(body, metadata)
    return plain_text.extract(plain_text.normalize_newlines(decoding.CONTROLS.sub("", body)))
