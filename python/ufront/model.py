"""Networks written by hand, operator by operator.

    model = ufront.Model()
    x = ufront.TensorF32(array, "x")
    y = model.softmax(model.linear(x, out_features=10), name="probabilities")
    model.forward()
    print(y.get_output(0).get_ndarray())

Model has a method for each op of the table; help(ufront.Model) lists them. Types are
known at once, and what is wrong raises ufront.UnsupportedError at the call.
"""

import numpy as np

from ufront import _rows, _ufront
from ufront._compiled import to_c, to_numpy
from ufront.layers import Layers
from ufront.operator import PyOperator
from ufront.optimizer import LossType, MetricsType, Optimizer
from ufront.tensor import Tensor

# Ops of models that are no operators: their values are inputs of the others.
_SILENT = {"param", "constant", "none"}


def _untrained(name):
    raise NotImplementedError(f"Model.{name}() needs training, which is not there yet")


@_rows.add_methods
class Model(Layers):
    """A graph of operators that grows with each call of a method.

    Methods of operators take Tensors, results of others (PyOperator: its first
    output), arrays and numbers, and return a PyOperator. `name` names it.
    """

    def __init__(self):
        self._session = _ufront.Session()
        self._graph = _ufront.Graph("ufront", self._session)
        self._names = {}
        self._inputs = []  # (Tensor, Value)
        self._candidates = []  # (name, Value): results that may be outputs
        self._programs = {}  # Values -> Program
        self._results = None  # Value -> array, of the last forward()
        self._optimizer = None
        self.loss = None
        self.metrics = []
        self.operators = []

    # --- Building ---------------------------------------------------------------

    def _name(self, name, op):
        """A name that is free: the given one, else that or the op's with a number."""
        if name and name not in self._names:
            self._names[name] = 0
            return name
        base = name or op
        number = self._names.get(base, 0) + 1
        while f"{base}_{number}" in self._names:
            number += 1
        self._names[base] = number
        self._names[f"{base}_{number}"] = 0
        return f"{base}_{number}"

    def _tensor(self, operand):
        """An operand as a Tensor."""
        if isinstance(operand, PyOperator):
            return operand.get_output(0)
        if isinstance(operand, Tensor):
            return operand
        return Tensor(operand)

    def _value(self, operand, name, dtype):
        """The Value of an operand; arrays and numbers become parameters."""
        if isinstance(operand, (PyOperator, Tensor)):
            tensor = self._tensor(operand)
            if tensor._model is self:
                return tensor._value
            if tensor._model is not None:
                raise ValueError(f"{tensor!r} is a result of another model")
            return self._input(tensor)
        if isinstance(operand, (bool, int, float)):
            operand = np.array(operand, dtype)
        return self._graph.add_parameter(name, np.asarray(operand, order="C"))

    def _input(self, tensor):
        for known, value in self._inputs:
            if known is tensor:
                return value
        name = self._name(tensor.name, "input")
        value = self._graph.add_input(name, tensor.dtype, tensor._info[1])
        self._inputs.append((tensor, value))
        self._programs.clear()
        return value

    def _add(self, row, name, given, num_outputs=None):
        """Adds a row of the table with the operands and attributes `given` by name;
        those that are None are left out."""
        return self._build(row, self._name(name, row), given, num_outputs)

    def _build(self, row, name, given, num_outputs=None):
        """The same under a name that was made free."""
        row = self._rows[row]
        given = {key: value for key, value in given.items() if value is not None}
        tensors = (Tensor, PyOperator, np.ndarray)
        first = next((x for x in given.values() if isinstance(x, tensors)), None)
        dtype = None if first is None else self._tensor(first).dtype
        args, attributes = [], set(given)
        for i, operand in enumerate(row.operands):
            value = given.get(operand.name)
            either = operand.name in row.attributes and not isinstance(value, tensors)
            if value is None or either:
                args.append((str(i), None))
                continue
            attributes.discard(operand.name)
            label = f"{name}.{operand.name}"
            if operand.kind == "tensors":
                items = [self._value(item, label, dtype) for item in value]
                args.append((str(i), items))
            else:
                args.append((str(i), self._value(value, label, dtype)))
        for key in sorted(attributes):
            if key not in row.attributes:
                raise TypeError(f"{row.name} has no {key!r}")
            args.append((key, row.attribute(key, given[key])))
        count = num_outputs or len(row.results)
        outputs = [(f"{name}_{i}", None, None) for i in range(count)]
        value = self._graph.add_node(row.name, name, None, args, outputs)
        return self._append(value, count if num_outputs else 1)

    def _append(self, value, num_candidates):
        """The operator that defines `value`."""
        operator = PyOperator(self, value)
        self.operators.append(operator)
        for output in operator.outputs[:num_candidates]:
            self._candidates.append((output.name, output._value))
        self._programs.clear()
        return operator

    def _add_imported(self, imported, inputs):
        """Adds what an imported model computes, with `inputs` for its inputs. Returns
        its outputs and its operators."""
        infos = imported.outputs
        first, count, outputs = self._graph.add_model(imported, inputs)
        value, operators = int(first), []
        while value < first + count:
            found = self._graph.get_definition(value)
            if found["op"] not in _SILENT:
                operators.append(self._append(_ufront.Value(value), 0))
            value += found["outputs"]
        self._candidates += [(info.name, out) for info, out in zip(infos, outputs)]
        self._programs.clear()
        tensors = [
            Tensor._result(self, value, info.name)
            for info, value in zip(infos, outputs)
        ]
        return tensors, operators

    # --- Compiling and running --------------------------------------------------

    def _outputs(self):
        """What nothing reads, as pairs of a name and a Value."""
        defined = self._graph.get_definition
        found = {}
        for name, value in self._candidates:
            definition = defined(value)
            if definition is None or not definition["is_used"]:
                found[value] = name
        return [(name, value) for value, name in found.items()]

    def _compiled(self, outputs, threads=0):
        key = tuple(value for _, value in outputs)
        if key not in self._programs:
            model = self._graph.create_model(outputs)
            self._programs[key] = model.compile(**to_c(threads=threads))
        return self._programs[key]

    def _run(self, outputs):
        program = self._compiled(outputs)
        arrays = tuple(tensor.get_ndarray() for tensor, _ in self._inputs)
        for (_, value), result in zip(outputs, program.run(arrays, None)):
            self._results[value] = to_numpy(result)

    def _evaluate(self, value, name):
        """The array of a value, as of the last forward()."""
        if self._results is None:
            raise RuntimeError(f"{name!r} has no values before Model.forward()")
        if value not in self._results:
            self._run([(name, value)])
        return self._results[value]

    @property
    def optimizer(self):
        """The Optimizer, None if there is none. It may be set as a dict of texts."""
        return self._optimizer

    @optimizer.setter
    def optimizer(self, optimizer):
        known = optimizer is None or isinstance(optimizer, Optimizer)
        self._optimizer = optimizer if known else Optimizer(optimizer)

    def compile(
        self, optimizer=None, loss=None, metrics=(), *, loss_type=None, threads=None
    ):
        """Compiles the graph for this machine. `optimizer`, `loss` and `metrics` are
        what training will be told: an Optimizer or its params, a LossType or its name,
        and MetricsTypes or their names."""
        if optimizer is not None:
            self.optimizer = optimizer
        loss = loss if loss_type is None else loss_type
        self.loss = None if loss is None else LossType(loss)
        self.metrics = [MetricsType(metric) for metric in metrics]
        self._programs.clear()
        self._compiled(self._outputs(), threads or 0)

    def forward(self):
        """Runs the graph on the arrays that its inputs have now. Returns its outputs,
        Tensors; get_ndarray() of every tensor then has the values."""
        self._results = {}
        outputs = self._outputs()
        self._run(outputs)
        return [Tensor._result(self, value, name) for name, value in outputs]

    def backward(self):
        """Not there yet: training."""
        _untrained("backward")

    def update(self):
        """Not there yet: training."""
        _untrained("update")

    def zero_gradients(self):
        """Not there yet: training."""
        _untrained("zero_gradients")

    def fit(self, x=None, y=None, epochs=1):
        """Not there yet: training."""
        _untrained("fit")

    # --- Looking ----------------------------------------------------------------

    def dump_ir(self):
        """The graph in MLIR, op by op. Weights are named, not shown."""
        return self._graph.create_model(self._outputs()).emit("ufront", "file")

    def dump_tosa_ir(self):
        """The graph lowered to TOSA. Weights are arguments of the function."""
        return self._graph.create_model(self._outputs()).emit("tosa", "elide")

    def __repr__(self):
        sizes = f"{len(self._inputs)} inputs, {len(self.operators)} operators"
        return f"<ufront.Model: {sizes}>"
