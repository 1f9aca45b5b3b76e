"""Small ONNX models for the numerics."""

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

DEFAULT_OPSET = 21


def value_info(name, array, dynamic=()):
    """The declaration of an input like `array`; `dynamic` axes get names."""
    dims = [f"{name}_{i}" if i in dynamic else n for i, n in enumerate(array.shape)]
    kind = helper.np_dtype_to_tensor_dtype(array.dtype)
    return helper.make_tensor_value_info(name, kind, dims)


def graph_model(
    nodes, inputs, outputs, *, initializers=None, opset=DEFAULT_OPSET, dynamic=None
):
    """A model of `nodes`. `inputs` and `initializers` are arrays by name,
    `outputs` names, `dynamic` lists of axes by input name."""
    dynamic = dynamic or {}
    graph = helper.make_graph(
        nodes,
        "graph",
        [value_info(k, np.asarray(v), dynamic.get(k, ())) for k, v in inputs.items()],
        [helper.make_value_info(name, onnx.TypeProto()) for name in outputs],
        initializer=[
            numpy_helper.from_array(np.asarray(v), k)
            for k, v in (initializers or {}).items()
        ],
    )
    model = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=10
    )
    return onnx.shape_inference.infer_shapes(model)


def node_model(
    op,
    inputs,
    outputs=1,
    *,
    opset=DEFAULT_OPSET,
    initializers=None,
    dynamic=None,
    order=None,
    **attrs,
):
    """A model of one node. `order` lists the node's inputs ("" for an omitted
    one); by default the inputs, then the initializers."""
    names = order or [*inputs, *(initializers or {})]
    results = [f"y{i}" for i in range(outputs)]
    node = helper.make_node(op, names, results, **attrs)
    return graph_model(
        [node],
        inputs,
        results,
        initializers=initializers,
        opset=opset,
        dynamic=dynamic,
    )


__all__ = ["TensorProto", "graph_model", "node_model", "value_info"]
