"""The same noise for every line: a model that draws random numbers gives other samples each time it speaks.

Each operator that draws numbers is replaced by operators that repeat a fixed list of such numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from narrate.errors import EngineError

LENGTH: Final = 1 << 18  # numbers in a list: 11 s of sound, so that a repetition cannot be heard
STEP: Final = 7919  # how much later in the list each further operator begins
NORMAL, UNIFORM = "narrate_normal", "narrate_uniform"
FIXED: Final = {
    "RandomNormal": NORMAL,
    "RandomNormalLike": NORMAL,
    "RandomUniform": UNIFORM,
    "RandomUniformLike": UNIFORM,
}
"""Operators that are replaced -> the list that they repeat."""
DRAWING: Final = frozenset([*FIXED, "Bernoulli", "Multinomial"])


def fix_noise(model: onnx.ModelProto) -> None:
    """Replace the operators of a model that draw random numbers.

    Raises:
        EngineError: There is one that cannot be replaced: of another kind, or in a loop or a branch.
    """
    drawing = [node for node in model.graph.node if node.op_type in FIXED]
    others = sorted({node.op_type for node in _all_nodes(model.graph) if node.op_type in DRAWING} - {*FIXED})
    inner = sum(node.op_type in FIXED for node in _all_nodes(model.graph)) - len(drawing)
    if others or inner:
        kinds = ", ".join(others) or "random numbers in a loop or a branch"
        raise EngineError(f"its sound depends on chance in a way that Narrate does not know ({kinds}).")
    if not drawing:
        return
    chance = np.random.RandomState(0)  # its numbers are the same in all versions of numpy
    lists = {NORMAL: chance.standard_normal(LENGTH), UNIFORM: chance.random_sample(LENGTH)}
    for name in sorted({FIXED[node.op_type] for node in drawing}):
        model.graph.initializer.append(numpy_helper.from_array(lists[name].astype(np.float32), name))
    nodes: list[onnx.NodeProto] = []
    for node in model.graph.node:
        nodes += _fixed(node, model.graph, drawing.index(node)) if node.op_type in FIXED else [node]
    del model.graph.node[:]
    model.graph.node.extend(nodes)


def _all_nodes(graph: onnx.GraphProto) -> Iterator[onnx.NodeProto]:
    for node in graph.node:
        yield node
        for attribute in node.attribute:
            for inner in ([attribute.g] if attribute.HasField("g") else []) + list(attribute.graphs):
                yield from _all_nodes(inner)


def _fixed(node: onnx.NodeProto, graph: onnx.GraphProto, number: int) -> list[onnx.NodeProto]:
    """Return the operators that take the place of one that draws numbers, the ``number``-th of the model."""
    given = {one.name: helper.get_attribute_value(one) for one in node.attribute}
    if FIXED[node.op_type] == NORMAL:
        factor, offset = given.get("scale", 1.0), given.get("mean", 0.0)
    else:
        factor, offset = given.get("high", 1.0) - given.get("low", 0.0), given.get("low", 0.0)
    prefix, nodes = f"narrate_noise_{number}_", list[onnx.NodeProto]()

    def constant(name: str, value: Any, kind: type[np.generic]) -> str:
        graph.initializer.append(numpy_helper.from_array(np.array(value, kind), prefix + name))
        return prefix + name

    def add(operator: str, inputs: list[str], name: str, **attributes: Any) -> str:
        output = node.output[0] if name == "result" else prefix + name
        nodes.append(helper.make_node(operator, inputs, [output], **attributes))
        return output

    shape = add("Shape", [node.input[0]], "shape") if node.input else constant("shape", given["shape"], np.int64)
    start = constant("start", number * STEP, np.int64)
    stop = add("Add", [add("ReduceProd", [shape], "count", keepdims=0), start], "stop")
    places = add("Range", [start, stop, constant("one", 1, np.int64)], "places")
    places = add("Mod", [places, constant("length", LENGTH, np.int64)], "within")
    drawn = add("Reshape", [add("Gather", [FIXED[node.op_type], places], "drawn"), shape], "shaped")
    scaled = add("Mul", [drawn, constant("factor", factor, np.float32)], "scaled")
    moved = add("Add", [scaled, constant("offset", offset, np.float32)], "moved")
    add("Cast", [moved], "result", to=given.get("dtype", TensorProto.FLOAT))
    return nodes
