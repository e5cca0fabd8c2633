"""The engines that can speak: what an engine is, and how to find one by name."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import EntryPoint, entry_points
from typing import Final, Protocol, runtime_checkable

from narrate.errors import EngineError, UsageError
from narrate.types import Audio, Voice

GROUP: Final = "narrate.engines"
"""Entry-point group under which every engine registers, built in or third party."""
AUTOMATIC: Final = ("kokoro", "pyttsx3")
"""The engines that speak when none is named, the best first. The last one is always installed."""
DRAFT: Final = AUTOMATIC[-1]
"""The quick one."""


@runtime_checkable
class Engine(Protocol):
    """What speaks. Made without arguments, and cheap to make: the weight is lifted in ``load``.

    An engine of an optional extra may also have ``absence() -> str``: what is not installed and how to mend that, or
    nothing. Any engine may have ``fingerprint(voice) -> str``, cheap: versions, weights and whatever else its samples
    depend on besides the text and the ``Voice``; only takes of an engine that has one are cached. ``reads_ipa = True``
    says that it reads words marked with their sound, as in ``[Bakhmut](/bˈɑxmʊt/)``, which others never see. One whose
    model may be another than its own has ``use(model)``, called before ``load``; one that can share a line among
    processor cores has ``share(threads)``, called before ``load``, and gives the same samples for any number: it is not
    for those that need a fresh process, as threads do not outlive a fork. Engines run in worker processes of their own
    (see :mod:`narrate.engines.worker`), one line at a time.
    """

    name: str
    """The name of its entry point."""
    fresh_process: bool
    """True if every line must be spoken in a process that has spoken nothing before."""

    def voices(self) -> Sequence[Voice]:
        """The voices it has of its own; the roster's entries for this engine, where there are any, go before them."""

    def load(self) -> None:
        """Get ready to speak. Raises ``EngineError``, saying how to mend it, if something is missing."""

    def synthesize(self, text: str, voice: Voice) -> Audio:
        """Speak ``text``, a sentence or less. The same text and voice always give the same samples.

        An engine that knows when it says which word tells in ``Audio.timings``; their offsets count the characters of
        ``text`` without its marks of sound.

        Raises ``EngineError`` if it cannot; never another voice or an empty take instead.
        """


def engine_names() -> tuple[str, ...]:
    """The names of the engines installed, sorted."""
    return tuple(sorted({point.name for point in _points(tuple(sys.path))}))


def get_engine(name: str, model: str = "") -> Engine:
    """The engine called ``name``, with another ``model`` than its own if one is named and it has others.

    Raises ``UsageError`` for an unknown name, ``EngineError`` if the engine's own package cannot be imported, or the
    model cannot be had.
    """
    engine = _registered(name)
    if model and hasattr(engine, "use"):
        engine.use(model)
    return engine


@lru_cache(maxsize=1)
def _points(path: tuple[str, ...]) -> tuple[EntryPoint, ...]:  # noqa: ARG001
    """What is registered along ``path``; to look takes hundredths of a second."""
    return tuple(entry_points(group=GROUP))


def _registered(name: str) -> Engine:
    for point in _points(tuple(sys.path)):
        if point.name == name:
            try:
                engine = point.load()()
            except Exception as error:  # third-party code may raise anything
                raise EngineError(f"Engine '{name}' is registered but cannot be imported: {error}.") from error
            if not isinstance(engine, Engine):
                raise EngineError(f"Engine '{name}' ({point.value}) does not follow the Engine protocol.")
            return engine
    known = engine_names()
    close = difflib.get_close_matches(name, known, n=1)
    hint = f" Did you mean '{close[0]}'?" if close else ""
    raise UsageError(f"There is no engine '{name}'.{hint} Installed: {', '.join(known) or 'none'}.")


def absence(engine: Engine) -> str:
    """What ``engine`` lacks and how to mend that; empty if it can speak. Cheap."""
    return str(engine.absence()) if hasattr(engine, "absence") else ""


@dataclass(frozen=True, slots=True)
class Choice:
    """The engine that speaks, and why it is that one."""

    name: str
    reason: str


def choose_engine(named: str | None, cast_for: str | None) -> Choice:
    """The engine ``named``, or else the one that a script was ``cast_for``, or else the best that is installed.

    Only an engine that nobody named is passed over if it is not installed. Raises as ``get_engine`` does.
    """
    if named is not None:
        return Choice(get_engine(named).name, "it was named")
    passed_over = []
    if cast_for is not None:
        known = cast_for in engine_names()
        lack = absence(get_engine(cast_for)) if known else f"The script's engine '{cast_for}' is not installed."
        if not lack:
            return Choice(cast_for, "the script was cast for it")
        passed_over.append(lack)
    for name in AUTOMATIC[:-1]:
        lack = absence(get_engine(name))
        if not lack:
            return Choice(name, " ".join(passed_over) or "it is the best that is installed")
        if lack not in passed_over:
            passed_over.append(lack)
    return Choice(AUTOMATIC[-1], " ".join(passed_over))
