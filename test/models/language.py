"""Networks on tokens and on sound, written in plain torch."""

import math

import torch
import torch.nn.functional as F
from torch import nn


def split_heads(x, heads):
    """[batch, places, heads * size] as [batch, heads, places, size]."""
    return x.unflatten(-1, (heads, -1)).transpose(1, 2)


def merge_heads(x):
    return x.transpose(1, 2).flatten(2)


class Attention(nn.Module):
    """Softmax attention in single steps, with an added mask if there is one."""

    def __init__(self, dim, heads, bias=True):
        super().__init__()
        self.heads = heads
        self.query, self.key, self.value, self.out = (
            nn.Linear(dim, dim, bias=bias) for _ in range(4)
        )

    def forward(self, x, memory=None, mask=None):
        memory = x if memory is None else memory
        query = split_heads(self.query(x), self.heads)
        key = split_heads(self.key(memory), self.heads)
        value = split_heads(self.value(memory), self.heads)
        scores = query @ key.transpose(-1, -2) / math.sqrt(query.shape[-1])
        if mask is not None:
            scores = scores + mask
        return self.out(merge_heads(scores.softmax(-1) @ value))


def mlp(dim, hidden, activation):
    return nn.Sequential(nn.Linear(dim, hidden), activation, nn.Linear(hidden, dim))


def causal_mask(length):
    """-inf where a place would see a later one."""
    later = torch.ones(length, length, dtype=torch.bool).triu(1)
    return torch.zeros(length, length).masked_fill(later, float("-inf"))


# --- BERT: Devlin et al. 2018 -----------------------------------------------------


class BertBlock(nn.Module):
    def __init__(self, dim, heads):
        super().__init__()
        self.attention = Attention(dim, heads)
        self.mlp = mlp(dim, 4 * dim, nn.GELU())
        self.norm1, self.norm2 = (nn.LayerNorm(dim, eps=1e-12) for _ in range(2))

    def forward(self, x, mask):
        x = self.norm1(x + self.attention(x, mask=mask))
        return self.norm2(x + self.mlp(x))


class Bert(nn.Module):
    """Token ids and attention mask to last hidden states and pooled output."""

    def __init__(self, vocabulary, places, dim, heads, depth):
        super().__init__()
        self.words = nn.Embedding(vocabulary, dim)
        self.positions = nn.Embedding(places, dim)
        self.types = nn.Embedding(2, dim)
        self.norm = nn.LayerNorm(dim, eps=1e-12)
        self.blocks = nn.ModuleList(BertBlock(dim, heads) for _ in range(depth))
        self.pooler = nn.Linear(dim, dim)

    def forward(self, ids, attention_mask):
        places = torch.arange(ids.shape[1])
        x = self.words(ids) + self.positions(places)
        x = self.norm(x + self.types(torch.zeros_like(ids)))
        mask = (1.0 - attention_mask[:, None, None, :].float()) * -10000.0
        for block in self.blocks:
            x = block(x, mask)
        return x, torch.tanh(self.pooler(x[:, 0]))


# --- GPT-2: Radford et al. 2019 ---------------------------------------------------


class GptBlock(nn.Module):
    """One projection for queries, keys and values; torch's own attention."""

    def __init__(self, dim, heads):
        super().__init__()
        self.heads = heads
        self.in_proj = nn.Linear(dim, 3 * dim)
        self.out = nn.Linear(dim, dim)
        self.mlp = mlp(dim, 4 * dim, nn.GELU(approximate="tanh"))
        self.norm1, self.norm2 = nn.LayerNorm(dim), nn.LayerNorm(dim)

    def forward(self, x):
        parts = self.in_proj(self.norm1(x)).chunk(3, -1)
        query, key, value = (split_heads(part, self.heads) for part in parts)
        y = F.scaled_dot_product_attention(query, key, value, is_causal=True)
        x = x + self.out(merge_heads(y))
        return x + self.mlp(self.norm2(x))


class Gpt(nn.Module):
    """Token ids to logits, by the embedding's own weights."""

    def __init__(self, vocabulary, places, dim, heads, depth):
        super().__init__()
        self.words = nn.Embedding(vocabulary, dim)
        self.positions = nn.Embedding(places, dim)
        self.blocks = nn.Sequential(*(GptBlock(dim, heads) for _ in range(depth)))
        self.norm = nn.LayerNorm(dim)

    def forward(self, ids):
        x = self.words(ids) + self.positions(torch.arange(ids.shape[1]))
        return self.norm(self.blocks(x)) @ self.words.weight.T


# --- Recurrent language models ----------------------------------------------------


class RecurrentModel(nn.Module):
    """Token ids to logits; `cell` is nn.LSTM or nn.GRU."""

    def __init__(self, cell, vocabulary, dim, hidden, layers):
        super().__init__()
        self.words = nn.Embedding(vocabulary, dim)
        self.layers = cell(dim, hidden, layers, batch_first=True)
        self.head = nn.Linear(hidden, vocabulary)

    def forward(self, ids):
        return self.head(self.layers(self.words(ids))[0])


# --- Whisper: Radford et al. 2022 -------------------------------------------------


def sinusoids(places, dim):
    rates = torch.exp(-math.log(10000) * torch.arange(dim // 2) / (dim // 2 - 1))
    angles = torch.arange(places)[:, None] * rates[None]
    return torch.cat([angles.sin(), angles.cos()], 1)


class SpeechBlock(nn.Module):
    """A block of the encoder or, with `cross`, of the decoder."""

    def __init__(self, dim, heads, *, cross):
        super().__init__()
        self.norm1, self.attention = nn.LayerNorm(dim), Attention(dim, heads)
        self.cross = Attention(dim, heads) if cross else None
        self.norm2 = nn.LayerNorm(dim) if cross else None
        self.norm3, self.mlp = nn.LayerNorm(dim), mlp(dim, 4 * dim, nn.GELU())

    def forward(self, x, memory=None, mask=None):
        x = x + self.attention(self.norm1(x), mask=mask)
        if self.cross:
            x = x + self.cross(self.norm2(x), memory)
        return x + self.mlp(self.norm3(x))


class Speech(nn.Module):
    """Mel spectrogram and token ids to logits."""

    def __init__(self, mels, frames, vocabulary, places, dim, heads, depth):
        super().__init__()
        self.conv1 = nn.Conv1d(mels, dim, 3, padding=1)
        self.conv2 = nn.Conv1d(dim, dim, 3, stride=2, padding=1)
        self.register_buffer("waves", sinusoids(frames // 2, dim))
        self.encoder = nn.ModuleList(
            SpeechBlock(dim, heads, cross=False) for _ in range(depth)
        )
        self.encoder_norm = nn.LayerNorm(dim)
        self.words = nn.Embedding(vocabulary, dim)
        self.positions = nn.Parameter(0.1 * torch.randn(places, dim))
        self.decoder = nn.ModuleList(
            SpeechBlock(dim, heads, cross=True) for _ in range(depth)
        )
        self.norm = nn.LayerNorm(dim)

    def forward(self, mel, ids):
        sound = F.gelu(self.conv2(F.gelu(self.conv1(mel)))).transpose(1, 2)
        sound = sound + self.waves
        for block in self.encoder:
            sound = block(sound)
        sound = self.encoder_norm(sound)
        x = self.words(ids) + self.positions[: ids.shape[1]]
        mask = causal_mask(ids.shape[1])
        for block in self.decoder:
            x = block(x, sound, mask)
        return self.norm(x) @ self.words.weight.T


# --- needle's Transformer ---------------------------------------------------------


class NeedleBlock(nn.Module):
    def __init__(self, dim, heads, hidden):
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(dim), nn.LayerNorm(dim)
        self.attention = Attention(dim, heads, bias=False)
        self.mlp = nn.Sequential(
            nn.Linear(dim, hidden),
            nn.ReLU(),
            nn.Dropout(0.1),
            nn.Linear(hidden, dim),
            nn.Dropout(0.1),
        )

    def forward(self, x, mask):
        x = x + self.attention(self.norm1(x), mask=mask)
        return x + self.mlp(self.norm2(x))


class NeedleTransformer(nn.Module):
    """Token ids to logits."""

    def __init__(self, vocabulary, places, dim, heads, hidden, depth):
        super().__init__()
        self.words = nn.Embedding(vocabulary, dim)
        self.positions = nn.Embedding(places, dim)
        self.blocks = nn.ModuleList(
            NeedleBlock(dim, heads, hidden) for _ in range(depth)
        )
        self.head = nn.Linear(dim, vocabulary)

    def forward(self, ids):
        x = self.words(ids) + self.positions(torch.arange(ids.shape[1]))
        mask = causal_mask(ids.shape[1])
        for block in self.blocks:
            x = block(x, mask)
        return self.head(x)
