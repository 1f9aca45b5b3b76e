"""Fourier transforms, and the weights that go with spectra.

The references compute in double precision: a transform of single-precision
numbers is compared with the exact one."""

import numpy as np
from models import TensorProto, node_model

RNG = np.random.default_rng(41)


def pairs(x):
    return np.stack([x.real, x.imag], -1)


def exact(x, axis, length, inverse, onesided):
    """The transform of pairs or real parts, by numpy in f64."""
    wide = x.astype(np.float64)
    z = wide[..., 0] + 1j * wide[..., 1] if x.shape[-1] == 2 else wide[..., 0]
    axis = axis % x.ndim
    if inverse and onesided:
        return np.fft.irfft(z, length, axis)[..., None].astype(x.dtype)
    y = np.fft.ifft(z, length, axis) if inverse else np.fft.fft(z, length, axis)
    if onesided:
        y = np.take(y, np.arange(y.shape[axis] // 2 + 1), axis)
    return pairs(y).astype(x.dtype)


def dft(shape, axis=-2, length=None, *, inverse=0, onesided=0, opset=20, late=False,
        dtype=np.float32, dynamic=None):
    x = RNG.standard_normal(shape).astype(dtype)
    inputs, rest, order, attrs = {"x": x}, {}, ["x"], {}
    if length is not None:
        (inputs if late else rest)["n"] = np.array(length, np.int64)
    if opset < 20:
        order.append("n" if length is not None else "")
        attrs["axis"] = axis
    else:
        rest["a"] = np.array(axis, np.int64)
        order += ["n" if length is not None else "", "a"]
    kind = f"{'i' if inverse else ''}{'r' if onesided else ''}"
    return {
        "name": f"DFT-{kind}-{'x'.join(map(str, shape))}-{axis}-{length}-{opset}-"
                f"{np.dtype(dtype).name}{'-late' if late else ''}",
        "model": lambda: node_model("DFT", inputs, initializers=rest, order=order,
                                    opset=opset, inverse=inverse, onesided=onesided,
                                    dynamic=dynamic, **attrs),
        "inputs": inputs,
        "reference": [exact(x, axis, length, inverse, onesided)],
    }


def stft(name, signal, step, window=None, length=None, onesided=1, dynamic=None):
    inputs = {"s": signal, "step": np.array(step)}
    order = ["s", "step", "", ""]
    if window is not None:
        inputs["w"], order[2] = window, "w"
    rest = {}
    if length is not None:
        rest["n"], order[3] = np.array(length), "n"
    size = length or (len(window) if window is not None else signal.shape[1])
    starts = range(0, signal.shape[1] - size + 1, step)
    frames = np.stack([signal[:, i:i + size] for i in starts], 1).astype(np.float64)
    if window is not None:
        frames *= window.astype(np.float64)[:, None]
    expected = exact(frames, 2, None, 0, onesided).astype(signal.dtype)

    def model():
        made = node_model("STFT", inputs, initializers=rest, order=order, opset=17,
                          onesided=onesided, dynamic=dynamic)
        result = made.graph.output[0].type.tensor_type
        if not result.HasField("shape"):  # onnx needs one, but does not infer it
            for name in ("batch", "frames", "bins", "parts"):
                result.shape.dim.add().dim_param = name
        return made

    return {
        "name": f"STFT-{name}",
        "model": model,
        "inputs": inputs,
        "reference": [expected],
    }


def mel(bands, length, rate, low, high, **attrs):
    numbers = {"b": np.int32(bands), "n": np.int32(length), "r": np.int32(rate),
               "l": np.float64(low), "h": np.float64(high)}
    return {
        "name": f"MelWeightMatrix-{bands}-{length}-{rate}-{low}-{high}-{attrs}",
        "model": lambda: node_model("MelWeightMatrix", {},
                                    initializers={k: np.array(v) for k, v in numbers.items()},
                                    opset=17, **attrs),
        "inputs": {},
    }


SIGNAL = RNG.standard_normal((2, 50, 1)).astype(np.float32)
COMPLEX = RNG.standard_normal((1, 33, 2)).astype(np.float64)
HALVES = [(2, 9, 1), (2, 10, 1)]

CASES = [
    *[dft((2, n, parts), inverse=i) for n in (1, 2, 7, 12, 30) for parts in (1, 2) for i in (0, 1)],
    *[dft(shape, onesided=1) for shape in HALVES],
    *[dft((2, 6, 2), length=n, inverse=1, onesided=1) for n in (None, 9, 10, 4, 15)],
    *[dft((3, 4, 5, 2), axis) for axis in (0, 1, -2, -3)],
    *[dft((2, 9, 2), length=n, late=late) for n in (5, 9, 16) for late in (False, True)],
    dft((2, 9, 1), length=12, onesided=1, late=True),
    dft((2, 9, 2), inverse=1, onesided=1, late=True, length=11),
    dft((2, 8, 2), axis=1, opset=17),
    dft((2, 8, 1), axis=1, length=11, opset=17, onesided=1),
    dft((2, 8, 2), dtype=np.float64),
    dft((2, 8, 2), dtype=np.float16),
    dft((2, 8, 2), dynamic={"x": [0, 1]}),
    dft((2, 6, 2), inverse=1, onesided=1, dynamic={"x": [0, 1]}),
    dft((1, 255, 1), onesided=1),
    # In one product, in two, and in loops.
    dft((2, 400, 1), onesided=1),
    *[dft((2, 600, 2), inverse=i) for i in (0, 1)],
    *[dft((1, 1024, 1), onesided=i) for i in (0, 1)],
    dft((3, 530, 2, 2), axis=1, inverse=1),
    dft((1, 2, 514, 1), onesided=1),
    *[dft((1, 1009, parts)) for parts in (1, 2)],
    dft((1, 700, 2), length=600),
    dft((1, 500, 2), length=600),
    dft((1, 401, 2), inverse=1, onesided=1),
    stft("rectangle", SIGNAL, 8, length=16),
    stft("window", SIGNAL, 5, np.hanning(11).astype(np.float32)),
    stft("both", SIGNAL, 7, np.hanning(12).astype(np.float32), 12, onesided=0),
    stft("complex", COMPLEX, 4, np.hanning(9), onesided=0),
    stft("dynamic", SIGNAL, 3, np.hanning(8).astype(np.float32), dynamic={"s": [0, 1]}),
    stft("whole", SIGNAL, 3),
    mel(8, 16, 8192, 0, 4096),
    mel(80, 400, 16000, 0, 8000),
    mel(20, 511, 22050, 300, 8000, output_datatype=TensorProto.DOUBLE),
    mel(40, 64, 8000, 20, 3800),
    mel(5, 64, 8000, 20, 3800, output_datatype=TensorProto.INT32),
]
