"""The voice model in onnxruntime."""

from __future__ import annotations

import functools
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import onnxruntime

from narrate.engines.kokoro.vocabulary import TOKENS
from narrate.errors import EngineError

Numbers = npt.NDArray[np.float32]

CPU: Final = ("CPUExecutionProvider",)
"""What the packaged weights run on. CUDA has no operators that quantize or multiply unsigned by signed bytes, so each
product would copy the sound to the CPU and back."""
PROVIDERS: Final = ("CUDAExecutionProvider", *CPU)
DURATIONS: Final = "durations"  # the output with the number of frames of each token, in models that have it
ARENA_BYTES: Final = 2**30
DIVIDED_BYTES: Final = 2**16
TOKEN_INPUTS: Final = ("tokens", "input_ids")  # names that exports give to the input for tokens


class Model:
    """A session of Kokoro-82M. Exports differ in the names and types of their inputs, so these are read from the file.

    Raises ``EngineError`` if the file is missing, cannot be loaded, or is not a Kokoro model.

    Args:
        path: The file.
        threads: How many threads share a line.
        providers: What it may run on, the best first.
    """

    def __init__(self, path: Path, threads: int = 1, providers: Sequence[str] = CPU) -> None:
        if not path.is_file():
            raise EngineError(f"Cannot find the voice model {path}.")
        try:
            options = session_options(threads)
            if sys.platform != "win32":  # where memory counts before it is used
                _register_arena()
                options.add_session_config_entry("session.use_env_allocators", "1")
            self._session = onnxruntime.InferenceSession(path, options, providers=list(providers))
        except Exception as error:  # onnxruntime's exceptions have no base of their own
            raise EngineError(f"The voice model {path} cannot be loaded: {error}.") from error
        inputs = {one.name: one.type for one in self._session.get_inputs()}
        self._tokens = next((name for name in TOKEN_INPUTS if name in inputs), "")
        if set(inputs) != {self._tokens, "style", "speed"}:
            raise EngineError(f"{path} is not a Kokoro model: its inputs are {', '.join(inputs)}.")
        outputs = [one.name for one in self._session.get_outputs()]
        self._outputs = [outputs[0], *(name for name in outputs[1:] if name == DURATIONS)]
        self._whole_speeds = inputs["speed"] != "tensor(float)"

    def speak(self, phonemes: str, style: Numbers, speed: float) -> tuple[Numbers, Numbers]:
        """Speak at most 510 phonemes, in the style for that number of phonemes, of shape (1, 256).

        Returns:
            The samples, shape (n,), and how many of them the silence before the phonemes, each phoneme, and the silence
            after them take, shape (phonemes + 2,). The lengths are empty if the model does not report them.

        Raises:
            EngineError: The model fails, or does not support the speed.
        """
        if self._whole_speeds and speed != int(speed):
            raise EngineError(f"This voice model supports whole numbers as speed, not {speed:g}.")
        feed: dict[str, Any] = {
            self._tokens: np.array([[0, *(TOKENS[phoneme] for phoneme in phonemes), 0]], np.int64),
            "style": style,
            "speed": np.array([speed], np.int32 if self._whole_speeds else np.float32),
        }
        try:
            outputs = self._session.run(self._outputs, feed)
        except Exception as error:  # onnxruntime's, as above
            raise EngineError(f"The voice model failed: {error}.") from error
        samples, *durations = (np.asarray(output, np.float32).reshape(-1) for output in outputs)
        frames = durations[0] if durations else np.zeros(0, np.float32)
        lengths = frames / frames.sum() * len(samples) if len(frames) == len(phonemes) + 2 else frames[:0]
        return np.clip(samples, -1, 1), lengths


@functools.cache
def _register_arena() -> None:
    """Give all sessions of this process that ask for it one arena, which wastes less memory than onnxruntime's own.

    It is one range of addresses, of which the system provides what is used, and its free pieces are divided also if the
    rest is small. A line of 17 s of sound, whose tensors need 218 MB at a time, so takes 237 MB instead of 335 MB, in
    the same time.
    """
    memory = onnxruntime.OrtMemoryInfo(
        "Cpu", onnxruntime.OrtAllocatorType.ORT_ARENA_ALLOCATOR, 0, onnxruntime.OrtMemType.DEFAULT
    )
    settings = {"initial_chunk_size_bytes": ARENA_BYTES, "max_dead_bytes_per_chunk": DIVIDED_BYTES}
    onnxruntime.create_and_register_allocator(memory, onnxruntime.OrtArenaCfg(settings))


def session_options(threads: int = 1) -> onnxruntime.SessionOptions:
    """Return options for a quiet session. Two processes of one thread are faster than one process of two threads."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # other processes need the cores, too
    options.log_severity_level = 3
    return options


def providers() -> list[str]:
    """Return what a model with weights in floating point can run on here, the fastest first."""
    available = onnxruntime.get_available_providers()
    return [name for name in PROVIDERS if name in available]
