"""Checks the trace of a profile: what each event is within, and that none is lost."""

import json
import sys

events = json.load(open(sys.argv[1]))["traceEvents"]
spans = {"run": [], "kernel": [], "tiles": []}
threads = set()
for event in events:
    if event["ph"] == "M":
        assert event["name"] == "thread_name", event
        threads.add(event["tid"])
    else:
        assert event["ph"] == "X" and event["tid"] in threads, event
        spans[event["cat"]].append(event)


def within(inner, outer):
    start, end = inner["ts"], inner["ts"] + inner["dur"]
    # Times have three digits.
    return outer["ts"] <= start and end <= outer["ts"] + outer["dur"] + 1e-3


(run,) = spans["run"]
assert spans["kernel"] and spans["tiles"]
assert all(within(kernel, run) and kernel["tid"] == 0 for kernel in spans["kernel"])
for tiles in spans["tiles"]:
    assert any(
        within(tiles, kernel) and tiles["args"] == {
            key: kernel["args"][key] for key in ("kernel", "where")
        }
        for kernel in spans["kernel"]
    ), tiles
print("ok")
