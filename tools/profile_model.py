"""``make profile``: where the processor time of kokoro goes, by operator and by stage of the model.

It runs three models on the example's lines, one thread each: the published one, the one that Narrate makes of it, and
with ``--other FILE`` another, such as the weights in fp32. The times of operators are wall times, so the machine should
be quiet; the processor time of each model is that of runs without the profiler, which take turns.
"""

from __future__ import annotations

import argparse
import json
import platform
import re
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import onnxruntime

from narrate.config import Config, SynthesisConfig
from narrate.engines.kokoro import KokoroEngine, sources, styles, weights
from narrate.engines.kokoro.model import session_options
from narrate.engines.kokoro.vocabulary import TOKENS
from narrate.pipeline import prepare
from narrate.script.lines import write_lines
from narrate.speakable import speakable

EXAMPLE = Path(__file__).parent.parent / "examples" / "harbour-bridge.md"
STAGES = {
    "text and durations": r"/encoder|^onnx|bert",
    "source of the voice": r"m_source|f0_upsamp|STFT|noise_convs",
    "upsampling": r"/ups\.",
    "generator's blocks": r"resblocks|noise_res",
    "rest of the decoder": r"",
}
"""Stage -> a pattern in the names of its nodes; the first that matches counts."""


def feeds(count: int) -> Iterator[dict[str, Any]]:
    """Yield what the model gets for the first lines of the example."""
    import numpy as np

    engine = KokoroEngine()
    prepared = prepare(EXAMPLE, config=Config(synthesis=SynthesisConfig(engine="kokoro")))
    for line in write_lines(prepared.script)[:count]:
        voice = prepared.cast.voices[line.speaker]
        phonemes = engine.read(speakable(line.text, "en-GB").text, voice)["phonemes"][:510]
        yield {
            "tokens": np.array([[0, *(TOKENS[phoneme] for phoneme in phonemes), 0]], np.int64),
            "style": styles.load(str(voice.settings["style"]))[len(phonemes)],
            "speed": np.array([voice.settings.get("speed", 1.0)], np.float32),
        }


def profile(model: Path, given: list[dict[str, Any]]) -> tuple[Counter[str], Counter[str]]:
    """Return the microseconds by operator, and by stage."""
    options = session_options()
    options.enable_profiling = True
    with tempfile.TemporaryDirectory() as folder:
        options.profile_file_prefix = f"{folder}/profile"
        session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        for feed in given:
            session.run(None, feed)
        events = json.loads(Path(session.end_profiling()).read_text(encoding="utf-8"))
    operators, stages = Counter[str](), Counter[str]()
    for event in events:
        operator = event.get("args", {}).get("op_name")
        if operator and event["name"].endswith("_kernel_time") and operator != "Scan":  # its body is listed, too
            operators[operator] += event["dur"]
            stages[next(stage for stage, name in STAGES.items() if re.search(name, event["name"]))] += event["dur"]
    return operators, stages


def main() -> None:
    """Print the tables in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--other", type=Path, action="append", default=[])
    options = parser.parse_args()
    given = list(feeds(options.lines))
    with tempfile.TemporaryDirectory() as folder:
        published = Path(folder) / "published.onnx"
        published.write_bytes(sources.find())
        models = {"published": published, "rewritten": weights.rewritten(), **{one.stem: one for one in options.other}}
        sessions = {
            name: onnxruntime.InferenceSession(path, session_options(), providers=["CPUExecutionProvider"])
            for name, path in models.items()
        }
        sound_s = sum(sessions["published"].run(None, feed)[0].size for feed in given) / 24_000
        spent: dict[str, list[float]] = {name: [] for name in models}
        for _ in range(options.rounds):
            for name, session in sessions.items():
                before_s = time.process_time()
                for feed in given:
                    session.run(None, feed)
                spent[name].append((time.process_time() - before_s) / sound_s)
        print(f"{platform.machine()}, onnxruntime {onnxruntime.__version__}, one thread, {sound_s:.0f} s of sound\n")
        for name, path in models.items():
            print(f"{name}: {statistics.median(spent[name]):.3f} s of processor time for each second of sound\n")
            for title, table in zip(("operator", "stage"), profile(path, given), strict=True):
                print(f"| {title} | share |\n|---|---|")
                for row, duration in table.most_common(14):
                    print(f"| {row} | {duration / table.total():.1%} |")
                print()


if __name__ == "__main__":
    main()
