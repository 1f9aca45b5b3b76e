//===-- Import.c - From a .pt2 file to a module ---------------------------===//

#include "Import/Torch/Torch.h"

#include <fnmatch.h>
#include <string.h>

/// What files are read: torch's export schema, and its ATen operators.
enum { SCHEMA_MAJOR = 8, ATEN_OPSET = 10 };

/// The memory that an import may take, by the size of its file: deflated
/// entries and strided weights can ask for very much.
#define MEMORY_PER_BYTE 64
#define LEAST_MEMORY ((size_t)512 << 20)

static void ufScoped_UfTorchImport(UfTorchImport *import) {
  for (UfTorchNested *nested = import->nested; nested; nested = nested->next)
    ufGraphDestroy(&nested->graph);
  ufGraphModuleDestroy(&import->module);
  ufGraphDestroy(&import->graph);
  json_decref(import->roots);
  json_decref(import->layers);
  json_decref(import->shared);
  ufArenaDestroy(&import->arena);
}

static bool isModel(const char *name) {
  return fnmatch("*/models/*.json", name, 0) == 0;
}

bool ufMatchesTorch(const UfSource *source) {
  size_t length = strlen(source->name);
  if (length >= 4 && strcmp(source->name + length - 4, ".pt2") == 0)
    return true;
  if (source->size < 4 || memcmp(source->data, "PK\3\4", 4) != 0)
    return false;
  UF_SCOPED(UfArena) arena = {0};
  UF_SCOPED(UfMessage) message = {0};
  UfZip zip;
  if (ufZipOpen(&arena, &message, source->name, source->data, source->size,
                &zip) != UFRONT_OK)
    return false;
  for (size_t i = 0; i < zip.numEntries; ++i)
    if (isModel(zip.entries[i].name))
      return true;
  return false;
}

UfrontStatus ufTorchNoMemory(const UfTorchImport *import) {
  return ufFail(import->message, UFRONT_NO_MEMORY, "%s: out of memory",
                import->source->name);
}

UfrontStatus ufTorchMalformed(const UfTorchImport *import, const char *what) {
  return ufFail(import->message, UFRONT_FORMAT, "%s: %s is malformed",
                import->source->name, what);
}

//===----------------------------------------------------------------------===//
// The archive
//===----------------------------------------------------------------------===//

UfrontStatus ufTorchParse(UfTorchImport *import, const char *name,
                          const json_t **json) {
  const char *file = import->source->name;
  UfZipEntry *entry = ufZipFind(&import->zip, name);
  *json = json_object_get(import->roots, name);
  if (*json)
    return UFRONT_OK;
  if (!entry)
    return ufFail(import->message, UFRONT_FORMAT, "%s: '%s' is missing", file,
                  name);
  UF_TRY(ufZipRead(&import->zip, &import->arena, import->message, entry,
                   /*check=*/true));
  size_t cost = ufTorchJsonCost(entry->data, entry->size);
  if (cost > import->arena.limit)
    return ufFail(import->message, UFRONT_FORMAT,
                  "%s: '%s' of %zu bytes is too large for a file of %zu", file,
                  name, entry->size, import->source->size);
  json_error_t error;
  json_t *root = json_loadb((const char *)entry->data, entry->size,
                            JSON_REJECT_DUPLICATES, &error);
  if (!root)
    return ufFail(import->message, UFRONT_FORMAT, "%s: '%s', byte %d: %s", file,
                  name, error.position, error.text);
  *json = root;
  return json_object_set_new(import->roots, name, root) == 0
             ? UFRONT_OK
             : ufTorchNoMemory(import);
}

/// Whether a small entry, below the first folder, holds just `text`.
static UfrontStatus checkText(UfTorchImport *import, const char *name,
                              const char *text) {
  const char *path =
      ufAllocFormat(&import->arena, "%s%s", import->prefix, name);
  UfZipEntry *entry = path ? ufZipFind(&import->zip, path) : NULL;
  if (!entry)
    return UFRONT_OK;
  UF_TRY(ufZipRead(&import->zip, &import->arena, import->message, entry,
                   /*check=*/true));
  if (entry->size == strlen(text) &&
      memcmp(entry->data, text, entry->size) == 0)
    return UFRONT_OK;
  return ufFail(import->message, UFRONT_UNSUPPORTED,
                "%s: '%s' is not \"%s\", which is all that can be read",
                import->source->name, path, text);
}

/// Finds the one model of the archive.
static UfrontStatus findModel(UfTorchImport *import, const char **program) {
  const char *file = import->source->name, *found = NULL;
  UfMessage *message = import->message;
  for (size_t i = 0; i < import->zip.numEntries; ++i) {
    const char *name = import->zip.entries[i].name;
    if (strcmp(name, "serialized_exported_program.json") == 0)
      return ufFail(message, UFRONT_UNSUPPORTED,
                    "%s: was written by a torch before 2.8; load it in a newer "
                    "one and save it again",
                    file);
    if (isModel(name) && found)
      return ufFail(message, UFRONT_UNSUPPORTED,
                    "%s: has several models, '%s' and '%s'", file, found, name);
    if (isModel(name))
      found = name;
  }
  if (!found)
    return ufFail(message, UFRONT_FORMAT,
                  "%s: has no graph: models/*.json is missing", file);
  const char *folder = strstr(found, "/models/") + 1;
  const char *model = folder + strlen("models/");
  *program = found;
  import->prefix = ufAllocText(&import->arena, found, (size_t)(folder - found));
  import->model =
      ufAllocText(&import->arena, model, strlen(model) - strlen(".json"));
  if (!import->prefix || !import->model)
    return ufTorchNoMemory(import);
  UF_TRY(checkText(import, "archive_format", "pt2"));
  return checkText(import, "byteorder", "little");
}

static UfrontStatus checkVersions(const UfTorchImport *import) {
  const json_t *schema = json_object_get(import->program, "schema_version");
  const json_t *major = json_object_get(schema, "major");
  const json_t *aten = json_object_get(
      json_object_get(import->program, "opset_version"), "aten");
  if (!json_is_integer(major) || json_integer_value(major) != SCHEMA_MAJOR)
    return ufFail(import->message, UFRONT_UNSUPPORTED,
                  "%s: is of version %" JSON_INTEGER_FORMAT
                  " of torch.export's schema; version %d can be read",
                  import->source->name, json_integer_value(major),
                  SCHEMA_MAJOR);
  if (aten && json_integer_value(aten) != ATEN_OPSET)
    return ufFail(import->message, UFRONT_UNSUPPORTED,
                  "%s: uses version %" JSON_INTEGER_FORMAT
                  " of the ATen operators; version %d can be read",
                  import->source->name, json_integer_value(aten), ATEN_OPSET);
  return UFRONT_OK;
}

//===----------------------------------------------------------------------===//
// Inputs
//===----------------------------------------------------------------------===//

/// Gives an input the shape that the options state, as far as it was left open
/// when the model was exported: its graph stands for nothing else.
static UfrontStatus applyShape(const UfTorchImport *import,
                               UfrontTensorInfo *info) {
  const UfrontImportOptions *options = import->source->options;
  for (int32_t s = 0; s < options->numShapes; ++s) {
    const UfrontTensorInfo *given = &options->shapes[s];
    if (strcmp(given->name, info->name) != 0)
      continue;
    if (given->rank != info->rank)
      return ufFail(import->message, UFRONT_ARGUMENT,
                    "%s: a shape of rank %d is given for input '%s' of rank %d",
                    import->source->name, given->rank, info->name, info->rank);
    for (int32_t i = 0; i < info->rank; ++i) {
      if (given->shape[i] < 0 || given->shape[i] == info->shape[i])
        continue;
      if (info->shape[i] >= 0)
        return ufFail(import->message, UFRONT_ARGUMENT,
                      "%s: dimension %d of input '%s' was exported as %" PRId64
                      "; torch.export's dynamic_shapes leaves it open",
                      import->source->name, i, info->name, info->shape[i]);
      info->shape[i] = given->shape[i];
    }
  }
  return UFRONT_OK;
}

/// Adds an input, or the constant that the options give for it.
static UfrontStatus addInput(UfTorchImport *import, UfrontTensorInfo *info,
                             int32_t *value) {
  const UfrontImportOptions *options = import->source->options;
  UF_TRY(applyShape(import, info));
  for (int32_t i = 0; i < options->numValues; ++i) {
    const UfrontTensor *tensor = &options->values[i];
    if (strcmp(options->valueNames[i], info->name) != 0)
      continue;
    bool fits = tensor->type == info->type && tensor->rank == info->rank;
    for (int32_t d = 0; fits && d < info->rank; ++d)
      fits = info->shape[d] < 0 || info->shape[d] == tensor->shape[d];
    if (!fits)
      return ufFail(import->message, UFRONT_ARGUMENT,
                    "%s: the value given for input '%s' has another type",
                    import->source->name, info->name);
    return ufGraphAddConstant(&import->graph, info->name, tensor, value);
  }
  return ufGraphAddInput(&import->graph, info, value);
}

static UfrontStatus addUserInput(const UfTorchScope *scope,
                                 const json_t *argument) {
  UfTorchImport *import = scope->import;
  const char *name = ufTorchValueName(argument);
  UfrontTensorInfo info;
  int32_t value;
  if (!name) // a constant since exporting, and written where it is read
    return UFRONT_OK;
  if (!ufTorchValueInfo(scope, name, &info) || info.rank < 0)
    return ufFail(import->message, UFRONT_FORMAT,
                  "%s: input '%s' has no valid sizes", import->source->name,
                  name);
  UF_TRY(addInput(import, &info, &value));
  return ufTorchDefine(scope, name, value);
}

/// Adds what an InputSpec describes.
static UfrontStatus addSpec(const UfTorchScope *scope, const json_t *json) {
  static const char *const weights[][2] = {
      {"parameter", "parameter_name"},
      {"buffer", "buffer_name"},
      {"tensor_constant", "tensor_constant_name"},
  };
  UfTorchImport *import = scope->import;
  const char *kind = "nothing", *file = import->source->name;
  const json_t *spec = ufTorchUnion(json, &kind);
  const json_t *argument = json_object_get(spec, "arg");
  if (spec && strcmp(kind, "user_input") == 0)
    return addUserInput(scope, argument);
  if (spec && strcmp(kind, "constant_input") == 0)
    return UFRONT_OK;
  for (int i = 0; spec && i < UF_COUNT(weights); ++i) {
    if (strcmp(kind, weights[i][0]) != 0)
      continue;
    const char *name = ufTorchText(argument, "name");
    const char *weight = ufTorchText(spec, weights[i][1]);
    int32_t value;
    if (!name || !weight)
      return ufFail(import->message, UFRONT_FORMAT,
                    "%s: an input of kind '%s' has no name", file, kind);
    UF_TRY(ufTorchAddWeight(import, weight, &value));
    return ufTorchDefine(scope, name, value);
  }
  return ufFail(import->message, UFRONT_UNSUPPORTED,
                "%s: has an input of kind '%s', which is not supported", file,
                kind);
}

/// What the options say must be about an input that is there.
static UfrontStatus checkOption(const UfTorchScope *scope, const char *name) {
  const UfGraph *graph = scope->graph;
  const UfrontImportOptions *options = scope->import->source->options;
  const json_t *number = json_object_get(scope->names, name);
  for (int32_t i = 0; number && i < graph->numInputs; ++i)
    if (graph->inputs[i] == json_integer_value(number))
      return UFRONT_OK;
  for (int32_t i = 0; number && i < options->numValues; ++i)
    if (strcmp(options->valueNames[i], name) == 0)
      return UFRONT_OK;
  return ufFail(scope->import->message, UFRONT_ARGUMENT,
                "%s: a shape or value is given for '%s', which is no input",
                scope->import->source->name, name);
}

static UfrontStatus addInputs(const UfTorchScope *scope, const json_t *specs) {
  const UfrontImportOptions *options = scope->import->source->options;
  for (size_t i = 0; i < json_array_size(specs); ++i)
    UF_TRY(addSpec(scope, json_array_get(specs, i)));
  for (int32_t i = 0; i < options->numShapes; ++i)
    UF_TRY(checkOption(scope, options->shapes[i].name));
  for (int32_t i = 0; i < options->numValues; ++i)
    UF_TRY(checkOption(scope, options->valueNames[i]));
  return UFRONT_OK;
}

//===----------------------------------------------------------------------===//
// Outputs
//===----------------------------------------------------------------------===//

/// Whether an output of this kind is one of ours. Buffers that change are not:
/// inference leaves running statistics as they are.
static UfrontStatus checkOutputKind(const UfTorchImport *import,
                                    const json_t *spec, const char *kind,
                                    bool *isOurs) {
  static const char *const ours[] = {"user_output", "loss_output",
                                     "gradient_to_parameter",
                                     "gradient_to_user_input"};
  *isOurs = false;
  for (int i = 0; i < UF_COUNT(ours); ++i)
    *isOurs |= strcmp(kind, ours[i]) == 0;
  if (*isOurs || strcmp(kind, "buffer_mutation") == 0)
    return UFRONT_OK;
  const char *input = ufTorchText(spec, "user_input_name");
  if (input)
    return ufFail(import->message, UFRONT_UNSUPPORTED,
                  "%s: the model changes its input '%s', which is not "
                  "supported",
                  import->source->name, input);
  return ufFail(import->message, UFRONT_UNSUPPORTED,
                "%s: has an output of kind '%s', which is not supported",
                import->source->name, kind);
}

/// Adds what an OutputSpec describes.
static UfrontStatus addOutput(UfTorchScope *scope, const json_t *json,
                              size_t index) {
  UfTorchImport *import = scope->import;
  const char *kind;
  const json_t *spec = ufTorchUnion(json, &kind);
  bool isOurs = false;
  if (!spec)
    return ufTorchMalformed(import, "an output");
  UF_TRY(checkOutputKind(import, spec, kind, &isOurs));
  if (!isOurs)
    return UFRONT_OK;
  const json_t *argument = json_object_get(spec, "arg");
  const char *what = ufAllocFormat(&import->arena, "output_%zu", index);
  // A loss and gradients are tensors without the union around them.
  const char *name = ufTorchText(argument, "name");
  int32_t value = -1;
  if (!what)
    return ufTorchNoMemory(import);
  if (name)
    UF_TRY(ufTorchUse(scope, what, name, &value));
  else
    UF_TRY(ufTorchOutput(scope, what, argument, &value));
  if (value < 0) // None; the others keep their order
    return UFRONT_OK;
  if (!name)
    name = ufTorchValueName(argument);
  return ufGraphAddOutput(scope->graph, name ? name : what, value);
}

static UfrontStatus addOutputs(UfTorchScope *scope, const json_t *specs) {
  UfrontStatus status = UFRONT_OK;
  for (size_t i = 0; i < json_array_size(specs) && !status; ++i)
    status = addOutput(scope, json_array_get(specs, i), i);
  return status;
}

//===----------------------------------------------------------------------===//

/// Finds and parses the program.
static UfrontStatus openProgram(UfTorchImport *import) {
  const UfSource *source = import->source;
  const char *program = NULL;
  UF_TRY(ufZipOpen(&import->arena, import->message, source->name, source->data,
                   source->size, &import->zip));
  UF_TRY(findModel(import, &program));
  UF_TRY(ufTorchParse(import, program, &import->program));
  return checkVersions(import);
}

static UfrontStatus importProgram(UfTorchImport *import) {
  UF_TRY(openProgram(import));
  const json_t *module = json_object_get(import->program, "graph_module");
  const json_t *signature = json_object_get(module, "signature");
  UF_SCOPED(UfJson) names = json_object();
  UfTorchScope scope = {import, &import->graph,
                        json_object_get(module, "graph"), names, 0};
  UF_TRY(addInputs(&scope, json_object_get(signature, "input_specs")));
  UF_TRY(ufTorchAddNodes(&scope));
  UF_TRY(addOutputs(&scope, json_object_get(signature, "output_specs")));
  return ufGraphFinish(&import->graph);
}

UfrontStatus ufImportTorch(const UfSource *source, MlirContext ctx,
                           UfMessage *message, UfImported *out) {
  UF_SCOPED(UfTorchImport)
  import = {.source = source,
            .message = message,
            .out = out,
            .roots = json_object(),
            .layers = json_object(),
            .shared = json_object(),
            .graph = {.from = UF_TORCH}};
  size_t limit;
  if (!ufCheckedMul(source->size, MEMORY_PER_BYTE, &limit) ||
      !ufCheckedAdd(limit, LEAST_MEMORY, &limit))
    limit = SIZE_MAX;
  import.arena.limit = limit;
  out->weights.arena.limit = limit;
  UF_TRY(ufGraphBegin(&import.graph, &import.module, ctx, source->name, message,
                      out));
  UfrontStatus status = importProgram(&import);
  out->weights.arena.limit = 0;
  if (status != UFRONT_OK)
    ufWeightsDestroy(&out->weights);
  return status;
}
