"""What operators meant before opset 7: aligned operands, sizes as attributes."""

import numpy as np
from models import node_model, value_info

RNG = np.random.default_rng(0)
X = RNG.normal(0, 2, (2, 3, 4, 5)).astype(np.float32)
WHOLE = RNG.integers(-3, 4, (2, 3, 4)).astype(np.float32)
TRUTHS = RNG.integers(0, 2, (2, 3, 4)).astype(bool)


def case(name, op, opset, inputs, reference, outputs=1, **options):
    def model():
        made = node_model(op, inputs, outputs, opset=opset, **options)
        # Old operators have no shape rules.
        for i, like in enumerate(reference(**inputs)):
            made.graph.output[i].CopyFrom(
                value_info(f"y{i}", np.asarray(like), range(np.ndim(like)))
            )
        return made

    return {
        "name": f"{op}-{opset}-{name}",
        "model": model,
        "inputs": inputs,
        "reference": reference,
    }


def aligned(op, opset, x, shape, function, axis=None, dynamic=None):
    """The second operand lies at `axis` of the first, or at its end."""
    y = np.resize(x.flatten()[::-1], shape).astype(x.dtype)
    if op in ("Div", "Pow"):
        x, y = np.abs(x) + 1, np.abs(y) + 1
    at = x.ndim - y.ndim if axis is None else axis % x.ndim
    behind = x.ndim - at - y.ndim
    attrs = {} if axis is None else {"axis": axis}
    return case(
        f"{'x'.join(map(str, shape))}-{axis}{'-dynamic' if dynamic else ''}",
        op,
        opset,
        {"x": x, "y": y},
        lambda x, y: [function(x, y.reshape((*y.shape, *[1] * behind)))],
        dynamic=dynamic,
        broadcast=1,
        **attrs,
    )


def equal(op, opset, x, function):
    y = x[::-1].copy()
    return case("equal", op, opset, {"x": x, "y": y}, lambda x, y: [function(x, y)])


def batch_norm(name, opset, shape, spatial, is_test, outputs=1):
    x = RNG.normal(1, 2, shape).astype(np.float32)
    places = shape[1:2] if spatial else shape[1:]
    axes = (0, *range(2, len(shape))) if spatial else (0,)
    wide = (*places, *[1] * (len(shape) - 2)) if spatial else places
    given = {k: RNG.uniform(0.5, 2, places).astype(np.float32) for k in "sbmv"}

    def reference(x, s, b, m, v):
        mean, var = m, v
        if not is_test:
            mean, var = x.mean(axes), x.var(axes)
        factor, offset = (a.reshape(wide) for a in (s / np.sqrt(var + 1e-5), mean))
        y = (x - offset) * factor + b.reshape(wide)
        more = [m * 0.75 + mean * 0.25, v * 0.75 + var * 0.25, mean, var]
        return [a.astype(np.float32) for a in [y, *more][:outputs]]

    attrs = {"is_test": int(is_test)} if opset < 7 else {}
    if opset < 6:
        attrs["consumed_inputs"] = [0, 0, 0, 1, 1]
    return case(
        name,
        "BatchNormalization",
        opset,
        {"x": x, **given},
        reference,
        outputs,
        spatial=int(spatial),
        momentum=0.75,
        **attrs,
    )


def upsample(mode, height, width):
    def reference(x):
        rows, columns = int(4 * height), int(5 * width)
        at = [np.arange(rows) / height, np.arange(columns) / width]
        if mode == "nearest":
            return [x[:, :, at[0].astype(int)][:, :, :, at[1].astype(int)]]
        for axis, places in zip((2, 3), at):
            last = x.shape[axis] - 1
            low = np.minimum(np.floor(places).astype(int), last)
            share = (places - low).astype(np.float32)
            share = share[:, None] if axis == 2 else share
            high = np.minimum(low + 1, last)
            x = x.take(low, axis) * (1 - share) + x.take(high, axis) * share
        return [x]

    return case(
        f"{mode}-{height}-{width}",
        "Upsample",
        1,
        {"x": X},
        reference,
        mode=mode,
        height_scale=height,
        width_scale=width,
    )


def tile(axis, times):
    return case(
        f"{axis}-{times}",
        "Tile",
        1,
        {"x": X, "tiles": np.float32(times)},
        lambda x, tiles: [np.concatenate([x] * int(tiles), axis)],
        initializers={"axis": np.float32(axis)},
    )


def prelu(slope):
    wide = slope if slope.size == 1 else slope.reshape(3, 1, 1)
    return case(
        f"{slope.size}",
        "PRelu",
        6,
        {"x": X, "slope": slope},
        lambda x, slope: [np.where(x < 0, x * wide, x)],
    )


CASES = [
    *(
        aligned(op, opset, x, shape, function, axis)
        for op, function, x in [
            ("Add", np.add, X),
            ("Sub", np.subtract, X),
            ("Mul", np.multiply, X),
            ("Div", np.divide, X),
            ("Pow", np.power, np.abs(WHOLE)),
            ("Equal", np.equal, WHOLE.astype(np.int64)),
            ("Less", np.less, WHOLE),
            ("Greater", np.greater, WHOLE),
            ("And", np.logical_and, TRUTHS),
            ("Or", np.logical_or, TRUTHS),
            ("Xor", np.logical_xor, TRUTHS),
        ]
        for opset, shape, axis in [
            (1, (3, 4), 1),
            (6, (2, 3), 0),
            (6, (4,), 2),
            (6, (3, 1), 1),
            (6, (), None),
        ]
    ),
    aligned("Sub", 6, X, (4, 5), np.subtract),
    aligned("Sub", 6, X, (3, 4), np.subtract, -3),
    aligned("Sub", 6, X, (3, 4), np.subtract, 1, dynamic={"x": [1, 2], "y": [0]}),
    equal("Add", 1, X, np.add),
    equal("Less", 1, X, np.less),
    *(
        case("", op, 1, {"x": np.abs(X) + 0.1}, lambda x, f=f: [f(x)], consumed_inputs=[0])
        for op, f in [
            ("Abs", np.abs),
            ("Sqrt", np.sqrt),
            ("Reciprocal", np.reciprocal),
            ("Relu", lambda x: np.maximum(x, 0)),
        ]
    ),
    case(
        "",
        "Clip",
        1,
        {"x": X},
        lambda x: [np.clip(x, -1, 2)],
        min=-1.0,
        max=2.0,
    ),
    case("", "Sum", 1, {"x": X, "y": -X, "z": X}, lambda x, y, z: [x + y + z]),
    case("", "Mean", 1, {"x": X, "y": 3 * X}, lambda x, y: [(x + y) / 2]),
    case("", "Max", 1, {"x": X, "y": -X}, lambda x, y: [np.maximum(x, y)]),
    case("int", "Cast", 1, {"x": X}, lambda x: [x.astype(np.int32)], to="INT32"),
    case("truth", "Cast", 1, {"x": WHOLE}, lambda x: [x != 0], to="BOOL"),
    case(
        "f64", "Cast", 1, {"x": WHOLE}, lambda x: [x.astype(np.float64)], to="DOUBLE"
    ),
    case("", "Concat", 1, {"x": X, "y": X}, lambda x, y: [np.concatenate([x, y], 1)]),
    case(
        "last",
        "Concat",
        1,
        {"x": X, "y": X},
        lambda x, y: [np.concatenate([x, y], 3)],
        axis=3,
    ),
    case(
        "",
        "Split",
        1,
        {"x": X},
        lambda x: np.split(x, [1, 3], 2),
        3,
        axis=2,
        split=[1, 2, 1],
    ),
    case(
        "",
        "Pad",
        1,
        {"x": X},
        lambda x: [
            np.pad(x, [(0, 0), (1, 0), (2, 3), (0, 1)], constant_values=0.5)
        ],
        paddings=[0, 1, 2, 0, 0, 0, 3, 1],
        value=0.5,
    ),
    case(
        "reflect",
        "Pad",
        1,
        {"x": X},
        lambda x: [np.pad(x, [(0, 0), (1, 0), (2, 3), (0, 1)], "reflect")],
        paddings=[0, 1, 2, 0, 0, 0, 3, 1],
        mode="reflect",
    ),
    case(
        "",
        "Reshape",
        1,
        {"x": X},
        lambda x: [x.reshape(2, -1, 5)],
        shape=[0, -1, 5],
        dynamic={"x": [2]},
    ),
    case(
        "",
        "GlobalLpPool",
        1,
        {"x": X},
        lambda x: [(np.abs(x) ** 3).sum((2, 3), keepdims=True) ** (1 / 3)],
        p=3.0,
    ),
    case(
        "broadcast",
        "Gemm",
        6,
        {"a": X[0, 0], "b": X[0, 1].T.copy(), "c": X[0, 2, :1].reshape(5)[:4]},
        lambda a, b, c: [0.5 * (a @ b) + 2 * c],
        alpha=0.5,
        beta=2.0,
        broadcast=1,
    ),
    case(
        "flag", "Dropout", 6, {"x": X}, lambda x: [x], is_test=1, ratio=0.5
    ),
    prelu(np.float32([0.25])),
    prelu(np.float32([0.25, -1, 2])),
    tile(0, 3),
    tile(2, 2),
    tile(3, 1),
    upsample("nearest", 2.0, 3.0),
    upsample("nearest", 1.5, 1.0),
    upsample("bilinear", 2.0, 2.0),
    batch_norm("test", 1, (2, 3, 4), True, True),
    batch_norm("test", 6, (4, 3, 2, 5), True, True),
    batch_norm("places", 6, (4, 3, 2, 5), False, True),
    batch_norm("places", 7, (4, 3, 2, 5), False, True),
    batch_norm("train", 6, (4, 3, 2, 5), True, False, 5),
    batch_norm("train-places", 6, (4, 3, 2), False, False, 5),
    batch_norm("train-one", 6, (4, 3), True, False),
    batch_norm("train", 7, (4, 3, 2), True, False, 5),
]
