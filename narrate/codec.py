"""Decoding of JSON and TOML into dataclasses, with errors that name the key and say what it must be."""

from __future__ import annotations

import difflib
import json
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Final, TypeVar, Union, get_args, get_origin, get_type_hints

import msgspec
from msgspec import inspect

from narrate.errors import NarrateError, SourceError, UsageError

T = TypeVar("T")
UNUSABLE_CHARACTER: Final = re.compile("[\0\ud800-\udfff]")
"""Neither a file name nor speech can hold NUL or half of a surrogate pair."""
SHOWN_CHARACTERS: Final = 40
"""Characters of a wrong value that a message shows."""


def decode_json(kind: type[T], data: bytes, *, failing: str, advice: str = "") -> T:
    """Decode JSON into a value of type ``kind``. Keys that ``kind`` does not know are ignored.

    Args:
        kind: A dataclass, or another type that msgspec knows.
        data: JSON in UTF-8.
        failing: How error messages begin, such as "Cannot read story.edition.json".
        advice: A sentence at the end of error messages.

    Raises:
        SourceError: If ``data`` is not JSON, or not of that type. The message names the key.
    """
    try:
        return msgspec.json.decode(data, type=kind)
    except (ValueError, RecursionError) as error:
        problem = f"it is not valid JSON ({error})"
        if isinstance(error, msgspec.ValidationError):
            with suppress(ValueError, RecursionError):  # the rest of the data may not be JSON
                problem = _fault(kind, json.loads(data), "", error)
        raise SourceError(f"{failing}: {problem}. {advice}".strip()) from error


def convert(
    kind: type[T],
    value: Any,
    *,
    key: str = "",
    failing: str = "",
    error: type[NarrateError] = SourceError,
    is_closed: bool = False,
) -> T:
    """Convert decoded JSON or TOML into a value of type ``kind``.

    Args:
        kind: A dataclass, or another type that msgspec knows.
        value: Tables, lists, texts and numbers.
        key: The key that ``value`` has; empty for a whole document.
        failing: How error messages begin, such as "Cannot read story.script.json".
        error: The exception to raise.
        is_closed: Whether keys that ``kind`` does not know are refused.

    Raises:
        NarrateError: If the value is not of that type, or holds characters that no text has. The message names the key.
    """
    problem = _unusable_text(value, key) or (is_closed and _unknown_key(kind, value, key))
    if not problem:
        try:
            return msgspec.convert(value, kind)
        except msgspec.ValidationError as fault:
            problem = _fault(kind, value, key, fault)
    end = "" if problem.endswith((".", "?")) else "."
    raise error(f"{failing}: {problem}{end}".removeprefix(": "))


def read_toml(path: Path) -> dict[str, Any]:
    """Return the tables of a TOML file.

    Raises:
        UsageError: If the file cannot be read, or is not TOML.
    """
    return parse_toml(read_toml_text(path), path)


def read_toml_text(path: Path) -> str:
    """Return the text of a TOML file.

    Raises:
        UsageError: If the file cannot be read, or is not UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"Cannot read {path}: it is not UTF-8 text ({error}).") from error
    except (OSError, ValueError) as error:  # a ValueError for names that no file can have
        raise UsageError(f"Cannot read {path}: {getattr(error, 'strerror', None) or error}.") from error


def parse_toml(text: str, path: Path) -> dict[str, Any]:
    """Return the tables in ``text``, which was read from ``path``.

    Raises:
        UsageError: If the text is not TOML.
    """
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"Cannot read {path}: it is not valid TOML ({error}).") from error


def suggestion(name: str, known: Iterable[str], *, prefix: str = "") -> str:
    """Return a hint for an unknown name: the known name that is most like it, or else all known names.

    Args:
        name: The unknown name.
        known: The known names.
        prefix: What the names stand after, such as ``casting.``.
    """
    names = {one.casefold(): one for one in known}
    if close := difflib.get_close_matches(name.casefold(), names, n=1):
        return f"Did you mean '{prefix}{names[close[0]]}'?"
    return f"Known here: {', '.join(names.values())}."


@cache
def _fields(kind: Any) -> Mapping[str, Any]:
    """Return the keys of a dataclass or Struct, with their types; nothing for other types."""
    info = inspect.type_info(kind)
    if not isinstance(info, inspect.DataclassType | inspect.StructType):
        return {}
    hints = get_type_hints(kind, include_extras=True)
    return {field.encode_name: hints[field.name] for field in info.fields}


def _parts(kind: Any, value: Any, key: str) -> Iterator[tuple[Any, Any, str]]:
    """Yield the type, the value and the key of each part of ``value``, which should be of type ``kind``."""
    while get_origin(kind) in (Annotated, Union, UnionType):
        kind = next(one for one in get_args(kind) if one is not NoneType)
    origin, kinds = get_origin(kind), get_args(kind)
    if origin is tuple and isinstance(value, list | tuple):
        kinds = kinds[:1] * len(value) if kinds[-1] is ... else kinds
        for index, (item_kind, item) in enumerate(zip(kinds, value, strict=False)):
            yield item_kind, item, f"{key}[{index}]"
    elif isinstance(value, dict):
        known = dict.fromkeys(value, kinds[-1]) if origin in (dict, Mapping) else _fields(kind)
        yield from ((known[name], item, _joined(key, name)) for name, item in value.items() if name in known)


def _joined(key: str, name: str) -> str:
    return f"{key}.{name}" if key else name


def _unknown_key(kind: Any, value: Any, key: str) -> str:
    """Return what is wrong with the first key that ``kind`` does not know."""
    if isinstance(value, dict) and (known := _fields(kind)):
        for name in value:
            if name not in known:
                prefix = _joined(key, "") if key else ""
                return f"Unknown key '{prefix}{name}'. {suggestion(name, known, prefix=prefix)}"
    return next(filter(None, (_unknown_key(*part) for part in _parts(kind, value, key))), "")


def _unusable_text(value: Any, key: str) -> str:
    """Return what is wrong with the first text in ``value`` that holds NUL or half of a surrogate pair."""
    if isinstance(value, str):
        found = UNUSABLE_CHARACTER.search(value)
        return f"'{key}' holds the character U+{ord(found[0]):04X}, which is not allowed" if found else ""
    items: Iterable[tuple[str, Any]] = ()
    if isinstance(value, dict):
        items = ((_joined(key, name), item) for name, item in value.items())
    elif isinstance(value, list | tuple):
        items = ((f"{key}[{index}]", item) for index, item in enumerate(value))
    return next(filter(None, (_unusable_text(item, name) for name, item in items)), "")


def _fault(kind: Any, value: Any, key: str, fault: Exception) -> str:
    """Return why ``value`` is not of type ``kind``: which of its parts is wrong, and what it must be."""
    for part in _parts(kind, value, key):
        try:
            msgspec.convert(part[1], part[0])
        except msgspec.ValidationError as error:
            return _fault(*part, error)
    if missing := re.match("Object missing required field `(.*)`", str(fault)):
        return f"'{_joined(key, missing[1])}' is missing"
    if isinstance(fault.__cause__, ValueError):  # a rule that a dataclass checks itself
        return f"{key}: {fault.__cause__}" if key else str(fault.__cause__)
    shown = repr(value) if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    shown = shown if len(shown) <= SHOWN_CHARACTERS else f"{shown[:SHOWN_CHARACTERS]}..."
    subject = f"'{key}'" if key else "the content"
    return f"{subject} must be {_wanted(inspect.type_info(kind), value)}, not {shown}"


def _wanted(kind: inspect.Type, value: Any) -> str:
    """Return what a value of type ``kind`` is, in words; of a number that is out of range, only the range."""
    match kind:
        case inspect.Metadata(extra_json_schema={"description": str(description)}):
            return description
        case inspect.UnionType():
            return _wanted(next(one for one in kind.types if not isinstance(one, inspect.NoneType)), value)
        case inspect.LiteralType():
            quoted = [json.dumps(one).replace('"', "'") for one in kind.values]
            return quoted[0] if len(quoted) == 1 else f"one of {', '.join(map(str, kind.values))}"
        case inspect.IntType() | inspect.FloatType():
            return _wanted_number(kind, value)
        case inspect.StrType(min_length=1):
            return "a text that is not empty"
        case inspect.DictType() | inspect.VarTupleType():
            item = kind.value_type if isinstance(kind, inspect.DictType) else kind.item_type
            container = "a table" if isinstance(kind, inspect.DictType) else "a list"
            return f"{container} of texts" if isinstance(item, inspect.StrType) else container
        case inspect.TupleType():
            return f"a list of {len(kind.item_types)} numbers"
    names = {inspect.StrType: "a text", inspect.BoolType: "true or false"}
    return next((words for one, words in names.items() if isinstance(kind, one)), "a table")


def _wanted_number(kind: inspect.IntType | inspect.FloatType, value: Any) -> str:
    bounds = {"more than": kind.gt, "at least": kind.ge, "less than": kind.lt, "at most": kind.le}
    limits = [f"{words} {limit:.12g}" for words, limit in bounds.items() if limit is not None]
    if None not in (kind.ge, kind.le):
        limits = [f"between {kind.ge:.12g} and {kind.le:.12g}"]
    is_whole = isinstance(kind, inspect.IntType)
    if limits and (type(value) is int or (type(value) is float and not is_whole)):
        return " and ".join(limits)
    return "a whole number" if is_whole else "a number"
