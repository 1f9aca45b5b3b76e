//===-- Scan.c - From bytes to an unpacked ONNX model ---------------------===//
//
// protobuf-c trusts nesting to be shallow and copies every field, so it is
// given a skeleton of the file: a first pass over the wire format checks
// everything and measures, a second one writes what the schema knows, less the
// tensor data, which stays where it is. Both are the same walk.
//
//===----------------------------------------------------------------------===//

#include "Import/ONNX/Scan.h"

#include <inttypes.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum {
  MAX_DEPTH = 64,
  /// Data up to this size is unpacked like any other field.
  MAX_INLINE = 1024,
  /// Fields from here on are ours and not taken from a file.
  FIRST_PRIVATE = 2000,
  RAW_DATA = 9,
  FLOAT_DATA = 4,
  DOUBLE_DATA = 10,
  LIFTED_OFFSET = 2001,
  LIFTED_SIZE = 2002,
  LIFTED_FIELD = 2003,
  /// Message lengths are written before they are known, in a fixed width.
  LENGTH_BYTES = 5,
  VARINT = PROTOBUF_C_WIRE_TYPE_VARINT,
  FIXED64 = PROTOBUF_C_WIRE_TYPE_64BIT,
  LENGTH = PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED,
  FIXED32 = PROTOBUF_C_WIRE_TYPE_32BIT,
};

#define SMALLEST_LIMIT ((size_t)64 << 20)

typedef struct Scan {
  UfMessage *message;
  const char *name;
  const uint8_t *data;
  uint8_t *out; ///< Null while measuring.
  size_t written;
  /// Of `out`: a mapped file may change between the two passes.
  size_t capacity;
} Scan;

/// The part of the file that a message occupies; `at` moves through it.
typedef struct Span {
  size_t at, end;
} Span;

/// One field as it lies in the file.
typedef struct Field {
  uint32_t number;
  int wire;
  size_t begin; ///< Of its tag.
  Span value;   ///< Without the length.
} Field;

__attribute__((format(printf, 3, 4))) static UfrontStatus
malformed(Scan *scan, size_t offset, const char *format, ...) {
  char text[256];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  return ufFail(scan->message, UFRONT_FORMAT,
                "%s: not a valid ONNX file: %s at offset %zu", scan->name, text,
                offset);
}

//===----------------------------------------------------------------------===//
// Reading
//===----------------------------------------------------------------------===//

static bool readVarint(const Scan *scan, Span *span, uint64_t *out) {
  uint64_t value = 0;
  for (int shift = 0; shift < 70 && span->at < span->end; shift += 7) {
    uint8_t byte = scan->data[span->at++];
    if (shift == 63 && byte > 1)
      return false;
    value |= (uint64_t)(byte & 0x7f) << shift;
    if (!(byte & 0x80)) {
      *out = value;
      return true;
    }
  }
  return false;
}

/// Reads one field and moves past it.
static UfrontStatus readField(Scan *scan, Span *span, Field *field) {
  *field = (Field){.begin = span->at};
  uint64_t tag, length = 0;
  if (!readVarint(scan, span, &tag) || tag >> 3 == 0 || tag >> 3 > 0x1fffffff)
    return malformed(scan, field->begin, "broken field tag");
  field->number = (uint32_t)(tag >> 3);
  field->wire = (int)(tag & 7);
  field->value.at = span->at;
  switch (field->wire) {
  case VARINT:
    if (!readVarint(scan, span, &length))
      return malformed(scan, field->begin, "broken number");
    field->value.end = span->at;
    return UFRONT_OK;
  case LENGTH:
    if (!readVarint(scan, span, &length))
      return malformed(scan, field->begin, "broken length");
    field->value.at = span->at;
    break;
  case FIXED64:
  case FIXED32:
    length = field->wire == FIXED64 ? 8 : 4;
    break;
  default:
    return malformed(scan, field->begin, "unknown wire type %d", field->wire);
  }
  if (length > span->end - span->at)
    return malformed(scan, field->begin,
                     "field of %" PRIu64 " bytes where %zu are left", length,
                     span->end - span->at);
  span->at += (size_t)length;
  field->value.end = span->at;
  return UFRONT_OK;
}

/// Bytes of the UTF-8 sequence at the start of `data`, 0 when none is there.
static size_t sequenceSize(const uint8_t *data, size_t size) {
  static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  uint8_t first = data[0];
  size_t count = first < 0x80           ? 1
                 : (first >> 5) == 0x06 ? 2
                 : (first >> 4) == 0x0e ? 3
                 : (first >> 3) == 0x1e ? 4
                                        : 0;
  if (count <= 1 || count > size)
    return count == 1;
  uint32_t code = first & (0x7f >> count);
  for (size_t i = 1; i < count; ++i) {
    if ((data[i] & 0xc0) != 0x80)
      return 0;
    code = code << 6 | (data[i] & 0x3f);
  }
  bool isSurrogate = code >= 0xd800 && code <= 0xdfff;
  return code >= least[count] && code <= 0x10ffff && !isSurrogate ? count : 0;
}

bool ufOnnxIsText(const uint8_t *data, size_t size) {
  for (size_t at = 0; at < size;) {
    size_t count = sequenceSize(data + at, size - at);
    if (count == 0 || data[at] < ' ' || data[at] == 0x7f)
      return false;
    at += count;
  }
  return true;
}

/// The wire type of one value of `type`.
static int wireOf(ProtobufCType type) {
  switch (type) {
  case PROTOBUF_C_TYPE_FLOAT:
    return FIXED32;
  case PROTOBUF_C_TYPE_DOUBLE:
    return FIXED64;
  case PROTOBUF_C_TYPE_STRING:
  case PROTOBUF_C_TYPE_BYTES:
  case PROTOBUF_C_TYPE_MESSAGE:
    return LENGTH;
  default:
    return VARINT;
  }
}

static bool isPackable(const ProtobufCFieldDescriptor *known) {
  return known->label == PROTOBUF_C_LABEL_REPEATED &&
         wireOf(known->type) != LENGTH;
}

/// What protobuf-c would reject later without saying where.
static UfrontStatus checkField(Scan *scan, const Field *field,
                               const ProtobufCFieldDescriptor *known) {
  int wire = wireOf(known->type);
  bool packed = isPackable(known) && field->wire == LENGTH;
  if (field->wire != wire && !packed)
    return malformed(scan, field->begin, "field '%s' has wire type %d, not %d",
                     known->name, field->wire, wire);
  size_t size = field->value.end - field->value.at;
  if (known->type == PROTOBUF_C_TYPE_STRING &&
      !ufOnnxIsText(scan->data + field->value.at, size))
    return malformed(scan, field->begin, "'%s' is not text", known->name);
  if (!packed)
    return UFRONT_OK;
  size_t element = wire == FIXED64 ? 8 : wire == FIXED32 ? 4 : 1;
  if (size % element != 0)
    return malformed(scan, field->begin, "'%s' ends inside a number",
                     known->name);
  uint64_t ignored;
  for (Span values = field->value; wire == VARINT && values.at < values.end;) {
    size_t at = values.at;
    if (!readVarint(scan, &values, &ignored))
      return malformed(scan, at, "broken number in '%s'", known->name);
  }
  return UFRONT_OK;
}

//===----------------------------------------------------------------------===//
// Writing the skeleton
//===----------------------------------------------------------------------===//

static void putBytes(Scan *scan, const uint8_t *data, size_t size) {
  if (scan->out && size && size <= scan->capacity &&
      scan->written <= scan->capacity - size)
    memcpy(scan->out + scan->written, data, size);
  scan->written += size;
}

static void putVarint(Scan *scan, uint64_t value) {
  uint8_t bytes[10];
  size_t count = 0;
  for (; value > 0x7f; value >>= 7)
    bytes[count++] = (uint8_t)(value | 0x80);
  bytes[count++] = (uint8_t)value;
  putBytes(scan, bytes, count);
}

static void putTag(Scan *scan, uint32_t number, int wire) {
  putVarint(scan, (uint64_t)number << 3 | (uint64_t)wire);
}

static void putNumber(Scan *scan, uint32_t number, uint64_t value) {
  putTag(scan, number, VARINT);
  putVarint(scan, value);
}

/// Writes the length of what follows `at`, padded to LENGTH_BYTES.
static void patchLength(Scan *scan, size_t at) {
  if (!scan->out || scan->written > scan->capacity)
    return;
  uint64_t length = scan->written - at - LENGTH_BYTES;
  for (int i = 0; i < LENGTH_BYTES; ++i, length >>= 7)
    scan->out[at + (size_t)i] =
        (uint8_t)((length & 0x7f) | (i + 1 < LENGTH_BYTES ? 0x80 : 0));
}

//===----------------------------------------------------------------------===//
// The walk
//===----------------------------------------------------------------------===//

/// Whether the field is tensor data that stays in the file. Packed floats lie
/// there as they would in raw_data.
static bool isLifted(const ProtobufCMessageDescriptor *type,
                     const Field *field) {
  return type == &uf_onnx__tensor__descriptor && field->wire == LENGTH &&
         field->value.end - field->value.at > MAX_INLINE &&
         (field->number == RAW_DATA || field->number == FLOAT_DATA ||
          field->number == DOUBLE_DATA);
}

static UfrontStatus walkMessage(Scan *scan,
                                const ProtobufCMessageDescriptor *type,
                                Span span, int depth);

static UfrontStatus walkField(Scan *scan, const Field *field,
                              const ProtobufCFieldDescriptor *known,
                              int depth) {
  putTag(scan, field->number, field->wire);
  if (known->type != PROTOBUF_C_TYPE_MESSAGE) {
    size_t size = field->value.end - field->value.at;
    if (field->wire == LENGTH)
      putVarint(scan, size);
    putBytes(scan, scan->data + field->value.at, size);
    return UFRONT_OK;
  }
  if (depth >= MAX_DEPTH)
    return malformed(scan, field->begin, "messages nested more than %d deep",
                     MAX_DEPTH);
  size_t at = scan->written;
  scan->written += LENGTH_BYTES;
  UfrontStatus status =
      walkMessage(scan, known->descriptor, field->value, depth + 1);
  patchLength(scan, at);
  return status;
}

static UfrontStatus walkMessage(Scan *scan,
                                const ProtobufCMessageDescriptor *type,
                                Span span, int depth) {
  // Merging two occurrences of one message is legal protobuf that no writer of
  // ONNX uses, and not worth trusting.
  uint64_t seen = 0;
  bool lifted = false;
  while (span.at < span.end) {
    Field field;
    UfrontStatus status = readField(scan, &span, &field);
    if (status != UFRONT_OK)
      return status;
    const ProtobufCFieldDescriptor *known =
        field.number < FIRST_PRIVATE
            ? protobuf_c_message_descriptor_get_field(type, field.number)
            : NULL;
    if (!known)
      continue;
    status = checkField(scan, &field, known);
    if (status != UFRONT_OK)
      return status;
    uint64_t bit = (uint64_t)1 << (known - type->fields);
    if (known->label != PROTOBUF_C_LABEL_REPEATED &&
        known->type == PROTOBUF_C_TYPE_MESSAGE && seen & bit)
      return malformed(scan, field.begin, "'%s' is there twice", known->name);
    seen |= bit;
    if (!isLifted(type, &field)) {
      status = walkField(scan, &field, known, depth);
      if (status != UFRONT_OK)
        return status;
      continue;
    }
    if (lifted)
      return malformed(scan, field.begin, "a tensor has its data twice");
    lifted = true;
    putNumber(scan, LIFTED_OFFSET, field.value.at);
    putNumber(scan, LIFTED_SIZE, field.value.end - field.value.at);
    putNumber(scan, LIFTED_FIELD, field.number);
  }
  return UFRONT_OK;
}

//===----------------------------------------------------------------------===//
// Unpacking
//===----------------------------------------------------------------------===//

static void *allocate(void *arena, size_t size) { return ufAlloc(arena, size); }

static void release(void *arena, void *pointer) {
  (void)arena;
  (void)pointer;
}

/// The most memory a file of `size` bytes may take.
static size_t limitOf(size_t size) {
  size_t limit;
  if (!ufCheckedMul(size, 64, &limit) ||
      !ufCheckedAdd(limit, SMALLEST_LIMIT, &limit))
    return SIZE_MAX;
  return limit;
}

UfrontStatus ufOnnxUnpackMessage(UfMessage *message, UfArena *arena,
                                 const char *name, const uint8_t *data,
                                 size_t size,
                                 const ProtobufCMessageDescriptor *type,
                                 ProtobufCMessage **result) {
  arena->limit = limitOf(size);
  Scan scan = {.message = message, .name = name, .data = data};
  Span all = {0, size};
  UfrontStatus status = walkMessage(&scan, type, all, 0);
  if (status != UFRONT_OK)
    return status;
  size_t skeleton = scan.written;
  if (skeleton > INT_MAX)
    return ufFail(message, UFRONT_UNSUPPORTED,
                  "%s: %zu bytes are not in raw_data or external data, which "
                  "is more than protobuf's 2 GB",
                  name, skeleton);
  scan.out = ufAlloc(arena, skeleton);
  scan.written = 0;
  scan.capacity = skeleton;
  if (!scan.out)
    return ufFail(message, UFRONT_NO_MEMORY, "%s: out of memory for %zu bytes",
                  name, skeleton);
  status = walkMessage(&scan, type, all, 0);
  if (status != UFRONT_OK)
    return status;
  ProtobufCAllocator allocator = {
      .alloc = allocate, .free = release, .allocator_data = arena};
  *result = protobuf_c_message_unpack(type, &allocator, skeleton, scan.out);
  if (*result)
    return UFRONT_OK;
  // The scan has checked all that unpacking does: memory is what ran out.
  return ufFail(message, UFRONT_NO_MEMORY,
                "%s: a file of %zu bytes that takes more than %zu bytes of "
                "memory to read",
                name, size, arena->limit);
}

UfrontStatus ufOnnxUnpack(UfMessage *message, UfArena *arena, const char *name,
                          const uint8_t *data, size_t size,
                          UfOnnx__Model **model) {
  ProtobufCMessage *result = NULL;
  UfrontStatus status = ufOnnxUnpackMessage(
      message, arena, name, data, size, &uf_onnx__model__descriptor, &result);
  *model = (UfOnnx__Model *)result;
  return status;
}
