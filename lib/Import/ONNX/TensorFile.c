//===-- TensorFile.c - Values in files of their own -----------------------===//

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

/// OptionalProto.DataType, SequenceProto.DataType.
enum { OF_NOTHING = 0, OF_TENSORS = 1, OF_SEQUENCES = 3 };

/// Whether the fields are there that only a tensor has.
static bool hasContents(const UfOnnx__Tensor *tensor) {
  return tensor->name || tensor->has_raw_data || tensor->has_lifted_offset ||
         tensor->n_float_data || tensor->n_int32_data ||
         tensor->n_string_data || tensor->n_int64_data ||
         tensor->n_double_data || tensor->n_uint64_data ||
         tensor->n_external_data;
}

/// What a file is it does not say, but a tensor has no fields 3, and what may
/// be a list in field 5 is preceded by numbers where a list has its name.
static bool isList(const UfOnnx__Tensor *tensor, const UfOnnx__Value *value) {
  return value && (value->n_tensors || value->n_sequences || !tensor ||
                   !hasContents(tensor));
}

static UfrontStatus readTensors(UfOnnxImport *import, size_t count,
                                UfOnnx__Tensor *const *tensors,
                                UfTensorList *out) {
  out->tensors = UF_NEW(&import->arena, UfrontTensor, count + 1);
  if (!out->tensors)
    return ufFail(import->message, UFRONT_NO_MEMORY, "%s: out of memory",
                  import->source->name);
  for (size_t i = 0; i < count; ++i)
    UF_TRY(readTensor(import, tensors[i], &out->tensors[i]));
  out->length = (int32_t)count;
  return UFRONT_OK;
}

static UfrontStatus readList(UfOnnxImport *import, const UfOnnx__Value *value,
                             UfTensorList *out) {
  const UfOnnx__Value *list = value;
  out->name = ufOnnxText(value->name);
  bool isEmpty = !value->n_tensors && !value->n_sequences;
  if (isEmpty &&
      (value->elem_type == OF_NOTHING || value->elem_type == OF_SEQUENCES)) {
    out->length = UFRONT_ABSENT;
    return UFRONT_OK;
  }
  if (value->elem_type == OF_SEQUENCES && value->n_sequences == 1)
    list = value->sequences[0];
  if (list->elem_type != OF_TENSORS || list->n_sequences)
    return ufFail(import->message, UFRONT_UNSUPPORTED,
                  "%s: holds neither tensors nor an optional sequence of them",
                  import->source->name);
  return readTensors(import, list->n_tensors, list->tensors, out);
}

/// Unpacks the file as a message of `type`; null when it is none.
static UfrontStatus unpack(UfOnnxImport *import, UfMessage *message,
                           const ProtobufCMessageDescriptor *type,
                           ProtobufCMessage **result) {
  const UfSource *source = import->source;
  *result = NULL;
  return ufOnnxUnpackMessage(message, &import->arena, source->name,
                             source->data, source->size, type, result);
}

static UfrontStatus readValue(UfOnnxImport *import, bool onlyTensor,
                              UfTensorList *out) {
  ProtobufCMessage *value = NULL, *unpacked;
  UF_SCOPED(UfMessage) ignored = {0};
  if (!onlyTensor &&
      unpack(import, &ignored, &uf_onnx__value__descriptor, &value))
    value = NULL;
  UF_SCOPED(UfMessage) why = {0};
  UfrontStatus status =
      unpack(import, &why, &uf_onnx__tensor__descriptor, &unpacked);
  UfOnnx__Tensor *tensor = status ? NULL : (UfOnnx__Tensor *)unpacked;
  if (isList(tensor, (const UfOnnx__Value *)value))
    return readList(import, (const UfOnnx__Value *)value, out);
  if (!tensor)
    return ufFail(import->message, status, "%s", why.text ? why.text : "");
  out->name = ufOnnxText(tensor->name);
  out->isTensor = true;
  return readTensors(import, 1, &tensor, out);
}

UfrontStatus ufReadOnnxValue(const UfSource *source, MlirContext ctx,
                             bool onlyTensor, UfMessage *message,
                             UfArena *arena, UfTensorList *out) {
  UfImported imported = {0};
  UfOnnxImport import = {
      .source = source, .ctx = ctx, .message = message, .out = &imported};
  UfrontStatus status = readValue(&import, onlyTensor, out);
  *arena = import.arena;
  ufWeightsDestroy(&imported.weights);
  return status;
}
