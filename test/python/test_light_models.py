"""The nine light models of the onnx package against their stored outputs."""

import sys
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx.backend.test.runner import Runner

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "python"))

FOLDER = Path(onnx.__file__).parent / "backend" / "test" / "data" / "light"
MODELS = sorted(FOLDER.glob("light_*.onnx"))


def test_there_are_nine():
    assert len(MODELS) == 9


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_light_model(path):
    import ufront

    model = onnx.load(path)
    weights = {tensor.name for tensor in model.graph.initializer}
    inputs = [
        Runner.generate_dummy_data(value, 0, path.stem)
        for value in model.graph.input
        if value.name not in weights
    ]
    actual = ufront.compile(path, threads=2)(*inputs)
    if len(model.graph.output) == 1:
        actual = (actual,)
    assert len(actual) == len(model.graph.output)
    for i, mine in enumerate(actual):
        stored = path.with_name(f"{path.stem}_output_{i}.pb").read_bytes()
        tensor = onnx.TensorProto.FromString(stored)
        expected = onnx.numpy_helper.to_array(tensor)
        assert mine.shape == expected.shape and mine.dtype == expected.dtype
        np.testing.assert_allclose(mine, expected, rtol=1e-3, atol=1e-7)
