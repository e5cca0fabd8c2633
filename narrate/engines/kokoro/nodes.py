"""The nodes of an ONNX graph: what computes a value, what reads it, and new nodes in the place of others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from onnx import AttributeProto, helper, numpy_helper

MICROSOFT = "com.microsoft"
"""The domain of the operators that are onnxruntime's own."""


class Graph:
    """A graph whose nodes can be replaced.

    Args:
        proto: The graph. It stays as it is until :meth:`finish`.
    """

    def __init__(self, proto: Any) -> None:
        self._proto = proto
        self._constants = {one.name: one for one in proto.initializer}
        self._producers = {name: node for node in proto.node for name in node.output}
        self._readers: dict[str, list[Any]] = {}
        self._replacements: dict[str, list[Any]] = {}
        for node in proto.node:
            for name in node.input:
                self._readers.setdefault(name, []).append(node)

    def nodes(self, kind: str) -> list[Any]:
        """Return the nodes with an operator."""
        return [node for node in self._proto.node if node.op_type == kind]

    def producer(self, name: str, kind: str) -> Any | None:
        """Return the node that computes a value, if its operator is ``kind``."""
        node = self._producers.get(name)
        return node if node is not None and node.op_type == kind else None

    def reader(self, name: str, kind: str) -> Any | None:
        """Return the only node that reads a value, if there is only one and its operator is ``kind``."""
        readers = self._readers.get(name, [])
        return readers[0] if len(readers) == 1 and readers[0].op_type == kind else None

    def is_constant(self, name: str) -> bool:
        """Return whether a value is a constant."""
        return name in self._constants

    def value(self, name: str) -> npt.NDArray[Any]:
        """Return a constant."""
        value: npt.NDArray[Any] = numpy_helper.to_array(self._constants[name])
        return value

    def constant(self, name: str, value: Any) -> str:
        """Add a constant, unless there is one of that name, and return the name."""
        if name not in self._constants:
            self._constants[name] = numpy_helper.from_array(np.asarray(value), name)
        return name

    def replace(self, node: Any, nodes: Sequence[Any]) -> None:
        """Compute the output of a node by other nodes, which take its place in the order."""
        self._replacements[node.output[0]] = [*nodes]

    def finish(self, wanted: Sequence[str]) -> None:
        """Write the graph with the replacements, and without what no output and no value ``wanted`` depends on."""
        nodes: list[Any] = []
        for node in self._proto.node:
            nodes += self._replacements.get(node.output[0], [node])
        read = {*wanted, *(output.name for output in self._proto.output)}
        kept = []
        for node in reversed(nodes):
            if not read.isdisjoint(node.output):
                kept.append(node)
                read.update(_reads(node))
        kept.reverse()
        del self._proto.node[:], self._proto.initializer[:]
        self._proto.node.extend(kept)
        self._proto.initializer.extend(one for name, one in self._constants.items() if name in read)


class Nodes(list[Any]):
    """New nodes, in order.

    Args:
        name: How the names of the nodes and of their values begin.
    """

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def make(self, kind: str, inputs: Sequence[str], called: str, *, output: str = "", **attributes: Any) -> str:
        """Add a node and return the name of its value, which is ``output`` or made of ``called``."""
        name = f"{self.name} {called}"
        self.append(helper.make_node(kind, [*inputs], [output or name], name=name, **attributes))
        return output or name


def attributes_of(node: Any) -> dict[str, Any]:
    """Return the attributes of a node by name."""
    return {one.name: helper.get_attribute_value(one) for one in node.attribute}


def other_input(node: Any, name: str) -> str:
    """Return the input of a node with two inputs that is not ``name``."""
    return str(next((one for one in node.input if one != name), name))


def _reads(node: Any) -> Iterator[str]:
    """Yield the names of the values that a node reads, those of the nodes in its graphs included."""
    yield from node.input
    for attribute in node.attribute:
        if attribute.type == AttributeProto.GRAPH:
            for inner in attribute.g.node:
                yield from _reads(inner)
