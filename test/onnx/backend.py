#!/usr/bin/env python3
"""Runs all of onnx's backend tests through ufront.onnx.backend.

    test/onnx/backend.py --jobs 2 --table counts.md

UFRONT_BUILD_DIR is where ufront was built, by default build/release. Every test
has 60 seconds, and a process that no other test shares once it crashed. The last
line says how many passed; the exit code is 1 when any crashed, failed, ran out of
time, or came out wrong.
"""

import argparse
import collections
import re
import sys

import suite
import workers

BAD = (suite.MISMATCH, suite.FAILED, suite.CRASHED, suite.TIMED_OUT)
COLUMNS = (suite.PASSED, suite.REFUSED, suite.EXPLAINED, *BAD)


def counts_by_operator(cases, results):
    """{operator: {status: count}}, in the order of the operators' names."""
    counts = collections.defaultdict(collections.Counter)
    for case, (status, _) in zip(cases, results):
        counts[suite.operator_of(case)][status] += 1
    return dict(sorted(counts.items(), key=lambda row: row[0].lower()))


def table_of(counts):
    """The counts as Markdown."""
    lines = ["| operator | " + " | ".join(COLUMNS) + " |"]
    lines.append("|---" * (len(COLUMNS) + 1) + "|")
    for operator, row in counts.items():
        numbers = " | ".join(str(row[status] or "") for status in COLUMNS)
        lines.append(f"| {operator} | {numbers} |")
    return "\n".join(lines) + "\n"


def parse():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--filter", default="", help="only names REGEX is found in")
    parser.add_argument("--jobs", type=int, default=1, help="processes")
    parser.add_argument("--timeout", type=float, default=60, help="seconds each")
    parser.add_argument("--table", help="write counts by operator to this file")
    return parser.parse_args()


def main():
    options = parse()
    cases = [suite.case_of(test) for test in suite.load()] + list(suite.light_cases())
    cases = [case for case in cases if re.search(options.filter, case.name)]
    results = [None] * len(cases)
    todo = workers.run_all(suite.run, cases, options.jobs, options.timeout)
    for index, (status, text) in todo:
        results[index] = (status, text)
        if status != suite.PASSED:
            line = " ".join(text.split())[:200]
            print(f"{status}: {cases[index].name}: {line}", flush=True)
    if options.table:
        with open(options.table, "w") as file:
            file.write(table_of(counts_by_operator(cases, results)))
    total = collections.Counter(status for status, _ in results)
    counted = ", ".join(f"{total[status]} {status}" for status in COLUMNS)
    print(f"{len(cases)} tests: {counted}")
    return 1 if any(total[status] for status in BAD) else 0


if __name__ == "__main__":
    sys.exit(main())
