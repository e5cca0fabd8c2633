"""``make bench``: a whole neural edition, compared with the model alone and with others that speak with it.

The whole edition, the bare model and kokoro-onnx speak the same lines with the same weights, voices and speeds, in cold
processes taken in turn, so that a busy machine slows all of them; figures are medians. The bare model gets the phonemes
ready-made and does nothing with its samples; it runs both as one process with a thread a core and as a process a core,
and the quicker one counts. It is the model as published; what it costs with its graph rewritten, as Narrate runs it, is
given, too. kokoro-onnx makes its own phonemes, line after line, by ``create``.

The engines are also compared alone: Narrate's, kokoro-onnx's ``create``, and ``KPipeline`` of the package ``kokoro`` on
PyTorch, which abogen and Kokoro-FastAPI call, each with its own phonemes, on one core and on all, after it has loaded
and has spoken a line. Figures are seconds for each second of sound. Narrate runs a process a core, the others a thread.

With ``--log FILE`` every run is added to that file, and the figures are those of all runs in it, so that a long
measurement can be taken in pieces, ``--part`` by ``--part``.
"""

from __future__ import annotations

import argparse
import json
import os
import pickle
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import numpy.typing as npt
from bench import EXAMPLE, NARRATE, Run, report, run

HERE = Path(__file__).parent
ONLY = f"import sys; sys.path.insert(0, {str(HERE)!r}); from bench_neural import main; main()"
PYTORCH = HERE.parent / ".venv" / "peers" / "bin" / "python"
"""The Python of an environment with the package ``kokoro``."""
CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
session: Any = None


def write_inputs(article: Path, folder: Path) -> None:
    """Write the weights, what the model is given for ``article`` (``model``), and what kokoro-onnx is (``lines``)."""
    import onnxruntime

    from narrate.config import Config, SynthesisConfig
    from narrate.engines.kokoro import KokoroEngine, sources, styles, weights
    from narrate.engines.kokoro.vocabulary import TOKENS
    from narrate.pipeline import prepare
    from narrate.script.lines import write_lines
    from narrate.speakable import speakable

    fed: list[dict[str, npt.NDArray[Any]]] = []

    def record(_: Any, __: None, feed: dict[str, npt.NDArray[Any]]) -> list[npt.NDArray[np.float32]]:
        fed.append(feed)
        return [np.zeros(24_000, np.float32)]

    lines, voices = [], []
    engine = KokoroEngine()
    prepared = prepare(article, config=Config(synthesis=SynthesisConfig(engine="kokoro")))
    with patch.object(onnxruntime.InferenceSession, "run", record):
        for line in write_lines(prepared.script):
            voice = prepared.cast.voices[line.speaker]
            text = speakable(line.text, prepared.script.article.language).text
            engine.synthesize(text, voice)
            style, speed = styles.load(str(voice.settings["style"])), float(voice.settings.get("speed", 1.0))
            lines.append((text, style, speed, voice.language.lower()))
            voices.append(voice)
    (folder / "published.onnx").write_bytes(sources.find())
    (folder / "rewritten.onnx").symlink_to(weights.rewritten())
    (folder / "model").write_bytes(pickle.dumps(fed))
    (folder / "lines").write_bytes(pickle.dumps(lines))
    (folder / "voices").write_bytes(pickle.dumps(voices))
    (folder / "vocabulary").write_text(json.dumps(dict(TOKENS)), encoding="utf-8")


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


def load_engine() -> None:
    from narrate.engines.kokoro import KokoroEngine

    global session
    session = KokoroEngine()
    session.load()


def speak_line(text: str, voice: Any) -> tuple[float, float]:
    """Return the seconds of processor time that a line took, and those of its sound."""
    before_s = time.process_time()
    audio = session.synthesize(text, voice)
    return time.process_time() - before_s, audio.duration_s


def engine_of_narrate(folder: Path, cores: int) -> None:
    """Speak the lines by a process for each core."""
    texts = [text for text, *_ in pickle.loads((folder / "lines").read_bytes())]
    voices = pickle.loads((folder / "voices").read_bytes())
    with ProcessPoolExecutor(cores, initializer=load_engine) as pool:
        warm = [pool.submit(speak_line, texts[0], voices[0]) for _ in range(cores)]
        assert all(one.result() for one in warm)
        started = time.perf_counter()
        spent = list(pool.map(speak_line, texts, voices))
        wall_s = time.perf_counter() - started
    cpu_s, sound_s = (sum(column) for column in zip(*spent, strict=True))
    print(json.dumps({"wall_s": wall_s, "cpu_s": cpu_s, "sound_s": sound_s}))


def engine_of_kokoro_onnx(folder: Path, cores: int) -> None:
    """Speak the lines by a thread for each core."""
    import kokoro_onnx

    load_session(folder / "published.onnx", cores)
    voices = folder / "voices.npz"
    np.savez(voices, none=np.zeros((510, 1, 256), np.float32))
    kokoro = kokoro_onnx.Kokoro.from_session(session, str(voices))
    lines = pickle.loads((folder / "lines").read_bytes())

    def speak(text: str, style: Any, speed: float, language: str) -> int:
        return len(kokoro.create(text, voice=style, speed=speed, lang=language)[0])

    speak(*lines[0])
    wall_s, cpu_s = time.perf_counter(), time.process_time()
    samples = sum(speak(*line) for line in lines)
    spent = {"wall_s": time.perf_counter() - wall_s, "cpu_s": time.process_time() - cpu_s}
    print(json.dumps({**spent, "sound_s": samples / 24_000}))


ENGINES: dict[str, Callable[[Path, int], None]] = {
    "narrate": engine_of_narrate,
    "kokoro-onnx": engine_of_kokoro_onnx,
}
KOKORO = "kokoro (PyTorch)"


def speak_by_engines(folder: Path) -> dict[str, Any]:
    """Let each engine speak the lines, on one core and on all, and return what a second of sound took."""
    done = {}
    for cores in sorted({1, CORES}):
        commands = {
            who: [sys.executable, "-c", ONLY, "--only", function.__name__, str(folder), "--cores", str(cores)]
            for who, function in ENGINES.items()
        }
        if PYTORCH.exists():
            commands[KOKORO] = [str(PYTORCH), str(HERE / "bench_pytorch.py"), str(folder), str(cores)]
        for who, command in commands.items():
            result = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
            spent = json.loads(result.stdout.splitlines()[-1])
            done[f"{who}, {cores} cores"] = {
                "wall_s": spent["wall_s"] / spent["sound_s"],
                "cpu_s": spent["cpu_s"] / spent["sound_s"],
                "peak_mb": 0.0,
            }
    return done


def measure(article: Path, options: argparse.Namespace, log: Path) -> None:
    """Let all have their turn, ``options.runs`` times, and add a line for each round and part to ``log``."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with ProcessPoolExecutor(1) as pool:  # a child is never measured as smaller than its parent was
            pool.submit(write_inputs, article, folder).result()
        lines, voices = (pickle.loads((folder / each).read_bytes()) for each in ("lines", "voices"))
        for number in range(options.runs):
            for part in options.part or PARTS:
                limit = options.lines if part == "engines" else None
                (folder / "lines").write_bytes(pickle.dumps(lines[:limit]))
                (folder / "voices").write_bytes(pickle.dumps(voices[:limit]))
                if part == "engines":
                    done = speak_by_engines(folder)
                else:
                    done = {who: asdict(run(code, *arguments)) for who, code, arguments in contestants(article, folder)}
                with log.open("a", encoding="utf-8") as written:
                    written.write(json.dumps({"part": part, "runs": done}) + "\n")
                print(f"{part}: round {number + 1} of {options.runs}", file=sys.stderr, flush=True)


def report_whole(runs: dict[str, list[Run]]) -> None:
    for who, its in runs.items():
        report(who, its)
    print(f"whole / bare model: {ratio(runs, (WHOLE,), tuple(BARE))}")
    print(f"whole / rewritten model: {ratio(runs, (WHOLE,), (REWRITTEN,))}")
    print(f"kokoro-onnx / whole: {ratio(runs, (PEER,), (WHOLE,))}")


def report_engines(runs: dict[str, list[Run]]) -> None:
    for who, its in runs.items():
        wall_s, cpu_s = (statistics.median(getattr(each, field) for each in its) for field in ("wall_s", "cpu_s"))
        print(f"{who:32} {wall_s:8.3f} s wall {cpu_s:8.3f} s cpu for each second of sound")
    for who in runs:
        name, cores = who.split(", ")
        if name != "narrate":
            print(f"{name} / narrate, {cores}: {ratio(runs, (who,), (f'narrate, {cores}',))}")


PARTS = {"whole": report_whole, "engines": report_engines}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("article", nargs="?", type=Path, default=EXAMPLE)
    parser.add_argument("--part", action="append", choices=PARTS, help="measure this only")
    parser.add_argument("--lines", type=int, default=12, help="the engines speak as many lines of the article")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--log", type=Path)
    parser.add_argument("--only", help=argparse.SUPPRESS)
    parser.add_argument("--cores", type=int, default=0, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.only:
        globals()[options.only](options.article, *[options.cores] * bool(options.cores))
        return
    with tempfile.TemporaryDirectory() as name:
        log = options.log or Path(name) / "log"
        measure(options.article, options, log)
        rounds = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    for part, tell in PARTS.items():
        of_part = [one["runs"] for one in rounds if one["part"] == part]
        if of_part:
            print(
                f"{part}: {CORES} cores, medians of {len(of_part)} runs; ratios: the median round, and the span of all"
            )
            tell({who: [Run(**its[who]) for its in of_part] for who in of_part[0]})


if __name__ == "__main__":
    main()
