"""Every op of the table is tested: its text, its errors, its numbers."""

import os
import re
import subprocess
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
OPT = Path(os.environ.get("UFRONT_BUILD_DIR", "build/release"), "bin", "ufront-opt")

# Ops that have no constraint an op's text could break on its own.
NO_CONSTRAINTS = {"none"}


def op_names():
    done = subprocess.run(
        [OPT, "--print-reference=ops"], capture_output=True, text=True, check=True
    )
    names = re.findall(r"^#+ `ufront\.(\w+)`", done.stdout, re.MULTILINE)
    assert len(names) > 100, done.stdout[:300]
    return names


def text_of(files):
    return "\n".join(path.read_text() for path in files)


def missing(names, text):
    return [name for name in names if f'"ufront.{name}"' not in text]


def test_every_op_has_a_positive_test():
    files = [p for p in TESTS.glob("**/*.mlir") if "invalid" not in p.name]
    assert missing(op_names(), text_of(files)) == []


def test_every_op_has_an_invalid_test():
    files = [p for p in TESTS.glob("**/*.mlir") if "expected-error" in p.read_text()]
    text = text_of(files)
    names = [name for name in op_names() if name not in NO_CONSTRAINTS]
    assert missing(names, text) == []


def test_every_constraint_has_an_invalid_test():
    """`(C2)` in the banner of an op in lib/Ops is `@<op>_c2` in a test."""
    text = text_of(TESTS.glob("**/*.mlir"))
    tested = set(re.findall(r"@([a-z0-9_]+?)_c(\d+)", text))
    ops, untested, count = set(op_names()), [], 0
    banner = re.compile(r"//===-+===//\n((?://.*\n)+)//===-+===//")
    for path in (TESTS.parent / "lib" / "Ops").glob("*.c"):
        code = path.read_text()
        for match in banner.finditer(code):
            title = match[1].splitlines()[0]
            # A banner that names no op is about rules the file's ops share.
            names = set(re.findall(r"\w+", title)) & ops
            names = names or set(re.findall(r'"(\w+)"', code)) & ops
            for number in sorted(set(re.findall(r"\(C(\d+)\)", match[1]))):
                count += 1
                if not any((name, number) in tested for name in names):
                    untested.append(f"{path.name}: {title} (C{number})")
    assert count > 200
    assert untested == []
