"""Attribute a file of articles, suggest entries for a lexicon, try out a voice."""

from __future__ import annotations

import os
from dataclasses import replace
from functools import partial
from typing import Final

from narrate.config import NotifyConfig, Settings, as_config
from narrate.engines.kokoro import KokoroEngine
from narrate.errors import UsageError
from narrate.pipeline import produce
from narrate.preparing import lexicon_of, roster
from narrate.readers import read_text
from narrate.readers.source import Source, open_source
from narrate.script.document import SavedScript
from narrate.speakable import suggestions

SAMPLE: Final = "This voice reads the news aloud. Would you listen to it for twenty minutes?"


def suggest_entries(source: Source, *, config: Settings = None) -> tuple[tuple[str, int], ...]:
    """The names of an article that no dictionary and no lexicon can say, with how often each comes, most often first.

    Raises ``EngineError`` if the extra ``neural`` is missing, whose dictionaries are asked; else as :func:`prepare`.
    """
    config = as_config(config)
    opened = open_source(source, config=config)
    article = opened.script.article if isinstance(opened, SavedScript) else opened
    unsure = partial(KokoroEngine().unsure, british=article.language.lower() == "en-gb")
    return suggestions.suggest_entries(article, lexicon_of(article, config), unsure)


def try_out(voice_id: str, *, output: str | os.PathLike[str] | None = None, config: Settings = None) -> str:
    """Render a sentence with a voice, as a small edition, and return the address of its MP3."""
    config = as_config(config)
    voice = next((voice for voice in roster(config) if voice.id == voice_id), None)
    if voice is None:
        raise UsageError(f"There is no voice '{voice_id}'. See: narrate voices")
    config = replace(
        config,
        synthesis=replace(config.synthesis, engine=voice.engine),
        casting=replace(config.casting, narrator=voice.id, pins={}),
        notify=NotifyConfig(),
    )
    article = read_text(SAMPLE)
    return produce(replace(article, title=f"Voice {voice.id}"), output=output, config=config).address
