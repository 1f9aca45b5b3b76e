"""Models of ai.onnx.ml: trees, linear models, support vectors, features.

References are onnx's where they say what the specification says, else a few
lines here.
"""

import numpy as np
import onnx
from models import value_info
from onnx import TensorProto, helper, numpy_helper

RNG = np.random.default_rng(29)
X = RNG.normal(size=(7, 5)).astype(np.float32)
HOLES = X.copy()
HOLES[1, 2] = HOLES[4, 0] = np.nan
TRANSFORMS = ["NONE", "SOFTMAX", "LOGISTIC", "SOFTMAX_ZERO", "PROBIT"]


SAME = ["Imputer"]  # whose result is of the input's type, not of floats


def floats(*shape):
    return RNG.normal(size=shape).astype(np.float32).ravel().tolist()


def ml_model(op, inputs, outputs, version, dynamic, attrs):
    nodes = [
        helper.make_node(op, [*inputs], [f"y{i}" for i in range(outputs)], domain="ai.onnx.ml",
                         **attrs)
    ]
    graph = helper.make_graph(
        nodes,
        "graph",
        [value_info(k, v, (dynamic or {}).get(k, ())) for k, v in inputs.items()],
        [helper.make_value_info(f"y{i}", onnx.TypeProto()) for i in range(outputs)],
    )
    opsets = [helper.make_opsetid("", 21), helper.make_opsetid("ai.onnx.ml", version)]
    model = helper.make_model(graph, opset_imports=opsets, ir_version=10)
    model = onnx.shape_inference.infer_shapes(model)
    for output in model.graph.output:  # of operators that onnx infers nothing for
        of_input = model.graph.input[0].type.tensor_type.elem_type if op in SAME else 1
        kind = output.type.tensor_type
        kind.elem_type = kind.elem_type or of_input
        kind.shape.SetInParent()
    return model


def case(op, inputs, name="", outputs=1, reference=None, version=3, dynamic=None, **attrs):
    if isinstance(inputs, np.ndarray):
        inputs = {"x": inputs}
    return {
        "name": f"{op}{'-' if name else ''}{name}",
        "model": lambda: ml_model(op, inputs, outputs, version, dynamic, attrs),
        "inputs": inputs,
        "reference": reference,
    }


def strings(*values):
    return np.array(values, object)


# Trees.

ORDERED = ["BRANCH_LEQ", "BRANCH_LT", "BRANCH_GTE", "BRANCH_GT"]
MODES = [*ORDERED, "BRANCH_EQ", "BRANCH_NEQ"]
NODES = ["treeids", "nodeids", "featureids", "values", "modes", "truenodeids", "falsenodeids",
         "missing_value_tracks_true"]


def grow(tree, depth, modes):
    """Rows of NODES of a random tree, parents first."""
    rows = []

    def node(depth):
        number = len(rows)
        rows.append(None)
        if depth == 0 or (number and RNG.random() < 0.2):
            rows[number] = (tree, number, 0, 0.0, "LEAF", 0, 0, 0)
        else:
            feature, value = int(RNG.integers(5)), float(np.float32(RNG.normal()))
            mode, tracks = str(RNG.choice(modes)), int(RNG.integers(2))
            yes, no = node(depth - 1), node(depth - 1)
            rows[number] = (tree, number, feature, value, mode, yes, no, tracks)
        return number

    node(depth)
    return rows


def forest(prefix, trees, depth, targets, modes=ORDERED):
    rows = [row for tree in range(trees) for row in grow(tree, depth, modes)]
    attrs = {f"nodes_{name}": [row[i] for row in rows] for i, name in enumerate(NODES)}
    votes = [(t, row[1], row[0]) for row in rows if row[4] == "LEAF" for t in targets]
    for i, name in enumerate(["ids", "nodeids", "treeids"]):
        attrs[f"{prefix}_{name}"] = [vote[i] for vote in votes]
    attrs[f"{prefix}_weights"] = floats(len(votes))
    return attrs


def walk(attrs, x):
    """The vote rows of the leaves that x reaches, tree by tree."""
    at = {key: i for i, key in enumerate(zip(attrs["nodes_treeids"], attrs["nodes_nodeids"]))}
    compare = {"BRANCH_LEQ": np.less_equal, "BRANCH_LT": np.less,
               "BRANCH_GTE": np.greater_equal, "BRANCH_GT": np.greater,
               "BRANCH_EQ": np.equal, "BRANCH_NEQ": np.not_equal}
    for tree in sorted(set(attrs["nodes_treeids"])):
        i = at[tree, 0]
        while attrs["nodes_modes"][i] != "LEAF":
            value = x[attrs["nodes_featureids"][i]]
            yes = compare[attrs["nodes_modes"][i]](value, np.float32(attrs["nodes_values"][i]))
            if np.isnan(value):
                yes = attrs["nodes_missing_value_tracks_true"][i]
            i = at[tree, attrs[f"nodes_{'true' if yes else 'false'}nodeids"][i]]
        yield tree, attrs["nodes_nodeids"][i]


def votes(prefix, attrs, x, size):
    """[rows, trees, size], 0 where a leaf has no vote."""
    of = {}
    for i, key in enumerate(zip(attrs[f"{prefix}_treeids"], attrs[f"{prefix}_nodeids"])):
        of.setdefault(key, []).append(i)
    result = np.zeros((len(x), len(set(attrs["nodes_treeids"])), size), np.float32)
    for n, row in enumerate(x):
        for t, leaf in enumerate(walk(attrs, row)):
            for i in of[leaf]:
                result[n, t, attrs[f"{prefix}_ids"][i]] += np.float32(attrs[f"{prefix}_weights"][i])
    return result


def regression(name, x, how, targets, trees=6, depth=4, modes=ORDERED, **more):
    attrs = forest("target", trees, depth, range(targets), modes)
    base = np.float32(floats(targets))
    reduce = {"SUM": np.sum, "AVERAGE": np.mean, "MIN": np.min, "MAX": np.max}[how]
    return case(
        "TreeEnsembleRegressor", x, f"{how}-{name}",
        reference=lambda x: [reduce(votes("target", attrs, x, targets), 1) + base],
        aggregate_function=how, n_targets=targets, base_values=base.tolist(), **more, **attrs,
    )


def classification(labels, transform):
    kind = "strings" if isinstance(labels[0], str) else "int64s"
    attrs = forest("class", 5, 3, range(len(labels)))
    return case(
        "TreeEnsembleClassifier", X, f"{transform}-{kind}", outputs=2,
        reference=None if kind == "int64s" else lambda x: classified(attrs, x, labels),
        post_transform=transform, **{f"classlabels_{kind}": labels}, **attrs,
    )


def classified(attrs, x, labels):
    scores = votes("class", attrs, x, len(labels)).sum(1)
    return [np.array(labels, object)[scores.argmax(1)], scores]


def ensemble(name, x, expected, modes, splits, members=None, **attrs):
    """One tree: 0 -> (1, 2), 1 -> leaves 0, 1, 2 -> leaves 2, 3."""
    kind = {"float32": TensorProto.FLOAT, "float64": TensorProto.DOUBLE}[x.dtype.name]
    tensor = {"nodes_splits": splits, "leaf_weights": [1.0, 10.0, 100.0, 1000.0]}
    if members:
        tensor["membership_values"] = members
    given = {k: helper.make_tensor(k, kind, (len(v),), v) for k, v in tensor.items()}
    return case(
        "TreeEnsemble", x, name, reference=[np.array(expected, x.dtype)], version=5,
        tree_roots=[0], nodes_featureids=[0, 1, 1],
        nodes_modes=helper.make_tensor("m", TensorProto.UINT8, (3,), modes),
        nodes_truenodeids=[1, 0, 2], nodes_falsenodeids=[2, 1, 3],
        nodes_trueleafs=[0, 1, 1], nodes_falseleafs=[0, 1, 1],
        leaf_targetids=[0, 1, 0, 1], n_targets=2, **given, **attrs,
    )


PAIRS = np.array([[1, 1], [1, 5], [4, 2], [4, 9], [np.nan, 2]])

# Support vectors.

VECTORS = floats(6, 5)


def svm(kernel, classes, transform="NONE"):
    per_class = {2: [2, 4], 3: [1, 2, 3]}[classes]
    return case(
        "SVMClassifier", X, f"{kernel}-{classes}-{transform}", outputs=2, kernel_type=kernel,
        kernel_params=[0.5, 0.1, 2.0], vectors_per_class=per_class, support_vectors=VECTORS,
        coefficients=floats(classes - 1, 6), rho=floats(classes * (classes - 1) // 2),
        classlabels_ints=list(range(5, 5 + classes)), post_transform=transform,
    )


def regressor(kernel):
    return case("SVMRegressor", X, kernel, kernel_type=kernel, kernel_params=[0.5, 0.1, 3.0],
                n_supports=6, coefficients=floats(6), support_vectors=VECTORS, rho=[0.3])


def linear(classes, transform):
    return case("LinearClassifier", X, f"{classes}-{transform}", outputs=2,
                coefficients=floats(classes, 5), intercepts=floats(classes),
                classlabels_ints=list(range(4, 4 + classes)), post_transform=transform)


# Features.

ROWS = np.array([[1, -2, 3], [0, 0, 0], [-4, 5, -6]])
TYPES = [np.float32, np.float64, np.int32, np.int64]


def normalized(x, norm):
    wide = x.astype(np.float64)
    size = {"MAX": wide.max(1), "L1": abs(wide).sum(1), "L2": (wide**2).sum(1) ** 0.5}[norm]
    return [np.where(size == 0, 1, size)[:, None] ** -1 * wide]


def feature_cases(dtype):
    x, name = ROWS.astype(dtype), dtype.__name__
    offset, scale = np.array([1, 2, 3.5]), np.array([0.5, 2, -1])
    index = np.array([2, 0, 2])
    ints = dtype in (np.int32, np.int64)
    given = {"imputed_value_int64s": [9]} if ints else {"imputed_value_floats": [9.0]}
    return [
        case("Scaler", x, name, offset=offset.tolist(), scale=scale.tolist(),
             reference=lambda x: [((x - offset) * scale).astype(np.float32)]),
        *(case("Normalizer", x, f"{norm}-{name}", norm=norm,
               reference=lambda x, norm=norm: [normalized(x, norm)[0].astype(np.float32)])
          for norm in ("MAX", "L1", "L2")),
        case("Binarizer", x, name, threshold=0.5, reference=lambda x: [(x > 0.5).astype(x.dtype)]),
        case("Imputer", x, name, reference=lambda x: [np.where(x == 0, x.dtype.type(9), x)],
             **given),
        case("ArrayFeatureExtractor", {"x": x, "i": index}, name,
             reference=lambda x, i: [x[:, i]]),
        case("OneHotEncoder", x, name, cats_int64s=[0, 1, -4], dynamic={"x": [0]},
             reference=lambda x: [np.float32(x[..., None] == np.array([0, 1, -4]))]),
    ]


WORDS = strings("b", "a", "zz", "", "b")
BIG = np.array([[3, 1], [2**53 + 1, 7]])
F32 = np.float32([1.5, np.nan, 2, -0.0])


def encoder(name, x, expected, version=2, **attrs):
    return case("LabelEncoder", x, name, reference=[expected], version=version, **attrs)


def tensor(array):
    return numpy_helper.from_array(array)


CASES = [
    *(regression("ordered", HOLES, how, 3) for how in ("SUM", "AVERAGE", "MIN", "MAX")),
    regression("equal", np.round(X), "SUM", 2, modes=MODES),
    regression("many", X, "SUM", 1, trees=200, depth=5),
    regression("deep", X, "SUM", 1, trees=2, depth=14),
    regression("leaf", X, "SUM", 1, trees=3, depth=0),
    regression("dynamic", X, "SUM", 1, dynamic={"x": [0, 1]}),
    regression("f64", X.astype(np.float64), "SUM", 2),
    regression("i64", (X * 3).astype(np.int64), "SUM", 2),
    *(classification([3, 4, 5], transform) for transform in TRANSFORMS),
    classification([3, 4], "NONE"),
    classification(["p", "q", "r"], "NONE"),
    ensemble("leq", PAIRS.astype(np.float32), [[1, 0], [0, 10], [100, 0], [0, 1000], [100, 0]],
             [0, 0, 0], [2.0, 3.0, 4.0]),
    ensemble("tracks", PAIRS, [[1, 0], [0, 10], [100, 0], [0, 1000], [1, 0]], [1, 1, 1],
             [2.0, 3.0, 4.0], nodes_missing_value_tracks_true=[1, 0, 0]),
    ensemble("members", PAIRS, [[1, 0], [0, 10], [100, 0], [0, 1000], [100, 0]], [6, 6, 4],
             [0.0, 0.0, 2.0], [1.0, 3.0, np.nan, 1.0, np.nan]),
    ensemble("average", PAIRS, [[1, 0], [0, 10], [100, 0], [0, 1000], [100, 0]], [0, 0, 0],
             [2.0, 3.0, 4.0], aggregate_function=0),
    *(svm(kernel, n) for kernel in ("LINEAR", "POLY", "RBF", "SIGMOID") for n in (2, 3)),
    *(svm("RBF", 2, transform) for transform in TRANSFORMS[1:]),
    *(svm("RBF", 3, transform) for transform in TRANSFORMS[1:4]),
    *(regressor(kernel) for kernel in ("LINEAR", "POLY", "RBF", "SIGMOID")),
    case("SVMRegressor", X, "one-class", coefficients=floats(5), rho=[0.3], one_class=1),
    case("LinearRegressor", X, targets=2, coefficients=floats(2, 5), intercepts=[0.1, -0.2]),
    case("LinearRegressor", X, "no-intercepts", coefficients=floats(5), dynamic={"x": [0]},
         reference=lambda x: [linear_reference(x)]),
    *(linear(n, transform) for n in (2, 3) for transform in TRANSFORMS[:4]),
    case("LinearClassifier", X, "shared", outputs=2, coefficients=floats(5), intercepts=[0.1],
         classlabels_ints=[7, 9], post_transform="LOGISTIC"),
    *(c for dtype in TYPES for c in feature_cases(dtype)),
    case("Imputer", HOLES, "nan", imputed_value_floats=[1.0, 2.0, 3.0, 4.0, 5.0],
         replaced_value_float=float("nan")),
    case("FeatureVectorizer", {"a": X, "b": X[:, :2].astype(np.int64)}, inputdimensions=[3, 4],
         reference=lambda a, b: [np.concatenate(
             [a[:, :3], b.astype(np.float32), np.zeros((7, 2), np.float32)], 1)]),
    encoder("strings-ints", WORDS, np.array([6, 5, -3, -3, 6]), keys_strings=["a", "b"],
            values_int64s=[5, 6], default_int64=-3),
    encoder("strings", WORDS, strings("y", "x", "_Unused", "_Unused", "y"),
            keys_strings=["a", "b"], values_strings=["x", "y"]),
    encoder("ints-strings", BIG, np.array([["?", "one"], ["big", "seven"]], object),
            keys_int64s=[7, 2**53 + 1, 2**53, 1], default_string="?",
            values_strings=["seven", "big", "less", "one"]),
    encoder("floats", F32, np.float32([1, 2, -9, 3]), version=4,
            keys_floats=[1.5, float("nan"), 0.0], values_floats=[1.0, 2.0, 3.0],
            default_float=-9.0),
    encoder("tensors", BIG.astype(np.int16), np.array([[2.5, -1], [-1, 1.5]]), version=4,
            keys_tensor=tensor(np.int16([7, 3, 2])), values_tensor=tensor(np.array([1.5, 2.5, 9])),
            default_tensor=tensor(np.array([-1.0]))),
    encoder("repeated", np.array([1, 2]), np.array([7, -1]), version=4, keys_int64s=[1, 1],
            values_int64s=[6, 7]),
    encoder("classes", WORDS, np.array([1, 0, -1, -1, 1]), version=1, classes_strings=["a", "b"]),
    case("CategoryMapper", WORDS, reference=[np.array([20, 10, -1, -1, 20])],
         cats_strings=["a", "b"], cats_int64s=[10, 20]),
    case("CategoryMapper", np.array([20, 5]), "back", reference=[strings("b", "?")],
         cats_strings=["a", "b"], cats_int64s=[10, 20], default_string="?"),
    case("OneHotEncoder", WORDS, "strings", cats_strings=["b", "zz"],
         reference=lambda x: [np.float32(x[:, None] == np.array(["b", "zz"], object))]),
    case("ArrayFeatureExtractor", {"x": WORDS, "i": np.array([[3, 0]])}, "vector",
         reference=[np.array([["", "b"]], object)]),
]


def linear_reference(x):
    attrs = next(c for c in CASES if c["name"] == "LinearRegressor-no-intercepts")
    node = attrs["model"]().graph.node[0]
    weights = next(a for a in node.attribute if a.name == "coefficients").floats
    return x @ np.float32(weights)[:, None]
