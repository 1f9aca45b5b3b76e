//===-- Parse.c - The lines of an .ff file --------------------------------===//

#include "Import/FlexFlow/FlexFlow.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_LINES = 1 << 20, MAX_ITEMS = 1 << 16 };

char *ufFfTrim(char *text) {
  static const char space[] = " \t\r\n\v\f";
  text += strspn(text, space);
  size_t size = strlen(text);
  while (size && strchr(space, text[size - 1]))
    text[--size] = '\0';
  return text;
}

/// Splits `text` at every `separator`, in place. Returns the trimmed parts, or
/// null when there are too many.
static const char **split(UfArena *arena, char *text, char separator,
                          int32_t *count) {
  int32_t most = 1;
  for (const char *at = text; (at = strchr(at, separator)); ++at)
    if (++most > MAX_ITEMS)
      return NULL;
  const char **parts =
      (const char **)ufAllocArray(arena, (size_t)most, sizeof *parts);
  *count = 0;
  while (parts && text) {
    char *end = strchr(text, separator);
    if (end)
      *end++ = '\0';
    parts[(*count)++] = ufFfTrim(text);
    text = end;
  }
  return parts;
}

/// The names in a list of which each ends with a comma.
static const char **splitNames(UfArena *arena, const char *text,
                               int32_t *count) {
  const char **names = split(arena, (char *)text, ',', count);
  if (names && *count && !names[*count - 1][0])
    --*count;
  return names;
}

static UfrontStatus parseLine(UfFfImport *import, char *text, UfFfLine *line) {
  UfArena *arena = &import->arena;
  int32_t count, numOutputs;
  const char **items = split(arena, text, ';', &count);
  if (items && count == 2 && strcmp(items[1], "ATTRIBUTE") == 0)
    return ufFail(import->message, UFRONT_UNSUPPORTED,
                  "%s:%d: '%s' is a tensor of the model, and the format does "
                  "not hold its values",
                  import->source->name, line->number, items[0]);
  if (!items || count < 4 || !items[0][0] || !items[3][0])
    return ufFail(import->message, UFRONT_FORMAT,
                  "%s:%d: is not 'name; inputs; outputs; operator; ...'",
                  import->source->name, line->number);
  line->name = items[0];
  line->op = items[3];
  line->inputs = splitNames(arena, items[1], &line->numInputs);
  const char **outputs = splitNames(arena, items[2], &numOutputs);
  line->numOutputs = numOutputs;
  line->params = items + 4;
  line->numParams = count - 4;
  // Writers may end a line with a separator.
  while (line->numParams && !line->params[line->numParams - 1][0])
    --line->numParams;
  return line->inputs && outputs
             ? UFRONT_OK
             : ufFail(import->message, UFRONT_NO_MEMORY, "%s: out of memory",
                      import->source->name);
}

UfrontStatus ufFfParse(UfFfImport *import) {
  const UfSource *source = import->source;
  char *text =
      ufAllocText(&import->arena, (const char *)source->data, source->size);
  size_t most = 1;
  if (source->size && memchr(source->data, '\0', source->size))
    return ufFail(import->message, UFRONT_FORMAT, "%s: is not a text file",
                  source->name);
  for (const char *at = text; at && (at = strchr(at, '\n')); ++at)
    ++most;
  if (text && most <= MAX_LINES)
    import->lines = UF_NEW(&import->arena, UfFfLine, most);
  if (!import->lines)
    return ufFail(import->message, UFRONT_NO_MEMORY,
                  "%s: %zu lines are too many", source->name, most);
  for (int32_t number = 1; text; ++number) {
    char *end = strchr(text, '\n');
    if (end)
      *end++ = '\0';
    text = ufFfTrim(text);
    if (text[0]) {
      UfFfLine *line = &import->lines[import->numLines++];
      line->number = number;
      UF_TRY(parseLine(import, text, line));
    }
    text = end;
  }
  return UFRONT_OK;
}

bool ufFfParseInt(const char *text, int64_t *out) {
  char *end;
  errno = 0;
  *out = strtoll(text, &end, 10);
  return text[0] && !*end && !errno;
}

bool ufFfInt(const UfFfLine *line, int32_t i, int64_t *out) {
  return i < line->numParams && ufFfParseInt(line->params[i], out);
}

bool ufFfFloat(const UfFfLine *line, int32_t i, double *out) {
  char *end = NULL;
  if (i < line->numParams && line->params[i][0])
    *out = strtod(line->params[i], &end);
  return end && !*end;
}
