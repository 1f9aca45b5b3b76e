//===-- Message.c - The text of a failure -------------------------*- C -*-===//
//
// Growable text that survives running out of memory.
//
//===----------------------------------------------------------------------===//

#include "Support/Message.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// The bytes allocated for `size` characters: a power of two, so that it needs
/// no field of its own and appending is amortised.
static size_t capacityFor(size_t size) {
  size_t capacity = 64;
  while (capacity <= size)
    capacity *= 2;
  return capacity;
}

void ufMessageAppendBytes(UfMessage *message, const char *data, size_t size) {
  if (size == 0 || size > SIZE_MAX / 4 - message->size)
    return;
  size_t needed = capacityFor(message->size + size);
  if (!message->text || needed != capacityFor(message->size)) {
    char *grown = realloc(message->text, needed);
    if (!grown)
      return;
    message->text = grown;
  }
  memcpy(message->text + message->size, data, size);
  message->size += size;
  message->text[message->size] = '\0';
}

/// Appends the formatted text. It is complete before `message` changes, since
/// the arguments may point into it.
static void appendFormatted(UfMessage *message, const char *format,
                            va_list args) {
  char local[256];
  va_list again;
  va_copy(again, args);
  int length = vsnprintf(local, sizeof local, format, again);
  va_end(again);
  if (length < 0)
    return;
  if ((size_t)length < sizeof local) {
    ufMessageAppendBytes(message, local, (size_t)length);
    return;
  }
  char *text = malloc((size_t)length + 1);
  if (!text)
    return;
  vsnprintf(text, (size_t)length + 1, format, args);
  ufMessageAppendBytes(message, text, (size_t)length);
  free(text);
}

UfrontStatus ufFail(UfMessage *message, UfrontStatus status, const char *format,
                    ...) {
  UfMessage fresh = {0};
  va_list args;
  va_start(args, format);
  appendFormatted(&fresh, format, args);
  va_end(args);
  ufMessageClear(message);
  *message = fresh;
  return status;
}

void ufMessageAppend(UfMessage *message, const char *format, ...) {
  va_list args;
  va_start(args, format);
  appendFormatted(message, format, args);
  va_end(args);
}

void ufMessageClear(UfMessage *message) {
  free(message->text);
  *message = (UfMessage){0};
}
