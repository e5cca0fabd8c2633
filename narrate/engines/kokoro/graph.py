"""Rewriting of the model's graph to compute the same samples faster, and to report when each phoneme is heard.

onnxruntime's ``ConvInteger`` multiplies unsigned by unsigned bytes, for which processors have no fast instruction, and
packs its weights again at every call. The same convolution as one matrix product, with all taps in one row and signed
weights that are packed once, gives the same integers, and so the same samples to the last bit, in about half the time.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

from narrate.engines.kokoro.model import DURATIONS, providers, session_options
from narrate.errors import EngineError

MIDDLE: Final = 64
"""Subtracting this makes weights of 7 bits signed. The sum of two products with bytes still fits into 16 bits, which
processors without the newest instructions need."""
LARGEST: Final = 2 * MIDDLE - 1
TO_THE_END: Final = np.iinfo(np.int64).max


def rewrite(model: bytes) -> bytes:
    """Return a model with matrix products for one-dimensional integer convolutions, and the output ``DURATIONS``.

    Raises:
        EngineError: onnxruntime cannot store the optimized graph in the temporary folder.
    """
    proto = onnx.load_model_from_string(model)
    graph = proto.graph
    constants = {one.name: one for one in graph.initializer}
    nodes: list[Any] = []
    for node in graph.node:
        product = _product(node, constants) if node.op_type == "ConvInteger" else None
        nodes += product or [node]
    read = {name for node in nodes for name in node.input}
    del graph.node[:], graph.initializer[:]
    graph.node.extend(nodes)
    graph.initializer.extend(one for name, one in constants.items() if name in read)
    _add_durations(graph)
    return _optimize(proto.SerializeToString(deterministic=True))


def _optimize(model: bytes) -> bytes:
    """Return the model as onnxruntime optimizes it on any processor, so that it loads in half the time."""
    with tempfile.TemporaryDirectory(prefix="narrate-") as folder:
        options, result = session_options(), Path(folder) / "optimized.onnx"
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
        options.optimized_model_filepath = str(result)
        try:
            onnxruntime.InferenceSession(model, options, providers=providers())
        except Exception as error:  # onnxruntime's exceptions have no base of their own
            raise EngineError(
                f"The voice model cannot be optimized in the temporary folder: {error}. It needs 100 MB there. To use "
                "another folder, set the environment variable TMPDIR."
            ) from error
        return result.read_bytes()


def _add_durations(graph: Any) -> None:
    """Add an output with the number of frames of each token, which the model computes by rounding and clipping."""
    rounded = {node.output[0] for node in graph.node if node.op_type == "Round"}
    clipped = [node.output[0] for node in graph.node if node.op_type == "Clip" and node.input[0] in rounded]
    if len(clipped) == 1:
        graph.node.append(helper.make_node("Identity", clipped, [DURATIONS], name=DURATIONS))
        graph.output.append(helper.make_tensor_value_info(DURATIONS, TensorProto.FLOAT, [1, None]))


def _product(node: Any, constants: dict[str, Any]) -> list[Any] | None:
    """Return nodes that replace a convolution, and add their constants; None if they cannot replace it."""
    sound, weights_name, sound_zero, zero_name = node.input
    weights, zero = (numpy_helper.to_array(constants[name]) for name in (weights_name, zero_name))
    shape = {one.name: helper.get_attribute_value(one) for one in node.attribute}
    is_plain = weights.ndim == 3 and shape["strides"] == [1] and shape["group"] == 1
    if not is_plain or weights.dtype != np.uint8 or zero.ndim or weights.max() > LARGEST:
        return None
    channels_out, channels_in, taps = weights.shape
    (step,), (before, after) = shape["dilations"], shape["pads"]

    def constant(name: str, value: Any) -> str:
        constants.setdefault(name, numpy_helper.from_array(np.asarray(value), name))
        return name

    def position(value: int) -> str:
        return constant(f"position {value}", np.array([value], np.int64))

    def make(kind: str, inputs: list[str], called: str, **attributes: Any) -> str:
        output = called if called in node.output else f"{node.name} {called}"
        made.append(helper.make_node(kind, inputs, [output], name=f"{node.name} {called}", **attributes))
        return output

    made: list[Any] = []
    rows = make("Transpose", [sound], "rows", perm=[0, 2, 1])
    if before or after:
        pads = constant(f"pads {before} {after}", np.array([0, before, 0, 0, after, 0], np.int64))
        rows = make("Pad", [rows, pads, sound_zero], "padded")
    if taps > 1:
        spans = [(tap * step, (tap - taps + 1) * step or TO_THE_END) for tap in range(taps)]
        shifted = [
            make("Slice", [rows, position(start), position(end), position(1)], f"tap {start}") for start, end in spans
        ]
        rows = make("Concat", shifted, "taps", axis=2)
    signed = weights.transpose(2, 1, 0).reshape(taps * channels_in, channels_out).astype(np.int16) - MIDDLE
    matrix = constant(f"{node.name} weights", signed.astype(np.int8))
    signed_zero = constant(f"{node.name} zero", np.int8(int(zero) - MIDDLE))
    product = make("MatMulInteger", [rows, matrix, sound_zero, signed_zero], "product")
    make("Transpose", [product], node.output[0], perm=[0, 2, 1])
    return made
