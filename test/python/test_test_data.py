"""ufront-run --test-data on the folders that onnx's own tools write."""

import os
import random
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
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


def write(folder, model, pairs):
    folder.mkdir(parents=True)
    (folder / "model.onnx").write_bytes(model.SerializeToString())
    names = [value.name for value in model.graph.input]
    outs = [value.name for value in model.graph.output]
    for number, (inputs, outputs) in enumerate(pairs):
        data = folder / f"test_data_set_{number}"
        data.mkdir()
        for what, arrays, known in (
            ("input", inputs, names),
            ("output", outputs, outs),
        ):
            for i, array in enumerate(arrays):
                tensor = numpy_helper.from_array(np.asarray(array), known[i])
                (data / f"{what}_{i}.pb").write_bytes(tensor.SerializeToString())


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
        data = bytearray(file.read_bytes())
        for _ in range(chance.randint(1, 4)):
            at = chance.randrange(len(data))
            data[at : at + chance.randint(0, 2)] = chance.randbytes(
                chance.randint(0, 3)
            )
        file.write_bytes(data)
    done = run(tmp_path / "t")
    assert done.returncode == 1
    passed = int(re.search(r"(\d+) of 200 data sets passed", done.stdout)[1])
    failed = set(re.findall(r"(test_data_set_\d+): z: FAIL", done.stdout))
    told = set(re.findall(r"(test_data_set_\d+)[/:]", done.stderr))
    assert passed + len(failed | told) == count
    assert 0 < passed < count / 2
