"""A module of one's own, as linalg on tensors.

    python examples/frontend-mess/nnmodule.py
"""

import torch
import ufront.torch


class Network(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = torch.nn.Conv2d(1, 8, 3, padding=1)
        self.hidden = torch.nn.Linear(8 * 14 * 14, 32)
        self.out = torch.nn.Linear(32, 10)

    def forward(self, image):
        x = torch.max_pool2d(torch.relu(self.conv(image)), 2)
        x = torch.relu(self.hidden(x.flatten(1)))
        return torch.softmax(self.out(x), dim=-1)


image = torch.zeros(1, 1, 28, 28)
print(ufront.torch.compile_to(Network().eval(), (image,), stage="linalg"))
