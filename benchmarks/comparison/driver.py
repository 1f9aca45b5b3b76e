"""Peers as processes: starts them, lets them run in turn, collects their times."""

import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]


class Failed(Exception):
    """A peer could not do it; the text says why."""


def environment(threads, cache):
    """Libraries take the number of threads from it, and their folder for files."""
    paths = [ROOT / "test" / "models", HERE.parent]
    # Another ufront than the one beside this may be asked for.
    paths += [os.environ.get("PYTHONPATH") or ROOT / "python"]
    count = str(threads)
    return os.environ | {
        "PYTHONPATH": os.pathsep.join(map(str, paths)),
        "OMP_NUM_THREADS": count,
        "MKL_NUM_THREADS": count,
        "XDG_CACHE_HOME": cache,
    }


class Worker:
    """One peer with one model. Stopped whenever nothing is asked of it."""

    def __init__(self, peer, options, case, files, threads, cache, limit):
        self.limit = limit
        self.log = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "comparison.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
            env=environment(threads, cache),
            start_new_session=True,
        )
        # The last ones: other work tends to be on the first.
        cpus = sorted(os.sched_getaffinity(0))[-threads:]
        job = {name: str(path) for name, path in files._asdict().items()}
        job |= {
            "peer": peer,
            "name": case,
            "options": options,
            "threads": threads,
            "cache": cache,
            "cpus": cpus,
        }
        try:
            self.report = self._ask(job)
        except Failed:
            self.close()
            raise

    def _signal(self, number):
        try:
            os.killpg(self.process.pid, number)
        except ProcessLookupError:
            pass

    def _ask(self, command):
        self._signal(signal.SIGCONT)
        try:
            self.process.stdin.write(json.dumps(command) + "\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            pass  # there is an answer that says why, or none
        output = self.process.stdout
        if not select.select([output], [], [], self.limit)[0]:
            raise Failed(f"took longer than {self.limit:.0f} s")
        line = output.readline()
        if not line:
            self.process.wait()
            raise Failed(f"ended with code {self.process.returncode}: {self._said()}")
        self._signal(signal.SIGSTOP)
        answer = json.loads(line)
        if "failed" in answer:
            raise Failed(answer["failed"])
        return answer

    def _said(self):
        """The last line it wrote."""
        self.log.seek(0)
        lines = self.log.read().strip().splitlines()
        return lines[-1] if lines else "it said nothing"

    def burst(self, budget, least):
        return self._ask({"what": "burst", "budget": budget, "least": least})

    def check(self):
        return self._ask({"what": "check"})

    def close(self):
        self._signal(signal.SIGKILL)
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()
        self.log.close()


class Entry:
    """The row of one peer: its worker until it fails, and what is known of it."""

    def __init__(self, title, peer, options):
        self.title, self.peer, self.options = title, peer, options
        self.worker = None
        self.row = {"wall": [], "cpu": []}

    def attempt(self, action):
        """Whether it did not fail; a failed one is over."""
        try:
            action()
        except Failed as failed:
            self.row = {"failed": str(failed)}
            self.close()
            return False
        return True

    def close(self):
        if self.worker:
            self.worker.close()
            self.worker = None


def measure(case, files, threads, contenders, settings):
    """The rows of one table, by title. `contenders` are (title, peer, options)."""
    entries = [Entry(*contender) for contender in contenders]
    with tempfile.TemporaryDirectory(prefix="compare-") as folder:
        caches = {entry.title: Path(folder, str(i)) for i, entry in enumerate(entries)}

        def start(entry):
            cache = caches[entry.title]
            cache.mkdir(exist_ok=True)
            return Worker(
                entry.peer, entry.options, case, files, threads, str(cache),
                settings["limit"],
            )

        try:
            for entry in entries:
                entry.attempt(lambda: begin(entry, start, settings["cached"]))
            take_turns(entries, settings)
            for entry in entries:
                if entry.worker:
                    entry.attempt(lambda: entry.row.update(entry.worker.check()))
        finally:
            for entry in entries:
                entry.close()
    return {entry.title: entry.row for entry in entries}


def begin(entry, start, cached):
    """Starts a worker; then another, for the time that it takes from a cache."""
    entry.worker = start(entry)
    entry.row |= entry.worker.report
    if entry.peer in cached:
        second = start(entry)
        entry.row["cached"] = second.report["load"]
        second.close()


def take_turns(entries, settings):
    """Rounds in which each runs for a while, every time in another order."""
    for turn in range(settings["rounds"]):
        running = [entry for entry in entries if entry.worker]
        for i in range(len(running)):
            entry = running[(i + turn) % len(running)]

            def run():
                times = entry.worker.burst(settings["budget"], settings["least"])
                entry.row["wall"].append(times["wall"])
                entry.row["cpu"].append(times["cpu"])

            entry.attempt(run)
            time.sleep(0.005)
