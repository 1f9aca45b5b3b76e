//===-- cache.c - Fuzzing the reader of cached code -----------------------===//
//
// The key and the checksum are made to fit, so that what follows them is read.
//
//===----------------------------------------------------------------------===//

#include "Execution/Compile.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

/// Of the header: what is before the checksum, and all of it.
enum { PREFIX = 16 + sizeof(UfKey), HEADER = PREFIX + 8 };

// NOLINTBEGIN(readability-identifier-naming): libFuzzer's name
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  // NOLINTEND(readability-identifier-naming)
  static const UfKey key;
  char *file = malloc(size + 1);
  if (!file)
    return 0;
  if (size)
    memcpy(file, data, size);
  if (size >= HEADER) {
    memcpy(file, (char[16]){"ufront cache 1"}, 16);
    memcpy(file + 16, &key, sizeof key);
    uint32_t checksum =
        (uint32_t)crc32_z(0, (const Bytef *)file + HEADER, size - HEADER);
    memcpy(file + PREFIX, &checksum, sizeof checksum);
  }
  UfObjects objects = {0};
  (void)ufCacheParse(file, size, &key, &objects);
  ufObjectsDestroy(&objects);
  free(file);
  return 0;
}
