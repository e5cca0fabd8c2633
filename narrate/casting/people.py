"""Remember who had which voice in other articles, in a TOML file that a desk may edit and share."""

from __future__ import annotations

import functools
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from narrate.concurrency import file_lock
from narrate.errors import UsageError
from narrate.storage import convert, read_toml, write_text
from narrate.types import NARRATOR_NAME, Cast, Script

_SEPARATORS: Final = re.compile(r"[\W_]+")
"""Whatever separates the words of a name."""


def load_people(path: Path, engine: str) -> Mapping[str, str]:
    """Read the voices that people had before.

    Args:
        path: A TOML file with a table for each engine. It need not exist yet.
        engine: The engine whose table is wanted.

    Returns:
        Name -> voice id.

    Raises:
        UsageError: If the file cannot be read. The message names the file and the key.
    """
    return _people(path).get(engine, {})


def remember_people(path: Path, engine: str, script: Script, cast: Cast) -> None:
    """Add the speakers of an edition to the people file, except those who share a voice. Existing entries stay.

    Others may write the file at the same time, also on other machines: a lock file next to it lets one after the other
    read it and add its own.

    Args:
        path: A TOML file as for ``load_people``.
        engine: The engine whose table gets the new names.
        script: The script.
        cast: Its cast.

    Raises:
        UsageError: If the file cannot be read.
        DeliveryError: If it cannot be written.
    """
    with file_lock(path):
        text = _with_speakers(_people(path), engine, script, cast)
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            write_text(path, [text], follows_link=True)


def _with_speakers(tables: dict[str, dict[str, str]], engine: str, script: Script, cast: Cast) -> str:
    """Return the people file with the speakers of an edition."""
    known = tables.setdefault(engine, {})
    names = {normalized(name) for name in known}
    uses = Counter(voice.id for voice in cast.voices.values())
    for speaker in script.speakers:
        voice = cast.voices.get(speaker.id)
        if voice is not None and uses[voice.id] == 1 and normalized(speaker.name) not in names:
            known[speaker.name] = voice.id
    lines = ["# Who speaks with which voice. Narrate adds names; change a voice as you like."]
    for name in sorted(tables):
        lines += ["", f"[{name}]"]
        lines += [f"{_quoted(one)} = {_quoted(voice)}" for one, voice in sorted(tables[name].items())]
    return "\n".join(lines) + "\n"


def first_pins(*tables: Mapping[str, str]) -> dict[str, str]:
    """Return the voices that are pinned by name. The first table that pins a name counts."""
    pins: dict[str, str] = {}
    for table in tables:
        pins |= {name: voice for name, voice in table.items() if name not in pins}
    return pins


def people_after(people: Mapping[str, str], cast: Mapping[str, str]) -> dict[str, str]:
    """Return the entries for the speakers of an edition as the people file has them once the edition is made.

    Args:
        people: What the file holds: name -> voice id.
        cast: The cast of the edition: speaker's name -> voice id.
    """
    known = {normalized(name): voice for name, voice in people.items()}
    uses = Counter(cast.values())
    return {
        name: known.get(normalized(name)) or (voice if uses[voice] == 1 else "")
        for name, voice in cast.items()
        if name != NARRATOR_NAME
    }


def _quoted(text: str) -> str:
    """``text`` in TOML: as in JSON, whose escapes of characters beyond the first plane TOML does not know."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _people(path: Path) -> dict[str, dict[str, str]]:
    """Return the people in the file, by engine: name -> voice id. Nothing if there is no file yet."""
    try:
        tables = read_toml(path)
    except UsageError as error:
        if isinstance(error.__cause__, FileNotFoundError):
            return {}
        raise
    return convert(dict[str, dict[str, str]], tables, failing=f"Cannot read {path}", error=UsageError)


@functools.lru_cache(maxsize=4096)
def normalized(name: str) -> str:
    """Return ``name`` without accents, capitals, punctuation and repeated blanks, to compare spellings of a name."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    letters = plain if plain.isascii() else "".join(c for c in plain if not unicodedata.combining(c))
    return _SEPARATORS.sub(" ", letters).strip()
