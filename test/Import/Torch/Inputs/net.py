"""Writes net.pt2, which net.test imports: python net.py"""

import io
import json
import os
import zipfile

import torch
from torch import nn


class Net(nn.Module):
    """Two views of one storage, a tied layer, a constant, a condition."""

    def __init__(self):
        super().__init__()
        storage = torch.arange(200, dtype=torch.float32) / 200
        self.turned = nn.Parameter(storage[:100].view(10, 10).t())
        self.head = nn.Linear(10, 10, bias=False)
        self.head.weight = nn.Parameter(storage[100:].view(10, 10))
        self.tied = nn.Linear(10, 10, bias=False)
        self.tied.weight = self.head.weight
        self.register_buffer("calls", torch.zeros((), dtype=torch.int64))

    def forward(self, x, scale: int):
        self.calls.add_(1)
        y = self.head(x @ self.turned) * scale
        y = torch.cond(y.sum() > 0, lambda t: t + 1, lambda t: t - 1, (y,))
        y = self.tied(y).view(x.shape[0] * 2, -1)
        return y.masked_fill(torch.tensor(False), float("-inf")), None, 7


def main():
    path = os.path.join(os.path.dirname(__file__), "net.pt2")
    program = torch.export.export(
        Net().eval(),
        (torch.randn(4, 10), 3),
        dynamic_shapes={"x": {0: torch.export.Dim("rows", min=2, max=64)}, "scale": None},
    )
    saved = io.BytesIO()
    torch.export.save(program, saved)
    # Deflated and without what is not read, to be small.
    with zipfile.ZipFile(saved) as source, zipfile.ZipFile(
        path, "w", zipfile.ZIP_DEFLATED, compresslevel=9
    ) as target:
        for entry in source.infolist():
            data = source.read(entry)
            if entry.filename.endswith(".pt"):
                continue
            if entry.filename.endswith("model.json"):
                data = shorten(json.loads(data))
            target.writestr(zipfile.ZipInfo(entry.filename), data, zipfile.ZIP_DEFLATED)


def shorten(program):
    """Without where nodes came from before, and with this file's name only."""
    for node in program["graph_module"]["graph"]["nodes"]:
        node["metadata"].pop("from_node", None)
        trace = node["metadata"].get("stack_trace", "")
        node["metadata"]["stack_trace"] = trace.replace(__file__, "net.py")
    return json.dumps(program)


if __name__ == "__main__":
    main()
