"""The roster: the voices that may be cast, from a TOML file. Narrate has one for each language."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Final, NamedTuple

import msgspec
from msgspec import Meta

from narrate.errors import UsageError
from narrate.storage import convert, parse_toml, read_toml, read_toml_text
from narrate.types import Gender, Voice


class _Variety(NamedTuple):
    """The two varieties of a language for which there are rosters."""

    home: frozenset[str]
    """The regions of the roster that has no region in its name."""
    other: str
    """The tag of the roster for all other regions."""


_VARIETIES: Final = {
    "es": _Variety(frozenset(["ES", "GQ"]), "es-419"),
    "pt": _Variety(frozenset(["BR"]), "pt-PT"),
}

Text = Annotated[str, Meta(min_length=1)]
Setting = Annotated[str | int | float, Meta(description="a text or a number")]
FiniteNumber = Annotated[float, Meta(ge=-1e9, le=1e9, description="a finite number")]
Grade = Annotated[
    str, Meta(pattern=r"^([A-F][+-]?)?$", description="a letter from A to F, if you like with + or - after it")
]


class _Entry(msgspec.Struct, kw_only=True, rename={"license": "licence"}):
    """A ``[[voice]]`` table. Its fields are those of ``Voice``, and what was measured."""

    id: Text
    engine: Text
    name: Text
    language: Text
    gender: Gender
    accent: Text
    age: Text
    license: Text
    settings: Mapping[str, Setting] = {}
    narrator: bool = False
    reserve: bool = False
    ear: tuple[FiniteNumber, ...] = ()
    f0_hz: float | None = None
    """Median pitch; for people who compare voices."""
    grade: Grade = ""


def voices_folder() -> Path:
    """Return the folder ``voices``: inside the installed package, or at the top of a checkout.

    Raises:
        UsageError: If there is no such folder.
    """
    package = Path(__file__).resolve().parents[1]
    for folder in (package / "voices", package.parent / "voices"):
        if (folder / "roster.toml").is_file():
            return folder
    raise UsageError(f"Cannot find the voices of Narrate in {package / 'voices'}. Install Narrate again.")


def roster_file(language: str) -> Path:
    """Return the file of the roster for articles in a language.

    Args:
        language: A BCP 47 tag.

    Returns:
        The file for its variety (``es-MX``: that of Latin America), or else for the language, or else for English.
    """
    code, _, region = language.partition("-")
    code = code.lower()
    variety = _VARIETIES.get(code)
    tags = [variety.other] if variety and region and region.upper() not in variety.home else []
    files = (voices_folder() / f"roster.{tag}.toml" for tag in (*tags, code))
    return next((file for file in files if file.is_file()), voices_folder() / "roster.toml")


def lexicon_file(language: str) -> Path | None:
    """Return the pronunciation lexicon for articles in a language, a BCP 47 tag; None if there is none.

    The sounds of a lexicon are those of one language: ``lexicon.toml`` is that of English.
    """
    code = language.partition("-")[0].lower()
    file = voices_folder() / ("lexicon.toml" if code == "en" else f"lexicon.{code}.toml")
    return file if file.is_file() else None


def roster_files() -> Mapping[str, Path]:
    """Return the files of all rosters that come with Narrate by the tags of their languages, that of English first."""
    files = sorted(voices_folder().glob("roster.*.toml"))
    return {"en": voices_folder() / "roster.toml"} | {file.name.split(".")[1]: file for file in files}


def sample_of(tag: str) -> str:
    """Return a sentence in the language of a roster, for its voices to be tried with."""
    sentence: str = read_toml(voices_folder() / "samples.toml")[tag]
    return sentence


def load_roster(path: Path) -> tuple[Voice, ...]:
    """Read a roster.

    Args:
        path: A TOML file.

    Returns:
        The voices in the order of the file.

    Raises:
        UsageError: If the file cannot be read or an entry is wrong. The message names the file, the voice and the key.
    """
    return _voices(path, read_toml_text(path))


@lru_cache(maxsize=16)
def _voices(path: Path, text: str) -> tuple[Voice, ...]:
    """Return the voices in ``text``, the content of ``path``."""
    tables = parse_toml(text, path)
    entries = tables.pop("voice", None)
    if tables or not isinstance(entries, list) or not entries:
        raise UsageError(f"Cannot read {path}: a roster must hold one or more [[voice]] tables and nothing else.")
    voices: dict[tuple[str, str], Voice] = {}
    for number, entry in enumerate(entries, start=1):
        title = f" ('{entry.get('id', '?')}')" if isinstance(entry, dict) else ""
        failing = f"Cannot read {path}: voice {number}{title}"
        fields = msgspec.structs.asdict(convert(_Entry, entry, failing=failing, error=UsageError, is_closed=True))
        del fields["f0_hz"]
        voice = Voice(**fields)
        if (voice.engine, voice.id) in voices:
            raise UsageError(f"{failing}: there are two voices of this id for the engine {voice.engine}.")
        voices[voice.engine, voice.id] = voice
    return tuple(voices.values())
