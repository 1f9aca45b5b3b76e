//===-- Import.c - From an .ff file to a module ---------------------------===//

#include "Import/FlexFlow/FlexFlow.h"

#include <string.h>

static void ufScoped_UfFfImport(UfFfImport *import) {
  ufGraphModuleDestroy(&import->module);
  ufGraphDestroy(&import->graph);
  json_decref(import->names);
  ufArenaDestroy(&import->arena);
}

bool ufMatchesFlexFlow(const UfSource *source) {
  static const char input[] = "INPUT";
  size_t length = strlen(source->name), semicolons = 0, at = 0;
  if (length >= 3 && strcmp(source->name + length - 3, ".ff") == 0)
    return true;
  // The first line: three separators, then INPUT.
  while (at < source->size && semicolons < 3 && source->data[at] != '\n')
    semicolons += source->data[at++] == ';';
  while (at < source->size && source->data[at] == ' ')
    ++at;
  return semicolons == 3 && source->size - at >= sizeof input - 1 &&
         memcmp(source->data + at, input, sizeof input - 1) == 0;
}

const UfFfOperator *ufFfFindOperator(const char *name) {
  const UfFfOperator *const tables[] = {ufFfLayers, ufFfMoves};
  for (int t = 0; t < UF_COUNT(tables); ++t)
    for (const UfFfOperator *op = tables[t]; op->name; ++op)
      if (strcmp(op->name, name) == 0)
        return op;
  return NULL;
}

//===----------------------------------------------------------------------===//
// Lines
//===----------------------------------------------------------------------===//

/// Whether the line called `name` is only read as numbers of entries.
static bool isRead(const UfFfImport *import, const char *name) {
  for (int32_t i = 0; i < import->numLines; ++i) {
    const UfFfLine *line = &import->lines[i];
    if (strcmp(line->op, "EMBEDDING") == 0 && line->numInputs &&
        strcmp(line->inputs[0], name) == 0)
      return true;
  }
  return false;
}

static void addInput(UfFfImport *import, const UfFfLine *line, UfFfValue *out) {
  const UfrontImportOptions *options = import->source->options;
  UfrontTensorInfo info = {.rank = -1};
  for (int32_t i = 0; i < options->numShapes; ++i)
    if (strcmp(options->shapes[i].name, line->name) == 0)
      info = options->shapes[i];
  info.name = line->name;
  info.type = isRead(import, line->name) ? UFRONT_I64 : UFRONT_F32;
  if (import->status != UFRONT_OK)
    return;
  import->status =
      info.rank < 0
          ? ufFail(import->message, UFRONT_ARGUMENT,
                   "%s: the format holds no shapes: give that of input '%s', "
                   "--shape %s=... in the tools",
                   import->source->name, line->name, line->name)
          : ufGraphAddInput(&import->graph, &info, &out->first);
}

static void addOutputs(UfFfImport *import, const UfFfLine *line) {
  for (int32_t i = 0; i < line->numInputs; ++i) {
    int32_t value = ufFfInput(import, line, i);
    if (import->status == UFRONT_OK)
      import->status = ufGraphAddOutput(&import->graph, line->inputs[i], value);
  }
}

/// A node that no rule knows: it is counted, and what reads it left out.
static void addUnknown(UfFfImport *import, const UfFfLine *line,
                       UfFfValue *out) {
  UfFfNode node = ufFfBegin(import, line, line->op, 0, 0);
  out->first = ufFfEnd(import, line, &node, 1);
}

static void addLine(UfFfImport *import, int32_t index) {
  const UfFfLine *line = &import->lines[index];
  UfFfValue *out = &import->values[index];
  const UfFfOperator *known = ufFfFindOperator(line->op);
  out->count = -1;
  if (strcmp(line->op, "OUTPUT") == 0) {
    addOutputs(import, line);
    return;
  }
  if (json_object_get(import->names, line->name))
    ufFfFail(import, line, "is defined twice");
  if (strcmp(line->op, "INPUT") == 0)
    addInput(import, line, out);
  else if (!known)
    addUnknown(import, line, out);
  else if (line->numInputs < known->numInputs ||
           line->numParams < known->numParams)
    ufFfFail(
        import, line, "has %d inputs and %d parameters, but needs %d and %d",
        line->numInputs, line->numParams, known->numInputs, known->numParams);
  else
    known->rule(import, line, out);
  json_object_set_new(import->names, line->name, json_integer(index));
}

/// What the options say must be about an input that is there.
static UfrontStatus checkOptions(const UfFfImport *import) {
  const UfrontImportOptions *options = import->source->options;
  if (options->numValues)
    return ufFail(import->message, UFRONT_UNSUPPORTED,
                  "%s: inputs of this format cannot be given values",
                  import->source->name);
  for (int32_t s = 0; s < options->numShapes; ++s) {
    const char *name = options->shapes[s].name;
    bool found = false;
    for (int32_t i = 0; i < import->numLines && !found; ++i)
      found = strcmp(import->lines[i].op, "INPUT") == 0 &&
              strcmp(import->lines[i].name, name) == 0;
    if (!found)
      return ufFail(import->message, UFRONT_ARGUMENT,
                    "%s: a shape is given for '%s', which is no input",
                    import->source->name, name);
  }
  return UFRONT_OK;
}

static UfrontStatus importLines(UfFfImport *import) {
  UF_TRY(ufFfParse(import));
  UF_TRY(checkOptions(import));
  import->mostBytes = ufInventable(import->numLines);
  import->values =
      UF_NEW(&import->arena, UfFfValue, (size_t)import->numLines + 1);
  if (!import->values)
    return ufFail(import->message, UFRONT_NO_MEMORY, "%s: out of memory",
                  import->source->name);
  for (int32_t i = 0; i < import->numLines && !import->status; ++i)
    addLine(import, i);
  if (import->status != UFRONT_OK)
    return import->status;
  if (!import->graph.numOutputs)
    return ufFail(import->message, UFRONT_FORMAT, "%s: has no outputs",
                  import->source->name);
  return ufGraphFinish(&import->graph);
}

UfrontStatus ufImportFlexFlow(const UfSource *source, MlirContext ctx,
                              UfMessage *message, UfImported *out) {
  UF_SCOPED(UfFfImport)
  import = {.source = source,
            .message = message,
            .out = out,
            .names = json_object(),
            .graph = {.from = UF_UFRONT}};
  UF_TRY(ufGraphBegin(&import.graph, &import.module, ctx, source->name, message,
                      out));
  UfrontStatus status = importLines(&import);
  if (status != UFRONT_OK)
    ufWeightsDestroy(&out->weights);
  return status;
}
