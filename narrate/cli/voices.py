"""The command ``narrate voices``."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import nullcontext, suppress
from dataclasses import asdict, replace
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from narrate.cli._app import command
from narrate.cli._messages import print_exact, say
from narrate.cli._options import ConfigOption, EngineOption, load_settings
from narrate.cli._reports import table
from narrate.config import AUTO
from narrate.errors import UsageError

if TYPE_CHECKING:
    from narrate.config import Config
    from narrate.types import Voice


@command(example="narrate voices --try emma --output samples/")
def voices(
    try_voice: Annotated[
        str | None, typer.Option("--try", metavar="ID", help="Speak a sentence with this voice.")
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="DIR|FILE", help="Where --try writes its MP3. [default: output]"),
    ] = None,
    language: Annotated[
        str | None, typer.Option("--language", metavar="TAG", help="Only the voices for this language, such as fr.")
    ] = None,
    config: ConfigOption = None,
    engine: EngineOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the voices as JSON, those of all engines.")] = False,
) -> None:
    """List the voices that may be cast, or try one.

    Without --engine, lists the voices of the engine that would be chosen for each language. --try takes any voice.
    """
    settings = load_settings(config, engine=engine)
    rosters = voices_by_roster(settings, language)
    if try_voice:
        print_exact(speak_sample(try_voice, rosters, output=output, config=settings))
        return
    listed = [voice for voices in rosters.values() for voice in voices]
    if as_json:
        print(json.dumps([_roster_entry(voice) for voice in listed], ensure_ascii=False, indent=1))
        return
    shown = _chosen(rosters, settings) or listed
    rows = [[v.id, v.name, v.engine, v.language, v.gender, v.accent, v.age] for v in shown]
    print(table(["Voice", "Name", "Engine", "Language", "Gender", "Accent", "Age"], rows, whole="Voice"), end="")
    others = Counter(voice.engine for voice in listed if voice not in shown)
    if others:
        counts = ", ".join(f"{count} of {name}" for name, count in others.items())
        say(
            f"Not listed: voices of engines that are chosen only if you name them: {counts}. Use --engine to list them."
        )


def _chosen(rosters: Mapping[str, Sequence[Voice]], config: Config) -> list[Voice]:
    """Return the voices of the engine that would be chosen for each language, or was named."""
    from narrate.engines import choose_engine

    if config.synthesis.engine != AUTO:
        return [voice for voices in rosters.values() for voice in voices]
    engines = {tag: choose_engine(None, None, tag, config.synthesis.model).name for tag in rosters}
    return [voice for tag, voices in rosters.items() for voice in voices if voice.engine == engines[tag]]


def voices_by_roster(config: Config, language: str | None) -> dict[str, list[Voice]]:
    """Return the voices of each roster by the tag of its language, each voice once.

    Args:
        config: The configuration.
        language: The language of the only roster that is wanted, or None for all of them.

    Raises:
        UsageError: There is no voice for the engine and the language.
    """
    from narrate.casting import roster_file, roster_files
    from narrate.edition.plan import roster

    files = roster_files()
    if language is not None:
        tag = next((tag for tag, file in files.items() if file == roster_file(language)), language)
        return {tag: list(roster(config, language=language))}
    rosters: dict[str, list[Voice]] = {}
    known = set()
    for tag in files:
        rosters[tag] = []
        with suppress(UsageError) if tag != next(iter(files)) else nullcontext():  # the engine may lack the language
            for voice in roster(config, language=tag):
                if (voice.engine, voice.id) not in known:
                    rosters[tag].append(voice)
                known.add((voice.engine, voice.id))
    return rosters


def speak_sample(voice_id: str, rosters: Mapping[str, Sequence[Voice]], *, output: Path | None, config: Config) -> str:
    """Make a small edition with one voice of the rosters, in its language, and return the address of its MP3."""
    from narrate.casting import sample_of
    from narrate.config import NotifyConfig
    from narrate.engines import guest_voice
    from narrate.pipeline import produce
    from narrate.readers import read_text

    listed = [(tag, voice) for tag, voices in rosters.items() for voice in voices]
    found = [(tag, voice) for tag, voice in listed if voice_id in (voice.id, guest_voice(voice).id)]
    if not found:
        close = get_close_matches(voice_id.casefold(), [voice.id for _, voice in listed], n=1)
        hint = f"Did you mean '{close[0]}'?" if close else "Run 'narrate voices' for a list."
        raise UsageError(f"Unknown voice '{voice_id}'. {hint}")
    tag, voice = found[0]
    config = replace(
        config,
        synthesis=replace(config.synthesis, engine=voice.engine),
        casting=replace(config.casting, narrator=voice.id, pins={}),
        notify=NotifyConfig(),
    )
    article = replace(read_text(sample_of(tag), language=tag), title=f"Voice {voice.id}")
    return produce(article, output=output, config=config).address


def _roster_entry(voice: Voice) -> dict[str, Any]:
    """Return the fields of ``voice`` by the keys of a roster."""
    return {"licence" if key == "license" else key: value for key, value in asdict(voice).items()}
