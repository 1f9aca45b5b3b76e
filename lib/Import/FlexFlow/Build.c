//===-- Build.c - From lines of an .ff file to nodes ----------------------===//

#include "Import/FlexFlow/FlexFlow.h"

#include <stdarg.h>
#include <string.h>

void ufFfFail(UfFfImport *import, const UfFfLine *line, const char *format,
              ...) {
  char text[512];
  va_list args;
  if (import->status != UFRONT_OK)
    return;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  import->status =
      ufFail(import->message, UFRONT_FORMAT, "%s:%d: '%s' (%s) %s",
             import->source->name, line->number, line->name, line->op, text);
}

/// Keeps the first failure.
static void keep(UfFfImport *import, UfrontStatus status) {
  if (import->status == UFRONT_OK)
    import->status = status;
}

static void noMemory(UfFfImport *import) {
  if (import->status == UFRONT_OK)
    keep(import, ufFail(import->message, UFRONT_NO_MEMORY, "%s: out of memory",
                        import->source->name));
}

//===----------------------------------------------------------------------===//
// Values
//===----------------------------------------------------------------------===//

UfFfValue ufFfFind(UfFfImport *import, const UfFfLine *line, const char *name) {
  const json_t *number = json_object_get(import->names, name);
  if (!number)
    ufFfFail(import, line, "reads '%s', which is not defined before", name);
  return number ? import->values[json_integer_value(number)]
                : (UfFfValue){0, -1};
}

int32_t ufFfTensor(UfFfImport *import, const UfFfLine *line, const char *name) {
  UfFfValue found = ufFfFind(import, line, name);
  if (found.count >= 0)
    ufFfFail(import, line, "reads '%s', which is %d tensors", name,
             found.count);
  return found.first;
}

int32_t ufFfInput(UfFfImport *import, const UfFfLine *line, int32_t i) {
  return ufFfTensor(import, line, line->inputs[i]);
}

bool ufFfShape(const UfFfImport *import, int32_t value, UfShape *shape) {
  if (import->status != UFRONT_OK)
    return false;
  MlirValue found = import->graph.values[value].value;
  if (!found.ptr || !ufIsRankedTensor(mlirValueGetType(found)))
    return false;
  *shape = ufShape(found);
  return true;
}

//===----------------------------------------------------------------------===//
// Nodes
//===----------------------------------------------------------------------===//

UfFfNode ufFfBegin(UfFfImport *import, const UfFfLine *line, const char *op,
                   int32_t count, int32_t others) {
  UfFfNode node = {.op = op, .capacity = count + others};
  node.args = UF_NEW(&import->arena, UfrontArg, (size_t)node.capacity + 1);
  if (!node.args)
    noMemory(import);
  for (int32_t i = 0; i < count; ++i)
    ufFfValueArg(&node, ufFfInput(import, line, i));
  return node;
}

UfrontArg *ufFfArg(UfFfNode *node, const char *name, UfrontArgKind kind) {
  UfrontArg *arg = node->args && node->numArgs < node->capacity
                       ? &node->args[node->numArgs++]
                       : &node->spare;
  *arg = (UfrontArg){.name = name, .kind = kind};
  return arg;
}

void ufFfValueArg(UfFfNode *node, int32_t value) {
  ufFfArg(node, NULL, UFRONT_ARG_VALUE)->integer = value;
}

void ufFfIntArg(UfFfNode *node, const char *name, int64_t value) {
  ufFfArg(node, name, UFRONT_ARG_INT)->integer = value;
}

void ufFfStringArg(UfFfNode *node, const char *name, const char *text) {
  ufFfArg(node, name, UFRONT_ARG_STRING)->text = text;
}

void ufFfIntsArg(UfFfImport *import, UfFfNode *node, const char *name,
                 int32_t count, const int64_t *values) {
  UfrontArg *items = UF_NEW(&import->arena, UfrontArg, (size_t)count + 1);
  if (!items) {
    noMemory(import);
    return;
  }
  for (int32_t i = 0; i < count; ++i)
    items[i] = (UfrontArg){.kind = UFRONT_ARG_INT, .integer = values[i]};
  UfrontArg *arg = ufFfArg(node, name, UFRONT_ARG_LIST);
  arg->items = items;
  arg->numItems = count;
}

int32_t ufFfEnd(UfFfImport *import, const UfFfLine *line, const UfFfNode *node,
                int32_t count) {
  int32_t first = 0;
  UfrontTensorInfo *infos =
      UF_NEW(&import->arena, UfrontTensorInfo, (size_t)count + 1);
  const char *source = ufAllocFormat(&import->arena, "%s:%d",
                                     import->source->name, line->number);
  if (!infos || !source)
    noMemory(import);
  if (import->status != UFRONT_OK)
    return first;
  for (int32_t i = 0; i < count; ++i)
    infos[i] = (UfrontTensorInfo){.name = line->name, .rank = -1};
  UfrontNode described = {.op = node->op,
                          .name = line->name,
                          .source = source,
                          .args = node->args,
                          .numArgs = node->numArgs,
                          .outputs = infos,
                          .numOutputs = count};
  keep(import, ufGraphAddNode(&import->graph, &described, &first));
  return first;
}

//===----------------------------------------------------------------------===//
// Weights and constants
//===----------------------------------------------------------------------===//

/// Gives a weight its values. False when it is not valid, or too large.
static bool fillWeight(UfFfImport *import, const char *name,
                       UfrontTensor *tensor, const double *fill) {
  size_t size;
  for (int32_t i = 0; i < tensor->rank; ++i)
    if (tensor->shape[i] <= 0)
      return false;
  if (!ufTensorGetSize(tensor, &size) ||
      size > import->mostBytes - import->invented)
    return false;
  import->invented += size;
  tensor->data = ufAlloc(&import->out->weights.arena, size);
  if (!tensor->data)
    return false;
  if (!fill)
    ufInvent(name, tensor);
  for (size_t i = 0; fill && i < size / sizeof(float); ++i)
    ((float *)tensor->data)[i] = (float)*fill;
  return true;
}

void ufFfWeight(UfFfImport *import, const UfFfLine *line, UfFfNode *node,
                const char *name, int32_t rank, const int64_t *shape,
                const double *fill) {
  const char *full = ufAllocFormat(&import->arena, "%s.%s", line->name, name);
  UfrontTensor tensor = {.type = UFRONT_F32, .rank = rank};
  int32_t value = 0;
  if (!full)
    noMemory(import);
  if (import->status != UFRONT_OK)
    return;
  memcpy(tensor.shape, shape, (size_t)rank * sizeof *shape);
  if (!fillWeight(import, full, &tensor, fill)) {
    ufFfFail(import, line, "has a %s that is empty, or too large to initialise",
             name);
    return;
  }
  keep(import, ufGraphAddParameter(&import->graph, full, &tensor, &value));
  ufFfValueArg(node, value);
}

static int32_t addConstant(UfFfImport *import, const UfFfLine *line,
                           const UfrontTensor *tensor) {
  int32_t value = 0;
  if (import->status == UFRONT_OK)
    keep(import,
         ufGraphAddConstant(&import->graph, line->name, tensor, &value));
  return value;
}

int32_t ufFfNumber(UfFfImport *import, const UfFfLine *line, double number,
                   int32_t like) {
  UfShape shape;
  MlirContext ctx = import->module.ctx;
  float single = (float)number;
  bool fits = number < 0x1p62 && number > -0x1p62;
  int64_t integer = fits ? (int64_t)number : 0;
  UfrontTensor tensor = {.data = &single, .type = UFRONT_F32};
  if (ufFfShape(import, like, &shape)) {
    if (mlirTypeEqual(shape.element, ufElementTypeOf(ctx, UFRONT_F64)))
      tensor = (UfrontTensor){.data = &number, .type = UFRONT_F64};
    else if (mlirTypeEqual(shape.element, ufElementTypeOf(ctx, UFRONT_I64)))
      tensor = (UfrontTensor){.data = &integer, .type = UFRONT_I64};
  }
  return addConstant(import, line, &tensor);
}

int32_t ufFfInteger(UfFfImport *import, const UfFfLine *line, int64_t integer) {
  UfrontTensor tensor = {
      .data = &integer, .type = UFRONT_I64, .rank = 1, .shape = {1}};
  return addConstant(import, line, &tensor);
}
