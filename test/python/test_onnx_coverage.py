"""docs/reference/onnx.md leaves out nothing that the installed onnx defines."""

import collections
import os
import re
import subprocess
import sys
from pathlib import Path

import onnx
import pytest
from onnx import helper

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "python"))

OPT = Path(os.environ.get("UFRONT_BUILD_DIR", "build/release"), "bin", "ufront-opt")
OLDEST = 7  # operator sets from before then are covered as far as they are used


@pytest.fixture(scope="module")
def page():
    done = subprocess.run(
        [OPT, "--print-reference=onnx"], capture_output=True, text=True, check=True
    )
    return done.stdout


@pytest.fixture(scope="module")
def rules(page):
    """{operator: [(first opset, last opset)]}."""
    found = collections.defaultdict(list)
    row = re.compile(r"^\| ([\w.]+) \| (\d+)(?:-(\d+)| (on))? \| \[", re.MULTILINE)
    for name, first, last, open_end in row.findall(page):
        newest = 9999 if open_end else int(last or first)
        found[name].append((int(first), newest))
    assert len(found) > 150
    return found


@pytest.fixture(scope="module")
def refused(page):
    """{operator: why}."""
    _, _, table = page.partition("## Not supported")
    found = dict(re.findall(r"^\| ([\w.]+) \| (it .*) \|$", table, re.MULTILINE))
    assert found
    return found


@pytest.fixture(scope="module")
def versions():
    """{operator: its versions in force since OLDEST}, as ONNX defines them."""
    found = collections.defaultdict(list)
    for schema in onnx.defs.get_all_schemas_with_history():
        name = f"{schema.domain}.{schema.name}" if schema.domain else schema.name
        if not schema.deprecated:
            found[name].append(schema.since_version)
    for name, all_versions in found.items():
        all_versions.sort()
        while "." not in name and len(all_versions) > 1 and all_versions[1] <= OLDEST:
            del all_versions[0]
    return found


def test_every_operator_is_imported_or_refused(rules, refused, versions):
    assert sorted(set(versions) - set(rules) - set(refused)) == []


def test_no_operator_is_both(rules, refused):
    assert sorted(set(rules) & set(refused)) == []


def test_every_operator_exists(rules, refused, versions):
    named = {
        name for name in {*rules, *refused} if re.match(r"(ai\.onnx\.|\w+$)", name)
    }
    assert sorted(named - set(versions)) == []


def test_every_version_has_a_rule(rules, versions):
    missing = [
        f"{name} {version}"
        for name, spans in rules.items()
        for version in versions.get(name, ())
        if not any(first <= max(version, OLDEST) <= last for first, last in spans)
    ]
    assert missing == []


def test_the_newest_operator_set_is_known(page):
    newest = int(re.search(r"newer opset than (\d+) is\s+refused", page)[1])
    assert onnx.defs.onnx_opset_version() <= newest


def test_a_refusal_says_why(refused):
    import ufront
    from ufront import _ufront

    for name, why in refused.items():
        domain, _, operator = name.rpartition(".")
        graph = helper.make_graph(
            [helper.make_node(operator, ["x"], ["y"], domain=domain)],
            "g",
            [helper.make_tensor_value_info("x", onnx.TensorProto.FLOAT, [2])],
            [helper.make_tensor_value_info("y", onnx.TensorProto.FLOAT, [2])],
        )
        imports = [helper.make_opsetid("", OLDEST)]
        imports += [helper.make_opsetid(domain, 1)] if domain else []
        model = helper.make_model(graph, opset_imports=imports)
        with pytest.raises(ufront.UnsupportedError) as error:
            _ufront.Session().import_memory(model.SerializeToString(), "onnx")
        assert f"'{name}'" in str(error.value) and why in str(error.value)
