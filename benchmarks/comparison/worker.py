"""One peer with one model, in a process of its own; compare.py drives it.

It reads commands from its input, a JSON object a line, and answers with one.
Between commands it is stopped, so that no thread of it spins.
"""

import ctypes
import json
import os
import signal
import sys
import time

import numpy as np

from comparison.peers import PEERS, Job

PR_SET_PDEATHSIG = 1


def memory(field):
    """Bytes: VmRSS, what lies in memory, or VmHWM, the most that did."""
    with open("/proc/self/status") as status:
        for line in status:
            if line.startswith(field):
                return 1024 * int(line.split()[1])
    return 0


def forget_peak():
    with open("/proc/self/clear_refs", "w") as file:
        file.write("5")


class Start:
    """Where a peer began to load."""

    def __call__(self):
        forget_peak()
        self.memory = memory("VmRSS")
        self.time = time.perf_counter()


def results(loaded):
    found = loaded.call()
    found = found if isinstance(found, (list, tuple)) else [found]
    return [loaded.arrays(y) for y in found]


def worst(actual, expected):
    """The largest error, as a share of the largest value of its output."""
    if len(actual) != len(expected):
        raise ValueError(f"{len(actual)} outputs, not {len(expected)}")
    shares = []
    for mine, right in zip(actual, expected):
        if mine.shape != right.shape:
            raise ValueError(f"a result is {mine.shape}, not {right.shape}")
        error = np.abs(mine.astype(np.float64) - right)
        error = np.where(np.isfinite(error), error, np.inf)
        shares.append(float(error.max() / np.abs(right).max()))
    return max(shares)


def burst(call, budget, least, most=500):
    """Times calls for `budget` seconds, at least `least`: wall and CPU seconds of
    each. A part of it, and at least one call, goes before to warm caches up."""
    began = time.perf_counter()
    call()
    while time.perf_counter() - began < 0.2 * budget:
        call()
    wall, cpu = [], []
    began = time.perf_counter()
    while len(wall) < least or (
        len(wall) < most and time.perf_counter() - began < budget
    ):
        used = time.process_time()
        start = time.perf_counter()
        call()
        wall.append(time.perf_counter() - start)
        cpu.append(time.process_time() - used)
    return {"wall": [round(t, 8) for t in wall], "cpu": [round(t, 8) for t in cpu]}


def load(peer, job):
    loaded = PEERS[peer](job)
    took = time.perf_counter() - job.begin.time
    began = time.perf_counter()
    loaded.call()
    return loaded, {
        "precision": loaded.precision,
        "version": loaded.version,
        "load": took,
        "first": time.perf_counter() - began,
    }


def check(loaded, job):
    # Memory first: to compare takes some, too.
    peak = memory("VmHWM") - job.begin.memory
    return {"memory": peak, "error": worst(results(loaded), job.outputs())}


def gist(error):
    """A line of what may be many pages."""
    lines = str(error).strip().splitlines() or [""]
    return next((line for line in lines if "error:" in line), lines[0])[:200]


def serve(commands, answer):
    fields = json.loads(commands.readline())
    os.sched_setaffinity(0, fields.pop("cpus"))
    peer = fields.pop("peer")
    job = Job(begin=Start(), **fields)
    loaded, report = load(peer, job)
    answer(report)
    for line in commands:
        command = json.loads(line)
        if command.pop("what") == "burst":
            answer(burst(loaded.call, **command))
        else:
            answer(check(loaded, job))


def main():
    # Nobody is left stopped when the driver ends.
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    # Libraries print; answers go where they do not.
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)

    def answer(report):
        print(json.dumps(report), file=answers)

    try:
        serve(sys.stdin, answer)
    except Exception as error:
        answer({"failed": f"{type(error).__name__}: {gist(error)}"})
        raise


if __name__ == "__main__":
    main()
