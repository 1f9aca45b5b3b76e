"""Imports torchvision, also beside a torch that its operators were not built for.

Its networks are Python and need none of them, but its import looks for their names.
"""

import sys

import torch


def _declare_operators():
    for name in [name for name in sys.modules if name.startswith("torchvision")]:
        del sys.modules[name]
    library = torch.library.Library("torchvision", "DEF")
    for name in ("nms", "qnms"):
        library.define(f"{name}(Tensor dets, Tensor scores, float threshold) -> Tensor")
    return library  # declared for as long as it lives


try:
    import torchvision
except RuntimeError:
    _library = _declare_operators()
    import torchvision

__all__ = ["torchvision"]
