"""Layers of Model: operators that make the parameters they are not given, as fresh
layers of PyTorch would, and operators by the names that the first ufront had."""

import math

import numpy as np

from ufront.tensor import Tensor


def _pair(value):
    return [value, value] if isinstance(value, int) else list(value)


def _pool_type(text):
    """"max" for "max", "PoolType.POOL_MAX" and their like."""
    return str(text).rsplit("_", 1)[-1].rsplit(".", 1)[-1].lower()


class Layers:
    """Methods of Model."""

    def _size(self, tensor, axis):
        size = self._tensor(tensor).shape[axis]
        if size is None:
            raise ValueError(
                f"dimension {axis} must be known for a layer to make its parameters"
            )
        return size

    def _fresh(self, name, shape, fan_in, dtype):
        """A new parameter, uniform within 1 / sqrt(fan in), by its name."""
        seed = np.random.default_rng(list(name.encode()))
        bound = 1 / math.sqrt(max(fan_in, 1))
        return seed.uniform(-bound, bound, shape).astype(dtype)

    def _weights(self, name, input, weight, bias, shape, use_bias):
        """The weight and bias of a layer, made where they are not given."""
        dtype = self._tensor(input).dtype
        fan_in = math.prod(shape[1:])
        if weight is None:
            weight = self.parameter(
                self._fresh(f"{name}.weight", shape, fan_in, dtype), f"{name}.weight"
            )
        if bias is None and use_bias:
            bias = self.parameter(
                self._fresh(f"{name}.bias", shape[:1], fan_in, dtype), f"{name}.bias"
            )
        return weight, bias

    def parameter(self, array, name="parameter"):
        """A weight with these values, which are borrowed; returns a Tensor."""
        array = np.asarray(array, order="C")
        return Tensor._result(self, self._graph.add_parameter(name, array), name)

    def conv2d(
        self,
        input,
        weight=None,
        bias=None,
        *,
        out_channels=None,
        kernel_size=3,
        groups=1,
        use_bias=True,
        name=None,
        **attributes,
    ):
        """Convolution of images. `weight`, (outputs, channels / groups, window), is
        made for `out_channels` and `kernel_size` unless it is given.

        stride, padding, dilation: numbers, or one for each dimension; padding may also
        have those before and then those after. pad_mode, layout: as the op's.
        """
        name = self._name(name, "conv2d")
        if weight is None:
            if out_channels is None:
                raise TypeError("conv2d needs a weight, or out_channels for a new one")
            channels = -1 if attributes.get("layout") == "NHWC" else 1
            channels = self._size(input, channels) // groups
            shape = [out_channels, channels, *_pair(kernel_size)]
            weight, bias = self._weights(name, input, None, bias, shape, use_bias)
        given = {"input": input, "weight": weight, "bias": bias, "groups": groups}
        return self._build("conv2d", name, {**given, **attributes})

    def linear(
        self,
        input,
        weight=None,
        bias=None,
        *,
        out_features=None,
        use_bias=True,
        name=None,
        **attributes,
    ):
        """input times weight, plus bias: a dense layer. `weight`, (outputs, inputs), is
        made for `out_features` unless it is given."""
        name = self._name(name, "linear")
        if weight is None:
            if out_features is None:
                raise TypeError("linear needs a weight, or out_features for a new one")
            shape = [out_features, self._size(input, -1)]
            weight, bias = self._weights(name, input, None, bias, shape, use_bias)
        given = {"input": input, "weight": weight, "bias": bias}
        return self._build("linear", name, {**given, **attributes})

    dense = linear

    def pool2d(
        self,
        input,
        *,
        kernel_size=2,
        stride=None,
        pool_type="max",
        name=None,
        **attributes,
    ):
        """Maxima, averages or norms ("max", "avg", "lp") over windows, which lie side
        by side unless `stride` says otherwise. padding, dilation, ceil_mode,
        count_include_pad, p, pad_mode, layout: as the op's."""
        kernel_size = _pair(kernel_size)
        given = {
            "input": input,
            "pool_type": _pool_type(pool_type),
            "kernel_size": kernel_size,
            "stride": kernel_size if stride is None else stride,
        }
        return self._add("pool2d", name, {**given, **attributes})

    def batch_norm(
        self,
        input,
        scale=None,
        bias=None,
        mean=None,
        variance=None,
        *,
        affine=True,
        axis=1,
        eps=1e-5,
        name=None,
    ):
        """Normalises each channel by its statistics, 0 and 1 unless they are given."""
        name = self._name(name, "batch_norm")
        values = {"scale": scale, "bias": bias, "mean": mean, "variance": variance}
        for part, value in values.items():
            if value is None and (affine or part in ("mean", "variance")):
                make = np.ones if part in ("scale", "variance") else np.zeros
                array = make(self._size(input, axis), self._tensor(input).dtype)
                values[part] = self.parameter(array, f"{name}.{part}")
        given = {"input": input, **values, "axis": axis, "eps": eps}
        return self._build("batch_norm", name, given)

    def layer_norm(
        self,
        input,
        scale=None,
        bias=None,
        *,
        normalized_shape=None,
        elementwise_affine=True,
        axis=-1,
        eps=1e-5,
        name=None,
    ):
        """Normalises over the dimensions from `axis` on, or those of
        `normalized_shape`."""
        name = self._name(name, "layer_norm")
        if normalized_shape is not None:
            whole = isinstance(normalized_shape, int)
            axis = -1 if whole else -len(normalized_shape)
        rank = len(self._tensor(input).shape)
        shape = [self._size(input, i) for i in range(axis % rank, rank)]
        values = {"scale": scale, "bias": bias}
        for part, value in values.items():
            if value is None and elementwise_affine:
                make = np.ones if part == "scale" else np.zeros
                array = make(shape, self._tensor(input).dtype)
                values[part] = self.parameter(array, f"{name}.{part}")
        given = {"input": input, **values, "axis": axis, "eps": eps}
        return self._build("layer_norm", name, given)

    def embedding(
        self, input, weight=None, *, num_embeddings=None, embedding_dim=None, name=None
    ):
        """Rows of `weight`, which is made unless it is given, by their numbers."""
        name = self._name(name, "embedding")
        if weight is None:
            if num_embeddings is None or embedding_dim is None:
                raise TypeError("embedding needs a weight, or sizes for a new one")
            shape = [num_embeddings, embedding_dim]
            array = self._fresh(f"{name}.weight", shape, 1, np.float32)
            weight = self.parameter(array, f"{name}.weight")
        return self._build("gather", name, {"input": weight, "indices": input})

    def multihead_attention(
        self,
        query,
        key=None,
        value=None,
        mask=None,
        *,
        embed_dim,
        num_heads,
        is_causal=False,
        batch_first=True,
        use_bias=True,
        name=None,
    ):
        """Attention of several heads between linear layers. The inputs are (batch,
        length, embed_dim), or (length, batch, embed_dim) without `batch_first`."""
        name = self._name(name, "multihead_attention")
        key = query if key is None else key
        value = key if value is None else value
        parts = {"q_proj": query, "k_proj": key, "v_proj": value}
        for part, tensor in parts.items():
            if not batch_first:
                tensor = self.transpose(tensor, perm=[1, 0, 2])
            parts[part] = self.linear(
                tensor,
                out_features=embed_dim,
                use_bias=use_bias,
                name=f"{name}.{part}",
            )
        attention = self._build(
            "attention",
            name,
            {
                "query": parts["q_proj"],
                "key": parts["k_proj"],
                "value": parts["v_proj"],
                "mask": mask,
                "q_num_heads": num_heads,
                "kv_num_heads": num_heads,
                "is_causal": is_causal,
            },
        )
        result = self.linear(
            attention,
            out_features=embed_dim,
            use_bias=use_bias,
            name=f"{name}.out_proj",
        )
        return result if batch_first else self.transpose(result, perm=[1, 0, 2])

    def concat(self, inputs=None, axis=1, *, tensors=None, name=None):
        """The tensors one after the other along `axis`."""
        inputs = tensors if inputs is None else inputs
        return self._add("concat", name, {"inputs": inputs, "axis": axis})

    def split(self, input, sizes, axis=0, *, name=None):
        """Parts of these sizes along `axis`, or as many equal ones as `sizes` says."""
        if isinstance(sizes, int):
            whole = self._size(input, axis)
            step = -(-whole // sizes)
            sizes = [min(step, whole - at) for at in range(0, whole, step)]
        given = {"input": input, "axis": axis, "sizes": list(sizes)}
        return self._add("split", name, given, len(given["sizes"]))

    def dropout(self, input, rate=0.5, seed=0, training=False, *, name=None):
        """The input: nothing is left out but in training."""
        del seed
        given = {"input": input, "rate": rate, "training": training}
        return self._add("dropout", name, given)

    def transpose(self, input, perm=None, *, perms=None, name=None):
        """Dimension i of the output is dimension perm[i]."""
        perm = perms if perm is None else perm
        given = {} if perm is None else {"perm": perm}
        return self._add("transpose", name, {"input": input, **given})

    def reshape(self, input, shape, *, name=None, **attributes):
        """The input's elements in this shape; 0 is the input's size, -1 the rest."""
        given = {"input": input, "shape": shape, **attributes}
        return self._add("reshape", name, given)

    def expand(self, input, shape=None, *, sizes=None, name=None):
        """Repeats dimensions of size 1; -1 keeps the input's."""
        shape = sizes if shape is None else shape
        return self._add("expand", name, {"input": input, "shape": shape})

    def mean(self, input, dims=None, keepdims=False, *, name=None):
        """The mean over `dims`, or over all."""
        given = {"input": input, "axes": dims, "keepdims": keepdims}
        return self._add("reduce_mean", name, given)

    def clip(self, input, minimum=None, maximum=None, *, name=None):
        """The input, not below `minimum` and not above `maximum`."""
        given = {"input": input, "min": minimum, "max": maximum}
        return self._add("clamp", name, given)

    def eq(self, input, comparator, *, name=None):
        """Where the input is `comparator`, a tensor or a number."""
        given = {"lhs": input, "rhs": comparator, "pred": "eq"}
        return self._add("compare", name, given)

    def masked_fill(self, input, mask, value, *, name=None):
        """The input, but `value` where `mask` holds."""
        filled = np.array(value, self._tensor(input).dtype)
        given = {"condition": mask, "on_true": filled, "on_false": input}
        return self._add("where", name, given)

    def matmul(self, lhs, rhs, *, name=None, **attributes):
        """Products of matrices, the leading dimensions broadcast."""
        return self._add("batch_matmul", name, {"lhs": lhs, "rhs": rhs, **attributes})

    def sadd(self, input, scalar, *, name=None):
        """The input plus a number."""
        return self._add("add", name, {"lhs": input, "rhs": scalar})

    def ssub(self, input, scalar, *, name=None):
        """The input minus a number."""
        return self._add("subtract", name, {"lhs": input, "rhs": scalar})

    def smultiply(self, input, scalar, *, name=None):
        """The input times a number."""
        return self._add("multiply", name, {"lhs": input, "rhs": scalar})

    def struediv(self, input, scalar, *, name=None):
        """The input divided by a number."""
        return self._add("divide", name, {"lhs": input, "rhs": scalar})

    def hardsigmoid(self, input, *, name=None):
        """max(0, min(1, input / 6 + 1/2))."""
        return self._add("hard_sigmoid", name, {"input": input, "alpha": 1 / 6})

    def hardswish(self, input, *, name=None):
        """input times hardsigmoid(input)."""
        return self._add("hard_swish", name, {"input": input})

    batchnorm = batch_norm
    chunk = split
