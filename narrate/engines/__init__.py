"""Engines: the protocol that they follow, and how to find one by name."""

from __future__ import annotations

import difflib
import sys
from abc import abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Final, Protocol, runtime_checkable

from narrate.errors import EngineError, UsageError
from narrate.languages.codes import language_code, language_name
from narrate.types import Audio, Voice

__all__ = [
    "AUTOMATIC", "DRAFT", "Choice", "Engine", "audible", "checked_settings", "choose_engine", "engine_names",
    "get_engine", "guest_voice", "own_voice", "speaks", "voices_in",
]  # fmt: skip

GROUP: Final = "narrate.engines"  # entry-point group under which every engine registers, built in or third party
AUTOMATIC: Final = ("kokoro", "pyttsx3")  # what speaks by default, the best first; the last is always installed
DRAFT: Final = AUTOMATIC[-1]  # the engine for drafts: it speaks much faster than it is heard
INAUDIBLE: Final = frozenset(("narrator", "ear", "grade", "license"))  # fields of a voice that matter for casting alone


@runtime_checkable
class Engine(Protocol):
    """What speaks: everything that Narrate asks of an engine is on this page.

    An engine is made without arguments, and is cheap to make; heavy work belongs into :meth:`load`. It runs in worker
    processes of its own (see :mod:`narrate.engines.worker`), one line at a time. A class that derives from this one
    must define ``name``, :meth:`voices` and :meth:`synthesize`; the rest has defaults. A class that does not derive
    from it must define everything.
    """

    name: str
    """The name of its entry point."""
    fresh_process: bool = False
    """Whether every line must be spoken in a process that has spoken nothing before."""
    shares_memory: bool = False
    """Whether workers may be forked from a process that has loaded it, and so share the memory of what it loaded. Then
    :meth:`load` must not start threads that it needs later if each line has one thread. Not with ``fresh_process``."""
    reads_ipa: bool = False
    """Whether it reads words that are marked with their sound, as in ``[Bakhmut](/bˈɑxmʊt/)``. Other engines never get
    such marks."""

    @abstractmethod
    def voices(self) -> Sequence[Voice]:
        """Return the engine's own voices, which are cast if the roster lists none for it."""

    def model_voices(self) -> Sequence[Voice]:
        """Return the voices that its present model brings (see :meth:`use`), which are cast before those of the roster.

        By default there are none.
        """
        return ()

    def languages(self) -> Sequence[str]:
        """Return the languages for which it has voices, as BCP 47 tags; none if it speaks any language.

        By default these are the languages of its voices. Must be cheap.
        """
        return tuple(sorted({voice.language for voice in (*self.model_voices(), *self.voices())}))

    @abstractmethod
    def synthesize(self, text: str, voice: Voice) -> Audio:
        """Speak a sentence or less. The same text and voice always give the same samples.

        Args:
            text: What to say, in words, perhaps with marks of sound (see ``reads_ipa``).
            voice: One of :meth:`voices` or :meth:`model_voices`, or of the roster's entries for this engine. The text
                is in its language.

        Returns:
            The sound. An engine that knows when it says which word adds ``timings``, whose offsets count the
            characters of ``text`` without its marks of sound.

        Raises:
            EngineError: It cannot speak the text. It never returns another voice or an empty take instead.
        """

    def read(self, text: str, voice: Voice) -> Any:  # noqa: ARG002
        """Return the pronunciation of a text, as a value for JSON, by which a worker can speak it.

        It is called in the process that makes the edition, by several threads at once, and only for takes that are not
        cached. What it needs is loaded once, and not in every worker. By default it returns None, and the workers get
        the text for :meth:`synthesize`.

        Args:
            text: As for :meth:`synthesize`.
            voice: As for :meth:`synthesize`.

        Raises:
            EngineError: It cannot read the text.
        """
        return None

    def speak(self, reading: Any, voice: Voice) -> Audio:
        """Speak a text by what :meth:`read` returned for it. The samples are those that :meth:`synthesize` returns.

        Args:
            reading: What :meth:`read` returned, after a way through JSON: tuples have become lists.
            voice: The voice for which it was read.

        Raises:
            EngineError: As for :meth:`synthesize`.
        """
        raise EngineError(f"Engine '{self.name}' cannot speak the reading {reading!r} with voice '{voice.id}'.")

    def load(self) -> None:
        """Get ready to speak. By default there is nothing to do.

        Raises:
            EngineError: Something is missing; the message says how to install it.
        """
        return

    def prepare(self) -> None:
        """Do once what all its processes need, such as fetching a file. By default there is nothing to do.

        It is called before worker processes start, in the process that starts them, whose warnings people see and
        which has no time limit. An ``EngineError`` is ignored, as :meth:`load` then raises it.
        """
        return

    def is_prepared(self) -> bool:
        """Return whether :meth:`prepare` has nothing left to do (the default). Must be cheap."""
        return True

    def absence(self) -> str:
        """Return what is not installed and how to install it, or an empty string (the default). Must be cheap."""
        return ""

    def fingerprint(self, voice: Voice) -> str | None:  # noqa: ARG002
        """Return all that its samples depend on besides the text and the voice: versions, weights, tables.

        Must be cheap, and must not import the engine's libraries. None, the default, says that this is not known; then
        takes are not cached.
        """
        return None

    def use(self, model: str) -> None:  # noqa: ARG002
        """Speak with another model than its own from now on; called before :meth:`load`.

        By default nothing happens, as the engine has no other models.

        Raises:
            EngineError: The model is not available.
        """
        return

    def share(self, threads: int) -> None:  # noqa: ARG002
        """Share each line among so many threads; called before :meth:`load`.

        The samples must not depend on the number. By default nothing happens. It is not called for engines that need a
        fresh process for every line, as threads do not outlive a fork.
        """
        return


def engine_names() -> tuple[str, ...]:
    """Return the names of the installed engines, sorted."""
    return tuple(sorted({point.name for point in _points(tuple(sys.path))}))


def get_engine(name: str, model: str = "") -> Engine:
    """Return an engine.

    Args:
        name: The name of its entry point.
        model: Another model than its own, if the engine has others.

    Raises:
        UsageError: No engine has that name.
        EngineError: The engine cannot be imported, or the model is not available.
    """
    point = next((point for point in _points(tuple(sys.path)) if point.name == name), None)
    if point is None:
        known = engine_names()
        close = difflib.get_close_matches(name, known, n=1)
        hint = f" Did you mean '{close[0]}'?" if close else ""
        raise UsageError(f"There is no engine '{name}'.{hint} Installed: {', '.join(known)}.")
    try:
        engine = point.load()()
    except Exception as error:  # third-party code may raise anything
        raise EngineError(f"Engine '{name}' is registered but cannot be imported: {error}.") from error
    if not isinstance(engine, Engine):
        raise EngineError(
            f"Engine '{name}' ({point.value}) does not follow the Engine protocol. Derive it from "
            "narrate.engines.Engine."
        )
    if model:
        engine.use(model)
    return engine


@lru_cache(maxsize=1)
def _points(path: tuple[str, ...]) -> tuple[EntryPoint, ...]:  # noqa: ARG001
    """Return the entry points found along ``path``. Looking for them takes some hundredths of a second."""
    return tuple(entry_points(group=GROUP))


def guest_voice(voice: Voice) -> Voice:
    """Return a voice as a guest in the cast of another engine: its id is ``ENGINE:ID``."""
    return replace(voice, id=f"{voice.engine}:{voice.id}")


def own_voice(voice: Voice) -> Voice:
    """Return a voice as its engine knows it, also if it is a guest."""
    return replace(voice, id=voice.id.removeprefix(f"{voice.engine}:"))


def audible(voice: Voice) -> dict[str, Any]:
    """Return the fields of a voice that can be heard."""
    return {name: value for name, value in asdict(voice).items() if name not in INAUDIBLE}


def checked_settings(voice: Voice, kinds: Mapping[str, type]) -> dict[str, Any]:
    """Return a voice's settings in the order of ``kinds``, which gives the type of each setting that its engine has.

    Raises:
        EngineError: The voice has another setting, or one of another type.
    """
    for key, value in voice.settings.items():
        if key not in kinds:
            raise EngineError(f"Voice '{voice.id}': {voice.engine} has no setting '{key}'. It has: {', '.join(kinds)}.")
        if type(value) is not kinds[key] and (type(value), kinds[key]) != (int, float):
            raise EngineError(f"Voice '{voice.id}': '{key}' must be {kinds[key].__name__}, not {value!r}.")
    return {key: voice.settings[key] for key in kinds if key in voice.settings}


@dataclass(frozen=True, slots=True)
class Choice:
    """The engine that speaks, and the reason for the choice."""

    name: str
    reason: str


def speaks(engine: Engine, language: str) -> bool:
    """Return whether an engine has voices for a language, a BCP 47 tag. All varieties of a language count as one."""
    languages = engine.languages()
    return not languages or language_code(language) in map(language_code, languages)


def voices_in(language: str, voices: Iterable[Voice]) -> tuple[Voice, ...]:
    """Return the voices for a language, a BCP 47 tag, whatever their variety of it."""
    return tuple(voice for voice in voices if language_code(voice.language) == language_code(language))


def choose_engine(named: str | None, cast_for: str | None, language: str = "en", model: str = "") -> Choice:
    """Choose the engine that speaks.

    Args:
        named: The engine that the user named, if any. It is chosen even if it is not installed, or has no voices for
            the language, so that the error says so.
        cast_for: The engine that a saved script was cast for, if any.
        language: The language of the article, a BCP 47 tag.
        model: The configured model, which may bring voices for the language.

    Returns:
        The named engine, or else the one that the script was cast for, or else the best that is installed and has
        voices for the language.

    Raises:
        UsageError: No engine has the name ``named``.
        EngineError: An engine is registered but cannot be imported.
    """
    if named is not None:
        return Choice(get_engine(named).name, "it was asked for")
    lacks: list[str] = []
    for name in dict.fromkeys(name for name in (cast_for, *AUTOMATIC[:-1]) if name is not None):
        lack = f"The script's engine '{name}' is not installed."
        if name in engine_names():
            lack = _lack(name, language, model)
        if not lack:
            best = " ".join(lacks) or "it is the best that is installed"
            return Choice(name, "the script was cast for it" if name == cast_for else best)
        lacks.append(lack)
    return Choice(AUTOMATIC[-1], " ".join(lacks))


def _lack(name: str, language: str, model: str) -> str:
    """Return why an engine cannot speak a language; empty if it can."""
    engine = get_engine(name)
    if absence := engine.absence():
        return absence
    if speaks(engine, language) or (model and speaks(get_engine(name, model), language)):
        return ""
    return f"Engine '{name}' has no voices for {language_name(language)}."
