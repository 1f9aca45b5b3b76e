//===-- External.c - Tensor data in other files ---------------------------===//

#include "Import/ONNX/Onnx.h"

#include <string.h>

/// Where a tensor says its values are.
typedef struct Place {
  const char *path;
  size_t offset;
  size_t size;
  bool hasSize;
} Place;

/// Reads a number of decimal digits only.
static bool readSize(const char *text, size_t *out) {
  size_t value = 0;
  for (const char *at = text; *at; ++at)
    if (*at < '0' || *at > '9' || !ufCheckedMul(value, 10, &value) ||
        !ufCheckedAdd(value, (size_t)(*at - '0'), &value))
      return false;
  *out = value;
  return text[0] != '\0';
}

/// Fails after an error was reported.
static bool readPlace(MlirLocation loc, const char *name,
                      const UfOnnx__Tensor *tensor, Place *place) {
  *place = (Place){.path = ""};
  bool hasPath = false;
  for (size_t i = 0; i < tensor->n_external_data; ++i) {
    const char *key = ufOnnxText(tensor->external_data[i]->key);
    const char *value = ufOnnxText(tensor->external_data[i]->value);
    bool valid = true;
    if (strcmp(key, "location") == 0) {
      place->path = value;
      hasPath = true;
    } else if (strcmp(key, "offset") == 0) {
      valid = readSize(value, &place->offset);
    } else if (strcmp(key, "length") == 0) {
      valid = readSize(value, &place->size);
      place->hasSize = true;
    }
    if (!valid) {
      ufError(loc, "tensor '%s' has the external %s '%s', which is not a size",
              name, key, value);
      return false;
    }
  }
  if (!hasPath)
    ufError(loc, "tensor '%s' has external data without a location", name);
  return hasPath;
}

/// Maps a file that has not been mapped yet; null after an error was reported.
static const UfOnnxFile *mapFile(UfOnnxImport *import, MlirLocation loc,
                                 const char *name, const char *path) {
  UF_SCOPED(UfMessage) message = {0};
  UF_SCOPED(UfMapping) mapping = {0};
  UfOnnxFile *file = UF_NEW(&import->arena, UfOnnxFile, 1);
  if (!file) {
    ufError(loc, "out of memory");
    return NULL;
  }
  UfrontStatus status =
      ufMapFile(&message, import->source->directory, path, &mapping);
  *file = (UfOnnxFile){import->files, path, mapping.data, mapping.size};
  if (status == UFRONT_OK)
    status = ufWeightsAddFile(&import->out->weights, &message, &mapping);
  if (status != UFRONT_OK) {
    ufError(loc, "external data of tensor '%s': %s", name,
            ufMessageGet(&message));
    return NULL;
  }
  import->files = file;
  // What is packed there gets a byte for each value, of 2 bits at least.
  size_t limit;
  if (import->arena.limit && ufCheckedMul(file->size, 4, &limit) &&
      ufCheckedAdd(import->arena.limit, limit, &limit))
    import->arena.limit = limit;
  return file;
}

/// The file, mapped once for all tensors in it; null as above.
static const UfOnnxFile *openFile(UfOnnxImport *import, MlirLocation loc,
                                  const char *name, const char *path) {
  for (const UfOnnxFile *file = import->files; file; file = file->next)
    if (strcmp(file->path, path) == 0)
      return file;
  if (import->source->directory)
    return mapFile(import, loc, name, path);
  ufError(loc,
          "tensor '%s' is in the file '%s', but the model was not read from a "
          "folder",
          name, path);
  return NULL;
}

MlirLogicalResult ufOnnxExternal(UfOnnxImport *import, MlirLocation loc,
                                 const char *name, const UfOnnx__Tensor *tensor,
                                 size_t size, const uint8_t **data) {
  Place place;
  if (!readPlace(loc, name, tensor, &place))
    return mlirLogicalResultFailure();
  if (place.hasSize && place.size != size)
    return ufError(loc, "tensor '%s' needs %zu bytes, but has %zu in '%s'",
                   name, size, place.size, place.path);
  const UfOnnxFile *file = openFile(import, loc, name, place.path);
  if (!file)
    return mlirLogicalResultFailure();
  if (place.offset > file->size || size > file->size - place.offset)
    return ufError(loc,
                   "tensor '%s' needs %zu bytes from byte %zu of '%s', which "
                   "has only %zu",
                   name, size, place.offset, place.path, file->size);
  *data = file->data + place.offset;
  return mlirLogicalResultSuccess();
}
