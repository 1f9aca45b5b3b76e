//===-- Tensor.c - Types and values of ONNX tensors -----------------------===//
//
// Values in raw form stay where they are: in the model file, or in a file
// beside it. Values in typed fields are decoded, except for packed floats,
// which have raw form. Those of fewer than 8 bits are packed in both forms, and
// get a byte each.
//
//===----------------------------------------------------------------------===//

#include "Import/ONNX/Onnx.h"

#include <string.h>

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "ONNX files are little-endian and values are used in place"
#endif

//===----------------------------------------------------------------------===//
// Types
//===----------------------------------------------------------------------===//

/// The typed fields of a tensor.
typedef enum TypedField {
  NO_FIELD,
  FLOAT_FIELD = 4,
  INT32_FIELD = 5,
  INT64_FIELD = 7,
  RAW_FIELD = 9,
  DOUBLE_FIELD = 10,
  UINT64_FIELD = 11,
} TypedField;

/// An element type, by its number in ONNX.
static const struct {
  const char *name;
  UfrontType type;
  TypedField field; ///< That holds values which are not raw.
  uint8_t bits;     ///< Of a packed value; 0: whole bytes.
} types[] = {
    [0] = {"undefined", UFRONT_NO_TYPE, NO_FIELD},
    [1] = {"float", UFRONT_F32, FLOAT_FIELD},
    [2] = {"uint8", UFRONT_U8, INT32_FIELD},
    [3] = {"int8", UFRONT_I8, INT32_FIELD},
    [4] = {"uint16", UFRONT_U16, INT32_FIELD},
    [5] = {"int16", UFRONT_I16, INT32_FIELD},
    [6] = {"int32", UFRONT_I32, INT32_FIELD},
    [7] = {"int64", UFRONT_I64, INT64_FIELD},
    [8] = {"string", UFRONT_STRING, NO_FIELD},
    [9] = {"bool", UFRONT_BOOL, INT32_FIELD},
    [10] = {"float16", UFRONT_F16, INT32_FIELD},
    [11] = {"double", UFRONT_F64, DOUBLE_FIELD},
    [12] = {"uint32", UFRONT_U32, UINT64_FIELD},
    [13] = {"uint64", UFRONT_U64, UINT64_FIELD},
    [14] = {"complex64", UFRONT_NO_TYPE, NO_FIELD},
    [15] = {"complex128", UFRONT_NO_TYPE, NO_FIELD},
    [16] = {"bfloat16", UFRONT_BF16, INT32_FIELD},
    [17] = {"float8e4m3fn", UFRONT_F8E4M3FN, INT32_FIELD},
    [18] = {"float8e4m3fnuz", UFRONT_F8E4M3FNUZ, INT32_FIELD},
    [19] = {"float8e5m2", UFRONT_F8E5M2, INT32_FIELD},
    [20] = {"float8e5m2fnuz", UFRONT_F8E5M2FNUZ, INT32_FIELD},
    [21] = {"uint4", UFRONT_U4, INT32_FIELD, 4},
    [22] = {"int4", UFRONT_I4, INT32_FIELD, 4},
    [23] = {"float4e2m1", UFRONT_F4E2M1, INT32_FIELD, 4},
    [24] = {"float8e8m0", UFRONT_F8E8M0, INT32_FIELD},
    [25] = {"uint2", UFRONT_U2, INT32_FIELD, 2},
    [26] = {"int2", UFRONT_I2, INT32_FIELD, 2},
    [27] = {"float6e2m3", UFRONT_F6E2M3, INT32_FIELD, 6},
    [28] = {"float6e3m2", UFRONT_F6E3M2, INT32_FIELD, 6},
};

static bool isKnownType(int32_t type) {
  return type >= 0 && type < UF_COUNT(types);
}

UfrontType ufOnnxType(int32_t type) {
  return isKnownType(type) ? types[type].type : UFRONT_NO_TYPE;
}

const char *ufOnnxTypeName(int32_t type) {
  return isKnownType(type) ? types[type].name : "unknown";
}

/// Why a value that is no tensor is refused, null for a tensor.
static const char *refuseKind(const UfOnnx__Type *type) {
  if (!type)
    return "has no type";
  if (type->sequence_type)
    return "is a sequence, which is not supported";
  if (type->map_type)
    return "is a map, which is not supported";
  if (type->optional_type)
    return "is an optional, which is not supported";
  if (type->sparse_tensor_type)
    return "is a sparse tensor, which is not supported";
  return type->tensor_type ? NULL : "has a type that is not supported";
}

const char *ufOnnxShape(MlirContext ctx, const UfOnnx__Type *type,
                        UfShape *shape) {
  const char *refused = refuseKind(type);
  if (refused)
    return refused;
  UfrontType element = ufOnnxType(type->tensor_type->elem_type);
  if (element == UFRONT_NO_TYPE)
    return "has an element type that is not supported";
  *shape = (UfShape){.rank = -1, .element = ufElementTypeOf(ctx, element)};
  const UfOnnx__Shape *dims = type->tensor_type->shape;
  if (!dims)
    return NULL;
  if (dims->n_dim > UF_MAX_RANK)
    return "has more than 16 dimensions";
  shape->rank = (int)dims->n_dim;
  for (int i = 0; i < shape->rank; ++i)
    shape->dims[i] = dims->dim[i]->has_dim_value && dims->dim[i]->dim_value >= 0
                         ? dims->dim[i]->dim_value
                         : UF_DYNAMIC;
  return NULL;
}

//===----------------------------------------------------------------------===//
// Values
//===----------------------------------------------------------------------===//

/// How many values the field has that holds those of the tensor's type.
static size_t numTyped(const UfOnnx__Tensor *tensor, TypedField field) {
  switch (field) {
  case FLOAT_FIELD:
    return tensor->n_float_data;
  case INT32_FIELD:
    return tensor->n_int32_data;
  case INT64_FIELD:
    return tensor->n_int64_data;
  case DOUBLE_FIELD:
    return tensor->n_double_data;
  case UINT64_FIELD:
    return tensor->n_uint64_data;
  default:
    return 0;
  }
}

/// The array of that field when it has the layout of the tensor, else null.
static const void *typedArray(const UfOnnx__Tensor *tensor, TypedField field) {
  switch (field) {
  case FLOAT_FIELD:
    return tensor->float_data;
  case INT64_FIELD:
    return tensor->int64_data;
  case DOUBLE_FIELD:
    return tensor->double_data;
  case INT32_FIELD:
    return tensor->data_type == 6 ? tensor->int32_data : NULL;
  case UINT64_FIELD:
    return tensor->data_type == 13 ? tensor->uint64_data : NULL;
  default:
    return NULL;
  }
}

/// Copies the low bytes of `count` integers, which are little-endian.
static void narrow(uint8_t *to, size_t toSize, const void *from,
                   size_t fromSize, size_t count) {
  for (size_t i = 0; i < count; ++i)
    memcpy(to + i * toSize, (const uint8_t *)from + i * fromSize, toSize);
}

/// Bytes of a value in a file: of whole ones, or of the first of several.
static size_t sizeInFile(size_t count, int bits) {
  // The number of values is at most PTRDIFF_MAX.
  return count / 8 * (size_t)bits + (count % 8 * (size_t)bits + 7) / 8;
}

/// Gives each of `count` values of `bits` bits, the first in the lowest ones, a
/// byte.
static uint8_t *unpack(UfArena *arena, const uint8_t *from, int bits,
                       size_t count) {
  uint8_t *to = ufAlloc(arena, count);
  unsigned buffer = 0;
  int available = 0;
  for (size_t i = 0; to && i < count; ++i) {
    if (available < bits) {
      buffer |= (unsigned)*from++ << available;
      available += 8;
    }
    to[i] = (uint8_t)(buffer & ((1u << bits) - 1));
    buffer >>= bits;
    available -= bits;
  }
  return to;
}

static MlirLogicalResult failAllocation(MlirLocation loc, const char *name) {
  return ufError(loc, "out of memory for tensor '%s'", name);
}

static MlirLogicalResult readTyped(UfOnnxImport *import, MlirLocation loc,
                                   const char *name,
                                   const UfOnnx__Tensor *tensor, size_t size,
                                   UfrontTensor *out) {
  TypedField field = types[tensor->data_type].field;
  int bits = types[tensor->data_type].bits;
  bool isPacked = bits && 8 % bits == 0; // of 6 bits, there is one at a place
  size_t width = ufrontTypeGetSize(out->type);
  size_t expected = isPacked ? sizeInFile(size, bits) : size / width;
  size_t count = numTyped(tensor, field);
  if (count != expected)
    return ufError(loc, "tensor '%s' needs %zu values, but has %zu", name,
                   expected, count);
  out->data = (void *)typedArray(tensor, field);
  if (out->data || count == 0)
    return mlirLogicalResultSuccess();
  out->data = ufAlloc(&import->arena, count * width);
  if (!out->data)
    return failAllocation(loc, name);
  if (field == INT32_FIELD)
    narrow(out->data, width, tensor->int32_data, sizeof(int32_t), count);
  else
    narrow(out->data, width, tensor->uint64_data, sizeof(uint64_t), count);
  if (isPacked)
    out->data = unpack(&import->arena, out->data, bits, size);
  return out->data ? mlirLogicalResultSuccess() : failAllocation(loc, name);
}

/// The bytes that the scan left in the file.
static MlirLogicalResult readLifted(UfOnnxImport *import, MlirLocation loc,
                                    const char *name,
                                    const UfOnnx__Tensor *tensor, size_t size,
                                    const uint8_t **data) {
  TypedField field = (TypedField)tensor->lifted_field;
  if (field != RAW_FIELD && field != types[tensor->data_type].field)
    return ufError(loc,
                   "tensor '%s' of %s has its values in a field for "
                   "another type",
                   name, ufOnnxTypeName(tensor->data_type));
  if (tensor->lifted_size != size ||
      tensor->lifted_offset > import->source->size ||
      size > import->source->size - tensor->lifted_offset)
    return ufError(loc, "tensor '%s' needs %zu bytes, but has %" PRIu64, name,
                   size, tensor->lifted_size);
  *data = import->source->data + tensor->lifted_offset;
  return mlirLogicalResultSuccess();
}

static MlirLogicalResult readStrings(UfOnnxImport *import, MlirLocation loc,
                                     const char *name,
                                     const UfOnnx__Tensor *tensor, size_t count,
                                     UfrontTensor *out) {
  if (tensor->n_string_data != count)
    return ufError(loc, "tensor '%s' needs %zu strings, but has %zu", name,
                   count, tensor->n_string_data);
  UfrontString *texts = UF_NEW(&import->arena, UfrontString, count);
  if (!texts)
    return ufError(loc, "out of memory for tensor '%s'", name);
  for (size_t i = 0; i < count; ++i)
    texts[i] = (UfrontString){(const char *)tensor->string_data[i].data,
                              (int64_t)tensor->string_data[i].len};
  out->data = texts;
  return mlirLogicalResultSuccess();
}

/// Writes where the values are, wherever that is. They take `size` bytes.
static MlirLogicalResult readValues(UfOnnxImport *import, MlirLocation loc,
                                    const char *name,
                                    const UfOnnx__Tensor *tensor, size_t size,
                                    UfrontTensor *out) {
  if (out->type == UFRONT_STRING)
    return readStrings(import, loc, name, tensor, size / sizeof(UfrontString),
                       out);
  const uint8_t *data = NULL;
  int bits = types[tensor->data_type].bits;
  size_t stored = bits ? sizeInFile(size, bits) : size;
  if (tensor->data_location == 1)
    UF_TRY(ufOnnxExternal(import, loc, name, tensor, stored, &data));
  else if (tensor->has_lifted_size)
    UF_TRY(readLifted(import, loc, name, tensor, stored, &data));
  else if (!tensor->has_raw_data)
    return readTyped(import, loc, name, tensor, size, out);
  else if (tensor->raw_data.len != stored)
    return ufError(loc, "tensor '%s' needs %zu bytes, but has %zu", name,
                   stored, tensor->raw_data.len);
  else
    data = tensor->raw_data.data;
  out->data = (void *)data; // read-only: never written through
  if (!bits)
    return mlirLogicalResultSuccess();
  out->data = unpack(&import->arena, data, bits, size);
  return out->data ? mlirLogicalResultSuccess() : failAllocation(loc, name);
}

MlirLogicalResult ufOnnxReadTensor(UfOnnxImport *import, MlirLocation loc,
                                   const char *name,
                                   const UfOnnx__Tensor *tensor,
                                   UfrontTensor *out) {
  *out = (UfrontTensor){.type = ufOnnxType(tensor->data_type)};
  if (out->type == UFRONT_NO_TYPE) {
    import->unsupported = true;
    return ufError(loc,
                   "tensor '%s' has the element type %s (%d), which is "
                   "not supported",
                   name, ufOnnxTypeName(tensor->data_type), tensor->data_type);
  }
  if (tensor->n_dims > UFRONT_MAX_RANK)
    return ufError(loc, "tensor '%s' has %zu dimensions, the most is %d", name,
                   tensor->n_dims, UFRONT_MAX_RANK);
  out->rank = (int32_t)tensor->n_dims;
  for (int32_t i = 0; i < out->rank; ++i)
    out->shape[i] = tensor->dims[i];
  size_t size;
  if (!ufTensorGetSize(out, &size))
    return ufError(loc, "tensor '%s' has an impossible shape", name);
  UF_TRY(readValues(import, loc, name, tensor, size, out));
  const uint8_t *bytes = out->data;
  for (size_t i = 0; bytes && out->type == UFRONT_BOOL && i < size; ++i)
    if (bytes[i] > 1)
      return ufError(loc, "bool tensor '%s' holds the value %d", name,
                     bytes[i]);
  return mlirLogicalResultSuccess();
}
