"""Sums of products of bytes and of bf16, from linalg down, against numpy.

Sizes that groups of four and two do not divide, windows, and what makes bytes of
the sums.
"""

import ml_dtypes
import numpy as np
import pytest
import ufront

KINDS = {  # how inputs are widened, and the elements of inputs and sums
    "u8s8": ("extui", "extsi", "i8", "i32"),
    "s8u8": ("extsi", "extui", "i8", "i32"),
    "s8s8": ("extsi", "extsi", "i8", "i32"),
    "u8u8": ("extui", "extui", "i8", "i32"),
    "bf16": ("extf", "extf", "bf16", "f32"),
}
ROWS, SUMS = "affine_map<(m,n,k) -> (m,k)>", "affine_map<(m,n,k) -> (m,n)>"
COLUMNS = {False: "affine_map<(m,n,k) -> (k,n)>", True: "affine_map<(m,n,k) -> (n,k)>"}


def window_maps(stride, dilation):
    place = f"y*{stride}+i*{dilation},x*{stride}+j*{dilation}"
    return [
        f"affine_map<(y,x,o,i,j,c) -> ({place},c)>",
        "affine_map<(y,x,o,i,j,c) -> (o,c,i,j)>",
        "affine_map<(y,x,o,i,j,c) -> (y,x,o)>",
    ]


def tensor(shape, element):
    return f"tensor<{'x'.join(map(str, shape))}x{element}>"


def program(kind, x, w, shape, maps, iterators, shift=None):
    """@forward(x, w): the sums, or bits `shift` to `shift` + 7 of them."""
    widen_x, widen_w, element, sums = KINDS[kind]
    letter, fast = ("f", "fastmath<reassoc,contract>") if sums == "f32" else ("i", "")
    zero = "0.0" if sums == "f32" else "0"
    kinds = ", ".join('"parallel"' if c == "p" else '"reduction"' for c in iterators)
    ins = f"{tensor(x.shape, element)}, {tensor(w.shape, element)}"
    whole, last, result = tensor(shape, sums), "", "%0"
    out = whole
    if shift is not None:
        result, out = "%9", tensor(shape, "i8")
        dims = ", ".join(f"d{i}" for i in range(len(shape)))
        same = f"affine_map<({dims}) -> ({dims})>"
        last = f"""
  %8 = tensor.empty() : {out}
  %9 = linalg.generic {{indexing_maps = [{same}, {same}],
      iterator_types = [{", ".join(['"parallel"'] * len(shape))}]}}
      ins(%0 : {whole}) outs(%8 : {out}) {{
  ^bb0(%a: i32, %b: i8):
    %shift = arith.constant {shift} : i32
    %1 = arith.shrsi %a, %shift : i32
    %2 = arith.trunci %1 : i32 to i8
    linalg.yield %2 : i8
  }} -> {out}"""
    return f"""
func.func @forward(%x: {tensor(x.shape, element)}, %w: {tensor(w.shape, element)}) -> {out} {{
  %zero = arith.constant {zero} : {sums}
  %e = tensor.empty() : {whole}
  %i = linalg.fill ins(%zero : {sums}) outs(%e : {whole}) -> {whole}
  %0 = linalg.generic {{indexing_maps = [{", ".join(maps)}], iterator_types = [{kinds}]}}
      ins(%x, %w : {ins}) outs(%i : {whole}) {{
  ^bb0(%a: {element}, %b: {element}, %c: {sums}):
    %1 = arith.{widen_x} %a : {element} to {sums}
    %2 = arith.{widen_w} %b : {element} to {sums}
    %3 = arith.mul{letter} %1, %2 {fast} : {sums}
    %4 = arith.add{letter} %c, %3 {fast} : {sums}
    linalg.yield %4 : {sums}
  }} -> {whole}{last}
  return {result} : {out}
}}
"""


def draw(random, shape, kind):
    if kind == "bf16":
        return random.standard_normal(shape).astype(np.float32).astype(ml_dtypes.bfloat16)
    return random.integers(-128, 128, shape).astype(np.int8)


def widened(array, kind, which):
    if kind == "bf16":
        return array.astype(float)
    return (array.view(np.uint8) if KINDS[kind][which] == "extui" else array).astype(int)


def check(folder, text, x, w, expected, **options):
    path = folder / "model.mlir"
    path.write_text(text)
    got = np.asarray(ufront.compile(path, threads=1, cache_dir=None, **options)(x, w))
    if expected.dtype.kind == "i":
        np.testing.assert_array_equal(got, expected)
    else:
        assert np.max(np.abs(got - expected)) < 2e-6 * np.max(np.abs(expected))


@pytest.mark.parametrize("mask", ["", "-avx512"])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize(("m", "n", "k"), [(37, 70, 103), (300, 48, 3), (1, 200, 130)])
def test_product(tmp_path, m, n, k, turned, kind, mask):
    random = np.random.default_rng(1)
    x, w = draw(random, (m, k), kind), draw(random, (n, k) if turned else (k, n), kind)
    right = widened(w, kind, 1)
    expected = widened(x, kind, 0) @ (right.T if turned else right)
    maps = [ROWS, COLUMNS[turned], SUMS]
    text = program(kind, x, w, (m, n), maps, "ppr")
    check(tmp_path, text, x, w, expected, cpu_features=mask)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("size", "channels", "outputs", "side", "stride", "dilation"),
    [(12, 16, 64, 3, 1, 1), (13, 19, 33, 3, 2, 1), (15, 3, 64, 7, 2, 1),
     (10, 6, 20, 3, 1, 2), (8, 64, 128, 1, 1, 1)],
)  # fmt: skip
def test_window(tmp_path, size, channels, outputs, side, stride, dilation, kind):
    random = np.random.default_rng(2)
    x = draw(random, (size, size + 1, channels), kind)
    w = draw(random, (outputs, channels, side, side), kind)
    high, wide = (
        (length - (side - 1) * dilation - 1) // stride + 1 for length in x.shape[:2]
    )
    left, right = widened(x, kind, 0), widened(w, kind, 1)
    expected = np.zeros((high, wide, outputs), left.dtype)
    for i in range(side):
        for j in range(side):
            rows = slice(i * dilation, i * dilation + (high - 1) * stride + 1, stride)
            places = slice(j * dilation, j * dilation + (wide - 1) * stride + 1, stride)
            expected += left[rows, places] @ right[:, :, i, j].T
    text = program(kind, x, w, expected.shape, window_maps(stride, dilation), "ppprrr")
    check(tmp_path, text, x, w, expected)


@pytest.mark.parametrize("kind", ["u8s8", "s8s8"])
def test_bytes_of_sums(tmp_path, kind):
    random = np.random.default_rng(3)
    x, w = draw(random, (101, 96), kind), draw(random, (96, 90), kind)
    sums = widened(x, kind, 0) @ widened(w, kind, 1)
    text = program(kind, x, w, sums.shape, [ROWS, COLUMNS[False], SUMS], "ppr", shift=8)
    check(tmp_path, text, x, w, (sums >> 8).astype(np.int8))
