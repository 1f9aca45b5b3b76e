//===-- Zip.c - Archives in memory ----------------------------------------===//

#include "Import/Zip.h"

#include "Support/Result.h"

#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum {
  END_SIZE = 22,       // of the record at the end, without its comment
  LOCATOR_SIZE = 20,   // of what leads to the zip64 record
  END64_SIZE = 56,     // of that
  HEADER_SIZE = 46,    // of an entry of the directory
  LOCAL_SIZE = 30,     // of the header before an entry's data
  MAX_COMMENT = 65535, // behind the record at the end
  ZIP64_FIELD = 1,     // of an entry's extra fields
  IS_ENCRYPTED = 1,    // flag of an entry
  STORED = 0,          // methods
  DEFLATED = 8,
};

/// The most that a byte of deflated data can stand for.
#define MAX_RATIO 1032

/// An archive being opened.
typedef struct Reader {
  UfArena *arena;
  UfMessage *message;
  const char *path;
  const uint8_t *data;
  size_t size;
  uint64_t count; ///< Entries.
  uint64_t start; ///< The directory.
  uint64_t bytes;
} Reader;

static uint32_t read16(const uint8_t *at) {
  return (uint32_t)at[0] | (uint32_t)at[1] << 8;
}
static uint32_t read32(const uint8_t *at) {
  return read16(at) | read16(at + 2) << 16;
}
static uint64_t read64(const uint8_t *at) {
  return read32(at) | (uint64_t)read32(at + 4) << 32;
}

static UfrontStatus broken(const Reader *reader, const char *what) {
  return ufFail(reader->message, UFRONT_FORMAT,
                "%s: the zip archive is broken: %s", reader->path, what);
}

//===----------------------------------------------------------------------===//
// Where the directory is
//===----------------------------------------------------------------------===//

/// The record at the end, null when there is none.
static const uint8_t *findEnd(const Reader *reader) {
  for (size_t comment = 0; comment <= MAX_COMMENT; ++comment) {
    if (reader->size < END_SIZE + comment)
      return NULL;
    const uint8_t *at = reader->data + reader->size - END_SIZE - comment;
    if (memcmp(at, "PK\5\6", 4) == 0 && read16(at + 20) == comment)
      return at;
  }
  return NULL;
}

static UfrontStatus readEnd64(Reader *reader, const uint8_t *end) {
  size_t before = (size_t)(end - reader->data);
  if (before < LOCATOR_SIZE || memcmp(end - LOCATOR_SIZE, "PK\6\7", 4) != 0)
    return broken(reader, "the zip64 record is missing");
  uint64_t offset = read64(end - LOCATOR_SIZE + 8);
  if (offset > before - LOCATOR_SIZE ||
      before - LOCATOR_SIZE - offset < END64_SIZE ||
      memcmp(reader->data + offset, "PK\6\6", 4) != 0)
    return broken(reader, "the zip64 record is not where it should be");
  const uint8_t *record = reader->data + offset;
  if (read32(record + 16) || read32(record + 20))
    return broken(reader, "it has several parts");
  reader->count = read64(record + 32);
  reader->bytes = read64(record + 40);
  reader->start = read64(record + 48);
  return UFRONT_OK;
}

static UfrontStatus readEnd(Reader *reader) {
  const uint8_t *end = findEnd(reader);
  if (!end)
    return ufFail(reader->message, UFRONT_FORMAT,
                  "%s: not a zip archive, or cut off", reader->path);
  reader->count = read16(end + 10);
  reader->bytes = read32(end + 12);
  reader->start = read32(end + 16);
  if (reader->count == UINT16_MAX || reader->bytes == UINT32_MAX ||
      reader->start == UINT32_MAX)
    UF_TRY(readEnd64(reader, end));
  else if (read16(end + 4) || read16(end + 6))
    return broken(reader, "it has several parts");
  if (reader->start > reader->size ||
      reader->bytes > reader->size - reader->start ||
      reader->count > reader->bytes / HEADER_SIZE)
    return broken(reader, "the directory does not fit into the file");
  return UFRONT_OK;
}

//===----------------------------------------------------------------------===//
// Entries
//===----------------------------------------------------------------------===//

/// An entry as the directory describes it.
typedef struct Header {
  const uint8_t *at;
  size_t nameSize, extraSize;
  uint64_t stored, size, offset;
} Header;

/// Replaces what does not fit into 32 bits. False when it is not there.
static bool readZip64(Header *header) {
  uint64_t *fields[] = {&header->size, &header->stored, &header->offset};
  const uint8_t *extra = header->at + HEADER_SIZE + header->nameSize;
  for (size_t left = header->extraSize; left >= 4;) {
    size_t size = read16(extra + 2);
    if (size > left - 4)
      return false;
    if (read16(extra) != ZIP64_FIELD) {
      extra += 4 + size;
      left -= 4 + size;
      continue;
    }
    const uint8_t *value = extra + 4;
    for (int i = 0; i < 3; ++i) {
      if (*fields[i] != UINT32_MAX)
        continue;
      if (size < 8)
        return false;
      *fields[i] = read64(value);
      value += 8;
      size -= 8;
    }
    return true;
  }
  return false;
}

/// Finds the data that `header` leads to.
static UfrontStatus locate(const Reader *reader, const Header *header,
                           UfZipEntry *entry) {
  if (header->offset > reader->size ||
      reader->size - header->offset < LOCAL_SIZE)
    return broken(reader, "an entry starts behind its end");
  const uint8_t *local = reader->data + header->offset;
  if (memcmp(local, "PK\3\4", 4) != 0)
    return broken(reader, "an entry has no header");
  uint64_t begin =
      header->offset + LOCAL_SIZE + read16(local + 26) + read16(local + 28);
  if (begin > reader->size || header->stored > reader->size - begin)
    return broken(reader, "an entry ends behind its end");
  entry->data = reader->data + begin;
  entry->stored = header->stored;
  entry->size = header->size;
  return UFRONT_OK;
}

static UfrontStatus readEntry(const Reader *reader, Header *header,
                              UfZipEntry *entry) {
  const uint8_t *at = header->at;
  uint32_t flags = read16(at + 8), method = read16(at + 10);
  header->stored = read32(at + 20);
  header->size = read32(at + 24);
  header->offset = read32(at + 42);
  if ((header->stored == UINT32_MAX || header->size == UINT32_MAX ||
       header->offset == UINT32_MAX) &&
      !readZip64(header))
    return broken(reader, "the zip64 sizes of an entry are missing");
  const char *name = (const char *)at + HEADER_SIZE;
  if (memchr(name, '\0', header->nameSize))
    return broken(reader, "a name has a null byte");
  entry->name = ufAllocText(reader->arena, name, header->nameSize);
  entry->crc = read32(at + 16);
  entry->deflated = method == DEFLATED;
  if (!entry->name)
    return ufFail(reader->message, UFRONT_NO_MEMORY, "%s: out of memory",
                  reader->path);
  if (flags & IS_ENCRYPTED)
    return ufFail(reader->message, UFRONT_UNSUPPORTED, "%s: '%s' is encrypted",
                  reader->path, entry->name);
  if (method != STORED && method != DEFLATED)
    return ufFail(reader->message, UFRONT_UNSUPPORTED,
                  "%s: '%s' is compressed by method %u; stored and deflated "
                  "entries can be read",
                  reader->path, entry->name, method);
  UF_TRY(locate(reader, header, entry));
  if (entry->deflated ? entry->size / MAX_RATIO > entry->stored
                      : entry->size != entry->stored)
    return broken(reader, "the sizes of an entry do not fit each other");
  return UFRONT_OK;
}

static int compareNames(const void *left, const void *right) {
  return strcmp(((const UfZipEntry *)left)->name,
                ((const UfZipEntry *)right)->name);
}

UfrontStatus ufZipOpen(UfArena *arena, UfMessage *message, const char *path,
                       const uint8_t *data, size_t size, UfZip *zip) {
  Reader reader = {arena, message, path, data, size, 0, 0, 0};
  UF_TRY(readEnd(&reader));
  UfZipEntry *entries = UF_NEW(arena, UfZipEntry, (size_t)reader.count + 1);
  if (!entries)
    return ufFail(message, UFRONT_NO_MEMORY, "%s: out of memory", path);
  const uint8_t *at = data + reader.start;
  size_t left = (size_t)reader.bytes;
  for (uint64_t i = 0; i < reader.count; ++i) {
    if (left < HEADER_SIZE || memcmp(at, "PK\1\2", 4) != 0)
      return broken(&reader, "the directory is shorter than it claims");
    Header header = {
        .at = at, .nameSize = read16(at + 28), .extraSize = read16(at + 30)};
    size_t whole =
        HEADER_SIZE + header.nameSize + header.extraSize + read16(at + 32);
    if (whole > left)
      return broken(&reader, "the directory is shorter than it claims");
    UF_TRY(readEntry(&reader, &header, &entries[i]));
    at += whole;
    left -= whole;
  }
  size_t count = (size_t)reader.count;
  qsort(entries, count, sizeof *entries, compareNames);
  for (size_t i = 1; i < count; ++i)
    if (strcmp(entries[i - 1].name, entries[i].name) == 0)
      return ufFail(message, UFRONT_FORMAT, "%s: '%s' is there twice", path,
                    entries[i].name);
  *zip = (UfZip){path, entries, count};
  return UFRONT_OK;
}

UfZipEntry *ufZipFind(const UfZip *zip, const char *name) {
  UfZipEntry key = {.name = name};
  return zip->numEntries ? bsearch(&key, zip->entries, zip->numEntries,
                                   sizeof key, compareNames)
                         : NULL;
}

//===----------------------------------------------------------------------===//
// Reading
//===----------------------------------------------------------------------===//

/// Inflates exactly the entry's size into `to`.
static bool inflateEntry(const UfZipEntry *entry, uint8_t *to) {
  z_stream stream = {0};
  // Negative: deflated data as such, without zlib's header.
  if (inflateInit2(&stream, -MAX_WBITS) != Z_OK)
    return false;
  const uint8_t *from = entry->data;
  size_t left = entry->stored, room = entry->size;
  int status = Z_OK;
  // zlib counts in 32 bits.
  while (status == Z_OK) {
    stream.next_in = (Bytef *)from;
    stream.avail_in = left > UINT_MAX ? UINT_MAX : (uInt)left;
    stream.next_out = to;
    stream.avail_out = room > UINT_MAX ? UINT_MAX : (uInt)room;
    uInt in = stream.avail_in, out = stream.avail_out;
    status = inflate(&stream, Z_NO_FLUSH);
    from += in - stream.avail_in;
    left -= in - stream.avail_in;
    to += out - stream.avail_out;
    room -= out - stream.avail_out;
  }
  inflateEnd(&stream);
  return status == Z_STREAM_END && room == 0;
}

UfrontStatus ufZipRead(const UfZip *zip, UfArena *arena, UfMessage *message,
                       UfZipEntry *entry, bool check) {
  check |= entry->deflated;
  if (entry->deflated) {
    uint8_t *inflated = ufAlloc(arena, entry->size + 1);
    if (!inflated)
      return ufFail(message, UFRONT_NO_MEMORY,
                    "%s: '%s' of %zu bytes is too large for the archive or for "
                    "memory",
                    zip->path, entry->name, entry->size);
    if (!inflateEntry(entry, inflated))
      return ufFail(message, UFRONT_FORMAT,
                    "%s: '%s' cannot be decompressed to %zu bytes", zip->path,
                    entry->name, entry->size);
    entry->data = inflated;
    entry->deflated = false;
  }
  if (check && crc32_z(0, entry->data, entry->size) != entry->crc)
    return ufFail(message, UFRONT_FORMAT, "%s: '%s' has a wrong checksum",
                  zip->path, entry->name);
  return UFRONT_OK;
}
