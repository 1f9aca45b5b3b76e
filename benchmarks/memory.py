"""What a model of 400 MB adds to a process, and how soon ResNet-50 answers.

    python benchmarks/memory.py [--threads N]

Memory: a model of big linear layers, once with its weights in the ONNX file and
once as external data, is run in a process of its own, and the kernel is asked
after each step what lies in memory: anonymous pages (the process's own), and
pages of files, which cost nothing that the system could not have back. At most
60 MB may be anonymous beyond the larger of the weights file and the packed
weights, and beyond the activations. "peak" is the most at any time.

Time: import, compile and first answer of ResNet-50, at most 10 s.

The models are kept in build/networks. The exit code counts what is over a limit.
"""

import argparse
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper

ROOT = Path(__file__).resolve().parents[1]
EXPORTS = ROOT / "build" / "networks"
sys.path[:0] = [str(ROOT / "python"), str(ROOT / "test" / "models")]

LAYERS, WIDTH, BATCH = 6, 4096, 4
WEIGHTS = LAYERS * WIDTH * WIDTH * 4
MEMORY_LIMIT = 60e6
TIME_LIMIT = 10.0


# --- The model --------------------------------------------------------------------


def linear_layers():
    """Gemm, as torch writes nn.Linear, and MatMul in turn, with Relu between."""
    rng = np.random.default_rng(0)
    nodes, weights = [], []
    for i in range(LAYERS):
        values = rng.standard_normal((WIDTH, WIDTH), np.float32) / WIDTH**0.5
        weights.append(onnx.numpy_helper.from_array(values, f"w{i}"))
        inputs = [f"x{i}", f"w{i}"]
        if i % 2:
            nodes.append(helper.make_node("MatMul", inputs, [f"y{i}"]))
        else:
            nodes.append(helper.make_node("Gemm", inputs, [f"y{i}"], transB=1))
        nodes.append(helper.make_node("Relu", [f"y{i}"], [f"x{i + 1}"]))

    def value(name):
        return helper.make_tensor_value_info(name, TensorProto.FLOAT, [BATCH, WIDTH])

    graph = helper.make_graph(
        nodes, "layers", [value("x0")], [value(f"x{LAYERS}")], initializer=weights
    )
    return helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10
    )


def write_models():
    """Paths of the model as a single file, and with external data."""
    folder = EXPORTS / "linear"
    folder.mkdir(parents=True, exist_ok=True)
    single, external = folder / "single.onnx", folder / "external.onnx"
    if not single.exists() or not external.exists():
        onnx.save(linear_layers(), single)
        (folder / "weights.bin").unlink(missing_ok=True)
        onnx.save(
            linear_layers(),
            external,
            save_as_external_data=True,
            location="weights.bin",
        )
    return single, external


# --- Measuring, in a process of its own --------------------------------------------


def memory():
    """(anonymous, private dirty, file-backed) bytes in memory."""
    sizes = {}
    for line in Path("/proc/self/smaps_rollup").read_text().splitlines()[1:]:
        name, size, *_ = line.split()
        sizes[name[:-1]] = 1024 * int(size)
    dirty = sizes["Private_Dirty"]
    return sizes["Anonymous"], dirty, sizes["Rss"] - sizes["Anonymous"]


class Watch(threading.Thread):
    """Follows the most that was anonymous."""

    def __init__(self):
        super().__init__(daemon=True)
        self.peak = 0
        self.done = threading.Event()

    def run(self):
        while not self.done.wait(0.02):
            self.peak = max(self.peak, memory()[0])


def measure_memory(path, threads):
    """Prints what each step adds; returns whether that is within the limit."""
    from ufront import _ufront

    before = memory()
    watch = Watch()
    watch.start()

    def report(step):
        now = memory()
        added = [f"{(b - a) / 1e6:12.1f}" for a, b in zip(before, now)]
        print(f"  {step:12}{''.join(added)}", flush=True)
        return now[0] - before[0]

    print(f"  {'MB added by':12}{'anonymous':>12}{'dirty':>12}{'files':>12}")
    model = _ufront.Session().import_file(path)
    report("import")
    program = model.compile(threads=threads)
    report("compile")
    x = np.random.default_rng(1).standard_normal((BATCH, WIDTH), np.float32)
    program.run((x,))
    program.run((x,))
    anonymous = report("run")
    watch.done.set()
    activations = (LAYERS + 2) * x.nbytes
    beyond = anonymous - WEIGHTS - activations
    peak = watch.peak - before[0] - WEIGHTS - activations
    good = beyond <= MEMORY_LIMIT
    print(
        f"  anonymous beyond weights and activations: {beyond / 1e6:.1f} MB, at its"
        f" peak {peak / 1e6:.1f} MB, limit {MEMORY_LIMIT / 1e6:.0f} MB:"
        f" {'pass' if good else 'FAIL'}"
    )
    return good


def measure_time(path, threads):
    """The time to ResNet-50's first answer, from its file."""
    import time

    import ufront

    x = np.random.default_rng(1).standard_normal((1, 3, 224, 224), np.float32)
    began = time.perf_counter()
    ufront.compile(path, threads=threads)(x)
    took = time.perf_counter() - began
    good = took <= TIME_LIMIT
    print(
        f"  import, compile and first answer: {took:.2f} s, limit"
        f" {TIME_LIMIT:.0f} s: {'pass' if good else 'FAIL'}"
    )
    return good


# --- The script --------------------------------------------------------------------


def resnet50():
    """Its export, made when there is none."""
    path = EXPORTS / "resnet50" / "static.onnx"
    if not path.exists():
        script = Path(__file__).with_name("networks.py")
        subprocess.run([sys.executable, script, "--static", "resnet50"], check=True)
    return path


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        what, path = options.one
        measure = {"memory": measure_memory, "time": measure_time}[what]
        return not measure(Path(path), options.threads)
    single, external = write_models()
    failures = 0
    for what, title, path in (
        ("memory", "weights in the model file", single),
        ("memory", "weights as external data", external),
        ("time", "ResNet-50", resnet50()),
    ):
        weights = path.with_name("weights.bin") if path == external else path
        size = weights.stat().st_size
        print(f"{title}: {size / 1e6:.1f} MB", flush=True)
        command = [sys.executable, __file__, "--threads", str(options.threads)]
        failures += subprocess.run([*command, "--one", what, path]).returncode != 0
    return failures


if __name__ == "__main__":
    sys.exit(main())
