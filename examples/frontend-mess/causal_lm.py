"""A small causal language model of transformers, as linalg on tensors.

    python examples/frontend-mess/causal_lm.py
"""

import torch
import ufront.torch
import vision  # noqa: F401: transformers imports torchvision if it is there
from transformers import LlamaConfig, LlamaForCausalLM

config = LlamaConfig(
    hidden_size=64,
    intermediate_size=128,
    num_hidden_layers=2,
    num_attention_heads=4,
    num_key_value_heads=2,
    vocab_size=1000,
    use_cache=False,
)
ids = torch.zeros(1, 16, dtype=torch.int64)
print(ufront.torch.compile_to(LlamaForCausalLM(config).eval(), (ids,), stage="linalg"))
