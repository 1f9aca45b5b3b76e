//===-- Recurrent.c - LSTM, GRU and simple recurrent networks -------------===//
//
// All three are a product of the whole input with the weights, and a scan over
// time that multiplies the hidden state and applies a cell. They follow ONNX: T
// steps of B sequences with I features, H hidden ones, D directions.
//
//===----------------------------------------------------------------------===//

#include "Ops/Recurrent.h"

#include "Ops/TorchRecurrent.h"

#include <string.h>

//===----------------------------------------------------------------------===//
// Shape rules
//
// For all three, with G gates:
// (C1) x is [T, B, I], or [B, T, I] if layout is 1.
// (C2) w is [D, G * H, I] and r is [D, G * H, H], where D and H are known.
// (C3) bias is [D, 2 * G * H], sequence_lens [B], initial_h and initial_c
//      [D, B, H] or, if layout is 1, [B, D, H], peephole [D, 3 * H].
// (C4) D is 2 if direction is "bidirectional", else 1; hidden_size is H.
// (C5) layout is 0 or 1.
// (C6) activations are as many as the cell has, for one direction or for each.
// (C7) clip, when given, is positive.
//===----------------------------------------------------------------------===//

/// Whether operand `i`, if it is there, has rank `rank` and sizes `dims`.
static MlirLogicalResult checkOperand(MlirOperation op, int i, const char *name,
                                      int rank, const int64_t *dims) {
  char text[UF_SHAPE_TEXT], wanted[UF_SHAPE_TEXT];
  MlirValue value = ufOperandOf(op, i);
  if (!value.ptr)
    return mlirLogicalResultSuccess();
  UfShape shape = ufShape(value), expected = {.rank = rank};
  memcpy(expected.dims, dims, (size_t)rank * sizeof *dims);
  bool agree = shape.rank == rank;
  for (int d = 0; agree && d < rank; ++d)
    agree = shape.dims[d] == dims[d] || shape.dims[d] == UF_DYNAMIC ||
            dims[d] == UF_DYNAMIC;
  if (agree)
    return mlirLogicalResultSuccess();
  return ufOpError(op, "operand '%s' must be %s, but is %s", name,
                   ufShapeText(&expected, wanted, sizeof wanted),
                   ufShapeText(&shape, text, sizeof text));
}

/// Checks the attributes; `count` activations for one direction.
static MlirLogicalResult checkSettings(MlirOperation op, int64_t hidden,
                                       int64_t directions, int count) {
  UfActivation activations[UF_MAX_ACTIVATIONS];
  const char *text = ufGetStr(op, "activations");
  int given = ufParseActivations(text, activations);
  int64_t layout = ufGetInt(op, "layout");
  if (ufHasAttr(op, "hidden_size") &&
      ufGetInt(op, "hidden_size") != hidden) // C4
    return ufOpError(op,
                     "has hidden_size %" PRId64 ", but weights for %" PRId64,
                     ufGetInt(op, "hidden_size"), hidden);
  if (layout != 0 && layout != 1) // C5
    return ufOpError(op, "has layout %" PRId64 ", which is not 0 or 1", layout);
  if (given != count && given != count * directions) // C6
    return ufOpError(op,
                     "needs %d activations for each of %" PRId64
                     " directions, but has '%s'",
                     count, directions, text);
  if (ufHasAttr(op, "clip") && !(ufGetFloat(op, "clip") > 0)) // C7
    return ufOpError(op, "clips at %g, which is not positive",
                     ufGetFloat(op, "clip"));
  return mlirLogicalResultSuccess();
}

/// The sizes of a network.
typedef struct Sizes {
  int64_t time, batch, features, hidden, directions;
} Sizes;

/// C2 and C3, but for the states.
static MlirLogicalResult checkWeights(MlirOperation op, int gates,
                                      const Sizes *n) {
  int64_t d = n->directions, h = n->hidden, all = gates * h;
  const int64_t w[] = {d, all, n->features}, r[] = {d, all, h};
  const int64_t bias[] = {d, 2 * all};
  UF_TRY(checkOperand(op, UF_RNN_W, "w", 3, w));          // C2
  UF_TRY(checkOperand(op, UF_RNN_R, "r", 3, r));          // C2
  UF_TRY(checkOperand(op, UF_RNN_BIAS, "bias", 2, bias)); // C3
  return checkOperand(op, UF_RNN_SEQUENCE_LENS, "sequence_lens", 1,
                      &n->batch); // C3
}

/// C3 for an initial state of shape `state`, and what goes with the second.
static MlirLogicalResult checkStates(MlirOperation op, int numStates,
                                     const Sizes *n, const int64_t *state) {
  const int64_t peephole[] = {n->directions, 3 * n->hidden};
  UF_TRY(checkOperand(op, UF_RNN_INITIAL_H, "initial_h", 3, state));
  if (numStates < 2)
    return mlirLogicalResultSuccess();
  UF_TRY(checkOperand(op, UF_RNN_INITIAL_C, "initial_c", 3, state));
  return checkOperand(op, UF_RNN_PEEPHOLE, "peephole", 2, peephole);
}

/// The shape rule of all three; `count` is how many activations a cell has.
static MlirLogicalResult inferRecurrent(MlirOperation op, int gates, int count,
                                        int numStates, UfShape *results) {
  UfShape x = ufShape(mlirOperationGetOperand(op, UF_RNN_X));
  UfShape r = ufShape(mlirOperationGetOperand(op, UF_RNN_R));
  if (x.rank != 3) // C1
    return ufOpError(op, "takes an input of rank 3, but it has rank %d",
                     x.rank);
  if (r.rank != 3 || r.dims[2] == UF_DYNAMIC || r.dims[2] > INT32_MAX) // C2
    return ufOpError(op, "operand 'r' must be of rank 3 and a known last "
                         "dimension");
  bool swap = ufGetInt(op, "layout") == 1;
  Sizes n = {x.dims[swap], x.dims[!swap], x.dims[2], r.dims[2],
             ufIsBidirectional(op) ? 2 : 1};
  const int64_t state[] = {swap ? n.batch : n.directions,
                           swap ? n.directions : n.batch, n.hidden};
  const int64_t y[2][4] = {{n.time, n.directions, n.batch, n.hidden},
                           {n.batch, n.time, n.directions, n.hidden}};
  UF_TRY(checkSettings(op, n.hidden, n.directions, count));
  UF_TRY(checkWeights(op, gates, &n));
  UF_TRY(checkStates(op, numStates, &n, state));
  results[0] = (UfShape){.rank = 4, .element = x.element};
  memcpy(results[0].dims, y[swap], sizeof y[0]);
  for (int i = 1; i <= numStates; ++i) {
    results[i] = (UfShape){.rank = 3, .element = x.element};
    memcpy(results[i].dims, state, sizeof state);
  }
  return mlirLogicalResultSuccess();
}

/// The op's bound for the inputs of activations, if any.
static UfAttr clipAttr(UfBuilder *b) {
  return (UfAttr){"clip", ufGetAttr(b->op, "clip")};
}

//===----------------------------------------------------------------------===//
// rnn
//
//   hidden[t] = f(x[t] W^T + hidden[t-1] R^T + Wb + Rb),
//   bias is Wb, Rb.
//===----------------------------------------------------------------------===//

static MlirLogicalResult inferRnn(MlirOperation op, UfShape *results) {
  return inferRecurrent(op, 1, 1, 1, results);
}

static bool stepRnn(UfBuilder *b, const UfNetwork *net, MlirValue gates,
                    MlirValue active, MlirValue *states) {
  MlirValue part = ufNetworkProduct(b, states[0], net->r, net->recurrentBias);
  states[0] = ufOp(b, "rnn_cell", UF_VALUES(gates, part, states[0], active),
                   UF_ATTRS(ufNetworkActivations(b, net, 0, 1), clipAttr(b)));
  return states[0].ptr;
}

static MlirLogicalResult decomposeRnn(UfBuilder *b) {
  UfNetwork net = {
      .b = b, .gates = 1, .numStates = 1, .numActivations = 1, .step = stepRnn};
  return ufDecomposeNetwork(&net);
}

//===----------------------------------------------------------------------===//
// gru
//
//   The gates are z, r, h, in this order in w, r and both halves of bias:
//   z = f(x Wz^T + hidden Rz^T + Wbz + Rbz),  r = the same with r,
//   n = g(x Wh^T + (r * hidden) Rh^T + Wbh + Rbh), or if linear_before_reset
//   n = g(x Wh^T + Wbh + r * (hidden Rh^T + Rbh)),
//   hidden' = (1 - z) * n + z * hidden.
//===----------------------------------------------------------------------===//

static MlirLogicalResult inferGru(MlirOperation op, UfShape *results) {
  return inferRecurrent(op, 3, 2, 1, results);
}

/// Where the reset gate comes first, it takes two products.
static MlirValue gruProducts(UfBuilder *b, const UfNetwork *net,
                             MlirValue gates, MlirValue hidden) {
  MlirValue bias = net->recurrentBias;
  if (ufGetBool(b->op, "linear_before_reset"))
    return ufNetworkProduct(b, hidden, net->r, bias);
  int64_t h = ufDimSize(net->r, 0);
  MlirValue biases[2] = {bias, bias};
  for (int i = 0; bias.ptr && i < 2; ++i)
    biases[i] = ufNetworkCut(net->b, bias, 0, i ? 2 * h : 0, i ? 3 * h : 2 * h);
  MlirValue first = ufNetworkCut(net->b, net->r, 1, 0, 2 * h);
  MlirValue second = ufNetworkCut(net->b, net->r, 1, 2 * h, 3 * h);
  MlirValue parts[2] = {ufNetworkProduct(b, hidden, first, biases[0])};
  MlirValue kept =
      ufOp(b, "gru_reset", UF_VALUES(gates, parts[0], hidden),
           UF_ATTRS(ufNetworkActivations(b, net, 0, 1), clipAttr(b)));
  parts[1] = ufNetworkProduct(b, kept, second, biases[1]);
  return ufOp(b, "concat", (UfValues){parts, 2},
              UF_ATTRS({"axis", ufIntAttr(b, 1)}));
}

static bool stepGru(UfBuilder *b, const UfNetwork *net, MlirValue gates,
                    MlirValue active, MlirValue *states) {
  MlirValue parts = gruProducts(b, net, gates, states[0]);
  bool after = ufGetBool(b->op, "linear_before_reset");
  states[0] = ufOp(b, "gru_cell", UF_VALUES(gates, parts, states[0], active),
                   UF_ATTRS(ufNetworkActivations(b, net, 0, 2), clipAttr(b),
                            {"reset_after", ufBoolAttr(b, after)}));
  return states[0].ptr;
}

static MlirLogicalResult decomposeGru(UfBuilder *b) {
  UfNetwork net = {
      .b = b, .gates = 3, .numStates = 1, .numActivations = 2, .step = stepGru};
  return ufDecomposeNetwork(&net);
}

//===----------------------------------------------------------------------===//
// lstm
//
//   The gates are i, o, f, c, in this order in w, r and both halves of bias;
//   the weights of the cell state in `peephole` are for i, o, f: i = f(x Wi^T +
//   hidden Ri^T + pi * cell + Wbi + Rbi),  f = the same with f, c = g(x Wc^T +
//   hidden Rc^T + Wbc + Rbc),  cell' = f * cell + i * c, o = f(x Wo^T + hidden
//   Ro^T + po * cell' + Wbo + Rbo), hidden' = o * h(cell').
//===----------------------------------------------------------------------===//

static MlirLogicalResult inferLstm(MlirOperation op, UfShape *results) {
  return inferRecurrent(op, 4, 3, 2, results);
}

static bool stepLstm(UfBuilder *b, const UfNetwork *net, MlirValue gates,
                     MlirValue active, MlirValue *states) {
  MlirValue part = ufNetworkProduct(b, states[0], net->r, net->recurrentBias);
  MlirOperation cell =
      ufOpN(b, "lstm_cell",
            UF_VALUES(gates, part, states[0], states[1], net->peephole, active),
            UF_ATTRS(ufNetworkActivations(b, net, 0, 3), clipAttr(b),
                     {"input_forget", ufGetAttr(b->op, "input_forget")}),
            2);
  for (int i = 0; cell.ptr && i < 2; ++i)
    states[i] = ufResultOf(cell, i);
  return cell.ptr;
}

static MlirLogicalResult decomposeLstm(UfBuilder *b) {
  UfNetwork net = {.b = b,
                   .gates = 4,
                   .numStates = 2,
                   .numActivations = 3,
                   .step = stepLstm};
  return ufDecomposeNetwork(&net);
}

//===----------------------------------------------------------------------===//
// Importing
//===----------------------------------------------------------------------===//

/// Element `*at` of a list of floats, and moves on; false at its end.
static bool nextNumber(MlirAttribute list, intptr_t *at, double *out) {
  if (mlirAttributeIsNull(list) || !mlirAttributeIsADenseF64Array(list) ||
      *at >= mlirDenseArrayGetNumElements(list))
    return false;
  *out = mlirDenseF64ArrayGetElement(list, (*at)++);
  return true;
}

/// ONNX gives the activations as a list of names, and their parameters as lists
/// of those that have some.
static MlirAttribute importActivations(const UfBuilder *b, const UfNode *node) {
  MlirAttribute names = ufNodeAttr(node, "activations");
  MlirAttribute alphas = ufNodeAttr(node, "activation_alpha");
  MlirAttribute betas = ufNodeAttr(node, "activation_beta");
  char text[512] = "";
  size_t used = 0;
  intptr_t alpha = 0, beta = 0;
  if (mlirAttributeIsNull(names) || !mlirAttributeIsAArray(names) ||
      mlirArrayAttrGetNumElements(names) == 0)
    return mlirAttributeGetNull();
  for (intptr_t i = 0;
       i < mlirArrayAttrGetNumElements(names) && used < sizeof text; ++i) {
    MlirStringRef name =
        mlirStringAttrGetValue(mlirArrayAttrGetElement(names, i));
    UfActivation one;
    char word[32];
    snprintf(word, sizeof word, "%.*s", (int)name.length, name.data);
    if (ufParseActivations(word, &one) != 1)
      return ufStrAttr(b, word); // the shape rule reports it
    if (ufActivationHasAlpha(word))
      nextNumber(alphas, &alpha, &one.alpha);
    if (ufActivationHasBeta(word))
      nextNumber(betas, &beta, &one.beta);
    used += (size_t)snprintf(text + used, sizeof text - used, "%s%s",
                             i ? "," : "", word);
    if (used < sizeof text && ufActivationHasAlpha(word))
      used += (size_t)snprintf(text + used, sizeof text - used, "(%.9g;%.9g)",
                               one.alpha, one.beta);
  }
  return ufStrAttr(b, text);
}

/// Builds op `name`, whose own truth value ONNX calls `flag`.
static MlirLogicalResult importRecurrent(UfBuilder *b, const UfNode *node,
                                         const char *name, const char *flag,
                                         int numResults, MlirValue *results) {
  MlirAttribute set = mlirAttributeGetNull();
  if (flag && ufNodeInt(node, flag, 0))
    set = ufBoolAttr(b, true);
  MlirOperation op = ufOpN(
      b, name, node->inputs,
      UF_ATTRS({"hidden_size", ufNodeAttr(node, "hidden_size")},
               {"direction", ufNodeAttr(node, "direction")},
               {"activations", importActivations(b, node)},
               {"clip", ufNodeAttr(node, "clip")},
               {"layout", ufNodeAttr(node, "layout")}, {flag ? flag : "", set}),
      numResults);
  for (int i = 0; op.ptr && i < numResults; ++i)
    results[i] = ufResultOf(op, i);
  return op.ptr ? mlirLogicalResultSuccess() : mlirLogicalResultFailure();
}

static MlirLogicalResult importRnn(UfBuilder *b, const UfNode *node,
                                   MlirValue *results) {
  return importRecurrent(b, node, "rnn", NULL, 2, results);
}

static MlirLogicalResult importGru(UfBuilder *b, const UfNode *node,
                                   MlirValue *results) {
  return importRecurrent(b, node, "gru", "linear_before_reset", 2, results);
}

static MlirLogicalResult importLstm(UfBuilder *b, const UfNode *node,
                                    MlirValue *results) {
  return importRecurrent(b, node, "lstm", "input_forget", 3, results);
}

//===----------------------------------------------------------------------===//

#define OPERANDS                                                               \
  {"x", "The input, [T, B, I].", UF_FLOATS},                                   \
      {"w", "Weights of the input.", UF_FLOATS | UF_SAME},                     \
      {"r", "Weights of the hidden state.", UF_FLOATS | UF_SAME},              \
      {"bias", "Biases of the input, then of the hidden state.",               \
       UF_FLOATS | UF_SAME, UF_OPTIONAL},                                      \
      {"sequence_lens", "Steps of each sequence; T when omitted.",             \
       UF_INTEGERS, UF_OPTIONAL},                                              \
  {                                                                            \
    "initial_h", "Hidden state before the first step; zeros when omitted.",    \
        UF_FLOATS | UF_SAME, UF_OPTIONAL                                       \
  }
#define RESULTS                                                                \
  {"y", "The hidden states of all steps, [T, D, B, H]."},                      \
      {"y_h", "The hidden state after the last step, [D, B, H]."}
#define ATTRS(defaults)                                                        \
  {"hidden_size", "H; as the weights say when absent.", UF_INT,                \
   .optional = true},                                                          \
      {"direction", "Which way through time.", UF_STRING, "\"forward\"",       \
       .oneOf = "forward|reverse|bidirectional"},                              \
      {"activations", "Of the gates, with parameters: Elu(0.5).", UF_STRING,   \
       "\"" defaults "\""},                                                    \
      {"clip", "Bound for the inputs of activations.", UF_FLOAT,               \
       .optional = true},                                                      \
      {"layout", "1: the batch comes before time and direction.", UF_INT, "0"}

static const UfOp ops[] = {
    {
        .name = "rnn",
        .summary = "A simple recurrent network.",
        .operands = {OPERANDS},
        .results = {RESULTS},
        .attrs = {ATTRS("Tanh")},
        .infer = inferRnn,
        .decompose = decomposeRnn,
        .imports =
            UF_IMPORTS({UF_ONNX, "RNN", 1, importRnn},
                       {UF_TORCH, "aten.rnn_tanh.input", 0, ufTorchRecurrent},
                       {UF_TORCH, "aten.rnn_relu.input", 0, ufTorchRecurrent}),
    },
    {
        .name = "gru",
        .summary = "Gated recurrent units.",
        .operands = {OPERANDS},
        .results = {RESULTS},
        .attrs = {ATTRS("Sigmoid,Tanh"),
                  {"linear_before_reset", "Multiply before the reset gate.",
                   UF_BOOL, "false"}},
        .infer = inferGru,
        .decompose = decomposeGru,
        .imports =
            UF_IMPORTS({UF_ONNX, "GRU", 1, importGru},
                       {UF_TORCH, "aten.gru.input", 0, ufTorchRecurrent}),
    },
    {
        .name = "lstm",
        .summary = "Long short-term memory.",
        .operands = {OPERANDS,
                     {"initial_c", "Cell state before the first step.",
                      UF_FLOATS | UF_SAME, UF_OPTIONAL},
                     {"peephole", "Weights of the cell state in the gates.",
                      UF_FLOATS | UF_SAME, UF_OPTIONAL}},
        .results = {RESULTS, {"y_c", "The cell state after the last step."}},
        .attrs = {ATTRS("Sigmoid,Tanh,Tanh"),
                  {"input_forget", "Couple input and forget gate.", UF_BOOL,
                   "false"}},
        .infer = inferLstm,
        .decompose = decomposeLstm,
        .imports =
            UF_IMPORTS({UF_ONNX, "LSTM", 1, importLstm},
                       {UF_TORCH, "aten.lstm.input", 0, ufTorchRecurrent}),
    },
};
UF_FAMILY(ufRecurrentOps, "recurrent", ops);
