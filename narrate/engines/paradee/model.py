"""A student of Kokoro-82M in onnxruntime."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
import onnx
import onnxruntime

from narrate.engines.kokoro.model import Numbers, providers, session_options
from narrate.engines.kokoro.vocabulary import TOKENS
from narrate.engines.paradee.noise import fix_noise
from narrate.errors import EngineError

INPUTS: Final = {"input_ids": "tensor(int64)", "speed": "tensor(float)"}


class Student:
    """A session of a model that turns tokens and a speed into a waveform.

    Raises ``EngineError`` if the file is missing, cannot be loaded, or is another model.
    """

    def __init__(self, path: Path) -> None:
        if not path.is_file():
            raise EngineError(f"Cannot find the voice model {path}.")
        try:
            model = onnx.load(path)
            fix_noise(model)
            data = model.SerializeToString()
            self._session = onnxruntime.InferenceSession(data, session_options(), providers=providers())
        except EngineError as error:
            raise EngineError(f"The voice model {path} cannot be used: {error}") from error
        except Exception as error:  # exceptions of onnx and onnxruntime have no base of their own
            raise EngineError(f"The voice model {path} cannot be loaded: {error}.") from error
        inputs = {one.name: one.type for one in self._session.get_inputs()}
        if inputs != INPUTS:
            given = ", ".join(f"{name} ({kind})" for name, kind in inputs.items())
            raise EngineError(f"{path} is not a student of Kokoro with one voice: its inputs are {given}.")
        self._output = self._session.get_outputs()[0].name

    def speak(self, phonemes: str, speed: float) -> Numbers:
        """Speak at most 510 phonemes. Return the samples, shape (n,), in [-1, 1]. Raise ``EngineError`` on failure."""
        tokens = [[0, *(TOKENS[phoneme] for phoneme in phonemes), 0]]
        feed = {"input_ids": np.array(tokens, np.int64), "speed": np.array([speed], np.float32)}
        try:
            (samples,) = self._session.run([self._output], feed)
        except Exception as error:  # onnxruntime's, as above
            raise EngineError(f"The voice model failed: {error}.") from error
        return np.clip(np.asarray(samples, np.float32).reshape(-1), -1, 1)
