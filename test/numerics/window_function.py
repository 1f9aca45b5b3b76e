"""Windows for spectra."""

import numpy as np
from models import TensorProto, node_model

KINDS = ["HannWindow", "HammingWindow", "BlackmanWindow"]


def formula(kind, size, periodic):
    angle = 2 * np.pi * np.arange(size) / (size if periodic else size - 1)
    if kind == "HannWindow":
        return 0.5 - 0.5 * np.cos(angle)
    if kind == "HammingWindow":
        return 25 / 46 - 21 / 46 * np.cos(angle)
    return 0.42 - 0.5 * np.cos(angle) + 0.08 * np.cos(2 * angle)


def case(kind, periodic, number, dtype):
    return {
        "name": f"{kind}-{periodic}-{np.dtype(dtype).name}",
        "model": lambda: node_model(
            kind,
            {},
            initializers={"size": np.array(7, np.int64)},
            periodic=periodic,
            output_datatype=number,
        ),
        "inputs": {},
        "reference": [formula(kind, 7, periodic).astype(dtype)],
    }


CASES = [case(k, p, TensorProto.FLOAT, np.float32) for k in KINDS for p in (0, 1)]
CASES += [case("HannWindow", 1, TensorProto.DOUBLE, np.float64)]
CASES += [case("HannWindow", 1, TensorProto.FLOAT16, np.float16)]
