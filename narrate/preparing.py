"""Everything before the first sound: who says what, with which voice."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from narrate.attribution import attribute
from narrate.casting import cast_voices, load_people, load_roster, voices_folder
from narrate.config import AUTO, Config
from narrate.edition.paths import backup_path
from narrate.edition.previous import PreviousEdition
from narrate.engines import Choice, choose_engine, get_engine
from narrate.errors import UsageError
from narrate.script import hand_to_narrator, write_script
from narrate.script.disclaimer import open_with_disclaimer
from narrate.script.document import SavedScript, corrections_in, dump_script, is_edited
from narrate.speakable.lexicon import lexicon_for
from narrate.stats.timings import StageTimer
from narrate.storage import write_files, write_text
from narrate.types import Article, Cast, PronunciationLexicon, Script, Voice


@dataclass(frozen=True, slots=True)
class Prepared:
    """A script that is cast and ready to be spoken."""

    script: Script
    cast: Cast
    engine: str
    engine_reason: str
    """Why it is that engine."""
    below_threshold: tuple[int, ...]
    """Indices of the quotations that the narrator reads because their speaker is less sure than the threshold."""
    warnings: tuple[str, ...]

    def document(self) -> str:
        """The script document, JSON."""
        return dump_script(self.script, self.cast, engine=self.engine)


def prepare_opened(
    opened: Article | SavedScript, config: Config, former: PreviousEdition | None, watch: StageTimer
) -> Prepared:
    """Segment, attribute and cast. The people of the ``former`` edition keep their voices."""
    threshold = config.attribution.min_confidence
    with watch.stage("attribute"):
        script = opened.script if isinstance(opened, SavedScript) else attribute(write_script(opened))
        script = hand_to_narrator(script, fragment_words=config.script.fragment_words, min_confidence=threshold)
        script = open_with_disclaimer(script, config.script.disclaimer)
    choice = engine_for(config, opened)
    engine = choice.name
    config = replace(config, synthesis=replace(config.synthesis, engine=engine))
    pins, warnings = _pins(script.article, config, opened, engine)
    with watch.stage("cast"):
        cast = cast_voices(
            script,
            roster(config),
            pins=pins,
            narrator=config.casting.narrator,
            people=load_people(Path(config.casting.people), engine) if config.casting.people else None,
            previous=former.voices if former and former.manifest.engine == engine else None,
        )
    return Prepared(
        script=script,
        cast=cast,
        engine=engine,
        engine_reason=choice.reason,
        below_threshold=tuple(
            segment.index
            for segment in script.segments
            if segment.kind == "quotation" and segment.confidence < threshold
        ),
        warnings=(*script.article.warnings, *script.warnings, *cast.warnings, *warnings),
    )


def save_script(prepared: Prepared, path: str | os.PathLike[str]) -> tuple[str, ...]:
    """Write the script document to ``path``, whole or not at all, and return warnings, as :func:`back_up_script` does.

    Raises ``DeliveryError``.
    """
    told = back_up_script(prepared, Path(path))
    write_text(Path(path), [prepared.document()])
    return told


def back_up_script(prepared: Prepared, script_file: Path) -> tuple[str, ...]:
    """Keep a copy of a script that was corrected by hand, if the one that is about to take its place knows nothing of
    that; return what to tell about it. Raises ``DeliveryError``."""
    if not script_file.is_file():
        return ()
    data, document = script_file.read_bytes(), prepared.document()
    text = data.decode(errors="replace")
    if not text.strip() or text == document:
        return ()
    if not is_edited(text) and corrections_in(text) <= corrections_in(document):
        return ()
    kept = backup_path(script_file, data)
    write_files({kept: data})
    return (f"{script_file} had been corrected by hand, which is not in this one; it is kept as {kept}.",)


def lexicon_of(article: Article, config: Config) -> PronunciationLexicon:
    """How words are to be said: as the article says, or its desk, or the lexicon that comes with Narrate."""
    desk = Path(config.speakable.lexicon) if config.speakable.lexicon else None
    return lexicon_for(article.lexicon, desk=desk, house=voices_folder() / "lexicon.toml")


def roster(config: Config) -> tuple[Voice, ...]:
    """The voices that may be cast: those of the configured engine, or, where it is ``auto``, of all that speak."""
    path = Path(config.casting.roster) if config.casting.roster else voices_folder() / "roster.toml"
    listed = load_roster(path)
    if config.synthesis.engine == AUTO:
        return tuple(voice for voice in listed if voice.engine != "silent")
    engine = get_engine(config.synthesis.engine)
    voices = tuple(voice for voice in listed if voice.engine == engine.name)
    if not voices and config.casting.roster:
        raise UsageError(f"The roster {path} (casting.roster) lists no voice for engine '{engine.name}'.")
    return voices or tuple(engine.voices())


def engine_for(config: Config, opened: Article | SavedScript) -> Choice:
    """The engine that speaks: the one that is named, or else the script was cast for, or else the best installed."""
    named = config.synthesis.engine
    cast_for = opened.engine if isinstance(opened, SavedScript) else None
    return choose_engine(None if named == AUTO else named, cast_for)


def _pins(
    article: Article, config: Config, opened: Article | SavedScript, engine: str
) -> tuple[Mapping[str, str], tuple[str, ...]]:
    """Voices pinned by name, and warnings. The first pin of a speaker counts: the script document's, then the
    configuration's, then the article's own."""
    pins = _first_wins(config.casting.pins, article.cast)
    if not isinstance(opened, SavedScript):
        return pins, ()
    if opened.engine != engine:
        return pins, (f"The script was cast for engine '{opened.engine}'; its voices were cast anew for '{engine}'.",)
    return _first_wins(opened.voices, pins), ()


def _first_wins(first: Mapping[str, str], second: Mapping[str, str]) -> Mapping[str, str]:
    return {**first, **{name: voice for name, voice in second.items() if name not in first}}
