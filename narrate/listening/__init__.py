"""Was it said right? An edition's sound is transcribed, and held against the lines that it should hold.

The words are made comparable (:mod:`.words`) and aligned (:mod:`.alignment`); :mod:`.whisper` does the hearing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from narrate.errors import EngineError, SourceError
from narrate.listening.hearing import Hearing
from narrate.types import Line

MEND: Final = "Run: pip install 'narrate-edition[check]'"


def hear(mp3: Path, lines: Sequence[Line], *, names: Mapping[str, str], language: str) -> Hearing:
    """Transcribe ``mp3`` and compare it with ``lines``; ``names`` gives each speaker id the name to report.

    ``language`` is a BCP 47 tag. Raises ``EngineError`` if the extra ``check`` is not installed or the listener's
    weights are damaged, ``SourceError`` if the sound cannot be read.
    """
    if not mp3.is_file():
        raise SourceError(f"There is no edition {mp3}.")
    try:
        from narrate.listening.comparison import compare
        from narrate.listening.whisper import transcribe
    except ImportError as error:
        raise EngineError(f"To listen to an edition, {error.name} is missing. {MEND}") from error
    return compare(mp3, lines, transcribe(mp3, language=language.split("-")[0].lower()), names=names)
