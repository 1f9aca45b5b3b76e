//===-- RecurrentCell.c - One step of a recurrent network -----------------===//
//
// A cell takes what the input and the last hidden state contribute to its gates
// (both products with weights) and computes the next state: everything that is
// elementwise, in one loop. The states it is given are the destinations of
// those it returns, so that a loop that carries them needs one buffer each.
//
// Gates lie one after the other in the last dimension: gate k of G is
// [batch, k * hidden .. (k + 1) * hidden) of [batch, G * hidden].
//
//===----------------------------------------------------------------------===//

#include "Ops/Elementwise.h"
#include "Ops/Recurrent.h"

//===----------------------------------------------------------------------===//
// The loop that all cells are
//===----------------------------------------------------------------------===//

enum { MAX_GATES = 4 };

/// What a body sees of a cell.
typedef struct Cell {
  UfActivation activations[3];
  double clip;  ///< 0: none.
  bool variant; ///< The op's truth value: reset_after, input_forget.
  bool hasPeephole, hasActive;
  int numX, numH; ///< Gates that the input and the hidden state contribute to.
  /// Computes the new states from scalars in at least f32.
  void (*step)(UfBuilder *b, const struct Cell *cell, const MlirValue *x,
               const MlirValue *h, const MlirValue *peephole,
               MlirValue *states);
  int numStates;
} Cell;

static void cellBody(UfBuilder *b, const MlirValue *args, MlirValue *results,
                     const void *data) {
  const Cell *cell = data;
  MlirValue wide[2 * MAX_GATES + 3 + 2];
  MlirValue states[2];
  int peephole = cell->numX + cell->numH;
  int count = peephole + (cell->hasPeephole ? 3 : 0);
  for (int i = 0; i < count; ++i)
    wide[i] = ufEachWiden(b, args[i]);
  const MlirValue *old = args + count + cell->hasActive;
  for (int i = 0; i < cell->numStates; ++i)
    states[i] = ufEachWiden(b, old[i]);
  cell->step(b, cell, wide, wide + cell->numX, wide + peephole, states);
  for (int i = 0; i < cell->numStates; ++i) {
    results[i] = ufEachNarrow(b, states[i], old[i]);
    if (cell->hasActive)
      results[i] = ufSelect(b, args[count], results[i], old[i]);
  }
}

/// (batch, hidden) -> (batch, gate, hidden), or (gate, hidden).
static MlirAffineMap gateMap(const UfBuilder *b, int gate, bool hasBatch) {
  MlirAffineExpr exprs[] = {ufExprDim(b, 0),
                            mlirAffineConstantExprGet(b->ctx, gate),
                            ufExprDim(b, 1)};
  return ufMapExprs(b, 2, 2 + hasBatch, exprs + !hasBatch);
}

/// The inputs of the loop so far.
typedef struct Inputs {
  int count;
  MlirValue values[16];
  MlirAffineMap maps[18];
} Inputs;

/// Adds each gate of `x`, [batch, count * hidden] or [count * hidden].
static void addGates(UfBuilder *b, Inputs *inputs, MlirValue x, int count,
                     UfSize batch, UfSize hidden) {
  bool hasBatch = ufRank(x) == 2;
  UfSize sizes[] = {batch, ufStatic(count), hidden};
  x = ufReshape(b, x, 2 + hasBatch, sizes + !hasBatch);
  for (int k = 0; k < count; ++k) {
    inputs->maps[inputs->count] = gateMap(b, k, hasBatch);
    inputs->values[inputs->count++] = x;
  }
}

/// Replaces b->op, whose operands are the gates, the states, then `peephole`
/// and `active`, which may be null.
static MlirLogicalResult lowerCell(UfBuilder *b, Cell *cell, MlirValue peephole,
                                   MlirValue active) {
  static const char different[] = "a recurrent cell has states and gates for "
                                  "different numbers of sequences";
  Inputs inputs = {0};
  MlirValue gates[2] = {ufInput(b, 0), ufInput(b, 1)}, states[2];
  for (int i = 0; i < cell->numStates; ++i)
    states[i] = ufInput(b, 2 + i);
  UfSize batch = ufSizeOf(b, states[0], 0), hidden = ufSizeOf(b, states[0], 1);
  for (int i = 0; i < 2; ++i) {
    ufAssertSameSize(b, ufSizeOf(b, gates[i], 0), batch, different);
    addGates(b, &inputs, gates[i], i ? cell->numH : cell->numX, batch, hidden);
  }
  if (peephole.ptr)
    addGates(b, &inputs, peephole, 3, batch, hidden);
  if (active.ptr) {
    ufAssertSameSize(b, ufSizeOf(b, active, 0), batch, different);
    inputs.maps[inputs.count] = ufMapOf(b, 2, 1, (int[]){0});
    inputs.values[inputs.count++] = active;
  }
  for (int i = 0; i < cell->numStates; ++i) {
    ufAssertSameSize(b, ufSizeOf(b, states[i], 0), batch, different);
    inputs.maps[inputs.count + i] = ufMapIdentity(b, 2);
  }
  cell->hasPeephole = peephole.ptr != NULL;
  cell->hasActive = active.ptr != NULL;
  cell->clip = ufHasAttr(b->op, "clip") ? ufGetFloat(b->op, "clip") : 0;
  ufParseActivations(ufGetStr(b->op, "activations"), cell->activations);
  MlirOperation made =
      ufGenericOp(b, &(UfGeneric){.inputs = {inputs.values, inputs.count},
                                  .inits = {states, cell->numStates},
                                  .maps = inputs.maps,
                                  .iterators = "pp",
                                  .body = cellBody,
                                  .data = cell});
  for (int i = 0; i < cell->numStates; ++i)
    states[i] = ufResultOf(made, i);
  return ufReplaceAll(b, (UfValues){states, cell->numStates});
}

/// The input of an activation: at most `clip` from 0.
static MlirValue clipped(UfBuilder *b, const Cell *cell, MlirValue x) {
  return cell->clip > 0 ? ufEachClamp(b, x, -cell->clip, cell->clip, false) : x;
}

/// Activation `i` of x + y.
static MlirValue gate(UfBuilder *b, const Cell *cell, int i, MlirValue x,
                      MlirValue y) {
  return ufActivate(b, &cell->activations[i], clipped(b, cell, ufAdd(b, x, y)));
}

//===----------------------------------------------------------------------===//
// What the shape rules of cells check
//===----------------------------------------------------------------------===//

static MlirLogicalResult checkShape(MlirOperation op, int operand,
                                    const char *name, int rank, int64_t first,
                                    int64_t last) {
  char text[UF_SHAPE_TEXT], wanted[UF_SHAPE_TEXT];
  MlirValue value = ufOperandOf(op, operand);
  if (!value.ptr)
    return mlirLogicalResultSuccess();
  UfShape shape = ufShape(value);
  UfShape expected = {.rank = rank, .dims = {first, last}};
  if (rank == 1)
    expected.dims[0] = last;
  bool agree = shape.rank == rank;
  for (int d = 0; agree && d < rank; ++d)
    agree = shape.dims[d] == expected.dims[d] || shape.dims[d] == UF_DYNAMIC ||
            expected.dims[d] == UF_DYNAMIC;
  if (agree)
    return mlirLogicalResultSuccess();
  return ufOpError(op, "operand '%s' must be %s, but is %s", name,
                   ufShapeText(&expected, wanted, sizeof wanted),
                   ufShapeText(&shape, text, sizeof text));
}

/// A cell with `numX` and `numH` gates and `numStates` states.
static MlirLogicalResult inferCell(MlirOperation op, int numX, int numH,
                                   int numStates, int numActivations,
                                   UfShape *results) {
  UfShape hidden = ufShape(mlirOperationGetOperand(op, 2));
  UfActivation activations[UF_MAX_ACTIVATIONS];
  if (hidden.rank != 2 || hidden.dims[1] == UF_DYNAMIC ||
      hidden.dims[1] > INT32_MAX) // C1
    return ufOpError(op, "operand 'hidden' must be of rank 2 and a known last "
                         "dimension");
  int64_t batch = hidden.dims[0], size = hidden.dims[1];
  UF_TRY(checkShape(op, 0, "x_gates", 2, batch, numX * size)); // C2
  UF_TRY(checkShape(op, 1, "h_gates", 2, batch, numH * size)); // C2
  for (int i = 0; i < numStates; ++i) {
    if (i > 0)
      UF_TRY(checkShape(op, 2 + i, "cell", 2, batch, size)); // C2
    results[i] = ufShape(mlirOperationGetOperand(op, 2 + i));
  }
  int count = ufParseActivations(ufGetStr(op, "activations"), activations);
  if (count != numActivations) // C3
    return ufOpError(op, "needs %d activations, but has '%s'", numActivations,
                     ufGetStr(op, "activations"));
  if (ufHasAttr(op, "clip") && !(ufGetFloat(op, "clip") > 0)) // C4
    return ufOpError(op, "clips at %g, which is not positive",
                     ufGetFloat(op, "clip"));
  return mlirLogicalResultSuccess();
}

//===----------------------------------------------------------------------===//
// rnn_cell
//
//   hidden' = f(x_gates + h_gates).
//
// For this and the following cells:
// (C1) hidden is [batch, hidden size], the latter known.
// (C2) The other operands have the sizes the cell needs.
// (C3) `activations` are as many as the cell has, all known.
// (C4) clip, when given, is positive.
//===----------------------------------------------------------------------===//

static MlirLogicalResult inferRnnCell(MlirOperation op, UfShape *results) {
  UF_TRY(inferCell(op, 1, 1, 1, 1, results));
  return checkShape(op, 3, "active", 1, 0, results[0].dims[0]);
}

static void stepRnn(UfBuilder *b, const Cell *cell, const MlirValue *x,
                    const MlirValue *h, const MlirValue *peephole,
                    MlirValue *states) {
  (void)peephole;
  states[0] = gate(b, cell, 0, x[0], h[0]);
}

static MlirLogicalResult lowerRnnCell(UfBuilder *b) {
  Cell cell = {.numX = 1, .numH = 1, .numStates = 1, .step = stepRnn};
  return lowerCell(b, &cell, (MlirValue){NULL}, ufInput(b, 3));
}

//===----------------------------------------------------------------------===//
// gru_reset
//
//   output = r * hidden,  r = f(x_gates_r + h_gates_r),  gates z, r, and h in
//   x.
//===----------------------------------------------------------------------===//

static MlirLogicalResult inferGruReset(MlirOperation op, UfShape *results) {
  return inferCell(op, 3, 2, 1, 1, results);
}

static void stepReset(UfBuilder *b, const Cell *cell, const MlirValue *x,
                      const MlirValue *h, const MlirValue *peephole,
                      MlirValue *states) {
  (void)peephole;
  states[0] = ufMul(b, gate(b, cell, 0, x[1], h[1]), states[0]);
}

static MlirLogicalResult lowerGruReset(UfBuilder *b) {
  Cell cell = {.numX = 3, .numH = 2, .numStates = 1, .step = stepReset};
  return lowerCell(b, &cell, (MlirValue){NULL}, (MlirValue){NULL});
}

//===----------------------------------------------------------------------===//
// gru_cell
//
//   z = f(x_z + h_z),  r = f(x_r + h_r),  n = g(x_h + r * h_h),
//   hidden' = (1 - z) * n + z * hidden.
//   Without `reset_after`, n = g(x_h + h_h): r is in h_h already.
//===----------------------------------------------------------------------===//

static MlirLogicalResult inferGruCell(MlirOperation op, UfShape *results) {
  UF_TRY(inferCell(op, 3, 3, 1, 2, results));
  return checkShape(op, 3, "active", 1, 0, results[0].dims[0]);
}

static void stepGru(UfBuilder *b, const Cell *cell, const MlirValue *x,
                    const MlirValue *h, const MlirValue *peephole,
                    MlirValue *states) {
  (void)peephole;
  MlirValue z = gate(b, cell, 0, x[0], h[0]);
  MlirValue part = h[2];
  if (cell->variant)
    part = ufMul(b, gate(b, cell, 0, x[1], h[1]), part);
  MlirValue n = gate(b, cell, 1, x[2], part);
  MlirValue rest = ufSub(b, ufEachNumber(b, z, 1), z);
  states[0] = ufAdd(b, ufMul(b, rest, n), ufMul(b, z, states[0]));
}

static MlirLogicalResult lowerGruCell(UfBuilder *b) {
  Cell cell = {.numX = 3,
               .numH = 3,
               .numStates = 1,
               .variant = ufGetBool(b->op, "reset_after"),
               .step = stepGru};
  return lowerCell(b, &cell, (MlirValue){NULL}, ufInput(b, 3));
}

//===----------------------------------------------------------------------===//
// lstm_cell
//
//   i = f(x_i + h_i + p_i * cell),  c = g(x_c + h_c),
//   f = f(x_f + h_f + p_f * cell), or 1 - i if `input_forget`,
//   cell' = f * cell + i * c,
//   o = f(x_o + h_o + p_o * cell'),  hidden' = o * h(cell').
//   Gates are in the order i, o, f, c; peephole in the order i, o, f.
//===----------------------------------------------------------------------===//

static MlirLogicalResult inferLstmCell(MlirOperation op, UfShape *results) {
  UF_TRY(inferCell(op, 4, 4, 2, 3, results));
  UF_TRY(checkShape(op, 4, "peephole", 1, 0, 3 * results[0].dims[1]));
  return checkShape(op, 5, "active", 1, 0, results[0].dims[0]);
}

/// x + h + p * cell for gate `k`.
static MlirValue lstmGate(UfBuilder *b, const Cell *cell, const MlirValue *x,
                          const MlirValue *h, const MlirValue *peephole, int k,
                          MlirValue state) {
  MlirValue y = h[k];
  if (cell->hasPeephole)
    y = ufAdd(b, y, ufMul(b, peephole[k], state));
  return gate(b, cell, 0, x[k], y);
}

static void stepLstm(UfBuilder *b, const Cell *cell, const MlirValue *x,
                     const MlirValue *h, const MlirValue *peephole,
                     MlirValue *states) {
  MlirValue old = states[1];
  MlirValue in = lstmGate(b, cell, x, h, peephole, 0, old);
  MlirValue forget = cell->variant ? ufSub(b, ufEachNumber(b, in, 1), in)
                                   : lstmGate(b, cell, x, h, peephole, 2, old);
  MlirValue candidate = gate(b, cell, 1, x[3], h[3]);
  MlirValue next = ufAdd(b, ufMul(b, forget, old), ufMul(b, in, candidate));
  MlirValue out = lstmGate(b, cell, x, h, peephole, 1, next);
  states[0] = ufMul(
      b, out, ufActivate(b, &cell->activations[2], clipped(b, cell, next)));
  states[1] = next;
}

static MlirLogicalResult lowerLstmCell(UfBuilder *b) {
  Cell cell = {.numX = 4,
               .numH = 4,
               .numStates = 2,
               .variant = ufGetBool(b->op, "input_forget"),
               .step = stepLstm};
  return lowerCell(b, &cell, ufInput(b, 4), ufInput(b, 5));
}

//===----------------------------------------------------------------------===//

#define X_GATES {"x_gates", "What the input contributes.", UF_FLOATS}
#define H_GATES                                                                \
  {"h_gates", "What the hidden state contributes.", UF_FLOATS | UF_SAME}
#define HIDDEN {"hidden", "The state before.", UF_FLOATS | UF_SAME}
#define ACTIVE                                                                 \
  {"active", "Which sequences go on; the others keep their state.", UF_BOOLS,  \
   UF_OPTIONAL}
#define ACTIVATIONS(fallback)                                                  \
  {"activations", "One per kind of gate.", UF_STRING, "\"" fallback "\""}
#define CLIP                                                                   \
  {"clip", "Bound for the inputs of activations.", UF_FLOAT, .optional = true}

static const UfOp ops[] = {
    {
        .name = "rnn_cell",
        .summary = "One step of a simple recurrent network.",
        .operands = {X_GATES, H_GATES, HIDDEN, ACTIVE},
        .attrs = {ACTIVATIONS("Tanh"), CLIP},
        .infer = inferRnnCell,
        .toLinalg = lowerRnnCell,
    },
    {
        .name = "gru_reset",
        .summary = "The hidden state of a GRU after the reset gate.",
        .operands = {X_GATES, H_GATES, HIDDEN},
        .attrs = {ACTIVATIONS("Sigmoid"), CLIP},
        .infer = inferGruReset,
        .toLinalg = lowerGruReset,
    },
    {
        .name = "gru_cell",
        .summary = "One step of a GRU, behind the products.",
        .operands = {X_GATES, H_GATES, HIDDEN, ACTIVE},
        .attrs = {ACTIVATIONS("Sigmoid,Tanh"),
                  CLIP,
                  {"reset_after", "Whether r is applied here.", UF_BOOL,
                   "true"}},
        .infer = inferGruCell,
        .toLinalg = lowerGruCell,
    },
    {
        .name = "lstm_cell",
        .summary = "One step of an LSTM, behind the products.",
        .operands = {X_GATES,
                     H_GATES,
                     HIDDEN,
                     {"cell", "The state before.", UF_FLOATS | UF_SAME},
                     {"peephole", "Weights of the cell state in the gates.",
                      UF_FLOATS | UF_SAME, UF_OPTIONAL},
                     ACTIVE},
        .results = {{"hidden", "The next hidden state."},
                    {"cell", "The next cell state."}},
        .attrs = {ACTIVATIONS("Sigmoid,Tanh,Tanh"),
                  CLIP,
                  {"input_forget", "Couple input and forget gate.", UF_BOOL,
                   "false"}},
        .infer = inferLstmCell,
        .toLinalg = lowerLstmCell,
    },
};
UF_FAMILY(ufRecurrentCellOps, "recurrent cell", ops);
