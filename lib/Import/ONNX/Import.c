//===-- Import.c - From an ONNX file to a module --------------------------===//

#include "IR/Function.h"
#include "Import/ONNX/Onnx.h"

#include "mlir-c/Diagnostics.h"

#include <string.h>

static void ufScoped_UfOnnxImport(UfOnnxImport *import) {
  ufArenaDestroy(&import->arena);
}

bool ufMatchesOnnx(const UfSource *source) {
  size_t length = strlen(source->name);
  if (length >= 5 && strcmp(source->name + length - 5, ".onnx") == 0)
    return true;
  // Field 1, the IR version, which is a small number; then another field.
  return source->size > 2 && source->data[0] == 0x08 && source->data[1] > 0 &&
         source->data[1] < 100 && source->data[2] < 0xd0;
}

//===----------------------------------------------------------------------===//
// Inputs
//===----------------------------------------------------------------------===//

static bool isInitializer(const UfOnnxScope *scope, const char *name) {
  const UfOnnxName *entry = ufOnnxName((UfOnnxScope *)scope, name);
  return entry->binding == UF_ONNX_TENSOR;
}

/// The shape that the options give for an input, or null.
static const UfrontTensorInfo *findOverride(const UfSource *source,
                                            const char *name) {
  for (int32_t i = 0; i < source->options->numShapes; ++i)
    if (strcmp(source->options->shapes[i].name, name) == 0)
      return &source->options->shapes[i];
  return NULL;
}

/// "x: 1x3x?x?, y: a scalar" for messages.
static void appendInputs(UfOnnxImport *import, const UfOnnxScope *scope) {
  const UfOnnx__Graph *graph = import->model->graph;
  const char *between = "; the inputs are ";
  for (size_t i = 0; i < graph->n_input; ++i) {
    const char *name = ufOnnxText(graph->input[i]->name);
    UfShape shape;
    char text[UF_SHAPE_TEXT] = "of unknown shape";
    if (isInitializer(scope, name))
      continue;
    if (!ufOnnxShape(import->ctx, graph->input[i]->type, &shape) &&
        shape.rank >= 0)
      ufShapeText(&shape, text, sizeof text);
    ufMessageAppend(import->message, "%s'%s' (%s)", between, name, text);
    between = ", ";
  }
}

static UfrontStatus applyOverride(UfOnnxImport *import,
                                  const UfOnnxScope *scope, const char *name,
                                  UfShape *shape) {
  const UfrontTensorInfo *given = findOverride(import->source, name);
  if (!given)
    return UFRONT_OK;
  if (given->rank < 0 || given->rank > UF_MAX_RANK ||
      (shape->rank >= 0 && shape->rank != given->rank)) {
    ufFail(import->message, UFRONT_ARGUMENT,
           "%s: a shape of rank %d is given for input '%s'",
           import->source->name, given->rank, name);
    appendInputs(import, scope);
    return UFRONT_ARGUMENT;
  }
  shape->rank = given->rank;
  for (int i = 0; i < shape->rank; ++i)
    shape->dims[i] = given->shape[i] < 0 ? UF_DYNAMIC : given->shape[i];
  return UFRONT_OK;
}

/// What the options say must be about an input that is there.
static UfrontStatus checkIsInput(UfOnnxImport *import, const UfOnnxScope *scope,
                                 const char *what, const char *name) {
  const UfOnnx__Graph *graph = import->model->graph;
  for (size_t i = 0; i < graph->n_input; ++i)
    if (strcmp(ufOnnxText(graph->input[i]->name), name) == 0 &&
        !isInitializer(scope, name))
      return UFRONT_OK;
  ufFail(import->message, UFRONT_ARGUMENT,
         "%s: a %s is given for '%s', which is no input", import->source->name,
         what, name);
  appendInputs(import, scope);
  return UFRONT_ARGUMENT;
}

static UfrontStatus checkOptions(UfOnnxImport *import,
                                 const UfOnnxScope *scope) {
  const UfrontImportOptions *options = import->source->options;
  for (int32_t i = 0; i < options->numShapes; ++i)
    UF_TRY(checkIsInput(import, scope, "shape", options->shapes[i].name));
  for (int32_t i = 0; i < options->numValues; ++i)
    UF_TRY(checkIsInput(import, scope, "value", options->valueNames[i]));
  return UFRONT_OK;
}

/// The type of graph input `info`.
static UfrontStatus inputType(UfOnnxImport *import, const UfOnnxScope *scope,
                              const UfOnnx__ValueInfo *info, MlirType *type) {
  const char *file = import->source->name, *name = ufOnnxText(info->name);
  UfShape shape;
  const char *refused = ufOnnxShape(import->ctx, info->type, &shape);
  if (refused)
    return ufFail(import->message, UFRONT_UNSUPPORTED, "%s: input '%s' %s",
                  file, name, refused);
  UF_TRY(applyOverride(import, scope, name, &shape));
  if (shape.rank < 0)
    return ufFail(import->message, UFRONT_UNSUPPORTED,
                  "%s: input '%s' has no shape in the file, and none is given",
                  file, name);
  *type = ufTensorType(&shape);
  return UFRONT_OK;
}

/// The value that the options fix an input to, or null.
static const UfrontTensor *findValue(const UfSource *source, const char *name) {
  const UfrontImportOptions *options = source->options;
  for (int32_t i = 0; i < options->numValues; ++i)
    if (strcmp(options->valueNames[i], name) == 0)
      return &options->values[i];
  return NULL;
}

/// Binds input `name` of `type` to a constant.
static UfrontStatus fixInput(UfOnnxImport *import, const char *name,
                             MlirType type, const UfrontTensor *value,
                             UfOnnxName *entry) {
  MlirAttribute elements = ufTensorElements(import->ctx, &import->arena, value);
  if (mlirAttributeIsNull(elements) ||
      !mlirTypeEqual(
          mlirShapedTypeGetElementType(type),
          mlirShapedTypeGetElementType(mlirAttributeGetType(elements))) ||
      mlirShapedTypeGetRank(type) != value->rank)
    return ufFail(import->message, UFRONT_ARGUMENT,
                  "%s: the value given for input '%s' has another type",
                  import->source->name, name);
  UfBuilder b = {.ctx = import->ctx,
                 .loc = ufOnnxLocation(import, name, 0),
                 .block = import->entry};
  entry->binding = UF_ONNX_VALUE;
  entry->value = ufConstant(&b, elements);
  return UFRONT_OK;
}

/// Adds graph input `info` as an argument of `func`, unless it has a value.
static UfrontStatus addInput(UfOnnxImport *import, UfOnnxScope *scope,
                             MlirOperation func,
                             const UfOnnx__ValueInfo *info) {
  const char *name = ufOnnxText(info->name);
  UfOnnxName *entry = ufOnnxName(scope, name);
  if (entry->binding == UF_ONNX_TENSOR)
    return UFRONT_OK;
  if (entry->binding && entry->binding != UF_ONNX_DECLARED)
    return ufFail(import->message, UFRONT_FORMAT,
                  "%s: input '%s' is defined twice", import->source->name,
                  name);
  MlirType type = {NULL};
  UF_TRY(inputType(import, scope, info, &type));
  const UfrontTensor *value = findValue(import->source, name);
  if (value)
    return fixInput(import, name, type, value, entry);
  UfBuilder b = {.ctx = import->ctx};
  entry->binding = UF_ONNX_VALUE;
  entry->value = mlirBlockAddArgument(import->entry, type,
                                      ufOnnxLocation(import, name, 0));
  ufSetArgAttr(func, mlirBlockGetNumArguments(import->entry) - 1, "ufront.name",
               ufStrAttr(&b, name));
  return UFRONT_OK;
}

static UfrontStatus addInputs(UfOnnxImport *import, UfOnnxScope *scope,
                              MlirOperation func) {
  const UfOnnx__Graph *graph = import->model->graph;
  UF_TRY(checkOptions(import, scope));
  for (size_t i = 0; i < graph->n_input; ++i)
    UF_TRY(addInput(import, scope, func, graph->input[i]));
  return UFRONT_OK;
}

//===----------------------------------------------------------------------===//
// The function
//===----------------------------------------------------------------------===//

static UfrontStatus noMemory(UfOnnxImport *import) {
  return ufFail(import->message, UFRONT_NO_MEMORY, "%s: out of memory",
                import->source->name);
}

/// Says how many nodes failed; the diagnostics have said why.
static UfrontStatus failNodes(UfOnnxImport *import) {
  UfrontStatus status =
      import->unsupported ? UFRONT_UNSUPPORTED : UFRONT_FORMAT;
  if (import->failed == 0)
    return ufFail(import->message, status, "%s: could not be imported",
                  import->source->name);
  return ufFail(import->message, status, "%s: %d node%s could not be imported",
                import->source->name, import->failed,
                import->failed == 1 ? "" : "s");
}

/// Returns the graph's outputs.
static UfrontStatus addOutputs(UfOnnxImport *import, UfOnnxScope *scope,
                               MlirOperation func) {
  const UfOnnx__Graph *graph = import->model->graph;
  UfBuilder b = {.ctx = import->ctx,
                 .loc = mlirOperationGetLocation(func),
                 .block = import->entry};
  MlirValue *values = UF_NEW(&import->arena, MlirValue, graph->n_output);
  if (!values)
    return noMemory(import);
  if (graph->n_output == 0)
    return ufFail(import->message, UFRONT_FORMAT, "%s: has no outputs",
                  import->source->name);
  for (size_t i = 0; i < graph->n_output; ++i) {
    const char *name = ufOnnxText(graph->output[i]->name);
    if (mlirLogicalResultIsSuccess(ufOnnxUse(import, b.loc, scope, name,
                                             "graph output", &values[i])) &&
        !mlirTypeIsARankedTensor(mlirValueGetType(values[i])))
      ufError(b.loc, "graph output '%s' is a sequence", name);
  }
  if (import->errors || import->skipped)
    return failNodes(import);
  ufBuildOp(&b, "func.return", (UfTypes){0},
            (UfValues){values, (intptr_t)graph->n_output}, UF_NO_ATTRS, NULL,
            0);
  ufUpdateFunctionType(func);
  for (size_t i = 0; i < graph->n_output; ++i)
    ufSetResultAttr(func, (intptr_t)i, "ufront.name",
                    ufStrAttr(&b, ufOnnxText(graph->output[i]->name)));
  return UFRONT_OK;
}

static UfrontStatus buildFunction(UfOnnxImport *import, MlirOperation func) {
  const UfOnnx__Graph *graph = import->model->graph;
  MlirLocation loc = mlirOperationGetLocation(func);
  UfOnnxScope scope = {.prefix = "", .block = import->entry};
  if (mlirLogicalResultIsFailure(
          ufOnnxDeclareGraph(import, loc, &scope, graph)))
    return failNodes(import);
  UF_TRY(addInputs(import, &scope, func));
  UfBuilder b = {.ctx = import->ctx, .loc = loc, .block = import->entry};
  ufOnnxImportNodes(import, &b, &scope, graph->node, graph->n_node);
  return addOutputs(import, &scope, func);
}

static UfrontStatus buildModule(UfOnnxImport *import) {
  MlirLocation loc = ufOnnxLocation(import, "", 0);
  UF_SCOPED(MlirModule) module = mlirModuleCreateEmpty(loc);
  MlirOperation func =
      ufCreateFunction(mlirModuleGetOperation(module), loc, "forward",
                       (UfTypes){0}, (UfTypes){0}, NULL);
  import->entry = ufFunctionBody(func);
  UF_TRY(buildFunction(import, func));
  // The verifier knows more than the import rules check: element types that an
  // operator may have, but its op has not.
  if (!mlirOperationVerify(mlirModuleGetOperation(module))) {
    import->unsupported = true;
    return failNodes(import);
  }
  import->out->module = UF_TAKE(module);
  return UFRONT_OK;
}

//===----------------------------------------------------------------------===//
// The file
//===----------------------------------------------------------------------===//

/// Counts the errors and leaves them to the next handler.
static MlirLogicalResult countErrors(MlirDiagnostic diagnostic,
                                     void *userData) {
  UfOnnxImport *import = userData;
  if (mlirDiagnosticGetSeverity(diagnostic) == MlirDiagnosticError)
    ++import->errors;
  return mlirLogicalResultFailure();
}

static UfrontStatus importModel(UfOnnxImport *import) {
  UF_TRY(ufOnnxCheck(import));
  // What subgraphs and inlined functions may add up to.
  import->total = (int64_t)import->model->graph->n_node;
  import->budget = import->source->size + ((size_t)1 << 16);
  MlirDiagnosticHandlerID handler = mlirContextAttachDiagnosticHandler(
      import->ctx, countErrors, import, NULL);
  UfrontStatus status = buildModule(import);
  mlirContextDetachDiagnosticHandler(import->ctx, handler);
  return status;
}

UfrontStatus ufImportOnnx(const UfSource *source, MlirContext ctx,
                          UfMessage *message, UfImported *out) {
  UF_SCOPED(UfOnnxImport)
  import = {.source = source, .ctx = ctx, .message = message, .out = out};
  UfOnnx__Model *model = NULL;
  UF_TRY(ufOnnxUnpack(message, &import.arena, source->name, source->data,
                      source->size, &model));
  import.model = model;
  UfrontStatus status = importModel(&import);
  if (status != UFRONT_OK)
    ufWeightsDestroy(&out->weights);
  return status;
}
