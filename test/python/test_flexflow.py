""".ff files: what they say, and what of it is refused."""

import os
import random
import subprocess

import pytest

TOOL = os.path.join(
    os.environ.get("UFRONT_BUILD_DIR", "build/release"), "bin", "ufront-import"
)


def call(path, *args):
    """Runs the importer; a hang or a crash is a failure whatever is expected."""
    done = subprocess.run(
        [TOOL, str(path), "--weights=file", *args],
        capture_output=True,
        text=True,
        errors="replace",
        timeout=60,
    )
    assert done.returncode in (0, 1), done.stderr
    return done


@pytest.fixture
def accept(tmp_path):
    """Imports a file, without its inputs and outputs, and returns the module."""

    def run(lines, *args, result="o"):
        path = tmp_path / "m.ff"
        path.write_text(f"x; ; ; INPUT\n{lines}\nout; {result},; ; OUTPUT\n")
        done = call(path, "--shape", "x=2x3x8x8", *args)
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


@pytest.fixture
def refuse(tmp_path):
    """Imports what cannot be imported, and returns the messages."""

    def run(text, *args, shape="x=2x3x8x8"):
        path = tmp_path / "m.ff"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        done = call(path, *(["--shape", shape] if shape else []), *args)
        assert done.returncode == 1, done.stdout
        assert "m.ff" in done.stderr
        assert "Sanitizer" not in done.stderr, done.stderr
        return done.stderr

    return run


@pytest.mark.parametrize(
    "line, expected",
    [
        ("o; x,; ; CONV2D; 6; 3; 3; 2; 2; 1; 1; 10; 3; 0", "tensor<2x6x4x4xf32>"),
        ("o; x,; ; CONV2D; 4; 3; 1; 1; 1; 0; 0; 11; 1; 1", '"ufront.relu"'),
        ("o; x,; ; LINEAR; 5; 12; 0", '"ufront.sigmoid"'),
        ("o; x,; ; LINEAR; 5; 13; 1", '"ufront.tanh"'),
        ("o; x,; ; LINEAR; 5; 14; 1", '"ufront.gelu"'),
        ("o; x,; ; POOL2D; 3; 2; 1; 31; 10", 'pool_type = "avg"'),
        ("o; x,x,; ; CONCAT", "tensor<2x6x8x8xf32>"),
        ("o; x,x,; ; CONCAT; -1", "tensor<2x3x8x16xf32>"),
        ("o; x,; ; GETITEM; -1", "tensor<3x8x8xf32>"),
        ("o; x,; ; GETITEM; slice(None, None, None); slice(None, -1, None)", "tensor<2x2x8x8xf32>"),
        ("o; x,; ; GETITEM; 0; None; 1; slice(0, 8, 3)", "tensor<1x3x8xf32>"),
        ("o; x,; ; UNSQUEEZE; -1", "tensor<2x3x8x8x1xf32>"),
        ("o; x,; ; RESHAPE; 6; -1; ", "tensor<6x64xf32>"),
        ("o; x,; ; MEAN; 2; 3; False", "tensor<2x3xf32>"),
        ("o; x,; ; POW; 2.0", "dense<2.0"),
        ("s; x,; a,b,c,; SPLIT; 1\no; s,; ; GETITEM; 2", "tensor<2x1x8x8xf32>"),
        ("s; x,; ; SPLIT; 3; 5; 3\no; s,; ; GETITEM; -1", "tensor<2x3x8x3xf32>"),
        ("s; x,; ; SPLIT; [1, 2]\no; s,; ; GETITEM; 1", "tensor<2x2x8x8xf32>"),
        ("o; x,; ; FLOAT ; ", "return %"),
    ],
)
def test_operators(accept, line, expected):
    assert expected in accept(line)


def test_layout_of_the_text(accept):
    text = "\r\n  o ;  x ,  ;; CONV2D;4;3; 3 ;1;1;0;0;10;1;1 \r\n\n"
    assert "tensor<2x4x6x6xf32>" in accept(text)


def test_same_weights_every_time(tmp_path):
    path = tmp_path / "m.ff"
    path.write_text("x; ; o,; INPUT\no; x,; ; LINEAR; 30; 10; 1\nout; o,; ; OUTPUT\n")
    for name in ("a", "b"):
        target = tmp_path / (name + ".mlir")
        assert call(path, "--shape", "x=4x20", "-o", str(target)).returncode == 0
    written = [(tmp_path / f"{n}.safetensors").read_bytes() for n in ("a", "b")]
    assert written[0] == written[1] and any(written[0][-100:])


X = "x; ; o,; INPUT\n"


@pytest.mark.parametrize(
    "text, message",
    [
        ("", "m.ff: a shape is given for 'x', which is no input"),
        (X, "m.ff: has no outputs"),
        (X + "o; x,; RELU", "m.ff:2: is not 'name; inputs; outputs; operator; ...'"),
        (X + "; x,; ; RELU", "m.ff:2: is not"),
        (X + "o; x,; ;", "m.ff:2: is not"),
        (X + "w; ATTRIBUTE", "m.ff:2: 'w' is a tensor of the model"),
        (X + "x; x,; ; RELU", "m.ff:2: 'x' (RELU) is defined twice"),
        (X + "o; y,; ; RELU", "m.ff:2: 'o' (RELU) reads 'y', which is not defined before"),
        (X + "o; o,; ; RELU", "m.ff:2: 'o' (RELU) reads 'o', which is not defined before"),
        (X + "o; ; ; RELU", "has 0 inputs and 0 parameters, but needs 1 and 0"),
        (X + "o; x,; ; ADD", "has 1 inputs and 0 parameters, but needs 2 and 0"),
        (X + "o; x,; ; LINEAR; 3", "needs 1 and 3"),
        (X + "o; x,; ; LINEAR; a; 10; 1", "a parameter that is not valid"),
        (X + "o; x,; ; LINEAR; -1; 10; 1", "a parameter that is not valid"),
        (X + "o; x,; ; LINEAR; 0; 10; 1", "a weight that is empty, or too large"),
        (X + "o; x,; ; LINEAR; 2000000000; 10; 1", "a weight that is empty, or too large"),
        (X + "o; x,; ; LINEAR; 5; 99; 1", "the unknown activation 99"),
        (X + "o; x,; ; CONV2D; 4; 3; 3; 1; 1; 0; 0; 10; 2; 1", "has 3 channels in 2 groups"),
        (X + "o; x,; ; CONV2D; 4; 3; 3; 1; 1; 0; 0; 10; 0; 1", "has 3 channels in 0 groups"),
        (X + "o; x,; ; CONV2D; 4; 9; 9; 1; 1; 0; 0; 10; 1; 1\nq; o,; ; OUTPUT", "m.ff:2: o: "),
        (X + "o; x,; ; POOL2D; 2; 2; 0; 32; 10", "a parameter that is not valid"),
        (X + "o; x,; ; MEAN; 1; Maybe", "a parameter that is not valid"),
        (X + "o; x,; ; TO; torch.complex64", "converts to 'torch.complex64'"),
        (X + "o; x,; ; SPLIT; [1, 9]", "which dimension is split into [1, 9]"),
        (X + "o; x,; ; SPLIT; [4, 4]", "which dimension is split into [4, 4]"),
        (X + "o; x,; ; SPLIT; 1", "has 0 parts"),
        (X + "s; x,; a,; SPLIT; 1; 3\no; s,; ; GETITEM; 1", "is part 1 of 1"),
        (X + "s; x,; a,; SPLIT; 1; 3\no; s,; ; RELU", "reads 's', which is 1 tensors"),
        (X + "o; x,; ; GETITEM; slice(1, 2)", "a parameter that is not valid"),
        (X + "o; x,; ; GETITEM; slice(None, None, -1)", "a parameter that is not valid"),
        (X + "o; x,; ; GETITEM; " + "; ".join(["0"] * 40), "a parameter that is not valid"),
        (X + "o; x,; ; GETATTR; device", "only 'shape' is supported"),
        (X + "o; x,; ; PERMUTE; 0; 1\nq; o,; ; OUTPUT", "m.ff:2: o: "),
        (X + "o; x,; ; TRANSPOSE; 0; 4", "a parameter that is not valid"),
        (X + "o; x,; ; VIEW; nothing,", "reads 'nothing'"),
        (X + "o; x,; ; VIEW" + "; 1" * 40, "a parameter that is not valid"),
        (X.encode() + b"o; x,; ; RE\0LU", "is not a text file"),
        (X.encode() + b"o; x,; ; \xff\xfe\nq; o,; ; OUTPUT", "cannot be imported"),
    ],
)
def test_refused(refuse, text, message):
    assert message in refuse(text)


def test_all_unknown_at_once(refuse):
    text = X + "a; x,; ; LSTM\nb; a,; ; LINEAR; 4; 10; 1\nc; b,x,; ; TOPK; 3\nd; b,; ; LSTM\nq; c,; ; OUTPUT"
    message = refuse(text)
    assert "3 nodes of 2 kinds cannot be imported" in message
    assert "'LSTM': 2 nodes, first 'a' at " in message
    assert "'TOPK': 1 node" in message


def test_many_lines(refuse):
    assert "m.ff" in refuse(X + "a; x,; ; RELU\n" * 2)
    assert "lines are too many" in refuse("\n" * 1_100_000)
    chain = "".join(f"n{i}; n{i - 1},; ; RELU\n" for i in range(1, 3000))
    text = "n0; ; ; INPUT\n" + chain + "q; n2999,x9; ; OUTPUT"
    assert "reads 'x9'" in refuse(text, shape="n0=4")


def test_flipped(tmp_path):
    seeds = os.path.join(os.path.dirname(__file__), "..", "Import", "FlexFlow", "Inputs")
    path = tmp_path / "m.ff"
    random.seed(2)
    with open(os.path.join(seeds, "moves.ff"), "rb") as file:
        whole = file.read()
    for _ in range(40):
        data = bytearray(whole)
        for _ in range(random.randint(1, 4)):
            data[random.randrange(len(data))] ^= 1 << random.randrange(8)
        path.write_bytes(bytes(data))
        done = call(path, "--shape", "x=4x8", "--shape", "y=3x5x7")
        if done.returncode:
            assert "m.ff" in done.stderr
