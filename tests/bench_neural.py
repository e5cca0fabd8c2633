"""``make bench``: a whole neural edition, beside what the model alone costs and beside kokoro-onnx.

All three speak the same lines with the same weights, voices and speeds, in cold processes taken in turn, so that a busy
machine slows all of them; figures are medians. The bare model gets the phonemes ready-made and does nothing with its
samples; it runs both as one process with a thread a core and as a process a core, and the quicker one counts. It is
the model as published; what it costs with its graph rewritten, as Narrate runs it, is told beside. kokoro-onnx makes
its own phonemes, line after line, by ``create``. With ``--log FILE`` every run is added to that file, and the figures
are those of all runs in it, so that a long measurement can be taken in pieces.
"""

from __future__ import annotations

import argparse
import json
import os
import pickle
import statistics
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
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
    """Write the weights, what the model is given for ``article`` (``model``), and what kokoro-onnx is (``lines``)."""
    import onnxruntime

    from narrate.config import Config, SynthesisConfig
    from narrate.engines.kokoro import KokoroEngine, sources, styles, weights
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
            engine.synthesize(text, voice)
            style, speed = styles.load(str(voice.settings["style"])), float(voice.settings.get("speed", 1.0))
            lines.append((text, style, speed, voice.language.lower()))
    (folder / "published.onnx").write_bytes(sources.find())
    (folder / "rewritten.onnx").symlink_to(weights.rewritten())
    (folder / "model").write_bytes(pickle.dumps(fed))
    (folder / "lines").write_bytes(pickle.dumps(lines))


def load_session(weights: Path, threads: int) -> None:
    import onnxruntime

    global session
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(weights, options, providers=["CPUExecutionProvider"])


def speak(feed: dict[str, npt.NDArray[Any]]) -> int:
    return len(session.run(None, feed)[0])


def one_process(folder: Path) -> None:
    load_session(folder / "published.onnx", CORES)
    for feed in pickle.loads((folder / "model").read_bytes()):
        speak(feed)


def many_processes(folder: Path, weights: str = "published.onnx") -> None:
    with ProcessPoolExecutor(CORES, initializer=load_session, initargs=(folder / weights, 1)) as pool:
        for _ in pool.map(speak, pickle.loads((folder / "model").read_bytes())):
            pass


def rewritten(folder: Path) -> None:
    many_processes(folder, "rewritten.onnx")


def kokoro_onnx(folder: Path) -> None:
    import kokoro_onnx

    voices = folder / "voices.npz"
    np.savez(voices, none=np.zeros((510, 1, 256), np.float32))  # it wants a file; each line brings its own style
    kokoro = kokoro_onnx.Kokoro(str(folder / "published.onnx"), str(voices))
    for text, style, speed, language in pickle.loads((folder / "lines").read_bytes()):
        kokoro.create(text, voice=style, speed=speed, lang=language)


WHOLE = "narrate make, kokoro"
BARE = {f"model, one process, {CORES} threads": one_process, f"model, {CORES} processes": many_processes}
REWRITTEN = f"model rewritten, {CORES} processes"
PEER = "kokoro-onnx, create"


def contestants(article: Path, folder: Path) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Name, code and arguments of each."""
    whole = ("make", str(article), "--engine", "kokoro", "--no-cache", "--quiet", "-o", f"{folder}/whole.mp3")
    yield WHOLE, NARRATE, whole
    for name, function in {**BARE, REWRITTEN: rewritten, PEER: kokoro_onnx}.items():
        yield name, ONLY, ("--only", function.__name__, str(folder))


def ratio(runs: dict[str, list[Run]], names: tuple[str, ...], others: tuple[str, ...]) -> str:
    """The time of ``names`` over that of ``others``, the least of each: the median round, and the span of all.

    Each round is a comparison of its own: what else the machine did weighed on all of it.
    """

    def ratios(field: str) -> str:
        def least(chosen: tuple[str, ...]) -> list[float]:
            return [min(turn) for turn in zip(*([getattr(its, field) for its in runs[n]] for n in chosen), strict=True)]

        rounds = [one / other for one, other in zip(least(names), least(others), strict=True)]
        return f"{statistics.median(rounds):.2f} ({min(rounds):.2f} to {max(rounds):.2f})"

    return f"{ratios('wall_s')} in wall time, {ratios('cpu_s')} in processor time"


def measure(article: Path, rounds: int, log: Path) -> None:
    """Let all have their turn, ``rounds`` times, and add a line for each round to ``log``."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with ProcessPoolExecutor(1) as pool:  # a child is never measured as smaller than its parent was
            pool.submit(write_inputs, article, folder).result()
        for _ in range(rounds):
            done = {who: asdict(run(code, *arguments)) for who, code, arguments in contestants(article, folder)}
            with log.open("a", encoding="utf-8") as lines:
                lines.write(json.dumps(done) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("article", nargs="?", type=Path, default=EXAMPLE)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--log", type=Path)
    parser.add_argument("--only", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.only:
        globals()[options.only](options.article)
        return
    with tempfile.TemporaryDirectory() as name:
        log = options.log or Path(name) / "log"
        measure(options.article, options.runs, log)
        rounds = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    runs = {who: [Run(**its[who]) for its in rounds] for who in rounds[0]}
    for who, its in runs.items():
        report(who, its)
    print(f"{CORES} cores, medians of {len(rounds)} runs; ratios: the median round, and the span of all")
    print(f"whole / bare model: {ratio(runs, (WHOLE,), tuple(BARE))}")
    print(f"whole / rewritten model: {ratio(runs, (WHOLE,), (REWRITTEN,))}")
    print(f"kokoro-onnx / whole: {ratio(runs, (PEER,), (WHOLE,))}")


if __name__ == "__main__":
    main()
