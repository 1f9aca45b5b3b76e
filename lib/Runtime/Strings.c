//===-- Strings.c - The strings of an instance ----------------------------===//

#include "Runtime/Strings.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/// Bounds of what models and inputs may ask for.
#define MOST_STRINGS ((int64_t)1 << 26)
#define MOST_BYTES ((size_t)1 << 31)

typedef struct Entry {
  UfrontString text;
  uint64_t hash;
  int64_t next; ///< In its bucket; -1: the last.
} Entry;

struct UfStrings {
  pthread_mutex_t lock;
  Entry *entries;
  int64_t count, capacity;
  int64_t kept;       ///< How many stay.
  int64_t *buckets;   ///< The newest entry with these bits of the hash, or -1.
  int64_t numBuckets; ///< A power of 2, at least `capacity`.
  UfArena stays, run; ///< The bytes of strings that stay, and of the others.
  bool isKept;        ///< New ones go to `run`.
};

/// FNV-1a.
static uint64_t hashOf(const char *data, size_t size) {
  uint64_t hash = 14695981039346656037u;
  for (size_t i = 0; i < size; ++i)
    hash = (hash ^ (unsigned char)data[i]) * 1099511628211u;
  return hash ^ hash >> 32;
}

/// Puts entry `i` at the front of its bucket.
static void link(UfStrings *strings, int64_t i) {
  Entry *entry = &strings->entries[i];
  int64_t *bucket =
      &strings->buckets[entry->hash & (uint64_t)(strings->numBuckets - 1)];
  entry->next = *bucket;
  *bucket = i;
}

/// Makes room for one more.
static bool grow(UfStrings *strings) {
  if (strings->count < strings->capacity)
    return true;
  if (strings->count >= MOST_STRINGS)
    return false;
  int64_t capacity = strings->capacity ? 2 * strings->capacity : 64;
  Entry *entries =
      realloc(strings->entries, (size_t)capacity * sizeof *entries);
  if (!entries)
    return false;
  strings->entries = entries;
  int64_t *buckets =
      realloc(strings->buckets, (size_t)capacity * sizeof *buckets);
  if (!buckets)
    return false;
  strings->buckets = buckets;
  strings->capacity = strings->numBuckets = capacity;
  memset(buckets, -1, (size_t)capacity * sizeof *buckets);
  // In the order they came, so that the newest of a bucket is its first.
  for (int64_t i = 0; i < strings->count; ++i)
    link(strings, i);
  return true;
}

static int64_t find(const UfStrings *strings, const char *data, size_t size,
                    uint64_t hash) {
  if (!strings->numBuckets)
    return -1;
  int64_t i = strings->buckets[hash & (uint64_t)(strings->numBuckets - 1)];
  for (; i >= 0; i = strings->entries[i].next) {
    const Entry *entry = &strings->entries[i];
    if (entry->hash == hash && entry->text.size == (int64_t)size &&
        (size == 0 || memcmp(entry->text.data, data, size) == 0))
      break;
  }
  return i;
}

static int64_t add(UfStrings *strings, const char *data, size_t size,
                   uint64_t hash) {
  UfArena *arena = strings->isKept ? &strings->run : &strings->stays;
  if (size > MOST_BYTES || !grow(strings))
    return -1;
  const char *copy = size ? ufAllocText(arena, data, size) : "";
  if (!copy)
    return -1;
  strings->entries[strings->count] = (Entry){{copy, (int64_t)size}, hash, -1};
  link(strings, strings->count);
  return strings->count++;
}

int64_t ufStringsIntern(UfStrings *strings, const char *data, size_t size) {
  uint64_t hash = hashOf(data, size);
  pthread_mutex_lock(&strings->lock);
  int64_t handle = find(strings, data, size, hash);
  if (handle < 0)
    handle = add(strings, data, size, hash);
  pthread_mutex_unlock(&strings->lock);
  return handle;
}

UfrontString ufStringsGet(UfStrings *strings, int64_t handle) {
  UfrontString text = {"", 0};
  pthread_mutex_lock(&strings->lock);
  if (handle >= 0 && handle < strings->count)
    text = strings->entries[handle].text;
  pthread_mutex_unlock(&strings->lock);
  return text;
}

//===----------------------------------------------------------------------===//

UfrontStatus ufStringsCreate(const UfrtProgram *program, UfMessage *message,
                             UfStrings **out) {
  UfStrings *strings = calloc(1, sizeof *strings);
  if (!strings)
    return ufFail(message, UFRONT_NO_MEMORY, "out of memory");
  strings->stays.limit = strings->run.limit = MOST_BYTES;
  pthread_mutex_init(&strings->lock, NULL);
  *out = strings;
  for (int64_t i = 0; i < program->numStrings; ++i) {
    UfrontString text = program->strings[i];
    int64_t handle = ufStringsIntern(strings, text.data, (size_t)text.size);
    if (handle < 0)
      return ufFail(message, UFRONT_NO_MEMORY, "too many strings");
    if (handle != i || (i == 0 && text.size))
      return ufFail(message, UFRONT_ARGUMENT,
                    "string %lld of the program has the number %lld",
                    (long long)i, (long long)handle);
  }
  return UFRONT_OK;
}

void ufStringsDestroy(UfStrings *strings) {
  if (!strings)
    return;
  free(strings->entries);
  free(strings->buckets);
  ufArenaDestroy(&strings->stays);
  ufArenaDestroy(&strings->run);
  pthread_mutex_destroy(&strings->lock);
  free(strings);
}

void ufStringsKeep(UfStrings *strings) {
  strings->kept = strings->count;
  strings->isKept = true;
}

void ufStringsReset(UfStrings *strings, UfArena *before) {
  // Newer entries come first in their buckets: the newest leaves its at once.
  while (strings->count > strings->kept) {
    const Entry *entry = &strings->entries[--strings->count];
    strings->buckets[entry->hash & (uint64_t)(strings->numBuckets - 1)] =
        entry->next;
  }
  *before = strings->run;
  strings->run = (UfArena){.limit = MOST_BYTES};
}
