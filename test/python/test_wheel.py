"""The wheel: built of this build folder, installed where nothing else is."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("UFRONT_BUILD_DIR", ROOT / "build" / "release")).resolve()

PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check"]

SMOKE = """
import sys
import numpy as np
import ufront
assert "site-packages" in ufront.__file__, ufront.__file__
fast = ufront.compile(sys.argv[1])
x = np.random.default_rng(0).random((2, 1, 8, 8), np.float32)
y = fast(x)
assert y.shape == (2, 10) and abs(y.sum(1) - 1).max() < 1e-4
fast.save(sys.argv[2])
assert abs(ufront.load(sys.argv[2])(x) - y).max() < 1e-5
assert not {"torch", "onnx"} & set(sys.modules)
from importlib.metadata import entry_points
(door,) = entry_points(group="torch_dynamo_backends", name="ufront")
assert door.value == "ufront.torch:dynamo_backend"
"""


def run(*command, **options):
    """Runs without this session's way to the sources."""
    env = {
        k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "UFRONT"))
    }
    result = subprocess.run(
        [*map(str, command)], env=env, capture_output=True, text=True, **options
    )
    assert result.returncode == 0, result.stdout[-4000:] + result.stderr[-4000:]
    return result.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """Builds in the folder that has everything compiled already."""
    assert (BUILD / "build.ninja").exists(), f"there is no build in {BUILD}"
    folder = tmp_path_factory.mktemp("wheel")
    # Debian's pip does not know -C yet.
    settings = f"--config-settings=build-dir={BUILD}"
    options = ["--no-build-isolation", "--no-deps", settings]
    run(*PIP, "wheel", ROOT, *options, "-w", folder)
    (path,) = folder.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def python(wheel, tmp_path_factory):
    """A new environment with the wheel and what it requires."""
    folder = tmp_path_factory.mktemp("environment")
    run(sys.executable, "-m", "venv", "--without-pip", folder)
    python = folder / "bin" / "python"
    run(*PIP, "--python", python, "install", wheel)
    return python


def test_contents(wheel):
    assert "-cp311-abi3-" in wheel.name
    names = set(zipfile.ZipFile(wheel).namelist())
    wanted = "_ufront.abi3.so _ufront.pyi py.typed lib/libufront.so lib/libufront_rt.a"
    wanted += (
        " bin/ufront-compile bin/ufront-run include/ufront/Runtime.h torch/__init__.py"
    )
    missing = {f"ufront/{name}" for name in wanted.split()} - names
    assert not missing
    assert wheel.stat().st_size < 20e6


def test_smoke(python, tmp_path):
    digits = ROOT / "examples" / "digits" / "digits.onnx"
    run(python, "-c", SMOKE, digits, tmp_path / "digits.so", cwd=tmp_path)


def test_tools(python, tmp_path):
    digits = ROOT / "examples" / "digits" / "digits.onnx"
    text = run(python, "-m", "ufront", "import", digits, "--emit=linalg", cwd=tmp_path)
    assert "linalg." in text
