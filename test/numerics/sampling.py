"""Resizing and sampling, against onnx's reference evaluator."""

import numpy as np
from models import node_model
from onnx.reference import ReferenceEvaluator

RNG = np.random.default_rng(0)


def random(*shape):
    return RNG.standard_normal(shape).astype(np.float32)


X = random(1, 2, 5, 7)


def resize(name, x=X, scales=None, sizes=None, roi=None, opset=19, dynamic=(), reference=None, **attrs):
    constants, order = {}, ["x", "roi" if roi else "", "", ""]
    if roi:
        constants["roi"] = np.array(roi, np.float32)
    if scales:
        constants["scales"], order[2] = np.array(scales, np.float32), "scales"
    if sizes:
        constants["sizes"], order[3] = np.array(sizes, np.int64), "sizes"
    while not order[-1]:
        order.pop()
    return {
        "name": f"Resize-{name}",
        "model": lambda: node_model(
            "Resize",
            {"x": x},
            opset=opset,
            initializers=constants,
            order=order,
            dynamic={"x": list(dynamic)},
            **attrs,
        ),
        "inputs": {"x": x},
        "reference": reference,
        # A sum halfway between two integers may be rounded to either.
        "tolerance": (1e-4, 1e-4) if x.dtype == np.float32 else (0, x.dtype != np.int64),
    }


CASES = []
for mode in ("nearest", "linear", "cubic"):
    for coordinates in (
        "half_pixel",
        "pytorch_half_pixel",
        "half_pixel_symmetric",
        "align_corners",
        "asymmetric",
    ):
        given = {"mode": mode, "coordinate_transformation_mode": coordinates}
        CASES += [
            resize(f"{mode}-{coordinates}-scales", scales=[1, 1, 1.6, 0.45], **given),
            resize(f"{mode}-{coordinates}-sizes", sizes=[1, 2, 1, 14], **given),
        ]
    crop = {
        "mode": mode,
        "coordinate_transformation_mode": "tf_crop_and_resize",
        "extrapolation_value": 10.5,
    }
    area = [0, 0, 0.2, -0.3, 1, 1, 0.9, 1.2]
    CASES.append(resize(f"{mode}-crop", sizes=[1, 2, 4, 5], roi=area, **crop))
for rounding in ("round_prefer_floor", "round_prefer_ceil", "floor", "ceil"):
    for coordinates in ("half_pixel", "asymmetric"):
        CASES.append(
            resize(
                f"{rounding}-{coordinates}",
                scales=[1, 1, 2, 0.5],
                nearest_mode=rounding,
                coordinate_transformation_mode=coordinates,
            )
        )
for mode in ("linear", "cubic"):
    CASES += [
        resize(f"{mode}-antialias", sizes=[1, 2, 3, 3], mode=mode, antialias=1),
        resize(f"{mode}-antialias-grow", sizes=[1, 2, 2, 10], mode=mode, antialias=1),
        resize(f"{mode}-antialias-dynamic", scales=[0.7, 0.5], axes=[2, 3], mode=mode, antialias=1, dynamic=(2, 3)),
        resize(f"{mode}-exclude", sizes=[1, 2, 3, 10], mode=mode, exclude_outside=1),
        resize(f"{mode}-dynamic", scales=[1, 1, 1.6, 0.7], mode=mode, dynamic=(0, 2, 3)),
        resize(f"{mode}-dynamic-sizes", sizes=[8, 3], axes=[2, 3], mode=mode, dynamic=(0, 2, 3)),
        resize(f"{mode}-volume", random(1, 2, 3, 4, 5), scales=[1, 1, 1.6, 2.7, 0.7], mode=mode),
        resize(f"{mode}-row", random(1, 2, 5), scales=[1, 1, 1.6], mode=mode),
    ]
CASES += [
    resize("coefficient", scales=[1, 1, 1.6, 0.7], mode="cubic", cubic_coeff_a=-0.5),
    resize("nearest-dynamic", scales=[1, 1, 1.6, 0.7], dynamic=(0, 2, 3)),
    resize("not-larger", sizes=[1, 2, 10, 10], keep_aspect_ratio_policy="not_larger"),
    resize("not-smaller", sizes=[9, 8], axes=[2, 3], mode="linear", keep_aspect_ratio_policy="not_smaller"),
    resize("u8", RNG.integers(0, 255, (1, 2, 5, 7)).astype(np.uint8), scales=[1, 1, 1.6, 0.7], mode="linear"),
    resize("i8", RNG.integers(-128, 127, (1, 2, 5, 7)).astype(np.int8), scales=[1, 1, 1.6, 2.7], mode="cubic"),
    resize("i64", RNG.integers(-(2**60), 2**60, (1, 2, 5, 7)), scales=[1, 1, 1.6, 2.7], reference=lambda x: [x[:, :, [0, 0, 1, 2, 2, 3, 4, 4]][..., np.clip(np.ceil((np.arange(18) + 0.5) / np.float32(2.7) - 1), 0, 6).astype(int)]]),
    {
        "name": "Resize-opset10",
        "model": lambda: node_model(
            "Resize",
            {"x": X},
            initializers={"s": np.array([1, 1, 2, 3], np.float32)},
            opset=10,
        ),
        "inputs": {"x": X},
        "reference": [X.repeat(2, 2).repeat(3, 3)],
    },
    {
        "name": "Upsample-opset7",
        "model": lambda: node_model(
            "Upsample", {"x": X}, opset=7, scales=[1.0, 1.0, 2.0, 3.0]
        ),
        "inputs": {"x": X},
        "reference": [X.repeat(2, 2).repeat(3, 3)],
    },
]


def node(op, inputs, opset, label="", constants=None, reference=None, **attrs):
    return {
        "name": "-".join(map(str, [op, opset, label, *attrs.values()])),
        "model": lambda: node_model(
            op, inputs, opset=opset, initializers=constants, **attrs
        ),
        "inputs": inputs,
        "reference": reference,
        "tolerance": (1e-4, 1e-4),
    }


GRID = RNG.uniform(-1.6, 1.6, (2, 3, 4, 2)).astype(np.float32)
VOLUME = RNG.uniform(-1.6, 1.6, (2, 2, 3, 2, 3)).astype(np.float32)
IMAGES = random(2, 3, 5, 6)
for padding in ("zeros", "border", "reflection"):
    for aligned in (0, 1):
        for mode in ("nearest", "linear", "cubic"):
            CASES.append(
                node(
                    "GridSample",
                    {"x": IMAGES, "g": GRID},
                    20,
                    mode=mode,
                    padding_mode=padding,
                    align_corners=aligned,
                )
            )
CASES += [
    node("GridSample", {"x": random(2, 2, 3, 4, 5), "g": VOLUME}, 20, "volume", mode="linear"),
    # What is no float is moved as it is.
    node("GridSample", {"x": RNG.integers(2**60, 2**62, IMAGES.shape), "g": GRID}, 16, "i64", mode="nearest"),
    node("GridSample", {"x": RNG.integers(0, 256, IMAGES.shape).astype(np.uint8), "g": GRID}, 20, "u8", mode="nearest", padding_mode="border"),
    node("GridSample", {"x": IMAGES > 0, "g": GRID}, 20, "bool", mode="nearest", padding_mode="reflection", align_corners=1),
    node("GridSample", {"x": RNG.integers(-99, 99, (2, 2, 3, 4, 5)).astype(np.int16), "g": VOLUME}, 22, "i16", mode="nearest"),
    node("AffineGrid", {"t": random(2, 2, 3)}, 20, constants={"s": np.array([2, 1, 4, 5])}),
    node("AffineGrid", {"t": random(2, 3, 4)}, 20, constants={"s": np.array([2, 1, 3, 4, 5])}, align_corners=1),
    node(
        "Col2Im",
        {"x": random(2, 12, 6)},
        18,
        constants={"s": np.array([4, 5]), "k": np.array([2, 2])},
        strides=[2, 2],
        pads=[0, 1, 1, 0],
    ),
    node(
        "Col2Im",
        {"x": random(1, 8, 6)},
        18,
        "dilated",
        constants={"s": np.array([4, 5]), "k": np.array([2, 2])},
        dilations=[2, 2],
    ),
]
ROIS = {
    "x": np.abs(random(2, 3, 8, 9)),
    "r": np.array([[0, 0, 5, 7], [-3, 1, 4, 30], [2, 2, 2, 2]], np.float32),
    "i": np.array([1, 0, 1]),
}
for mode in ("avg", "max"):
    for ratio in (0, 2):
        CASES.append(
            node(
                "RoiAlign",
                ROIS,
                16,
                mode=mode,
                output_height=2,
                output_width=3,
                sampling_ratio=ratio,
                spatial_scale=0.7,
            )
        )
BINS = {"output_height": 2, "output_width": 3}
SHIFTED = {"coordinate_transformation_mode": "output_half_pixel", **BINS}
CASES += [
    node("RoiAlign", ROIS, 16, **SHIFTED),
    # Before opset 16 this was the only way.
    node(
        "RoiAlign",
        ROIS,
        10,
        reference=lambda **inputs: ReferenceEvaluator(
            node_model("RoiAlign", ROIS, opset=16, **SHIFTED)
        ).run(None, inputs),
        **BINS,
    ),
]


def max_roi_pool(x, r):
    """Two rows and three columns of bins, corners scaled by 0.6."""
    y = np.zeros((len(r), x.shape[1], 2, 3), x.dtype)
    for i, (image, *corners) in enumerate(r.astype(np.float64)):
        x1, y1, x2, y2 = (int(np.copysign(np.floor(abs(c * 0.6) + 0.5), c)) for c in corners)
        height, width = max(y2 - y1 + 1, 1), max(x2 - x1 + 1, 1)
        for p, q in np.ndindex(2, 3):
            rows, columns = (
                [
                    int(np.clip(v + first, 0, end))
                    for v in (at * size // bins, -(-(at + 1) * size // bins))
                ]
                for first, size, at, bins, end in (
                    (y1, height, p, 2, x.shape[2]),
                    (x1, width, q, 3, x.shape[3]),
                )
            )
            part = x[int(image), :, rows[0] : rows[1], columns[0] : columns[1]]
            if part.size:
                y[i, :, p, q] = part.max(axis=(1, 2))
    return [y]


POOLED = {
    "x": random(2, 3, 8, 9),
    "r": np.array(
        [[1, 0, 0, 5, 7], [0, -3, 1, 4, 30], [1, 2, 2, 2, 2], [0, 9, 9, 3, 3],
         [1, 40, 40, 50, 50], [0, 2.5, 7.5, 12.5, 10.9], [1, -30, -30, 60, 60]],
        np.float32,
    ),
}  # fmt: skip
for kind, dynamic in (
    (np.float32, {}),
    (np.float16, {}),
    (np.float64, {"x": [0, 2, 3], "r": [0]}),
):
    arrays = {k: v.astype(kind) for k, v in POOLED.items()}
    CASES.append(
        {
            "name": f"MaxRoiPool-{np.dtype(kind).name}",
            "model": lambda arrays=arrays, dynamic=dynamic: node_model(
                "MaxRoiPool",
                arrays,
                opset=22,
                dynamic=dynamic,
                pooled_shape=[2, 3],
                spatial_scale=0.6,
            ),
            "inputs": arrays,
            "reference": max_roi_pool,
        }
    )
CASES.append(
    node(
        "DeformConv",
        {
            "x": random(1, 4, 5, 6),
            "w": random(6, 2, 2, 3),
            "o": random(1, 24, 2, 3),
            "b": random(6),
            "m": random(1, 12, 2, 3),
        },
        19,
        strides=[2, 2],
        pads=[0, 1, 0, 1],
        group=2,
        offset_group=2,
    )
)
