"""Sequences and optional values: as inputs and outputs, through branches, and in
loops that run as often as their inputs say."""

import sys
from pathlib import Path

import numpy as np
import onnx.parser
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "python"))

import ufront
from ufront import _compiled, _ufront
from ufront.onnx import backend

RNG = np.random.default_rng(0)


def parse(graph, opset=18):
    text = f'<ir_version: 8, opset_import: ["" : {opset}]> {graph}'
    return onnx.parser.parse_model(text)


def floats(*shape):
    return RNG.normal(0, 1, shape).astype(np.float32)


class Program:
    """A model that is compiled once."""

    def __init__(self, graph, **known):
        model = parse(graph)
        self.model = _ufront.Session().import_memory(
            model.SerializeToString(), "onnx", **known
        )
        self.program = self.model.compile(threads=1)

    def __call__(self, *inputs):
        results = self.program.run(tuple(map(np.asarray, inputs)))
        return [_compiled.to_numpy(result) for result in results]


def refusal(graph, **known):
    with pytest.raises(ufront.Error) as caught:
        Program(graph, **known)
    return caught.value.message


def same(actual, expected):
    assert type(actual) is type(expected) or isinstance(expected, np.ndarray)
    if isinstance(expected, list):
        assert len(actual) == len(expected)
        for a, e in zip(actual, expected):
            same(a, e)
    elif expected is None:
        assert actual is None
    else:
        assert actual.shape == expected.shape
        assert actual.dtype == expected.dtype
        np.testing.assert_allclose(actual, expected, rtol=1e-6)


# --- Inputs and outputs -----------------------------------------------------------

EDIT = """edit (seq(float[N]) s, float[M] x) => (seq(float[]) y, int64 n) {
  first = Constant <value_int: int = 0> ()
  last = Constant <value_int: int = -1> ()
  a = SequenceInsert (s, x, first)
  b = SequenceErase (a, last)
  n = SequenceLength (b)
  y = Identity (b)
}"""


@pytest.mark.parametrize("size", [3, 100])
def test_lists_are_taken_and_given(size):
    rep = backend.prepare(parse(EDIT))
    for count in (1, 3):
        given = [floats(size + i) for i in range(count)]
        x = floats(size)
        y, n = rep.run([given, x])
        same(y, [x, *given[:-1]])
        assert n == count


def test_programs_are_forgotten(monkeypatch):
    """Each length is a program of its own; what has not run for long goes."""
    monkeypatch.setattr(backend, "_KEPT", 3)
    made, compiled = [], backend._Compiled
    monkeypatch.setattr(
        backend, "_Compiled", lambda *a, **kw: made.append(kw) or compiled(*a, **kw)
    )
    rep = backend.prepare(parse(EDIT), threads=1)
    del made[:]
    for count in (1, 2, 3, 1, 4, 1, 5, 2):
        given = [floats(100) for _ in range(count)]
        x = floats(100)
        same(list(rep.run([given, x])), [[x, *given][:-1], np.array(count)])
    # 1 is in use all the time, 2 is forgotten when 4 comes.
    assert [kw["sequences"]["s"] for kw in made] == [1, 2, 3, 4, 5, 2]
    assert len(rep._compiled) == 3


def test_strings_tell_programs_apart():
    """Small inputs are known, and strings are known by their text."""
    rep = backend.prepare(
        parse(
            """g (seq(string[N]) s, string[1] x) => (string[M] y) {
              t = SequenceInsert (s, x)
              y = ConcatFromSequence <axis: int = 0> (t)
            }"""
        ),
        threads=1,
    )
    for i in range(20):
        text = "".join(["a", str(i)])
        result = rep.run([[np.array([text + "b"], object)], np.array([text], object)])
        assert result[0].tolist() == [text + "b", text]
        del text, result


def test_their_tensors_are_inputs_of_the_model():
    given = [floats(2), floats(4)]
    program = Program(
        EDIT, sequences={"s": 2}, shapes={"s[0]": [2], "s[1]": [4], "x": [3]}
    )
    assert [info.name for info in program.model.inputs] == ["s[0]", "s[1]", "x"]
    assert [info.name for info in program.model.outputs] == ["y[0]", "y[1]", "n"]
    assert program.model.sequences == {"y": 2}
    x = floats(3)
    same(program(*given, x)[:2], [x, given[0]])


def test_lists_may_be_empty():
    rep = backend.prepare(
        parse("""empty (seq(float[2]) s, float[2] x) => (seq(float[2]) y, float[2] z) {
          y = SequenceErase (s)
          z = Neg (x)
        }""")
    )
    x = floats(2)
    y, z = rep.run([[floats(2)], x])
    same(y, [])
    same(z, -x)


OPTIONAL = """opt (optional(float[N]) x, float[N] y) => (float[N] z, bool has) {
  has = OptionalHasElement (x)
  z = If (has) <
    then_branch = yes () => (float[N] a) {
      e = OptionalGetElement (x)
      a = Add (e, y)
    },
    else_branch = no () => (float[N] b) { b = Neg (y) }
  >
}"""


def test_optional_inputs_may_be_left_out():
    rep = backend.prepare(parse(OPTIONAL))
    x, y = floats(70), floats(70)
    same(rep.run([x, y])[0], x + y)
    z, has = rep.run([None, y])
    same(z, -y)
    assert not has


def test_optional_outputs_may_be_nothing():
    graph = """opt (bool c, float[2] x) => (optional(seq(float[2])) y) {
      y = If (c) <
        then_branch = yes () => (optional(seq(float[2])) a) {
          s = SequenceConstruct (x, x)
          a = Optional (s)
        },
        else_branch = no () => (optional(seq(float[2])) b) {
          b = Optional <type: type_proto = seq(float[2])> ()
        }
      >
    }"""
    assert "run time" in refusal(graph)
    rep = backend.prepare(parse(graph))
    x = floats(2)
    same(rep.run([np.array(True), x])[0], [x, x])
    same(rep.run([np.array(False), x])[0], None)


def test_map():
    rep = backend.prepare(
        parse("""map (seq(float[N]) s, seq(float[N]) t, float[1] x)
            => (seq(float[N]) y, seq(int64[1]) n) {
          y, n = SequenceMap (s, t, x) <
            body = each (float[N] a, float[N] b, float[1] c)
                => (float[N] d, int64[1] e) {
              ab = Mul (a, b)
              d = Add (ab, c)
              e = Shape (a)
            }
          >
        }""")
    )
    for sizes in ([3, 1, 80], [100]):
        s, t, x = [floats(n) for n in sizes], [floats(n) for n in sizes], floats(1)
        y, n = rep.run([s, t, x])
        same(y, [a * b + x for a, b in zip(s, t)])
        same(n, [np.array([size]) for size in sizes])


# --- At run time ------------------------------------------------------------------

GROW = """grow (int64 n, float[3, 2] x) => (float[A, B] rows, int64 m) {
  s = SequenceEmpty <dtype: int = 1> ()
  yes = Constant <value: tensor = bool {1}> ()
  three = Constant <value_int: int = 3> ()
  t = Loop (n, yes, s) <
    body = step (int64 i, bool c, seq(float[]) before)
        => (bool d, seq(float[]) after) {
      d = Identity (c)
      j = Mod (i, three)
      row = Gather (x, j)
      after = SequenceInsert (before, row)
    }
  >
  m = SequenceLength (t)
  rows = ConcatFromSequence <axis: int = -1, new_axis: int = 1> (t)
}"""


def test_loops_grow_sequences():
    program = Program(GROW)
    x = floats(3, 2)
    for n in (5, 1, 0, 3):
        rows, m = program(n, x)
        same(rows, np.stack([x[i % 3] for i in range(n)], 1) if n else x[:0].T)
        assert m == n


def test_loops_grow_what_they_are_given():
    """Until a condition says stop; each step reads what the last one wrote."""
    program = Program("""until (float[2] x, float limit) => (float[N] y, seq(float[2]) s) {
      yes = Constant <value: tensor = bool {1}> ()
      last = Constant <value_int: int = -1> ()
      first = SequenceConstruct (x)
      s = Loop ("", yes, first) <
        body = step (int64 i, bool c, seq(float[2]) before)
            => (bool d, seq(float[2]) after) {
          end = SequenceAt (before, last)
          next = Add (end, end)
          after = SequenceInsert (before, next)
          total = ReduceSum <keepdims: int = 0> (next)
          d = Less (total, limit)
        }
      >
      y = ConcatFromSequence <axis: int = 0> (s)
    }""")
    assert program.model.sequences == {"s": "*"}
    x = np.float32([1, 2])
    for limit, steps in (5, 1), (100, 6), (30, 4):
        y, s = program(x, np.float32(limit))
        rows = [x * 2**i for i in range(steps + 1)]
        same(y, np.concatenate(rows))
        same(s, np.stack(rows))


def test_loops_with_known_counts_may_still_stop():
    graph = """until (float[2] x, float limit) => (seq(float[2]) s, float[N] sums) {
      yes = Constant <value: tensor = bool {1}> ()
      n = Constant <value_int: int = 4> ()
      first = SequenceConstruct (x)
      s, sums = Loop (n, yes, first) <
        body = step (int64 i, bool c, seq(float[2]) before)
            => (bool d, seq(float[2]) after, float total) {
          after = SequenceInsert (before, x)
          j = Cast <to: int = 1> (i)
          all = ReduceSum <keepdims: int = 0> (x)
          total = Mul (all, j)
          d = Less (total, limit)
        }
      >
    }"""
    program = Program(graph)
    x = np.float32([1, 2])
    for limit, steps in (100, 4), (5, 3), (-1, 1):
        s, sums = program(x, np.float32(limit))
        same(s, np.stack([x] * (steps + 1)))
        same(sums, np.float32([3 * i for i in range(steps)]))
    same(backend.prepare(parse(graph)).run([x, np.float32(5)])[0], [x] * 4)


def test_positions_are_computed():
    program = Program("""at (float[3] a, float[3] b, float[3] c, int64 i, int64 j)
        => (float[3] at, float[N] put, float[M] cut, int64 n) {
      s = SequenceConstruct (a, b)
      at = SequenceAt (s, i)
      t = SequenceInsert (s, c, i)
      put = ConcatFromSequence <axis: int = 0> (t)
      u = SequenceErase (t, j)
      cut = ConcatFromSequence <axis: int = 0> (u)
      n = SequenceLength (u)
    }""")
    a, b, c = floats(3), floats(3), floats(3)
    for i in (0, 1, -1, -2):
        for j in (0, 2, -1, -3):
            rows = [a, b]
            wanted = rows[i]
            rows.insert(i + 2 if i < 0 else i, c)
            at, put, cut, n = program(a, b, c, i, j)
            same(at, wanted)
            same(put, np.concatenate(rows))
            del rows[j]
            same(cut, np.concatenate(rows))
            assert n == 2


BRANCH = """branch (bool c, float[N] x) => (seq(float[]) y, float[2] first) {
  at = Constant <value_int: int = 1> ()
  y = If (c) <
    then_branch = yes () => (seq(float[]) s) {
      n = Neg (x)
      s = SequenceConstruct (x, n)
    },
    else_branch = no () => (seq(float[]) t) {
      a = Abs (x)
      one = Constant <value_ints: ints = [1]> ()
      two = Constant <value_ints: ints = [2]> ()
      zero = Constant <value_ints: ints = [0]> ()
      b = Slice (x, one, two, zero)
      t = SequenceConstruct (a, b)
    }
  >
  first = SequenceAt (y, at)
}"""


def test_branches_give_sequences():
    program = Program(BRANCH)
    x = floats(5)
    same(program(True, x), [x, -x, -x])
    same(program(False, x), [abs(x), x[1:2], x[1:2]])


def test_splits_are_computed():
    program = Program("""split (float[N, 3] x, int64[2] sizes) => (
          float[A, 3] a, float[B, 3] b, int64 n, int64 rows, float[3, C] all) {
      zero = Constant <value_int: int = 0> ()
      one = Constant <value_int: int = 1> ()
      s = SplitToSequence (x, sizes)
      a = SequenceAt (s, zero)
      b = SequenceAt (s, one)
      n = SequenceLength (s)
      t = SplitToSequence <keepdims: int = 0> (x)
      rows = SequenceLength (t)
      all = ConcatFromSequence <axis: int = 1, new_axis: int = 1> (t)
    }""")
    for first, second in (1, 4), (3, 0):
        x = floats(first + second, 3)
        a, b, n, rows, all_rows = program(x, np.array([first, second]))
        same(a, x[:first])
        same(b, x[first:])
        assert (n, rows) == (2, first + second)
        same(all_rows, x.T)


# --- What is refused --------------------------------------------------------------


def test_lengths_must_fit():
    shapes = {"x": [3]}
    assert "'s' is a sequence" in refusal(EDIT)
    assert "no input" in refusal(EDIT, sequences={"t": 2})
    assert "it is none" in refusal(EDIT, sequences={"s": 1, "x": 2})
    for length in (64, 2**31 - 1, -1, -2, None):
        assert "cannot be a sequence" in refusal(EDIT, sequences={"s": length})
    assert "no input" in refusal(
        EDIT, sequences={"s": 1}, shapes={"s[1]": [2], **shapes}
    )
    assert "no input" in refusal(EDIT, sequences={"s": 1}, shapes={"s": [2]})


def test_ragged_sequences_do_not_grow():
    message = refusal("""grow (int64 n, float[9] x) => (seq(float[]) t) {
      s = SequenceEmpty <dtype: int = 1> ()
      yes = Constant <value: tensor = bool {1}> ()
      zero = Constant <value_ints: ints = [0]> ()
      axes = Constant <value_ints: ints = [0]> ()
      t = Loop (n, yes, s) <
        body = step (int64 i, bool c, seq(float[]) before)
            => (bool d, seq(float[]) after) {
          d = Identity (c)
          end = Unsqueeze (i, axes)
          part = Slice (x, zero, end)
          after = SequenceInsert (before, part)
        }
      >
    }""")
    assert "shape of the tensors" in message
    assert "run time" in message


def test_endless_sequences_are_refused():
    message = refusal("""grow (float[9] x) => (seq(float[]) t) {
      s = SequenceEmpty <dtype: int = 1> ()
      yes = Constant <value: tensor = bool {1}> ()
      t = Loop ("", yes, s) <
        body = step (int64 i, bool c, seq(float[]) before)
            => (bool d, seq(float[]) after) {
          d = Identity (c)
          after = SequenceInsert (before, x)
        }
      >
    }""")
    assert "63" in message or "256" in message


@pytest.mark.parametrize("at", [-100, -4, -3, -1, 0, 2, 3, 4, 100])
def test_computed_positions_are_clamped(at):
    program = Program("""edit (float[3] x, int64 at)
        => (float[N,3] more, float[M,3] fewer) {
      s = SequenceConstruct (x, x, x)
      y = Neg (x)
      a = SequenceInsert (s, y, at)
      more = ConcatFromSequence <axis = 0, new_axis = 1> (a)
      b = SequenceErase (a, at)
      fewer = ConcatFromSequence <axis = 0, new_axis = 1> (b)
    }""")
    x = floats(3)
    to = min(max(at + 3 if at < 0 else at, 0), 3)
    rows = [x, x, x]
    rows.insert(to, -x)
    more, fewer = program(x, np.int64(at))
    same(more, np.stack(rows))
    del rows[min(max(at + 4 if at < 0 else at, 0), 3)]
    same(fewer, np.stack(rows))
