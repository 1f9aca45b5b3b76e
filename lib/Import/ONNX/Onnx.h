//===-- Onnx.h - The parts of the ONNX importer -------------------*- C -*-===//
//
// Scan.c unpacks the file. Check.c sees that everything in it is known. Graph.c
// walks the nodes, binding names (Scope.c) to values; Tensor.c, Param.c and
// Attr.c turn what nodes hold into MLIR. Everything here dies with the import.
//
//===----------------------------------------------------------------------===//

#ifndef UF_IMPORT_ONNX_ONNX_H
#define UF_IMPORT_ONNX_ONNX_H

#include "Import/Import.h"
#include "Import/ONNX/Scan.h"
#include "Ops/Node.h"

/// What a name stands for.
typedef enum UfOnnxBinding {
  UF_ONNX_UNBOUND = 0, ///< Nothing yet.
  UF_ONNX_LATER,       ///< Output of a node that has not been imported yet.
  UF_ONNX_DECLARED,    ///< Only its type is known: a parameter without values.
  UF_ONNX_TENSOR,      ///< An initializer that has not been used yet.
  UF_ONNX_VALUE,       ///< A value; null for an input that the caller omitted.
  UF_ONNX_FAILED,      ///< What should define it failed, which was reported.
} UfOnnxBinding;

typedef struct UfOnnxName {
  const char *name;
  UfOnnxBinding binding;
  MlirValue value;
  const UfOnnx__Tensor *tensor; ///< Of UF_ONNX_TENSOR.
  const UfOnnx__Type *type;     ///< Of UF_ONNX_DECLARED.
} UfOnnxName;

/// The call of a local function that is being inlined.
typedef struct UfOnnxCall {
  const UfOnnx__Function *function;
  const UfOnnx__Node *node;  ///< The calling node, whose attributes
  struct UfOnnxScope *scope; ///< are to be read in this scope.
} UfOnnxCall;

/// A graph, subgraph or function body with the names it defines.
typedef struct UfOnnxScope {
  struct UfOnnxScope *parent; ///< Whose names are visible too; null: none.
  const UfOnnxCall *call;     ///< The innermost one; null in the main graph.
  const char *prefix;         ///< Of node and parameter names: "if_1/".
  MlirBlock block;            ///< Where its values are defined.
  int depth;                  ///< Of scopes inside each other.
  UfOnnxName *names;          ///< Open addressing, never full.
  size_t numNames;            ///< A power of two.
} UfOnnxScope;

/// External data that is mapped; the weights own the mapping.
typedef struct UfOnnxFile {
  struct UfOnnxFile *next;
  const char *path;
  const uint8_t *data;
  size_t size;
} UfOnnxFile;

/// One import.
typedef struct UfOnnxImport {
  const UfSource *source;
  MlirContext ctx;
  UfMessage *message;
  UfImported *out;
  UfArena arena;
  const UfOnnx__Model *model;
  const UfOnnx__Function **functions; ///< The model's, sorted.
  UfOnnxFile *files;
  MlirBlock entry;         ///< Of @forward.
  MlirOperation lastParam; ///< Null before the first.
  size_t invented;         ///< Bytes of parameters that had no values.
  size_t budget;           ///< Names and nodes that may still be imported.
  int64_t done, total;     ///< Nodes of the main graph.
  int renamed;             ///< Parameters whose name was taken.
  int errors;              ///< Error diagnostics so far.
  int failed;              ///< Nodes that could not be imported.
  int skipped;             ///< Uses of what had failed before.
  bool unsupported;        ///< Some rule did not know how; else: malformed.
} UfOnnxImport;

/// A node in the scope it is read in: the `source` of a UfNode.
typedef struct UfOnnxNode {
  UfOnnxImport *import;
  const UfOnnx__Node *node;
  UfOnnxScope *scope;
  const char *name; ///< With the scope's prefix; never empty.
} UfOnnxNode;

static inline const char *ufOnnxText(const char *text) {
  return text ? text : "";
}

/// The default domain has two names.
static inline const char *ufOnnxDomain(const char *domain) {
  return domain && __builtin_strcmp(domain, "ai.onnx") != 0 ? domain : "";
}

/// The location called `name`, on `line` of the model: its node's index. The
/// outermost name is one that can be printed, the next one the file's.
MlirLocation ufOnnxLocation(UfOnnxImport *import, const char *name,
                            unsigned line);

//===----------------------------------------------------------------------===//
// Scope.c
//===----------------------------------------------------------------------===//

/// Makes room for at most `count` names. Fails when memory is exhausted, when
/// scopes are too deep, and when the model expands to too much.
MlirLogicalResult ufOnnxReserve(UfOnnxImport *import, MlirLocation loc,
                                UfOnnxScope *scope, size_t count);

/// The entry of `name` in this very scope, made when it is not there.
UfOnnxName *ufOnnxName(UfOnnxScope *scope, const char *name);

/// The value that `name` has here; initializers become values. `user` says who
/// asks, for the message; a use of something that had failed is not reported.
MlirLogicalResult ufOnnxUse(UfOnnxImport *import, MlirLocation loc,
                            UfOnnxScope *scope, const char *name,
                            const char *user, MlirValue *value);

/// How many names `nodes` define, at most.
size_t ufOnnxCountOutputs(UfOnnx__Node *const *nodes, size_t count);

/// Marks what `nodes` define as coming later. Reports a second definition.
MlirLogicalResult ufOnnxDeclareOutputs(MlirLocation loc, UfOnnxScope *scope,
                                       UfOnnx__Node *const *nodes,
                                       size_t count);

/// Binds all names of `graph` but its inputs, for which room is made too.
MlirLogicalResult ufOnnxDeclareGraph(UfOnnxImport *import, MlirLocation loc,
                                     UfOnnxScope *scope,
                                     const UfOnnx__Graph *graph);

//===----------------------------------------------------------------------===//
// Tensor.c
//===----------------------------------------------------------------------===//

/// An ONNX element type as ours, UFRONT_NO_TYPE when we have none; and its name
/// in ONNX.
UfrontType ufOnnxType(int32_t type);
const char *ufOnnxTypeName(int32_t type);

/// Takes a tensor type apart. Returns what is wrong with it ("is a sequence"),
/// or null.
const char *ufOnnxShape(MlirContext ctx, const UfOnnx__Type *type,
                        UfShape *shape);

/// Describes the values of `tensor`, in place where they lie in a file, else
/// decoded into the import's arena. Called `name` in messages.
MlirLogicalResult ufOnnxReadTensor(UfOnnxImport *import, MlirLocation loc,
                                   const char *name,
                                   const UfOnnx__Tensor *tensor,
                                   UfrontTensor *out);

//===----------------------------------------------------------------------===//
// External.c
//===----------------------------------------------------------------------===//

/// Finds the `size` bytes that a tensor says are in another file.
MlirLogicalResult ufOnnxExternal(UfOnnxImport *import, MlirLocation loc,
                                 const char *name, const UfOnnx__Tensor *tensor,
                                 size_t size, const uint8_t **data);

//===----------------------------------------------------------------------===//
// Param.c
//===----------------------------------------------------------------------===//

/// Makes `name`, an initializer or declared, a value: a constant at the end of
/// the block of `scope`, which defines it, when it is small, else a parameter.
MlirLogicalResult ufOnnxMaterialize(UfOnnxImport *import,
                                    const UfOnnxScope *scope, UfOnnxName *name);

//===----------------------------------------------------------------------===//
// Attr.c
//===----------------------------------------------------------------------===//

/// The types of an attribute.
enum {
  UF_ONNX_FLOAT = 1,
  UF_ONNX_INT = 2,
  UF_ONNX_STRING = 3,
  UF_ONNX_TENSOR_ATTR = 4,
  UF_ONNX_GRAPH = 5,
  UF_ONNX_FLOATS = 6,
  UF_ONNX_INTS = 7,
  UF_ONNX_STRINGS = 8,
  UF_ONNX_TYPE = 13,
};

/// Attribute `name` of `node`, with references to attributes of the functions
/// being inlined resolved, and the scope it is to be read in. Null: none.
const UfOnnx__Attribute *ufOnnxFindAttr(const UfOnnx__Node *node,
                                        UfOnnxScope *scope, const char *name,
                                        UfOnnxScope **where);
/// One of the types above, or another one; files before IR 2 do not say.
int ufOnnxAttrType(const UfOnnx__Attribute *attr);

/// UfNodeReader::getAttr.
MlirAttribute ufOnnxGetAttr(const UfNode *node, const char *name);

//===----------------------------------------------------------------------===//
// Check.c
//===----------------------------------------------------------------------===//

/// Checks the operator sets and sorts the functions. Fails with one message
/// that names everything there is no import rule for.
UfrontStatus ufOnnxCheck(UfOnnxImport *import);

/// The version of `domain` that `function`, or else the model, asks for; 0 when
/// neither does.
int ufOnnxOpset(const UfOnnxImport *import, const UfOnnx__Function *function,
                const char *domain);

/// The operator as the op table calls it, with the domain before it unless that
/// is the default one. Null when memory is exhausted.
const char *ufOnnxOpName(UfOnnxImport *import, const UfOnnx__Node *node);

/// The local function that `node` calls, or null.
const UfOnnx__Function *ufOnnxFindFunction(const UfOnnxImport *import,
                                           const UfOnnx__Node *node);

//===----------------------------------------------------------------------===//
// Graph.c
//===----------------------------------------------------------------------===//

/// Imports `nodes` at the end of `b`'s block. Goes on after a node that fails
/// with those that do not need it.
void ufOnnxImportNodes(UfOnnxImport *import, const UfBuilder *b,
                       UfOnnxScope *scope, UfOnnx__Node *const *nodes,
                       size_t count);

#endif // UF_IMPORT_ONNX_ONNX_H
