"""A sample of the official ONNX backend tests through ufront.onnx.backend.

What ufront lacks it must refuse; what it takes must come out right. All of them:
test/onnx/backend.py.
"""

import collections
import random
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "onnx"))

import suite
import workers

SAMPLE, SEED = 400, 6
# How many of the sample must pass; the others are refused.
FLOOR = 385


@pytest.fixture(scope="module")
def results():
    """[(name, status, text)] of a seeded sample of the tests."""
    tests = random.Random(SEED).sample(suite.load(), SAMPLE)
    cases = [suite.case_of(test) for test in tests]
    return [
        (cases[index].name, *result)
        for index, result in workers.run_all(suite.run, cases, jobs=2)
    ]


def test_takes_or_refuses(results):
    wrong = [
        f"{name} {status}: {' '.join(text.split())[:300]}"
        for name, status, text in results
        if status not in (suite.PASSED, suite.REFUSED, suite.EXPLAINED)
    ]
    assert not wrong, "\n".join(wrong)


def test_most_pass(results, record_property):
    counts = collections.Counter(status for _, status, _ in results)
    record_property("refused", counts[suite.REFUSED])
    refused = [name for name, status, _ in results if status == suite.REFUSED]
    assert len(results) == SAMPLE
    assert counts[suite.PASSED] >= FLOOR, f"{counts}; not {refused}"


def crash_or_hang(value):
    """For run_all() below: 0 returns, 1 crashes, 2 never ends."""
    import os
    import time

    if value == 1:
        os.abort()
    if value == 2:
        time.sleep(60)
    return suite.PASSED, str(value)


def test_a_crash_costs_one_test():
    found = dict(workers.run_all(crash_or_hang, [0, 1, 0, 2, 0], limit=5))
    assert [found[i][0] for i in range(5)] == [
        suite.PASSED,
        suite.CRASHED,
        suite.PASSED,
        suite.TIMED_OUT,
        suite.PASSED,
    ]
