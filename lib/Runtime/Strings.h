//===-- Strings.h - The strings of an instance --------------------*- C -*-===//
//
// A string is its index in a table in which no two are equal, so that comparing
// strings is comparing numbers. The program's own strings and those that @init
// made stay; what a run adds is gone with the next run. Plain C.
//
// Thread-safe, but for ufStringsCreate(), ufStringsKeep(), ufStringsReset() and
// ufStringsDestroy().
//
//===----------------------------------------------------------------------===//

#ifndef UF_RUNTIME_STRINGS_H
#define UF_RUNTIME_STRINGS_H

#include "Support/Arena.h"
#include "Support/Message.h"
#include "ufront/Runtime.h"

typedef struct UfStrings UfStrings;

/// The table with the strings of `program`, whose handles are their indices.
UfrontStatus ufStringsCreate(const UfrtProgram *program, UfMessage *message,
                             UfStrings **out);
/// Null is a no-op.
void ufStringsDestroy(UfStrings *strings);

/// What is in the table now stays in it.
void ufStringsKeep(UfStrings *strings);
/// Drops all that does not stay, for a new run. The bytes it had lie in
/// `*before`, which is the caller's.
void ufStringsReset(UfStrings *strings, UfArena *before);

/// The handle of `size` bytes at `data`, which are copied if they are new; -1
/// when there are too many strings or too much text in them.
int64_t ufStringsIntern(UfStrings *strings, const char *data, size_t size);

/// The bytes of a handle, those of "" for a number that is none.
UfrontString ufStringsGet(UfStrings *strings, int64_t handle);

#endif // UF_RUNTIME_STRINGS_H
