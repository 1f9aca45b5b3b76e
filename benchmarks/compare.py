"""ufront against other ways to run a network on the CPU: speed, error, memory.

    python benchmarks/compare.py [--quick] [--only NAME,...] [--peers NAME,...]

Each peer has a process of its own, with the same cores and number of threads.
They take turns: in every round each runs for a while, in a new order, and all
the others are stopped then, so that nobody's waiting threads cost anybody else.
A peer that is not installed, or fails, says so in its row.

Ratios are peer's time / ufront's: of the fastest call, and of medians; on one
thread of CPU time. Errors are relative to the largest value of torch's result in
f64. "load" is from the file to a program that can be called; memory is the most
that loading and running adds to a process.

Peers come from benchmarks/requirements.txt; the library is found as by the ufront
package (UFRONT_BUILD_DIR). Results are build/compare/results.{json,md,png}.
"""

import argparse
import datetime
import fnmatch
import json
import os
import platform
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
# The `networks` of test/models comes before the script beside this one.
sys.path[:0] = [str(ROOT / "test" / "models"), str(ROOT / "python")]

from comparison import report  # noqa: E402
from comparison.peers import CACHED, PEERS  # noqa: E402

FEATURES = ("avx2", "avx512f", "avx512_bf16", "amx_bf16")


# --- Where it runs -----------------------------------------------------------------


def command(*words):
    try:
        run = subprocess.run(
            words, capture_output=True, text=True, check=True, cwd=ROOT
        )
    except (OSError, subprocess.CalledProcessError):
        return "?"
    return run.stdout.strip()


def cache_size(level):
    folder = Path("/sys/devices/system/cpu/cpu0/cache")
    for index in sorted(folder.glob("index*")):
        kind = (index / "type").read_text().strip()
        if kind != "Instruction" and (index / "level").read_text().strip() == level:
            return (index / "size").read_text().strip()
    return "?"


def machine():
    facts = {}
    for line in Path("/proc/cpuinfo").read_text().split("\n\n")[0].splitlines():
        key, _, value = line.partition(":")
        facts[key.strip()] = value.strip()
    flags = facts.get("flags", "").split()
    family = " ".join(facts.get(key, "?") for key in ("cpu family", "model"))
    return {
        "cpu": f"{facts.get('model name', platform.machine())}, family {family}",
        "features": " ".join(name for name in FEATURES if name in flags),
        "cores": len(os.sched_getaffinity(0)),
        "l2": cache_size("2"),
        "l3": cache_size("3"),
        "kernel": platform.release(),
        "load": f"{os.getloadavg()[0]:.1f}",
    }


# --- Options -----------------------------------------------------------------------


def words(text):
    return [word for word in text.split(",") if word]


def numbers(text):
    return [int(word) for word in words(text)]


def parse():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", type=words, default=["*"],
                        help="cases, with wildcards: 'op_*,resnet50'")
    parser.add_argument("--peers", type=words, default=list(PEERS),
                        help=f"of {', '.join(PEERS)}")
    parser.add_argument("--threads", type=numbers, default=[1, 2])
    parser.add_argument("--batch", type=numbers, help="batches; each case has its own")
    parser.add_argument("--rounds", type=int, help="7, or 2 if quick")
    parser.add_argument("--quick", action="store_true",
                        help="few calls, and nothing from caches")
    parser.add_argument("--cpu-features", action="append", default=[],
                        help="another ufront, limited to these; may be repeated")
    parser.add_argument("--precision", action="append", default=[],
                        help="another ufront, computing so; may be repeated")
    parser.add_argument("--limit", type=float, default=900.0,
                        help="seconds in which a peer must answer")
    parser.add_argument("--output", type=Path, default=ROOT / "build" / "compare")
    parser.add_argument("--add", action="store_true",
                        help="keep the output's results for what is not measured now")
    parser.add_argument("--no-run", action="store_true",
                        help="only write tables and plot of the output's results again")
    parser.add_argument("--write-docs", action="store_true",
                        help="put the summary into docs/performance.md")
    parser.add_argument("--prepare", action="store_true",
                        help="only write the models, which takes a while once")
    parser.add_argument("--list", action="store_true", help="print the cases")
    options = parser.parse_args()
    if unknown := set(options.peers) - set(PEERS):
        parser.error(f"no peer {', '.join(sorted(unknown))}; --peers is"
                     f" {parser.get_default('peers')}")
    return options


def contenders(options):
    """(title, peer, options) of each row; ufront's first, ratios are to it."""
    rows = [("ufront", "ufront", {})]
    rows += [(f"ufront {features}", "ufront", {"cpu_features": features})
             for features in options.cpu_features]
    rows += [(f"ufront {precision}", "ufront", {"precision": precision})
             for precision in options.precision]
    return rows + [(peer, peer, {}) for peer in options.peers if peer != "ufront"]


def settings(options):
    quick = options.quick
    return {
        "rounds": options.rounds or (2 if quick else 7),
        "budget": 0.1 if quick else 0.4,
        "least": 2 if quick else 3,
        "limit": options.limit,
        "cached": [] if quick else CACHED,
    }


# --- Running -----------------------------------------------------------------------


def selected(options, cases):
    """(case, batch, threads) of each table."""
    for name, row in cases.items():
        if any(fnmatch.fnmatch(name, pattern) for pattern in options.only):
            for batch in row.batches:
                if not options.batch or batch in options.batch:
                    for threads in options.threads:
                        yield name, batch, threads


def identity(entry):
    return entry["case"], entry["batch"], entry["threads"]


def save(run, folder):
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / "draft.json"
    draft.write_text(json.dumps(run), encoding="utf-8")
    draft.rename(folder / "results.json")
    (folder / "results.md").write_text(report.markdown(run), encoding="utf-8")


def measure(options, run):
    """Adds the tables to `run`, printing each, and saving after each."""
    from comparison import cases, driver

    cores = len(os.sched_getaffinity(0))
    for name, batch, threads in selected(options, cases.CASES):
        if threads > cores:
            print(f"{name}: {threads} threads on {cores} cores are left out")
            continue
        files = cases.prepare(name, batch)
        entry = {
            "case": name,
            "batch": batch,
            "threads": threads,
            "flops": cases.flops(files),
            "peers": driver.measure(
                name, files, threads, contenders(options), settings(options)
            ),
        }
        kept = [old for old in run["results"] if identity(old) != identity(entry)]
        run["results"] = [*kept, entry]
        print(report.detail(entry), end="\n\n", flush=True)
        save(run, options.output)


def show_or_prepare(options):
    from comparison import cases

    for name, batch, threads in selected(options, cases.CASES):
        if threads == options.threads[0]:
            print(f"{name}, batch {batch}", flush=True)
            if options.prepare:
                cases.prepare(name, batch)


def main():
    options = parse()
    file = options.output / "results.json"
    old = {}
    if (options.add or options.no_run) and file.exists():
        old = json.loads(file.read_text(encoding="utf-8"))
    if options.list or options.prepare:
        show_or_prepare(options)
        return 0
    run = old
    if not options.no_run:
        run = {
            "date": datetime.datetime.now().isoformat(" ", "minutes"),
            "commit": command("git", "describe", "--always", "--dirty"),
            "machine": machine(),
            "settings": settings(options),
            "results": old.get("results", []),
        }
        measure(options, run)
    if not run.get("results"):
        print("nothing was measured", file=sys.stderr)
        return 1
    save(run, options.output)
    if not report.plot(run, options.output / "results.png"):
        print("without matplotlib there is no plot", file=sys.stderr)
    if options.write_docs:
        report.write_docs(run, ROOT / "docs" / "performance.md")
    print(report.summary(run["results"]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
