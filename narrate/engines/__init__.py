"""The engines that can speak: what an engine is, and how to find one by name."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from importlib.metadata import entry_points
from typing import Final, Protocol, runtime_checkable

from narrate.errors import EngineError, UsageError
from narrate.types import Audio, Voice

GROUP: Final = "narrate.engines"
"""Entry-point group under which every engine registers, built in or third party."""


@runtime_checkable
class Engine(Protocol):
    """What speaks. Made without arguments, and cheap to make: the weight is lifted in ``load``.

    An engine of an optional extra may also have ``absence() -> str``: what is not installed and how to mend that, or
    nothing. Engines run in worker processes of their own (see :mod:`narrate.engines.worker`), one line at a time.
    """

    name: str
    """The name of its entry point."""
    fresh_process: bool
    """True if every line must be spoken in a process that has spoken nothing before."""

    def voices(self) -> Sequence[Voice]:
        """The voices it has of its own; the roster's entries for this engine, where there are any, go before them."""

    def load(self) -> None:
        """Get ready to speak. Raises ``EngineError``, saying how to mend it, if something is missing."""

    def synthesise(self, text: str, voice: Voice) -> Audio:
        """Speak ``text``, a sentence or less. The same text and voice always give the same samples.

        Raises ``EngineError`` if it cannot; never another voice or an empty take instead.
        """


def engine_names() -> tuple[str, ...]:
    """The names of the engines installed, sorted."""
    return tuple(sorted({point.name for point in entry_points(group=GROUP)}))


def get_engine(name: str) -> Engine:
    """The engine called ``name``.

    Raises ``UsageError`` for an unknown name, ``EngineError`` if the engine's own package cannot be imported.
    """
    for point in entry_points(group=GROUP):
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
