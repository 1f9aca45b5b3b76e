//===-- Import.c - From an ONNX file to a module --------------------------===//

#include "IR/Function.h"
#include "Import/ONNX/Onnx.h"
#include "Ops/Sequence.h"

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

static UfrontStatus noMemory(UfOnnxImport *import) {
  return ufFail(import->message, UFRONT_NO_MEMORY, "%s: out of memory",
                import->source->name);
}

static bool isInitializer(const UfOnnxScope *scope, const char *name) {
  const UfOnnxName *entry = ufOnnxName((UfOnnxScope *)scope, name);
  return entry->binding == UF_ONNX_TENSOR;
}

/// What the options say that a sequence or an optional input holds, or null.
static const UfrontSequenceInfo *findSequence(const UfSource *source,
                                              const char *name) {
  for (int32_t i = 0; i < source->options->numSequences; ++i)
    if (strcmp(source->options->sequences[i].name, name) == 0)
      return &source->options->sequences[i];
  return NULL;
}

/// The type of a sequence's tensors, null for other types.
static const UfOnnx__Type *elementOfSequence(const UfOnnx__Type *type) {
  return type && type->sequence_type ? type->sequence_type->elem_type : NULL;
}

/// The type an optional value has when it is there; others as they are.
static const UfOnnx__Type *withoutOptional(const UfOnnx__Type *type) {
  return type && type->optional_type ? type->optional_type->elem_type : type;
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

/// Whether `name` is graph input `info`, or one of the tensors it is given as a
/// sequence.
static bool isNameOf(const UfOnnxImport *import, const UfOnnx__ValueInfo *info,
                     const char *name) {
  const char *whole = ufOnnxText(info->name);
  const UfrontSequenceInfo *given = findSequence(import->source, whole);
  if (!given && !elementOfSequence(withoutOptional(info->type)))
    return strcmp(name, whole) == 0;
  char element[32];
  size_t length = strlen(whole);
  for (int32_t i = 0; given && i < given->length && i < UF_MAX_VALUES; ++i) {
    snprintf(element, sizeof element, "[%d]", i);
    if (strncmp(name, whole, length) == 0 &&
        strcmp(name + length, element) == 0)
      return true;
  }
  return false;
}

/// What the options say must be about an input that is there.
static UfrontStatus checkIsInput(UfOnnxImport *import, const UfOnnxScope *scope,
                                 const char *what, const char *name) {
  const UfOnnx__Graph *graph = import->model->graph;
  for (size_t i = 0; i < graph->n_input; ++i)
    if (isNameOf(import, graph->input[i], name) &&
        !isInitializer(scope, ufOnnxText(graph->input[i]->name)))
      return UFRONT_OK;
  ufFail(import->message, UFRONT_ARGUMENT,
         "%s: a %s is given for '%s', which is no input", import->source->name,
         what, name);
  appendInputs(import, scope);
  return UFRONT_ARGUMENT;
}

/// A sequence may be given for a graph input that is one, or optional.
static UfrontStatus checkIsSequence(UfOnnxImport *import,
                                    const UfrontSequenceInfo *given) {
  const UfOnnx__Graph *graph = import->model->graph;
  for (size_t i = 0; i < graph->n_input; ++i) {
    const UfOnnx__Type *type = graph->input[i]->type;
    if (strcmp(ufOnnxText(graph->input[i]->name), given->name) != 0)
      continue;
    bool isOptional = type && type->optional_type;
    bool isSequence = elementOfSequence(withoutOptional(type)) != NULL;
    int32_t most = isSequence ? UF_MAX_VALUES - 1 : isOptional ? 1 : -1;
    if ((given->length == UFRONT_ABSENT && isOptional) ||
        (given->length >= 0 && given->length <= most))
      return UFRONT_OK;
    return ufFail(import->message, UFRONT_ARGUMENT,
                  "%s: input '%s' cannot be a sequence of %d tensors%s",
                  import->source->name, given->name, given->length,
                  isSequence ? "" : ", since it is none");
  }
  return ufFail(import->message, UFRONT_ARGUMENT,
                "%s: a sequence is given for '%s', which is no input",
                import->source->name, given->name);
}

static UfrontStatus checkOptions(UfOnnxImport *import,
                                 const UfOnnxScope *scope) {
  const UfrontImportOptions *options = import->source->options;
  for (int32_t i = 0; i < options->numSequences; ++i)
    UF_TRY(checkIsSequence(import, &options->sequences[i]));
  for (int32_t i = 0; i < options->numShapes; ++i)
    UF_TRY(checkIsInput(import, scope, "shape", options->shapes[i].name));
  for (int32_t i = 0; i < options->numValues; ++i)
    UF_TRY(checkIsInput(import, scope, "value", options->valueNames[i]));
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

/// The type of input `name`, which the file declares as a tensor.
static UfrontStatus inputType(UfOnnxImport *import, const UfOnnxScope *scope,
                              const char *name, const UfOnnx__Type *declared,
                              MlirType *type) {
  const char *file = import->source->name;
  UfShape shape;
  const char *refused = ufOnnxShape(import->ctx, declared, &shape);
  if (refused)
    return ufFail(import->message, UFRONT_UNSUPPORTED, "%s: input '%s' %s",
                  file, name, refused);
  UF_TRY(applyOverride(import, scope, name, &shape));
  const UfrontTensor *value = findValue(import->source, name);
  if (shape.rank < 0 && value) {
    shape.rank = value->rank;
    memcpy(shape.dims, value->shape, sizeof shape.dims);
  }
  if (shape.rank < 0)
    return ufFail(import->message, UFRONT_UNSUPPORTED,
                  "%s: input '%s' has no shape in the file, and none is given",
                  file, name);
  *type = ufTensorType(&shape);
  return UFRONT_OK;
}

/// Makes input `name` of `type` a constant.
static UfrontStatus fixInput(UfOnnxImport *import, const char *name,
                             MlirType type, const UfrontTensor *value,
                             MlirValue *result) {
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
  *result = ufConstant(&b, elements);
  return UFRONT_OK;
}

/// Adds input `name`, a tensor, as an argument of `func`, unless it has a
/// value.
static UfrontStatus addTensor(UfOnnxImport *import, const UfOnnxScope *scope,
                              MlirOperation func, const char *name,
                              const UfOnnx__Type *declared, MlirValue *result) {
  MlirType type = {NULL};
  UF_TRY(inputType(import, scope, name, declared, &type));
  const UfrontTensor *value = findValue(import->source, name);
  if (value)
    return fixInput(import, name, type, value, result);
  UfBuilder b = {.ctx = import->ctx};
  *result = mlirBlockAddArgument(import->entry, type,
                                 ufOnnxLocation(import, name, 0));
  ufSetArgAttr(func, mlirBlockGetNumArguments(import->entry) - 1, "ufront.name",
               ufStrAttr(&b, name));
  return UFRONT_OK;
}

/// The name of tensor `i` of sequence `name`, null without memory.
static const char *elementName(UfOnnxImport *import, const char *name, int i) {
  return ufAllocFormat(&import->arena, "%s[%d]", name, i);
}

/// Adds the tensors that sequence `name` is given.
static UfrontStatus addSequence(UfOnnxImport *import, const UfOnnxScope *scope,
                                MlirOperation func, const char *name,
                                const UfOnnx__Type *element,
                                MlirValue *result) {
  const UfrontSequenceInfo *given = findSequence(import->source, name);
  UfTensors tensors = {UF_FORM_SEQUENCE};
  if (!given)
    return ufFail(import->message, UFRONT_UNSUPPORTED,
                  "%s: input '%s' is a sequence: how many tensors it holds "
                  "must be given when the model is imported",
                  import->source->name, name);
  for (int32_t i = 0; i < given->length; ++i) {
    const char *one = elementName(import, name, i);
    if (!one)
      return noMemory(import);
    UF_TRY(addTensor(import, scope, func, one, element,
                     &tensors.data[tensors.count++]));
  }
  UfBuilder b = {.ctx = import->ctx,
                 .loc = ufOnnxLocation(import, name, 0),
                 .block = import->entry};
  *result = ufPutTogether(&b, &tensors);
  return UFRONT_OK;
}

/// Adds what a graph input of this type is given.
static UfrontStatus addGiven(UfOnnxImport *import, const UfOnnxScope *scope,
                             MlirOperation func, const char *name,
                             const UfOnnx__Type *type, MlirValue *result) {
  const UfrontSequenceInfo *given = findSequence(import->source, name);
  const UfOnnx__Type *element = elementOfSequence(withoutOptional(type));
  bool isNothing = given && (given->length == UFRONT_ABSENT ||
                             (given->length == 0 && !element));
  if (isNothing) {
    UfBuilder b = {.ctx = import->ctx,
                   .loc = ufOnnxLocation(import, name, 0),
                   .block = import->entry};
    *result = ufPutTogether(&b, &(UfTensors){UF_FORM_ABSENT});
    return UFRONT_OK;
  }
  if (element)
    return addSequence(import, scope, func, name, element, result);
  if (given)
    name = elementName(import, name, 0);
  return name ? addTensor(import, scope, func, name, withoutOptional(type),
                          result)
              : noMemory(import);
}

/// Adds graph input `info`.
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
  MlirValue value = {NULL};
  UF_TRY(addGiven(import, scope, func, name, info->type, &value));
  entry->binding = UF_ONNX_VALUE;
  entry->value = value;
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

enum { MAX_SEQUENCES = 1024 };

/// The tensors that @forward returns, and what outputs that are none are.
typedef struct Outputs {
  MlirValue *values;
  const char **names;
  MlirNamedAttribute sequences[MAX_SEQUENCES];
  intptr_t count, numSequences;
} Outputs;

/// Says what graph output `name` is, which is no tensor.
static bool addStructure(const UfBuilder *b, const char *name,
                         const UfTensors *tensors, Outputs *outputs) {
  int64_t length = tensors->form == UF_FORM_ABSENT  ? UFRONT_ABSENT
                   : tensors->form == UF_FORM_STACK ? UFRONT_STACKED
                                                    : tensors->count;
  MlirIdentifier id = mlirIdentifierGet(b->ctx, ufStr(name));
  for (int i = 0; i < outputs->numSequences; ++i)
    if (mlirIdentifierEqual(outputs->sequences[i].name, id))
      return true; // the same output once more
  if (outputs->numSequences == MAX_SEQUENCES)
    return false;
  outputs->sequences[outputs->numSequences++] =
      mlirNamedAttributeGet(id, ufIntAttr(b, length));
  return true;
}

/// Adds graph output `name`, which is `value`.
static bool addOutput(UfOnnxImport *import, const char *name, MlirValue value,
                      Outputs *outputs) {
  UfTensors tensors = ufTakeApart(value);
  UfBuilder b = {.ctx = import->ctx};
  for (int i = 0; i < tensors.count; ++i) {
    const char *one = tensors.form == UF_FORM_TENSOR ? name
                      : tensors.form == UF_FORM_STACK
                          ? ufAllocFormat(&import->arena, "%s[*]", name)
                          : ufAllocFormat(&import->arena, "%s[%d]", name, i);
    if (!one)
      return false;
    outputs->names[outputs->count] = one;
    outputs->values[outputs->count++] = tensors.data[i];
  }
  return tensors.form == UF_FORM_TENSOR ||
         addStructure(&b, name, &tensors, outputs);
}

/// Looks up the graph's outputs.
static UfrontStatus readOutputs(UfOnnxImport *import, UfOnnxScope *scope,
                                MlirLocation loc, Outputs *outputs) {
  const UfOnnx__Graph *graph = import->model->graph;
  MlirValue *values = UF_NEW(&import->arena, MlirValue, graph->n_output);
  if (!values)
    return noMemory(import);
  size_t most = 0;
  for (size_t i = 0; i < graph->n_output; ++i) {
    const char *name = ufOnnxText(graph->output[i]->name);
    if (mlirLogicalResultIsSuccess(
            ufOnnxUse(import, loc, scope, name, "graph output", &values[i])))
      most += (size_t)ufTakeApart(values[i]).count;
  }
  if (import->errors || import->skipped)
    return failNodes(import);
  outputs->values = UF_NEW(&import->arena, MlirValue, most);
  outputs->names = UF_NEW(&import->arena, const char *, most);
  if (!outputs->values || !outputs->names)
    return noMemory(import);
  for (size_t i = 0; i < graph->n_output; ++i)
    if (!addOutput(import, ufOnnxText(graph->output[i]->name), values[i],
                   outputs))
      return ufFail(import->message, UFRONT_UNSUPPORTED,
                    "%s: has more than %d outputs that are no tensors",
                    import->source->name, MAX_SEQUENCES);
  return UFRONT_OK;
}

/// Returns the graph's outputs.
static UfrontStatus addOutputs(UfOnnxImport *import, UfOnnxScope *scope,
                               MlirOperation func) {
  Outputs outputs = {0};
  UfBuilder b = {.ctx = import->ctx,
                 .loc = mlirOperationGetLocation(func),
                 .block = import->entry};
  if (import->model->graph->n_output == 0)
    return ufFail(import->message, UFRONT_FORMAT, "%s: has no outputs",
                  import->source->name);
  UF_TRY(readOutputs(import, scope, b.loc, &outputs));
  ufBuildOp(&b, "func.return", (UfTypes){0},
            (UfValues){outputs.values, outputs.count}, UF_NO_ATTRS, NULL, 0);
  ufUpdateFunctionType(func);
  for (intptr_t i = 0; i < outputs.count; ++i)
    ufSetResultAttr(func, i, "ufront.name", ufStrAttr(&b, outputs.names[i]));
  if (outputs.numSequences)
    mlirOperationSetDiscardableAttributeByName(
        func, ufStr(UF_SEQUENCES_ATTR),
        mlirDictionaryAttrGet(b.ctx, outputs.numSequences, outputs.sequences));
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
