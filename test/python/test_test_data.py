"""ufront-run --test-data on the folders that onnx's own tools write."""

import os
import random
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
import onnx.parser
import pytest
from onnx import TensorProto, helper, numpy_helper

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "onnx"))

import suite

RUN = Path(os.environ.get("UFRONT_BUILD_DIR", "build/release"), "bin", "ufront-run")

# Shapes, axes and sizes that are inputs; element types; no input at all.
CHOSEN = (
    "test_reshape_reordered_all_dims",
    "test_slice_neg",
    "test_top_k_smallest",
    "test_unsqueeze_two_axes",
    "test_pow_types_float32_int64",
    "test_cast_FLOAT_to_BFLOAT16",
    "test_cast_FLOAT16_to_DOUBLE",
    "test_and4d",
    "test_mod_mixed_sign_int8",
    "test_max_uint64",
    "test_constant",
    "test_split_variable_parts_1d_opset18",
    "test_maxpool_with_argmax_2d_precomputed_pads",
    "test_cast_FLOAT_to_FLOAT8E4M3FN",
    "test_quantizelinear_int4",
    "test_string_concat",
)


def to_proto(value, info):
    """As onnx's tools write it: by the type that the model declares."""
    if info.type.HasField("optional_type"):
        return numpy_helper.from_optional(value, info.name)
    if info.type.HasField("sequence_type"):
        return numpy_helper.from_list(value, info.name)
    return numpy_helper.from_array(np.asarray(value), info.name)


def write(folder, model, pairs):
    folder.mkdir(parents=True)
    (folder / "model.onnx").write_bytes(model.SerializeToString())
    names, outs = list(model.graph.input), list(model.graph.output)
    for number, (inputs, outputs) in enumerate(pairs):
        data = folder / f"test_data_set_{number}"
        data.mkdir()
        for what, arrays, known in (
            ("input", inputs, names),
            ("output", outputs, outs),
        ):
            for i, (value, info) in enumerate(zip(arrays, known, strict=True)):
                written = to_proto(value, info).SerializeToString()
                (data / f"{what}_{i}.pb").write_bytes(written)


def run(folder, *options):
    done = subprocess.run(
        [RUN, folder / "model.onnx", "--test-data", "--no-cache", *options],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode in (0, 1), f"{done.returncode}: {done.stderr}"
    return done


@pytest.fixture(scope="module")
def tests():
    return {test.name: test for test in suite.load(("node",))}


@pytest.mark.parametrize("name", CHOSEN)
def test_chosen(name, tests, tmp_path):
    case = suite.case_of(tests[name])
    write(tmp_path / "t", case.model, case.pairs)
    done = run(tmp_path / "t")
    assert done.returncode == 0, done.stdout + done.stderr
    count = sum(len(outputs) for _, outputs in case.pairs)
    assert len(re.findall(r": pass, \d+ value", done.stdout)) == count
    assert "1 of 1 data sets passed" in done.stdout


def parse(graph):
    text = f'<ir_version: 10, opset_import: ["" : 21]> {graph}'
    return onnx.parser.parse_model(text)


def has_lists(graph):
    kinds = ("sequence_type", "optional_type")
    values = (*graph.input, *graph.output)
    return any(value.type.HasField(kind) for value in values for kind in kinds)


def test_all_of_lists(tests, tmp_path):
    """Every test of onnx's that takes or gives sequences or optional values."""
    chosen = {n: suite.case_of(t) for n, t in tests.items() if "seq" in n or "opt" in n}
    chosen = {n: case for n, case in chosen.items() if has_lists(case.model.graph)}
    assert len(chosen) > 20
    for name, case in chosen.items():
        write(tmp_path / name, case.model, case.pairs)
        done = run(tmp_path / name)
        assert done.returncode == 0, f"{name}: {done.stdout}{done.stderr}"
        assert done.stdout.count(": pass, ") >= len(case.pairs)


TWICE = """g (seq(float[N]) s, float[M] x) => (seq(float[]) y, float[M] z) {
  y = SequenceInsert (s, x)
  z = Add (x, x)
}"""


def arrays(*lists):
    return [np.array(values, np.float32) for values in lists]


def test_lists_are_compared(tmp_path):
    x, a, b = arrays([1, 2], [3], [4, 5, 6])
    good = [([[], x], [[x], 2 * x]), ([[a, b], x], [[a, b, x], 2 * x])]
    bad = [
        ([[a, b], x], [[a, b + 1, x], 2 * x]),
        ([[a, b], x], [[a, b], 2 * x]),
        ([[a, b], x], [[a, b, a], 2 * x]),
        ([[a, b], x], [[a, b, x], x]),
    ]
    write(tmp_path / "good", parse(TWICE), good)
    done = run(tmp_path / "good")
    assert "2 of 2 data sets passed" in done.stdout, done.stdout + done.stderr
    assert "test_data_set_1: y[1]: pass, 3 values" in done.stdout
    write(tmp_path / "bad", parse(TWICE), bad)
    done = run(tmp_path / "bad", "--quiet")
    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        "test_data_set_0: y[1]: FAIL, 3 of 3 differ, the most at [0]: got 4, expected 5",
        "test_data_set_1: y: FAIL, got 3 tensors, expected 2",
        "test_data_set_2: y[2]: FAIL, got f32 2, expected f32 1",
        "test_data_set_3: z: FAIL, 2 of 2 differ, the most at [1]: got 4, expected 2",
        "0 of 4 data sets passed",
    ]


def test_lists_of_another_kind(tmp_path):
    """Tensors in place of sequences, sequences in place of tensors."""
    (x,) = arrays([1, 2])
    write(tmp_path / "t", parse(TWICE), [([[x], x], [[x, x], 2 * x])])
    data = tmp_path / "t" / "test_data_set_0"
    tensor = numpy_helper.from_array(x, "y").SerializeToString()
    sequence = numpy_helper.from_list([x], "x").SerializeToString()
    kept = (data / "output_0.pb").read_bytes()
    (data / "output_0.pb").write_bytes(tensor)
    assert "y: FAIL, got no tensor" in run(tmp_path / "t").stdout
    (data / "output_0.pb").write_bytes(kept)
    (data / "input_1.pb").write_bytes(sequence)
    assert "input 'x' cannot be a sequence of 1 tensors" in run(tmp_path / "t").stderr
    (data / "input_1.pb").write_bytes(numpy_helper.from_list([x]).SerializeToString())
    assert "input_1.pb: is no tensor and has no name" in run(tmp_path / "t").stderr
    nested = numpy_helper.from_list([[x], [x]], "s").SerializeToString()
    (data / "input_0.pb").write_bytes(nested)
    assert "holds neither tensors nor" in run(tmp_path / "t").stderr


def test_optional_values(tmp_path):
    graph = """g (optional(float[N]) o, float[N] x) => (float[N] y, bool has) {
      has = OptionalHasElement (o)
      y = If (has) <
        then_branch = t () => (float[N] a) { e = OptionalGetElement (o) a = Add (e, x) },
        else_branch = f () => (float[N] b) { b = Neg (x) }
      >
    }"""
    x, o = arrays([1, 2], [3, 5])
    yes, no = np.array(True), np.array(False)
    pairs = [([o, x], [o + x, yes]), ([None, x], [-x, no]), ([o, o], [o + o, yes])]
    write(tmp_path / "t", parse(graph), pairs)
    done = run(tmp_path / "t")
    assert "3 of 3 data sets passed" in done.stdout, done.stdout + done.stderr
    # As for a sequence that is empty: some tools write the type of what is not there.
    absent = numpy_helper.from_optional(None, "o", onnx.OptionalProto.TENSOR)
    path = tmp_path / "t" / "test_data_set_1" / "input_0.pb"
    path.write_bytes(absent.SerializeToString())
    assert "3 of 3 data sets passed" in run(tmp_path / "t").stdout


def test_outputs_may_be_absent(tmp_path):
    graph = """g (float[2] x) => (optional(float[2]) y, optional(float[2]) z) {
      y = Optional <type: type_proto = float[2]> ()
      z = Optional (x)
    }"""
    (x,) = arrays([1, 2])
    write(tmp_path / "t", parse(graph), [([x], [None, x]), ([x], [x, None])])
    done = run(tmp_path / "t")
    assert done.stdout.splitlines() == [
        "test_data_set_0: y: pass, absent",
        "test_data_set_0: z: pass, 2 values",
        "test_data_set_1: y: FAIL, is absent",
        "test_data_set_1: z: FAIL, is not absent",
        "1 of 2 data sets passed",
    ]


def test_sequences_that_grow(tmp_path):
    """One tensor at run time, a sequence in the files."""
    graph = """g (float[2] x, int64 n) => (seq(float[2]) y) {
      c = Constant <value: tensor = bool {1}> ()
      s = SequenceEmpty ()
      y = Loop (n, c, s) <body = b (int64 i, bool t, seq(float[2]) a)
        => (bool u, seq(float[2]) d) {
        u = Identity (t)
        d = SequenceInsert (a, x)
      }>
    }"""
    (x,) = arrays([1, 2])
    pairs = [([x, np.array(n)], [[x] * n]) for n in (0, 1, 3)]
    pairs.append(([x, np.array(2)], [[x, -x]]))
    write(tmp_path / "t", parse(graph), pairs)
    done = run(tmp_path / "t")
    assert "3 of 4 data sets passed" in done.stdout, done.stdout + done.stderr
    assert "test_data_set_0: y: pass, empty" in done.stdout
    assert "test_data_set_3: y[1]: FAIL, 2 of 2 differ" in done.stdout


def add_model():
    values = [helper.make_tensor_value_info(n, TensorProto.FLOAT, [3]) for n in "xyz"]
    graph = helper.make_graph(
        [helper.make_node("Add", ["x", "y"], ["z"])], "g", values[:2], values[2:]
    )
    imports = [helper.make_opsetid("", 21)]
    return helper.make_model(graph, opset_imports=imports, ir_version=10)


def test_stored_sets():
    """The folders as they come in the onnx package."""
    root = Path(onnx.__file__).parent / "backend" / "test" / "data"
    folders = sorted((root / "pytorch-converted").glob("test_Conv2d*"))
    assert len(folders) > 5
    for folder in random.Random(1).sample(folders, 4):
        done = run(folder)
        assert done.returncode == 0, done.stdout + done.stderr


def test_worst_element(tmp_path):
    x = np.array([1, 2, 3], np.float32)
    write(tmp_path / "t", add_model(), [([x, x], [np.array([2, 4.5, 6.25], "f")])])
    done = run(tmp_path / "t")
    assert done.returncode == 1
    assert "2 of 3 differ, the most at [1]: got 4, expected 4.5" in done.stdout


def test_strings(tests, tmp_path):
    case = suite.case_of(tests["test_string_concat"])
    [(inputs, [wanted])] = case.pairs
    other = wanted.copy()
    other.flat[-1] += "\x07!"
    write(tmp_path / "t", case.model, [(inputs, [wanted]), (inputs, [other])])
    done = run(tmp_path / "t")
    assert done.returncode == 1 and "1 of 2 data sets passed" in done.stdout
    told = f'got "{wanted.flat[-1]}", expected "{wanted.flat[-1]}?!"'
    assert told in done.stdout, done.stdout


def test_strings_are_no_files(tests, tmp_path):
    """What --random-inputs and --output-dir cannot do, they say."""
    case = suite.case_of(tests["test_string_concat"])
    write(tmp_path / "t", case.model, case.pairs)
    command = [RUN, tmp_path / "t" / "model.onnx", "--random-inputs", "--no-cache"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert "takes strings, which are not made up" in done.stderr


def test_non_finite(tmp_path):
    x = np.array([np.inf, -np.inf, np.nan], np.float32)
    good = ([x, x], [x])
    bad = [([x, x], [np.where(np.arange(3) == i, 1, x)]) for i in range(3)]
    write(
        tmp_path / "t", add_model(), [good, *[(i, [o.astype("f")]) for i, [o] in bad]]
    )
    done = run(tmp_path / "t")
    assert done.returncode == 1 and "1 of 4 data sets passed" in done.stdout
    assert done.stdout.count("1 of 3 differ") == 3


def mutate(path, chance):
    data = bytearray(path.read_bytes())
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(data))
        data[at : at + chance.randint(0, 2)] = chance.randbytes(chance.randint(0, 3))
    path.write_bytes(data)


def test_mutated_lists(tmp_path):
    """Nothing in the files makes the tool crash, or pass what is wrong."""
    chance = random.Random(6)
    x, a, b = arrays([1, 2], [3], [4, 5, 6])
    count = 100
    pairs = [([[a, b], x], [[a, b, x], 2 * x])] * count
    write(tmp_path / "t", parse(TWICE), pairs)
    for number in range(count):
        folder = tmp_path / "t" / f"test_data_set_{number}"
        mutate(folder / chance.choice(["input_0.pb", "output_0.pb"]), chance)
    done = run(tmp_path / "t")
    assert done.returncode == 1
    passed = int(re.search(r"(\d+) of 100 data sets passed", done.stdout)[1])
    assert 0 <= passed < count / 2


def test_mutated_files(tmp_path):
    """Whatever is in the files, each data set passes or is reported."""
    chance = random.Random(5)
    x = np.array([1, 2, 3], np.float32)
    count = 200
    write(tmp_path / "t", add_model(), [([x, x], [x + x])] * count)
    for number in range(count):
        file = (
            tmp_path
            / "t"
            / f"test_data_set_{number}"
            / chance.choice(["input_0.pb", "input_1.pb", "output_0.pb"])
        )
        mutate(file, chance)
    done = run(tmp_path / "t")
    assert done.returncode == 1
    passed = int(re.search(r"(\d+) of 200 data sets passed", done.stdout)[1])
    failed = set(re.findall(r"(test_data_set_\d+): z: FAIL", done.stdout))
    told = set(re.findall(r"(test_data_set_\d+)[/:]", done.stderr))
    assert passed + len(failed | told) == count
    assert 0 < passed < count / 2
