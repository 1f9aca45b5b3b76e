//===-- Missing.c - Operators that are not supported, all at once ---------===//

#include "Import/Import.h"

#include "Ops/Refused.h"

#include <string.h>

void ufMissingAdd(UfMissing *missing, const char *op, int version,
                  const char *node, const char *source) {
  for (int i = 0; i < missing->numKinds; ++i)
    if (missing->kinds[i].version == version &&
        strcmp(missing->kinds[i].op, op) == 0) {
      ++missing->kinds[i].count;
      return;
    }
  if (missing->numKinds == UF_MAX_MISSING) {
    ++missing->others;
    return;
  }
  missing->kinds[missing->numKinds++] =
      (struct UfMissingKind){op, version, 1, node, source};
}

UfrontStatus ufMissingReport(const UfMissing *missing, const char *name,
                             UfMessage *message) {
  if (missing->numKinds == 0)
    return UFRONT_OK;
  size_t nodes = missing->others;
  for (int i = 0; i < missing->numKinds; ++i)
    nodes += missing->kinds[i].count;
  ufFail(message, UFRONT_UNSUPPORTED,
         "%s: %zu node%s of %d%s kind%s cannot be imported:", name, nodes,
         nodes == 1 ? "" : "s", missing->numKinds,
         missing->others ? " and more" : "", missing->numKinds == 1 ? "" : "s");
  for (int i = 0; i < missing->numKinds; ++i) {
    const struct UfMissingKind *kind = &missing->kinds[i];
    ufMessageAppend(message, "\n  '%s'", kind->op);
    if (kind->version)
      ufMessageAppend(message, " (opset %d)", kind->version);
    ufMessageAppend(message, ": %zu node%s, first '%s'", kind->count,
                    kind->count == 1 ? "" : "s", kind->first);
    if (kind->source)
      ufMessageAppend(message, " at %s", kind->source);
    const char *why = ufFindRefusal(kind->op);
    if (why)
      ufMessageAppend(message, "; %s", why);
  }
  return UFRONT_UNSUPPORTED;
}
