"""The sounds of words in another language than the text's.

eSpeak NG reads the words by the rules of their language. For English voices, sounds that English lacks become those
that newsreaders use.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

from narrate.engines.kokoro.fallback import Espeak
from narrate.errors import EngineError
from narrate.languages.codes import language_code
from narrate.storage import read_toml

ANGLICIZED: Final[Mapping[str, str]] = read_toml(Path(__file__).with_suffix(".toml"))["sounds"]
"""Sound in IPA -> the sounds of English in its place."""
_SOUND: Final = re.compile("|".join(map(re.escape, sorted(ANGLICIZED, key=len, reverse=True))))
_SWITCH: Final = re.compile(r"\([a-z-]+\)")
"""eSpeak's mark for a change of language inside a text."""
_MARKS: Final = re.compile("[\u0300-\u036f\u02de]")
"""Marks that are left on sounds: English has no tones and nasals."""
_LANGUAGE: Final = re.compile("[a-z]{2,3}(?:-[a-z0-9]{2,8}){0,2}")


@cache
def foreign_ipa(words: str, language: str, voice_language: str = "en") -> str:
    """Return the sound of words in another language.

    Args:
        words: The words.
        language: Their language, a BCP 47 tag such as ``fr`` or ``pt-BR``.
        voice_language: The language of the voice that says them.

    Returns:
        IPA, for an English voice with the sounds of English; empty if eSpeak NG does not have the language, or is not
        installed.
    """
    tag = language.lower()
    if not _LANGUAGE.fullmatch(tag):
        return ""
    try:
        espeak = Espeak()
        ipa = next(filter(None, (espeak.ipa(words, one) for one in (tag, tag.partition("-")[0]))), "")
    except EngineError:
        return ""
    if _SWITCH.search(ipa):  # eSpeak reads a part of it as English, or letter by letter
        return ""
    if language_code(voice_language) != "en":
        return " ".join(ipa.replace("_", "").split())
    sounds = _SOUND.sub(lambda found: ANGLICIZED[found[0]], ipa.replace("_", ""))
    return " ".join(_MARKS.sub("", sounds).split())
