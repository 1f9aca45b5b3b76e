"""Calls a function on many values, each safe from what the others do.

The function runs in processes of its own: one that crashes or takes too long is
ended, and the next value gets a new one.
"""

import multiprocessing
import time
from multiprocessing import connection

from suite import CRASHED, TIMED_OUT


# Seconds that a process may take to start, which is none of a value's time: many
# at once on a busy machine take long.
STARTING = 120
_BEGUN = None


def _serve(pipe, function):
    while True:
        try:
            value = pipe.recv()
        except EOFError:  # whoever asked is gone
            return
        pipe.send(_BEGUN)
        pipe.send(function(value))


class Worker:
    """One process. `index` is of the value it works on, None when it has none."""

    def __init__(self, function, limit):
        self._context = multiprocessing.get_context("spawn")
        self._function, self._limit = function, limit
        self.index = None
        self._start()

    def _start(self):
        self.pipe, other = self._context.Pipe()
        self._process = self._context.Process(
            target=_serve, args=(other, self._function), daemon=True
        )
        self._process.start()
        other.close()

    def give(self, index, value):
        self.index, self._end = index, time.monotonic() + STARTING
        self.pipe.send(value)

    def take(self):
        """The result as (status, text), or None while it works."""
        while self.pipe.poll():
            try:
                result = self.pipe.recv()
            except EOFError:
                self._process.join()
                code = self._process.exitcode
                return self._again(CRASHED, f"exit code {code}")
            if result is not _BEGUN:
                self.index = None
                return result
            self._end = time.monotonic() + self._limit
        if time.monotonic() < self._end:
            return None
        self.stop()
        return self._again(TIMED_OUT, f"after {self._limit} s")

    def _again(self, *result):
        self.index = None
        self._start()
        return result

    def stop(self):
        self._process.kill()
        self._process.join()


def run_all(function, values, jobs=1, limit=60):
    """Yields (index, (status, text)) for each of `values`, as they are done."""
    workers = [Worker(function, limit) for _ in range(jobs)]
    waiting = iter(enumerate(values))
    try:
        busy = [worker for worker in workers if _next(worker, waiting)]
        while busy:
            connection.wait([worker.pipe for worker in busy], timeout=0.5)
            for worker in list(busy):
                index, result = worker.index, worker.take()
                if result is None:
                    continue
                yield index, result
                if not _next(worker, waiting):
                    busy.remove(worker)
    finally:
        for worker in workers:
            worker.stop()


def _next(worker, waiting):
    """Gives the worker its next value; False when there is none."""
    for index, value in waiting:
        worker.give(index, value)
        return True
    return False
