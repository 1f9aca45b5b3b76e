"""A decoder that keeps keys and values, and FlexAttention's graphs."""

import numpy as np
import pytest
from onnx import TensorProto as T
from onnx import helper as h
from onnx import numpy_helper as nh
from onnx.reference import ReferenceEvaluator

# The fixtures are used by name.
from onnx_files import accept, info, model, node, refuse  # noqa: F401

from ufront import _compiled, _ufront

HEADS, SHARED, SIZE, WIDTH = 4, 2, 8, 24


def decoder(element=T.FLOAT, opset=24):
    """One layer: norm, projections, rotation, attention over a cache, output."""
    rng = np.random.default_rng(24)
    kind = h.tensor_dtype_to_np_dtype(element)

    def weight(name, *shape):
        return nh.from_array((rng.standard_normal(shape) / 4).astype(kind), name)

    nodes = [
        node("RMSNormalization", ["x", "g"], ["n"]),
        node("MatMul", ["n", "wq"], ["q"]),
        node("MatMul", ["n", "wk"], ["k"]),
        node("MatMul", ["n", "wv"], ["v"]),
        node("RotaryEmbedding", ["q", "cos", "sin", "at"], ["qr"], num_heads=HEADS),
        node("RotaryEmbedding", ["k", "cos", "sin", "at"], ["kr"], num_heads=SHARED),
        node("Attention", ["qr", "kr", "v", "", "pk", "pv"], ["a", "nk", "nv"],
             q_num_heads=HEADS, kv_num_heads=SHARED, is_causal=1),
        node("MatMul", ["a", "wo"], ["o"]),
        node("Add", ["x", "o"], ["y"]),
    ]  # fmt: skip
    cache = ["batch", SHARED, "past", SIZE]
    inputs = [info("x", ["batch", "length", WIDTH], element),
              info("at", ["batch", "length"], T.INT64),
              info("pk", cache, element), info("pv", cache, element)]  # fmt: skip
    initializers = [
        weight("g", WIDTH), weight("wq", WIDTH, HEADS * SIZE),
        weight("wk", WIDTH, SHARED * SIZE), weight("wv", WIDTH, SHARED * SIZE),
        weight("wo", HEADS * SIZE, WIDTH), weight("cos", 64, SIZE // 2),
        weight("sin", 64, SIZE // 2),
    ]  # fmt: skip
    made = model(nodes, [], inputs, opset, initializer=initializers)
    made.graph.output.extend(info(name, ["a", "b", "c"], element) for name in ["y"])
    made.graph.output.extend(info(name, list("abcd"), element) for name in ["nk", "nv"])
    made.ir_version = 11
    return made


def compiled(made, **options):
    return _ufront.Session().import_memory(made.SerializeToString(), "onnx").compile(**options)


@pytest.mark.parametrize("threads", [1, 2])
def test_cache_of_any_length(threads):
    """One program serves every batch, length and past."""
    made = decoder()
    program, evaluator = compiled(made, threads=threads), ReferenceEvaluator(made)
    rng = np.random.default_rng(1)
    for batch, length, past in [(1, 1, 0), (1, 1, 1), (1, 1, 37), (3, 1, 8), (2, 5, 0),
                                (2, 5, 16), (1, 7, 3)]:  # fmt: skip
        at = np.arange(past, past + length)[None].repeat(batch, 0)
        cache = rng.standard_normal((2, batch, SHARED, past, SIZE)).astype(np.float32)
        x = rng.standard_normal((batch, length, WIDTH)).astype(np.float32)
        given = {"x": x, "at": at, "pk": cache[0], "pv": cache[1]}
        inputs = tuple(given[value.name] for value in program.inputs)
        actual = [_compiled.to_numpy(value) for value in program.run(inputs)]
        for mine, theirs in zip(actual, evaluator.run(None, given)):
            assert mine.shape == theirs.shape
            np.testing.assert_allclose(mine, theirs, rtol=1e-4, atol=1e-5)


def test_steps_equal_the_whole():
    """Token by token, each with the cache of those before, or all at once."""
    made = decoder()
    program, count = compiled(made), 9
    rng = np.random.default_rng(2)
    x = rng.standard_normal((1, count, WIDTH)).astype(np.float32)
    empty = np.zeros((1, SHARED, 0, SIZE), np.float32)
    names = [value.name for value in program.inputs]

    def run(part, start, keys, values):
        at = np.arange(start, start + part.shape[1])[None]
        given = {"x": part, "at": at, "pk": keys, "pv": values}
        results = program.run(tuple(given[name] for name in names))
        return [_compiled.to_numpy(value) for value in results]

    whole = run(x, 0, empty, empty)
    keys, values, steps = empty, empty, []
    for i in range(count):
        y, keys, values = run(x[:, i : i + 1], i, keys, values)
        steps.append(y)
    np.testing.assert_allclose(np.concatenate(steps, 1), whole[0], rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(keys, whole[1], rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(values, whole[2], rtol=1e-5, atol=1e-6)


def test_one_kind_of_cache(refuse):
    """What is past is given, or how much of the keys counts, but not both."""
    names = ["q", "q", "q", "", "p", "p", "n"]
    inputs = [info("q", [1, 2, 3, 4]), info("p", [1, 2, 5, 4]), info("n", [1], T.INT64)]
    both = model([node("Attention", names, ["y", "k", "v"])], ["y"], inputs, 24)
    assert "cannot have both past_key and nonpad_kv_seqlen" in refuse(both)
    half = model([node("Attention", names[:5], ["y"])], ["y"], inputs[:2], 24)
    assert "needs past_key and past_value together" in refuse(half)


@pytest.mark.parametrize("kind", [T.INT8, T.UINT8, T.INT64])
def test_masks_of_integers(kind):
    """They are added; what a short one does not cover is forbidden all the same."""
    rng = np.random.default_rng(3)
    shapes = {"q": (1, 2, 3, 4), "k": (1, 2, 5, 4), "v": (1, 2, 5, 4), "m": (3, 3)}
    x = {name: rng.standard_normal(shapes[name]).astype(np.float32) for name in "qkv"}
    x["m"] = rng.integers(0, 5, shapes["m"]).astype(h.tensor_dtype_to_np_dtype(kind))

    def run(kind):
        kinds = dict(zip("qkvm", [T.FLOAT] * 3 + [kind]))
        inputs = [info(name, shape, kinds[name]) for name, shape in shapes.items()]
        made = model([node("Attention", list("qkvm"), ["y"])], ["y"], inputs, 23)
        given = x | {"m": x["m"].astype(h.tensor_dtype_to_np_dtype(kind))}
        return made, given, _compiled.to_numpy(compiled(made).run(tuple(given.values()))[0])

    made, given, expected = run(T.FLOAT)
    np.testing.assert_array_equal(run(kind)[2], expected)
    reference = ReferenceEvaluator(made).run(None, given)[0]
    np.testing.assert_allclose(expected, reference, rtol=1e-5, atol=1e-6)


# --- Graphs in attention -----------------------------------------------------


def flexible(graph=None, shapes=((2, 4, 3, 8), (2, 2, 5, 8), (2, 2, 5, 6)), kind=T.FLOAT,
             **attrs):  # fmt: skip
    if graph:
        attrs["score_mod"] = graph
    made = model(
        [node("FlexAttention", ["q", "k", "v"], ["y"], "flex", domain="ai.onnx.preview",
              **attrs)],
        ["y"], [info(name, shape, kind) for name, shape in zip("qkv", shapes)],
        opset=26, opsets=[h.make_opsetid("ai.onnx.preview", 1)],
    )  # fmt: skip
    return made


def changes(nodes, element=T.FLOAT, inputs=("s",)):
    given = [info(name, list("BHLS"), T.FLOAT) for name in inputs]
    return h.make_graph(nodes, "change", given, [info("t", list("BHLS"), element)])


def test_graphs_are_inlined(accept):
    text = accept(flexible(changes([node("Tanh", ["s"], ["t"])])))
    assert text.index("ufront.batch_matmul") < text.index("ufront.tanh")
    assert text.index("ufront.tanh") < text.index("ufront.softmax")
    assert "ufront.tanh" not in accept(flexible())


def test_scores_of_halves_are_single(accept):
    text = accept(flexible(kind=T.FLOAT16))
    assert text.count("ufront.batch_matmul") == text.count("to = f32, transpose_b") == 2
    assert text.count("{to = f16}") == 1


def test_wrong_graphs(refuse):
    shrink = changes([node("ReduceSum", ["s"], ["t"])])
    assert "'score_mod' that makes 1x1x1x1 of 2x4x3x5, but must keep" in refuse(flexible(shrink))
    cast = changes([node("Cast", ["s"], ["t"], to=T.DOUBLE)], T.DOUBLE)
    assert "but must keep it" in refuse(flexible(cast))
    two = changes([node("Add", ["s", "u"], ["t"])], inputs=("s", "u"))
    assert "graph 'score_mod' has 2 inputs and 1 outputs, but needs 1 and 1" in refuse(
        flexible(two)
    )
    inner = changes([node("Add", ["s", "missing"], ["t"], "inner")])
    assert "missing" in refuse(flexible(inner))
    assert "has no graph 'prob_mod'" in refuse(flexible(prob_mod=1))


def test_wrong_shapes(refuse):
    q, k, v = (2, 4, 3, 8), (2, 2, 5, 8), (2, 2, 5, 6)
    heads = "needs known numbers of heads"
    for shapes, message in [
        (((2, 4, 8), k, v), "needs input 0 of rank 4"),
        ((q, (2, 3, 5, 8), (2, 3, 5, 8)), heads),
        ((q, (2, 0, 5, 8), (2, 0, 5, 8)), heads),
        ((("B", "H", 3, 8), k, v), heads),
        ((q, k, (2, 2, 4, 6)), "do not agree in size or length"),
        ((q, (2, 2, 5, 7), v), "do not agree in size or length"),
        ((q, (3, 2, 5, 8), v), "different batch sizes"),
        (((2, 4, 3, "E"), k, v), "needs a scale"),
    ]:
        assert message in refuse(flexible(shapes=shapes)), shapes
    assert "softmax_precision" in refuse(flexible(softmax_precision=T.INT32))
