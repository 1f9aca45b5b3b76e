//===-- Types.c - Types and sizes of a .pt2 file --------------------------===//

#include "Import/Torch/Torch.h"

#include <stdlib.h>
#include <string.h>

static const UfrontType types[] = {
    [1] = UFRONT_U8,      [2] = UFRONT_I8,          [3] = UFRONT_I16,
    [4] = UFRONT_I32,     [5] = UFRONT_I64,         [6] = UFRONT_F16,
    [7] = UFRONT_F32,     [8] = UFRONT_F64,         [12] = UFRONT_BOOL,
    [13] = UFRONT_BF16,   [28] = UFRONT_U16,        [29] = UFRONT_F8E4M3FN,
    [30] = UFRONT_F8E5M2, [31] = UFRONT_F8E4M3FNUZ, [32] = UFRONT_F8E5M2FNUZ,
    [34] = UFRONT_U32,    [35] = UFRONT_U64,
};

UfrontType ufTorchType(const json_t *number) {
  json_int_t value = json_integer_value(number);
  return value > 0 && value < UF_COUNT(types) ? types[value] : UFRONT_NO_TYPE;
}

/// The size that `expression`, in sympy's notation, can only have; -1 when
/// there are several.
static int64_t knownSize(const UfTorchImport *import, const char *expression) {
  static const char symbol[] = "Symbol('", number[] = "Integer(";
  if (strncmp(expression, number, sizeof number - 1) == 0)
    return strtoll(expression + sizeof number - 1, NULL, 10);
  if (strncmp(expression, symbol, sizeof symbol - 1) != 0)
    return UFRONT_DYNAMIC;
  const char *name = expression + sizeof symbol - 1;
  const char *end = strstr(name, "', positive=True, integer=True)");
  if (!end || strchr(end, ')')[1]) // a symbol, and no more
    return UFRONT_DYNAMIC;
  const json_t *range =
      json_object_getn(json_object_get(import->program, "range_constraints"),
                       name, (size_t)(end - name));
  const json_t *least = json_object_get(range, "min_val");
  const json_t *most = json_object_get(range, "max_val");
  return json_is_integer(least) && json_is_integer(most) &&
                 json_integer_value(least) == json_integer_value(most)
             ? json_integer_value(least)
             : UFRONT_DYNAMIC;
}

/// Reads a SymInt.
static bool readSize(const UfTorchImport *import, const json_t *json,
                     int64_t *size) {
  const json_t *number = json_object_get(json, "as_int");
  const json_t *expression = json_object_get(json, "as_expr");
  if (json_is_integer(number)) {
    *size = json_integer_value(number);
    return *size >= 0;
  }
  const char *text = ufTorchText(expression, "expr_str");
  *size = text ? knownSize(import, text) : 0;
  if (*size < 0)
    *size = UFRONT_DYNAMIC;
  return text != NULL;
}

bool ufTorchInfo(const UfTorchImport *import, const json_t *meta,
                 UfrontTensorInfo *info) {
  const json_t *sizes = json_object_get(meta, "sizes");
  size_t rank = json_array_size(sizes);
  *info =
      (UfrontTensorInfo){.type = ufTorchType(json_object_get(meta, "dtype"))};
  if (!json_is_array(sizes) || rank > UFRONT_MAX_RANK)
    return false;
  info->rank = (int32_t)rank;
  for (size_t i = 0; i < rank; ++i)
    if (!readSize(import, json_array_get(sizes, i), &info->shape[i]))
      return false;
  return true;
}

bool ufTorchValueInfo(const UfTorchScope *scope, const char *name,
                      UfrontTensorInfo *info) {
  static const struct {
    const char *table;
    UfrontType type;
  } scalars[] = {
      {"sym_int_values", UFRONT_I64},
      {"sym_bool_values", UFRONT_BOOL},
      {"sym_float_values", UFRONT_F64},
  };
  const json_t *meta =
      json_object_get(json_object_get(scope->json, "tensor_values"), name);
  *info = (UfrontTensorInfo){.name = name, .rank = -1};
  if (meta) {
    bool valid = ufTorchInfo(scope->import, meta, info);
    info->name = name;
    return valid;
  }
  for (int i = 0; i < UF_COUNT(scalars); ++i)
    if (json_object_get(json_object_get(scope->json, scalars[i].table), name)) {
      info->type = scalars[i].type;
      info->rank = 0;
    }
  return true;
}
