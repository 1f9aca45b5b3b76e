//===-- ufront/Graph.h - A graph handed over node by node ---------*- C -*-===//
//
// For programs that have a network in memory instead of a file: a framework's
// graph, or one written by hand. Nodes are operators of a frontend: "torch"
// (ATen overloads: "aten.relu.default", arguments by their schema's names),
// "flexflow" (its operator names), or "ufront" (rows of the op table, as
// docs/reference/ops.md lists them).
//
// A graph made with a session builds its module as it goes, so that the type of
// every value is known at once. Operators that are not supported are collected,
// and ufrontGraphFinish() reports all of them in one message. A graph made
// without a session only records: it becomes the argument of a node, which
// runs it (a branch of a condition, the body of a loop).
//
// Ownership: text and arguments are copied; the data of parameters is borrowed
//            for as long as the model lives.
// Threads:   as the session's; a recording graph belongs to one thread.
//
//===----------------------------------------------------------------------===//

#ifndef UFRONT_GRAPH_H
#define UFRONT_GRAPH_H

#include "ufront/Session.h"

UFRONT_BEGIN_DECLS

typedef struct UfrontGraph UfrontGraph;

typedef enum UfrontArgKind {
  UFRONT_ARG_NONE = 0, ///< Given as nothing, which is not the same as left out.
  UFRONT_ARG_VALUE = 1,  ///< `integer` is a value of the graph.
  UFRONT_ARG_INT = 2,    ///< `integer`.
  UFRONT_ARG_FLOAT = 3,  ///< `number`.
  UFRONT_ARG_BOOL = 4,   ///< `integer`, 0 or 1.
  UFRONT_ARG_STRING = 5, ///< `text`.
  UFRONT_ARG_TYPE = 6,   ///< `integer`, a UfrontType.
  UFRONT_ARG_LIST = 7,   ///< `numItems` of `items`.
  UFRONT_ARG_GRAPH = 8,  ///< `graph`, which only records.
} UfrontArgKind;

/// An argument of a node, or an item of one.
typedef struct UfrontArg {
  const char *name; ///< Null for items of lists.
  UfrontArgKind kind;
  int32_t numItems;
  int64_t integer;
  double number;
  const char *text;
  const struct UfrontArg *items;
  const UfrontGraph *graph; ///< Borrowed until the graph is finished.
} UfrontArg;

/// One operator. Its results have the types that `outputs` state, as far as the
/// frontend computes in types of its own; UFRONT_NO_TYPE leaves it to us, and a
/// rank of -1 says nothing of the shape.
typedef struct UfrontNode {
  const char *op;     ///< "aten.convolution.default".
  const char *name;   ///< Names the node and its results: "conv1".
  const char *source; ///< Where it was written, "model.py:12"; may be null.
  const UfrontArg *args;
  int32_t numArgs;
  const UfrontTensorInfo *outputs; ///< A null name: that result is not used.
  int32_t numOutputs;
} UfrontNode;

/// Creates a graph the caller owns; `session` null makes one that only records.
/// Fails on a frontend it does not know.
UFRONT_API UFRONT_NODISCARD UfrontStatus ufrontGraphCreate(
    UfrontSession *session, const char *frontend, UfrontGraph **graph);

/// Null is a no-op.
UFRONT_API void ufrontGraphDestroy(UfrontGraph *graph);

/// Adds an input; `*value` is its number.
UFRONT_API UFRONT_NODISCARD UfrontStatus ufrontGraphAddInput(
    UfrontGraph *graph, const UfrontTensorInfo *info, int32_t *value);

/// Adds a weight. A name that is taken gets a number. Not for recording graphs.
UFRONT_API UFRONT_NODISCARD UfrontStatus
ufrontGraphAddParameter(UfrontGraph *graph, const char *name,
                        const UfrontTensor *tensor, int32_t *value);

/// Adds a node whose results are the values *first to *first + numOutputs - 1.
/// Succeeds where the operator is not supported or its arguments are wrong:
/// ufrontGraphFinish() tells. Rows ("ufront") are written by hand: for them it
/// fails at once, and the graph is as it was.
UFRONT_API UFRONT_NODISCARD UfrontStatus
ufrontGraphAddNode(UfrontGraph *graph, const UfrontNode *node, int32_t *first);

/// Makes `value` the next output, called `name`.
UFRONT_API UFRONT_NODISCARD UfrontStatus
ufrontGraphAddOutput(UfrontGraph *graph, const char *name, int32_t value);

/// Adds what `model`, of the same session, computes. `inputs` are values for
/// its inputs, one for each and of its type. Every result of its ops becomes a
/// value, `*count` of them from `*first` on. `outputs` receives those that are
/// its outputs. The weights are borrowed: `model` must outlive the graph, and
/// the models made of that.
UFRONT_API UFRONT_NODISCARD UfrontStatus ufrontGraphAddModel(
    UfrontGraph *graph, const UfrontModel *model, const int32_t *inputs,
    int32_t *first, int32_t *count, int32_t *outputs);

/// The type of a value; null for one that could not be built, for one that is
/// no tensor, and in recording graphs. Borrowed until the next call.
UFRONT_API const UfrontTensorInfo *ufrontGraphGetValue(UfrontGraph *graph,
                                                       int32_t value);

typedef struct UfrontAttribute {
  const char *name;
  const char *text; ///< As MLIR writes it, "array<i64: 1, 1>".
} UfrontAttribute;

/// The op that defines a value.
typedef struct UfrontDefinition {
  const char *op;                 ///< "conv2d", with its dialect if not ours.
  const char *name;               ///< "conv1", "" if it has none.
  const void *address;            ///< Tells ops apart.
  int32_t first;                  ///< Its first result...
  int32_t numOutputs;             ///< ...and how many there are.
  bool isUsed;                    ///< Whether something reads the value.
  const UfrontTensorInfo *inputs; ///< What it reads, of no type if no tensor.
  int32_t numInputs;
  const UfrontAttribute *attributes;
  int32_t numAttributes;
} UfrontDefinition;

/// What defines a value; null for inputs, for what could not be built, and in
/// recording graphs. Borrowed until the next call.
UFRONT_API const UfrontDefinition *ufrontGraphGetDefinition(UfrontGraph *graph,
                                                            int32_t value);

/// The text of the ops that the node that defines `value` became, in generic
/// form; null where there is none. Borrowed until the next call.
UFRONT_API const char *ufrontGraphGetText(UfrontGraph *graph, int32_t value);

/// Makes a model, which the caller owns, of what there is so far: `count`
/// `values`, called `names`, are its outputs. The graph goes on;
/// the two share nothing but the data of parameters.
UFRONT_API UFRONT_NODISCARD UfrontStatus ufrontGraphCreateModel(
    UfrontGraph *graph, const int32_t *values, const char *const *names,
    int32_t count, UfrontModel **model);

/// Ends the graph and makes a model of it, which the caller owns; the graph can
/// then only be destroyed. Everything that is not supported is in one message
/// (UFRONT_UNSUPPORTED).
UFRONT_API UFRONT_NODISCARD UfrontStatus ufrontGraphFinish(UfrontGraph *graph,
                                                           UfrontModel **model);

/// The name of operator `index` that `frontend` can be imported with
/// ("aten.relu.default"), null past the end.
UFRONT_API const char *ufrontGetOperatorName(const char *frontend,
                                             int32_t index);

//===----------------------------------------------------------------------===//
// The op table
//===----------------------------------------------------------------------===//

typedef enum UfrontFieldKind {
  UFRONT_FIELD_OPERAND = 0,
  UFRONT_FIELD_RESULT = 1,
  UFRONT_FIELD_ATTRIBUTE = 2,
} UfrontFieldKind;

/// An operand, a result or an attribute of a row, an operator of "ufront".
typedef struct UfrontField {
  const char *name;
  const char *doc;
  /// What it is: for attributes "int", "int_list", "float", "bool", "string",
  /// "type" or "value", else "tensor" or, for any number of them, "tensors".
  const char *type;
  const char *fallback; ///< MLIR text of an absent attribute's value, or null.
  const char *choices;  ///< Of a string, "none|tanh"; null: any.
  bool isOptional;      ///< May be left out.
} UfrontField;

/// One line on row `op`; null if there is none.
UFRONT_API const char *ufrontGetOperatorSummary(const char *op);

/// Describes field `index` of row `op`; false past the end.
UFRONT_API bool ufrontGetOperatorField(const char *op, UfrontFieldKind kind,
                                       int32_t index, UfrontField *field);

UFRONT_END_DECLS

#endif // UFRONT_GRAPH_H
