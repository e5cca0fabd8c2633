"""What else the rooms can do: suggest entries for a lexicon, check an edition, write a feed."""

from __future__ import annotations

import logging
import os
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Final

from narrate.batch.attribution import attribute_lines
from narrate.config import NotifyConfig, Settings, as_config
from narrate.delivery.cover import plain_cover
from narrate.delivery.feed import FEED, FEED_COVER, Channel, feed_xml, find_episodes, is_undated
from narrate.edition.paths import SCRIPT_ENDING
from narrate.engines.kokoro import KokoroEngine
from narrate.errors import SourceError, UsageError
from narrate.listening import hear, hear_opening
from narrate.listening.hearing import Hearing
from narrate.pipeline import produce
from narrate.preparing import lexicon_of, roster
from narrate.readers import read_text
from narrate.readers.source import Source, open_source
from narrate.script import hand_to_narrator
from narrate.script.document import SavedScript
from narrate.script.lines import write_lines
from narrate.speakable import suggestions
from narrate.stats import BINS, Statistics, statistics
from narrate.stats.plot import Panel, png, svg
from narrate.storage import write_files, write_text
from narrate.verify import Finding, verify
from narrate.verify.podcast import feed_faults

log = logging.getLogger(__name__)

OPENING_S: Final = 10.0
"""The disclaimer is said in less."""
SAMPLE: Final = "This voice reads the news aloud. Would you listen to it for twenty minutes?"
LONGEST_MIN: Final = 10
"""Editions that last longer share a bar in plots."""


def attribute_file(source: Path, output: Path | None = None) -> Iterator[str]:
    """Attribute the articles of a JSON-lines file, on all cores, and yield a line for each (see ``attribute_lines``).

    With ``output`` the lines are written there, once all are there, and none is yielded. Raises a ``NarrateError``
    that names the line or the article if one cannot be read or attributed.
    """
    try:
        with (
            source.open(encoding="utf-8-sig") as lines,
            closing(attribute_lines(lines)) as answers,
        ):
            if output is None:
                yield from answers
            else:
                write_text(output, (f"{answer}\n" for answer in answers))
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(f"Cannot read {source}: {error}.") from error


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


def verify_edition(edition: str | os.PathLike[str]) -> tuple[Finding, ...]:
    """Read a finished edition back, by the path of its MP3, and check what it promises. Raises ``SourceError``."""
    return verify(Path(edition), transcribe=lambda mp3: hear_opening(mp3, language="en", until_s=OPENING_S))


def listen(edition: str | os.PathLike[str], *, config: Settings = None) -> Hearing:
    """Transcribe a finished edition, and compare what is heard with its script: was it said right?

    ``edition`` is the MP3 or its script document, which lie beside each other. Needs the extra ``check``; raises
    ``EngineError`` if that is missing, ``SourceError`` if one of the files is.
    """
    config, path = as_config(config), Path(edition)
    stem = path.with_name(path.name.removesuffix(SCRIPT_ENDING)) if path.name.endswith(SCRIPT_ENDING) else path
    mp3, script_file = stem.with_suffix(".mp3"), stem.with_suffix(SCRIPT_ENDING)
    saved = open_source(script_file, config=config)
    if not isinstance(saved, SavedScript):
        raise SourceError(f"{script_file} is no script document.")
    script = hand_to_narrator(
        saved.script,
        fragment_words=config.script.fragment_words,
        min_confidence=config.attribution.min_confidence,
    )
    return hear(mp3, write_lines(script), names=script.names, language=script.article.language)


def write_feed(folder: str | os.PathLike[str], *, config: Settings = None) -> tuple[Path, list[str]]:
    """Write ``feed.xml`` over the editions in ``folder``; return its path, and what is wrong with those left out.

    Where the configuration names no picture a plain one is written beside it, ``feed.jpg``. Editions of articles
    without a date are warned of. Raises ``UsageError`` if the configuration does not say what a feed needs, or what
    directories would refuse, or there is no such folder.
    """
    settings = as_config(config).feed
    for key in ("title", "link", "description", "base_url"):
        if not getattr(settings, key):
            raise UsageError(f"A feed needs feed.{key}: set it in a configuration, and name that with --config.")
    if not Path(folder).is_dir():
        raise UsageError(f"There is no folder {folder}.")
    channel = Channel(**asdict(settings))
    if faults := feed_faults(feed_xml(channel, [])):
        raise UsageError(f"Podcast directories would refuse this feed: {'; '.join(faults)}. See [feed].")
    found, troubles = find_episodes(Path(folder))
    episodes = []
    for episode in found:
        if faults := feed_faults(feed_xml(channel, [episode])):
            troubles.append(f"{episode.files['mp3']['name']}: directories would refuse it: {'; '.join(faults)}.")
        else:
            episodes.append(episode)
    for episode in filter(is_undated, episodes):
        name = episode.files["mp3"]["name"]
        log.warning("the article of %s has no date: the feed has it as of %s", name, f"{episode.published:%d %B %Y}")
    texts = {Path(folder) / FEED: feed_xml(channel, episodes)}
    if not settings.image:
        texts[Path(folder) / FEED_COVER] = plain_cover(settings.title, settings.author)[0]
    write_files(texts)
    return Path(folder) / FEED, troubles


def edition_statistics(folder: str | os.PathLike[str]) -> tuple[Statistics, list[str]]:
    """Sums over the editions in ``folder`` and below, and what is wrong with those left out.

    Raises ``SourceError`` if there is no such folder, or no edition in it.
    """
    if not Path(folder).is_dir():
        raise SourceError(f"There is no folder {folder}.")
    sums, troubles = statistics(Path(folder))
    if not sums.editions and not troubles:
        raise SourceError(f"There is no edition in {folder}.")
    return sums, troubles


def plot_statistics(sums: Statistics, path: str | os.PathLike[str], *, heading: str) -> None:
    """Draw the sums, as SVG or PNG by the ending of ``path``. Raises ``UsageError`` for another, ``DeliveryError``."""
    path = Path(path)
    tenths = tuple(f"{number / BINS:g}" for number in range(BINS))
    minutes = Counter(min(int(length), LONGEST_MIN) for length in sums.lengths_min)
    panels = (
        Panel("Quotations by confidence, from", tenths, sums.confidence),
        Panel(
            "Editions by whole minutes",
            tuple(f"{n}+" if n == LONGEST_MIN else str(n) for n in range(LONGEST_MIN + 1)),
            tuple(minutes[n] for n in range(LONGEST_MIN + 1)),
        ),
        Panel(
            "Processor seconds by stage",
            tuple(sums.timings),
            tuple(timing.cpu_s for timing in sums.timings.values()),
        ),
    )
    if path.suffix.lower() == ".svg":
        write_text(path, [svg(heading, panels)])
    elif path.suffix.lower() == ".png":
        write_files({path: png(heading, panels)})
    else:
        raise UsageError(f"A plot is an .svg or a .png file, not {path}.")
