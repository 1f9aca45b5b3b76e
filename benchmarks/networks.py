"""Full-size networks against torch: correctness, and the time of each step.

    python benchmarks/networks.py [--static | --dynamic] [--threads N] [NAME...]

The networks are those of test/models/networks.py; their exports are kept in
build/networks. The library is found as by the ufront package (UFRONT_BUILD_DIR).
Every network runs in a process of its own; the exit code counts the failures.
"""

import argparse
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
EXPORTS = ROOT / "build" / "networks"
sys.path[:0] = [str(ROOT / "python"), str(ROOT / "test" / "models")]

HEADER = (
    f"{'network':20}{'batch':>12}{'export':>9}{'compile':>9}{'first':>9}"
    f"{'run':>10}{'torch':>10}{'error':>10}"
)


def seconds(call):
    """The result of `call` and the time it took."""
    began = time.perf_counter()
    result = call()
    return result, time.perf_counter() - began


def median_time(call, budget=2.0):
    """Of as many calls as fit the budget, at least three."""
    times = []
    while len(times) < 3 or (sum(times) < budget and len(times) < 50):
        times.append(seconds(call)[1])
    return statistics.median(times)


def ready(case, name, dynamic):
    """The exported network, and the time if it had to be exported now."""
    import networks

    path = EXPORTS / name / ("dynamic.onnx" if dynamic else "static.onnx")
    if path.exists():
        return path, 0.0
    path.parent.mkdir(parents=True, exist_ok=True)
    # Only a whole export gets the name that is looked for.
    draft = path.with_suffix(".draft")
    _, took = seconds(lambda: networks.export(case, draft, dynamic=dynamic))
    return draft.rename(path), took


def measure(name, dynamic, threads):
    """Prints the rows of one network; returns whether all are right."""
    import networks
    import torch
    import ufront

    torch.set_num_threads(threads)
    case = networks.make(name, full=True)
    path, exporting = ready(case, name, dynamic)
    program, compiling = seconds(lambda: ufront.compile(path, threads=threads))
    torch.manual_seed(1)
    good = True
    for batch in (1, 3) if dynamic else (1,):
        inputs = case.inputs(batch, case.length)
        arrays = [x.numpy() for x in inputs]
        actual, first = seconds(lambda: program(*arrays))
        expected = networks.answer(case, inputs)
        if len(expected) == 1:
            actual = (actual,)
        share, relative = networks.worst(actual, expected)
        run = median_time(lambda: program(*arrays))
        eager = median_time(lambda: networks.answer(case, inputs))
        good &= share <= 1
        print(
            f"{name:20}{f'{batch} of any' if dynamic else batch:>12}"
            f"{exporting:8.1f}s{compiling:8.2f}s{first:8.2f}s"
            f"{1e3 * run:8.1f}ms{1e3 * eager:8.1f}ms{relative:10.1e}"
            f"  {'pass' if share <= 1 else 'FAIL'}",
            flush=True,
        )
    return good


def run_apart(name, kind, threads):
    """measure() in a process of its own; says so when that ends early."""
    command = [sys.executable, __file__, "--one", kind, "--threads", str(threads), name]
    code = subprocess.run(command).returncode
    if code not in (0, 1):
        print(f"{name:20}{kind:>12}  ended with code {code}", flush=True)
    return code == 0


def main():
    import networks

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    kinds = parser.add_mutually_exclusive_group()
    for kind in ("--static", "--dynamic"):
        kinds.add_argument(kind, dest="kinds", action="append_const", const=kind[2:])
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--one", help=argparse.SUPPRESS)
    parser.add_argument("names", nargs="*", metavar="NAME")
    options = parser.parse_args()
    names = options.names or list(networks.NETWORKS)
    if unknown := set(names) - set(networks.NETWORKS):
        parser.error(f"no network {', '.join(unknown)}; there are "
                     f"{', '.join(networks.NETWORKS)}")
    if options.one:
        return not measure(names[0], options.one == "dynamic", options.threads)
    print(HEADER)
    return sum(
        not run_apart(name, kind, options.threads)
        for name in names
        for kind in options.kinds or ("static", "dynamic")
    )


if __name__ == "__main__":
    sys.exit(main())
