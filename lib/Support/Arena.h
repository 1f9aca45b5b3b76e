//===-- Arena.h - Memory that is freed at once --------------------*- C -*-===//
//
// Everything that dies with an import or a pass lives in an arena. Plain C.
//
//===----------------------------------------------------------------------===//

#ifndef UF_SUPPORT_ARENA_H
#define UF_SUPPORT_ARENA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Zero-initialised is empty and unlimited. Not thread-safe.
typedef struct UfArena {
  struct UfArenaBlock *blocks;
  size_t used;  ///< Bytes handed out.
  size_t limit; ///< The most `used` may reach; 0: no limit.
} UfArena;

/// Returns `size` zeroed bytes, aligned to 16, or null when the limit is
/// reached or memory is exhausted. Freed by ufArenaDestroy() only.
void *ufAlloc(UfArena *arena, size_t size);

/// `count` zeroed objects of type T, null as above or when the size overflows.
#define UF_NEW(arena, T, count) ((T *)ufAllocArray(arena, count, sizeof(T)))
void *ufAllocArray(UfArena *arena, size_t count, size_t size);

/// A null-terminated copy of `size` bytes at `text`, null as above.
char *ufAllocText(UfArena *arena, const char *text, size_t size);

/// printf into the arena, null as above.
__attribute__((format(printf, 2, 3))) char *
ufAllocFormat(UfArena *arena, const char *format, ...);

void ufArenaDestroy(UfArena *arena);

static inline void ufScoped_UfArena(UfArena *arena) { ufArenaDestroy(arena); }

/// Writes a*b or a+b; false when it overflows. For sizes that come from files.
static inline bool ufCheckedMul(size_t a, size_t b, size_t *out) {
  return !__builtin_mul_overflow(a, b, out);
}
static inline bool ufCheckedAdd(size_t a, size_t b, size_t *out) {
  return !__builtin_add_overflow(a, b, out);
}

#endif // UF_SUPPORT_ARENA_H
