"""Where a compiled model's time goes."""

import statistics
import time

from ufront import _ufront

WARM_UPS = 2  # the first runs fill caches and the memory pool


def _time(run, inputs, runs):
    """The seconds of each call: `runs` of them, or as many as a second holds."""
    for _ in range(WARM_UPS):
        run(inputs)
    times, began = [], time.perf_counter()
    while len(times) < (runs or 100_000):
        start = time.perf_counter()
        run(inputs)
        now = time.perf_counter()
        times.append(now - start)
        if not runs and now - began > 1 and len(times) >= 3:
            break
    return times


def _row(kernel, total):
    """What the table says of a kernel, and what that was computed from."""
    known = kernel["flops"] >= 0 and kernel["seconds"] > 0
    rates = {"gflops": None, "gbps": None, "of_peak": None}
    if known:
        rates["gflops"] = 1e-9 * kernel["flops"] / kernel["seconds"]
        rates["gbps"] = 1e-9 * kernel["bytes"] / kernel["seconds"]
        rates["of_peak"] = kernel["limit"] / kernel["seconds"]
    else:
        kernel.update(flops=None, bytes=None)
    del kernel["limit"]
    return {**kernel, "share": kernel["seconds"] / total if total else 0.0, **rates}


def measure(program, profiled, inputs, runs, trace):
    """Times `program`, and the kernels of `profiled`, the same made to be profiled;
    None if there is none."""
    times = _time(program.run, inputs, runs)
    if profiled is None:
        return Profile(times, program.memory)
    try:
        profiled.set_profiling(0)  # not what an earlier call measured
        for _ in range(WARM_UPS):
            profiled.run(inputs)
        profiled.set_profiling(2 if trace else 1)
        for _ in times:
            profiled.run(inputs)
        found, table = profiled.get_profile(), profiled.write_profile(False)
        if trace:
            with open(trace, "w", encoding="utf-8") as file:
                file.write(profiled.write_profile(True))
    finally:
        profiled.set_profiling(0)
    return Profile(times, program.memory, found, table)


def is_profiled(program):
    """Whether it was compiled to be profiled."""
    try:
        program.set_profiling(1)
        program.set_profiling(0)
    except _ufront.Error:
        return False
    return True


class Profile(list):
    """A dict for each kernel, the one that takes longest first; printed, a table.

    All of them are about one run, the fastest of each kernel: `seconds`, `share` of
    the total, `calls`, `flops` and `bytes` of its operands, None if they are not
    known, `gflops` and `gbps` per second, `of_peak`, 1.0 being what the machine can
    do, `bound` by "compute" or "memory", `threads` at work on average. `name`,
    `kind`, `loops` and `where` say which kernel it is and what of the model. `mean`
    are its seconds averaged over all runs.

    Of whole calls, with nothing measured inside, in seconds: `times` has them all,
    `median` and `minimum` sum them up. `outside` is the time of a run outside
    kernels. `peak_flops` and `peak_bytes` are what the machine can do in a second,
    on as many threads. `memory` is what the program holds beside its weights, in
    bytes; `kernels` is how many kernels there are.

    A model that was loaded from a shared library has no rows unless it was compiled
    with --profile.
    """

    def __init__(self, times, memory, found=None, table=""):
        kernels = found["kernels"] if found else []
        self.outside = found["outside"] if found else None
        self.peak_flops = found["peak_flops"] if found else None
        self.peak_bytes = found["peak_bytes"] if found else None
        total = sum(kernel["seconds"] for kernel in kernels) + (self.outside or 0)
        super().__init__(_row(kernel, total) for kernel in kernels)
        self.times = times
        self.median = statistics.median(times)
        self.minimum = min(times)
        self.memory = memory
        self.kernels = len(self) if found else None
        self._table = table

    def __repr__(self):
        kernels = "" if self.kernels is None else f", {self.kernels} kernels"
        return (
            f"<ufront.Profile: median {1e3 * self.median:.3f} ms, minimum "
            f"{1e3 * self.minimum:.3f} ms of {len(self.times)} calls, "
            f"{self.memory / 1e6:.1f} MB{kernels}>"
            + ("\n" + self._table.rstrip("\n") if self._table else "")
        )
