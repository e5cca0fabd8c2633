"""eSpeak NG through pyttsx3: intelligible, robotic, quick, and always there.

pyttsx3 is dependable within narrow limits, and this module stays inside them: one utterance a process (the second
one would differ, or be lost), the driver ``espeak`` on every system (so that one roster serves all), the library and
data that PyPI's ``espeakng-loader`` carries, the ``finished-utterance`` event instead of ``runAndWait``'s return, and
a wait after every setting: eSpeak's thread would otherwise begin now and then before the rate is set.
"""

from __future__ import annotations

import functools
import importlib
import io
import os
import re
import sys
import threading
import time
import wave
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

from narrate.engines import Engine
from narrate.engines.ipa import MARKED, non_rhotic, parted
from narrate.errors import EngineError
from narrate.storage import version_of
from narrate.types import Audio, Voice, WordTime

MAX_CHARACTERS: Final = 10_000
"""Longer texts make eSpeak's binding read far past their end, and crash."""
SETTINGS: Final = {"voice": str, "rate": int, "pitch": int}
PHONEMES: Final = 0x100
"""eSpeak's flag for texts that hold phonemes between double brackets."""
MNEMONICS: Final = {
    "iː": "i:", "i": "i", "ɪ": "I", "eɪ": "eI", "e": "E", "ɛ": "E", "æ": "a", "a": "a", "aɪ": "aI", "aʊ": "aU",
    "ɑː": "A:", "ɑ": "A:", "ɒ": "0", "ɔː": "O:", "ɔ": "O:", "ɔɪ": "OI", "oʊ": "oU", "əʊ": "oU", "o": "oU", "oː": "oU",
    "ʊ": "U", "uː": "u:", "u": "u:", "ʌ": "V", "ɜː": "3:", "ɜ": "3:", "ɝ": "3:", "ɚ": "3", "ə": "@", "ɐ": "@",
    "ᵻ": "I", "eə": "e@", "ɛə": "e@", "iə": "i@", "ɪə": "i@", "ʊə": "U@", "eː": "eI", "ɛː": "e@", "aː": "A:", "æː": "a",
    "y": "u:", "yː": "u:", "ø": "3:", "øː": "3:", "œ": "3:", "ɡ": "g", "g": "g", "ɹ": "r", "r": "r", "ʁ": "r",
    "ɾ": "t", "ʃ": "S", "ʒ": "Z", "θ": "T", "ð": "D", "ŋ": "N", "tʃ": "tS", "ʧ": "tS", "dʒ": "dZ", "ʤ": "dZ",
    "χ": "x", "ç": "x", "ɲ": "nj", "ɬ": "l", "ʔ": "?", "n̩": "n-", "l̩": "@L", "m̩": "@m",
} | {letter: letter for letter in "pbtdkfvszhmnlwjx"}  # fmt: skip
"""Phonemes in IPA -> eSpeak's own names of them in its English voices."""
BINDING: Final = "pyttsx3.drivers._espeak"
DRIVER: Final = "pyttsx3.drivers.espeak"
QUIET: Final = 10 ** (-40 / 20)
"""Samples below this are no part of a word."""
LAST_EVENT: Final = 0
WORD_EVENT: Final = 1
"""eSpeak's numbers for what it tells of."""
LOOK_EVERY_S: Final = 0.0002
MEND: Final = "Try: pip install --force-reinstall espeakng-loader pyttsx3"


class Pyttsx3Engine(Engine):
    """``Voice.settings``: ``voice`` (eSpeak name, variants as in ``en-gb+f3``), ``rate`` in words a minute,
    ``pitch`` from 0 to 99."""

    name = "pyttsx3"
    fresh_process = True
    reads_ipa = True

    def voices(self) -> Sequence[Voice]:
        """eSpeak's own English voices, read from its data files."""
        import espeakng_loader

        files = sorted((Path(espeakng_loader.get_data_path()) / "lang" / "gmw").glob("en*"))
        return [_own_voice(file) for file in files]

    def fingerprint(self, voice: Voice) -> str:  # noqa: ARG002
        return " ".join(f"{name} {version_of(name)}" for name in ("pyttsx3", "espeakng-loader"))

    def load(self) -> None:
        """Load eSpeak NG from ``espeakng-loader`` and pyttsx3's driver on top of it."""
        import ctypes

        import numpy  # noqa: F401  (once here, and not in the fresh process of every line)

        try:
            import espeakng_loader

            library = ctypes.CDLL(espeakng_loader.get_library_path())
            os.environ["ESPEAK_DATA_PATH"] = espeakng_loader.get_data_path()
            # The binding looks for a system library by name while it is imported. It gets ours instead, so that every
            # machine speaks with the same voice.
            vars(ctypes.cdll)["LoadLibrary"] = lambda _: library
            try:
                importlib.import_module(DRIVER)
            finally:
                del vars(ctypes.cdll)["LoadLibrary"]
            binding: Any = importlib.import_module(BINDING)
            if not hasattr(binding.SetParameter, "__wrapped__"):
                binding.SetParameter = _awaited(binding.SetParameter, binding.IsPlaying)
                binding.Synth = _with_phonemes(binding.Synth)
        except (ImportError, OSError, RuntimeError) as error:
            raise EngineError(f"Engine 'pyttsx3' cannot load eSpeak NG: {error}. {MEND}") from error

    def synthesize(self, text: str, voice: Voice) -> Audio:
        if not text.strip() or len(text) > MAX_CHARACTERS:
            raise EngineError(f"Engine 'pyttsx3' speaks 1 to {MAX_CHARACTERS} characters at a time, not {len(text)}.")
        settings = _checked(voice)
        self.load()
        british = voice.language.lower() == "en-gb"
        said, places = _written(text, british)
        audio, begun = _speak(said, settings, voice.id)
        return replace(
            audio, timings=_timings([(places[at], when_s) for at, when_s in begun if at < len(said)], places[-1], audio)
        )


def _written(text: str, british: bool) -> tuple[str, list[int]]:
    """``text`` as eSpeak is to get it, and of each character, and of the end, where it stands in ``text`` without its
    marks of sound."""
    said, places, at, plain = "", list[int](), 0, 0
    for match in re.finditer(MARKED, text):
        said += text[at : match.start()]
        places += range(plain, plain + match.start() - at)
        plain += match.start() - at
        word = _mnemonic(match, british)
        said += word
        places += [plain] * len(word)
        plain += len(match["word"])
        at = match.end()
    return said + text[at:], [*places, *range(plain, plain + len(text) - at + 1)]


def _mnemonic(match: re.Match[str], british: bool) -> str:
    """A word's sound as eSpeak writes it; the word itself if it has a sound that eSpeak's English lacks."""
    ipa = non_rhotic(match["ipa"]) if british else match["ipa"]
    said = [[_named(phoneme) for phoneme in parted(word)] for word in ipa.split()]
    if any(name is None for word in said for name in word):
        return match["word"]
    return f"[[{'_ '.join(''.join(filter(None, word)) for word in said)}]]"


def _named(phoneme: str) -> str | None:
    stress, sound = phoneme[: phoneme[0] in "ˈˌ"], phoneme.lstrip("ˈˌ")
    name = MNEMONICS.get(sound) or MNEMONICS.get(sound.removesuffix("ː"))
    return {"ˈ": "'", "ˌ": ",", "": ""}[stress] + name if name else None


def _with_phonemes(synth: Callable[..., Any]) -> Callable[..., Any]:
    """``synth``, told when a text holds phonemes."""

    @functools.wraps(synth, assigned=())
    def call(text: bytes, *arguments: Any, flags: int = 0, **named: Any) -> Any:
        return synth(text, *arguments, flags=flags | (PHONEMES if b"[[" in text else 0), **named)

    return call


def _awaited(post: Callable[..., Any], busy: Callable[[], Any]) -> Callable[..., Any]:
    """``post``, whose effect comes in eSpeak's own time, made to return when it has come.

    eSpeak's own ``Synchronize`` looks every 20 ms only, which is as long as a line takes to speak.
    """

    @functools.wraps(post, assigned=())
    def call(*arguments: Any) -> Any:
        result = post(*arguments)
        while busy():
            time.sleep(LOOK_EVERY_S)
        return result

    return call


def _noting_words(callback: Callable[..., Any], begun: list[tuple[int, float]]) -> Callable[..., Any]:
    """Wrap the driver's callback for sound and events to add to ``begun`` where in the text, and when, a word begins.

    The driver itself reports words without the time at which they are heard.
    """

    def call(sound: Any, samples: int, events: Any) -> Any:
        number = 0
        while events[number].type != LAST_EVENT:
            if events[number].type == WORD_EVENT:
                begun.append((events[number].text_position - 1, events[number].audio_position / 1000))
            number += 1
        return callback(sound, samples, events)

    return call


def _timings(begun: Sequence[tuple[int, float]], length: int, audio: Audio) -> tuple[WordTime, ...]:
    """When each word of a text of so many characters is heard: from its beginning to the next one's, or to the quiet
    before that.

    eSpeak tells of the parts of a long number as of words that begin where it does: they are no words of their own.
    """
    import numpy as np

    ordered: list[tuple[int, float]] = []
    for place, at_s in begun:
        if place < length and (not ordered or place > ordered[-1][0]):
            ordered.append((place, at_s))
    loud_s = np.flatnonzero(np.abs(audio.samples) > QUIET) / audio.sample_rate_hz
    timings = []
    for (place, from_s), (next_place, to_s) in pairwise([*ordered, (length, audio.duration_s)]):
        heard_s = loud_s[np.searchsorted(loud_s, from_s) : np.searchsorted(loud_s, to_s)]
        timings.append(WordTime(place, next_place, from_s, float(heard_s[-1]) if len(heard_s) else to_s))
    return tuple(timings)


def _own_voice(file: Path) -> Voice:
    """The voice that one of eSpeak's language files describes: lines of a word and its values."""
    fields = dict(line.partition(" ")[::2] for line in reversed(file.read_text(encoding="utf-8").splitlines()))
    language = fields["language"].split()[0]
    return Voice(
        engine="pyttsx3",
        id=language,
        name=fields["name"].strip(),
        language=language,
        gender="unknown",
        accent=fields["name"].strip(),
        age="adult",
        license="GPL-3.0-or-later",
        settings={"voice": file.name},
    )


def _checked(voice: Voice) -> Mapping[str, str | int | float]:
    """The voice's settings; pyttsx3 itself would ignore a mistyped one, or a rate that is not a whole number."""
    for key, value in voice.settings.items():
        wanted = SETTINGS.get(key)
        if wanted is None:
            raise EngineError(f"Voice '{voice.id}': pyttsx3 has no setting '{key}'. It has: {', '.join(SETTINGS)}.")
        if type(value) is not wanted:
            raise EngineError(f"Voice '{voice.id}': '{key}' must be {wanted.__name__}, not {value!r}.")
    # The voice comes first: choosing it resets the others.
    return {key: voice.settings[key] for key in SETTINGS if key in voice.settings}


def _speak(
    text: str, settings: Mapping[str, str | int | float], voice_id: str
) -> tuple[Audio, list[tuple[int, float]]]:
    """The sound, and at which character each word begins, and when."""
    import numpy as np
    import pyttsx3

    done, problems, sound = threading.Event(), list[str](), io.BytesIO()

    def failed(**event: Any) -> None:
        problems.append(str(event.get("exception")))
        done.set()

    # What fails inside eSpeak's callback can reach us by this hook alone.
    sys.unraisablehook = lambda unraisable: failed(exception=unraisable.exc_value)
    begun: list[tuple[int, float]] = []
    engine = pyttsx3.init("espeak")
    driver: Any = importlib.import_module(DRIVER)
    driver.time = SimpleNamespace(sleep=done.wait)  # its loop would look every 10 ms whether all is said
    importlib.import_module(BINDING).SetSynthCallback(_noting_words(engine.proxy._driver._onSynth, begun))
    engine.connect("error", failed)
    engine.connect("finished-utterance", lambda **_: done.set())
    for key, value in settings.items():
        engine.setProperty(key, value)
    engine.save_to_file(text, sound)  # a buffer where the driver would open a path: no file to wait for
    engine.runAndWait()
    done.wait()
    if problems:
        raise EngineError(f"Voice '{voice_id}': eSpeak refused: {problems[0]}.")
    sound.seek(0)
    with wave.open(sound, "rb") as take:
        samples = np.frombuffer(take.readframes(take.getnframes()), dtype="<i2")
        audio = Audio(samples.astype(np.float32) / np.float32(32768), take.getframerate())
    return audio, begun
