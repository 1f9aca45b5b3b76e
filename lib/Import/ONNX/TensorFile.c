//===-- TensorFile.c - Tensors in files of their own ----------------------===//

#include "Import/ONNX/Onnx.h"

#include "mlir-c/Diagnostics.h"

static UfrontStatus readTensor(UfOnnxImport *import,
                               const UfOnnx__Tensor *tensor,
                               UfrontTensor *out) {
  const char *name = ufOnnxText(tensor->name);
  MlirLocation loc = ufOnnxLocation(import, name, 0);
  if (mlirLogicalResultIsSuccess(
          ufOnnxReadTensor(import, loc, name, tensor, out)))
    return UFRONT_OK;
  return ufFail(import->message,
                import->unsupported ? UFRONT_UNSUPPORTED : UFRONT_FORMAT,
                "%s: the tensor could not be read", import->source->name);
}

UfrontStatus ufReadOnnxTensor(const UfSource *source, MlirContext ctx,
                              UfMessage *message, UfArena *arena,
                              UfrontTensor *out, const char **name) {
  UfImported imported = {0};
  UfOnnxImport import = {
      .source = source, .ctx = ctx, .message = message, .out = &imported};
  ProtobufCMessage *tensor = NULL;
  UfrontStatus status =
      ufOnnxUnpackMessage(message, &import.arena, source->name, source->data,
                          source->size, &uf_onnx__tensor__descriptor, &tensor);
  if (status == UFRONT_OK) {
    *name = ufOnnxText(((const UfOnnx__Tensor *)tensor)->name);
    status = readTensor(&import, (const UfOnnx__Tensor *)tensor, out);
  }
  *arena = import.arena;
  ufWeightsDestroy(&imported.weights);
  return status;
}
