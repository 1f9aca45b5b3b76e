//===-- Weights.c - Parameters and constants of a .pt2 file ---------------===//
//
// The file holds storages; a tensor is a window of one, with strides. What is
// contiguous there stays there.
//
//===----------------------------------------------------------------------===//

#include "Import/Torch/Torch.h"

#include <string.h>

/// A tensor as the configuration describes it.
typedef struct Window {
  const char *name;
  const char *path; ///< Of its storage, in the archive.
  UfrontTensor tensor;
  int64_t offset; ///< In elements, as the strides.
  int64_t strides[UFRONT_MAX_RANK];
} Window;

static UfrontStatus refuse(const UfTorchImport *import, UfrontStatus status,
                           const char *name, const char *what) {
  return ufFail(import->message, status, "%s: weight '%s' %s",
                import->source->name, name, what);
}

//===----------------------------------------------------------------------===//
// The configuration
//===----------------------------------------------------------------------===//

/// Finds PayloadMeta `name` and the folder its file is in.
static UfrontStatus findPayload(UfTorchImport *import, const char *name,
                                const json_t **payload, const char **folder) {
  static const char *const folders[] = {"weights", "constants"};
  for (int i = 0; i < UF_COUNT(folders); ++i) {
    const json_t *config = NULL;
    const char *file =
        ufAllocFormat(&import->arena, "%sdata/%s/%s_%s_config.json",
                      import->prefix, folders[i], import->model, folders[i]);
    if (!file)
      return ufTorchNoMemory(import);
    if (!ufZipFind(&import->zip, file))
      continue;
    UF_TRY(ufTorchParse(import, file, &config));
    *folder = folders[i];
    *payload = json_object_get(json_object_get(config, "config"), name);
    if (*payload)
      return UFRONT_OK;
  }
  return refuse(import, UFRONT_FORMAT, name, "is not in the file");
}

/// A SymInt that must be a number.
static bool readInt(const json_t *json, int64_t *out) {
  const json_t *number = json_object_get(json, "as_int");
  *out = json_integer_value(number);
  return json_is_integer(number) && *out >= 0;
}

static UfrontStatus readWindow(UfTorchImport *import, const char *name,
                               Window *window) {
  const json_t *payload = NULL;
  const char *folder = "";
  UF_TRY(findPayload(import, name, &payload, &folder));
  const char *path = ufTorchText(payload, "path_name");
  const json_t *meta = json_object_get(payload, "tensor_meta");
  const json_t *strides = json_object_get(meta, "strides");
  if (json_is_true(json_object_get(payload, "use_pickle")))
    return refuse(import, UFRONT_UNSUPPORTED, name,
                  "is pickled, which only Python reads");
  UfrontTensorInfo info;
  bool valid = path && ufTorchInfo(import, meta, &info) &&
               json_array_size(strides) == (size_t)info.rank;
  *window = (Window){.name = name};
  valid = valid &&
          readInt(json_object_get(meta, "storage_offset"), &window->offset);
  for (int32_t i = 0; valid && i < info.rank; ++i) {
    window->tensor.shape[i] = info.shape[i];
    valid = info.shape[i] >= 0 &&
            readInt(json_array_get(strides, (size_t)i), &window->strides[i]);
  }
  if (!valid)
    return refuse(import, UFRONT_FORMAT, name,
                  "has no valid type, sizes and strides");
  if (json_integer_value(json_object_get(meta, "layout")) != 7)
    return refuse(import, UFRONT_UNSUPPORTED, name, "is not strided");
  window->tensor.type = info.type;
  window->tensor.rank = info.rank;
  if (!info.type)
    return refuse(import, UFRONT_UNSUPPORTED, name,
                  "has elements of a type that is not supported");
  window->path = ufAllocFormat(&import->arena, "%sdata/%s/%s", import->prefix,
                               folder, path);
  return window->path ? UFRONT_OK : ufTorchNoMemory(import);
}

//===----------------------------------------------------------------------===//
// The bytes
//===----------------------------------------------------------------------===//

/// The number of elements, and of those of the storage that the window reaches
/// up to. False when they are too many to count.
static bool measure(const Window *window, size_t *count, size_t *reach) {
  const UfrontTensor *tensor = &window->tensor;
  size_t bytes, last = (size_t)window->offset;
  if (!ufTensorGetSize(tensor, &bytes))
    return false;
  *count = bytes / ufrontTypeGetSize(tensor->type);
  *reach = 0;
  for (int32_t i = 0; *count && i < tensor->rank; ++i) {
    size_t step;
    if (!ufCheckedMul((size_t)tensor->shape[i] - 1, (size_t)window->strides[i],
                      &step) ||
        !ufCheckedAdd(last, step, &last))
      return false;
  }
  return *count == 0 || ufCheckedAdd(last, 1, reach);
}

static bool isContiguous(const Window *window) {
  int64_t stride = 1;
  for (int32_t i = window->tensor.rank - 1; i >= 0; --i) {
    if (window->tensor.shape[i] != 1 && window->strides[i] != stride)
      return false;
    stride *= window->tensor.shape[i]; // cannot overflow: it was measured
  }
  return true;
}

/// Copies `count` elements of `width` bytes of the window that starts at `from`
/// one behind the other.
static void gather(const Window *window, size_t width, size_t count,
                   const uint8_t *from, uint8_t *to) {
  const UfrontTensor *tensor = &window->tensor;
  int64_t at[UFRONT_MAX_RANK] = {0};
  size_t offset = 0;
  for (size_t i = 0; i < count; ++i) {
    memcpy(to + i * width, from + offset * width, width);
    for (int32_t d = tensor->rank - 1; d >= 0; --d) {
      offset += (size_t)window->strides[d];
      if (++at[d] < tensor->shape[d])
        break;
      offset -= (size_t)(window->strides[d] * tensor->shape[d]);
      at[d] = 0;
    }
  }
}

/// Fills in where the elements are.
static UfrontStatus locate(UfTorchImport *import, Window *window) {
  const char *name = window->name;
  UfZipEntry *entry = ufZipFind(&import->zip, window->path);
  size_t width = ufrontTypeGetSize(window->tensor.type), count, reach, bytes;
  if (!entry)
    return refuse(import, UFRONT_FORMAT, name, "has no file in the archive");
  if (!measure(window, &count, &reach) || !ufCheckedMul(reach, width, &bytes))
    return refuse(import, UFRONT_FORMAT, name, "is too large");
  if (bytes > entry->size)
    return ufFail(import->message, UFRONT_FORMAT,
                  "%s: weight '%s' needs %zu bytes of '%s', which has %zu",
                  import->source->name, name, bytes, entry->name, entry->size);
  UfArena *arena = &import->out->weights.arena;
  UF_TRY(ufZipRead(&import->zip, arena, import->message, entry,
                   /*check=*/false));
  const uint8_t *data =
      entry->data + (count ? (size_t)window->offset * width : 0);
  if (count && !isContiguous(window)) {
    uint8_t *copy = ufAllocArray(arena, count, width);
    if (!copy)
      return refuse(import, UFRONT_NO_MEMORY, name,
                    "is too large for its file or for memory");
    gather(window, width, count, data, copy);
    data = copy;
  }
  for (size_t i = 0; window->tensor.type == UFRONT_BOOL && i < count; ++i)
    if (data[i] > 1)
      return refuse(import, UFRONT_FORMAT, name, "holds a bool beyond 0 and 1");
  window->tensor.data = (void *)data;
  return UFRONT_OK;
}

//===----------------------------------------------------------------------===//

/// A text that two windows share only if they show the same tensor.
static const char *describe(UfTorchImport *import, const Window *window) {
  UF_SCOPED(UfMessage) text = {0};
  ufMessageAppend(&text, "%d %" PRId64, (int)window->tensor.type,
                  window->offset);
  for (int32_t i = 0; i < window->tensor.rank; ++i)
    ufMessageAppend(&text, " %" PRId64 ":%" PRId64, window->tensor.shape[i],
                    window->strides[i]);
  return ufAllocFormat(&import->arena, "%s %s", ufMessageGet(&text),
                       window->path);
}

UfrontStatus ufTorchAddWeight(UfTorchImport *import, const char *name,
                              int32_t *value) {
  Window window = {0};
  UF_TRY(readWindow(import, name, &window));
  const char *key = describe(import, &window);
  if (!key)
    return ufTorchNoMemory(import);
  const json_t *known = json_object_get(import->shared, key);
  if (known) {
    *value = (int32_t)json_integer_value(known);
    return UFRONT_OK;
  }
  UF_TRY(locate(import, &window));
  UF_TRY(ufGraphAddParameter(&import->graph, name, &window.tensor, value));
  return json_object_set_new(import->shared, key, json_integer(*value)) == 0
             ? UFRONT_OK
             : ufTorchNoMemory(import);
}
