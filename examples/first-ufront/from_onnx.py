"""The same network as a graph of ufront operators by way of ONNX, without weights.

    python examples/first-ufront/from_onnx.py
"""

import tempfile
from pathlib import Path

import numpy as np
import torch
from complex_cnn import ComplexCNN
from show import show
from torch.onnx import TrainingMode
from ufront import Model, TensorF32
from ufront.onnx.model import ONNXModel

if __name__ == "__main__":
    batch_size = 32
    arr = np.zeros((batch_size, 3, 32, 32), dtype=np.float32)
    input_tensor1 = TensorF32(arr, "input1")
    input_tensor2 = TensorF32(arr, "input2")

    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder, "cifar10_cnn_pt.onnx"))
        # The exporter of the first ufront's time: torch's newer one also leaves out
        # the shapes of the weights, and constants that are no weights.
        torch.onnx.export(
            model=ComplexCNN(),
            args=(torch.from_numpy(arr), torch.from_numpy(arr)),
            f=path,
            export_params=False,
            training=TrainingMode.TRAINING,
            dynamo=False,
        )
        ufront_model = Model()
        onnx_model = ONNXModel(path)
        output_tensors, operators = onnx_model.apply(
            ufront_model, input_tensors=[input_tensor1, input_tensor2]
        )

    softmax_op = ufront_model.softmax(input=output_tensors[0], name="softmax")
    operators.append(softmax_op)

    show(ufront_model, operators, softmax_op)
