"""If, Loop and Scan: known and unknown trip counts, shapes that change."""

import numpy as np
from models import value_info
from onnx import TensorProto, helper
from onnx.reference import ReferenceEvaluator

RNG = np.random.default_rng(0)
X = RNG.normal(0, 1, (5, 3, 4)).astype(np.float32)
H = RNG.normal(0, 1, (3, 4)).astype(np.float32)
F, I, B = TensorProto.FLOAT, TensorProto.INT64, TensorProto.BOOL


def info(name, kind, shape):
    return helper.make_tensor_value_info(name, kind, shape)


def constant(name, value):
    value = np.asarray(value)
    kind = helper.np_dtype_to_tensor_dtype(value.dtype)
    tensor = helper.make_tensor(name, kind, value.shape, value.flatten().tolist())
    return helper.make_node("Constant", [], [name], value=tensor)


def body(nodes, inputs, outputs):
    return helper.make_graph(nodes, "body", inputs, outputs)


def node(op, inputs, outputs, **attrs):
    return helper.make_node(op, inputs.split(), outputs.split(), **attrs)


def case(name, nodes, inputs, outputs, reference, dynamic=None):
    """The outputs are declared with unknown sizes: onnx cannot tell them."""
    inputs = {k: np.asarray(v) for k, v in inputs.items()}
    results = [np.asarray(r) for r in reference(**inputs)]
    declared = [
        value_info(k, r, dynamic=range(r.ndim)) for k, r in zip(outputs.split(), results)
    ]
    dynamic = dynamic or {}
    graph = helper.make_graph(
        nodes,
        "graph",
        [value_info(k, v, dynamic.get(k, ())) for k, v in inputs.items()],
        declared,
    )
    model = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10
    )
    return {"name": name, "model": lambda: model, "inputs": inputs, "reference": results}


def branch(name, nodes, output, shape=None):
    return helper.make_graph(nodes, name, [], [info(output, F, shape)])


def branches(truth, x=X, dynamic=None):
    """Reads outer values; the branches give different shapes."""
    yes = branch("yes", [node("Add", "x x", "a")], "a")
    no = branch(
        "no",
        [constant("s", [0]), constant("e", [2]), node("Slice", "x s e", "b")],
        "b",
    )
    nodes = [
        helper.make_node("If", ["c"], ["y"], then_branch=yes, else_branch=no),
        node("Neg", "y", "z"),
    ]
    return case(
        f"if-{truth}{'-dynamic' if dynamic else ''}",
        nodes,
        {"c": np.array(truth), "x": x},
        "z",
        reference=lambda c, x: [-(x + x) if c else -x[:2]],
        dynamic=dynamic,
    )


def known_if():
    """A condition on a shape; the branch not taken has another rank."""
    yes = branch("yes", [node("Squeeze", "x", "a")], "a")
    no = branch("no", [node("Identity", "x", "b")], "b")
    nodes = [
        node("Shape", "x", "s"),
        constant("i", 0),
        node("Gather", "s i", "n"),
        constant("one", 1),
        node("Equal", "n one", "c"),
        helper.make_node("If", ["c"], ["y"], then_branch=yes, else_branch=no),
    ]
    return case("if-known", nodes, {"x": X}, "y", reference=lambda x: [x])


LOOP_ARGS = [info("i", I, []), info("c_in", B, [])]


def loop(nodes, carried, collected=(), trip="n", cond="c", rank=2, result_rank=2):
    """A Loop whose body takes each carried `v_in`, of that rank, to `v_out`."""
    shape = [None] * rank
    graph = body(
        nodes,
        LOOP_ARGS + [info(v + "_in", F, shape) for v in carried],
        [info("c_out", B, [])]
        + [info(v + "_out", F, shape) for v in carried]
        + [info(v, F, [None] * result_rank) for v in collected],
    )
    return helper.make_node(
        "Loop",
        [trip, cond, *carried],
        [v + "_end" for v in carried] + [v + "_all" for v in collected],
        body=graph,
    )


PASS = node("Identity", "c_in", "c_out")
SUM = [PASS, node("Gather", "x i", "xi"), node("Add", "h_in xi", "h_out"), node("Tanh", "h_out", "t")]


def sum_reference(x, h, n=5, c=True):
    every = []
    for i in range(int(np.ravel(n)[0]) if c else 0):
        h = h + x[i]
        every.append(np.tanh(h))
    shape = (len(every), *h.shape)
    return [h, np.array(every, np.float32).reshape(shape)]


def counted(name, extra=None, dynamic=None, n=5, c=True):
    """The trip count is an input, or a constant when not in `extra`."""
    extra = extra or {}
    nodes = [] if "n" in extra else [constant("n", n)]
    nodes += [] if "c" in extra else [constant("c", c)]
    nodes.append(loop(SUM, ["h"], ["t"]))
    return case(
        name,
        nodes,
        {"x": X, "h": H, **extra},
        "h_end t_all",
        reference=lambda x, h, n=n, c=c: sum_reference(x, h, n, c),
        dynamic=dynamic,
    )


def until():
    """Stops when the sum is large; collects on the way."""
    nodes = [
        node("Add", "h_in x", "h_out"),
        node("ReduceMax", "h_out", "m", keepdims=0),
        constant("limit", np.float32(9)),
        node("Less", "m limit", "c_out"),
        node("Add", "h_out i_f", "t"),
    ]
    nodes.insert(0, helper.make_node("Cast", ["i"], ["i_f"], to=F))

    def reference(x, h):
        every, i, go = [], 0, True
        while go:
            h = h + x
            go = h.max() < 9
            every.append(h + np.float32(i))
            i += 1
        return [h, np.stack(every)]

    return case(
        "loop-until",
        [constant("c", True), loop(nodes, ["h"], ["t"], trip="")],
        {"x": np.abs(H) + 0.25, "h": H},
        "h_end t_all",
        reference=reference,
    )


def growing(dynamic=None):
    """What is carried gets longer: a cache."""
    nodes = [
        PASS,
        constant("lo", [0]),
        node("Unsqueeze", "i lo", "start"),
        constant("one", [1]),
        node("Add", "start one", "stop"),
        node("Slice", "x start stop", "row"),
        node("Concat", "h_in row", "h_out", axis=0),
        node("ReduceSum", "h_out", "t", keepdims=0),
    ]

    def reference(x, h):
        sums = []
        for i in range(5):
            h = np.concatenate([h, x[i : i + 1]])
            sums.append(h.sum())
        return [h, np.array(sums, np.float32)]

    return case(
        f"loop-growing{'-dynamic' if dynamic else ''}",
        [constant("n", 5), constant("c", True), loop(nodes, ["h"], ["t"], rank=3, result_rank=0)],
        {"x": X, "h": np.zeros((0, 3, 4), np.float32)},
        "h_end t_all",
        reference=reference,
        dynamic=dynamic,
    )


def swapped():
    """Carried values trade places; both enter as the model's inputs."""
    nodes = [PASS, node("Add", "a_in b_in", "b_out"), node("Identity", "b_in", "a_out")]

    def reference(a, b, n):
        for _ in range(n):
            a, b = b, a + b
        return [a, b]

    return case(
        "loop-swapped",
        [constant("c", True), loop(nodes, ["a", "b"])],
        {"a": H, "b": H * 2, "n": np.array(7)},
        "a_end b_end",
        reference=reference,
    )


def written():
    """A row of what is carried is replaced in each iteration."""
    nodes = [
        PASS,
        constant("lo", [0]),
        node("Unsqueeze", "i lo", "index"),
        node("Gather", "x index", "row"),
        node("ScatterND", "h_in at row", "h_out"),
    ]
    nodes.insert(3, constant("lo2", [0]))
    nodes.insert(4, node("Unsqueeze", "index lo2", "at"))

    def reference(x, h, n):
        h = h.copy()
        h[:n] = x[:n]
        return [h, h + x]

    return case(
        "loop-written",
        [constant("c", True), loop(nodes, ["h"], rank=3), node("Add", "h_end x", "z")],
        {"x": X, "h": X * 3, "n": np.array(4)},
        "h_end z",
        reference=reference,
    )


def nested():
    """A loop in a loop, which reads both iterations."""
    inner = helper.make_node(
        "Loop",
        ["m", "c_in", "h_in"],
        ["h_out"],
        body=helper.make_graph(
            [
                node("Identity", "cj", "cj_out"),
                node("Gather", "x i", "xi"),
                node("Gather", "xi j", "xij"),
                node("Add", "g xij", "g_out"),
            ],
            "inner",
            [info("j", I, []), info("cj", B, []), info("g", F, [None])],
            [info("cj_out", B, []), info("g_out", F, None)],
        ),
    )
    nodes = [PASS, constant("m", 3), inner]

    def reference(x, h, n):
        return [h + x[:n].sum((0, 1))]

    return case(
        "loop-nested",
        [constant("c", True), loop(nodes, ["h"], rank=1)],
        {"x": X, "h": H[0], "n": np.array(4)},
        "h_end",
        reference=reference,
    )


def scan(name, *, dynamic=None, shape=(5, 3, 4), **attrs):
    """One state, two scan inputs, two outputs."""
    x = RNG.normal(0, 1, shape).astype(np.float32)
    axes = attrs.get("scan_input_axes", [0, 0])
    state = np.take(x, 0, axes[0]) if shape[axes[0]] else np.zeros((3, 4), np.float32)
    w = RNG.normal(0, 1, (x.shape[axes[0]], 2)).astype(np.float32)
    w = w.T.copy() if axes[1] == 1 else w
    graph = body(
        [
            node("Add", "s xt", "s_out"),
            node("Identity", "s_out", "y"),
            node("ReduceSum", "wt", "total", keepdims=0),
            node("Mul", "s_out total", "z"),
        ],
        [info(v, F, None) for v in ("s", "xt", "wt")],
        [info(v, F, None) for v in ("s_out", "y", "z")],
    )
    back = attrs.get("scan_input_directions", [0, 0])
    out_axes = attrs.get("scan_output_axes", [0, 0])
    out_back = attrs.get("scan_output_directions", [0, 0])

    def reference(s, x, w):
        n, results = x.shape[axes[0]], [[], []]
        for t in range(n):
            pick = [n - 1 - t if b else t for b in back]
            s = s + np.take(x, pick[0], axes[0])
            results[0].append(s)
            results[1].append(s * np.take(w, pick[1], axes[1]).sum())
        for i in range(2):
            results[i] = results[i][::-1] if out_back[i] else results[i]
            results[i] = (
                np.stack(results[i], out_axes[i]) if n else np.zeros((0, 3, 4), np.float32)
            )
        return [s, *results]

    return case(
        f"scan-{name}",
        [
            helper.make_node(
                "Scan", ["s", "x", "w"], ["s_end", "y_all", "z_all"],
                num_scan_inputs=2, body=graph, **attrs,
            )
        ],
        {"s": state, "x": x, "w": w},
        "s_end y_all z_all",
        reference=reference,
        dynamic=dynamic,
    )


def batched(name, batch, length=5, *, dynamic=None, directions=(0, 0)):
    """Scan of opset 8 on a batch, compared with that of opset 9 on each sequence."""
    values = {
        "s": RNG.normal(0, 1, (batch, 3)).astype(np.float32),
        "x": RNG.normal(0, 1, (batch, length, 3)).astype(np.float32),
        "w": RNG.normal(0, 1, (batch, length)).astype(np.float32),
    }

    def model(opset, shapes, inputs, dynamic, **attrs):
        graph = body(
            [
                node("Mul", "s wt", "scaled"),
                node("Add", "scaled xt", "s_out"),
                node("Neg", "s_out", "y"),
            ],
            [info("s", F, [3]), info("xt", F, [3]), info("wt", F, [])],
            [info("s_out", F, [3]), info("y", F, [3])],
        )
        scan = helper.make_node(
            "Scan", inputs, ["s_end", "y_all"], num_scan_inputs=2, body=graph, **attrs,
        )  # fmt: skip
        ends = [
            info(name, F, [None] * shapes[like].ndim)
            for name, like in (("s_end", "s"), ("y_all", "x"))
        ]
        graph = helper.make_graph(
            [scan], "graph",
            [value_info(k, v, dynamic.get(k, ())) for k, v in shapes.items()],
            ends,
        )  # fmt: skip
        return helper.make_model(
            graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=10
        )

    # The evaluator knows neither opset 8's Scan nor how to go backwards.
    rows = [{k: v[i] for k, v in values.items()} for i in range(batch)]
    for row in rows:
        row["x"] = row["x"][:: -1 if directions[0] else 1]
        row["w"] = row["w"][:: -1 if directions[1] else 1]
    one = ReferenceEvaluator(model(9, rows[0], list(values), {}))
    wanted = [np.stack(parts) for parts in zip(*(one.run(None, row) for row in rows))]
    return {
        "name": f"scan-batch-{name}",
        "model": lambda: model(
            8, values, ["", *values], dynamic or {}, directions=list(directions)
        ),
        "inputs": values,
        "reference": wanted,
    }


CASES = [
    branches(True),
    branches(False),
    branches(True, dynamic={"x": [0, 1]}),
    branches(False, dynamic={"x": [0, 1]}),
    known_if(),
    counted("loop-known"),
    counted("loop-trip", {"n": np.array(3)}),
    counted("loop-trip-list", {"n": np.array([4])}),
    counted("loop-none", {"n": np.array(0)}),
    counted("loop-negative", {"n": np.array(-2)}),
    counted("loop-condition", {"c": np.array(False)}),
    counted("loop-both", {"c": np.array(True), "n": np.array(5)}),
    counted("loop-dynamic", {"n": np.array(5)}, {"x": [0, 1], "h": [0]}),
    counted("loop-dynamic-x", dynamic={"x": [1]}),
    until(),
    growing(),
    growing({"x": [0, 1], "h": [1]}),
    swapped(),
    written(),
    nested(),
    scan("plain"),
    scan("backwards", scan_input_directions=[1, 0], scan_output_directions=[0, 1]),
    scan("axes", scan_input_axes=[1, 1], shape=(3, 5, 4), scan_output_axes=[2, 1]),
    scan("all", scan_input_axes=[-1, 0], shape=(3, 4, 6), scan_input_directions=[0, 1],
         scan_output_axes=[1, -1], scan_output_directions=[1, 0]),
    scan("dynamic", dynamic={"x": [0, 1], "w": [0], "s": [0]}),
    scan("dynamic-time", dynamic={"x": [0], "w": [0]}),
    scan("empty", shape=(0, 3, 4), dynamic={"x": [0], "w": [0]}),
    batched("one", 1),
    batched("three", 3, directions=(1, 0)),
    batched("dynamic", 4, dynamic={"s": [0], "x": [0, 1], "w": [0, 1]}, directions=(0, 1)),
    batched("dynamic-one", 1, 6, dynamic={"s": [0], "x": [0], "w": [0]}),
]
