"""Articles in schema.org's vocabulary (JSON-LD), as pages and newsrooms write it."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from narrate.readers.metadata import Metadata, first_date, join_names, language_tag, without_byline_word
from narrate.storage import is_url

_ARTICLE_TYPE = re.compile(
    r"(?:\w*News|Analysis|Opinion|Review|Report|Reportage|\w*Blog|Live|Satirical)?\w*(?:Article|Posting)"
)
_MAX_DEPTH, _MAX_NODES = 8, 2000
_MAX_NAMES = 20


def article_node(data: object) -> Mapping[str, Any] | None:
    """Return the node of parsed JSON-LD that describes an article, preferably one with a body; None if none does."""
    found = [node for node in _nodes(data) if _is_article(node)]
    return max(found, key=lambda node: bool(node.get("articleBody")), default=None)


def parse(text: str) -> object:
    """Parse JSON-LD as pages hold it; return None if it is not JSON."""
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None


def node_metadata(node: Mapping[str, Any]) -> Metadata:
    """Return what ``node`` says about its article; what cannot be understood is left out."""
    language = language_tag(one_line(node.get("inLanguage")))
    writers = names(node.get("author"), language) or names(node.get("creator"), language)
    return Metadata(
        title=one_line(node.get("headline")) or one_line(node.get("name")),
        byline=join_names(writers, language),
        published=first_date(one_line(node.get("datePublished")) or one_line(node.get("dateCreated"))),
        language=language,
        source=_address(node.get("url")) or _address(node.get("mainEntityOfPage")),
        outlet=next(iter(names(node.get("publisher"), language)), None),
        image=_address(node.get("image")) or _address(node.get("thumbnailUrl")),
    )


def one_line(value: object) -> str | None:
    """Return one line of plain text from a JSON value: a string, the first item of a list, or an ``@value``."""
    value = _first_text(value, "@value", "name")
    return " ".join(re.sub(r"<[^<>]{0,200}>", "", html.unescape(value or "")).split()) or None


def names(value: object, language: str | None) -> list[str]:
    """Return the names in an ``author`` or ``publisher``: strings, objects with a name, or lists of them."""
    several = value if isinstance(value, list) else [value]
    found = [name for item in several[:_MAX_NAMES] if (name := one_line(item))]
    found = [without_byline_word(name, language) for name in found]
    return [name for name in dict.fromkeys(found) if name and not is_url(name)]


def _address(value: object) -> str | None:
    address = _first_text(value, "url", "@id", "contentUrl")
    return address if is_url(address) else None


def _first_text(value: Any, *keys: str) -> str | None:
    """Return a JSON value, or the first item of a list, if it is a string, or an object with one under these keys."""
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        value = next(filter(None, map(value.get, keys)), None)
    return value if isinstance(value, str) else None


def _nodes(data: object) -> Iterator[Mapping[str, Any]]:
    """Yield the objects in parsed JSON, breadth first."""
    waiting: list[tuple[Any, int]] = [(data, 0)]
    for value, depth in islice(waiting, _MAX_NODES):
        if isinstance(value, dict):
            yield value
        if isinstance(value, dict | list) and depth < _MAX_DEPTH:
            inner = value.values() if isinstance(value, dict) else value
            waiting += [(one, depth + 1) for one in inner if isinstance(one, dict | list)]


def _is_article(node: Mapping[str, Any]) -> bool:
    types = node.get("@type")
    several = types if isinstance(types, list) else [types]
    return any(isinstance(one, str) and _ARTICLE_TYPE.fullmatch(one.rpartition("/")[2]) for one in several)
