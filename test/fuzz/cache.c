//===-- cache.c - Fuzzing the reader of cached code -----------------------===//
//
// An input is what follows the key and the checksum, which are made to fit: no
// fuzzer would guess them.
//
//===----------------------------------------------------------------------===//

#include "Execution/Compile.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

/// The header: magic, key, checksum of what follows it, number of objects.
enum { MAGIC = 16, CHECKSUM_AT = MAGIC + sizeof(UfKey), CHECKSUM = 4 };
enum { INPUT_AT = CHECKSUM_AT + CHECKSUM, NUMBER = 4 };

// NOLINTBEGIN(readability-identifier-naming): libFuzzer's name
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  // NOLINTEND(readability-identifier-naming)
  static const UfKey key;
  char *file = malloc(INPUT_AT + size);
  if (!file)
    return 0;
  memcpy(file, (char[MAGIC]){"ufront cache 1"}, MAGIC);
  memcpy(file + MAGIC, &key, sizeof key);
  uint32_t checksum = 0;
  if (size > NUMBER)
    checksum = (uint32_t)crc32_z(0, data + NUMBER, size - NUMBER);
  memcpy(file + CHECKSUM_AT, &checksum, CHECKSUM);
  if (size)
    memcpy(file + INPUT_AT, data, size);
  UfObjects objects = {0};
  (void)ufCacheParse(file, INPUT_AT + size, &key, &objects);
  ufObjectsDestroy(&objects);
  free(file);
  return 0;
}
