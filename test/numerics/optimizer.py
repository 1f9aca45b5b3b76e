"""Steps of gradient descent, as ai.onnx.preview.training defines them."""

import numpy as np
import onnx
from models import value_info
from onnx import helper
from onnx.reference import ReferenceEvaluator

RNG = np.random.default_rng(47)
DOMAIN = "ai.onnx.preview.training"


def step(op, states, shapes, count, dtype=np.float32, rate=np.float32, dynamic=(), **attrs):
    """`states` kinds of tensors beside x and its gradient, for each of `shapes`."""
    inputs = {"r": np.array(0.1, rate), "t": np.array(count)}
    for kind in range(2 + states):
        for i, shape in enumerate(shapes):
            x = RNG.standard_normal(shape)
            inputs[f"x{kind}_{i}"] = (abs(x) if kind >= 2 else x).astype(dtype)
    results = [f"y{i}" for i in range(len(shapes) * (1 + states))]

    def model():
        graph = helper.make_graph(
            [helper.make_node(op, list(inputs), results, domain=DOMAIN, **attrs)],
            "graph",
            [value_info(k, v, dynamic if v.ndim else ()) for k, v in inputs.items()],
            [helper.make_value_info(name, onnx.TypeProto()) for name in results],
        )
        opsets = [helper.make_opsetid("", 21), helper.make_opsetid(DOMAIN, 1)]
        return onnx.shape_inference.infer_shapes(
            helper.make_model(graph, opset_imports=opsets, ir_version=10)
        )

    def reference(**inputs):
        """The evaluator's, which gives f64 for one tensor (Adam)."""
        return [y.astype(dtype) for y in ReferenceEvaluator(model()).run(None, inputs)]

    name = f"{op}-{len(shapes)}-{count}-{np.dtype(dtype).name}"
    return {
        "name": "-".join([name, *map(str, attrs.values())]),
        "model": model,
        "inputs": inputs,
        "reference": reference,
    }


MOMENTUM = {"alpha": 0.95, "beta": 0.85, "norm_coefficient": 0.01}
ADAM = {"alpha": 0.8, "beta": 0.9, "norm_coefficient": 0.01, "norm_coefficient_post": 0.02}

CASES = [
    *[step("Momentum", 1, [(2, 3)], t, mode=mode, **MOMENTUM)
      for t in (0, 3) for mode in ("standard", "nesterov")],
    step("Momentum", 1, [(2, 3), (4,), ()], 1, mode="standard", **MOMENTUM),
    step("Momentum", 1, [(2, 3)], 1, np.float64, mode="standard", dynamic=(0, 1), **MOMENTUM),
    *[step("Adagrad", 1, [(2, 3)], t, decay_factor=0.1, epsilon=1e-5, norm_coefficient=0.01)
      for t in (0, 5)],
    step("Adagrad", 1, [(3,), (2, 2)], 2, np.float64, np.float64),
    *[step("Adam", 2, [(2, 3)], t, **ADAM) for t in (0, 1, 9)],
    step("Adam", 2, [(3,), (2, 2)], 2),
]
