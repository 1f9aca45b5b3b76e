"""Those that are compared: how each of them loads a model and runs it.

A peer is a function of a Job. It imports what it needs, calls job.begin(), from
where on time and memory count as its own, and returns a Loaded. Whatever it
raises is said in its row of the tables.
"""

import inspect
import os
import subprocess
import sys
from pathlib import Path
from typing import Callable, NamedTuple

import numpy as np


class Job(NamedTuple):
    """What a peer is to load, and how."""

    name: str
    weights: str
    model: str
    values: str
    threads: int
    cache: str  # a folder of its own, which a second process may find again
    options: dict
    begin: Callable

    def inputs(self):
        with np.load(self.values) as values:
            count = sum(key.startswith("in") for key in values.files)
            return [values[f"in{i}"] for i in range(count)]

    def outputs(self):
        with np.load(self.values) as values:
            count = sum(key.startswith("out") for key in values.files)
            return [values[f"out{i}"] for i in range(count)]


class Loaded(NamedTuple):
    call: Callable  # of nothing
    precision: str
    version: str
    arrays: Callable = np.asarray  # of one result


def load_ufront(job):
    import ufront

    inputs = job.inputs()
    known = inspect.signature(ufront.compile).parameters
    for option in job.options:
        if option not in known:
            raise TypeError(f"ufront.compile() has no {option}=")
    job.begin()
    program = ufront.compile(job.model, threads=job.threads, **job.options)
    precision = job.options.get("precision", "f32")
    return Loaded(lambda: program(*inputs), precision, ufront.__version__)


def load_onnxruntime(job):
    import onnxruntime

    inputs = job.inputs()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = job.threads
    options.inter_op_num_threads = 1
    job.begin()
    session = onnxruntime.InferenceSession(
        job.model, options, providers=["CPUExecutionProvider"]
    )
    feed = {info.name: x for info, x in zip(session.get_inputs(), inputs)}
    version = onnxruntime.__version__
    return Loaded(lambda: session.run(None, feed), "f32", version)


def load_openvino(job, precision="f32"):
    """Without a precision it takes what it thinks best."""
    import openvino

    inputs = job.inputs()
    settings = {
        "INFERENCE_NUM_THREADS": job.threads,
        "PERFORMANCE_HINT": "LATENCY",
        "CACHE_DIR": job.cache,
    }
    if precision:
        settings["INFERENCE_PRECISION_HINT"] = precision
    job.begin()
    core = openvino.Core()
    compiled = core.compile_model(core.read_model(job.model), "CPU", settings)
    used = compiled.get_property("INFERENCE_PRECISION_HINT").get_type_name()
    request = compiled.create_infer_request()
    feed = dict(enumerate(inputs))

    def call():
        results = request.infer(feed, share_inputs=True, share_outputs=True)
        return [results[i] for i in range(len(results))]

    version = openvino.__version__.split("-")[0]
    return Loaded(call, {"bfloat16": "bf16"}.get(used, used), version)


def load_openvino_default(job):
    return load_openvino(job, precision=None)


def load_torch(job, compiled=False):
    import torch

    from comparison import cases

    torch.set_num_threads(job.threads)
    torch.set_grad_enabled(False)
    inputs = [torch.from_numpy(x) for x in job.inputs()]
    job.begin()
    module = cases.module(job.name, job.weights)
    if compiled:
        import torch._inductor.config

        # Weights as constants, packed once: what it has for inference.
        torch._inductor.config.freezing = True
        module = torch.compile(module, dynamic=False)
        module(*inputs)
    version = torch.__version__.split("+")[0]
    return Loaded(lambda: module(*inputs), "f32", version, lambda x: x.numpy())


def load_inductor(job):
    os.environ["TORCHINDUCTOR_CACHE_DIR"] = job.cache
    # Workers would count neither for memory nor for the number of threads.
    os.environ["TORCHINDUCTOR_COMPILE_THREADS"] = "1"
    return load_torch(job, compiled=True)


def compile_iree(model, file):
    from iree.compiler.tools import CompilerToolError, compile_file

    text = file.with_suffix(".mlir")
    module = "iree.compiler.tools.import_onnx"
    subprocess.run(
        [sys.executable, "-m", module, model, "-o", text, "--opset-version", "19"],
        check=True,
    )
    options = ["--iree-llvmcpu-target-cpu=host", "--iree-opt-level=O3"]
    for arguments in (options, options[:1]):
        try:
            compile_file(
                str(text),
                input_type="onnx",
                target_backends=["llvm-cpu"],
                output_file=str(file),
                extra_args=arguments,
            )
            break
        except CompilerToolError:
            # Some models compile only without its optimisations of the graph.
            if arguments != options:
                raise
    text.unlink()


def load_iree(job):
    from importlib.metadata import version

    import iree.runtime

    inputs = job.inputs()
    file = Path(job.cache, "model.vmfb")
    job.begin()
    if not file.exists():
        compile_iree(job.model, file)
    iree.runtime.flags.parse_flags(f"--task_topology_group_count={job.threads}")
    bound = iree.runtime.load_vm_flatbuffer_file(str(file), driver="local-task")
    run = bound[next(x for x in bound.vm_module.function_names if "$" not in x)]

    def call():
        results = run(*inputs)
        results = results if isinstance(results, (list, tuple)) else [results]
        return [result.to_host() for result in results]

    return Loaded(call, "f32", version("iree-base-compiler"))


PEERS = {
    "ufront": load_ufront,
    "onnxruntime": load_onnxruntime,
    "openvino": load_openvino,
    "openvino-default": load_openvino_default,
    "eager": load_torch,
    "inductor": load_inductor,
    "iree": load_iree,
}

# Those that may start quicker the second time.
CACHED = ("ufront", "openvino", "openvino-default", "inductor", "iree")
