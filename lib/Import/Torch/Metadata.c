//===-- Metadata.c - Names and places of a .pt2 file's nodes --------------===//

#include "Import/Torch/Torch.h"

#include <stdlib.h>
#include <string.h>

/// Whether a frame's file is torch's own, or has no file.
static bool isInternal(const char *file, size_t size) {
  static const char package[] = "/site-packages/torch/";
  return size == 0 || file[0] == '<' || strncmp(file, "torch/", 6) == 0 ||
         memmem(file, size, package, sizeof package - 1);
}

const char *ufTorchSource(UfArena *arena, const json_t *metadata) {
  static const char start[] = "File \"", middle[] = "\", line ";
  const char *at = ufTorchText(metadata, "stack_trace");
  const char *found = NULL;
  size_t size = 0;
  long line = 0;
  while (at && (at = strstr(at, start))) {
    const char *file = at + sizeof start - 1;
    const char *end = strchr(file, '"');
    at = file;
    if (!end || strncmp(end, middle, sizeof middle - 1) != 0)
      continue;
    if (!isInternal(file, (size_t)(end - file))) {
      found = file;
      size = (size_t)(end - file);
      line = strtol(end + sizeof middle - 1, NULL, 10);
    }
    at = end;
  }
  return found && size < INT32_MAX
             ? ufAllocFormat(arena, "%.*s:%ld", (int)size, found, line)
             : NULL;
}

const char *ufTorchLayer(UfTorchImport *import, UfArena *arena,
                         const char *name, const json_t *metadata) {
  // "KEY,PATH,CLASS;KEY,PATH,CLASS", the innermost last.
  const char *stack = ufTorchText(metadata, "nn_module_stack");
  const char *last = stack ? strrchr(stack, ';') : NULL;
  const char *path = stack ? strchr(last ? last : stack, ',') : NULL;
  const char *type = path ? strrchr(path, ',') : NULL;
  if (!path || type - path < 2 || strncmp(type + 1, "torch.nn.", 9) != 0)
    return name;
  const char *layer = ufAllocText(arena, path + 1, (size_t)(type - path) - 1);
  if (!layer)
    return name;
  json_int_t count = json_integer_value(json_object_get(import->layers, layer));
  json_object_set_new(import->layers, layer, json_integer(count + 1));
  const char *numbered =
      count ? ufAllocFormat(arena, "%s_%" JSON_INTEGER_FORMAT, layer, count)
            : layer;
  return numbered ? numbered : name;
}
