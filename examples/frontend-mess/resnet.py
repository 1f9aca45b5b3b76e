"""A ResNet of torchvision, as linalg on tensors.

    python examples/frontend-mess/resnet.py
"""

import torch
import ufront.torch
from vision import torchvision

model = torchvision.models.resnet18().eval()
print(ufront.torch.compile_to(model, (torch.zeros(1, 3, 224, 224),), stage="linalg"))
