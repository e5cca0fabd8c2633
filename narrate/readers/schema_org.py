"""Articles in schema.org's vocabulary (JSON-LD), as pages and newsrooms write it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from narrate.readers.entities import unescape
from narrate.readers.metadata import Metadata, first_date, join_names, language_tag, without_byline_word
from narrate.storage import is_url

_ARTICLE_TYPE = re.compile(
    r"(?:\w*News|Analysis|Opinion|Review|Report|Reportage|\w*Blog|Live|Satirical)?\w*(?:Article|Posting)"
)
_REFERENCES = ("author", "creator", "publisher")
"""Keys whose values may be references."""
_BLOCK_TAG = re.compile(r"</?(?:br|p|div|li|h[1-6])(?=[\s/>])[^<>]{0,200}>", re.IGNORECASE)
_MAX_DEPTH, _MAX_NODES = 8, 2000
_MAX_NAMES = 20
_MAX_UPDATES = 500


def article_node(data: object) -> Mapping[str, Any] | None:
    """Return the node of parsed JSON-LD that describes an article, preferably one with a text; None if none does.

    Its persons and organizations are described in place, even if the data describe them elsewhere, by ``@id``.
    """
    nodes = list(_nodes(data))
    node = max(filter(_is_article, nodes), key=has_text, default=None)
    if node is None:
        return None
    named = {str(one["@id"]): one for one in reversed(nodes) if isinstance(one.get("@id"), str) and one.get("name")}
    return {**node, **{key: _resolved(node[key], named) for key in _REFERENCES if key in node}}


def articles_with_text(data: object) -> list[Mapping[str, Any]]:
    """Return the nodes that describe an article and have its text, without the updates of live blogs."""
    nodes = [node for node in _nodes(data) if _is_article(node)]
    updates = [one for node in nodes for one in as_list(node.get("liveBlogUpdate"))]
    return [node for node in nodes if has_text(node) and not any(node is one for one in updates)]


def has_text(node: Mapping[str, Any]) -> bool:
    """Return whether a node has the text of an article, or the updates of a live blog."""
    return bool(body_of(node).strip() or node.get("liveBlogUpdate"))


def body_of(node: Mapping[str, Any]) -> str:
    """Return the text of an article; empty if it has none."""
    for key in ("articleBody", "text"):
        parts = (one.get("@value") if isinstance(one, dict) else one for one in as_list(node.get(key)))
        if body := "\n\n".join(one for one in parts if isinstance(one, str)):
            return body
    return ""


def update_lines(node: Mapping[str, Any]) -> list[str]:
    """Return the text of each update of a live blog in one line."""
    updates = [one for one in as_list(node.get("liveBlogUpdate")) if isinstance(one, dict)]
    return [line for update in updates[:_MAX_UPDATES] if (line := one_line(body_of(update)))]


def as_list(value: object) -> list[Any]:
    """Return a value of JSON-LD as a list: one value may stand for a list of one."""
    if isinstance(value, dict) and isinstance(value.get("@list"), list):
        value = value["@list"]
    return value if isinstance(value, list) else [] if value is None else [value]


def _resolved(value: object, named: Mapping[str, Mapping[str, Any]]) -> object:
    """Return a reference, or a list of them, with what the data say about it."""

    def resolve(one: Any) -> Any:
        key = one.get("@id") if isinstance(one, dict) and not one.get("name") else one
        return named.get(key, one) if isinstance(key, str) else one

    return [resolve(one) for one in value] if isinstance(value, list) else resolve(value)


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
    text = _BLOCK_TAG.sub(" ", unescape(value or ""))
    return " ".join(re.sub(r"<[^<>]{0,200}>", "", text).split()) or None


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
