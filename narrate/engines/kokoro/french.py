"""French as news is read: what eSpeak NG gets wrong, by the tables of ``french.toml``.

eSpeak NG reads each word by rules, and joins words by every liaison that grammar allows. Newsreaders say the e of
``durera`` and of ``cette halle``, and no liaison behind a noun or a verb.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from narrate.storage import read_toml

_TABLES: Final[dict[str, Any]] = read_toml(Path(__file__).with_suffix(".toml"))
_RESPELLINGS: Final[tuple[tuple[re.Pattern[str], str], ...]] = tuple(
    (re.compile(pattern), new) for pattern, new in _TABLES["respellings"].items()
)
_SCHWA_SPELLING: Final[re.Pattern[str]] = re.compile(_TABLES["schwa"]["spelling"])
_SCHWA_SOUND: Final[re.Pattern[str]] = re.compile(_TABLES["schwa"]["sound"])
_LIAISONS: Final = frozenset(_TABLES["liaison"]["consonants"])
_JOINED: Final = frozenset(_TABLES["liaison"]["after"].split())
_SEPARATE: Final = frozenset(_TABLES["liaison"]["before"].split())
_VOWELS: Final = frozenset("aeiouyøœəɛɔ\u0303")
_STRESS: Final = re.compile("[ˈˌ]")
_SILENT_E: Final = re.compile("[^aeéiouy]e$")
_KEEPS_E: Final = re.compile("h(?!uit)")
"""The beginning of words that may have an aspirated h. The numbers *huit* and *onze* keep no e before them."""
_ELISION: Final = re.compile("(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|quoiqu)['’]")


def respell(word: str) -> str:
    """Return a spelling of a word that eSpeak NG reads well."""
    elided, rest = _without_elision(word.lower())
    for pattern, spelling in _RESPELLINGS:
        changed = pattern.sub(spelling, rest)
        if changed != rest:
            return elided + changed
    return word


def correct(
    words: Sequence[str], sounds: Sequence[str], *, alone: Callable[[str], str], is_aspirated: Callable[[str], bool]
) -> list[str]:
    """Return the phonemes of words as newsreaders say them.

    Args:
        words: The written words of a clause.
        sounds: The phonemes of each word in the clause.
        alone: Returns the phonemes of a word by itself.
        is_aspirated: Returns whether nothing is joined to the beginning of a word, as of ``halle``.

    Returns:
        The phonemes of each word.
    """
    corrected = []
    for at, (word, sound) in enumerate(zip(words, sounds, strict=True)):
        following = words[at + 1].lower() if at + 1 < len(words) else ""
        _, written = _without_elision(word.lower())
        spoken = _with_schwa(written, sound)
        if following in _SEPARATE and written not in _JOINED:
            spoken = _without_liaison(spoken, sound, alone(word))
        elif _SILENT_E.search(written) and spoken[-1:] not in _VOWELS:
            spoken += "ə" if _KEEPS_E.match(following) and is_aspirated(following) else ""
        corrected.append(spoken)
    return corrected


def _without_elision(word: str) -> tuple[str, str]:
    """Return the elided word before a word, such as ``l'``, and the word."""
    match = _ELISION.match(word)
    return (match[0], word[match.end() :]) if match else ("", word)


def _with_schwa(word: str, sound: str) -> str:
    """Return the phonemes of a word with the e of future and conditional."""
    return _SCHWA_SOUND.sub("ə", sound, count=1) if _SCHWA_SPELLING.search(word) else sound


def _without_liaison(spoken: str, sound: str, alone: str) -> str:
    """Return phonemes without the consonant that joins the word to the next one."""
    is_joined = sound[-1:] in _LIAISONS and _STRESS.sub("", sound[:-1]) == _STRESS.sub("", alone)
    return spoken[:-1] if is_joined else spoken
