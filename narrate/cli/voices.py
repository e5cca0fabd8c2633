"""The command ``narrate voices``."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from narrate.cli._app import command
from narrate.cli._messages import print_exact
from narrate.cli._options import ConfigOption, EngineOption, load_settings
from narrate.cli._reports import table
from narrate.errors import UsageError

if TYPE_CHECKING:
    from narrate.config import Config
    from narrate.types import Voice

SAMPLE: Final = "This voice reads the news aloud. Would you listen to it for twenty minutes?"  # what ``--try`` speaks


@command(example="narrate voices --try arthur --output samples/")
def voices(
    try_voice: Annotated[
        str | None, typer.Option("--try", metavar="ID", help="Speak a sentence with this voice.")
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="DIR|FILE", help="Where --try writes its MP3. [default: output]"),
    ] = None,
    config: ConfigOption = None,
    engine: EngineOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the roster as JSON.")] = False,
) -> None:
    """List the voices that may be cast, or try one."""
    from narrate.edition.plan import roster

    settings = load_settings(config, engine=engine)
    if try_voice:
        print_exact(speak_sample(try_voice, output=output, config=settings))
        return
    listed = roster(settings)
    if as_json:
        print(json.dumps([_roster_entry(voice) for voice in listed], ensure_ascii=False, indent=1))
    else:
        rows = [[v.id, v.name, v.engine, v.language, v.gender, v.accent, v.age] for v in listed]
        print(table(["Voice", "Name", "Engine", "Language", "Gender", "Accent", "Age"], rows), end="")


def speak_sample(voice_id: str, *, output: Path | None, config: Config) -> str:
    """Make a small edition with one voice of the roster, and return the address of its MP3."""
    from narrate.config import NotifyConfig
    from narrate.edition.plan import roster
    from narrate.pipeline import produce
    from narrate.readers import read_text

    voice = next((voice for voice in roster(config) if voice.id == voice_id), None)
    if voice is None:
        raise UsageError(f"Unknown voice '{voice_id}'. Run 'narrate voices' for a list.")
    config = replace(
        config,
        synthesis=replace(config.synthesis, engine=voice.engine),
        casting=replace(config.casting, narrator=voice.id, pins={}),
        notify=NotifyConfig(),
    )
    article = replace(read_text(SAMPLE), title=f"Voice {voice.id}")
    return produce(article, output=output, config=config).address


def _roster_entry(voice: Voice) -> dict[str, Any]:
    """Return the fields of ``voice`` by the keys of a roster."""
    return {"licence" if key == "license" else key: value for key, value in asdict(voice).items()}
