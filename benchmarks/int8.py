"""A quantised ResNet-50: how often ufront and ONNX Runtime agree, and how fast
each is, beside the same network in f32.

    python benchmarks/int8.py [--inputs N] [--threads N] [--only NAME,...]

ONNX Runtime's quantizer makes the models from the f32 network and random inputs,
in QDQ format: activations signed or not, scales of weights for each channel or
for each tensor. Every one answers N random inputs (200); "top-1" is how often
both name the same class, "error" the largest difference relative to the largest
output.

Times are of the fastest call and of the median one in rounds in which all take
turns, in another order each time. Models are kept in build/networks; the exit
code counts models that agree on less than 99 of 100 inputs or are slower than
ufront in f32. ONNX Runtime must be told to take signed activations as integers:
by default it computes with many of them in floats.
"""

import argparse
import itertools
import random
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import onnxruntime

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "build" / "networks" / "resnet50"
sys.path.insert(0, str(ROOT / "python"))

SHAPE = (1, 3, 224, 224)
CALIBRATIONS, ROUNDS, CALLS = 8, 10, 5
AGREEMENT = 0.99

# Activations are signed; scales are of channels.
MODELS = {
    "uint8": (False, False),
    "uint8-channels": (False, True),
    "int8": (True, False),
    "int8-channels": (True, True),
}


def images(seed, count):
    generator = np.random.default_rng(seed)
    for _ in range(count):
        yield generator.standard_normal(SHAPE, np.float32)


# --- Models -----------------------------------------------------------------------


def export():
    """The network in f32, made when there is none."""
    path = FOLDER / "static.onnx"
    if not path.exists():
        script = Path(__file__).with_name("networks.py")
        subprocess.run([sys.executable, script, "--static", "resnet50"], check=True)
    return path


def quantize(source, path, signed, channels):
    from onnxruntime import quantization

    class Reader(quantization.CalibrationDataReader):
        def __init__(self):
            self.feeds = ({"input": x} for x in images(0, CALIBRATIONS))

        def get_next(self):
            return next(self.feeds, None)

    kind = quantization.QuantType
    quantization.quantize_static(
        source,
        path,
        Reader(),
        quant_format=quantization.QuantFormat.QDQ,
        activation_type=kind.QInt8 if signed else kind.QUInt8,
        weight_type=kind.QInt8,
        per_channel=channels,
    )


def quantized(source, name):
    """The model called `name`, made when there is none."""
    path = FOLDER / f"static-{name}.onnx"
    if not path.exists():
        draft = path.with_suffix(".draft")
        quantize(source, draft, *MODELS[name])
        draft.rename(path)
    return path


# --- Runners ----------------------------------------------------------------------


def with_ufront(path, threads):
    import ufront

    program = ufront.compile(path, threads=threads)
    return lambda x: np.asarray(program(x)).ravel()


def with_onnxruntime(path, threads):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    # Threads that wait by spinning would slow down whoever has its turn.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.add_session_config_entry("session.qdqisint8allowed", "1")
    session = onnxruntime.InferenceSession(
        path, options, providers=["CPUExecutionProvider"]
    )
    return lambda x: session.run(None, {"input": x})[0].ravel()


# --- Measuring --------------------------------------------------------------------


def agreement(first, second, count):
    """How often both name the same class, and the largest relative error."""
    same, worst = 0, 0.0
    for x in images(1, count):
        one, other = first(x), second(x)
        same += one.argmax() == other.argmax()
        worst = max(worst, np.abs(one - other).max() / np.abs(other).max())
    return same, worst


def measure(runners):
    """Milliseconds of the fastest and of the median call by name."""
    x = next(images(2, 1))
    times = {name: [] for name in runners}
    order = list(runners)
    shuffle = random.Random(0).shuffle
    for _ in range(ROUNDS):
        shuffle(order)
        for name, call in itertools.product(order, range(CALLS + 1)):
            began = time.perf_counter()
            runners[name](x)
            if call:  # the first one warms the caches up
                times[name].append(1e3 * (time.perf_counter() - began))
    return {name: (min(t), sorted(t)[len(t) // 2]) for name, t in times.items()}


def compare(path, f32, options):
    """Prints a model's rows; returns whether it is as good as it must be."""
    runners = {
        "ufront f32": f32,
        "ufront int8": with_ufront(path, options.threads),
        "ONNX Runtime int8": with_onnxruntime(path, options.threads),
    }
    count = options.inputs
    same, worst = agreement(
        runners["ufront int8"], runners["ONNX Runtime int8"], count
    )
    print(f"{path.stem}: top-1 {same} of {count}, error {worst:.1e}", flush=True)
    times = measure(runners)
    for name, (least, median) in times.items():
        print(f"  {name:18} {least:8.2f} ms, median {median:8.2f}", flush=True)
    faster = times["ufront int8"][0] < times["ufront f32"][0]
    return same >= AGREEMENT * count and faster


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--inputs", type=int, default=200)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--only", default=",".join(MODELS))
    options = parser.parse_args()
    source = export()
    f32 = with_ufront(source, options.threads)
    names = options.only.split(",")
    return sum(not compare(quantized(source, n), f32, options) for n in names)


if __name__ == "__main__":
    sys.exit(main())
