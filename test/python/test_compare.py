"""benchmarks/compare.py: its tables, and what it says of those who fail."""

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """Of one operator, with a peer and an option that nobody has."""
    folder = tmp_path_factory.mktemp("compare")
    subprocess.run(
        [sys.executable, ROOT / "benchmarks" / "compare.py", "--quick",
         "--only", "op_layer_norm", "--threads", "1", "--peers", "eager,iree",
         "--precision", "f7", "--output", folder],
        check=True, capture_output=True, timeout=300,
    )  # fmt: skip
    return folder


def test_measures_and_compares(results):
    (entry,) = json.loads((results / "results.json").read_text())["results"]
    assert (entry["case"], entry["batch"], entry["threads"]) == ("op_layer_norm", 1, 1)
    for peer in ("ufront", "eager"):
        row = entry["peers"][peer]
        assert len(row["wall"]) == len(row["cpu"]) == 2, "rounds"
        assert all(time > 0 for burst in row["wall"] for time in burst)
        assert 0 < row["error"] < 1e-5
        assert row["load"] > 0 and row["memory"] > 0


def test_says_who_failed(results):
    (entry,) = json.loads((results / "results.json").read_text())["results"]
    assert "f7" in entry["peers"]["ufront f7"]["failed"]
    text = (results / "results.md").read_text()
    assert "'f7'" in text
    if not importlib.util.find_spec("iree"):
        assert "iree" in entry["peers"]["iree"]["failed"]
