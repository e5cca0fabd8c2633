"""``make profile``: where the processor time of kokoro goes, by operator and by stage of the model.

It runs three models on the example's lines, one thread each: the published one, the one that Narrate makes of it, and
the published one with its weights put back to fp32. ``--other FILE`` adds another. The times of operators are wall
times, so the machine should be quiet; the processor time of each model is that of runs without the profiler, which take
turns.
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

import numpy as np
import onnx
import onnxruntime

from narrate.config import Config, SynthesisConfig
from narrate.engines.kokoro import KokoroEngine, sources, styles, weights
from narrate.engines.kokoro.model import session_options
from narrate.engines.kokoro.nodes import Graph, Nodes, attributes_of
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


def in_fp32(model: bytes) -> bytes:
    """Return the published model with convolutions, products and recurrent layers on fp32 instead of bytes."""
    proto = onnx.load_model_from_string(model)
    graph = Graph(proto.graph)
    for node in [*graph.nodes("ConvInteger"), *graph.nodes("MatMulInteger")]:
        quantized = graph.producer(node.input[0], "DynamicQuantizeLinear")
        with_bias = graph.reader(node.output[0], "Add")
        cast = graph.reader((with_bias or node).output[0], "Cast")
        last = cast and graph.reader(cast.output[0], "Mul")
        if quantized is None or last is None or not graph.is_constant(node.input[1]):
            continue
        nodes = Nodes(node.name)
        inputs = [quantized.input[0], _weight(graph, node.input[1], node.input[3])]
        if with_bias:
            inputs.append(_bias(graph, with_bias))
        kind = node.op_type.removesuffix("Integer")
        nodes.make(kind, inputs, "in fp32", output=last.output[0], **attributes_of(node))
        graph.replace(last, nodes)
    for node in graph.nodes("DynamicQuantizeLSTM"):
        nodes = Nodes(node.name)
        matrices = [_weight(graph, node.input[at], node.input[7 + 2 * at], node.input[6 + 2 * at]) for at in (1, 2)]
        inputs = [node.input[0], *matrices, *node.input[3:8]]
        nodes.append(onnx.helper.make_node("LSTM", inputs, node.output, name=node.name))
        nodes[0].attribute.extend(node.attribute)
        graph.replace(node, nodes)
    graph.finish([])
    return proto.SerializeToString()


def _bias(graph: Graph, addition: Any) -> str:
    """Return the bias of a convolution, which the graph divides by the scales, rounds and shapes."""
    for name in addition.input:
        source = graph.producer(name, "Reshape")
        for kind in ("Cast", "Floor", "Div"):
            source = source and graph.producer(source.input[0], kind)
        if source:
            return str(source.input[0])
    raise ValueError(f"{addition.name} adds no bias")


def _weight(graph: Graph, name: str, zero: str, scale: str = "") -> str:
    """Return the constant in fp32 for one of integers. The matrices of recurrent layers are turned, too."""
    integers = graph.value(name).astype(np.float32)
    scales, zeros = graph.value(scale or name.removesuffix("_quantized") + "_scale"), graph.value(zero)
    if scale:
        scales, zeros = (one.reshape(len(integers), 1, -1) for one in (scales, zeros))
    numbers = (integers - zeros.astype(np.float32)) * scales
    return graph.constant(f"{name} in fp32", numbers.transpose(0, 2, 1).copy() if scale else numbers)


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
        fp32 = Path(folder) / "fp32.onnx"
        fp32.write_bytes(in_fp32(published.read_bytes()))
        models = {"published": published, "rewritten": weights.rewritten(), "published, in fp32": fp32}
        models |= {one.stem: one for one in options.other}
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
