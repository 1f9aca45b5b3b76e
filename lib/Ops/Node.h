//===-- Node.h - A foreign operator, whatever it came from --------*- C -*-===//
//
// Readers (ONNX, torch.export, Keras, FlexFlow) turn each node of their file
// into a UfNode. Op families see only UfNode, so an op file never includes a
// protobuf header and one converter can serve several frameworks.
//
//===----------------------------------------------------------------------===//

#ifndef UF_OPS_NODE_H
#define UF_OPS_NODE_H

#include "Ops/Op.h"
#include "ufront/Graph.h"

typedef struct UfNodeReader {
  /// Attribute or keyword argument `name` as an MLIR attribute: an i64, f64 or
  /// string attribute, array<i64>, array<f64>, an array of strings, a type,
  /// dense elements, or unit for an ONNX graph. Null when the node has none.
  MlirAttribute (*getAttr)(const UfNode *node, const char *name);
  /// Imports the subgraph held by attribute `name` at the end of `b`'s block,
  /// its inputs bound to `inputs`; writes its `numOutputs` values. Reports and
  /// fails when the graph has other numbers of inputs or outputs.
  MlirLogicalResult (*importGraph)(const UfNode *node, const char *name,
                                   UfBuilder *b, UfValues inputs,
                                   int numOutputs, MlirValue *outputs);
  /// Argument `name` of a frontend that names its arguments (ufront/Graph.h),
  /// null when it is left out; and the value a number stands for, which is null
  /// after what should define it failed. Absent for ONNX.
  const UfrontArg *(*getArg)(const UfNode *node, const char *name);
  MlirValue (*getValue)(const UfNode *node, int64_t number);
  /// All of them, as they are written; returns how many.
  int (*getArgs)(const UfNode *node, const UfrontArg **args);
} UfNodeReader;

struct UfNode {
  UfFrontend from;
  const char *op;   ///< "Softmax", "aten.softmax.int", "ai.onnx.ml.Scaler".
  int version;      ///< Opset of the op's domain, 0 when not versioned.
  MlirLocation loc; ///< Names the node, and the source line when known.
  UfValues inputs;  ///< A null value marks an omitted optional input.
  int numOutputs;
  const bool *used; ///< used[i]: output i has a name; unused may stay null.
  /// What the frontend says of the outputs (ufront/Graph.h); null for ONNX.
  const UfrontTensorInfo *outputs;
  const UfNodeReader *reader;
  const void *source; ///< The reader's own node.
};

/// Imports `node` by the rule that matches it best. `results[i]` is set for
/// every used output. Failure has been reported at the node's location.
MlirLogicalResult ufImportNode(UfBuilder *b, const UfNode *node,
                               MlirValue *results);

/// The rule and row for operator `name` at `version`, or null.
const UfImport *ufFindImport(UfFrontend from, const char *name, int version,
                             const UfOp **op);

/// Operands by position, attributes by name: what a null `convert` does.
MlirLogicalResult ufImportByTable(UfBuilder *b, const UfNode *node,
                                  const UfOp *op, MlirValue *results);

//===----------------------------------------------------------------------===//
// What a converter asks of a node
//===----------------------------------------------------------------------===//

/// Input `i`, or null when it is omitted.
static inline MlirValue ufNodeInput(const UfNode *node, int i) {
  return i < node->inputs.size ? node->inputs.data[i] : (MlirValue){NULL};
}

bool ufNodeHas(const UfNode *node, const char *name);
int64_t ufNodeInt(const UfNode *node, const char *name, int64_t fallback);
double ufNodeFloat(const UfNode *node, const char *name, double fallback);
/// Text owned by the context.
const char *ufNodeStr(const UfNode *node, const char *name,
                      const char *fallback);
/// False when the node has no such attribute; `*out` is then untouched.
bool ufNodeInts(const UfNode *node, const char *name, UfInts *out);
/// The same as an attribute, or null.
MlirAttribute ufNodeIntsAttr(const UfBuilder *b, const UfNode *node,
                             const char *name);
/// An element type, which ONNX gives by its number and others as a type; a null
/// type after an error was reported.
MlirType ufNodeType(const UfBuilder *b, const UfNode *node, const char *name);
static inline MlirAttribute ufNodeAttr(const UfNode *node, const char *name) {
  return node->reader->getAttr(node, name);
}

/// Integers that newer opsets give as input `input` and older ones as attribute
/// `name`. 1: written, 0: neither is there, -1: the input is not a constant.
int ufNodeIntsOrInput(const UfNode *node, const char *name, int input,
                      UfInts *out);

/// ufError at the node, prefixed with its operator: "'Resize' (opset 13) ".
__attribute__((format(printf, 2, 3))) MlirLogicalResult
ufNodeError(const UfNode *node, const char *format, ...);

/// Stores `value` as the node's first result. Fails when it is null.
MlirLogicalResult ufNodeDefine(MlirValue *results, MlirValue value);

#endif // UF_OPS_NODE_H
