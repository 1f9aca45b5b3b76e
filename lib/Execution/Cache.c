//===-- Cache.c - Machine code in files -----------------------------------===//
//
// One file a key, in a folder that is the user's own: what is in it is run. A
// file appears whole, by renaming, so that processes may share the folder and
// be killed at any time. Whatever is wrong with a file or the folder, it is as
// if the file were not there.
//
//===----------------------------------------------------------------------===//

#include "Execution/Compile.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <zlib.h>

#define SUFFIX ".ufcache"
#define TEMPORARY ".tmp-"

/// How long a file under its temporary name may take to be written, in seconds.
enum { MAX_WRITING = 3600 };

/// No program has more objects; a bound for numbers that a file states.
enum { MAX_OBJECTS = 4096 };

/// The start of a file. `count` sizes follow, 8 bytes each, then the objects.
typedef struct Header {
  char magic[16];
  UfKey key;
  uint32_t checksum; ///< Of everything after the header.
  uint32_t count;
} Header;

static const char magic[16] = "ufront cache 1";

typedef struct Path {
  char text[4096];
} Path;

/// False when the path is too long.
static bool makePath(Path *path, const char *folder, const char *name) {
  int size = snprintf(path->text, sizeof path->text, "%s/%s", folder, name);
  return size >= 0 && (size_t)size < sizeof path->text;
}

static bool pathOf(const char *folder, const UfKey *key, Path *path) {
  char name[2 * sizeof key->bytes + sizeof SUFFIX];
  for (size_t i = 0; i < sizeof key->bytes; ++i)
    snprintf(name + 2 * i, 3, "%02x", key->bytes[i]);
  memcpy(name + 2 * sizeof key->bytes, SUFFIX, sizeof SUFFIX);
  return makePath(path, folder, name);
}

static uint32_t checksumOf(const char *data, size_t size) {
  return (uint32_t)crc32_z(crc32_z(0, NULL, 0), (const Bytef *)data, size);
}

//===----------------------------------------------------------------------===//
// Loading
//===----------------------------------------------------------------------===//

bool ufCacheParse(const char *data, size_t size, const UfKey *key,
                  UfObjects *objects) {
  Header header;
  if (size < sizeof header)
    return false;
  memcpy(&header, data, sizeof header);
  const char *sizes = data + sizeof header;
  size_t left = size - sizeof header;
  if (memcmp(header.magic, magic, sizeof magic) != 0 ||
      memcmp(&header.key, key, sizeof *key) != 0 ||
      header.checksum != checksumOf(sizes, left) || header.count == 0 ||
      header.count > MAX_OBJECTS || left < header.count * sizeof(uint64_t))
    return false;
  const char *object = sizes + header.count * sizeof(uint64_t);
  left -= header.count * sizeof(uint64_t);
  objects->data = calloc(header.count, sizeof *objects->data);
  if (!objects->data)
    return false;
  for (uint32_t i = 0; i < header.count; ++i) {
    uint64_t bytes;
    memcpy(&bytes, sizes + i * sizeof bytes, sizeof bytes);
    if (bytes > left)
      return false;
    objects->data[objects->count++] =
        LLVMCreateMemoryBufferWithMemoryRangeCopy(object, bytes, "cached");
    object += bytes;
    left -= bytes;
  }
  return left == 0;
}

/// Reads all of a file into memory to be freed with free(); null when that is
/// not possible, or when the file is not ours.
static char *readFile(int fd, size_t *size) {
  struct stat info;
  if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode) ||
      info.st_uid != geteuid() || info.st_size <= 0)
    return NULL;
  *size = (size_t)info.st_size;
  char *data = malloc(*size);
  for (size_t done = 0; data && done < *size;) {
    ssize_t count = read(fd, data + done, *size - done);
    if (count > 0)
      done += (size_t)count;
    else if (count == 0 || errno != EINTR) {
      free(data);
      data = NULL;
    }
  }
  return data;
}

bool ufCacheLoad(const char *folder, const UfKey *key, UfObjects *objects) {
  Path path;
  if (!pathOf(folder, key, &path))
    return false;
  // Neither a link nor a FIFO was put there by us.
  int fd = open(path.text, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (fd < 0)
    return false;
  size_t size = 0;
  char *data = readFile(fd, &size);
  bool found = data && ufCacheParse(data, size, key, objects);
  if (found)
    (void)futimens(fd, NULL); // used last
  else {
    ufObjectsDestroy(objects);
    if (data)
      unlink(path.text);
  }
  free(data);
  close(fd);
  return found;
}

//===----------------------------------------------------------------------===//
// Making room
//===----------------------------------------------------------------------===//

typedef struct Entry {
  char name[2 * sizeof(UfKey) + sizeof SUFFIX];
  int64_t bytes;
  struct timespec used;
} Entry;

typedef struct Entries {
  Entry *list;
  size_t count, capacity;
  int64_t bytes;
} Entries;

static int oldestFirst(const void *x, const void *y) {
  const struct timespec *a = &((const Entry *)x)->used;
  const struct timespec *b = &((const Entry *)y)->used;
  if (a->tv_sec != b->tv_sec)
    return a->tv_sec < b->tv_sec ? -1 : 1;
  return (a->tv_nsec > b->tv_nsec) - (a->tv_nsec < b->tv_nsec);
}

static bool addEntry(Entries *entries, const char *name,
                     const struct stat *info) {
  if (entries->count == entries->capacity) {
    size_t capacity = entries->capacity ? 2 * entries->capacity : 64;
    Entry *grown = realloc(entries->list, capacity * sizeof *grown);
    if (!grown)
      return false;
    entries->list = grown;
    entries->capacity = capacity;
  }
  Entry *entry = &entries->list[entries->count++];
  *entry = (Entry){.bytes = info->st_size, .used = info->st_mtim};
  memcpy(entry->name, name, strlen(name) + 1);
  entries->bytes += entry->bytes;
  return true;
}

/// Whether `name` is as pathOf() makes them.
static bool isEntry(const char *name) {
  size_t size = 2 * sizeof(UfKey);
  return strlen(name) == size + strlen(SUFFIX) &&
         strcmp(name + size, SUFFIX) == 0;
}

/// Removes files under their temporary names that nobody can still be writing.
static void removeAbandoned(int folder, const char *name,
                            const struct stat *info) {
  if (strncmp(name, TEMPORARY, strlen(TEMPORARY)) == 0 &&
      time(NULL) - info->st_mtime > MAX_WRITING)
    unlinkat(folder, name, 0);
}

/// Removes what was used least recently until the rest has `limit` bytes.
static void makeRoom(const char *path, int64_t limit) {
  DIR *folder = opendir(path);
  int fd = folder ? dirfd(folder) : -1;
  if (fd < 0)
    return;
  Entries entries = {0};
  for (const struct dirent *item; (item = readdir(folder));) {
    struct stat info;
    if (fstatat(fd, item->d_name, &info, AT_SYMLINK_NOFOLLOW) != 0 ||
        !S_ISREG(info.st_mode))
      continue;
    if (!isEntry(item->d_name))
      removeAbandoned(fd, item->d_name, &info);
    else if (!addEntry(&entries, item->d_name, &info))
      break;
  }
  if (entries.bytes > limit)
    qsort(entries.list, entries.count, sizeof *entries.list, oldestFirst);
  for (size_t i = 0; i < entries.count && entries.bytes > limit; ++i) {
    unlinkat(fd, entries.list[i].name, 0);
    entries.bytes -= entries.list[i].bytes;
  }
  free(entries.list);
  closedir(folder);
}

//===----------------------------------------------------------------------===//
// Storing
//===----------------------------------------------------------------------===//

/// Makes the folder and those it is in.
static void makeFolder(const char *folder) {
  Path path;
  if (!makePath(&path, folder, ""))
    return;
  for (char *slash = path.text; (slash = strchr(slash + 1, '/'));) {
    *slash = '\0';
    mkdir(path.text, 0700);
    *slash = '/';
  }
}

/// The bytes of a file for `objects`.
static UfMessage makeFile(const UfKey *key, const UfObjects *objects) {
  UfMessage file = {0};
  Header header = {.key = *key, .count = (uint32_t)objects->count};
  memcpy(header.magic, magic, sizeof magic);
  ufMessageAppendBytes(&file, (const char *)&header, sizeof header);
  for (int i = 0; i < objects->count; ++i) {
    uint64_t size = LLVMGetBufferSize(objects->data[i]);
    ufMessageAppendBytes(&file, (const char *)&size, sizeof size);
  }
  for (int i = 0; i < objects->count; ++i)
    ufMessageAppendBytes(&file, LLVMGetBufferStart(objects->data[i]),
                         LLVMGetBufferSize(objects->data[i]));
  if (file.size > sizeof header) {
    header.checksum =
        checksumOf(file.text + sizeof header, file.size - sizeof header);
    memcpy(file.text, &header, sizeof header);
  }
  return file;
}

static bool writeAll(int fd, const char *data, size_t size) {
  while (size) {
    ssize_t count = write(fd, data, size);
    if (count < 0 && errno != EINTR)
      return false;
    if (count > 0) {
      data += count;
      size -= (size_t)count;
    }
  }
  return true;
}

void ufCacheStore(const char *folder, int64_t limit, const UfKey *key,
                  const UfObjects *objects) {
  if (limit <= 0)
    limit = UF_CACHE_LIMIT;
  Path path, temporary;
  if (!pathOf(folder, key, &path) ||
      !makePath(&temporary, folder, TEMPORARY "XXXXXX"))
    return;
  UF_SCOPED(UfMessage) file = makeFile(key, objects);
  if (!file.size || file.size > (uint64_t)limit)
    return;
  makeFolder(folder);
  int fd = mkostemp(temporary.text, O_CLOEXEC);
  if (fd < 0)
    return;
  bool written = writeAll(fd, file.text, file.size);
  if (close(fd) != 0 || !written || rename(temporary.text, path.text) != 0)
    unlink(temporary.text);
  makeRoom(folder, limit);
}
