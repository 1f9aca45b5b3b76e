"""What all folders of tests share."""

import random

import numpy as np
import pytest


@pytest.fixture(autouse=True)
def _same_numbers():
    """Each test draws the same random numbers in each run, alone or with others."""
    random.seed(0)
    np.random.seed(0)
    try:
        import torch
    except ImportError:
        return
    torch.manual_seed(0)
