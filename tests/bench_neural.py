"""``make bench``: a whole neural edition, beside what the model alone costs and beside kokoro-onnx.

All three speak the same lines with the same weights, voices and speeds, in cold processes taken in turn, so that a busy
machine slows all of them; figures are medians. The bare model gets the phonemes ready-made and does nothing with its
samples; it runs both as one process with a thread a core and as a process a core, and the quicker one counts.
kokoro-onnx makes its own phonemes, line after line, by ``create``.
"""

from __future__ import annotations

import argparse
import os
import pickle
import statistics
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import numpy.typing as npt
from bench import EXAMPLE, NARRATE, Run, report, run

ONLY = f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r}); from bench_neural import main; main()"
CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
session: Any = None


def write_inputs(article: Path, folder: Path) -> None:
    """Pickle what the model is given for ``article`` to ``model``, and what kokoro-onnx is to ``lines``."""
    import onnxruntime

    from narrate.config import Config, SynthesisConfig
    from narrate.engines.kokoro import KokoroEngine, styles
    from narrate.pipeline import prepare
    from narrate.script.lines import write_lines
    from narrate.speakable import speakable

    fed: list[dict[str, npt.NDArray[Any]]] = []

    def record(_: Any, __: None, feed: dict[str, npt.NDArray[Any]]) -> list[npt.NDArray[np.float32]]:
        fed.append(feed)
        return [np.zeros(24_000, np.float32)]

    lines = []
    engine = KokoroEngine()
    prepared = prepare(article, config=Config(synthesis=SynthesisConfig(engine="kokoro")))
    with patch.object(onnxruntime.InferenceSession, "run", record):
        for line in write_lines(prepared.script):
            voice = prepared.cast.voices[line.speaker]
            text = speakable(line.text, prepared.script.article.language).text
            engine.synthesise(text, voice)
            style, speed = styles.load(str(voice.settings["style"])), float(voice.settings.get("speed", 1.0))
            lines.append((text, style, speed, voice.language.lower()))
    (folder / "model").write_bytes(pickle.dumps(fed))
    (folder / "lines").write_bytes(pickle.dumps(lines))


def load_session(threads: int) -> None:
    import onnxruntime

    from narrate.engines.kokoro import weights

    global session
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(weights.joined(), options, providers=["CPUExecutionProvider"])


def speak(feed: dict[str, npt.NDArray[Any]]) -> int:
    return len(session.run(None, feed)[0])


def one_process(inputs: Path) -> None:
    load_session(CORES)
    for feed in pickle.loads(inputs.read_bytes()):
        speak(feed)


def many_processes(inputs: Path) -> None:
    with ProcessPoolExecutor(CORES, initializer=load_session, initargs=(1,)) as pool:
        for _ in pool.map(speak, pickle.loads(inputs.read_bytes())):
            pass


def kokoro_onnx(inputs: Path) -> None:
    import kokoro_onnx

    from narrate.engines.kokoro import weights

    voices = inputs.with_name("voices.npz")
    np.savez(voices, none=np.zeros((510, 1, 256), np.float32))  # it wants a file; each line brings its own style
    kokoro = kokoro_onnx.Kokoro(str(weights.joined()), str(voices))
    for text, style, speed, language in pickle.loads(inputs.read_bytes()):
        kokoro.create(text, voice=style, speed=speed, lang=language)


BARE = {f"model, one process, {CORES} threads": one_process, f"model, {CORES} processes": many_processes}


def contestants(article: Path, folder: Path) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Name, code and arguments of each."""
    whole = ("make", str(article), "--engine", "kokoro", "--no-cache", "--quiet", "-o", f"{folder}/whole.mp3")
    yield "narrate make, kokoro", NARRATE, whole
    for name, function in BARE.items():
        yield name, ONLY, ("--only", function.__name__, f"{folder}/model")
    yield "kokoro-onnx, create", ONLY, ("--only", "kokoro_onnx", f"{folder}/lines")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("article", nargs="?", type=Path, default=EXAMPLE)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--only", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.only:
        globals()[options.only](options.article)
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with ProcessPoolExecutor(1) as pool:  # a child is never measured as smaller than its parent was
            pool.submit(write_inputs, options.article, folder).result()
        runs: dict[str, list[Run]] = {}
        for _ in range(options.runs):
            for contestant, code, arguments in contestants(options.article, folder):
                runs.setdefault(contestant, []).append(run(code, *arguments))
        walls = {contestant: report(contestant, its).wall_s for contestant, its in runs.items()}
        whole, other = walls["narrate make, kokoro"], walls["kokoro-onnx, create"]
        # Each round is a comparison of its own: what else the machine did weighed on all of it.
        floors = [min(runs[name][turn].wall_s for name in BARE) for turn in range(options.runs)]
        wholes = [its.wall_s for its in runs["narrate make, kokoro"]]
        ratio = statistics.median(one / floor for one, floor in zip(wholes, floors, strict=True))
        print(f"{CORES} cores, {options.runs} runs")
        print(f"whole / bare model: {ratio:.2f}; kokoro-onnx / whole: {other / whole:.2f}")


if __name__ == "__main__":
    main()
