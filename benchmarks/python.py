"""What Python costs: building a graph through the live door, and one call.

    ./dev bench python

Minima of many rounds: they are what the code needs, the rest is the machine's.
"""

import time

import numpy as np
import torch

import ufront
import ufront.torch
from ufront.torch._export import import_program


class Chain(torch.nn.Module):
    """Five nodes a layer: linear, relu, add, multiply, tanh."""

    def __init__(self, layers):
        super().__init__()
        self.layers = torch.nn.ModuleList(
            torch.nn.Linear(16, 16) for _ in range(layers)
        )

    def forward(self, x):
        for layer in self.layers:
            x = torch.tanh((torch.relu(layer(x)) + x) * 0.5)
        return x


def best(function, rounds):
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return min(times), sorted(times)[rounds // 2]


def graph():
    program = ufront.torch.export(Chain(100).eval(), (torch.randn(2, 16),))
    nodes = sum(node.op == "call_function" for node in program.graph.nodes)
    least, median = best(lambda: import_program(program), 15)
    print(f"live door: {nodes} nodes in {1e3 * least:.1f} ms (median {1e3 * median:.1f})")


def calls():
    class Tiny(torch.nn.Module):
        def forward(self, x):
            return x + 1

    fast = ufront.compile(Tiny(), (torch.zeros(4),), threads=1)
    x, out = np.zeros(4, np.float32), np.zeros(4, np.float32)
    least, median = best(lambda: [fast(x, out=out) for _ in range(1000)], 50)
    print(f"a call with numpy and out=: {1e3 * least:.2f} us (median {1e3 * median:.2f})")
    t = torch.zeros(4)
    least, median = best(lambda: [fast(t) for _ in range(1000)], 20)
    print(f"a call with torch: {1e3 * least:.2f} us (median {1e3 * median:.2f})")


if __name__ == "__main__":
    torch.set_grad_enabled(False)
    graph()
    calls()
