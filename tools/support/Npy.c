//===-- Npy.c - NumPy's .npy files ----------------------------------------===//

#include "Npy.h"

#include "Tensor.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/// No header of a plain array comes near this.
enum { MAX_HEADER = 1 << 16, PREFIX_SIZE = 10 };

static const char magic[] = "\x93NUMPY";

typedef struct NpyType {
  UfrontType type;
  const char *descr, *name;
} NpyType;

// The first row of a descr is what it is read as.
static const NpyType npyTypes[] = {
    {UFRONT_F32, "<f4", "float32"},
    {UFRONT_F64, "<f8", "float64"},
    {UFRONT_F16, "<f2", "float16"},
    {UFRONT_BOOL, "|b1", "bool"},
    {UFRONT_I8, "|i1", "int8"},
    {UFRONT_I16, "<i2", "int16"},
    {UFRONT_I32, "<i4", "int32"},
    {UFRONT_I64, "<i8", "int64"},
    {UFRONT_U8, "|u1", "uint8"},
    {UFRONT_U16, "<u2", "uint16"},
    {UFRONT_U32, "<u4", "uint32"},
    {UFRONT_U64, "<u8", "uint64"},
    // What the format has no type for is written as the integers of its bits.
    {UFRONT_BF16, "<u2", "uint16"},
    {UFRONT_F8E4M3FN, "|u1", "uint8"},
    {UFRONT_F8E4M3FNUZ, "|u1", "uint8"},
    {UFRONT_F8E5M2, "|u1", "uint8"},
    {UFRONT_F8E5M2FNUZ, "|u1", "uint8"},
    {UFRONT_F8E8M0, "|u1", "uint8"},
    {UFRONT_F6E2M3, "|u1", "uint8"},
    {UFRONT_F6E3M2, "|u1", "uint8"},
    {UFRONT_F4E2M1, "|u1", "uint8"},
    {UFRONT_I4, "|u1", "uint8"},
    {UFRONT_U4, "|u1", "uint8"},
    {UFRONT_I2, "|u1", "uint8"},
    {UFRONT_U2, "|u1", "uint8"},
    // What NumPy writes of those that ml_dtypes has.
    {UFRONT_F8E5M2, "<f1", "uint8"},
    {UFRONT_U8, "<V1", "uint8"},
    {UFRONT_U16, "<V2", "uint16"},
    {UFRONT_NO_TYPE, "", "?"},
};

static const NpyType *findType(UfrontType type) {
  const NpyType *row = npyTypes;
  while (row->type != type && row->type != UFRONT_NO_TYPE)
    ++row;
  return row;
}

const char *ufNpyGetTypeName(UfrontType type) { return findType(type)->name; }

bool ufNpyHoldsBits(UfrontType type, UfrontType bits) {
  bool isInteger = bits == UFRONT_U8 || bits == UFRONT_U16;
  return isInteger && type != bits &&
         !strcmp(findType(type)->descr, findType(bits)->descr);
}

//===----------------------------------------------------------------------===//
// Reading: the header is a Python dictionary of three known entries
//===----------------------------------------------------------------------===//

typedef struct Reader {
  const UfTool *tool;
  const char *path;
  const char *at; ///< In the null-terminated header.
} Reader;

static bool malformed(const Reader *reader, const char *what) {
  return UF_ERROR(reader->tool, "%s: not a valid .npy file: %s", reader->path,
                  what);
}

static bool isDigit(char c) { return c >= '0' && c <= '9'; }

static void skipSpace(Reader *reader) {
  while (*reader->at == ' ' || *reader->at == '\n' || *reader->at == '\t')
    ++reader->at;
}

static bool skip(Reader *reader, char c) {
  skipSpace(reader);
  if (*reader->at != c)
    return false;
  ++reader->at;
  return true;
}

/// Reads a quoted string without escapes, shorter than `capacity`.
static bool readQuoted(Reader *reader, char *text, size_t capacity) {
  skipSpace(reader);
  char quote = *reader->at;
  if (quote != '\'' && quote != '"')
    return false;
  const char *start = reader->at + 1;
  const char *end = strchr(start, quote);
  if (!end || (size_t)(end - start) >= capacity)
    return false;
  memcpy(text, start, (size_t)(end - start));
  text[end - start] = 0;
  reader->at = end + 1;
  return true;
}

static bool readDescr(Reader *reader, UfrontTensor *tensor) {
  skipSpace(reader);
  if (*reader->at == '[')
    return UF_ERROR(reader->tool, "%s: structured arrays are not supported",
                    reader->path);
  char descr[32];
  if (!readQuoted(reader, descr, sizeof(descr)))
    return malformed(reader, "its 'descr' is no text");
  if (descr[0] == '>')
    return UF_ERROR(reader->tool,
                    "%s: its type '%s' is big-endian, only little-endian "
                    "is supported: save a.astype(a.dtype.newbyteorder('<'))",
                    reader->path, descr);
  for (const NpyType *row = npyTypes; row->type != UFRONT_NO_TYPE; ++row)
    if (!strcmp(row->descr, descr)) {
      tensor->type = row->type;
      return true;
    }
  return UF_ERROR(reader->tool, "%s: its type '%s' is not supported",
                  reader->path, descr);
}

static bool readOrder(Reader *reader, UfrontTensor *tensor) {
  (void)tensor;
  skipSpace(reader);
  if (!strncmp(reader->at, "True", 4))
    return UF_ERROR(reader->tool,
                    "%s: it is in Fortran order, only C order is "
                    "supported: save numpy.ascontiguousarray(a)",
                    reader->path);
  if (strncmp(reader->at, "False", 5))
    return malformed(reader, "its 'fortran_order' is neither True nor False");
  reader->at += 5;
  return true;
}

static bool readShape(Reader *reader, UfrontTensor *tensor) {
  if (!skip(reader, '('))
    return malformed(reader, "its 'shape' is no tuple");
  while (!skip(reader, ')')) {
    if (tensor->rank == UFRONT_MAX_RANK)
      return malformed(reader, "it has more than 16 dimensions");
    skipSpace(reader);
    if (!isDigit(*reader->at))
      return malformed(reader, "its 'shape' holds what is no number");
    char *end;
    errno = 0;
    tensor->shape[tensor->rank++] = strtoll(reader->at, &end, 10);
    if (errno)
      return malformed(reader, "its 'shape' holds a number beyond 64 bits");
    reader->at = end;
    if (skip(reader, ','))
      continue;
    skipSpace(reader);
    if (*reader->at != ')')
      return malformed(reader, "its 'shape' does not end");
  }
  return true;
}

typedef struct NpyEntry {
  const char *key;
  bool (*read)(Reader *reader, UfrontTensor *tensor);
} NpyEntry;

static const NpyEntry entries[] = {
    {"descr", readDescr}, {"fortran_order", readOrder}, {"shape", readShape}};
enum { NUM_ENTRIES = sizeof(entries) / sizeof(*entries) };

/// Reads "'key': value", which must not be in `seen` yet.
static bool readEntry(Reader *reader, UfrontTensor *tensor, unsigned *seen) {
  char key[32];
  if (!readQuoted(reader, key, sizeof(key)) || !skip(reader, ':'))
    return malformed(reader, "its header is no dictionary");
  for (unsigned i = 0; i < NUM_ENTRIES; ++i)
    if (!strcmp(key, entries[i].key) && !(*seen & 1u << i)) {
      *seen |= 1u << i;
      return entries[i].read(reader, tensor);
    }
  return malformed(reader, "its header has unexpected entries");
}

static bool readHeader(Reader *reader, UfrontTensor *tensor) {
  unsigned seen = 0;
  if (!skip(reader, '{'))
    return malformed(reader, "its header is no dictionary");
  while (!skip(reader, '}')) {
    if (!readEntry(reader, tensor, &seen))
      return false;
    if (skip(reader, ','))
      continue;
    skipSpace(reader);
    if (*reader->at != '}')
      return malformed(reader, "its header does not end");
  }
  return seen == (1u << NUM_ENTRIES) - 1 ||
         malformed(reader, "its header lacks 'descr', 'fortran_order' or "
                           "'shape'");
}

/// Reads all that comes before the values.
static bool readPreamble(Reader *reader, FILE *file, UfrontTensor *tensor) {
  uint8_t start[12];
  if (fread(start, 1, 8, file) != 8 || memcmp(start, magic, 6))
    return malformed(reader, "it does not start as one");
  if (start[6] < 1 || start[6] > 3)
    return UF_ERROR(reader->tool, "%s: version %d of .npy is not supported",
                    reader->path, start[6]);
  size_t width = start[6] == 1 ? 2 : 4;
  if (fread(start + 8, 1, width, file) != width)
    return malformed(reader, "it ends in its header");
  size_t size = start[8] | (size_t)start[9] << 8;
  if (width == 4)
    size |= (size_t)start[10] << 16 | (size_t)start[11] << 24;
  if (size > MAX_HEADER)
    return malformed(reader, "its header is longer than 65536 bytes");

  char *header = calloc(size + 1, 1);
  if (!header)
    return UF_ERROR(reader->tool, "out of memory");
  reader->at = header;
  bool ok = fread(header, 1, size, file) == size
                ? readHeader(reader, tensor)
                : malformed(reader, "it ends in its header");
  free(header);
  return ok;
}

static bool readValues(Reader *reader, FILE *file, UfrontTensor *tensor) {
  int64_t elements;
  size_t bytes;
  if (!ufTensorMeasure(tensor, &elements, &bytes))
    return malformed(reader, "its shape is too large");
  // Memory is asked for only when the file can fill it.
  struct stat info;
  long position = ftell(file);
  if (position >= 0 && !fstat(fileno(file), &info) && S_ISREG(info.st_mode) &&
      (uintmax_t)info.st_size - (uintmax_t)position < bytes)
    return UF_ERROR(reader->tool,
                    "%s: it is cut short: %zu bytes of values are "
                    "missing",
                    reader->path, bytes - (size_t)(info.st_size - position));
  if (!ufTensorAllocate(tensor))
    return UF_ERROR(reader->tool, "%s: no memory for %zu bytes", reader->path,
                    bytes);
  if (fread(tensor->data, 1, bytes, file) != bytes)
    return UF_ERROR(reader->tool, "%s: it is cut short", reader->path);
  if (tensor->type == UFRONT_BOOL)
    for (int64_t i = 0; i < elements; ++i)
      ufTensorSet(tensor, i, ufTensorGet(tensor, i) != 0);
  return true;
}

bool ufNpyRead(const UfTool *tool, const char *path, UfrontTensor *tensor) {
  *tensor = (UfrontTensor){0};
  FILE *file = fopen(path, "rb");
  if (!file)
    return UF_ERROR(tool, "%s: %s", path, strerror(errno));
  Reader reader = {.tool = tool, .path = path};
  bool ok =
      readPreamble(&reader, file, tensor) && readValues(&reader, file, tensor);
  fclose(file);
  if (ok)
    return true;
  free(tensor->data);
  *tensor = (UfrontTensor){0};
  return false;
}

//===----------------------------------------------------------------------===//
// Writing
//===----------------------------------------------------------------------===//

bool ufNpyWrite(FILE *file, const UfrontTensor *tensor) {
  char header[512];
  int size = snprintf(header, sizeof(header),
                      "{'descr': '%s', 'fortran_order': False, 'shape': (",
                      findType(tensor->type)->descr);
  for (int32_t i = 0; i < tensor->rank; ++i)
    size +=
        snprintf(header + size, sizeof(header) - (size_t)size, "%" PRId64 ",%s",
                 tensor->shape[i], i + 1 < tensor->rank ? " " : "");
  size += snprintf(header + size, sizeof(header) - (size_t)size, "), }");
  // The values start at a multiple of 64, after a newline.
  int padded = (PREFIX_SIZE + size + 1 + 63) / 64 * 64 - PREFIX_SIZE;
  int64_t elements;
  size_t bytes;
  if (!ufTensorMeasure(tensor, &elements, &bytes)) {
    errno = EOVERFLOW;
    return false;
  }
  fwrite(magic, 1, 6, file);
  const uint8_t version[] = {1, 0, padded & 0xff, (padded >> 8) & 0xff};
  fwrite(version, 1, sizeof(version), file);
  fprintf(file, "%-*s\n", padded - 1, header);
  return fwrite(tensor->data, 1, bytes, file) == bytes && !ferror(file);
}
