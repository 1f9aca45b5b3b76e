//===-- Safetensors.c - The .safetensors format -------------------*- C -*-===//
//
// A file is the size of a JSON header (8 bytes), the header, and the data. The
// header maps each name to {"dtype", "shape", "data_offsets": [begin, end]}.
// Files are untrusted: every number is checked against the file's size.
//
// Elements of a byte whose type the format lacks are written as "U8", and what
// they are in the header's metadata: {"ufront.type.<name>": "i4"}.
//
//===----------------------------------------------------------------------===//

#include "Support/Scoped.h"
#include "Support/Weights.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
               "tensors are mapped as they lie in the file");

/// As the format's reference implementation has it.
#define MAX_HEADER ((uint64_t)100000000)
#define LENGTH_SIZE ((size_t)8)
#define DATA_ALIGNMENT ((size_t)64)

typedef json_t *Json;
static void ufScoped_Json(Json *json) { json_decref(*json); }

typedef FILE *Stream;
static void ufScoped_Stream(Stream *stream) {
  if (*stream)
    fclose(*stream);
}

static const struct {
  const char *name, *mlir;
  UfrontType type;
  int bits;
} dtypes[] = {
#define X(name, value, mlir, bits, safetensors)                                \
  {safetensors, mlir, UFRONT_##name, bits},
    UFRONT_TYPE_LIST(X)
#undef X
};

/// UFRONT_NO_TYPE when the format or ufront has no such type.
static UfrontType findType(const char *dtype) {
  for (size_t i = 0; i < sizeof dtypes / sizeof *dtypes; ++i)
    if (dtype[0] && strcmp(dtypes[i].name, dtype) == 0)
      return dtypes[i].type;
  return UFRONT_NO_TYPE;
}

static const char *findDtype(UfrontType type) {
  for (size_t i = 0; i < sizeof dtypes / sizeof *dtypes; ++i)
    if (dtypes[i].type == type)
      return dtypes[i].name;
  return "";
}

/// How a type of a byte that the format lacks is called in the metadata; null
/// for other types. And the type called so, UFRONT_NO_TYPE when there is none.
static const char *findByteName(UfrontType type) {
  for (size_t i = 0; i < sizeof dtypes / sizeof *dtypes; ++i)
    if (dtypes[i].type == type && !dtypes[i].name[0] && dtypes[i].bits == 8)
      return dtypes[i].mlir;
  return NULL;
}

static UfrontType findByteType(const char *name) {
  for (size_t i = 0; i < sizeof dtypes / sizeof *dtypes; ++i)
    if (strcmp(dtypes[i].mlir, name) == 0 && findByteName(dtypes[i].type))
      return dtypes[i].type;
  return UFRONT_NO_TYPE;
}

/// A string, null when memory is exhausted, to be freed with free().
static char *makeTypeKey(const char *weight) {
  static const char prefix[] = "ufront.type.";
  size_t size = sizeof prefix + strlen(weight);
  char *key = malloc(size);
  if (key)
    snprintf(key, size, "%s%s", prefix, weight);
  return key;
}

//===----------------------------------------------------------------------===//
// Reading
//===----------------------------------------------------------------------===//

/// A file being read.
typedef struct Reader {
  UfMessage *message;
  const char *path;
  const uint8_t *data;    ///< Where the offsets count from.
  size_t size;            ///< Bytes there.
  size_t described;       ///< Bytes of the tensors so far.
  const json_t *metadata; ///< Null when there is none.
} Reader;

/// Parses the header; `reader` gets the data behind it.
static UfrontStatus parseHeader(Reader *reader, const UfMapping *mapping,
                                Json *header) {
  UfMessage *message = reader->message;
  if (mapping->size < LENGTH_SIZE)
    return ufFail(message, UFRONT_FORMAT,
                  "%s: %zu bytes are too few for a safetensors file",
                  reader->path, mapping->size);
  uint64_t length;
  memcpy(&length, mapping->data, sizeof length);
  size_t rest = mapping->size - LENGTH_SIZE;
  if (length > rest)
    return ufFail(message, UFRONT_FORMAT,
                  "%s: header of %" PRIu64 " bytes in a file with %zu",
                  reader->path, length, rest);
  if (length > MAX_HEADER)
    return ufFail(message, UFRONT_FORMAT,
                  "%s: header of %" PRIu64 " bytes, at most %" PRIu64
                  " are allowed",
                  reader->path, length, MAX_HEADER);
  json_error_t error;
  *header = json_loadb((const char *)mapping->data + LENGTH_SIZE,
                       (size_t)length, JSON_REJECT_DUPLICATES, &error);
  if (!*header)
    return ufFail(message, UFRONT_FORMAT, "%s: header byte %d: %s",
                  reader->path, error.position, error.text);
  if (!json_is_object(*header))
    return ufFail(message, UFRONT_FORMAT, "%s: header is not a JSON object",
                  reader->path);
  reader->data = mapping->data + LENGTH_SIZE + length;
  reader->size = rest - (size_t)length;
  return UFRONT_OK;
}

/// Reads "shape" of weight `name`.
static UfrontStatus parseShape(Reader *reader, const char *name,
                               const json_t *entry, UfrontTensor *tensor) {
  const json_t *shape = json_object_get(entry, "shape");
  if (!json_is_array(shape))
    return ufFail(reader->message, UFRONT_FORMAT,
                  "%s: weight '%s' has no shape", reader->path, name);
  size_t rank = json_array_size(shape);
  if (rank > UFRONT_MAX_RANK)
    return ufFail(reader->message, UFRONT_UNSUPPORTED,
                  "%s: weight '%s' has rank %zu, at most %d is supported",
                  reader->path, name, rank, UFRONT_MAX_RANK);
  tensor->rank = (int32_t)rank;
  for (size_t i = 0; i < rank; ++i) {
    const json_t *dim = json_array_get(shape, i);
    if (!json_is_integer(dim) || json_integer_value(dim) < 0)
      return ufFail(reader->message, UFRONT_FORMAT,
                    "%s: weight '%s': dimension %zu is not a size",
                    reader->path, name, i);
    tensor->shape[i] = json_integer_value(dim);
  }
  return UFRONT_OK;
}

/// Reads "data_offsets" of weight `name`, whose type and shape are known.
static UfrontStatus parseOffsets(Reader *reader, const char *name,
                                 const json_t *entry, UfrontTensor *tensor) {
  UfMessage *message = reader->message;
  size_t size;
  if (!ufTensorGetSize(tensor, &size))
    return ufFail(message, UFRONT_FORMAT,
                  "%s: weight '%s': the shape is too large", reader->path,
                  name);
  const json_t *offsets = json_object_get(entry, "data_offsets");
  const json_t *first = json_array_get(offsets, 0);
  const json_t *second = json_array_get(offsets, 1);
  if (json_array_size(offsets) != 2 || !json_is_integer(first) ||
      !json_is_integer(second))
    return ufFail(message, UFRONT_FORMAT,
                  "%s: weight '%s' has no pair of data_offsets", reader->path,
                  name);
  json_int_t begin = json_integer_value(first);
  json_int_t end = json_integer_value(second);
  if (begin < 0 || end < begin || (uint64_t)end > reader->size)
    return ufFail(message, UFRONT_FORMAT,
                  "%s: weight '%s': data_offsets [%" JSON_INTEGER_FORMAT
                  ", %" JSON_INTEGER_FORMAT "] in %zu bytes of data",
                  reader->path, name, begin, end, reader->size);
  if ((uint64_t)(end - begin) != size)
    return ufFail(message, UFRONT_FORMAT,
                  "%s: weight '%s': data_offsets hold %" JSON_INTEGER_FORMAT
                  " bytes, its type and shape need %zu",
                  reader->path, name, end - begin, size);
  tensor->data = (void *)(reader->data + begin);
  // Overlapping tensors could otherwise be copied to many times the file.
  reader->described += size;
  if (reader->described > reader->size)
    return ufFail(message, UFRONT_FORMAT, "%s: weight '%s' overlaps another",
                  reader->path, name);
  return UFRONT_OK;
}

/// A byte other than 0 and 1 is no bool, and code relies on that.
static UfrontStatus checkBools(Reader *reader, const char *name,
                               const UfrontTensor *tensor) {
  size_t size = 0;
  if (tensor->type != UFRONT_BOOL || !ufTensorGetSize(tensor, &size))
    return UFRONT_OK;
  const uint8_t *bytes = tensor->data;
  assert(bytes);
  for (size_t i = 0; i < size; ++i)
    if (bytes[i] > 1)
      return ufFail(reader->message, UFRONT_FORMAT,
                    "%s: weight '%s': element %zu is %d, not a bool",
                    reader->path, name, i, bytes[i]);
  return UFRONT_OK;
}

/// Gives the bytes of weight `name` the type that the metadata says.
static UfrontStatus readByteType(Reader *reader, const char *name,
                                 UfrontTensor *tensor) {
  if (tensor->type != UFRONT_U8 || !reader->metadata)
    return UFRONT_OK;
  char *key = makeTypeKey(name);
  if (!key)
    return ufFail(reader->message, UFRONT_NO_MEMORY, "%s: out of memory",
                  reader->path);
  const json_t *type = json_object_get(reader->metadata, key);
  free(key);
  if (!type)
    return UFRONT_OK;
  const char *text = json_is_string(type) ? json_string_value(type) : "";
  tensor->type = findByteType(text);
  if (tensor->type != UFRONT_NO_TYPE)
    return UFRONT_OK;
  return ufFail(reader->message, UFRONT_UNSUPPORTED,
                "%s: weight '%s': the type '%s' is not supported", reader->path,
                name, text);
}

static UfrontStatus parseTensor(Reader *reader, const char *name,
                                const json_t *entry, UfrontTensor *tensor) {
  const char *dtype = json_string_value(json_object_get(entry, "dtype"));
  if (!dtype)
    return ufFail(reader->message, UFRONT_FORMAT,
                  "%s: weight '%s' has no dtype", reader->path, name);
  tensor->type = findType(dtype);
  if (tensor->type == UFRONT_NO_TYPE)
    return ufFail(reader->message, UFRONT_UNSUPPORTED,
                  "%s: weight '%s': dtype '%s' is not supported", reader->path,
                  name, dtype);
  UfrontStatus status = readByteType(reader, name, tensor);
  if (status == UFRONT_OK)
    status = parseShape(reader, name, entry, tensor);
  if (status == UFRONT_OK)
    status = parseOffsets(reader, name, entry, tensor);
  if (status == UFRONT_OK)
    status = checkBools(reader, name, tensor);
  return status;
}

UfrontStatus ufWeightsReadSafetensors(UfWeights *weights, UfMessage *message,
                                      const char *path) {
  UF_SCOPED(UfMapping) mapping = {0};
  UfrontStatus status = ufMapFile(message, NULL, path, &mapping);
  if (status != UFRONT_OK)
    return status;
  Reader reader = {.message = message, .path = path};
  UF_SCOPED(Json) header = NULL;
  status = parseHeader(&reader, &mapping, &header);
  if (status == UFRONT_OK)
    status = ufWeightsAddFile(weights, message, &mapping);
  if (status != UFRONT_OK)
    return status;
  reader.metadata = json_object_get(header, "__metadata__");
  for (void *at = json_object_iter(header); at;
       at = json_object_iter_next(header, at)) {
    const char *name = json_object_iter_key(at);
    if (strcmp(name, "__metadata__") == 0)
      continue;
    UfrontTensor tensor = {0};
    status = parseTensor(&reader, name, json_object_iter_value(at), &tensor);
    if (status == UFRONT_OK)
      status = ufWeightsAdd(weights, message, name, &tensor);
    if (status != UFRONT_OK)
      return status;
  }
  return UFRONT_OK;
}

//===----------------------------------------------------------------------===//
// Writing
//===----------------------------------------------------------------------===//

typedef UfrontStatus (*Visit)(void *userData, const char *name,
                              const UfrontTensor *tensor, size_t size);

/// Visits all tensors in the order they are written: large elements first, so
/// that each lies aligned although the format allows no gaps.
static UfrontStatus visitInOrder(const UfWeights *weights, Visit visit,
                                 void *userData) {
  for (size_t element = 8; element > 0; element /= 2)
    for (size_t i = 0; i < weights->count; ++i) {
      const UfrontTensor *tensor = weights->tensors[i];
      size_t size;
      if (ufrontTypeGetSize(tensor->type) != element ||
          !ufTensorGetSize(tensor, &size))
        continue;
      UfrontStatus status = visit(userData, weights->names[i], tensor, size);
      if (status != UFRONT_OK)
        return status;
    }
  return UFRONT_OK;
}

/// A file being written.
typedef struct Writer {
  UfMessage *message;
  const char *path;
  json_t *header;
  json_int_t offset;
  FILE *file;
} Writer;

/// Notes in the header's metadata what type the bytes of weight `name` have.
static bool describeBytes(json_t *header, const char *name, const char *type) {
  json_t *metadata = json_object_get(header, "__metadata__");
  if (!metadata) {
    metadata = json_object();
    if (json_object_set_new(header, "__metadata__", metadata) != 0)
      return false;
  }
  char *key = makeTypeKey(name);
  bool done = key && json_object_set_new(metadata, key, json_string(type)) == 0;
  free(key);
  return done;
}

/// A Visit: adds the tensor to the header.
static UfrontStatus describe(void *userData, const char *name,
                             const UfrontTensor *tensor, size_t size) {
  Writer *writer = userData;
  const char *dtype = findDtype(tensor->type);
  const char *byte = findByteName(tensor->type);
  if (byte)
    dtype = findDtype(UFRONT_U8);
  if (!dtype[0] || strcmp(name, "__metadata__") == 0)
    return ufFail(writer->message, UFRONT_UNSUPPORTED,
                  "%s: weight '%s' of type %s cannot be in a safetensors file",
                  writer->path, name, ufrontTypeGetName(tensor->type));
  json_t *shape = json_array();
  for (int32_t i = 0; i < tensor->rank; ++i)
    json_array_append_new(shape, json_integer(tensor->shape[i]));
  json_t *entry = json_pack("{s:s, s:o, s:[I, I]}", "dtype", dtype, "shape",
                            shape, "data_offsets", writer->offset,
                            writer->offset + (json_int_t)size);
  writer->offset += (json_int_t)size;
  // The one thing that can be wrong with a name is its encoding.
  if (!entry || json_object_set_new(writer->header, name, entry) != 0 ||
      (byte && !describeBytes(writer->header, name, byte)))
    return ufFail(writer->message, UFRONT_UNSUPPORTED,
                  "%s: weight '%s': the name is not UTF-8", writer->path, name);
  return UFRONT_OK;
}

/// Fails with what errno says.
static UfrontStatus failWriting(const Writer *writer) {
  return ufFail(writer->message, UFRONT_IO, "%s: %s", writer->path,
                strerror(errno));
}

/// A Visit: writes the tensor's bytes.
static UfrontStatus writeData(void *userData, const char *name,
                              const UfrontTensor *tensor, size_t size) {
  (void)name;
  Writer *writer = userData;
  if (size && fwrite(tensor->data, 1, size, writer->file) != size)
    return failWriting(writer);
  return UFRONT_OK;
}

/// Writes the header, padded with spaces so that the data starts aligned.
static UfrontStatus writeHeader(const Writer *writer) {
  char *text = json_dumps(writer->header, JSON_COMPACT);
  if (!text)
    return ufFail(writer->message, UFRONT_NO_MEMORY, "%s: out of memory",
                  writer->path);
  size_t size = strlen(text);
  size_t padding = -(LENGTH_SIZE + size) % DATA_ALIGNMENT;
  uint64_t length = size + padding;
  bool written = fwrite(&length, sizeof length, 1, writer->file) == 1 &&
                 fwrite(text, 1, size, writer->file) == size &&
                 fprintf(writer->file, "%*s", (int)padding, "") >= 0;
  free(text);
  return written ? UFRONT_OK : failWriting(writer);
}

/// Writes everything to the open file and closes it.
static UfrontStatus writeAll(Writer *writer, const UfWeights *weights) {
  UF_SCOPED(Stream) file = writer->file;
  UfrontStatus status = writeHeader(writer);
  if (status == UFRONT_OK)
    status = visitInOrder(weights, writeData, writer);
  if (status != UFRONT_OK)
    return status;
  if (fflush(file) != 0 || fsync(fileno(file)) != 0)
    return failWriting(writer);
  return fclose(UF_TAKE(file)) == 0 ? UFRONT_OK : failWriting(writer);
}

/// Creates a file beside `path` that nobody else has, with the usual mode;
/// mkstemp's would be readable by the owner alone.
static FILE *createBeside(const char *path, UfArena *arena, char **name) {
  for (int attempt = 0; attempt < 100; ++attempt) {
    *name =
        ufAllocFormat(arena, "%s.%ld-%d.tmp", path, (long)getpid(), attempt);
    if (!*name) {
      errno = ENOMEM;
      return NULL;
    }
    int fd = open(*name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    FILE *file = fd >= 0 ? fdopen(fd, "wb") : NULL;
    if (fd >= 0 && !file) {
      close(fd);
      errno = ENOMEM;
    }
    if (file || errno != EEXIST)
      return file;
  }
  return NULL;
}

UfrontStatus ufWeightsWriteSafetensors(const UfWeights *weights,
                                       UfMessage *message, const char *path) {
  struct stat info; // renaming over a device would replace it
  if (lstat(path, &info) == 0 && !S_ISREG(info.st_mode) &&
      !S_ISLNK(info.st_mode))
    return ufFail(message, UFRONT_IO, "%s: not a regular file", path);
  UF_SCOPED(Json) header = json_object();
  Writer writer = {.message = message, .path = path, .header = header};
  if (!header)
    return ufFail(message, UFRONT_NO_MEMORY, "%s: out of memory", path);
  UfrontStatus status = visitInOrder(weights, describe, &writer);
  if (status != UFRONT_OK)
    return status;
  UF_SCOPED(UfArena) arena = {0};
  char *temporary;
  writer.file = createBeside(path, &arena, &temporary);
  if (!writer.file)
    return failWriting(&writer);
  status = writeAll(&writer, weights);
  if (status == UFRONT_OK && rename(temporary, path) != 0)
    status = failWriting(&writer);
  if (status != UFRONT_OK)
    unlink(temporary);
  return status;
}
