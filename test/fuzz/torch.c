//===-- torch.c - Fuzzing the torch.export importer -----------------------===//
//
// Through the public interface, as a program would read a file it was given. An
// input that is no zip archive is the text of a graph, then that of a weights
// configuration after a line of "---", and is put into an archive: checksums
// and offsets would keep a fuzzer from getting to the JSON.
//
//===----------------------------------------------------------------------===//

#include "ufront/Session.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

// A session costs more than an import, but keeps every name it has seen.
enum { INPUTS_PER_SESSION = 1000, WEIGHT_SIZE = 256, MAX_ENTRIES = 3 };

typedef struct Entry {
  const char *name;
  const void *data;
  size_t size;
} Entry;

static uint8_t *put(uint8_t *at, uint64_t value, int bytes) {
  for (int i = 0; i < bytes; ++i)
    *at++ = (uint8_t)(value >> 8 * i);
  return at;
}

/// The part of an entry's two headers that is the same.
static uint8_t *putCommon(uint8_t *at, const Entry *entry) {
  at = put(put(put(at, 20, 2), 0, 2), 0, 2); // version, flags, stored
  at = put(at, 0, 4);                        // time and date
  at = put(at, crc32_z(0, entry->data, entry->size), 4);
  at = put(put(at, entry->size, 4), entry->size, 4);
  return put(put(at, strlen(entry->name), 2), 0, 2);
}

static uint8_t *putBytes(uint8_t *at, const void *data, size_t size) {
  if (size)
    memcpy(at, data, size);
  return at + size;
}

/// Writes a zip archive of `entries` to `archive`; returns its size.
static size_t archiveEntries(const Entry *entries, int count,
                             uint8_t *archive) {
  uint8_t *at = archive;
  size_t offsets[MAX_ENTRIES];
  for (int i = 0; i < count; ++i) {
    const Entry *entry = &entries[i];
    offsets[i] = (size_t)(at - archive);
    at = putCommon(put(at, 0x04034b50, 4), entry);
    at = putBytes(at, entry->name, strlen(entry->name));
    at = putBytes(at, entry->data, entry->size);
  }
  uint8_t *directory = at;
  for (int i = 0; i < count; ++i) {
    at = putCommon(put(put(at, 0x02014b50, 4), 20, 2), &entries[i]);
    at = put(put(put(at, 0, 4), 0, 2), 0, 4); // comment, disk, attributes
    at = put(at, offsets[i], 4);
    at = putBytes(at, entries[i].name, strlen(entries[i].name));
  }
  size_t size = (size_t)(at - directory);
  at = put(put(at, 0x06054b50, 4), 0, 4);
  at = put(put(at, (uint64_t)count, 2), (uint64_t)count, 2);
  at = put(put(at, size, 4), (uint64_t)(directory - archive), 4);
  return (size_t)(put(at, 0, 2) - archive);
}

/// The archive that `text` is the JSON of; the caller frees it.
static uint8_t *archiveText(const uint8_t *text, size_t *size) {
  static const char border[] = "\n---\n";
  static const uint8_t weights[WEIGHT_SIZE] = {1, 2, 3};
  const uint8_t *end = memmem(text, *size, border, sizeof border - 1);
  size_t graph = end ? (size_t)(end - text) : *size;
  Entry entries[MAX_ENTRIES] = {
      {"m/models/model.json", text, graph},
      {"m/data/weights/weight_0", weights, sizeof weights},
      {"m/data/weights/model_weights_config.json", "{}", 2},
  };
  if (end)
    entries[2] = (Entry){entries[2].name, end + sizeof border - 1,
                         *size - graph - (sizeof border - 1)};
  uint8_t *archive = malloc(*size + 1024);
  if (archive)
    *size = archiveEntries(entries, MAX_ENTRIES, archive);
  return archive;
}

// NOLINTBEGIN(readability-identifier-naming): libFuzzer's name
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  // NOLINTEND(readability-identifier-naming)
  static UfrontSession *session;
  static int inputs;
  if (inputs++ % INPUTS_PER_SESSION == 0) {
    ufrontSessionDestroy(session);
    if (ufrontSessionCreate(&session) != UFRONT_OK)
      __builtin_trap();
  }
  uint8_t *archive = NULL;
  if (size < 2 || memcmp(data, "PK", 2) != 0) {
    archive = archiveText(data, &size);
    data = archive;
  }
  UfrontImportOptions options = {.format = "torch"};
  UfrontModel *model = NULL;
  UfrontStatus status =
      ufrontSessionImportMemory(session, data, size, &options, &model);
  // Every failure has a message, and nothing else.
  if (status != UFRONT_OK && (model || !ufrontSessionGetMessage(session)[0]))
    __builtin_trap();
  ufrontModelDestroy(model);
  free(archive);
  return 0;
}
