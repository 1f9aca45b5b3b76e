//===-- Message.h - The text of a failure -------------------------*- C -*-===//
//
// Where there is no MlirLocation, a function that can fail takes a UfMessage
// and returns a UfrontStatus. Plain C: the runtime uses it too.
//
//===----------------------------------------------------------------------===//

#ifndef UF_SUPPORT_MESSAGE_H
#define UF_SUPPORT_MESSAGE_H

#include "ufront/Support.h"

/// Growable text; zero-initialised is empty. Freed by ufMessageClear().
typedef struct UfMessage {
  char *text; ///< Null-terminated, or null when empty.
  size_t size;
} UfMessage;

/// Replaces the text and returns `status`: `return ufFail(m, UFRONT_IO, ...);`.
/// When memory is exhausted the text stays empty.
__attribute__((format(printf, 3, 4))) UfrontStatus ufFail(UfMessage *message,
                                                          UfrontStatus status,
                                                          const char *format,
                                                          ...);

/// Appends to the text.
__attribute__((format(printf, 2, 3))) void
ufMessageAppend(UfMessage *message, const char *format, ...);

/// Appends `size` bytes at `data`.
void ufMessageAppendBytes(UfMessage *message, const char *data, size_t size);

/// Frees the text and makes it empty.
void ufMessageClear(UfMessage *message);

/// "" instead of null.
static inline const char *ufMessageGet(const UfMessage *message) {
  return message->text ? message->text : "";
}

static inline void ufScoped_UfMessage(UfMessage *message) {
  ufMessageClear(message);
}

#endif // UF_SUPPORT_MESSAGE_H
