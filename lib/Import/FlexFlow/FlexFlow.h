//===-- FlexFlow.h - Inside the reader and writer of .ff files ----*- C -*-===//
//
// A file has one operator per line, in an order in which they can run:
//   name; in1,in2,; out1,out2,; OPERATOR; parameter; parameter
// Names are those of the lines that an operator reads and that read it. There
// are no shapes, no types and no weights.
//
//===----------------------------------------------------------------------===//

#ifndef UF_IMPORT_FLEXFLOW_FLEXFLOW_H
#define UF_IMPORT_FLEXFLOW_FLEXFLOW_H

#include "Import/Graph.h"

#include <jansson.h>

/// FlexFlow's ActiMode and PoolType, as files number them.
enum {
  UF_FF_NONE = 10,
  UF_FF_RELU = 11,
  UF_FF_SIGMOID = 12,
  UF_FF_TANH = 13,
  UF_FF_GELU = 14,
  UF_FF_POOL_MAX = 30,
  UF_FF_POOL_AVG = 31,
};

typedef struct UfFfLine {
  int32_t number; ///< In the file, from 1.
  const char *name;
  const char *op;
  const char **inputs;
  const char **params;
  int32_t numInputs, numOutputs, numParams;
} UfFfLine;

/// What a line defines.
typedef struct UfFfValue {
  int32_t first;
  int32_t count; ///< Of the tensors in a tuple; -1 for one tensor.
} UfFfValue;

/// The state of one import.
typedef struct UfFfImport {
  const UfSource *source;
  UfMessage *message;
  UfrontStatus status; ///< Of what was built so far.
  UfImported *out;
  UfArena arena;
  UfFfLine *lines;
  UfFfValue *values; ///< By line.
  int32_t numLines;
  json_t *names;    ///< Numbers of lines so far, by name.
  size_t invented;  ///< Bytes of weights so far...
  size_t mostBytes; ///< ...and at most.
  UfGraph graph;
  UfGraphModule module;
} UfFfImport;

/// A node under construction.
typedef struct UfFfNode {
  const char *op;
  UfrontArg *args; ///< Null after a failure.
  int32_t numArgs, capacity;
  UfrontArg spare; ///< What is then filled in.
} UfFfNode;

//===----------------------------------------------------------------------===//
// Parse.c
//===----------------------------------------------------------------------===//

/// Splits the text into lines.
UfrontStatus ufFfParse(UfFfImport *import);

/// Parameter `i` as a number. False when it is none, or not there.
bool ufFfInt(const UfFfLine *line, int32_t i, int64_t *out);
bool ufFfFloat(const UfFfLine *line, int32_t i, double *out);

/// Reads a whole text as a number.
bool ufFfParseInt(const char *text, int64_t *out);

/// Removes spaces at both ends of a text that may be written to.
char *ufFfTrim(char *text);

//===----------------------------------------------------------------------===//
// Build.c
//===----------------------------------------------------------------------===//

// Once something failed, which `import->status` says, these do nothing more, so
// that a rule need not ask after every step.

/// Fails with "FILE:12: 'conv1' (CONV2D) WHAT".
__attribute__((format(printf, 3, 4))) void
ufFfFail(UfFfImport *import, const UfFfLine *line, const char *format, ...);

/// The line called `name`, which must be before this one.
UfFfValue ufFfFind(UfFfImport *import, const UfFfLine *line, const char *name);
/// The same, which must be one tensor.
int32_t ufFfTensor(UfFfImport *import, const UfFfLine *line, const char *name);
/// The tensor that input `i` of a line is.
int32_t ufFfInput(UfFfImport *import, const UfFfLine *line, int32_t i);

/// What is known of a tensor; false after what defines it could not be built.
bool ufFfShape(const UfFfImport *import, int32_t value, UfShape *shape);

/// Starts a node of row `op` with the line's first `count` inputs, to which
/// `others` arguments may be added.
UfFfNode ufFfBegin(UfFfImport *import, const UfFfLine *line, const char *op,
                   int32_t count, int32_t others);
/// Adds an argument, whose value the caller fills in.
UfrontArg *ufFfArg(UfFfNode *node, const char *name, UfrontArgKind kind);
void ufFfValueArg(UfFfNode *node, int32_t value);
void ufFfIntArg(UfFfNode *node, const char *name, int64_t value);
void ufFfStringArg(UfFfNode *node, const char *name, const char *text);
void ufFfIntsArg(UfFfImport *import, UfFfNode *node, const char *name,
                 int32_t count, const int64_t *values);

/// Adds the node, and returns the first of its `count` results.
int32_t ufFfEnd(UfFfImport *import, const UfFfLine *line, const UfFfNode *node,
                int32_t count);

/// Adds weight `line.name` of these sizes, invented or all `*fill`, to `node`.
void ufFfWeight(UfFfImport *import, const UfFfLine *line, UfFfNode *node,
                const char *name, int32_t rank, const int64_t *shape,
                const double *fill);

/// A constant of rank 0 with the element type of `like`.
int32_t ufFfNumber(UfFfImport *import, const UfFfLine *line, double number,
                   int32_t like);
/// A constant of one integer.
int32_t ufFfInteger(UfFfImport *import, const UfFfLine *line, int64_t integer);

//===----------------------------------------------------------------------===//
// Layers.c, Move.c
//===----------------------------------------------------------------------===//

/// Builds what a line says; `*out` is one tensor unless it is changed.
typedef void (*UfFfRule)(UfFfImport *import, const UfFfLine *line,
                         UfFfValue *out);

typedef struct UfFfOperator {
  const char *name;
  UfFfRule rule;
  int32_t numInputs; ///< It has at least.
  int32_t numParams; ///< It has at least.
  const char *row;   ///< For rules that only need to know this.
} UfFfOperator;

typedef struct UfFfTypeName {
  const char *name; ///< As files spell it.
  UfrontType type;
} UfFfTypeName;

typedef struct UfFfActivation {
  int mode; ///< ActiMode.
  const char *row;
} UfFfActivation;

/// Zero-terminated.
extern const UfFfTypeName ufFfTypes[];
extern const UfFfActivation ufFfActivations[];

/// Layers and arithmetic; moving elements. Zero-terminated.
extern const UfFfOperator ufFfLayers[];
extern const UfFfOperator ufFfMoves[];

/// The operator called `name`, or null.
const UfFfOperator *ufFfFindOperator(const char *name);

#endif // UF_IMPORT_FLEXFLOW_FLEXFLOW_H
