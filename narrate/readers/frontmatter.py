"""The optional YAML block between ``---`` fences at the head of a source."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from email.utils import parsedate_to_datetime

from narrate.errors import SourceError

KEYS = ("title", "byline", "date", "language", "source", "outlet", "image", "cast", "lexicon")

_BLOCK = re.compile(r"\s*---[ \t]*\n(?P<yaml>(?:.*\n)*?)(?:---|\.\.\.)[ \t]*(?:\n|\Z)")
_OPENED = re.compile(r"\s*---[ \t]*\n")
_FIRST_KEY = re.compile(r"(?:[ \t]*(?:#.*)?\n)*(?P<key>[\w][\w -]*):(?:\s|\Z)")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")
_MAX_CHARACTERS = 64 * 1024


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What the block says, checked; all None or empty where it says nothing."""

    found: bool = False
    title: str | None = None
    byline: str | None = None
    published: str | None = None
    language: str | None = None
    source: str | None = None
    outlet: str | None = None
    image: str | None = None
    cast: Mapping[str, str] = field(default_factory=dict)
    lexicon: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


def split(text: str, name: str) -> tuple[FrontMatter, str]:
    """Return the front matter and the body behind it; ``text`` itself is the body where there is none.

    A text that merely starts with a dashed line has no front matter. Raises SourceError if the block is malformed.
    """
    opening = _OPENED.match(text)
    first = _FIRST_KEY.match(text, opening.end()) if opening else None
    if first is None:
        return FrontMatter(), text
    block = _BLOCK.match(text, 0, _MAX_CHARACTERS)
    if block is None:
        if first["key"] not in KEYS:
            return FrontMatter(), text
        raise SourceError(f"{name}: the front matter opened with '---' is never closed with another '---'")
    return _checked(_parsed(block["yaml"], name), name), text[block.end() :].lstrip("\n")


def _parsed(block: str, name: str) -> Mapping[object, object]:
    import yaml

    try:
        # The base loader leaves every value as it is written: a title "1984" or a language "no" stays text.
        values = yaml.load(block, Loader=yaml.BaseLoader)
    except yaml.MarkedYAMLError as error:
        line = f" in line {error.problem_mark.line + 2}" if error.problem_mark else ""
        raise SourceError(f"{name}: the front matter is not valid YAML{line}: {error.problem}") from None
    except (yaml.YAMLError, ValueError, TypeError, RecursionError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise SourceError(f"{name}: the front matter is not valid YAML: {reason}") from None
    if not isinstance(values, dict):
        raise SourceError(f"{name}: the front matter is not a list of 'key: value' lines")
    if any("\ud800" <= char <= "\udfff" or char == "\0" for text in _texts(values) for char in text):
        raise SourceError(f"{name}: the front matter holds escapes of characters that no text has")
    return values


def _texts(value: object) -> Iterator[str]:
    """Every text in a value of YAML, which the loader has kept from nesting too deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for pair in value.items():
            yield from _texts(pair)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _texts(item)


def _checked(values: Mapping[object, object], name: str) -> FrontMatter:
    language = _text(values, "language", name)
    if language is not None:
        language = language.replace("_", "-")
        if not _LANGUAGE.fullmatch(language):
            raise SourceError(f"{name}: language {language!r} in the front matter is not a tag like 'en' or 'en-GB'")
    return FrontMatter(
        found=True,
        title=_text(values, "title", name),
        byline=_byline(values, name),
        published=_published(values, name),
        language=language,
        source=_text(values, "source", name),
        outlet=_text(values, "outlet", name),
        image=_text(values, "image", name),
        cast=_table(values, "cast", "Speaker: voice", "voice", name),
        lexicon=_table(values, "lexicon", "word: reading", "reading", name),
        warnings=tuple(_unknown_key(key) for key in values if key not in KEYS),
    )


def _unknown_key(key: object) -> str:
    near = difflib.get_close_matches(str(key), KEYS, n=1)
    hint = f"did you mean '{near[0]}'?" if near else f"known keys: {', '.join(KEYS)}"
    return f"front matter: unknown key '{str(key)[:60]}' is ignored; {hint}"


def _text(values: Mapping[object, object], key: str, name: str) -> str | None:
    value = values.get(key)
    if value is None:
        return None
    if not isinstance(value, str):
        raise SourceError(f"{name}: '{key}' in the front matter must be one line of text")
    return " ".join(value.split()) or None


def _byline(values: Mapping[object, object], name: str) -> str | None:
    value = values.get("byline")
    if isinstance(value, list) and value and all(isinstance(one, str) for one in value):
        return joined_names(value)
    return _text(values, "byline", name)


def _published(values: Mapping[object, object], name: str) -> str | None:
    value = _text(values, "date", name)
    if value is None:
        return None
    if found := iso_date(value):
        return found
    raise SourceError(f"{name}: date {value!r} in the front matter is not like 2026-03-14 or 2026-03-14T08:30+01:00")


def iso_date(value: str) -> str | None:
    """``value`` as a date or a date and time of ISO 8601; None if it is neither."""
    for kind in (date, datetime):
        try:
            return kind.fromisoformat(value).isoformat()
        except ValueError:
            continue
    return None


def published_date(value: str | None) -> str | None:
    """A date as pages write it, in ISO 8601 or as in mail (RFC 5322); None if it is neither."""
    if not value or len(value) > 60:
        return None
    try:
        return iso_date(value.strip()) or parsedate_to_datetime(value).isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        return iso_date(value.strip()[:10])


def language_tag(value: str | None) -> str | None:
    """A language as pages write it (``en_US``), as a BCP 47 tag; None if it is none."""
    tag = (value or "").strip().replace("_", "-")
    return tag if _LANGUAGE.fullmatch(tag) else None


def joined_names(names: Sequence[str]) -> str | None:
    """'A', 'A and B', 'A, B and C'; None for nobody."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if names[1:] else names) or None


def _table(values: Mapping[object, object], key: str, lines: str, value_name: str, name: str) -> Mapping[str, str]:
    value = values.get(key)
    if value is None or value == "":
        return {}
    if not isinstance(value, dict):
        raise SourceError(f"{name}: '{key}' in the front matter must list lines of '{lines}'")
    table: dict[str, str] = {}
    for one, other in value.items():
        if not isinstance(one, str) or not isinstance(other, str) or not one.strip() or not other.strip():
            raise SourceError(f"{name}: '{key}' in the front matter must give one {value_name} for {str(one)[:60]!r}")
        table[" ".join(one.split())] = other.strip()
    return table
