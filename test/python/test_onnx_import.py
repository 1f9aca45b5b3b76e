"""What ufront-import makes of ONNX files, whole and unusual ones.

Ops are only examples here; each has its own tests in test/Ops and test/numerics.
"""

import re

import numpy as np
import onnx
import pytest
from onnx import TensorProto as T
from onnx import helper as h
from onnx import numpy_helper as nh
# The fixtures are used by name.
from onnx_files import (  # noqa: F401
    LOCAL,
    accept,
    floats,
    function,
    info,
    model,
    node,
    refuse,
    weights,
)

# --- Inputs and outputs ------------------------------------------------------


def test_names_survive(accept):
    text = accept(
        model(
            [
                node("Add", ["x", "b"], ["sum"], name="add_1"),
                node("Relu", ["sum"], ["y"]),
            ],
            ["y"],
            initializer=[floats("b", 3)],
        )
    )
    assert re.search(r'%x: tensor<2x3xf32> {ufront.name = "x"}', text)
    assert '-> (tensor<2x3xf32> {ufront.name = "y"})' in text
    assert '%add_1 = "ufront.add"(%x, %b)' in text
    assert '%Relu_1 = "ufront.relu"(%add_1)' in text


def test_names_of_paths(accept):
    text = accept(
        model(
            [node("Relu", ["x:0"], ["y"], name="/block/relu 1")],
            ["y"],
            [info("x:0", [2])],
        )
    )
    assert '%x.0: tensor<2xf32> {ufront.name = "x:0"}' in text
    assert '%block.relu.1 = "ufront.relu"(%x.0)' in text


def test_symbolic_dimensions(accept, refuse):
    relu = model([node("Relu", ["x"], ["y"])], ["y"], [info("x", ["N", 3, None])])
    assert "tensor<?x3x?xf32>" in accept(relu)
    assert "tensor<4x3x5xf32>" in accept(relu, "--shape", "x=4x3x5")
    message = refuse(relu, "--shape", "z=4x3x5")
    assert "'z', which is no input; the inputs are 'x' (?x3x?)" in message
    message = refuse(relu, "--shape", "x=4x3")
    assert "a shape of rank 2 is given for input 'x'" in message


def test_input_without_shape(accept, refuse):
    relu = model([node("Relu", ["x"], ["y"])], ["y"], [info("x")])
    assert "input 'x' has no shape in the file" in refuse(relu)
    assert "tensor<4x3xf32>" in accept(relu, "--shape", "x=4x3")


def test_initializer_is_no_input(accept):
    """Before IR 4 every initializer was listed as an input too."""
    text = accept(
        model(
            [node("Add", ["x", "b"], ["y"])],
            ["y"],
            [info("x", [2, 3]), info("b", [3])],
            initializer=[floats("b", 3)],
        )
    )
    assert "@forward(%x: tensor<2x3xf32>" in text
    assert "%b: " not in text


def test_unsupported_input_kinds(refuse):
    kinds = {
        "is a sequence": h.make_tensor_sequence_value_info("x", T.FLOAT, [2]),
        "is a map": h.make_value_info(
            "x", h.make_map_type_proto(T.INT64, h.make_tensor_type_proto(T.FLOAT, []))
        ),
        "has an element type": info("x", [2], T.COMPLEX64),
    }
    for message, value in kinds.items():
        found = refuse(model([node("Relu", ["x"], ["y"])], ["y"], [value]))
        assert f"input 'x' {message}" in found


def test_output_may_be_input_or_initializer(accept):
    text = accept(model([], ["x", "b"], initializer=[floats("b", 3)]))
    assert "return %x, %b : tensor<2x3xf32>, tensor<3xf32>" in text


# --- Initializers ------------------------------------------------------------


def test_large_initializers_are_parameters(accept):
    text = accept(
        model(
            [node("Add", ["x", "w"], ["a"]), node("Add", ["a", "w"], ["y"])],
            ["y"],
            [info("x", [8, 16])],
            initializer=[floats("w", 8, 16), floats("unused", 8, 16)],
        )
    )
    assert text.count("ufront.param") == 1
    assert '{sym = "w"} : () -> tensor<8x16xf32>' in text


def test_integers_up_to_1024_are_constants(accept):
    def text(count):
        values = nh.from_array(np.arange(count), "k")
        return accept(
            model([node("Identity", ["k"], ["y"])], ["y"], initializer=[values])
        )

    assert "ufront.constant" in text(1024)
    assert "ufront.param" in text(1025)


VALUES = {
    T.FLOAT: np.linspace(-2, 2, 2048, dtype=np.float32),
    T.DOUBLE: np.linspace(-2, 2, 2048),
    T.FLOAT16: np.linspace(-2, 2, 2048).astype(np.float16),
    T.INT8: np.arange(2048).astype(np.int8),
    T.UINT8: np.arange(2048).astype(np.uint8),
    T.INT16: np.arange(-1024, 1024).astype(np.int16),
    T.UINT16: np.arange(63488, 65536).astype(np.uint16),
    T.INT32: np.arange(-1024, 1024).astype(np.int32) * 99999,
    T.UINT32: np.arange(2048).astype(np.uint32) * 999999,
    T.INT64: np.arange(-1024, 1024) * 10**15,
    T.UINT64: np.arange(2048).astype(np.uint64) * np.uint64(9 * 10**15),
    T.BOOL: np.arange(2048) % 3 == 0,
}


@pytest.mark.parametrize("raw", [True, False])
@pytest.mark.parametrize("element", VALUES, ids=T.DataType.Name)
def test_values_of_every_type(tmp_path, element, raw):
    values = VALUES[element]
    data = values.tobytes() if raw else values
    if element == T.FLOAT16 and not raw:
        tensor = T(name="w", data_type=element, dims=[2048])
        tensor.int32_data.extend(int(v) for v in values.view(np.uint16))
    else:
        tensor = h.make_tensor("w", element, [2048], data, raw=raw)
    found = weights(
        tmp_path, model([node("Identity", ["w"], ["y"])], ["y"], initializer=[tensor])
    )
    assert found["w"][1] == [2048]
    assert found["w"][2] == values.tobytes()


@pytest.mark.parametrize("raw", [True, False])
@pytest.mark.parametrize("element", VALUES, ids=T.DataType.Name)
def test_small_values_of_every_type(accept, element, raw):
    values = VALUES[element][-2:]
    if element == T.FLOAT16 and not raw:
        tensor = T(name="w", data_type=element, dims=[2])
        tensor.int32_data.extend(int(v) for v in values.view(np.uint16))
    else:
        tensor = h.make_tensor(
            "w", element, [2], values.tobytes() if raw else values, raw=raw
        )
    text = accept(model([node("Identity", ["w"], ["y"])], ["y"], initializer=[tensor]))
    (found,) = re.findall(r"dense<\[(.*?)\]>", text)
    read = {"true": 1, "false": 0}
    found = [float(read.get(v, v)) for v in found.split(", ")]
    assert np.allclose(found, values.astype(float), rtol=1e-3)


def test_empty_and_splat_values(accept):
    tensors = [
        nh.from_array(np.zeros((0, 3), np.float32), "empty"),
        nh.from_array(np.full((4,), 2, np.float32), "same"),
        nh.from_array(np.float32(7), "scalar"),
    ]
    text = accept(model([], [t.name for t in tensors], initializer=tensors))
    assert "dense<> : tensor<0x3xf32>" in text
    assert "dense<2.000000e+00> : tensor<4xf32>" in text
    assert "dense<7.000000e+00> : tensor<f32>" in text


def test_constant_nodes(accept):
    tensor = floats("", 8, 16)
    text = accept(
        model(
            [
                node("Constant", [], ["w"], value=tensor),
                node("Constant", [], ["k"], value=floats("", 2)),
                node("Constant", [], ["f"], value_floats=[1.0, 2.0]),
            ],
            ["w", "k", "f"],
        )
    )
    assert '%w = "ufront.param"() {sym = "w"}' in text
    assert text.count("ufront.constant") == 2


def test_wrong_values(refuse):
    def message(**fields):
        tensor = T(name="w", **{"data_type": T.FLOAT, "dims": [2, 2], **fields})
        return refuse(
            model([node("Identity", ["w"], ["y"])], ["y"], initializer=[tensor])
        )

    assert "tensor 'w' needs 16 bytes, but has 12" in message(raw_data=bytes(12))
    assert "needs 4 values, but has 3" in message(float_data=[1, 2, 3])
    assert "needs 4 values, but has 0" in message()
    assert "an impossible shape" in message(dims=[-1, 2])
    assert "an impossible shape" in message(dims=[2**62, 2**62])
    assert "17 dimensions" in message(dims=[1] * 17, raw_data=bytes(4))
    assert "needs 4 strings, but has 0" in message(data_type=T.STRING)
    assert "element type complex64 (14)" in message(data_type=T.COMPLEX64)
    assert "element type unknown (77)" in message(data_type=77)
    assert "bool tensor 'w' holds the value 7" in message(
        data_type=T.BOOL, raw_data=b"\1\0\7\0"
    )
    large = T(name="w", data_type=T.INT64, dims=[512], float_data=[0.0] * 1024)
    assert "a field for another type" in refuse(
        model([node("Identity", ["w"], ["y"])], ["y"], initializer=[large])
    )


def test_sparse_initializer(refuse):
    sparse = h.make_sparse_tensor(floats("w", 1), h.make_tensor("i", T.INT64, [1], [2]), [4])
    given = model([node("Relu", ["x"], ["y"])], ["y"], sparse_initializer=[sparse])
    assert "sparse initializer 'w' is not supported" in refuse(given)


def test_missing_initializers_are_initialised(accept, tmp_path):
    """What torch.onnx.export(export_params=False) leaves when weights are in
    value_info alone."""
    given = model(
        [node("Add", ["x", "w"], ["y"])],
        ["y"],
        [info("x", [32, 64])],
        value_info=[info("w", [32, 64])],
    )
    assert '"ufront.param"() {sym = "w"}' in accept(given)
    values = np.frombuffer(weights(tmp_path, given)["w"][2], np.float32)
    assert np.abs(values).max() <= 1 / 8
    assert np.abs(values).max() > 0.12 and abs(values.mean()) < 0.01
    again = np.frombuffer(weights(tmp_path, given)["w"][2], np.float32)
    assert (values == again).all()


def test_huge_missing_initializer(refuse):
    given = model(
        [node("Add", ["x", "w"], ["y"])],
        ["y"],
        value_info=[info("w", [2**20, 2**20])],
    )
    assert "are too many to initialise" in refuse(given)





# --- Opsets and unsupported things -------------------------------------------


@pytest.mark.parametrize("opset", [0, 29])
def test_opset_outside(refuse, opset):
    given = model([node("Relu", ["x"], ["y"])], ["y"], opset=opset)
    message = refuse(given)
    assert f"uses ONNX operator set {opset}, versions 1 to 28 are supported" in message


def test_opset_before_a_rule(refuse):
    given = model([node("HardSwish", ["x"], ["y"])], ["y"], opset=13)
    assert "'HardSwish' (opset 13): 1 node, first 'y'" in refuse(given)


def test_everything_unsupported_at_once(refuse):
    inner = h.make_graph([node("Missing", ["x"], ["z"], name="m2")], "i", [], [info("z")])
    given = model(
        [
            node("Missing", ["x"], ["a"], name="m1"),
            node("Relu", ["a"], ["b"]),
            node("Absent", ["b"], ["c"], domain="com.example"),
            node("If", ["x"], ["y"], then_branch=inner, else_branch=inner),
            node("Outer", ["x"], ["d"], domain="local"),
        ],
        ["y"],
        functions=[
            h.make_function(
                "local",
                "Outer",
                ["u"],
                ["v"],
                [node("Missing", ["u"], ["v"], name="m3")],
                [h.make_opsetid("", 18)],
            )
        ],
        opsets=[h.make_opsetid("com.example", 3), h.make_opsetid("local", 1)],
    )
    message = refuse(given)
    assert "'Missing' (opset 20): 3 nodes, first 'm1'" in message
    assert "'com.example.Absent' (opset 3): 1 node, first 'c'" in message
    assert "'Missing' (opset 18): 1 node, first 'm3'" in message


def test_all_failing_nodes_are_reported(refuse):
    message = refuse(
        model(
            [
                node("Add", ["x", "five"], ["a"], name="first"),
                node("Relu", ["a"], ["b"], name="depends"),
                node("Add", ["x", "seven"], ["c"], name="second"),
                node("Relu", ["x"], ["d"], name="fine"),
            ],
            ["b", "c", "d"],
            initializer=[floats("five", 5), floats("seven", 7)],
        )
    )
    assert "first" in message and "second" in message
    assert "depends" not in message
    assert "2 nodes could not be imported" in message


# --- The graph ---------------------------------------------------------------


def test_unsorted_and_cyclic(refuse):
    message = refuse(
        model(
            [
                node("Relu", ["a"], ["y"], name="early"),
                node("Relu", ["x"], ["a"], name="late"),
            ],
            ["y"],
        )
    )
    assert "'Relu' (opset 20) input 0 'a' is defined by a later node" in message
    message = refuse(
        model([node("Relu", ["b"], ["a"]), node("Relu", ["a"], ["b"])], ["b"])
    )
    assert "the graph is cyclic or not sorted" in message


def test_undefined_and_doubly_defined(refuse):
    message = refuse(model([node("Relu", ["no"], ["y"])], ["y"]))
    assert "input 0 'no' is not defined anywhere" in message
    assert "graph output 'no' is not defined" in refuse(model([], ["no"]))
    relu = node("Relu", ["x"], ["y"])
    assert "'y' is defined twice" in refuse(model([relu, relu], ["y"]))
    assert "input 'x' is defined twice" in refuse(
        model([node("Relu", ["x"], ["x"])], ["x"])
    )
    assert "initializer 'b' is there twice" in refuse(
        model([relu], ["y"], initializer=[floats("b", 1), floats("b", 1)])
    )


def test_missing_parts(refuse):
    assert "has no graph" in refuse(
        onnx.ModelProto(ir_version=8, opset_import=[h.make_opsetid("", 20)])
    )
    assert "has no outputs" in refuse(model([node("Relu", ["x"], ["y"])], []))
    given = model([node("Relu", ["x"], ["y"])], ["y"])
    del given.opset_import[:]
    assert "does not say which ONNX operator set" in refuse(given)
    assert "needs input 0" in refuse(model([node("Relu", [], ["y"])], ["y"]))
    assert "needs input 0" in refuse(model([node("Relu", [""], ["y"])], ["y"]))
    assert "has 2 inputs" in refuse(model([node("Relu", ["x", "x"], ["y"])], ["y"]))


# --- Subgraphs ---------------------------------------------------------------


def branch(nodes, output, *initializers):
    return h.make_graph(nodes, "branch", [], [info(output)], initializers)


def conditional(then, otherwise, before=(), after=(), outputs=("y",), **more):
    chosen = node("If", ["c"], ["y"], "if_1", then_branch=then, else_branch=otherwise)
    inputs = [info("x", [8, 16]), info("c", [], T.BOOL)]
    return model([*before, chosen, *after], list(outputs), inputs, **more)


def test_subgraphs_see_outer_names(accept):
    """Values, initializers used first inside, and a name of their own."""
    text = accept(
        conditional(
            branch([node("Add", ["a", "k"], ["t"]), node("Relu", ["t"], ["u"])], "u"),
            branch([node("Add", ["a", "w"], ["t"])], "t"),
            before=[node("Relu", ["x"], ["a"], "outer")],
            after=[node("Add", ["y", "k"], ["z"]), node("Add", ["z", "w"], ["v"])],
            outputs=["v"],
            initializer=[floats("k", 16), floats("w", 8, 16)],
        )
    )
    assert re.search(r'"ufront.add"\(%outer, %k\)', text)
    assert re.search(r'"ufront.add"\(%outer, %w\)', text)
    assert text.index("%k = ") < text.index("%if_1 = ")
    assert text.count("ufront.param") == 1


def test_parameters_of_subgraphs_have_their_own_names(accept):
    add = node("Add", ["x", "w"], ["t"])
    text = accept(
        conditional(
            branch([add], "t", floats("w", 8, 16)),
            branch([add], "t", floats("w", 8, 16)),
        )
    )
    assert '{sym = "if_1/w"}' in text
    assert '{sym = "if_1/w_1"}' in text


def test_failures_in_subgraphs(refuse):
    relu = branch([node("Relu", ["x"], ["t"])], "t")
    wrong = branch([node("Add", ["x", "k"], ["t"], "inner")], "t", floats("k", 5))
    message = refuse(conditional(relu, wrong))
    assert "if_1/inner" in message
    assert "1 node could not be imported" in message
    empty = h.make_graph([], "branch", [], [])
    message = refuse(conditional(relu, empty))
    assert "graph 'else_branch' has 0 inputs and 0 outputs, but needs 0 and 1" in message
    given = conditional(relu, relu)
    del given.graph.node[0].attribute[1]
    assert "has no graph" in refuse(given)


# --- Functions ---------------------------------------------------------------

def reference(op, inputs, outputs, attr, to, kind):
    made = node(op, inputs, outputs)
    made.attribute.append(
        onnx.AttributeProto(name=attr, ref_attr_name=to, type=kind)
    )
    return made


def test_functions_are_inlined(accept):
    twice = function(
        "Twice", ["u"], ["w"], [node("Relu", ["u"], ["v"], name="r"), node("Add", ["v", "v"], ["w"])]
    )
    text = accept(
        model(
            [
                node("Twice", ["x"], ["a"], name="t1", domain="local"),
                node("Twice", ["a"], ["y"], name="t2", domain="local"),
            ],
            ["y"],
            functions=[twice],
            opsets=[LOCAL],
        )
    )
    assert text.count("ufront.relu") == 2 and text.count("ufront.add") == 2


def test_function_attributes(accept):
    """An attribute given, one passed on by another function, and a default."""
    kind = onnx.AttributeProto.FLOATS
    inner = function(
        "Inner",
        [],
        ["w"],
        [reference("Constant", [], ["w"], "value_floats", "values", kind)],
        defaults=[h.make_attribute("values", [3.0, 4.0])],
    )
    passes = node("Inner", [], ["w"], domain="local")
    passes.attribute.append(
        onnx.AttributeProto(name="values", ref_attr_name="given", type=kind)
    )
    outer = function("Outer", [], ["w"], [passes], attributes=["given"])
    text = accept(
        model(
            [
                node("Outer", [], ["a"], domain="local", given=[1.0, 2.0]),
                node("Outer", [], ["b"], domain="local"),
            ],
            ["a", "b"],
            functions=[inner, outer],
            opsets=[LOCAL],
        )
    )
    assert "dense<[1.000000e+00, 2.000000e+00]>" in text
    assert "dense<[3.000000e+00, 4.000000e+00]>" in text


def test_function_recursion(refuse):
    ping = function("Ping", ["u"], ["v"], [node("Pong", ["u"], ["v"], domain="local")])
    pong = function("Pong", ["u"], ["v"], [node("Ping", ["u"], ["v"], domain="local")])
    given = model(
        [node("Ping", ["x"], ["y"], domain="local")],
        ["y"],
        functions=[ping, pong],
        opsets=[LOCAL],
    )
    assert "is a function that calls itself" in refuse(given)


def test_function_explosion(refuse):
    functions = [function("F0", ["u"], ["v"], [node("Relu", ["u"], ["v"])])]
    for i in range(1, 40):
        inner = f"F{i - 1}"
        functions.append(
            function(
                f"F{i}",
                ["u"],
                ["w"],
                [
                    node(inner, ["u"], ["v"], domain="local"),
                    node(inner, ["v"], ["w"], domain="local"),
                ],
            )
        )
    given = model(
        [node("F39", ["x"], ["y"], domain="local")],
        ["y"],
        functions=functions,
        opsets=[LOCAL],
    )
    assert "the model expands to too many nodes" in refuse(given)


def test_function_chain_is_bounded(refuse):
    functions = [function("F0", ["u"], ["v"], [node("Relu", ["u"], ["v"])])]
    for i in range(1, 5000):
        functions.append(
            function(f"F{i}", ["u"], ["v"], [node(f"F{i - 1}", ["u"], ["v"], domain="local")])
        )
    given = model(
        [node("F4999", ["x"], ["y"], domain="local")],
        ["y"],
        functions=functions,
        opsets=[LOCAL],
    )
    assert "nested more than 64 deep" in refuse(given)


def test_function_with_wrong_numbers(refuse):
    f = function("F", ["u"], ["v"], [node("Relu", ["u"], ["v"])])
    given = model(
        [node("F", ["x", "x"], ["y"], domain="local")],
        ["y"],
        functions=[f],
        opsets=[LOCAL],
    )
    assert "is a function of 1 inputs and 1 outputs, but has 2 and 1" in refuse(given)
