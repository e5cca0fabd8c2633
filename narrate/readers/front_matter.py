"""The optional YAML block between ``---`` lines at the beginning of a source."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping

from narrate.errors import SourceError
from narrate.readers.metadata import Metadata, iso_date, join_names, language_tag

KEYS = ("title", "byline", "date", "language", "source", "outlet", "image", "cast", "lexicon")

_BLOCK = re.compile(r"\s*---[ \t]*\n(?P<yaml>(?:.*\n)*?)(?:---|\.\.\.)[ \t]*(?:\n|\Z)")
_OPENING_LINE = re.compile(r"\s*---[ \t]*\n")
_FIRST_KEY = re.compile(r"(?:[ \t]*(?:#.*)?\n)*(?P<key>[\w][\w -]*):(?:\s|\Z)")
_MAX_CHARACTERS = 64 * 1024
_SHOWN_CHARACTERS = 60
"""How much of a wrong key a message quotes."""


def split_front_matter(text: str, name: str) -> tuple[Metadata | None, str]:
    """Split a text into its front matter and its body.

    Args:
        text: A text whose lines end with a newline character alone.
        name: What errors call the text.

    Returns:
        What the front matter says, and the body after it. None and ``text`` if there is no front matter; a text that
        merely starts with a dashed line has none.

    Raises:
        SourceError: The front matter is malformed.
    """
    opening = _OPENING_LINE.match(text)
    first = _FIRST_KEY.match(text, opening.end()) if opening else None
    if first is None:
        return None, text
    block = _BLOCK.match(text, 0, _MAX_CHARACTERS)
    if block is None:
        if first["key"] not in KEYS:
            return None, text
        raise SourceError(f"Cannot read {name}: its front matter is not closed. Add a line '---' after the last key.")
    return _check(_parse(block["yaml"], name), name), text[block.end() :].lstrip("\n")


def _parse(block: str, name: str) -> Mapping[object, object]:
    import yaml

    try:
        # The base loader makes nothing but texts, lists and tables: a title "1984" or a language "no" stays text.
        values = yaml.load(block, Loader=yaml.BaseLoader)  # noqa: S506
    except yaml.MarkedYAMLError as error:
        line = f" (line {error.problem_mark.line + 2})" if error.problem_mark else ""
        raise SourceError(f"Cannot read {name}: its front matter is not valid YAML{line}: {error.problem}.") from None
    except (yaml.YAMLError, ValueError, TypeError, RecursionError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise SourceError(f"Cannot read {name}: its front matter is not valid YAML: {reason}.") from None
    if not isinstance(values, dict):
        raise SourceError(f"Cannot read {name}: its front matter is not a list of 'key: value' lines.")
    if any("\ud800" <= char <= "\udfff" or char == "\0" for text in _texts(values) for char in text):
        raise SourceError(f"Cannot read {name}: its front matter contains escapes of invalid characters. Remove them.")
    return values


def _texts(value: object) -> Iterator[str]:
    """Yield every text in a YAML value, whose depth the loader has limited."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for pair in value.items():
            yield from _texts(pair)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _texts(item)


def _check(values: Mapping[object, object], name: str) -> Metadata:
    language = _language(values, name)
    return Metadata(
        title=_text(values, "title", name),
        byline=_byline(values, language, name),
        published=_published(values, name),
        language=language,
        source=_text(values, "source", name),
        outlet=_text(values, "outlet", name),
        image=_text(values, "image", name),
        cast=_table(values, "cast", "Speaker: voice", name),
        lexicon=_table(values, "lexicon", "word: reading", name),
        warnings=tuple(_unknown_key_warning(key) for key in values if key not in KEYS),
    )


def _unknown_key_warning(key: object) -> str:
    near = difflib.get_close_matches(str(key), KEYS, n=1)
    hint = f"did you mean '{near[0]}'?" if near else f"known keys: {', '.join(KEYS)}"
    return f"front matter: unknown key '{str(key)[:_SHOWN_CHARACTERS]}' is ignored; {hint}"


def _text(values: Mapping[object, object], key: str, name: str) -> str | None:
    value = values.get(key)
    if value is None:
        return None
    if not isinstance(value, str):
        raise SourceError(f"Cannot read {name}: '{key}' in the front matter must be one line of text.")
    return " ".join(value.split()) or None


def _language(values: Mapping[object, object], name: str) -> str | None:
    value = _text(values, "language", name)
    if value is None:
        return None
    if tag := language_tag(value):
        return tag
    raise SourceError(f"Cannot read {name}: language {value!r} in the front matter is not a tag like 'en' or 'en-GB'.")


def _byline(values: Mapping[object, object], language: str | None, name: str) -> str | None:
    value = values.get("byline")
    if isinstance(value, list) and value and all(isinstance(writer, str) for writer in value):
        return join_names(value, language)
    return _text(values, "byline", name)


def _published(values: Mapping[object, object], name: str) -> str | None:
    value = _text(values, "date", name)
    if value is None:
        return None
    if found := iso_date(value):
        return found
    raise SourceError(
        f"Cannot read {name}: date {value!r} in the front matter is not like 2026-03-14 or 2026-03-14T08:30+01:00."
    )


def _table(values: Mapping[object, object], key: str, line: str, name: str) -> Mapping[str, str]:
    value = values.get(key)
    if value is None or value == "":
        return {}
    if not isinstance(value, dict):
        raise SourceError(f"Cannot read {name}: '{key}' in the front matter must be a list of '{line}' lines.")
    table: dict[str, str] = {}
    for word, meaning in value.items():
        if not isinstance(word, str) or not isinstance(meaning, str) or not word.strip() or not meaning.strip():
            shown = str(word)[:_SHOWN_CHARACTERS]
            raise SourceError(f"Cannot read {name}: '{key}' in the front matter must be lines '{line}', not {shown!r}.")
        table[" ".join(word.split())] = meaning.strip()
    return table
