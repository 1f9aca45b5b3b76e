"""A PyTorch model as a graph of ufront operators.

    python examples/first-ufront/from_pytorch.py
"""

import numpy as np
from complex_cnn import ComplexCNN
from show import show
from ufront import Model, TensorF32
from ufront.pytorch.model import PyTorchModel

if __name__ == "__main__":
    torch_model = PyTorchModel(ComplexCNN())
    ufront_model = Model()

    batch_size = 32
    arr = np.zeros((batch_size, 3, 32, 32), dtype=np.float32)
    input_tensor1 = TensorF32(arr, "input1")
    input_tensor2 = TensorF32(arr, "input2")

    # torch_model.torch_to_file("cnn.ff") writes the network for FlexFlow, and this
    # reads it, without weights, which the format has no place for:
    # PyTorchModel.file_to_ff("cnn.ff", ufront_model, [input_tensor1, input_tensor2])

    output_tensors, operators = torch_model.apply(
        ufront_model, [input_tensor1, input_tensor2]
    )
    softmax_op = ufront_model.softmax(input=output_tensors[0], name="softmax")
    operators.append(softmax_op)

    show(ufront_model, operators, softmax_op)
