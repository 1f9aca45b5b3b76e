"""Small configurations of whole networks against torch, exported by torch."""

import multiprocessing
import sys
from pathlib import Path

import networks
import pytest
import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "python"))


@pytest.fixture(scope="session")
def exported(request, tmp_path_factory):
    """Gives the path of an export. Two processes make them ahead of the tests,
    since torch.onnx.export takes most of the time."""
    folder = tmp_path_factory.mktemp("networks")
    params = [getattr(item, "callspec", None) for item in request.session.items]
    wanted = [
        (spec.params["name"], spec.params["dynamic"])
        for spec in params
        if spec and {"name", "dynamic"} <= spec.params.keys()
    ]
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        jobs = {}
        for name, dynamic in wanted:
            path = folder / f"{name}-{dynamic}.onnx"
            job = pool.apply_async(networks.export_named, (name, path, dynamic))
            jobs[name, dynamic] = path, job

        def get(name, dynamic):
            path, job = jobs[name, dynamic]
            job.get(timeout=120)
            return path

        yield get


@pytest.mark.parametrize("dynamic", [False, True], ids=["static", "dynamic"])
@pytest.mark.parametrize("name", networks.NETWORKS)
def test_network(name, dynamic, exported):
    import ufront

    case = networks.make(name)
    program = ufront.compile(exported(name, dynamic), threads=2)
    torch.manual_seed(1)
    for batch, longer in ((1, 0), (2, -3), (5, 2)) if dynamic else ((1, 0),):
        any_length = 1 in case.axes[-1]
        length = case.length + longer if any_length else case.length
        inputs = case.inputs(batch, length)
        expected = networks.answer(case, inputs)
        actual = program(*(x.numpy() for x in inputs))
        if len(expected) == 1:
            actual = (actual,)
        share, relative = networks.worst(actual, expected)
        assert share <= 1, f"batch {batch}: off by {relative:.1e} of the largest"


def test_inputs_count():
    """The networks tell their inputs apart, or the comparison would be empty."""
    for name in networks.NETWORKS:
        case = networks.make(name)
        torch.manual_seed(1)
        for output in networks.answer(case, case.inputs(2, case.length)):
            difference = abs(output[0] - output[1]).max()
            assert difference > 0.03 * abs(output).max(), name
