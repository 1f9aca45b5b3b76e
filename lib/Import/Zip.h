//===-- Zip.h - Archives in memory --------------------------------*- C -*-===//
//
// What .pt2 and .keras files are. Stored entries are read where they lie,
// deflated ones are inflated; everything the file says is checked first.
//
//===----------------------------------------------------------------------===//

#ifndef UF_IMPORT_ZIP_H
#define UF_IMPORT_ZIP_H

#include "Support/Arena.h"
#include "Support/Message.h"

typedef struct UfZipEntry {
  const char *name;
  const uint8_t *data; ///< In the archive, until it is inflated.
  size_t stored;       ///< Bytes there.
  size_t size;         ///< Bytes it stands for.
  uint32_t crc;
  bool deflated; ///< Still.
} UfZipEntry;

/// Sorted by name. Belongs to the arena it was opened with.
typedef struct UfZip {
  const char *path; ///< For messages.
  UfZipEntry *entries;
  size_t numEntries;
} UfZip;

/// Reads the directory of the archive of `size` bytes at `data`. Fails on
/// archives in several parts, encrypted entries and names that are there twice.
UFRONT_NODISCARD UfrontStatus ufZipOpen(UfArena *arena, UfMessage *message,
                                        const char *path, const uint8_t *data,
                                        size_t size, UfZip *zip);

/// The entry called `name`, or null.
UfZipEntry *ufZipFind(const UfZip *zip, const char *name);

/// Makes `entry->data` the `entry->size` bytes it stands for: in the archive,
/// or inflated in `arena`, once, which counts against its limit. A wrong
/// checksum is found in what is inflated, and elsewhere when `check` asks for
/// it, because that reads every byte.
UFRONT_NODISCARD UfrontStatus ufZipRead(const UfZip *zip, UfArena *arena,
                                        UfMessage *message, UfZipEntry *entry,
                                        bool check);

#endif // UF_IMPORT_ZIP_H
