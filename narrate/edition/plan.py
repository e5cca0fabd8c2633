"""What is planned for an edition before its first sound: the script, who says what, and with which voice."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, NoReturn

from narrate.casting import first_pins, load_roster, roster_file
from narrate.config import AUTO, Config
from narrate.edition.previous import PreviousEdition
from narrate.engines import Choice, Engine, choose_engine, get_engine, guest_voice, voices_in
from narrate.errors import SourceError, UsageError, suggestion
from narrate.languages import ENGLISH, disclaimer_for
from narrate.languages.codes import language_name
from narrate.script import hand_to_narrator, open_with_disclaimer
from narrate.script.document import SavedScript, dump_script, is_edited, load_script
from narrate.script.review import carry_review, is_uncertain
from narrate.types import Article, Cast, Script, Voice

_FIXED: Final = (
    *("title", "byline", "language", "published", "source", "text", "headline", "outlet", "image", "readings"),
)
"""Fields of an article that an editor does not change in a script."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A script that is cast and ready to be spoken."""

    script: Script
    cast: Cast
    engine: str
    """Name of the engine that speaks. Voices of other engines may be in the cast as guests."""
    engine_reason: str
    """Why it is that engine."""
    below_threshold: tuple[int, ...]
    """Indices of the quotations that the narrator reads because their confidence is below the threshold."""
    warnings: tuple[str, ...]
    replaces_other_article: bool = False
    """Whether the edition on disk is of another article."""
    is_edited: bool = False
    """Whether it is that of a script document in the place of the edition's, which an editor has changed."""

    @property
    def voices_by_name(self) -> Mapping[str, Voice]:
        """Name of each speaker -> voice."""
        return {self.script.names[speaker]: voice for speaker, voice in self.cast.voices.items()}

    @property
    def engines(self) -> tuple[str, ...]:
        """Names of the engines that speak: the chosen one, and those of the guests in the cast."""
        return tuple(dict.fromkeys((self.engine, *sorted(voice.engine for voice in self.cast.voices.values()))))

    @property
    def disclaimer(self) -> str:
        """The sentence that the edition opens with."""
        return self.script.segments[0].text

    def document(self, *, is_edited: bool = False) -> str:
        """Return the script document, JSON. ``is_edited`` says whether an editor has changed the script."""
        return dump_script(self.script, self.cast, engine=self.engine, is_edited=is_edited or self.is_edited)


def engine_for(
    saved: SavedScript | None, config: Config, parse: Callable[[], Article], previous: PreviousEdition | None = None
) -> Choice:
    """Choose the engine that is named, or the one that the script was cast for, or the best for the language.

    Args:
        saved: The script document, if the source is one.
        config: The configuration.
        parse: Returns the article. It is called only if nothing else shows the language.
        previous: The edition on disk, which shows the language without parsing.
    """
    if config.synthesis.engine != AUTO:
        return choose_engine(config.synthesis.engine, None)
    if saved:
        language = saved.script.article.language
    elif previous and not config.reading.language:
        language = previous.manifest.article.language
    else:
        language = config.reading.language or parse().language
    return choose_engine(None, saved.engine if saved else None, language, config.synthesis.model)


def roster(config: Config, engine: str | None = None, language: str = ENGLISH.code) -> tuple[Voice, ...]:
    """Return the voices that may be cast for an article.

    Args:
        config: The configuration.
        engine: The engine; None for the configured one.
        language: The article's language, a BCP 47 tag.

    Returns:
        Those of the configured roster, or else those that the configured model brings, or else those of the roster for
        the language, or else the engine's own. If the engine is chosen automatically, those of all engines that speak.

    Raises:
        UsageError: The roster cannot be read, or there is no voice for the engine and the language.
    """
    return _with_weights(config, _listed(config, engine or config.synthesis.engine, language))


def _with_weights(config: Config, voices: tuple[Voice, ...]) -> tuple[Voice, ...]:
    """Return the voices, those of students with the weights that the configuration names."""
    weights = config.engines.paradee
    students = [voice.id for voice in voices if voice.engine == "paradee"]
    if students and (unknown := next((id_ for id_ in weights if id_ not in students), None)):
        hint = suggestion(unknown, students)
        raise UsageError(f"'engines.paradee' names '{unknown}', which is no voice of that engine. {hint}")
    return tuple(
        replace(voice, settings={**voice.settings, "model": weights[voice.id]})
        if voice.engine == "paradee" and voice.id in weights
        else voice
        for voice in voices
    )


def _listed(config: Config, named: str, language: str) -> tuple[Voice, ...]:
    """Return the voices of :func:`roster` as they are listed."""
    if named == AUTO:
        path = _roster_path(config, language)
        speaking = voices_in(language, (voice for voice in load_roster(path) if voice.engine != "silent"))
        if not speaking:
            raise UsageError(
                f"The roster {path} lists no voice for {language_name(language)}. Choose another language or roster."
            )
        return speaking
    own = get_engine(named)
    speaks_any = not own.languages()
    path = _roster_path(config, ENGLISH.code if speaks_any else language)
    voices = tuple(voice for voice in load_roster(path) if voice.engine == own.name)
    if config.casting.roster and not voices:
        raise UsageError(f"The roster {path} (casting.roster) lists no voice for engine '{own.name}'.")
    if speaks_any:
        return voices or tuple(own.voices())
    brought = _model_voices(config, own, language)
    found = voices_in(language, voices) if config.casting.roster else brought or voices_in(language, voices)
    return found or voices_in(language, own.voices()) or _no_voice(own, language)


def guests(config: Config, engine: str, language: str, voice_ids: Iterable[str]) -> tuple[Voice, ...]:
    """Return the voices of the other engines that are named: a voice of another engine is named as ``ENGINE:ID``.

    Args:
        config: The configuration.
        engine: The engine that speaks.
        language: The article's language, a BCP 47 tag.
        voice_ids: The ids under which voices are asked for.

    Returns:
        All voices of each of these engines, with such ids. They are cast for those only who are given one by name.

    Raises:
        UsageError: There is no such engine, or it has no voice for the language.
    """
    own = {voice.id.casefold() for voice in roster(config, engine, language)}
    others = (voice_id for voice_id in voice_ids if ":" in voice_id and voice_id.casefold() not in own)
    named = {voice_id.partition(":")[0].strip() for voice_id in others}
    return tuple(guest_voice(voice) for name in sorted(named - {engine}) for voice in roster(config, name, language))


def castable(config: Config, plan: Plan) -> tuple[Voice, ...]:
    """Return the voices that an editor may cast in a plan: those of the roster, and the guests that it has."""
    found = roster(config, plan.engine, plan.script.article.language)
    return (*found, *(voice for voice in plan.cast.voices.values() if voice.engine != plan.engine))


def _roster_path(config: Config, language: str) -> Path:
    return Path(config.casting.roster) if config.casting.roster else roster_file(language)


def _model_voices(config: Config, engine: Engine, language: str) -> tuple[Voice, ...]:
    """Return the voices for a language that the configured model brings."""
    if not config.synthesis.model:
        return ()
    return voices_in(language, get_engine(engine.name, config.synthesis.model).model_voices())


def _no_voice(engine: Engine, language: str) -> NoReturn:
    names = sorted({language_name(tag) for tag in engine.languages()})
    raise UsageError(
        f"Cannot speak {language_name(language)}: engine '{engine.name}' has voices for {', '.join(names)} only. "
        "Choose another engine, such as --engine pyttsx3, or leave out --engine."
    )


def narrated(script: Script, config: Config) -> Script:
    """Return the script with the disclaimer in front, and with what the narrator reads given to the narrator."""
    script = hand_to_narrator(
        script, fragment_words=config.script.fragment_words, min_confidence=config.attribution.min_confidence
    )
    return open_with_disclaimer(script, disclaimer_for(script.article.language, config.script.disclaimer))


def pinned_voices(
    article: Article, saved: SavedScript | None, engine: str, config: Config
) -> tuple[Mapping[str, str], tuple[str, ...]]:
    """Return the voices that are pinned by name, and warnings.

    The first pin of a speaker counts: the script document's, then the configuration's, then the article's.
    """
    pins = first_pins(config.casting.pins, article.cast)
    if saved is None:
        return pins, ()
    if saved.engine != engine:
        problem = f"The script was cast for engine '{saved.engine}'; its voices were cast anew for '{engine}'."
        return pins, (*saved.slips, problem)
    return first_pins(saved.voices, pins), saved.slips


def build_plan(script: Script, cast: Cast, choice: Choice, *, config: Config, warnings: tuple[str, ...]) -> Plan:
    """Return the plan of a ``narrated`` script."""
    threshold = config.attribution.min_confidence
    below = tuple(s.index for s in script.segments if is_uncertain(s, min_confidence=threshold) and not s.checked)
    return Plan(script, cast, choice.name, choice.reason, below, warnings)


def read_script(path: Path) -> SavedScript | None:
    """Return the script document at ``path``; None if it cannot be read, or is a symbolic link."""
    document = _read_document(path)
    return document[1] if document else None


def edited_script(path: Path | None, article: Article) -> SavedScript | None:
    """Return the script document at ``path`` if an editor has changed it, and ``article`` has not changed since."""
    document = _read_document(path) if path else None
    if document is None:
        return None
    text, saved = document
    return saved if is_edited(text) and not _has_changed(article, saved) else None


def _read_document(path: Path) -> tuple[str, SavedScript] | None:
    """Return the text of a script document and what it says; None as for :func:`read_script`."""
    if path.is_symlink():
        return None
    try:
        text = path.read_text("utf-8")
        return text, load_script(text, name=str(path))
    except (OSError, UnicodeDecodeError, SourceError):
        return None


def _has_changed(article: Article, saved: SavedScript) -> bool:
    """Return whether the article differs in more than what an editor may change in a script."""
    before = saved.script.article
    return (
        any(getattr(before, name) != getattr(article, name) for name in _FIXED)
        or not {*before.skipped} <= {*article.skipped}
        or not article.lexicon.items() <= before.lexicon.items()
        or dict(article.cast) != dict(before.cast)
    )


def reviewed(script: Script, path: Path | None) -> Script:
    """Return the script with what an editor has checked in the script document at ``path``, where it still holds."""
    saved = read_script(path) if path else None
    return carry_review(script, saved.script) if saved else script


def saved_plan(
    previous: PreviousEdition,
    source: SavedScript | Path,
    voices: Mapping[str, Voice],
    *,
    choice: Choice,
    config: Config,
) -> Plan | None:
    """Return the plan that the edition on disk was made from.

    Args:
        previous: The edition on disk.
        source: Its script, or the file of its script document.
        voices: Its cast: speaker's name -> voice.
        choice: The engine that speaks, and why.
        config: The configuration.

    Returns:
        The plan; None if the script document cannot be read.
    """
    saved = read_script(source) if isinstance(source, Path) else source
    if saved is None:
        return None
    script = narrated(saved.script, config)
    ids = {name: speaker_id for speaker_id, name in script.names.items()}
    cast = Cast(
        {ids[name]: voice for name, voice in voices.items()},
        {ids[name]: reason for name, (_, reason) in previous.voices.items()},
    )
    return build_plan(script, cast, choice, config=config, warnings=previous.manifest.warnings)
