"""Other models than the packaged one: weights, and the voices that come with them, for languages of their own.

A model is a file ``NAME.onnx``, or a folder, here or on Hugging Face. A folder holds ``onnx/model.onnx``. If it also
holds ``voices.toml``, it brings voices: their languages, and the style tables in its folder ``voices``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

from narrate.engines.kokoro import hub, styles
from narrate.errors import EngineError
from narrate.storage import convert, read_toml
from narrate.types import Gender, Voice

VOICES: Final = "voices.toml"
TABLES: Final = "voices"
"""The folder with the style tables."""
_Text = Annotated[str, Meta(min_length=1)]


class _Entry(msgspec.Struct, kw_only=True, rename={"license": "licence"}):
    """A ``[[voice]]`` table of ``voices.toml``, with the keys of a roster."""

    id: _Text
    name: _Text
    language: _Text
    gender: Gender
    license: _Text
    engine: Literal["kokoro"] = "kokoro"
    accent: _Text = "unknown"
    age: _Text = "adult"
    narrator: bool = False
    reserve: bool = False
    settings: Mapping[str, str | int | float] = {}
    ear: tuple[float, ...] = ()
    grade: str = ""


@dataclass(frozen=True, slots=True)
class OtherModel:
    """A model with its voices."""

    weights: Path
    voices: tuple[Voice, ...]
    tables: Path | None
    """The folder with the style tables of its voices; None if it brings no voices."""


def find_model(model: str) -> OtherModel:
    """Return a model, which is downloaded if it is on Hugging Face and not yet in the cache.

    Args:
        model: A path that ends in ``.onnx``, the path of a folder, or a name on Hugging Face (see :func:`hub.locate`).

    Raises:
        EngineError: There is no such model, or its ``voices.toml`` is wrong.
        UsageError: Its ``voices.toml`` is not TOML.
    """
    if model.endswith(".onnx"):
        return OtherModel(hub.locate(model), (), None)
    folder = Path(model)
    if folder.is_dir():
        weights = hub.locate(str(folder / "onnx" / "model.onnx"))
        listed = folder / VOICES
        return _with_voices(weights, listed if listed.is_file() else None)
    weights, name = hub.locate(model), model.partition(":")[0]
    found = _with_voices(weights, hub.locate_optional(name, VOICES))
    for style in {style for voice in found.voices for style in styles.names_in(_style(voice))}:
        hub.locate_optional(name, f"{TABLES}/{style}{styles.RAW}")
    return found


def _with_voices(weights: Path, listed: Path | None) -> OtherModel:
    if listed is None:
        return OtherModel(weights, (), None)
    tables = read_toml(listed)
    entries = tables.pop("voice", None)
    if tables or not isinstance(entries, list) or not entries:
        raise EngineError(f"Cannot read {listed}: it must hold one or more [[voice]] tables and nothing else.")
    voices = []
    for number, entry in enumerate(entries, start=1):
        failing = f"Cannot read {listed}: voice {number}"
        fields = msgspec.structs.asdict(convert(_Entry, entry, failing=failing, error=EngineError, is_closed=True))
        voices.append(Voice(**fields))
    return OtherModel(weights, tuple(voices), listed.parent / TABLES)


def _style(voice: Voice) -> str:
    return str(voice.settings.get("style", voice.id))
