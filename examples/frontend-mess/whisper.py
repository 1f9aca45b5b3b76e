"""A Whisper of transformers, encoder and decoder, as linalg on tensors.

    python examples/frontend-mess/whisper.py
"""

import torch
import ufront.torch
import vision  # noqa: F401: transformers imports torchvision if it is there
from transformers import WhisperConfig, WhisperForConditionalGeneration


class Whisper(torch.nn.Module):
    """Scores of the next tokens, from features of sound and the tokens so far."""

    def __init__(self, config):
        super().__init__()
        self.model = WhisperForConditionalGeneration(config)

    def forward(self, features, tokens):
        return self.model(features, decoder_input_ids=tokens, use_cache=False).logits


config = WhisperConfig(
    d_model=64,
    encoder_layers=2,
    decoder_layers=2,
    encoder_attention_heads=2,
    decoder_attention_heads=2,
    encoder_ffn_dim=128,
    decoder_ffn_dim=128,
    vocab_size=1000,
    max_source_positions=100,
    max_target_positions=32,
    pad_token_id=0,
    bos_token_id=1,
    eos_token_id=2,
    decoder_start_token_id=1,
)
args = (torch.zeros(1, 80, 200), torch.zeros(1, 8, dtype=torch.int64))
print(ufront.torch.compile_to(Whisper(config).eval(), args, stage="linalg"))
