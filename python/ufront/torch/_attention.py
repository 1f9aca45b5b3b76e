"""What torch has fast paths for in evaluation and no decompositions of."""

import torch
from torch.nn import functional as F

aten = torch.ops.aten


def _masked(mask, mask_type):
    """Where attention is allowed, in a shape that goes with the scores, which
    are batch x heads x length x length; None: everywhere. A mask is true, or as a
    number not 0, where it is not; `mask_type` 0: length x length, 1: batch x
    length, 2: all four."""
    if mask is None:
        return None
    mask = mask.bool()
    return ~(mask[:, None, None, :] if mask_type == 1 else mask)


def _heads(x, heads):
    batch, length, width = x.shape
    return x.view(batch, length, heads, width // heads).transpose(1, 2)


def _project(query, key, value, weight, bias):
    if query is key and key is value:
        return F.linear(query, weight, bias).chunk(3, -1)
    parts = zip((query, key, value), weight.chunk(3), bias.chunk(3))
    return [F.linear(x, w, b) for x, w, b in parts]


def multi_head_attention(
    query,
    key,
    value,
    embed_dim,
    num_head,
    qkv_weight,
    qkv_bias,
    proj_weight,
    proj_bias,
    mask=None,
    need_weights=True,
    average_attn_weights=True,
    mask_type=None,
):
    """aten::_native_multi_head_attention."""
    q, k, v = _project(query, key, value, qkv_weight, qkv_bias)
    q, k, v = (_heads(x, num_head) for x in (q, k, v))
    allowed = _masked(mask, mask_type)
    result = F.scaled_dot_product_attention(q, k, v, attn_mask=allowed)
    result = F.linear(result.transpose(1, 2).flatten(2), proj_weight, proj_bias)
    if not need_weights:
        return result, result.new_empty(0)
    scores = q @ k.transpose(-2, -1) / q.shape[-1] ** 0.5
    if allowed is not None:
        scores = scores.masked_fill(~allowed, float("-inf"))
    weights = scores.softmax(-1)
    return result, weights.mean(1) if average_attn_weights else weights


def encoder_layer(
    src,
    embed_dim,
    num_heads,
    qkv_weight,
    qkv_bias,
    proj_weight,
    proj_bias,
    use_gelu,
    norm_first,
    eps,
    norm_weight_1,
    norm_bias_1,
    norm_weight_2,
    norm_bias_2,
    ffn_weight_1,
    ffn_bias_1,
    ffn_weight_2,
    ffn_bias_2,
    mask=None,
    mask_type=None,
):
    """aten::_transformer_encoder_layer_fwd."""

    def norm(x, weight, bias):
        return F.layer_norm(x, (embed_dim,), weight, bias, eps)

    def attend(x):
        return multi_head_attention(
            x, x, x, embed_dim, num_heads, qkv_weight, qkv_bias, proj_weight,
            proj_bias, mask, False, mask_type=mask_type,
        )[0]

    def feed(x):
        hidden = F.linear(x, ffn_weight_1, ffn_bias_1)
        hidden = F.gelu(hidden) if use_gelu else hidden.relu()
        return F.linear(hidden, ffn_weight_2, ffn_bias_2)

    if norm_first:
        x = src + attend(norm(src, norm_weight_1, norm_bias_1))
        return x + feed(norm(x, norm_weight_2, norm_bias_2))
    x = norm(src + attend(src), norm_weight_1, norm_bias_1)
    return norm(x + feed(x), norm_weight_2, norm_bias_2)


DECOMPOSITIONS = {
    aten._native_multi_head_attention.default: multi_head_attention,
    aten._transformer_encoder_layer_fwd.default: encoder_layer,
}
