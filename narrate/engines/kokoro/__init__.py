"""Kokoro-82M, a neural voice model, run by onnxruntime: slower than eSpeak, and good enough to publish.

Text becomes phonemes (:mod:`.phonemes` for English, :mod:`.other_languages` for other languages), a voice is a table of
style vectors (:mod:`.styles`), and the model (:mod:`.model`, from the weights that :mod:`.weights` finds) turns both
into samples.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from narrate.engines import Engine, checked_settings
from narrate.engines.kokoro import parts, sources, styles, weights
from narrate.engines.kokoro.dictionaries import PACKAGE as DICTIONARIES
from narrate.errors import EngineError
from narrate.languages.codes import language_code
from narrate.storage import full_path, version_of
from narrate.types import Audio, Voice, WordTime

if TYPE_CHECKING:
    from narrate.engines.kokoro.model import Model, Numbers
    from narrate.engines.kokoro.other_languages import EspeakReader
    from narrate.engines.kokoro.other_models import OtherModel
    from narrate.engines.kokoro.phonemes import Reader
    from narrate.engines.kokoro.reading import Reading

__all__ = ["LIBRARIES", "SAMPLE_RATE_HZ", "KokoroEngine", "check_speed", "missing_packages", "stamp"]

SAMPLE_RATE_HZ: Final = 24_000
LIBRARIES: Final = ("onnxruntime", DICTIONARIES)  # besides the weights; the other packages are always installed
VERSIONED: Final = f"narrate-edition onnxruntime {DICTIONARIES} espeakng-loader spacy en-core-web-sm".split()
"""The packages that turn text into phonemes, and phonemes into samples."""
PRONUNCIATION: Final = 3  # increase it when the phonemes of an English text change
ESPEAK_PRONUNCIATION: Final = 3  # increase it when the phonemes of a text in another language change
LANGUAGES: Final = {
    "a": ("en-US", "American"),
    "b": ("en-GB", "British"),
    "e": ("es-ES", "Castilian"),
    "f": ("fr-FR", "French"),
    "i": ("it-IT", "Italian"),
    "p": ("pt-BR", "Brazilian"),
}
"""First letter of a style's name -> language and accent."""
BLENDED: Final = ("de-DE",)
"""Languages that the model was not trained on, and that blends of the tables speak well enough to publish."""
SETTINGS: Final = {"style": str, "speed": float, "model": str}
MAX_THREADS: Final = 4  # of a line; with many more, onnxruntime adds up in another order, and the samples differ
EARLY_S: Final = 0.05  # a phoneme is heard this much earlier than its frames say, see docs/explanation/sound.md
SPEEDS: Final = (0.5, 2.0)  # the lowest and the highest; beyond these the model mumbles


class KokoroEngine(Engine):
    """Speaks with Kokoro-82M.

    ``Voice.settings`` may hold ``style`` (a table's name, or a blend as in ``af_heart*0.6+af_kore*0.4``), ``speed``
    (1.0 is the style's own pace) and ``model`` (the path of other weights, ONNX). ``Voice.language`` decides how the
    text is read: English by dictionaries, British or American, and any other language by eSpeak NG.
    """

    name = "kokoro"
    shares_memory = True
    reads_ipa = True

    def __init__(self) -> None:
        self._threads = 1
        self._reading = threading.Lock()
        self._reader: Reader | None = None
        self._espeak_readers: dict[str, EspeakReader] = {}
        self._model_path = ""
        self._other: OtherModel | None = None
        self._models: dict[str, Model] = {}

    def voices(self) -> Sequence[Voice]:
        """Return a voice for every style table that Narrate contains. Tables of other languages are for blends."""
        return [_own_voice(name) for name in styles.names() if name[0] in LANGUAGES]

    def languages(self) -> Sequence[str]:
        """Return the languages of its voices, and those that only blends of the rosters speak."""
        return (*super().languages(), *BLENDED)

    def model_voices(self) -> Sequence[Voice]:
        """Return the voices that the model brings which :meth:`use` has chosen."""
        return self._other.voices if self._other else ()

    def use(self, model: str) -> None:
        """Speak with the weights ``model`` (see ``other_models.find_model``) if a voice names no others."""
        self._require_packages()
        from narrate.engines.kokoro.other_models import find_model

        self._other = find_model(model)
        self._model_path = str(self._other.weights)
        self.shares_memory = not _is_other(self._model_path)  # others may use a GPU, which does not outlive a fork

    def share(self, threads: int) -> None:
        """Share each line among at most ``MAX_THREADS`` threads, with Narrate's own weights."""
        self._threads = min(threads, MAX_THREADS)

    def prepare(self) -> None:
        """Keep a copy of Narrate's own weights in the user's cache folder, if the engine speaks with these."""
        if not self.is_prepared():
            weights.keep(self._model_path)

    def is_prepared(self) -> bool:
        """Return whether the copy of the weights is there, or none is needed."""
        return bool(self.absence()) or _is_other(self._model_path) or weights.is_kept()

    def load(self) -> None:
        """Load the weights, which takes about a second."""
        self._load_model("")

    def read(self, text: str, voice: Voice) -> dict[str, Any]:
        """Return the phonemes of a line, and of each the start and end of its word; see :meth:`Engine.read`."""
        if not text.strip():
            raise EngineError(f"Engine '{self.name}' cannot speak a line without words.")
        self._require_packages()
        with self._reading:
            reading = self._read(text, voice.language)
        if not any(map(str.isalpha, reading.phonemes)):
            raise EngineError(f"Engine '{self.name}' knows no sound for {text[:80]!r}.")
        return {"phonemes": reading.phonemes, "words": reading.words}

    def speak(self, reading: dict[str, Any], voice: Voice) -> Audio:
        """Speak a line by its phonemes, with timings; see :meth:`Engine.speak`."""
        from narrate.engines.kokoro.seams import MAX_TOKENS, join, split

        settings = _checked(voice)
        style = styles.load(str(settings.get("style", voice.id)), self._tables(voice))
        model = self._load_model(str(settings.get("model", "")))
        speed, pieces = float(settings.get("speed", 1.0)), split(reading["phonemes"])
        takes = [model.speak(piece, style[min(len(piece), MAX_TOKENS - 1)], speed) for piece in pieces]
        samples, starts = join([samples for samples, _ in takes], pieces, SAMPLE_RATE_HZ)
        heard = zip(pieces, starts, [lengths for _, lengths in takes], strict=True)
        return Audio(samples, SAMPLE_RATE_HZ, _timings(reading, heard, len(samples) / SAMPLE_RATE_HZ))

    def synthesize(self, text: str, voice: Voice) -> Audio:
        """Speak a line, with timings; see :meth:`Engine.synthesize`."""
        return self.speak(self.read(text, voice), voice)

    def unsure(self, text: str, *, language: str) -> tuple[str, ...]:
        """Return the words of a text, perhaps with marks of sound, that are in no dictionary, so that they are guessed.

        There are none in other languages than English, which are read by rules.

        Raises:
            EngineError: The extra ``neural`` is not installed.
        """
        self._require_packages()
        if not _is_english(language):
            return ()
        return self._load_reader().unsure(text, british=language.lower() == "en-gb")

    def fingerprint(self, voice: Voice) -> str:
        """Return the versions of packages, the weights, and the digest of the style tables."""
        settings = _checked(voice)
        other = str(settings.get("model", "")) or self._model_path
        weights_of = stamp(Path(other)) if _is_other(other) else sources.SHA256
        style = styles.digest(str(settings.get("style", voice.id)), self._tables(voice))
        return f"{self.reading_fingerprint(voice)} {weights_of} {style}"

    def reading_fingerprint(self, voice: Voice) -> str:
        """Return what turns a text into phonemes, and phonemes into samples, besides the weights."""
        versions = " ".join(f"{name} {version_of(name, absent='absent')}" for name in VERSIONED)
        pronunciation = PRONUNCIATION if _is_english(voice.language) else f"{ESPEAK_PRONUNCIATION} of eSpeak"
        return f"{versions} phonemes {pronunciation}"

    def absence(self) -> str:
        """Return what of the extra ``neural`` is not installed and how to install it; imports nothing."""
        missing = missing_packages()
        return f"Engine 'kokoro' lacks {', '.join(missing)}. {_advice(missing)}" if missing else ""

    def _tables(self, voice: Voice) -> Path | None:
        """Return the folder of a voice's style tables; None for those of Narrate."""
        is_of_model = self._other and any(one.id == voice.id for one in self._other.voices)
        return self._other.tables if self._other and is_of_model else None

    def _read(self, text: str, language: str) -> Reading:
        if _is_english(language):
            return self._load_reader().reading(text, british=language.lower() == "en-gb")
        if language not in self._espeak_readers:
            from narrate.engines.kokoro.other_languages import EspeakReader

            self._espeak_readers[language] = EspeakReader(language)
        return self._espeak_readers[language].reading(text)

    def _require_packages(self) -> None:
        if absence := self.absence():
            raise EngineError(absence)

    def _load_model(self, path: str) -> Model:
        self._require_packages()
        path = path or self._model_path
        if path not in self._models:
            from narrate.engines.kokoro.model import Model, providers

            if _is_other(path):
                self._models[path] = Model(Path(path), providers=providers())
            else:
                self._models[path] = Model(weights.rewritten(path), self._threads)
        return self._models[path]

    def _load_reader(self) -> Reader:
        if self._reader is None:
            from narrate.engines.kokoro.phonemes import Reader

            self._reader = Reader()
        return self._reader


def _is_other(path: str) -> bool:
    """Return whether the weights at ``path`` are other than Narrate's own; empty stands for its own."""
    return bool(path) and not sources.is_published(Path(path))


def _timings(
    reading: dict[str, Any], heard: Iterable[tuple[str, int, Numbers]], duration_s: float
) -> tuple[WordTime, ...]:
    """Return when each word is heard, by the start of each piece and the lengths of its phonemes, if there are any."""
    import numpy as np

    times: dict[tuple[int, int], tuple[float, float]] = {}
    at = 0
    for piece, start, phoneme_lengths in heard:
        if not len(phoneme_lengths):
            return ()
        at = reading["phonemes"].index(piece, at)
        ends_s = (start + np.cumsum(phoneme_lengths, dtype=np.float64)) / SAMPLE_RATE_HZ - EARLY_S
        for number, phoneme in enumerate(piece):
            if phoneme.isalpha():
                word_start, word_end = reading["words"][at + number]
                word = (word_start, word_end)
                times[word] = (times.get(word, (float(ends_s[number]), 0.0))[0], float(ends_s[number + 1]))
        at += len(piece)
    next_starts_s = [*(start_s for start_s, _ in times.values()), duration_s][1:]  # a seam may have cut a word's end
    ends = zip(times.items(), next_starts_s, strict=True)
    return tuple(WordTime(*word, start_s, min(end_s, next_s)) for (word, (start_s, end_s)), next_s in ends)


def missing_packages() -> tuple[str, ...]:
    """Return the packages of the extra ``neural`` that are not installed; imports no heavy library.

    Those that hold the weights are among them only if no other place seems to have the weights.
    """
    libraries = tuple(name for name in LIBRARIES if find_spec(name) is None)
    return (*libraries, *weights.missing_parts())


def _advice(missing: Sequence[str]) -> str:
    """Return how to get what is missing. If only the weights are, a copy of them will do."""
    return parts.INSTALL_HINT if set(missing) - set(parts.PARTS) else sources.advice()


def stamp(model: Path) -> str:
    """Return path, size and time of a file of weights, which identify it without reading it."""
    try:
        state = model.stat()
    except OSError as error:
        raise EngineError(f"Cannot find the voice model {model}.") from error
    return f"{full_path(model)} {state.st_size} {state.st_mtime_ns}"


def _is_english(language: str) -> bool:
    return language_code(language) == "en"


def _own_voice(style: str) -> Voice:
    """Return the voice of a style table. Its name begins with language and gender: ``bf_emma`` is British, female."""
    language, accent = LANGUAGES[style[0]]
    return Voice(
        engine="kokoro",
        id=style,
        name=style[3:].capitalize(),
        language=language,
        gender="female" if style[1] == "f" else "male",
        accent=accent,
        age="adult",
        license="Apache-2.0",
        settings={"style": style},
    )


def _checked(voice: Voice) -> Mapping[str, Any]:
    settings = checked_settings(voice, SETTINGS)
    check_speed(voice, float(settings.get("speed", 1.0)))
    return settings


def check_speed(voice: Voice, speed: float) -> None:
    """Raise ``EngineError`` if a speed is not within ``SPEEDS``."""
    if not SPEEDS[0] <= speed <= SPEEDS[1]:
        raise EngineError(f"Voice '{voice.id}': 'speed' must be from {SPEEDS[0]} to {SPEEDS[1]}, not {speed:g}.")
