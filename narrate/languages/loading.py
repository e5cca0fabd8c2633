"""Read the TOML files of a language into values of dataclasses."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import fields
from importlib import resources
from types import MappingProxyType
from typing import Any, Final, TypeVar

from narrate.errors import NarrateError

T = TypeVar("T")


def load_words(kind: Callable[..., T], code: str, file: str) -> T:
    """Return a value of the dataclass ``kind`` whose fields come from the file's keys of the same names.

    The optional table ``parts`` holds what stands for ``{name}`` in the other values.

    Args:
        kind: The dataclass.
        code: ISO 639 code of the language, which is the name of its folder.
        file: The name of a TOML file in the folder.

    Raises:
        NarrateError: The file lacks a key, or has one that the dataclass does not know.
    """
    table = tomllib.loads(resources.files(__package__).joinpath(code, file).read_text(encoding="utf-8"))
    parts: Mapping[str, str] = table.pop("parts", {})
    types: dict[str, Any] = {field.name: field.type for field in fields(kind)}  # type: ignore[arg-type]
    if unmatched := types.keys() ^ table.keys():
        names = ", ".join(sorted(unmatched))
        raise NarrateError(f"Cannot load {code}/{file}: missing or unknown keys: {names}. Reinstall Narrate.")
    return kind(**{name: _READERS[types[name]](_with_parts(value, parts)) for name, value in table.items()})


def _with_parts(value: Any, parts: Mapping[str, str]) -> Any:
    """Put parts, and the parts in them, into a text. Return any other value as it is."""
    if not isinstance(value, str) or not parts:
        return value
    named = re.compile(rf"\{{({'|'.join(parts)})\}}")
    while named.search(value):
        value = named.sub(lambda match: parts[match[1]].strip(), value)
    return value


def _words(value: str | list[str]) -> frozenset[str]:
    """Return the words of a string, or a list of entries that may have blanks."""
    return frozenset(value.split() if isinstance(value, str) else value)


def _inverted(table: Mapping[str, str]) -> Mapping[str, str]:
    """Return word -> key for a table of key -> words."""
    return MappingProxyType({word: key for key, words in table.items() for word in words.split()})


def _keys_of_words(table: Mapping[str, str]) -> Mapping[str, frozenset[str]]:
    """Return word -> the keys that have it, for a table of key -> words."""
    pairs = [(word, key) for key, words in table.items() for word in words.split()]
    return MappingProxyType({word: frozenset(key for other, key in pairs if other == word) for word, _ in pairs})


_READERS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "Words": _words,
    "tuple[str, ...]": lambda value: tuple(value.split()),
    "Mapping[str, str]": _inverted,
    "Mapping[str, Words]": _keys_of_words,
    "Pattern": lambda value: re.compile(value.replace("\n", "")),
    "str": str,
}
"""Type of a field, as it is written -> how its value is read."""
