//===-- Torch.h - Inside the torch.export reader ------------------*- C -*-===//
//
// A .pt2 file is a zip archive:
//   NAME/models/MODEL.json                          the graph and its signature
//   NAME/data/weights/MODEL_weights_config.json     parameters: file, type,
//   NAME/data/weights/weight_0                      sizes, strides; their bytes
//   NAME/data/constants/MODEL_constants_config.json the same for constants
//
//===----------------------------------------------------------------------===//

#ifndef UF_IMPORT_TORCH_TORCH_H
#define UF_IMPORT_TORCH_TORCH_H

#include "Import/Graph.h"
#include "Import/Zip.h"

#include <jansson.h>

typedef json_t *UfJson;
static inline void ufScoped_UfJson(UfJson *json) { json_decref(*json); }

/// A graph inside another; recorded, and used until the import ends.
typedef struct UfTorchNested {
  struct UfTorchNested *next;
  UfGraph graph;
} UfTorchNested;

/// The state of one import.
typedef struct UfTorchImport {
  const UfSource *source;
  UfMessage *message;
  UfImported *out;
  UfArena arena;
  UfZip zip;
  const char *prefix; ///< "NAME/".
  const char *model;  ///< "MODEL".
  const json_t *program;
  json_t *roots;  ///< The files that were parsed, by their names.
  json_t *layers; ///< How many nodes each layer has, by its path.
  json_t *shared; ///< Values of weights by where they lie.
  UfGraph graph;
  UfGraphModule module;
  UfTorchNested *nested;
} UfTorchImport;

/// A graph being read.
typedef struct UfTorchScope {
  UfTorchImport *import;
  UfGraph *graph;
  const json_t *json; ///< schema.Graph.
  json_t *names;      ///< The number of each value, by its name.
  int depth;
} UfTorchScope;

/// What a node defines. Lists count item by item.
typedef struct UfTorchResults {
  UfrontTensorInfo *infos; ///< Without a name where nobody reads it.
  int32_t count;
} UfTorchResults;

//===----------------------------------------------------------------------===//
// Import.c
//===----------------------------------------------------------------------===//

/// "FILE: out of memory".
UfrontStatus ufTorchNoMemory(const UfTorchImport *import);

/// "FILE: WHAT is malformed".
UfrontStatus ufTorchMalformed(const UfTorchImport *import, const char *what);

/// Parses entry `name` of the archive. `*json` is borrowed.
UfrontStatus ufTorchParse(UfTorchImport *import, const char *name,
                          const json_t **json);

//===----------------------------------------------------------------------===//
// Json.c
//===----------------------------------------------------------------------===//

/// Member `key` of an object as text, or null.
const char *ufTorchText(const json_t *object, const char *key);

/// Bytes that parsing `size` bytes of JSON takes at most.
size_t ufTorchJsonCost(const uint8_t *data, size_t size);

/// The one member of a union, and its key; null when it is none.
const json_t *ufTorchUnion(const json_t *json, const char **key);

//===----------------------------------------------------------------------===//
// Types.c
//===----------------------------------------------------------------------===//

/// torch's ScalarType, as files number it; UFRONT_NO_TYPE when we have none.
UfrontType ufTorchType(const json_t *number);

/// Type and sizes that a TensorMeta states. Symbolic sizes are dynamic, unless
/// the program's constraints leave one possibility. False when it is malformed.
bool ufTorchInfo(const UfTorchImport *import, const json_t *meta,
                 UfrontTensorInfo *info);

/// The same for the value called `name` of the scope's graph, whatever it is.
/// An unknown one has no type.
bool ufTorchValueInfo(const UfTorchScope *scope, const char *name,
                      UfrontTensorInfo *info);

//===----------------------------------------------------------------------===//
// Weights.c
//===----------------------------------------------------------------------===//

/// Adds the weight or constant that the state calls `name`. Those that are one
/// tensor become one value.
UfrontStatus ufTorchAddWeight(UfTorchImport *import, const char *name,
                              int32_t *value);

//===----------------------------------------------------------------------===//
// Arg.c
//===----------------------------------------------------------------------===//

/// The value that `name` stands for. `what` reads it, for the message.
UfrontStatus ufTorchUse(const UfTorchScope *scope, const char *what,
                        const char *name, int32_t *value);

/// Reads argument `json` of node `what`. Its parts belong to `arena`.
/// `*dropped`: it says where tensors are, or how they lie in memory.
UfrontStatus ufTorchReadArg(UfTorchScope *scope, UfArena *arena,
                            const char *what, const json_t *json,
                            UfrontArg *arg, bool *dropped);

//===----------------------------------------------------------------------===//
// Graph.c
//===----------------------------------------------------------------------===//

/// Gives value `number` a name, which must be new to the graph.
UfrontStatus ufTorchDefine(const UfTorchScope *scope, const char *name,
                           int32_t number);

/// The name that an input or output of a graph has, null for a constant.
const char *ufTorchValueName(const json_t *argument);

/// The value of an output of the scope's graph, which may be a constant; -1 for
/// none. `what` names the output.
UfrontStatus ufTorchOutput(UfTorchScope *scope, const char *what,
                           const json_t *argument, int32_t *value);

/// Adds the graph's nodes.
UfrontStatus ufTorchAddNodes(UfTorchScope *scope);

//===----------------------------------------------------------------------===//
// Nested.c
//===----------------------------------------------------------------------===//

/// Adds the nodes of the graph that a node only wraps, as if they stood there.
/// The graph is argument `at` of `inputs`, its inputs are those after it.
UfrontStatus ufTorchInline(UfTorchScope *scope, const json_t *inputs, size_t at,
                           const UfTorchResults *results);

/// Records schema.Graph `json`, which a node of `outer` runs.
UfrontStatus ufTorchRecord(const UfTorchScope *outer, const json_t *json,
                           const UfGraph **graph);

//===----------------------------------------------------------------------===//
// Metadata.c
//===----------------------------------------------------------------------===//

/// Where a node was written, "model.py:12": the innermost line that is not
/// torch's own. Null when that is unknown.
const char *ufTorchSource(UfArena *arena, const json_t *metadata);

/// What a node is called: as its layer when that is one of torch.nn
/// ("layer1.0.conv1"), numbered from the layer's second node on, else `name`.
const char *ufTorchLayer(UfTorchImport *import, UfArena *arena,
                         const char *name, const json_t *metadata);

#endif // UF_IMPORT_TORCH_TORCH_H
