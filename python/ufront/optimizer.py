"""What training is told: optimizers, losses and metrics."""

import enum


class LossType(enum.Enum):
    """What training minimises."""

    CATEGORICAL_CROSSENTROPY = "categorical_crossentropy"
    SPARSE_CATEGORICAL_CROSSENTROPY = "sparse_categorical_crossentropy"
    MEAN_SQUARED_ERROR = "mean_squared_error"


class MetricsType(enum.Enum):
    """What training reports."""

    ACCURACY = "accuracy"
    CATEGORICAL_CROSSENTROPY = "categorical_crossentropy"
    SPARSE_CATEGORICAL_CROSSENTROPY = "sparse_categorical_crossentropy"
    MEAN_SQUARED_ERROR = "mean_squared_error"
    ROOT_MEAN_SQUARED_ERROR = "root_mean_squared_error"
    MEAN_ABSOLUTE_ERROR = "mean_absolute_error"


_TRUTH = {"true": True, "1": True, "false": False, "0": False}

# The parameters of each type and their defaults.
_PARAMS = {
    "sgd": {"lr": 0.01, "momentum": 0.0, "nesterov": False, "weight_decay": 0.0},
    "adam": {"lr": 0.001, "beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-7},
}


def _read(name, text, default):
    if not isinstance(default, bool):
        return float(text)
    try:
        return _TRUTH[str(text).lower()]
    except KeyError:
        raise ValueError(f"{name} is {text!r}, but must be True or False") from None


class Optimizer:
    """How weights follow gradients.

    `params` has "type", "sgd" or "adam", and numbers as text: {"type": "sgd",
    "lr": "0.01", "momentum": "0", "nesterov": "False", "weight_decay": "0"}.
    """

    def __init__(self, params):
        given = dict(params)
        self.type = str(given.pop("type", "sgd")).lower()
        if self.type not in _PARAMS:
            raise ValueError(
                f"there is no optimizer {self.type!r}, only {', '.join(_PARAMS)}"
            )
        defaults = _PARAMS[self.type]
        unknown = sorted(set(given) - set(defaults))
        if unknown:
            raise ValueError(f"{self.type} has no parameters {', '.join(unknown)}")
        self.params = {
            name: _read(name, given.get(name, default), default)
            for name, default in defaults.items()
        }

    def __repr__(self):
        return f"Optimizer({ {'type': self.type, **self.params} })"
