"""BERT-tiny of transformers, as linalg on tensors.

    python examples/frontend-mess/bert.py
"""

import torch
import ufront.torch
import vision  # noqa: F401: transformers imports torchvision if it is there
from transformers import BertConfig, BertModel

config = BertConfig(
    hidden_size=128,
    num_hidden_layers=2,
    num_attention_heads=2,
    intermediate_size=512,
    vocab_size=1000,
)
ids = torch.zeros(1, 16, dtype=torch.int64)
print(ufront.torch.compile_to(BertModel(config).eval(), (ids,), stage="linalg"))
