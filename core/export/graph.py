"""Building an ONNX graph, one operation after the other."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from onnx import NodeProto, TensorProto, helper, numpy_helper


class GraphBuilder:
    """Collects operations and constants under names of their own.

    Args:
        prefix: Of all names, so that they are not those of another part of the graph.
    """

    def __init__(self, prefix: str) -> None:
        self.nodes: list[NodeProto] = []
        self.initializers: list[TensorProto] = []
        self._prefix = prefix
        self._n_names = 0

    def add(self, operation: str, *inputs: str, name: str | None = None, n_outputs: int = 1, **attributes: Any) -> str:
        """Add an operation.

        Args:
            operation: As ONNX calls it.
            inputs: Names of values.
            name: Of the (first) result; ``None`` for a name of its own.
            n_outputs: How many results it has; those after the first are called as the first with ``_1``, ``_2`` …
            attributes: Of the operation.

        Returns:
            The name of the (first) result.
        """
        output = name or self._new_name(operation)
        outputs = [output, *(f"{output}_{index}" for index in range(1, n_outputs))]
        self.nodes.append(helper.make_node(operation, inputs, outputs, name=f"{self._prefix}{output}", **attributes))
        return output

    def constant(self, value: npt.ArrayLike, dtype: npt.DTypeLike) -> str:
        """Add a constant and return its name."""
        name = self._new_name("constant")
        self.initializers.append(numpy_helper.from_array(np.asarray(value, dtype=dtype), name))
        return name

    def integers(self, *values: int) -> str:
        """Add an int64 constant ``[n_values]``, as shapes and axes are."""
        return self.constant(values, np.int64)

    def integer(self, value: int) -> str:
        """Add a single int64 constant."""
        return self.constant(value, np.int64)

    def cast(self, value: str, to: int) -> str:
        """Convert a value to another type of ``TensorProto``."""
        return self.add("Cast", value, to=to)

    def _new_name(self, what: str) -> str:
        self._n_names += 1
        return f"{self._prefix}{what}_{self._n_names}"
