"""News as JSON: IPTC ninjs (1 to 3), schema.org's JSON-LD, and posts of WordPress."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, Literal

from narrate.errors import SourceError, reason
from narrate.readers import decoding
from narrate.readers.bodies import extract_body, with_summaries
from narrate.readers.extracted import ExtractedText, concatenate, join_paragraphs
from narrate.readers.metadata import Metadata, first_date, join_names, language_tag, plain_words
from narrate.readers.publication_status import refuse_unusable
from narrate.readers.schema_org import (
    article_node,
    articles_with_text,
    as_list,
    body_of,
    names,
    node_metadata,
    one_line,
    parse,
)
from narrate.storage import is_url

JsonFormat = Literal["ninjs", "jsonld", "wordpress"]

_MAIN_ROLES: Final = ("main", "body", "story", "article", "full", "fulltext", "content", "maintext")
_HEADLINE_ROLES: Final = ("main", "headline", "title", "print", "web")
_BODY_TYPES: Final = ("text/plain", "text/markdown", "application/xhtml+xml", "text/html")
"""Content types of bodies, the best last: markup keeps the structure."""
_NINJS_KEYS: Final = frozenset("bodies body_text body_html body_xhtml headlines".split())
_TEXT_TYPES: Final = ("", "text", "composite", "article", "story", "news")
_MAX_CHARACTERS: Final = 1_000_000
"""Limit for all bodies of an item, or all updates of a live blog, with their markup."""
_NESTED_KEYS: Final = 3
"""How deep the keys of a ninjs item are read."""
_JSON_START: Final = re.compile(r"\s*(?:\{\s*[\"}]|\[\s*\{)")
SUFFIXES: Final = (".json", ".jsonld", ".geojson")
"""Suffixes of files that hold JSON and nothing else."""
_KNOWN: Final = "ninjs, schema.org JSON-LD or a post of WordPress"


def detect_json_format(data: bytes) -> JsonFormat | None:
    """Return the format of the JSON in ``data``; None if it is another one, or not JSON."""
    if not data[:1000].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").startswith((b"{", b"[")):
        return None
    try:
        value = parse(decoding.decode(data).text)
    except SourceError:
        return None
    if article_node(value) is not None:
        return "jsonld"
    items = [item for item in as_list(value) if isinstance(item, dict)]
    if any(_is_post(item) for item in items):
        return "wordpress"
    return "ninjs" if any(_NINJS_KEYS & {key.lower() for key in item} for item in items) else None


def looks_like_json(data: bytes) -> bool:
    """Return whether ``data`` are, or were meant to be, JSON."""
    return _JSON_START.match(data[:1000].decode("utf-8-sig", errors="replace")) is not None


def refuse_unknown_json(text: str, suffix: str) -> None:
    """Raise SourceError if ``text`` is JSON, or was meant to be, also by the file's suffix. Text in brackets is not."""
    is_named_so = suffix in SUFFIXES and text.strip()
    if is_named_so or _JSON_START.match(text) or (text.lstrip()[:1] == "[" and isinstance(parse(text), list)):
        _parse(text)
        raise SourceError(f"this JSON is not an article in a known format ({_KNOWN}). Save its text as .txt or .md.")


def read_news_json(found: JsonFormat, text: str) -> tuple[ExtractedText, Metadata]:
    """Read an article in one of these formats. Raises SourceError if it contains no article, or several."""
    return {"ninjs": read_ninjs, "jsonld": read_json_ld, "wordpress": read_wordpress}[found](text)


def read_ninjs(text: str) -> tuple[ExtractedText, Metadata]:
    """Read one ninjs item. Raises SourceError if it is not one, not one of text, or must not be used."""
    item = _with_lower_keys(_one_item(text, "a ninjs item"))  # ninjs 3 writes contentType for contenttype
    if str(item.get("type") or "").lower() not in _TEXT_TYPES:
        raise SourceError(f"the ninjs item is of the type '{str(item['type'])[:40]}', not text.")
    refuse_unusable(item.get("pubstatus") or item.get("publicationstatus"), item.get("usable"))
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
    bodies = sorted(_bodies(item), key=_rank, reverse=True)
    if not bodies:
        raise SourceError("the ninjs item has no body (bodies, body_text or body_html).")
    _refuse_too_large(value for _, _, value in bodies)
    main, *others = [extract_body(value, metadata, media_type) for _, media_type, value in bodies]
    return with_summaries(main, others), metadata


def read_json_ld(text: str) -> tuple[ExtractedText, Metadata]:
    """Read the article in JSON-LD. Raises SourceError if there is none, or none with a text, or several."""
    value = _parse(text)
    node = article_node(value)
    if node is None:
        raise SourceError("this JSON-LD has no schema.org article (such as @type NewsArticle).")
    several = {plain_words(one_line(body_of(one)) or "") for one in articles_with_text(value)}
    if len(several) > 1:
        raise _several(len(several), "schema.org articles")
    refuse_unusable(one_line(node.get("creativeWorkStatus")))
    _refuse_too_large([body_of(node), *(body_of(update) for update in _objects(node.get("liveBlogUpdate")))])
    metadata = node_metadata(node)
    parts = [extract_body(body_of(node), metadata), *_updates(node, metadata)]
    if not any(part.paragraphs for part in parts):
        raise SourceError("the schema.org article has no articleBody.")
    return concatenate(parts), metadata


def read_wordpress(text: str) -> tuple[ExtractedText, Metadata]:
    """Read a post as WordPress's REST interface answers it. Raises SourceError if it is not one, or has no text."""
    post = _one_item(text, "a post of WordPress")
    if not _is_post(post):
        raise SourceError("this JSON is not a post of WordPress: it has no content.rendered.")
    refuse_unusable("withdrawn" if post.get("status") == "trash" else None)
    embedded = post.get("_embedded")
    authors = embedded.get("author") if isinstance(embedded, dict) else None
    language = language_tag(one_line(post.get("lang") or post.get("language")))
    metadata = Metadata(
        title=_rendered(post.get("title")) and one_line(_rendered(post.get("title"))),
        byline=join_names(names(authors, language), language),
        published=first_date(one_line(post.get("date_gmt")), one_line(post.get("date"))),
        language=language,
        source=next(filter(is_url, [one_line(post.get("link"))]), None),
    )
    body = _rendered(post["content"])
    if not body.strip():
        raise SourceError("the post has no text, or only with a password. Save its page or its text.")
    return extract_body(body, metadata), metadata


def _parse(text: str) -> object:
    try:
        return json.loads(text, strict=False)
    except json.JSONDecodeError as error:
        if error.msg == "Extra data":
            raise SourceError(f"more follows after the JSON in line {error.lineno}. Save only one article.") from None
        raise SourceError(f"it is not valid JSON ({reason(error)}).") from None
    except (ValueError, RecursionError) as error:
        raise SourceError(f"it is not valid JSON ({reason(error)}).") from None


def _one_item(text: str, what: str) -> Mapping[str, Any]:
    """Return a JSON object, which may be the only item of an array."""
    value = _parse(text)
    items = as_list(value)
    if len(items) > 1:
        raise _several(len(items), "items")
    if not items or not isinstance(items[0], dict):
        raise SourceError(f"{what} must be one JSON object.")
    return items[0]


def _several(count: int, what: str) -> SourceError:
    return SourceError(f"it contains {count} {what}. Save the article that you want as a file of its own.")


def _refuse_too_large(bodies: Iterable[str]) -> None:
    if sum(map(len, bodies)) > _MAX_CHARACTERS:
        raise SourceError(f"its texts have over {_MAX_CHARACTERS} characters together. Save only one article.")


def _with_lower_keys(value: Any, depth: int = _NESTED_KEYS) -> Any:
    """Return ``value`` with the keys of its objects in lower case, down to ``depth``."""
    if depth and isinstance(value, dict):
        return {key.lower(): _with_lower_keys(one, depth - 1) for key, one in value.items()}
    return [_with_lower_keys(one, depth - 1) for one in value] if depth and isinstance(value, list) else value


def _objects(value: object) -> list[Mapping[str, Any]]:
    return [one for one in as_list(value) if isinstance(one, dict)]


def _headline(item: Mapping[str, Any]) -> str | None:
    headlines = sorted(_objects(item.get("headlines")), key=lambda one: _role(one) not in _HEADLINE_ROLES)
    texts = (one_line(headline.get("value")) for headline in headlines)
    return next(filter(None, texts), None) or one_line(item.get("headline") or item.get("title"))


def _bodies(item: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Yield role, content type and text of each body that has a text."""
    rows = [
        (_role(body), str(body.get("contenttype") or ""), body.get("value")) for body in _objects(item.get("bodies"))
    ]
    rows += [("", "text/html", item.get("body_html")), ("", "text/html", item.get("body_xhtml"))]
    rows += [("", "text/plain", item.get("body_text"))]
    for role, media_type, body in rows:
        if isinstance(body, str) and body.strip():
            yield role, media_type.partition(";")[0].strip().lower(), body


def _role(value: Mapping[str, Any]) -> str:
    """Return the role of a body or a headline, without the scheme that it is a term of."""
    return str(value.get("role") or "").rpartition("/")[2].rpartition(":")[2].strip().lower()


def _rank(body: tuple[str, str, str]) -> tuple[bool, bool, int, int]:
    """Return what makes a body the main one: its role, no other role, its content type, its length."""
    role, media_type, value = body
    kind = _BODY_TYPES.index(media_type) if media_type in _BODY_TYPES else 0
    return role in _MAIN_ROLES, not role, kind, len(value)


def _updates(node: Mapping[str, Any], metadata: Metadata) -> Iterator[ExtractedText]:
    """Yield the updates of a live blog, each with its headline, unless the article's own text repeats it."""
    whole = plain_words(body_of(node))
    for update in _objects(node.get("liveBlogUpdate")):
        headline, body = one_line(update.get("headline") or update.get("name")), extract_body(body_of(update), metadata)
        words = plain_words(body.text)
        if words and words in whole:
            continue
        if headline and not words.startswith(plain_words(headline)):
            yield join_paragraphs([headline])
        yield body


def _is_post(item: Mapping[str, Any]) -> bool:
    return isinstance(item.get("content"), dict) and bool(_rendered(item["content"]) or "rendered" in item["content"])


def _rendered(value: object) -> str:
    """Return the text of a field of WordPress: as it is shown, or else as it was written."""
    values = [value.get("rendered"), value.get("raw")] if isinstance(value, dict) else [value]
    return next((one for one in values if isinstance(one, str) and one.strip()), "")
