"""The roster: the voices that may be cast, from a TOML file."""

from __future__ import annotations

import difflib
import math
import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, get_args

from narrate.errors import UsageError
from narrate.types import Gender, Voice

_REQUIRED: Final = ("id", "engine", "name", "language", "gender", "accent", "age", "licence")
_OPTIONAL: Final = ("settings", "narrator", "reserve", "ear", "f0_hz", "grade")


def voices_folder() -> Path:
    """Return the folder ``voices``: inside the installed package, or at the top of a checkout."""
    package = Path(__file__).resolve().parents[1]
    for folder in (package / "voices", package.parent / "voices"):
        if (folder / "roster.toml").is_file():
            return folder
    raise UsageError(
        f"the voices of Narrate are missing: no roster.toml in {package / 'voices'}; install Narrate again"
    )


def load_roster(path: Path) -> tuple[Voice, ...]:
    """Return the voices that the TOML file ``path`` describes, in its order.

    Raises UsageError, naming the file and the voice, if it cannot be read or an entry is wrong.
    """
    try:
        return _voices(path.read_text(encoding="utf-8"), path)
    except FileNotFoundError:
        raise UsageError(f"{path}: there is no such roster") from None
    except (OSError, UnicodeDecodeError, ValueError) as error:
        raise UsageError(f"{path}: the roster cannot be read: {error}") from None


@lru_cache(maxsize=4)
def _voices(text: str, path: Path) -> tuple[Voice, ...]:
    tables = tomllib.loads(text)
    entries = tables.pop("voice", None)
    if tables or not isinstance(entries, list) or not entries:
        raise UsageError(f"{path}: a roster holds one or more [[voice]] tables and nothing else")
    voices = tuple(_voice(entry, f"{path}: voice {number}") for number, entry in enumerate(entries, start=1))
    seen: set[tuple[str, str]] = set()
    for voice in voices:
        if (voice.engine, voice.id) in seen:
            raise UsageError(f"{path}: there are two voices '{voice.id}' for the engine {voice.engine}")
        seen.add((voice.engine, voice.id))
    return voices


def _voice(entry: object, where: str) -> Voice:
    if not isinstance(entry, dict):
        raise UsageError(f"{where}: must be a table")
    where = f"{where} ('{entry.get('id', '?')}')"
    for key in entry:
        if key not in _REQUIRED + _OPTIONAL:
            raise UsageError(f"{where}: unknown key '{key}'; {did_you_mean(key, _REQUIRED + _OPTIONAL)}")
    for key in _REQUIRED:
        if not isinstance(entry.get(key), str) or not entry[key]:
            raise UsageError(f"{where}: '{key}' must be given, as text")
    if entry["gender"] not in get_args(Gender):
        raise UsageError(f"{where}: gender must be one of {', '.join(get_args(Gender))}, not '{entry['gender']}'")
    if type(entry.get("f0_hz", 0)) not in (int, float):
        raise UsageError(f"{where}: 'f0_hz' must be a number")
    return Voice(
        **{key: entry[key] for key in _REQUIRED},
        settings=_settings(entry, where),
        narrator=_flag(entry, "narrator", where),
        reserve=_flag(entry, "reserve", where),
        ear=_ear(entry, where),
        grade=_grade(entry, where),
    )


def _settings(entry: Mapping[str, Any], where: str) -> Mapping[str, str | int | float]:
    settings = entry.get("settings", {})
    if not isinstance(settings, dict) or not all(type(value) in (str, int, float) for value in settings.values()):
        raise UsageError(f"{where}: 'settings' must be a table of texts and numbers")
    return settings


def _flag(entry: Mapping[str, Any], key: str, where: str) -> bool:
    flag = entry.get(key, False)
    if not isinstance(flag, bool):
        raise UsageError(f"{where}: '{key}' must be true or false")
    return flag


def _ear(entry: Mapping[str, Any], where: str) -> tuple[float, ...]:
    ear = entry.get("ear", [])
    if not isinstance(ear, list) or not all(type(value) in (int, float) and math.isfinite(value) for value in ear):
        raise UsageError(f"{where}: 'ear' must be a list of numbers")
    return tuple(float(value) for value in ear)


def _grade(entry: Mapping[str, Any], where: str) -> str:
    grade = entry.get("grade", "")
    if not isinstance(grade, str) or not re.fullmatch(r"([A-F][+-]?)?", grade):
        raise UsageError(f"{where}: 'grade' must be a letter from A to F, perhaps with + or -")
    return grade


def did_you_mean(name: str, known: Sequence[str]) -> str:
    """The names most like ``name``, or all that are known, as the end of a message."""
    near = difflib.get_close_matches(name.casefold(), [one.casefold() for one in known], n=3)
    found = [one for one in known if one.casefold() in near]
    return f"did you mean {' or '.join(found)}?" if found else f"known: {', '.join(known)}"
