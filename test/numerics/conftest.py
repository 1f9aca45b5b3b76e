"""Runs the numerics: every case of every <family>.py, by both lowerings.

With --cpu-features=-avx512 the code may not use what is taken away. --sample=N
runs one case in N, chosen by chance but always the same.

A family file holds CASES, a list of dicts:
  name       unique in the file
  model      a function that returns an onnx.ModelProto
  inputs     arrays by input name
  reference  a list of arrays, a function from the inputs to one, or None for
             onnx's reference evaluator
  tolerance  optional (rtol, atol) in place of the table's
"""

import importlib.util
import random
import sys
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx.reference import ReferenceEvaluator

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "python"))
sys.path.insert(0, str(Path(__file__).resolve().parent))

# (rtol, atol) by the type of the result; other types are exact.
TOLERANCES = {
    "float64": (1e-7, 1e-9),
    "float32": (1e-4, 1e-5),
    "float16": (1e-2, 1e-3),
    "bfloat16": (3e-2, 1e-2),
}


def check(name, actual, expected, tolerance=None):
    """Same type, same shape, close values, NaN where NaN is."""
    expected = np.asarray(expected)
    assert actual.dtype == expected.dtype, f"{name}: {actual.dtype}"
    assert actual.shape == expected.shape, f"{name}: {actual.shape}"
    if expected.dtype.itemsize == 1 and expected.dtype.isbuiltin != 1:
        # A type of ml_dtypes, whose numbers are exact: so are its NaNs.
        actual, expected = actual.view(np.uint8), expected.view(np.uint8)
        tolerance = None
    limits = tolerance or TOLERANCES.get(expected.dtype.name)
    if limits is None:
        np.testing.assert_array_equal(actual, expected, err_msg=name)
        return
    if expected.dtype.name in ("bfloat16", "float16"):
        actual, expected = actual.astype(np.float32), expected.astype(np.float32)
    np.testing.assert_allclose(
        actual, expected, rtol=limits[0], atol=limits[1], err_msg=name
    )


def reference(case, model):
    given = case.get("reference")
    if given is None:
        evaluator = ReferenceEvaluator(model)
        with np.errstate(all="ignore"):
            return evaluator.run(None, case["inputs"])
    return given(**case["inputs"]) if callable(given) else given


class CaseItem(pytest.Item):
    def __init__(self, *, case, via_tosa, **kwargs):
        super().__init__(**kwargs)
        self.case, self.via_tosa = case, via_tosa

    def runtest(self):
        from ufront import _compiled, _ufront

        model = self.case["model"]()
        onnx.checker.check_model(model)
        imported = _ufront.Session().import_memory(model.SerializeToString(), "onnx")
        program = imported.compile(
            threads=2,
            via_tosa=self.via_tosa,
            cpu_features=self.config.getoption("--cpu-features"),
        )
        inputs = tuple(self.case["inputs"][info.name] for info in program.inputs)
        actual = [_compiled.to_numpy(result) for result in program.run(inputs)]
        expected = reference(self.case, model)
        assert len(actual) == len(expected)
        for i, (mine, theirs) in enumerate(zip(actual, expected)):
            check(f"output {i}", mine, theirs, self.case.get("tolerance"))

    def reportinfo(self):
        return self.path, 0, self.name


class FamilyFile(pytest.File):
    def collect(self):
        spec = importlib.util.spec_from_file_location(self.path.stem, self.path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        for case in module.CASES:
            for via in ("linalg", "tosa"):
                yield CaseItem.from_parent(
                    self,
                    name=f"{case['name']}[{via}]",
                    case=case,
                    via_tosa=via == "tosa",
                )


def pytest_addoption(parser):
    parser.addoption("--cpu-features", help="changes of the CPU's features: -avx512")
    parser.addoption("--sample", type=int, metavar="N", help="run one case in N")


def pytest_collection_modifyitems(config, items):
    count = config.getoption("--sample")
    if count:
        chance = random.Random(config.getoption("--cpu-features"))
        items[:] = [item for item in items if not chance.randrange(count)]


def pytest_collect_file(file_path, parent):
    if (
        file_path.suffix == ".py"
        and file_path.parent == Path(__file__).parent
        and file_path.stem not in ("conftest", "models")
    ):
        return FamilyFile.from_parent(parent, path=file_path)
    return None
