"""What a source says about its article, and how dates, languages and names are read."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from email.utils import parsedate_to_datetime

from narrate.languages import language_of

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")
_MAX_DATE_CHARACTERS = 60


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a source says about its article, checked. Fields are None or empty if it does not say it."""

    title: str | None = None
    byline: str | None = None
    published: str | None = None
    """ISO 8601 date, or date and time."""
    language: str | None = None
    """BCP 47 tag."""
    is_language_chosen: bool = False
    """Whether the author of the source wrote the language for Narrate, in front matter."""
    source: str | None = None
    outlet: str | None = None
    image: str | None = None
    """URL of a picture."""
    cast: Mapping[str, str] = field(default_factory=dict)
    """Speaker's name -> voice id."""
    lexicon: Mapping[str, str] = field(default_factory=dict)
    """Word -> how to say it."""
    warnings: tuple[str, ...] = ()


def merged(first: Metadata, second: Metadata) -> Metadata:
    """Return what ``first`` says, and what ``second`` says where it says nothing."""
    return Metadata(**{one.name: getattr(first, one.name) or getattr(second, one.name) for one in fields(Metadata)})


def iso_date(value: str) -> str | None:
    """Return ``value`` as an ISO 8601 date, or date and time; None if it is neither."""
    for kind in (date, datetime):
        try:
            return kind.fromisoformat(value).isoformat()
        except ValueError:
            continue
    return None


def first_date(*values: str | None) -> str | None:
    """Return the first value that is a date, in ISO 8601 or as in mail (RFC 5322), in ISO 8601; None if none is."""
    return next(filter(None, map(_published_date, values)), None)


def _published_date(value: str | None) -> str | None:
    if not value or len(value) > _MAX_DATE_CHARACTERS:
        return None
    try:
        return iso_date(value.strip()) or parsedate_to_datetime(value).isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        return iso_date(value.strip()[:10])


def language_tag(value: str | None) -> str | None:
    """Return a language as sources write it (``en_US``) as a BCP 47 tag; None if it is not a language."""
    tag = (value or "").strip().replace("_", "-")
    return tag if _LANGUAGE.fullmatch(tag) else None


def join_names(names: Sequence[str], language: str | None) -> str | None:
    """Return 'A', 'A and B' or 'A, B and C', in the words of ``language``; None if there are no names."""
    if len(names) < 2:
        return "".join(names) or None
    return f"{', '.join(names[:-1])} {language_of(language).boilerplate.joining_word} {names[-1]}"


def without_byline_word(name: str, language: str | None) -> str:
    """Return ``name`` without a leading "By" in the words of ``language``."""
    return language_of(language).boilerplate.byline_start.sub("", name, count=1)


def plain_words(text: str) -> str:
    """Return the words of ``text`` without capitals and punctuation, to compare texts."""
    return " ".join(re.findall(r"\w+", text.casefold()))
