"""Keys with which other programs, such as Hugo, Jekyll, Ghost and Astro, say in front matter what Narrate's own say."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from narrate.readers.metadata import first_date, language_tag
from narrate.storage import is_url

SAME_MEANING: Final = {
    **dict.fromkeys(("author", "authors", "by", "creator"), "byline"),
    "headline": "title",
    **dict.fromkeys("published publishedat publishedtime pubdate publishdate datepublished".split(), "date"),
    **dict.fromkeys(("lang", "locale", "inlanguage"), "language"),
    **dict.fromkeys(("url", "link", "permalink", "canonical", "canonicalurl"), "source"),
    **dict.fromkeys(("publisher", "publication", "sitename"), "outlet"),
    **dict.fromkeys(
        ("images", "cover", "coverimage", "featureimage", "featuredimage", "ogimage", "heroimage", "thumbnail"), "image"
    ),
}
"""Keys of other programs, in small letters without signs -> the key that means the same here."""
_SIGNS: Final = re.compile(r"[\W_]+")
_MAY_BE_LIST: Final = ("byline", "image")
"""The keys that may have several values. Of the images the first one is used."""
_FROM_TABLE: Final = ("name", "url", "src", "image")
"""What a value is if it is a table, as in ``author: {name: Jane Doe, email: …}``."""


def known_key(key: str, own_keys: Iterable[str]) -> str:
    """Return Narrate's key for one that a text has; empty if there is none with the same meaning."""
    plain = _SIGNS.sub("", key.lower())
    return plain if plain in own_keys else SAME_MEANING.get(plain, "")


def value_from(own_key: str, value: object) -> object:
    """Return a value of another program's key as the value of Narrate's own key; None if it has no such value.

    Other programs write addresses within their site and short names of their users, which mean nothing elsewhere.
    """
    values = [_text(one) for one in (value if isinstance(value, list) else [value])]
    accepted = [_ACCEPTED[own_key](one) if one else None for one in values]
    if not accepted or None in accepted or (len(accepted) > 1 and own_key not in _MAY_BE_LIST):
        return None
    return accepted if own_key == "byline" and len(accepted) > 1 else accepted[0]


def _text(value: object) -> str:
    """Return a value, or the one that a table has for it, as one line."""
    if isinstance(value, Mapping):
        value = next((value[key] for key in _FROM_TABLE if key in value), "")
    return " ".join(value.split()) if isinstance(value, str) else ""


def _name(value: str) -> str | None:
    """Return a value that is a name. A word without a capital is the key of a user, as in ``author: jdoe``."""
    is_key = " " not in value and value == value.lower() and value.upper() != value
    return None if is_key or is_url(value) else value


def _address(value: str) -> str | None:
    return value if is_url(value) else None


_ACCEPTED: Final[Mapping[str, Callable[[str], str | None]]] = {
    "title": str,
    "byline": _name,
    "date": first_date,
    "language": language_tag,
    "source": _address,
    "outlet": _name,
    "image": _address,
}
"""Narrate's key -> what makes its value of another program's, or None."""
