"""A sample of the official ONNX backend tests through ufront.onnx.backend.

What ufront lacks it must refuse; what it takes must come out right.
"""

import random
import sys
import warnings
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx.backend.test.loader import load_model_tests
from onnx.backend.test.runner import Runner

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "python"))

SAMPLE, SEED = 150, 3
PASSED, REFUSED = "passed", "refused"
SHARE = 0.75
PLAIN = {
    onnx.TensorProto.FLOAT,
    onnx.TensorProto.INT64,
    onnx.TensorProto.INT32,
    onnx.TensorProto.BOOL,
}


# --- The tests of the installed onnx ---------------------------------------------


def load():
    """A seeded sample of the node tests and of the small stored models."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the tests are generated as they load
        kinds = ("node", "simple", "pytorch-converted", "pytorch-operator")
        tests = [test for kind in kinds for test in load_model_tests(kind=kind)]
    tests.sort(key=lambda test: (test.kind, test.name))
    return random.Random(SEED).sample(tests, SAMPLE)


def value_of(value, kind):
    """An input or output, from its file or as the generator left it."""
    if isinstance(value, Path):
        name = kind.WhichOneof("value")
        protos = {
            "tensor_type": (onnx.TensorProto, onnx.numpy_helper.to_array),
            "sequence_type": (onnx.SequenceProto, onnx.numpy_helper.to_list),
            "optional_type": (onnx.OptionalProto, onnx.numpy_helper.to_optional),
        }
        proto, convert = protos[name]
        return convert(proto.FromString(value.read_bytes()))
    if isinstance(value, onnx.TensorProto):
        return onnx.numpy_helper.to_array(value)
    return np.asarray(value) if isinstance(value, np.generic) else value


def stored_sets(test):
    """The data sets of a model in a folder, as paths."""
    for folder in sorted(Path(test.model_dir).glob("test_data_set_*")):
        pair = []
        for what in ("input", "output"):
            count = len(list(folder.glob(f"{what}_*.pb")))
            pair.append([folder / f"{what}_{i}.pb" for i in range(count)])
        yield pair


def contents(test):
    """The model of a test and its pairs of inputs and outputs."""
    if test.model_dir:
        model = onnx.load(Path(test.model_dir) / "model.onnx")
        sets = stored_sets(test)
    else:
        model, sets = test.model, test.data_sets
    pairs = []
    for given, wanted in sets:
        inputs = [value_of(x, i.type) for x, i in zip(given, model.graph.input)]
        outputs = [value_of(y, o.type) for y, o in zip(wanted, model.graph.output)]
        pairs.append((inputs, outputs))
    return model, pairs


def element_types(graph):
    """Element types of what a graph takes, holds and gives; None for what is
    no tensor."""
    for value in [*graph.input, *graph.output]:
        is_tensor = value.type.HasField("tensor_type")
        yield value.type.tensor_type.elem_type if is_tensor else None
    for tensor in graph.initializer:
        yield tensor.data_type
    for attribute in (a for node in graph.node for a in node.attribute):
        if attribute.HasField("t"):
            yield attribute.t.data_type
        if attribute.name in ("to", "dtype"):
            yield attribute.i
        if attribute.HasField("g"):
            yield from element_types(attribute.g)


# --- Running them ----------------------------------------------------------------


def outcome(test, model, pairs):
    """PASSED, REFUSED, or what went wrong."""
    from ufront.onnx import backend

    try:
        rep = backend.prepare(model, "CPU")
        for inputs, outputs in pairs:
            actual = list(rep.run(inputs))
            Runner.assert_similar_outputs(outputs, actual, test.rtol, test.atol)
    except NotImplementedError:
        return REFUSED
    except Exception as error:  # each kind is a finding
        return f"{type(error).__name__}: {error}"
    return PASSED


@pytest.fixture(scope="module")
def results():
    """(name, whether it has plain types only, outcome) of each test."""
    rows = []
    for test in load():
        model, pairs = contents(test)
        plain = set(element_types(model.graph)) <= PLAIN
        rows.append((test.name, plain, outcome(test, model, pairs)))
    return rows


def test_takes_or_refuses(results):
    wrong = [
        f"{name}: {what.strip()[:300]}"
        for name, _, what in results
        if what not in (PASSED, REFUSED)
    ]
    assert not wrong, "\n".join(wrong)


def test_share_passed(results):
    plain = [(name, what) for name, plain, what in results if plain]
    passed = sum(what == PASSED for _, what in plain)
    others = [name for name, what in plain if what != PASSED]
    assert len(plain) > SAMPLE // 3
    assert passed >= SHARE * len(plain), f"{passed} of {len(plain)}; not {others}"
