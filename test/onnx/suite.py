"""The backend tests of the installed onnx, as models with their values.

What ufront lacks it must refuse; what it takes must come out right.
"""

import sys
import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
from onnx.backend.test.loader import load_model_tests
from onnx.backend.test.runner import Runner

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "python"))

KINDS = ("node", "simple", "pytorch-converted", "pytorch-operator")
LIGHT = Path(onnx.__file__).parent / "backend" / "test" / "data" / "light"

PASSED, REFUSED, MISMATCH, FAILED = "passed", "refused", "mismatch", "failed"
CRASHED, TIMED_OUT = "crashed", "timed out"  # a worker's end: workers.py
EXPLAINED = "explained"  # a mismatch that is right

# Tests whose values another right implementation does not give, and why.
NO_ONE_ELSE_DRAWS = "draws random numbers, and its values are one draw of numpy's"
OF_SINGLE_PRECISION = (
    "its values are a single-precision transform's: 1.9e-7 where the exact one of "
    "its inputs has 3e-15"
)
OF_HALF_STEPS = (
    "its values round every step of a softmax to half precision; rounded once, the two "
    "that differ are nearer to the exact ones"
)
DIFFERENT = {
    "node/test_attention_4d_causal_fp16_expanded": OF_HALF_STEPS,
    "node/test_bernoulli": NO_ONE_ELSE_DRAWS,
    "node/test_bernoulli_double": NO_ONE_ELSE_DRAWS,
    "node/test_bernoulli_double_expanded": NO_ONE_ELSE_DRAWS,
    "node/test_bernoulli_expanded": NO_ONE_ELSE_DRAWS,
    "node/test_bernoulli_seed": NO_ONE_ELSE_DRAWS,
    "node/test_bernoulli_seed_expanded": NO_ONE_ELSE_DRAWS,
    "node/test_dft_inverse": OF_SINGLE_PRECISION,
    "node/test_dft_inverse_opset19": OF_SINGLE_PRECISION,
}


@dataclass
class Case:
    """A model and the (inputs, outputs) it is to be run on."""

    name: str  # with the kind of test before it: "node/test_abs"
    model: onnx.ModelProto
    pairs: list
    rtol: float
    atol: float


# --- What there is ----------------------------------------------------------------


def load(kinds=KINDS):
    """All tests of `kinds`, in the order of their names."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the tests are generated as they load
        tests = [test for kind in kinds for test in load_model_tests(kind=kind)]
    return sorted(tests, key=lambda test: (test.kind, test.name))


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


def _stored_sets(test):
    """The data sets of a model in a folder, as paths."""
    for folder in sorted(Path(test.model_dir).glob("test_data_set_*")):
        pair = []
        for what in ("input", "output"):
            count = len(list(folder.glob(f"{what}_*.pb")))
            pair.append([folder / f"{what}_{i}.pb" for i in range(count)])
        yield pair


def case_of(test):
    """A test that load() found, with its values."""
    if test.model_dir:
        model = onnx.load(Path(test.model_dir) / "model.onnx")
        sets = _stored_sets(test)
    else:
        model, sets = test.model, test.data_sets
    pairs = []
    for given, wanted in sets:
        inputs = [value_of(x, i.type) for x, i in zip(given, model.graph.input)]
        outputs = [value_of(y, o.type) for y, o in zip(wanted, model.graph.output)]
        pairs.append((inputs, outputs))
    return Case(f"{test.kind}/{test.name}", model, pairs, test.rtol, test.atol)


def light_cases():
    """The well-known networks without their weights' size, on made-up inputs."""
    for path in sorted(LIGHT.glob("light_*.onnx")):
        model = onnx.load(path)
        weights = {tensor.name for tensor in model.graph.initializer}
        inputs = [
            Runner.generate_dummy_data(value, 0, path.stem)
            for value in model.graph.input
            if value.name not in weights
        ]
        outputs = [
            value_of(path.with_name(f"{path.stem}_output_{i}.pb"), value.type)
            for i, value in enumerate(model.graph.output)
        ]
        yield Case(f"light/{path.stem}", model, [(inputs, outputs)], 1e-3, 1e-7)


def operator_of(case):
    """The operator that a test is about; its kind for a whole network."""
    kind, _, name = case.name.partition("/")
    nodes = case.model.graph.node
    if kind == "node" and "_expanded" in name:
        return "(expanded functions)"
    if len(nodes) != 1:
        return f"({kind})"
    domain = nodes[0].domain
    return f"{domain}.{nodes[0].op_type}" if domain else nodes[0].op_type


# --- Running them -----------------------------------------------------------------


def check_similar(case, expected, actual):
    """Raises when a value is not what is expected. Sequences are taken apart here,
    since onnx's runner cannot compare those of scalars."""
    if not isinstance(expected, list):
        if (expected is None) != (actual is None):
            raise AssertionError(f"expected {expected}, not {actual}")
        if expected is not None:
            Runner.assert_similar_outputs([expected], [actual], case.rtol, case.atol)
        return
    if not isinstance(actual, list) or len(actual) != len(expected):
        raise AssertionError(f"expected {len(expected)} values, not {actual}")
    for one, other in zip(expected, actual):
        check_similar(case, one, other)


def run(case):
    """What came of a case, one of the words above, and why."""
    from ufront.onnx import backend

    try:
        rep = backend.prepare(case.model, "CPU")
        actual = [list(rep.run(inputs)) for inputs, _ in case.pairs]
    except NotImplementedError as error:
        return REFUSED, str(error)
    except Exception as error:  # each kind is a finding
        return FAILED, f"{type(error).__name__}: {error}"
    for (_, outputs), mine in zip(case.pairs, actual):
        try:
            check_similar(case, outputs, mine)
        except (AssertionError, TypeError) as error:
            if case.name in DIFFERENT:
                return EXPLAINED, DIFFERENT[case.name]
            return MISMATCH, f"{type(error).__name__}: {error}"
    return PASSED, ""
