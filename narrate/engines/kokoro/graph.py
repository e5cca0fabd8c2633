"""Rewriting of the model's graph to compute the same faster, and to report when each phoneme is heard.

onnxruntime's ``ConvInteger`` multiplies unsigned by unsigned bytes, for which processors have no fast instruction, and
packs its weights again at every call. The same convolution as one matrix product, with all taps in one row and signed
weights that are packed once, gives the same integers. The generator, where nearly all time goes, is rewritten further
(:mod:`.generator`). What that is worth depends on the processor, see docs/explanation/performance.md.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper

from narrate.engines.kokoro.generator import rewrite_generator
from narrate.engines.kokoro.model import CPU, DURATIONS, session_options
from narrate.engines.kokoro.nodes import Graph, Nodes, attributes_of
from narrate.errors import EngineError

MIDDLE: Final = 64
"""Subtracting this makes weights of 7 bits signed. The sum of two products with bytes still fits into 16 bits, which
processors without the newest instructions need."""
LARGEST: Final = 2 * MIDDLE - 1
TO_THE_END: Final = np.iinfo(np.int64).max


def rewrite(model: bytes) -> bytes:
    """Return a model with matrix products for one-dimensional integer convolutions, and the output ``DURATIONS``.

    The generator gets the forms of :mod:`.generator`. All other results are the same to the bit.

    Raises:
        EngineError: onnxruntime cannot store the optimized graph in the temporary folder.
    """
    proto = onnx.load_model_from_string(model)
    graph = Graph(proto.graph)
    rewrite_generator(graph, MIDDLE)
    for node in graph.nodes("ConvInteger"):
        if product := _product(node, graph):
            graph.replace(node, product)
    durations = _durations(graph)
    graph.finish(durations)
    for name in durations:
        proto.graph.node.append(helper.make_node("Identity", [name], [DURATIONS], name=DURATIONS))
        proto.graph.output.append(helper.make_tensor_value_info(DURATIONS, TensorProto.FLOAT, [1, None]))
    return _optimize(proto.SerializeToString(deterministic=True))


def _optimize(model: bytes) -> bytes:
    """Return the model as onnxruntime optimizes it on any processor, so that it loads in half the time."""
    with tempfile.TemporaryDirectory(prefix="narrate-") as folder:
        options, result = session_options(), Path(folder) / "optimized.onnx"
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
        options.optimized_model_filepath = str(result)
        try:
            onnxruntime.InferenceSession(model, options, providers=list(CPU))
        except Exception as error:  # onnxruntime's exceptions have no base of their own
            raise EngineError(
                f"The voice model cannot be optimized in the temporary folder: {error}. It needs 100 MB there. To use "
                "another folder, set the environment variable TMPDIR."
            ) from error
        return result.read_bytes()


def _durations(graph: Graph) -> list[str]:
    """Return the value with the number of frames of each token, which the model computes by rounding and clipping."""
    clipped = [node.output[0] for node in graph.nodes("Clip") if graph.producer(node.input[0], "Round")]
    return clipped if len(clipped) == 1 else []


def _product(node: Any, graph: Graph) -> Nodes | None:
    """Return nodes that replace a convolution, and add their constants; None if they cannot replace it."""
    sound, weights_name, sound_zero, zero_name = node.input
    weights, zero = graph.value(weights_name), graph.value(zero_name)
    shape = attributes_of(node)
    is_plain = weights.ndim == 3 and shape["strides"] == [1] and shape["group"] == 1
    if not is_plain or weights.dtype != np.uint8 or zero.ndim or weights.max() > LARGEST:
        return None
    channels_out, channels_in, taps = weights.shape
    (step,), (before, after) = shape["dilations"], shape["pads"]

    def position(value: int) -> str:
        return graph.constant(f"position {value}", np.array([value], np.int64))

    nodes = Nodes(node.name)
    rows = nodes.make("Transpose", [sound], "rows", perm=[0, 2, 1])
    if before or after:
        pads = graph.constant(f"pads {before} {after}", np.array([0, before, 0, 0, after, 0], np.int64))
        rows = nodes.make("Pad", [rows, pads, sound_zero], "padded")
    if taps > 1:
        spans = [(tap * step, (tap - taps + 1) * step or TO_THE_END) for tap in range(taps)]
        shifted = [
            nodes.make("Slice", [rows, position(start), position(end), position(1)], f"tap {start}")
            for start, end in spans
        ]
        rows = nodes.make("Concat", shifted, "taps", axis=2)
    signed = weights.transpose(2, 1, 0).reshape(taps * channels_in, channels_out).astype(np.int16) - MIDDLE
    matrix = graph.constant(f"{node.name} weights", signed.astype(np.int8))
    signed_zero = graph.constant(f"{node.name} zero", np.int8(int(zero) - MIDDLE))
    product = nodes.make("MatMulInteger", [rows, matrix, sound_zero, signed_zero], "product")
    nodes.make("Transpose", [product], "turned", output=node.output[0], perm=[0, 2, 1])
    return nodes
