"""Strings in and out of programs, and models of ai.onnx.ml that are wrong."""

import numpy as np
import pytest
import ufront
from onnx import TensorProto as T
from onnx import helper as h
from onnx import numpy_helper
from onnx.reference import ReferenceEvaluator
from ufront import _ufront
from ufront._compiled import to_numpy

JOIN = """
func.func @forward(%x: tensor<?x!ufront.string>) -> tensor<?x!ufront.string> {
  %c = "ufront.constant"() {value = dense<"!"> : tensor<!ufront.string>} : () -> tensor<!ufront.string>
  %0 = "ufront.string_concat"(%x, %c) : (tensor<?x!ufront.string>, tensor<!ufront.string>) -> tensor<?x!ufront.string>
  return %0 : tensor<?x!ufront.string>
}
"""


@pytest.fixture(scope="module")
def join():
    return _ufront.Session().import_memory(JOIN.encode(), "mlir").compile(threads=2)


@pytest.mark.parametrize(
    "array",
    [
        np.array(["a", "", "é的"], object),
        np.array(["a", "", "é的"]),
        np.array(["a", "", "é的"], np.dtypes.StringDType()),
        np.array([b"a", b"", "é的".encode()], object),
        np.array(["a", "", "é的"], object)[::-1][::-1],
    ],
    ids=["objects", "fixed", "strings", "bytes", "strides"],
)
def test_arrays(join, array):
    (result,) = join.run((array,))
    assert result.dtype == "string" and result.shape == (3,)
    assert result.texts == ["a!", "!", "é的!"]
    assert to_numpy(result).dtype == object
    assert to_numpy(result).tolist() == result.texts


def test_empty(join):
    (result,) = join.run((np.zeros(0, object),))
    assert result.texts == [] and to_numpy(result).shape == (0,)


def test_zeros_and_bytes_pass(join):
    (result,) = join.run((np.array([b"a\0b", b"\xff"], object),))
    assert result.texts == ["a\0b!", "\udcff!"]
    (again,) = join.run((to_numpy(result),))
    assert again.texts == ["a\0b!!", "\udcff!!"]


def test_results_outlive_runs(join):
    (first,) = join.run((np.array(["a"], object),))
    join.run((np.array(["b"], object),))
    assert first.texts == ["a!"]


def test_has_no_buffer(join):
    (result,) = join.run((np.array(["a"], object),))
    with pytest.raises(BufferError):
        memoryview(result)
    with pytest.raises(BufferError):
        result.__dlpack__()


@pytest.mark.parametrize(
    "value, error",
    [
        (np.array(["a", 1], object), "input 0 is no array of strings"),
        (np.array([None], object), "input 0 is no array of strings"),
        (np.float32([1]), "input 0 is no array of strings"),
        (object(), "input 0 is no array of strings"),
        (np.array([["a"]], object), "expected tensor<\\?x!ufront.string>"),
    ],
)
def test_wrong_arrays(join, value, error):
    with pytest.raises((TypeError, ufront.Error), match=error):
        join.run((value,))


def test_runs_forget_strings(join):
    """What a run adds to the table goes with the next."""
    join.run((np.array(["warm"], object),))
    before = join.memory
    for i in range(200):
        join.run((np.array([f"{i}-{k}" for k in range(100)], object),))
    assert join.memory <= before + 100_000


def import_node(op, inputs, outputs, version=3, **attrs):
    """Imports a model of one node of ai.onnx.ml."""
    graph = h.make_graph(
        [h.make_node(op, [name for name, _, _ in inputs], outputs, domain="ai.onnx.ml", **attrs)],
        "graph",
        [h.make_tensor_value_info(*given) for given in inputs],
        [h.make_tensor_value_info(name, T.FLOAT, None) for name in outputs],
    )
    opsets = [h.make_opsetid("", 21), h.make_opsetid("ai.onnx.ml", version)]
    model = h.make_model(graph, opset_imports=opsets, ir_version=10)
    return _ufront.Session().import_memory(model.SerializeToString(), "onnx")


ROWS = [("x", T.FLOAT, [None, 3])]
TREE = {
    "nodes_treeids": [0, 0, 0],
    "nodes_nodeids": [0, 1, 2],
    "nodes_featureids": [0, 0, 0],
    "nodes_values": [0.5, 0.0, 0.0],
    "nodes_modes": ["BRANCH_LEQ", "LEAF", "LEAF"],
    "nodes_truenodeids": [1, 0, 0],
    "nodes_falsenodeids": [2, 0, 0],
    "target_ids": [0, 0],
    "target_nodeids": [1, 2],
    "target_treeids": [0, 0],
    "target_weights": [1.0, 2.0],
    "n_targets": 1,
}


@pytest.mark.parametrize(
    "wrong, message",
    [
        ({"nodes_truenodeids": [0, 0, 0]}, "reaches node 0 twice"),
        ({"nodes_truenodeids": [7, 0, 0]}, "leads to node 7, which tree 0 does not have"),
        ({"nodes_modes": ["BRANCH_LEQ"] * 3}, "reaches node 0 twice"),
        ({"nodes_modes": ["BRANCH_UP", "LEAF", "LEAF"]}, "node 0 has an unknown mode"),
        ({"nodes_modes": ["LEAF"]}, "needs a mode and a value for each of 3 nodes"),
        ({"nodes_nodeids": [0, 1, 1]}, "has node 1 of tree 0 twice"),
        ({"nodes_featureids": [-1, 0, 0]}, "has a node for feature -1"),
        ({"nodes_featureids": [3, 0, 0]}, "node 0 is for feature 3 of 3"),
        ({"nodes_values": [0.5]}, "needs a mode and a value for each of 3 nodes"),
        ({"target_ids": [0, 1]}, "for target 1 of 1"),
        ({"target_nodeids": [1, 9]}, "is of node 9 of tree 0"),
        ({"target_weights": [1.0]}, "has votes of 2 targets"),
        ({"n_targets": 2**62}, "leaves for 4611686018427387904 targets"),
        ({"aggregate_function": "MOST"}, "must be AVERAGE, SUM, MIN or MAX"),
        ({"post_transform": "HALF"}, "post_transform is 'HALF'"),
        ({"base_values": [1.0, 2.0]}, "has 2 base values for 1 scores"),
    ],
)
def test_wrong_trees(wrong, message):
    with pytest.raises(ufront.Error, match=message):
        import_node("TreeEnsembleRegressor", ROWS, ["y"], **{**TREE, **wrong})


def test_right_tree():
    assert import_node("TreeEnsembleRegressor", ROWS, ["y"], **TREE)


@pytest.mark.parametrize(
    "op, attrs, message",
    [
        ("LinearRegressor", {"coefficients": [1.0, 2.0]}, "has 2 coefficients for 1 scores"),
        ("Scaler", {"offset": [1.0, 2.0], "scale": [1.0]}, "'offset' has 2 numbers for 3 features"),
        ("Normalizer", {"norm": "L3"}, "norm is 'L3'"),
        ("Imputer", {}, "needs the attribute 'imputed_value_floats'"),
        ("OneHotEncoder", {"cats_int64s": [1], "zeros": 0}, "zeros = 0"),
        ("LabelEncoder", {"keys_floats": [1.0, 2.0], "values_floats": [1.0]}, "2 keys and 1 values"),
        ("LabelEncoder", {"keys_int64s": [1], "values_floats": [1.0]}, "keys of another type"),
        ("LabelEncoder", {"keys_floats": [1.0], "values_floats": [1.0],
                          "default_tensor": numpy_helper.from_array(np.float64([1]))},
         "'default_tensor' must be one value"),
        ("SVMRegressor", {"coefficients": [1.0], "rho": [0.0], "n_supports": 2},
         "'support_vectors' has 0 numbers for 2 rows"),
    ],
)
def test_wrong_models(op, attrs, message):
    with pytest.raises(ufront.Error, match=message):
        import_node(op, ROWS, ["y"], **attrs)


@pytest.mark.parametrize("op", ["Scaler", "Normalizer", "Binarizer", "Imputer", "LinearRegressor"])
def test_models_of_strings(op):
    with pytest.raises(ufront.UnsupportedError, match=f"{op}.*needs numbers"):
        import_node(op, [("x", T.STRING, [None, 3])], ["y"])


def test_large_support_vector_machine():
    """A file of 4 MB does not ask for a table of 2 GB."""
    classes, vectors = 1024, 513
    pairs = classes * (classes - 1) // 2
    with pytest.raises(ufront.UnsupportedError, match="523776 pairs of classes for 513"):
        import_node(
            "SVMClassifier",
            [("x", T.FLOAT, [None, 1])],
            ["y", "z"],
            classlabels_ints=list(range(classes)),
            vectors_per_class=[vectors] + [0] * (classes - 1),
            coefficients=[1.0] * ((classes - 1) * vectors),
            support_vectors=[1.0] * vectors,
            rho=[0.0] * pairs,
        )


def import_standard(op, inputs, outputs, **attrs):
    """Imports a model of one node; outputs have no shapes."""
    graph = h.make_graph(
        [h.make_node(op, [name for name, _, _ in inputs], [name for name, _ in outputs], **attrs)],
        "graph",
        [h.make_tensor_value_info(*given) for given in inputs],
        [h.make_tensor_value_info(name, kind, None) for name, kind in outputs],
    )
    model = h.make_model(graph, opset_imports=[h.make_opsetid("", 21)], ir_version=10)
    return _ufront.Session().import_memory(model.SerializeToString(), "onnx")


@pytest.mark.parametrize(
    "op, attrs",
    [
        ("StringConcat", {}),
        ("RegexFullMatch", {"pattern": "a"}),
        ("StringSplit", {}),
        ("StringNormalizer", {"case_change_action": "UPPER"}),
    ],
)
def test_integers_are_no_strings(op, attrs):
    """Though handles of strings are integers."""
    inputs = [(name, T.INT64, [3]) for name in ("xy" if op == "StringConcat" else "x")]
    outputs = [("z", T.STRING), ("n", T.INT64)][: 2 if op == "StringSplit" else 1]
    with pytest.raises(ufront.UnsupportedError, match="must be a tensor of strings"):
        import_standard(op, inputs, outputs, **attrs)


def test_unique_takes_no_strings():
    with pytest.raises(ufront.UnsupportedError, match="does not take strings"):
        import_standard("Unique", [("x", T.STRING, [3])], [("z", T.STRING)])


def test_constants_of_shapes():
    value = h.make_tensor("value", T.STRING, [1], [b"new"])
    model = import_standard(
        "ConstantOfShape", [("x", T.INT64, [2])], [("z", T.STRING)], value=value
    )
    (result,) = model.compile(threads=1).run((np.array([1, 2]),))
    assert to_numpy(result).tolist() == [["new", "new"]]


@pytest.mark.parametrize(
    "attrs",
    [
        {"value_string": "É ß"},
        {"value_string": ""},
        {"value_strings": ["b", "", "的", "b"]},
        {"value_ints": list(range(-3000, 0))},
    ],
)
def test_constants(attrs):
    (value,) = attrs.values()
    kind = T.INT64 if "value_ints" in attrs else T.STRING
    model = import_standard("Constant", [], [("z", kind)], **attrs)
    result = to_numpy(model.compile(threads=1).run(())[0])
    node = h.make_node("Constant", [], ["z"], **attrs)
    wanted = ReferenceEvaluator(node).run(None, {})[0]
    assert result.shape == wanted.shape == np.shape(value)
    assert result.tolist() == wanted.tolist() == value


def test_references_to_groups():
    with pytest.raises(ufront.UnsupportedError, match="refers back to a group"):
        import_standard(
            "RegexFullMatch", [("x", T.STRING, [3])], [("z", T.BOOL)], pattern=r"(a)\1"
        )


@pytest.mark.parametrize("strings", ["5", '["", 5]'])
def test_wrong_tables_of_strings(strings):
    """A module that says it has handles, but not of what."""
    text = f"""module attributes {{ufront.strings = {strings}}} {{
      func.func @forward(%x: tensor<3xi64>) -> tensor<3xi64> {{
        %0 = "ufront.string_concat"(%x, %x) : (tensor<3xi64>, tensor<3xi64>) -> tensor<3xi64>
        return %0 : tensor<3xi64>
      }}
    }}"""
    with pytest.raises(ufront.Error, match="'ufront.strings' must be a list of strings"):
        _ufront.Session().import_memory(text.encode(), "mlir").compile()


def test_skips_are_bounded_by_rows():
    """As many as the elements of a row are as good as 2^31."""
    words = np.random.default_rng(3).integers(0, 3, (2, 9))
    results = []
    for skips in (9, 2**31 - 2):
        model = import_standard(
            "TfIdfVectorizer", [("x", T.INT64, [2, 9])], [("z", T.FLOAT)], mode="TF",
            pool_int64s=[0, 1, 0, 1, 2, 2], ngram_counts=[0, 2], ngram_indexes=[0, 1, 2, 3],
            min_gram_length=1, max_gram_length=2, max_skip_count=skips,
        )
        results.append(to_numpy(model.compile(threads=1).run((words,))[0]))
    assert results[0].sum() > 18 and np.array_equal(*results)
