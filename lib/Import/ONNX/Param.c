//===-- Param.c - Initializers as constants and parameters ----------------===//
//
// Small tensors go into the module, where shape rules and folds see them. The
// others are named in the module and lie in the weights.
//
//===----------------------------------------------------------------------===//

#include "Import/ONNX/Onnx.h"

#include <string.h>

//===----------------------------------------------------------------------===//
// Values
//===----------------------------------------------------------------------===//

static bool isInside(const uint8_t *data, const uint8_t *begin, size_t size) {
  return data >= begin && data < begin + size;
}

/// Whether the values outlive the import.
static bool isInFile(const UfOnnxImport *import, const uint8_t *data) {
  if (isInside(data, import->source->data, import->source->size))
    return true;
  for (const UfOnnxFile *file = import->files; file; file = file->next)
    if (isInside(data, file->data, file->size))
      return true;
  return false;
}

/// The bytes that are left for parameters without values.
static size_t inventable(const UfOnnxImport *import) {
  return ufInventable(import->total) - import->invented;
}

/// A tensor for a name of which only the type is known.
static MlirLogicalResult inventTensor(UfOnnxImport *import, MlirLocation loc,
                                      const UfOnnxName *name,
                                      UfrontTensor *out) {
  UfShape shape;
  const char *refused = ufOnnxShape(import->ctx, name->type, &shape);
  if (refused)
    return ufError(loc, "'%s' %s, and has no values", name->name, refused);
  *out = (UfrontTensor){.type = ufOnnxType(name->type->tensor_type->elem_type),
                        .rank = shape.rank};
  if (out->type != UFRONT_F32 && out->type != UFRONT_F64)
    return ufError(loc,
                   "'%s' is not defined anywhere, and is not of a type "
                   "that parameters could be initialised in",
                   name->name);
  for (int i = 0; i < shape.rank; ++i)
    out->shape[i] = shape.dims[i];
  size_t size;
  if (shape.rank < 0 || !ufTensorGetSize(out, &size))
    return ufError(loc,
                   "'%s' is not defined anywhere, and has no static shape "
                   "that a parameter could have",
                   name->name);
  if (size > inventable(import))
    return ufError(loc,
                   "'%s' has no values, and %zu bytes are too many to "
                   "initialise for a model of %" PRId64 " nodes",
                   name->name, size, import->total);
  out->data = ufAlloc(&import->out->weights.arena, size);
  if (!out->data)
    return ufError(loc, "out of memory for '%s'", name->name);
  import->invented += size;
  ufInvent(name->name, out);
  return mlirLogicalResultSuccess();
}

//===----------------------------------------------------------------------===//
// Parameters
//===----------------------------------------------------------------------===//

/// Puts the tensor into the weights as `wanted`, or a name like it; null after
/// an error was reported.
static const char *addWeight(UfOnnxImport *import, MlirLocation loc,
                             const char *wanted, UfrontTensor *tensor) {
  UfWeights *weights = &import->out->weights;
  size_t size;
  if (tensor->data && ufTensorGetSize(tensor, &size) &&
      !isInFile(import, tensor->data)) {
    void *copy = ufAlloc(&weights->arena, size);
    if (!copy) {
      ufError(loc, "out of memory for '%s'", wanted);
      return NULL;
    }
    memcpy(copy, tensor->data, size);
    tensor->data = copy;
  }
  const char *name = wanted;
  while (name && ufWeightsFind(weights, name))
    name = ufAllocFormat(&import->arena, "%s_%d", wanted, ++import->renamed);
  UF_SCOPED(UfMessage) message = {0};
  if (!name || ufWeightsAdd(weights, &message, name, tensor) != UFRONT_OK) {
    ufError(loc, "%s", name ? ufMessageGet(&message) : "out of memory");
    return NULL;
  }
  return name;
}

MlirLogicalResult ufOnnxMaterialize(UfOnnxImport *import,
                                    const UfOnnxScope *scope,
                                    UfOnnxName *name) {
  const char *full =
      ufAllocFormat(&import->arena, "%s%s", scope->prefix, name->name);
  MlirLocation loc = ufOnnxLocation(import, full ? full : name->name, 0);
  if (!full)
    return ufError(loc, "out of memory");
  UfrontTensor tensor;
  if (name->binding == UF_ONNX_DECLARED)
    UF_TRY(inventTensor(import, loc, name, &tensor));
  else
    UF_TRY(ufOnnxReadTensor(import, loc, full, name->tensor, &tensor));
  if (name->binding == UF_ONNX_TENSOR && ufIsSmallTensor(&tensor)) {
    MlirAttribute elements =
        ufTensorElements(import->ctx, &import->arena, &tensor);
    if (mlirAttributeIsNull(elements))
      return ufError(loc, "out of memory for '%s'", full);
    UfBuilder b = {.ctx = import->ctx, .loc = loc, .block = scope->block};
    name->value = ufConstant(&b, elements);
    return mlirLogicalResultSuccess();
  }
  const char *sym = addWeight(import, loc, full, &tensor);
  if (!sym)
    return mlirLogicalResultFailure();
  name->value =
      ufAddParam(import->entry, &import->lastParam, loc, sym, &tensor);
  return mlirLogicalResultSuccess();
}
