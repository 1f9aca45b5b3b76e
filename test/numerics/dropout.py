"""Dropout of a model that does not train."""

import numpy as np
from models import node_model

X = np.random.default_rng(5).normal(size=(2, 3)).astype(np.float32)


def case(name, opset, outputs=1, dynamic=None, initializers=None, **attrs):
    return {
        "name": f"Dropout-{name}",
        "model": lambda: node_model("Dropout", {"x": X}, outputs, opset=opset,
                                    dynamic=dynamic, initializers=initializers, **attrs),
        "inputs": {"x": X},
        "reference": [X, np.ones(X.shape, bool)][:outputs],
    }


RATE, INFERENCE = {"ratio": np.float32(0.3)}, {"training": np.array(False)}
CASES = [
    case("opset7", 7, ratio=0.75),
    case("opset13", 13, outputs=2, initializers=RATE | INFERENCE),
    case("dynamic", 13, outputs=2, dynamic={"x": [0, 1]}),
]
