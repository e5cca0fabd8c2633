"""schema.org's words for an article (JSON-LD), as pages and newsrooms write them -> what Narrate knows of it."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from narrate.readers.frontmatter import FrontMatter, joined_names, language_tag, published_date
from narrate.storage import is_url

_ARTICLE = re.compile(
    r"(?:\w*News|Analysis|Opinion|Review|Report|Reportage|\w*Blog|Live|Satirical)?\w*(?:Article|Posting)"
)
_MAX_DEPTH, _MAX_NODES = 8, 2000


def article_node(data: object) -> Mapping[str, Any] | None:
    """Return the node in parsed JSON-LD that describes an article, the one with a body first; None without one."""
    found = [node for node in _nodes(data) if _is_article(node)]
    return max(found, key=lambda node: bool(node.get("articleBody")), default=None)


def parsed(text: str) -> object:
    """Parse JSON-LD as pages hold it; None if it is not JSON."""
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None


def describe(node: Mapping[str, Any]) -> FrontMatter:
    """What ``node`` says of its article, as far as it can be understood."""
    return FrontMatter(
        found=True,
        title=one_text(node.get("headline")) or one_text(node.get("name")),
        byline=joined_names(list(names(node.get("author")) or names(node.get("creator")))),
        published=published_date(one_text(node.get("datePublished")) or one_text(node.get("dateCreated"))),
        language=language_tag(one_text(node.get("inLanguage"))),
        source=_address(node.get("url")) or _address(node.get("mainEntityOfPage")),
        outlet=next(iter(names(node.get("publisher"))), None),
        image=_address(node.get("image")) or _address(node.get("thumbnailUrl")),
    )


def one_text(value: object) -> str | None:
    """A single line of plain text from a JSON value: a string, the first of a list, or a language's ``@value``."""
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        value = value.get("@value") or value.get("name")
    if not isinstance(value, str):
        return None
    return " ".join(re.sub(r"<[^<>]{0,200}>", "", html.unescape(value)).split()) or None


def names(value: object) -> list[str]:
    """The names in an ``author`` or ``publisher``: strings, objects with a name, or lists of them."""
    several = value if isinstance(value, list) else [value]
    found = [one_text(one) for one in several[:20]]
    found = [re.sub(r"(?i)^by[:\s]+", "", name) for name in found if name]
    return [name for name in dict.fromkeys(found) if name and not is_url(name)]


def _address(value: object) -> str | None:
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        value = value.get("url") or value.get("@id") or value.get("contentUrl")
    return value if isinstance(value, str) and is_url(value) else None


def _nodes(data: object) -> Iterator[Mapping[str, Any]]:
    waiting: list[tuple[object, int]] = [(data, 0)]
    for _ in range(_MAX_NODES):
        if not waiting:
            return
        value, depth = waiting.pop(0)
        if isinstance(value, dict):
            yield value
        inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        if depth < _MAX_DEPTH:
            waiting += [(one, depth + 1) for one in inner if isinstance(one, dict | list)]


def _is_article(node: Mapping[str, Any]) -> bool:
    kinds = node.get("@type")
    several = kinds if isinstance(kinds, list) else [kinds]
    return any(isinstance(kind, str) and _ARTICLE.fullmatch(kind.rpartition("/")[2]) for kind in several)
