"""Boxes, rows and pivots that are chosen by their values."""

import numpy as np
from models import node_model

RNG = np.random.default_rng(43)


#
# NonMaxSuppression
#


def overlap(a, b):
    """The share that two boxes (y, x, y, x) have in common."""
    low, high = np.maximum(a[:2], b[:2]), np.minimum(a[2:], b[2:])
    if (high <= low).any():
        return 0
    shared = np.prod(high - low)
    return shared / (np.prod(a[2:] - a[:2]) + np.prod(b[2:] - b[:2]) - shared)


def suppress(boxes, scores, most, iou, score, centered):
    if centered:
        half = boxes[..., [3, 2]] / 2
        boxes = np.concatenate([boxes[..., [1, 0]] - half, boxes[..., [1, 0]] + half], -1)
    else:
        a, b = boxes[..., :2], boxes[..., 2:]
        boxes = np.concatenate([np.minimum(a, b), np.maximum(a, b)], -1)
    rows = []
    for n, c in np.ndindex(scores.shape[:2]):
        taken = []
        for i in np.argsort(-scores[n, c], kind="stable"):
            if len(taken) >= most or (score is not None and not scores[n, c, i] > score):
                continue
            if all(overlap(boxes[n, i], boxes[n, j]) <= iou for j in taken):
                taken.append(i)
        rows += [(n, c, i) for i in taken]
    return np.array(rows, np.int64).reshape(-1, 3)


def nms(name, boxes, scores, most=None, iou=None, score=None, late=True, centered=0, dynamic=None):
    inputs = {"b": boxes, "s": scores}
    numbers = {"m": most if most is None else np.array([most], np.int64),
               "i": iou if iou is None else np.array(iou, np.float32),
               "t": score if score is None else np.array([score], np.float32)}
    order = ["b", "s"] + ["" if v is None else k for k, v in numbers.items()]
    numbers = {k: v for k, v in numbers.items() if v is not None}
    inputs |= numbers if late else {}
    expected = suppress(boxes, scores, most or 0, iou or 0, score, centered)
    return {
        "name": f"NonMaxSuppression-{name}",
        "model": lambda: node_model("NonMaxSuppression", inputs,
                                    initializers={} if late else numbers, order=order,
                                    center_point_box=centered, dynamic=dynamic),
        "inputs": inputs,
        "reference": [expected],
    }


CORNERS = RNG.random((2, 30, 4)).astype(np.float32)
SCORES = np.round(RNG.random((2, 3, 30)), 1).astype(np.float32)  # with ties
FREE = {"b": [0, 1], "s": [0, 1, 2]}

BOXES = [
    nms("none", CORNERS, SCORES),
    nms("most", CORNERS, SCORES, 4),
    nms("all", CORNERS, SCORES, 1 << 40, 0.5, 0.3),
    nms("fixed", CORNERS, SCORES, 7, 0.2, 0.5, late=False),
    nms("negative", CORNERS, SCORES, -3, 0.5),
    nms("above-all", CORNERS, SCORES, 5, 0.5, 2),
    nms("one-keeps-all", CORNERS, SCORES, 50, 1),
    nms("centered", CORNERS, SCORES, 9, 0.3, 0.2, centered=1),
    nms("dynamic", CORNERS, SCORES, 9, 0.3, 0.2, dynamic=FREE),
    nms("flat", np.zeros_like(CORNERS), SCORES, 9, 0.3),
    nms("empty", CORNERS[:, :0], SCORES[..., :0], 9, 0.3, dynamic=FREE),
]


#
# Unique
#


def unique(x, axis=None, ordered=True):
    """numpy's, with NaN equal to NaN also in rows."""
    rows = x.reshape(-1, 1) if axis is None else np.moveaxis(x, axis, 0).reshape(x.shape[axis], -1)
    wide = rows.astype(np.float32) if rows.dtype.name == "bfloat16" else rows
    keys = [tuple((v != v, 0 if v != v else v) for v in row) for row in wide.tolist()]
    found = sorted(set(keys)) if ordered else list(dict.fromkeys(keys))
    first = np.array([keys.index(k) for k in found], np.int64)
    which = np.array([found.index(k) for k in keys], np.int64)
    counts = np.array([keys.count(k) for k in found], np.int64)
    source = x.reshape(-1) if axis is None else x
    return [np.take(source, first, axis or 0), first, which, counts]


def uniques(name, x, axis=None, dynamic=None):
    x = np.asarray(x)
    more = {} if axis is None else {"axis": axis}
    return [
        {
            "name": f"Unique-{name}-{axis}-{ordered}",
            "model": lambda ordered=ordered: node_model("Unique", {"x": x}, 4, sorted=ordered,
                                                        dynamic=dynamic, **more),
            "inputs": {"x": x},
            "reference": unique(x, axis, ordered),
        }
        for ordered in (0, 1)
    ]


DIGITS = RNG.integers(0, 3, (4, 5, 2))
NANS = np.array([2, np.nan, -0.0, 0.0, np.inf, np.nan, -np.inf, 2], np.float32)

ROWS = [
    *uniques("long", RNG.integers(-50, 50, 300)),
    *uniques("unsigned", np.array([200, 3, 200, 255, 0], np.uint8)),
    *uniques("bool", np.array([True, False, True])),
    *uniques("nan", NANS),
    *uniques("nan-rows", np.stack([NANS, NANS], 1), 0),
    *[case for axis in (0, 1, -1, -3) for case in uniques("digits", DIGITS, axis)],
    *uniques("matrix", DIGITS),
    *uniques("dynamic", DIGITS, 1, {"x": [0, 1, 2]}),
    *uniques("dynamic-flat", DIGITS, None, {"x": [0, 1]}),
    *uniques("empty", np.zeros((0, 3), np.float32), None, {"x": [0]}),
    *uniques("one", np.array(7)),
    *uniques("half", np.array([1, 2, 1, 0.5], np.float16)),
]


#
# Det
#


def det(name, x, dynamic=None):
    return {
        "name": f"Det-{name}",
        "model": lambda: node_model("Det", {"x": x}, dynamic=dynamic),
        "inputs": {"x": x},
        "reference": [np.asarray(np.linalg.det(x.astype(np.float64)).astype(x.dtype))],
    }


def square(*shape):
    return RNG.standard_normal(shape)


SINGULAR = np.outer(np.arange(1.0, 5), np.arange(2.0, 6))
PERMUTED = np.eye(5)[[3, 0, 4, 1, 2]]

CASES = [
    *BOXES,
    *ROWS,
    *[det(n, square(2, n, n).astype(np.float32)) for n in (1, 2, 3, 7, 20)],
    det("double", square(5, 5)),
    det("batches", square(2, 3, 4, 4)),
    det("half", square(3, 3).astype(np.float16)),
    det("dynamic", square(3, 4, 4).astype(np.float32), {"x": [0, 1, 2]}),
    det("zeros", np.zeros((4, 4), np.float32)),
    det("singular", SINGULAR),
    det("permuted", PERMUTED),
    det("zero-pivots", np.array([[0, 2, 1], [0, 0, 3], [4, 1, 0]], np.float32)),
    det("empty", np.zeros((2, 0, 0), np.float32)),
    det("none", np.zeros((0, 3, 3), np.float32), {"x": [0]}),
]
