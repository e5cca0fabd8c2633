"""Students of Kokoro-82M: small models, each distilled to a single voice, several times as fast as their teacher.

They read the phonemes that Kokoro reads. Each voice has weights of its own: one ONNX file, which the setting ``model``
of the voice names. The interface is that of Paradee-8M (https://github.com/sahilmahendrakar/paradee).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from narrate.engines import checked_settings
from narrate.engines.kokoro import LIBRARIES, SAMPLE_RATE_HZ, KokoroEngine, check_speed, stamp
from narrate.engines.kokoro.parts import INSTALL_HINT
from narrate.errors import EngineError
from narrate.types import Audio, Voice

if TYPE_CHECKING:
    from narrate.engines.paradee.model import Student

__all__ = ["ParadeeEngine"]

SETTINGS: Final = {"model": str, "speed": float}
GRAPH: Final = 1  # increase it when `noise.py` changes the samples


class ParadeeEngine(KokoroEngine):
    """Speaks with students of Kokoro-82M.

    ``Voice.settings`` must hold ``model`` (the path of an ONNX file, or a model on Hugging Face, see ``hub.locate``),
    and may hold ``speed``.
    """

    name = "paradee"

    def __init__(self) -> None:
        super().__init__()
        self._students: dict[str, Student] = {}

    def voices(self) -> Sequence[Voice]:
        """Return no voices: the weights are not part of Narrate, and the roster names those of each voice."""
        return ()

    def languages(self) -> Sequence[str]:
        """Return the language of the published students."""
        return ("en-US",)

    def model_voices(self) -> Sequence[Voice]:
        """Return no voices: each voice has a model of its own."""
        return ()

    def use(self, model: str) -> None:
        """Do nothing: each voice has a model of its own."""

    def share(self, threads: int) -> None:
        """Do nothing: the models are too small for several threads."""

    def prepare(self) -> None:
        """Do nothing: weights are located when a text is read for them."""

    def is_prepared(self) -> bool:
        """Return that nothing needs to be prepared."""
        return True

    def load(self) -> None:
        """Load onnxruntime. A model is loaded with the first line of its voice."""
        self._require_packages()
        from narrate.engines.paradee import model  # noqa: F401  (loads it)

    def read(self, text: str, voice: Voice) -> dict[str, Any]:
        """Return the phonemes of a line as Kokoro's, and the file of the voice's weights, which may be downloaded."""
        from narrate.engines.kokoro.hub import locate

        settings, reading = _checked(voice), super().read(text, voice)
        weights = locate(settings["model"], setting=f"the model of voice '{voice.id}'")
        return {**reading, "weights": str(weights)}

    def speak(self, reading: dict[str, Any], voice: Voice) -> Audio:
        """Speak a line by its phonemes, without timings, as the models report none."""
        from narrate.engines.kokoro.seams import join, split
        from narrate.engines.paradee.model import Student

        weights, speed = reading["weights"], float(_checked(voice).get("speed", 1.0))
        if weights not in self._students:
            self._students[weights] = Student(Path(weights))
        pieces = split(reading["phonemes"])
        samples, _ = join([self._students[weights].speak(piece, speed) for piece in pieces], pieces, SAMPLE_RATE_HZ)
        return Audio(samples, SAMPLE_RATE_HZ)

    def fingerprint(self, voice: Voice) -> str:
        """Return what turns text into phonemes, and which weights: a file with its size and time, or a name."""
        model = str(_checked(voice)["model"])
        weights = stamp(Path(model)) if model.endswith(".onnx") else model
        return f"{self.reading_fingerprint(voice)} student {GRAPH} {weights}"

    def absence(self) -> str:
        """Return what of the extra ``neural`` is not installed and how to install it; imports nothing."""
        missing = [name for name in LIBRARIES if find_spec(name) is None]
        return f"Engine 'paradee' lacks {', '.join(missing)}. {INSTALL_HINT}" if missing else ""


def _checked(voice: Voice) -> Mapping[str, Any]:
    settings = checked_settings(voice, SETTINGS)
    if not settings.get("model"):
        raise EngineError(
            f"Voice '{voice.id}' of engine 'paradee' has no model. Name one: a path or a name on Hugging Face, for "
            f"'{voice.id}' in [engines.paradee] of the configuration, or in the settings of the roster."
        )
    check_speed(voice, float(settings.get("speed", 1.0)))
    return settings
