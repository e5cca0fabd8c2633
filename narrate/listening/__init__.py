"""Listen to a finished edition: transcribe its sound and compare that with the lines that it should hold.

:mod:`.whisper` transcribes, :mod:`.words` makes words comparable, :mod:`.alignment` aligns them.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from narrate.config import Settings, as_config
from narrate.edition.paths import SCRIPT_ENDING
from narrate.errors import EngineError, SourceError
from narrate.languages.codes import language_code
from narrate.listening.hearing import Hearing
from narrate.readers.source import open_source
from narrate.script import hand_to_narrator
from narrate.script.document import SavedScript
from narrate.script.lines import write_lines

if TYPE_CHECKING:
    from narrate.listening.words import HeardSentence

__all__ = ["Hearing", "hear_opening", "listen"]

INSTALL_HINT: Final = "Run: pip install 'narrate-edition[check]'"


def listen(edition: str | os.PathLike[str], *, config: Settings = None) -> Hearing:
    """Transcribe a finished edition and compare it with its script.

    Args:
        edition: Path of the MP3 or of its script document. The other one is found by its name.
        config: A configuration, the path of one, or None for the defaults.

    Returns:
        The words heard of each line, with the errors counted.

    Raises:
        EngineError: If the extra ``check`` is not installed, or the weights of the listener are damaged.
        SourceError: If one of the two files is missing or cannot be read.
    """
    config, path = as_config(config), Path(edition)
    if path.is_dir():
        raise SourceError(f"Cannot listen to {path}: it is a folder. Name the MP3 of an edition in it.")
    stem = path.with_name(path.name.removesuffix(SCRIPT_ENDING)) if path.name.endswith(SCRIPT_ENDING) else path
    mp3, script_file = stem.with_suffix(".mp3"), stem.with_suffix(SCRIPT_ENDING)
    saved = open_source(script_file, config=config)
    if not isinstance(saved, SavedScript):
        raise SourceError(f"Cannot listen to {mp3}: {script_file} is not a script document. Make the edition again.")
    script = hand_to_narrator(
        saved.script,
        fragment_words=config.script.fragment_words,
        min_confidence=config.attribution.min_confidence,
    )
    if not mp3.is_file():
        raise SourceError(f"Cannot listen to {mp3}: there is no such file. Make the edition first.")
    transcribe = _transcriber()
    from narrate.listening.alignment import compare

    tag = script.article.language
    sentences = transcribe(mp3, language=language_code(tag))
    return compare(mp3, write_lines(script), sentences, names=script.names, language=tag)


def hear_opening(mp3: Path, *, language: str, until_s: float) -> str:
    """Return the words that are heard in the first ``until_s`` seconds of ``mp3``.

    Args:
        mp3: Path of the sound.
        language: ISO 639-1 code of the language that is spoken.
        until_s: Where to stop, in seconds.

    Returns:
        The transcribed words, separated by blanks.

    Raises:
        EngineError: If the extra ``check`` is not installed, or the weights of the listener are damaged.
        SourceError: If the sound cannot be read.
    """
    return " ".join(sentence.text for sentence in _transcriber()(mp3, language=language, until_s=until_s))


def _transcriber() -> Callable[..., Iterator[HeardSentence]]:
    try:
        import jellyfish  # noqa: F401  (of the same extra)
        import rapidfuzz  # noqa: F401

        from narrate.listening.whisper import transcribe
    except ImportError as error:
        raise EngineError(f"Cannot listen to an edition: {error.name} is missing. {INSTALL_HINT}") from error
    return transcribe
