#!/usr/bin/env python3
"""Runs every operator at every operator set and on every type its schema allows.

    test/onnx/sweep.py --jobs 2 --filter '^(Add|Pool)'

The models are those of onnx's node tests of one node, changed: stamped as an older
operator set where the operator had the same meaning or can be written in its old
form, and with the inputs of one type variable converted to another type. What is
expected comes from onnx's reference evaluator and, where that has no answer or
another one, from ONNX Runtime. float16 and bfloat16 are compared with the same
model in float32 on the same, rounded, values.
"""

import argparse
import collections
import re
import sys
import warnings

import ml_dtypes
import numpy as np
import onnx
from onnx import TensorProto, helper

import suite
import workers

AttrType = onnx.defs.OpSchema.AttrType
OLDEST = 7
NO_REFERENCE = "no reference"
BAD = (suite.MISMATCH, suite.FAILED, suite.CRASHED, suite.TIMED_OUT)

# What is expected depends on chance, or on what the type says by itself.
SKIPPED = {
    "Bernoulli", "Multinomial", "RandomNormal", "RandomNormalLike", "RandomUniform",
    "RandomUniformLike", "Cast", "CastLike", "BitCast", "Dropout",
}  # fmt: skip

# Of the size of a value, and of the largest one beside it. Attributes are float32,
# also of operators on float64.
TOLERANCES = {"float64": 2e-7, "float32": 1e-4, "float16": 4e-3, "bfloat16": 3e-2}
TYPES = {
    "float": np.float32, "double": np.float64, "float16": np.float16,
    "bfloat16": ml_dtypes.bfloat16, "bool": np.bool_, "int8": np.int8,
    "int16": np.int16, "int32": np.int32, "int64": np.int64, "uint8": np.uint8,
    "uint16": np.uint16, "uint32": np.uint32, "uint64": np.uint64,
}  # fmt: skip
NARROW_KINDS = (TensorProto.FLOAT16, TensorProto.BFLOAT16)
FLOATS = {np.dtype(TYPES[k]) for k in ("float", "double", "float16", "bfloat16")}
NARROW = {np.dtype(np.float16), np.dtype(ml_dtypes.bfloat16)}


# --- Schemas ----------------------------------------------------------------------


def histories():
    """{(domain, operator): its schemas, oldest first}."""
    found = collections.defaultdict(list)
    for schema in onnx.defs.get_all_schemas_with_history():
        found[schema.domain, schema.name].append(schema)
    for schemas in found.values():
        schemas.sort(key=lambda schema: schema.since_version)
    return found


def formal(parameters, index):
    """The parameter that value `index` of a node is, the variadic one for all that
    follow."""
    return parameters[min(index, len(parameters) - 1)]


def variable_types(schema):
    """{type variable: names of tensor types it may be}."""
    return {
        constraint.type_param_str: [
            name[len("tensor(") : -1]
            for name in constraint.allowed_type_strs
            if name.startswith("tensor(")
        ]
        for constraint in schema.type_constraints
    }


def allows(schema, index, dtype):
    """Whether input `index` of the operator may have the type."""
    parameter = formal(schema.inputs, index)
    names = [name for name, known in TYPES.items() if np.dtype(known) == dtype]
    return any(f"tensor({name})" in parameter.types for name in names)


def may_lack(schema, index):
    """Whether input `index` may be left out although others follow."""
    option = formal(schema.inputs, index).option
    return option == onnx.defs.OpSchema.FormalParameterOption.Optional


# --- Models -----------------------------------------------------------------------


def model_of(node, inputs, outputs, opset, domain):
    """A model of one node. `inputs` are arrays by name, `outputs` (type, shape)."""
    given = [
        helper.make_tensor_value_info(
            name, helper.np_dtype_to_tensor_dtype(array.dtype), array.shape
        )
        for name, array in inputs.items()
    ]
    wanted = [
        helper.make_tensor_value_info(name, kind, shape)
        for name, (kind, shape) in outputs.items()
    ]
    graph = helper.make_graph([node], "g", given, wanted)
    imports = [helper.make_opsetid("", opset if not domain else 21)]
    if domain:
        imports.append(helper.make_opsetid(domain, opset))
    return helper.make_model(graph, opset_imports=imports, ir_version=10)


def inferred(node, inputs, outputs, opset):
    """{output: its element type as onnx's shape inference finds it, or 0}."""
    model = model_of(node, inputs, outputs, opset, node.domain)
    for value in model.graph.output:
        value.ClearField("type")
    try:
        model = onnx.shape_inference.infer_shapes(model)
    except onnx.shape_inference.InferenceError:
        return {}
    return {
        value.name: value.type.tensor_type.elem_type for value in model.graph.output
    }


def retyped(node, inputs, outputs, schema, opset):
    """`outputs` with the types they have for these inputs."""
    variables = {
        formal(schema.inputs, index).type_str: inputs[value].dtype
        for index, value in reversed(list(enumerate(node.input)))
        if value
    }
    found = inferred(node, inputs, outputs, opset)
    for index, name in enumerate(node.output):
        if name in outputs:
            kind, shape = outputs[name]
            variable = formal(schema.outputs, index).type_str
            if variable in variables:
                kind = helper.np_dtype_to_tensor_dtype(variables[variable])
            else:
                kind = found.get(name) or kind
            outputs = outputs | {name: (kind, shape)}
    return outputs


def plain_case(case):
    """(node, arrays by name, (type, shape) of outputs by name), or None for what
    is not one node on tensors."""
    graph = case.model.graph
    values = [*graph.input, *graph.output]
    if len(graph.node) != 1 or graph.initializer or not case.pairs:
        return None
    if any(not value.type.HasField("tensor_type") for value in values):
        return None
    arrays = [np.asarray(array) for array in case.pairs[0][0]]
    if any(array.dtype not in map(np.dtype, TYPES.values()) for array in arrays):
        return None
    inputs = dict(zip((value.name for value in graph.input), arrays))
    outputs = {
        value.name: (value.type.tensor_type.elem_type, np.shape(array))
        for value, array in zip(graph.output, case.pairs[0][1])
    }
    return graph.node[0], inputs, outputs


def older(node, inputs, schema, newest):
    """The node and its inputs as `schema` wants them: an input that was an
    attribute becomes one. None when it cannot be said so."""
    node, inputs = onnx.NodeProto.FromString(node.SerializeToString()), dict(inputs)
    for index, name in reversed(list(enumerate(node.input))):
        was = formal(newest.inputs, index).name
        if was not in schema.attributes or not name:
            continue
        value = inputs.pop(name)
        kind = schema.attributes[was].type
        single = kind in (AttrType.INT, AttrType.FLOAT)
        real = kind in (AttrType.FLOAT, AttrType.FLOATS)
        given = value.ravel().astype(float if real else int).tolist()
        if single and not given:
            return None
        node.attribute.append(
            helper.make_attribute(
                was, given[0] if single else given, attr_type=kind.value
            )
        )
        del node.input[index]
    known = set(schema.attributes)
    fits = (
        all(attribute.name in known for attribute in node.attribute)
        and schema.min_input <= len(node.input) <= schema.max_input
        and len(node.output) <= schema.max_output
        and all(
            allows(schema, index, inputs[name].dtype)
            if name
            else may_lack(schema, index)
            for index, name in enumerate(node.input)
        )
    )
    return (node, inputs) if fits else None


def convert(array, dtype):
    """The array's values as far as `dtype` can hold them."""
    if dtype == np.bool_ or array.dtype == np.bool_:
        return array.astype(dtype)
    if dtype.kind not in "iu":
        return array.astype(dtype)
    info = np.iinfo(dtype)
    values = np.nan_to_num(np.asarray(array, np.float64))
    values = np.abs(values) if dtype.kind == "u" else values
    if dtype.itemsize == 8 and array.dtype.kind in "iu":
        return np.abs(array).astype(dtype) if dtype.kind == "u" else array.astype(dtype)
    return np.clip(np.rint(values), float(info.min), float(info.max)).astype(dtype)


def by_opset(name, plain, schemas):
    """The case at the oldest operator set each of its schemas holds for."""
    node, inputs, outputs = plain
    if any(attribute.HasField("g") for attribute in node.attribute):
        return  # the nodes in there are of the test's own operator set
    for schema, following in zip(schemas, [*schemas[1:], None]):
        if following and not node.domain and following.since_version <= OLDEST:
            continue
        form = older(node, inputs, schema, schemas[-1])
        if form is None or schema.deprecated:
            continue
        opset = schema.since_version
        opset = opset if node.domain else max(opset, OLDEST)
        yield f"{name}, opset {opset}", (*form, outputs, opset)


def by_float(name, plain, schema, opset, types):
    """The case with all of its floats as each of `types`, as networks have them."""
    node, inputs, outputs = plain
    floats = {
        value
        for index, value in enumerate(node.input)
        if value and inputs[value].dtype in FLOATS
    }
    for type_name in types:
        dtype = np.dtype(TYPES.get(type_name, np.int8))
        changed = {
            value: convert(inputs[value], dtype)
            for index, value in enumerate(node.input)
            if value in floats and allows(schema, index, dtype)
        }
        if dtype not in FLOATS or not changed:
            continue
        changed = inputs | changed
        kinds = retyped(node, changed, outputs, schema, opset)
        yield f"{name}, all {type_name}", (node, changed, kinds, opset)


def by_type(name, plain, schema, opset, types):
    """The case with each of its type variables as each of `types`."""
    node, inputs, outputs = plain
    for variable, names in variable_types(schema).items():
        bound = [
            value
            for index, value in enumerate(node.input)
            if value and formal(schema.inputs, index).type_str == variable
        ]
        if not bound:
            continue
        for type_name in names:
            if type_name not in types:
                continue
            dtype = np.dtype(TYPES[type_name])
            if inputs[bound[0]].dtype == dtype:
                continue
            changed = dict(inputs)
            with np.errstate(all="ignore"):
                for value in bound:
                    changed[value] = convert(inputs[value], dtype)
            kinds = retyped(node, changed, outputs, schema, opset)
            yield f"{name}, {variable}={type_name}", (node, changed, kinds, opset)


def cases(pattern, per_operator, types, floats_only=False):
    """(name, case) of everything to be run."""
    found, taken = histories(), collections.Counter()
    for test in suite.load(("node",)):
        nodes = test.model.graph.node
        if len(nodes) != 1 or nodes[0].op_type in SKIPPED:
            continue
        node = nodes[0]
        if not re.search(pattern, node.op_type):
            continue
        plain = plain_case(suite.case_of(test))
        schemas = found[node.domain, node.op_type]
        if plain is None or not schemas:
            continue
        name = f"{node.op_type}: {test.name}"
        yield from by_opset(name, plain, schemas)
        # The first tests of an operator are its plainest.
        taken[node.op_type] += 1
        if taken[node.op_type] <= per_operator:
            opset = opset_of(test.model, node.domain)
            schema = [s for s in schemas if s.since_version <= opset][-1]
            yield from by_float(name, plain, schema, opset, types)
            if not floats_only:
                yield from by_type(name, plain, schema, opset, types)


def opset_of(model, domain):
    domains = (domain,) if domain else ("", "ai.onnx")
    return next(i.version for i in model.opset_import if i.domain in domains)


# --- Running them -----------------------------------------------------------------


def widened(case):
    """The case with narrow floats as float32, of the same values."""
    node, inputs, outputs, opset = case
    inputs = {
        name: array.astype(np.float32) if array.dtype in NARROW else array
        for name, array in inputs.items()
    }
    outputs = {
        name: (TensorProto.FLOAT if kind in NARROW_KINDS else kind, shape)
        for name, (kind, shape) in outputs.items()
    }
    return node, inputs, outputs, opset


def by_reference(case, model):
    from onnx.reference import ReferenceEvaluator

    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ReferenceEvaluator(model).run(None, case[1])


def by_runtime(case, model):
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    session = onnxruntime.InferenceSession(model.SerializeToString(), options)
    return session.run(None, case[1])


def tolerance(case, dtype):
    """The largest of what the types of the inputs and of the result allow."""
    names = [dtype.name, *(array.dtype.name for array in case[1].values())]
    return max(TOLERANCES.get(name, 0) for name in names)


def difference(actual, expected, limit):
    """What is wrong with a result, or None."""
    expected = np.asarray(expected)
    if expected.shape != actual.shape:
        return f"shape {actual.shape}, expected {expected.shape}"
    if actual.dtype.name not in TOLERANCES:
        wrong = np.argwhere(actual != expected)
    else:
        with np.errstate(all="ignore"):
            a, e = (
                np.asarray(x, np.float64)
                for x in (actual, expected.astype(actual.dtype))
            )
            finite = np.abs(e[np.isfinite(e)])
            scale = np.abs(e) + (finite.max() if finite.size else 0)
            close = (
                (a == e)
                | (np.isnan(a) & np.isnan(e))
                | (np.abs(a - e) <= limit * scale)
            )
        wrong = np.argwhere(~close)
    if len(wrong) == 0:
        return None
    at = tuple(wrong[0])
    return f"{len(wrong)} of {actual.size} wrong: {actual[at]} at {at}, expected {expected[at]}"


def disagreement(case, actual):
    """None when a reference agrees, NO_REFERENCE, or what is wrong."""
    wide = widened(case)
    model = model_of(*wide, wide[0].domain)
    wrong = None
    for source in (by_reference, by_runtime):
        try:
            expected = source(wide, model)
        except Exception:  # it cannot do this one
            continue
        notes = [
            difference(a, e, tolerance(case, a.dtype)) for a, e in zip(actual, expected)
        ]
        found = "; ".join(note for note in notes if note)
        if not found:
            return None
        wrong = wrong or found
    return wrong or NO_REFERENCE


def run(case):
    """As suite.run()."""
    from ufront.onnx import backend

    node, inputs, outputs, opset = case
    model = model_of(node, inputs, outputs, opset, node.domain)
    try:
        actual = [
            np.asarray(a) for a in backend.prepare(model).run(list(inputs.values()))
        ]
    except NotImplementedError as error:
        return suite.REFUSED, str(error)
    except Exception as error:  # each kind is a finding
        return suite.FAILED, f"{type(error).__name__}: {error}"
    kinds = [helper.np_dtype_to_tensor_dtype(array.dtype) for array in actual]
    if kinds != [kind for kind, _ in outputs.values()]:
        return suite.MISMATCH, f"types {[array.dtype.name for array in actual]}"
    wrong = disagreement(case, actual)
    if wrong == NO_REFERENCE:
        return NO_REFERENCE, ""
    return (suite.MISMATCH, wrong) if wrong else (suite.PASSED, "")


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--filter", default="", help="only operators REGEX is found in")
    parser.add_argument("--jobs", type=int, default=1, help="processes")
    parser.add_argument(
        "--tests", type=int, default=3, help="tests per operator and type"
    )
    parser.add_argument("--types", default=",".join(TYPES), help="all: %(default)s")
    parser.add_argument(
        "--floats", action="store_true", help="all floats of a test as one type only"
    )
    options = parser.parse_args()
    types = [name for name in TYPES if name in options.types.split(",")]
    todo = list(cases(options.filter, options.tests, types, options.floats))
    total = collections.Counter()
    values = [case for _, case in todo]
    for index, (status, text) in workers.run_all(run, values, options.jobs):
        total[status] += 1
        if status not in (suite.PASSED, NO_REFERENCE):
            print(
                f"{status}: {todo[index][0]}: {' '.join(text.split())[:200]}",
                flush=True,
            )
    counted = ", ".join(f"{count} {status}" for status, count in total.items())
    print(f"{len(todo)} cases: {counted}")
    return 1 if any(total[status] for status in BAD) else 0


if __name__ == "__main__":
    sys.exit(main())
