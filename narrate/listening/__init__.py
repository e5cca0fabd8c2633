"""Was it said right? An edition's sound is transcribed, and held against the lines that it should hold.

The words are made comparable (:mod:`.words`) and aligned (:mod:`.alignment`); :mod:`.whisper` does the hearing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from narrate.errors import EngineError, SourceError
from narrate.listening.hearing import Hearing
from narrate.types import Line

if TYPE_CHECKING:
    from narrate.listening.words import HeardSentence

MEND: Final = "Run: pip install 'narrate-edition[check]'"


def hear_opening(mp3: Path, *, language: str, until_s: float) -> str:
    """What is said in the first ``until_s`` seconds of ``mp3``. Raises as :func:`hear` does."""
    transcribe = _listener()
    return " ".join(sentence.text for sentence in transcribe(mp3, language=_iso_639_1(language), until_s=until_s))


def hear(mp3: Path, lines: Sequence[Line], *, names: Mapping[str, str], language: str) -> Hearing:
    """Transcribe ``mp3`` and compare it with ``lines``; ``names`` gives each speaker id the name to report.

    ``language`` is a BCP 47 tag. Raises ``EngineError`` if the extra ``check`` is not installed or the listener's
    weights are damaged, ``SourceError`` if the sound cannot be read.
    """
    if not mp3.is_file():
        raise SourceError(f"There is no edition {mp3}.")
    transcribe = _listener()
    from narrate.listening.comparison import compare

    return compare(mp3, lines, transcribe(mp3, language=_iso_639_1(language)), names=names)


def _listener() -> Callable[..., Iterator[HeardSentence]]:
    try:
        import jellyfish  # noqa: F401  (of the same extra)
        import rapidfuzz  # noqa: F401

        from narrate.listening.whisper import transcribe
    except ImportError as error:
        raise EngineError(f"To listen to an edition, {error.name} is missing. {MEND}") from error
    return transcribe


def _iso_639_1(language: str) -> str:
    return language.split("-")[0].lower()
