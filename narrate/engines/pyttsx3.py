"""eSpeak NG through pyttsx3: intelligible, robotic, fast, and always installed.

pyttsx3 is reliable within narrow limits, and this module stays within them:

- One utterance per process. A second one would have other samples, or be lost.
- The driver ``espeak`` on every system, so that one roster serves all.
- The library and the data of PyPI's package ``espeakng-loader``.
- The event ``finished-utterance`` says that the sound is complete; ``runAndWait`` returns too early.
- A wait after every setting, as eSpeak's thread would sometimes begin before the rate is set.
"""

from __future__ import annotations

import functools
import importlib
import io
import math
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

from narrate.engines import Engine, checked_settings
from narrate.engines.ipa import non_rhotic, split_marks, split_phonemes
from narrate.errors import EngineError
from narrate.languages import supported_languages
from narrate.languages.codes import language_code
from narrate.storage import read_toml, version_of
from narrate.types import Audio, Voice, WordTime

MAX_CHARACTERS: Final = 10_000  # with longer texts eSpeak's binding reads beyond their end, and crashes
SETTINGS: Final = {"voice": str, "rate": int, "pitch": int}  # the voice comes first, as setting it resets the others
PHONEMES: Final = 0x100  # eSpeak's flag for texts with phonemes between double brackets
MNEMONICS: Final[Mapping[str, Mapping[str, str]]] = read_toml(Path(__file__).with_suffix(".toml"))
"""Language -> phoneme in IPA -> its name in eSpeak's voices."""
BINDING: Final = "pyttsx3.drivers._espeak"
DRIVER: Final = "pyttsx3.drivers.espeak"
SILENCE: Final = 10 ** (-40 / 20)  # samples below this magnitude are not part of a word
LAST_EVENT, WORD_EVENT = 0, 1  # eSpeak's numbers for kinds of events

WordStart = tuple[int, float]  # the offset of a word in the text, and when it begins, in seconds


class Pyttsx3Engine(Engine):
    """Speaks with eSpeak NG.

    ``Voice.settings`` may hold ``voice`` (eSpeak's name, perhaps with a variant, as in ``en-gb+f3``), ``rate`` in words
    per minute, and ``pitch`` from 0 to 99.
    """

    name = "pyttsx3"
    fresh_process = True
    reads_ipa = True

    def voices(self) -> Sequence[Voice]:
        """Return eSpeak's voices for the languages of articles, read from its data files."""
        import espeakng_loader

        folder = Path(espeakng_loader.get_data_path()) / "lang"
        files = (file for code in supported_languages() for file in folder.glob(f"*/{code}*"))
        return [_own_voice(file) for file in sorted(files) if language_code(file.name) in supported_languages()]

    def fingerprint(self, voice: Voice) -> str:  # noqa: ARG002
        """Return the versions of pyttsx3 and eSpeak NG."""
        return " ".join(f"{name} {version_of(name)}" for name in ("pyttsx3", "espeakng-loader"))

    def load(self) -> None:
        """Load eSpeak NG from ``espeakng-loader`` and pyttsx3's driver on top of it."""
        import ctypes

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
            remedy = "Try: pip install --force-reinstall espeakng-loader pyttsx3"
            raise EngineError(f"Engine 'pyttsx3' cannot load eSpeak NG: {error}. {remedy}") from error

    def synthesize(self, text: str, voice: Voice) -> Audio:
        """Speak up to ``MAX_CHARACTERS`` characters, with timings; see :meth:`Engine.synthesize`."""
        if not text.strip() or len(text) > MAX_CHARACTERS:
            raise EngineError(f"Engine 'pyttsx3' speaks 1 to {MAX_CHARACTERS} characters at a time, not {len(text)}.")
        settings = checked_settings(voice, SETTINGS)
        self.load()
        espeak_text, offsets = _with_mnemonics(text, voice.language)
        audio, starts = _speak(espeak_text, settings, voice.id)
        word_starts = [(offsets[at], start_s) for at, start_s in starts if at < len(espeak_text)]
        return replace(audio, timings=_timings(word_starts, offsets[-1], audio))


def _with_mnemonics(text: str, language: str) -> tuple[str, list[int]]:
    """Replace words that are marked with their sound by eSpeak's mnemonics.

    Returns:
        The text for eSpeak, and for each of its characters and its end the offset in ``text`` without marks of sound.
    """
    espeak_text, offsets, end = "", list[int](), 0
    for words, mark, start in split_marks(text):
        end = start + len(words)
        spoken = _mnemonic(mark, language) if mark else words
        espeak_text += spoken
        offsets += [start] * len(spoken) if mark else range(start, end)
    return espeak_text, [*offsets, end]


def _mnemonic(match: re.Match[str], language: str) -> str:
    """Return a word's sound as eSpeak writes it, or the word itself if the language lacks one of the phonemes."""
    ipa = non_rhotic(match["ipa"]) if language.lower() == "en-gb" else match["ipa"]
    names = MNEMONICS.get(language_code(language), {})
    words = [[_espeak_name(phoneme, names) for phoneme in split_phonemes(word)] for word in ipa.split()]
    if any(name is None for word in words for name in word):
        return match["word"]
    return f"[[{'_ '.join(''.join(filter(None, word)) for word in words)}]]"


def _espeak_name(phoneme: str, names: Mapping[str, str]) -> str | None:
    stress, sound = phoneme[: phoneme[0] in "ˈˌ"], phoneme.lstrip("ˈˌ")
    name = names.get(sound) or names.get(sound.removesuffix("ː"))
    return {"ˈ": "'", "ˌ": ",", "": ""}[stress] + name if name else None


def _with_phonemes(synth: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap eSpeak's ``Synth`` to set the flag for phonemes if a text holds some."""

    @functools.wraps(synth, assigned=())
    def call(text: bytes, *arguments: Any, flags: int = 0, **named: Any) -> Any:
        return synth(text, *arguments, flags=flags | (PHONEMES if b"[[" in text else 0), **named)

    return call


def _awaited(command: Callable[..., Any], is_busy: Callable[[], Any]) -> Callable[..., Any]:
    """Wrap a command that eSpeak queues to return once it has taken effect.

    eSpeak's own ``Synchronize`` polls every 20 ms, which is as long as a line takes to speak.
    """

    @functools.wraps(command, assigned=())
    def call(*arguments: Any) -> Any:
        result = command(*arguments)
        while is_busy():
            time.sleep(0.0002)
        return result

    return call


def _noting_words(callback: Callable[..., Any], starts: list[WordStart]) -> Callable[..., Any]:
    """Wrap the driver's callback for sound and events to note where each word begins.

    The driver itself reports words without the time at which they are heard.
    """

    def call(sound: Any, samples: int, events: Any) -> Any:
        number = 0
        while events[number].type != LAST_EVENT:
            if events[number].type == WORD_EVENT:
                starts.append((events[number].text_position - 1, events[number].audio_position / 1000))
            number += 1
        return callback(sound, samples, events)

    return call


def _timings(starts: Sequence[WordStart], length: int, audio: Audio) -> tuple[WordTime, ...]:
    """Return when each word of a text of ``length`` characters is heard.

    A word lasts until the next one begins, or until the silence before that. eSpeak reports the parts of a long number
    as words that begin at the same offset; they are left out.
    """
    import numpy as np

    ordered: list[WordStart] = []
    for offset, at_s in starts:
        if offset < length and (not ordered or offset > ordered[-1][0]):
            ordered.append((offset, at_s))
    rate_hz, timings = audio.sample_rate_hz, list[WordTime]()
    for (offset, from_s), (next_offset, to_s) in pairwise([*ordered, (length, audio.duration_s)]):
        first, after = _first_sample(from_s, rate_hz), _first_sample(to_s, rate_hz)
        loud = np.flatnonzero(np.abs(audio.samples[first:after]) > SILENCE)  # of a word at a time, for little memory
        timings.append(WordTime(offset, next_offset, from_s, (first + int(loud[-1])) / rate_hz if len(loud) else to_s))
    return tuple(timings)


def _first_sample(at_s: float, rate_hz: int) -> int:
    """Return the number of the first sample that is not before ``at_s``."""
    number = math.ceil(at_s * rate_hz)
    if number and (number - 1) / rate_hz >= at_s:  # the product was rounded up
        return number - 1
    return number


def _own_voice(file: Path) -> Voice:
    """Return the voice that one of eSpeak's language files describes. Each line is a key and its values."""
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


def _speak(text: str, settings: Mapping[str, Any], voice_id: str) -> tuple[Audio, list[WordStart]]:
    """Return the sound of a text, and where each word begins."""
    import numpy as np
    import pyttsx3

    done, problems, sound = threading.Event(), list[str](), io.BytesIO()

    def failed(**event: Any) -> None:
        problems.append(str(event.get("exception")))
        done.set()

    # An exception inside eSpeak's callback reaches only this hook.
    sys.unraisablehook = lambda unraisable: failed(exception=unraisable.exc_value)
    starts: list[WordStart] = []
    engine = pyttsx3.init("espeak")
    driver: Any = importlib.import_module(DRIVER)
    driver.time = SimpleNamespace(sleep=done.wait)  # its loop polls every 10 ms
    importlib.import_module(BINDING).SetSynthCallback(_noting_words(engine.proxy._driver._onSynth, starts))
    engine.connect("error", failed)
    engine.connect("finished-utterance", lambda **_: done.set())
    for key, value in settings.items():
        engine.setProperty(key, value)
    engine.save_to_file(text, sound)  # the driver opens a buffer like a path
    engine.runAndWait()
    done.wait()
    if problems:
        raise EngineError(f"Voice '{voice_id}': eSpeak refused: {problems[0]}.")
    sound.seek(0)
    with wave.open(sound, "rb") as take:
        samples = np.frombuffer(take.readframes(take.getnframes()), dtype="<i2")
        audio = Audio(np.multiply(samples, np.float32(1 / 32768), dtype=np.float32), take.getframerate())
    return audio, starts
