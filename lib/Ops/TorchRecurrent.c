//===-- TorchRecurrent.c - Import rules for recurrent networks ------------===//
//
// ATen has all layers and directions in one operator, a row for each layer has
// both directions. Its gates come in another order.
//
//===----------------------------------------------------------------------===//

#include "Ops/TorchRecurrent.h"

#include "Ops/Compose.h"

#include <string.h>

enum { MAX_GATES = 4, MAX_STATES = 2 };

/// A kind of network: its row, and which of ATen's gates the row has first,
/// second and so on.
typedef struct Kind {
  const char *prefix, *row, *activation;
  int numStates, numGates, gates[MAX_GATES];
} Kind;

static const Kind kinds[] = {
    {"aten.lstm.", "lstm", NULL, 2, 4, {0, 3, 1, 2}},
    {"aten.gru.", "gru", NULL, 1, 3, {1, 0, 2}},
    {"aten.rnn_tanh.", "rnn", "Tanh", 1, 1, {0}},
    {"aten.rnn_relu.", "rnn", "Relu", 1, 1, {0}},
};

typedef struct Network {
  const Kind *kind;
  MlirValue x, states[MAX_STATES];
  const UfrontArg *params; ///< A list of values.
  int numLayers, numDirections;
  int perCell; ///< Parameters of one direction of a layer.
  bool hasBias, isBatchFirst;
} Network;

static const Kind *kindOf(const UfNode *node) {
  for (int i = 0; i < UF_COUNT(kinds); ++i)
    if (strncmp(node->op, kinds[i].prefix, strlen(kinds[i].prefix)) == 0)
      return &kinds[i];
  return NULL;
}

static MlirLogicalResult readStates(UfBuilder *b, const UfNode *node,
                                    Network *n) {
  MlirValue values[UF_MAX_VALUES];
  if (n->kind->numStates == 1) {
    n->states[0] = ufTorchTensor(b, node, "hx");
  } else {
    if (ufTorchTensors(node, "hx", values) != n->kind->numStates)
      return ufNodeError(node, "argument 'hx' must be %d tensors",
                         n->kind->numStates);
    memcpy(n->states, values, sizeof n->states);
  }
  for (int i = 0; i < n->kind->numStates; ++i)
    if (!n->states[i].ptr || ufRank(n->states[i]) != 3)
      return ufNodeError(node, "argument 'hx' must be of rank 3");
  return mlirLogicalResultSuccess();
}

static MlirLogicalResult readNetwork(UfBuilder *b, const UfNode *node,
                                     Network *n) {
  *n = (Network){
      .kind = kindOf(node),
      .x = ufTorchTensor(b, node, "input"),
      .params = ufTorchArg(node, "params"),
      .numLayers = (int)ufNodeInt(node, "num_layers", 1),
      .numDirections = ufNodeInt(node, "bidirectional", 0) ? 2 : 1,
      .hasBias = ufNodeInt(node, "has_biases", 1) != 0,
      .isBatchFirst = ufNodeInt(node, "batch_first", 0) != 0,
  };
  n->perCell = n->hasBias ? 4 : 2;
  if (!n->kind || !n->x.ptr || ufRank(n->x) != 3)
    return ufNodeError(node, "needs an input of rank 3");
  if (ufNodeInt(node, "train", 0) && ufNodeFloat(node, "dropout", 0) != 0)
    return ufNodeError(node, "argument 'dropout' is not supported in training");
  if (n->numLayers < 1 || n->numLayers > UF_MAX_VALUES || !n->params ||
      n->params->kind != UFRONT_ARG_LIST ||
      n->params->numItems != n->perCell * n->numLayers * n->numDirections)
    return ufNodeError(node,
                       "argument 'params' must have %d tensors for each "
                       "layer and direction; projections are not "
                       "supported",
                       n->perCell);
  return readStates(b, node, n);
}

/// Parameter `index` of a direction, its gates in the row's order.
static MlirValue parameter(UfBuilder *b, const UfNode *node, const Network *n,
                           int cell, int index) {
  const UfrontArg *arg = &n->params->items[cell * n->perCell + index];
  MlirValue x = arg->kind == UFRONT_ARG_VALUE
                    ? node->reader->getValue(node, arg->integer)
                    : (MlirValue){NULL};
  int gates = n->kind->numGates;
  if (!x.ptr || ufRank(x) < 1 || ufDimSize(x, 0) == UF_DYNAMIC ||
      ufDimSize(x, 0) % gates != 0) {
    ufNodeError(node,
                "argument 'params' has no tensor of %d gates as its "
                "element %d",
                gates, cell * n->perCell + index);
    return (MlirValue){NULL};
  }
  if (gates == 1)
    return x;
  int64_t hidden = ufDimSize(x, 0) / gates;
  MlirValue parts[MAX_GATES];
  for (int i = 0; i < gates; ++i) {
    int64_t from = n->kind->gates[i] * hidden;
    parts[i] = ufCallSlice(b, x, 0, from, from + hidden);
  }
  return ufCallConcat(b, (UfValues){parts, gates}, 0);
}

/// Parameters `index` to `index` + `count` - 1 of all directions of a layer,
/// joined along the gates, the directions stacked.
static MlirValue stacked(UfBuilder *b, const UfNode *node, const Network *n,
                         int layer, int index, int count) {
  MlirValue directions[2];
  for (int d = 0; d < n->numDirections; ++d) {
    MlirValue parts[2];
    for (int i = 0; i < count; ++i)
      parts[i] = parameter(b, node, n, layer * n->numDirections + d, index + i);
    directions[d] =
        ufCallUnsqueeze(b, ufCallConcat(b, (UfValues){parts, count}, 0), 0);
  }
  return ufCallConcat(b, (UfValues){directions, n->numDirections}, 0);
}

/// One layer: `*x` becomes its output, `finals` its last states.
static MlirLogicalResult buildLayer(UfBuilder *b, const UfNode *node,
                                    const Network *n, int layer, MlirValue *x,
                                    MlirValue *finals) {
  MlirValue in[7] = {*x, stacked(b, node, n, layer, 0, 1),
                     stacked(b, node, n, layer, 1, 1)};
  if (n->hasBias)
    in[3] = stacked(b, node, n, layer, 2, 2);
  int count = n->kind->numStates, d = n->numDirections;
  for (int i = 0; i < count; ++i)
    in[5 + i] = ufCallSlice(b, n->states[i], 0, (int64_t)layer * d,
                            (int64_t)(layer + 1) * d);
  if (!in[1].ptr || !in[2].ptr || (n->hasBias && !in[3].ptr))
    return mlirLogicalResultFailure();
  const char *activation = n->kind->activation;
  char both[16];
  if (activation && d == 2) {
    snprintf(both, sizeof both, "%s,%s", activation, activation);
    activation = both;
  }
  bool isGru = strcmp(n->kind->row, "gru") == 0;
  MlirOperation op =
      ufOpN(b, n->kind->row, (UfValues){in, 5 + count},
            UF_ATTRS({"direction",
                      ufStrAttr(b, d == 2 ? "bidirectional" : "forward")},
                     {"activations", activation ? ufStrAttr(b, activation)
                                                : mlirAttributeGetNull()},
                     {"linear_before_reset",
                      isGru ? ufBoolAttr(b, true) : mlirAttributeGetNull()}),
            1 + count);
  if (!op.ptr)
    return mlirLogicalResultFailure();
  for (int i = 0; i < count; ++i)
    finals[i] = ufResultOf(op, 1 + i);
  // [T, D, B, H] as [T, B, D * H].
  MlirValue y = ufCallTranspose(b, ufResultOf(op, 0), 1, 2);
  if (!y.ptr)
    return mlirLogicalResultFailure();
  int64_t width = d * ufDimSize(y, 3);
  *x = ufCallReshape(b, y, 3, (int64_t[]){0, 0, width});
  return x->ptr ? mlirLogicalResultSuccess() : mlirLogicalResultFailure();
}

MlirLogicalResult ufTorchRecurrent(UfBuilder *b, const UfNode *node,
                                   MlirValue *results) {
  Network n;
  UF_TRY(readNetwork(b, node, &n));
  MlirValue x = n.isBatchFirst ? ufCallTranspose(b, n.x, 0, 1) : n.x;
  MlirValue finals[MAX_STATES][UF_MAX_VALUES];
  for (int layer = 0; layer < n.numLayers; ++layer) {
    MlirValue last[MAX_STATES];
    UF_TRY(buildLayer(b, node, &n, layer, &x, last));
    for (int i = 0; i < n.kind->numStates; ++i)
      finals[i][layer] = last[i];
  }
  for (int i = 0; i < n.kind->numStates && 1 + i < node->numOutputs; ++i)
    results[1 + i] = ufCallConcat(b, (UfValues){finals[i], n.numLayers}, 0);
  return ufNodeDefine(results,
                      n.isBatchFirst ? ufCallTranspose(b, x, 0, 1) : x);
}
