//===-- Write.c - From a module to an .ff file ----------------------------===//
//
// Weights and shapes are left out, as the format has it. What the format cannot
// say is refused, all of it at once.
//
//===----------------------------------------------------------------------===//

#include "Import/FlexFlow/Write.h"

#include "IR/Function.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_REFUSED = 64 };

typedef struct Line {
  const char *name, *op, *params;
  int32_t *inputs; ///< The lines it reads.
  int numInputs;
} Line;

/// The line that computes a value. Null is a free slot.
typedef struct Slot {
  const void *value;
  int32_t line;
} Slot;

typedef struct Writer {
  UfArena arena;
  UfMessage *message;
  Line *lines;
  int32_t numLines;
  Slot *slots;
  size_t numSlots; ///< A power of two.
  json_t *names;   ///< Those that are taken.
  UfMessage refused;
  int32_t numRefused;
} Writer;

static void ufScoped_Writer(Writer *writer) {
  ufMessageClear(&writer->refused);
  json_decref(writer->names);
  ufArenaDestroy(&writer->arena);
}

static UfrontStatus noMemory(const Writer *writer) {
  return ufFail(writer->message, UFRONT_NO_MEMORY, "out of memory");
}

//===----------------------------------------------------------------------===//
// Values and names
//===----------------------------------------------------------------------===//

/// The slot of a value, or the free one where it belongs.
static Slot *findSlot(const Writer *writer, MlirValue value) {
  size_t hash = (size_t)((uintptr_t)value.ptr * 0x9e3779b97f4a7c15u >> 16);
  for (size_t i = hash & (writer->numSlots - 1);;
       i = (i + 1) & (writer->numSlots - 1))
    if (!writer->slots[i].value || writer->slots[i].value == value.ptr)
      return &writer->slots[i];
}

static void define(Writer *writer, MlirValue value, int32_t line) {
  *findSlot(writer, value) = (Slot){value.ptr, line};
}

/// `wanted`, or a name like it that no line has yet.
static const char *uniqueName(Writer *writer, const char *wanted) {
  const char *name = wanted;
  for (int i = 1; name && json_object_get(writer->names, name); ++i)
    name = ufAllocFormat(&writer->arena, "%s_%d", wanted, i);
  if (!name || json_object_set_new(writer->names, name, json_true()))
    return NULL;
  return name;
}

/// What the location calls an op, in letters that separate nothing.
static const char *locationName(Writer *writer, MlirLocation loc,
                                const char *fallback) {
  if (!mlirLocationIsAName(loc))
    return fallback;
  MlirStringRef text = mlirIdentifierStr(mlirLocationNameGetName(loc));
  char *name = ufAllocText(&writer->arena, text.data, text.length);
  for (char *at = name; at && *at; ++at)
    if (strchr(";, \t\r\n", *at))
      *at = '_';
  return name && name[0] ? name : fallback;
}

//===----------------------------------------------------------------------===//
// Lines
//===----------------------------------------------------------------------===//

static Line *addLine(Writer *writer, const char *name, const char *op,
                     int numInputs) {
  Line *line = &writer->lines[writer->numLines++];
  *line =
      (Line){.name = uniqueName(writer, name),
             .op = op,
             .params = "",
             .inputs = UF_NEW(&writer->arena, int32_t, (size_t)numInputs + 1),
             .numInputs = numInputs};
  return line->name && line->inputs ? line : NULL;
}

static void refuse(Writer *writer, MlirOperation op, const char *name,
                   const char *why) {
  MlirStringRef kind = ufOpName(op);
  if (writer->numRefused++ < MAX_REFUSED)
    ufMessageAppend(&writer->refused, "\n  '%.*s' (%s) %s", (int)kind.length,
                    kind.data, name, why);
}

static const UfFfPhrase *findPhrase(MlirOperation op) {
  for (const UfFfPhrase *phrase = ufFfPhrases; phrase->row; ++phrase)
    if (ufOpIs(op, phrase->row))
      return phrase;
  return NULL;
}

/// Every result is part of a tuple, which lines of their own take out.
static UfrontStatus addParts(Writer *writer, MlirOperation op, int32_t tuple) {
  for (intptr_t i = 0; i < mlirOperationGetNumResults(op); ++i) {
    const char *name =
        ufAllocFormat(&writer->arena, "%s_part", writer->lines[tuple].name);
    Line *line = name ? addLine(writer, name, "GETITEM", 1) : NULL;
    if (!line)
      return noMemory(writer);
    line->inputs[0] = tuple;
    line->params = ufAllocFormat(&writer->arena, "; %td", (ptrdiff_t)i);
    if (!line->params)
      return noMemory(writer);
    define(writer, ufResultOf(op, (int)i), writer->numLines - 1);
  }
  return UFRONT_OK;
}

/// Adds the line that `said` describes.
static UfrontStatus addSaid(Writer *writer, MlirOperation op, const char *name,
                            const UfFfSaid *said) {
  int32_t index = writer->numLines;
  Line *line = addLine(writer, name, said->op, said->numInputs);
  if (!line)
    return noMemory(writer);
  for (int i = 0; i < said->numInputs; ++i)
    line->inputs[i] = findSlot(writer, ufOperandOf(op, said->inputs[i]))->line;
  line->params =
      ufAllocFormat(&writer->arena, "%s", ufMessageGet(&said->params));
  if (!line->params)
    return noMemory(writer);
  if (strcmp(said->op, "SPLIT") == 0)
    return addParts(writer, op, index);
  for (intptr_t i = 0; i < mlirOperationGetNumResults(op); ++i)
    define(writer, ufResultOf(op, (int)i), index);
  return UFRONT_OK;
}

/// Why the operands that a line is to compute are not such, or null.
static const char *refuseInputs(MlirOperation op, const UfFfSaid *said) {
  for (int i = 0; i < said->numInputs; ++i) {
    MlirValue value = ufOperandOf(op, said->inputs[i]);
    if (!value.ptr)
      return "has an operand that is left out";
    if (ufFfIsStored(value))
      return "reads a tensor of the model, whose values the format cannot hold";
  }
  return NULL;
}

static UfrontStatus addOp(Writer *writer, MlirOperation op) {
  const UfFfPhrase *phrase = findPhrase(op);
  const char *name = locationName(writer, mlirOperationGetLocation(op), "op");
  UfFfSaid said = {0};
  const char *why = "is nothing that FlexFlow has";
  if (phrase) {
    said.op = phrase->op;
    said.numInputs = phrase->numInputs;
    for (int i = 0; i < said.numInputs; ++i)
      said.inputs[i] = i;
    why = phrase->say ? phrase->say(op, &said) : NULL;
    if (!why)
      why = refuseInputs(op, &said);
  }
  UfrontStatus status = UFRONT_OK;
  if (why)
    refuse(writer, op, name, why);
  else
    status = addSaid(writer, op, name, &said);
  ufMessageClear(&said.params);
  return status;
}

static UfrontStatus addInputs(Writer *writer, MlirOperation func) {
  MlirBlock body = ufFunctionBody(func);
  for (intptr_t i = 0; i < mlirBlockGetNumArguments(body); ++i) {
    MlirAttribute attr = ufArgAttr(func, i, "ufront.name");
    const char *name =
        ufAllocFormat(&writer->arena, "input%td", (ptrdiff_t)i + 1);
    if (!mlirAttributeIsNull(attr))
      name = mlirStringAttrGetValue(attr).data;
    MlirLocation loc = mlirLocationNameGet(mlirOperationGetContext(func),
                                           ufStr(name ? name : ""),
                                           mlirOperationGetLocation(func));
    Line *line =
        addLine(writer, locationName(writer, loc, "input"), "INPUT", 0);
    if (!line)
      return noMemory(writer);
    define(writer, mlirBlockGetArgument(body, i), writer->numLines - 1);
  }
  return UFRONT_OK;
}

static UfrontStatus addOutputs(Writer *writer, MlirOperation end) {
  int count = (int)mlirOperationGetNumOperands(end);
  for (int i = 0; i < count; ++i)
    if (ufFfIsStored(mlirOperationGetOperand(end, i))) {
      refuse(writer, end, "output", "returns a tensor of the model");
      return UFRONT_OK;
    }
  Line *line = addLine(writer, "output", "OUTPUT", count);
  if (!line)
    return noMemory(writer);
  for (int i = 0; i < count; ++i)
    line->inputs[i] = findSlot(writer, mlirOperationGetOperand(end, i))->line;
  return UFRONT_OK;
}

/// Makes room for what the block can at most become.
static UfrontStatus reserve(Writer *writer, MlirBlock body) {
  size_t count = (size_t)mlirBlockGetNumArguments(body);
  for (MlirOperation op = mlirBlockGetFirstOperation(body); op.ptr;
       op = mlirOperationGetNextInBlock(op))
    count += 1 + (size_t)mlirOperationGetNumResults(op);
  writer->numSlots = 64;
  while (writer->numSlots < 2 * count)
    writer->numSlots *= 2;
  writer->slots = UF_NEW(&writer->arena, Slot, writer->numSlots);
  writer->lines = UF_NEW(&writer->arena, Line, count);
  return writer->slots && writer->lines && writer->names ? UFRONT_OK
                                                         : noMemory(writer);
}

static UfrontStatus addOps(Writer *writer, MlirBlock body) {
  UfrontStatus status = UFRONT_OK;
  for (MlirOperation op = mlirBlockGetFirstOperation(body);
       op.ptr && status == UFRONT_OK; op = mlirOperationGetNextInBlock(op)) {
    bool isStored = ufOpIs(op, "ufront.param") ||
                    ufOpIs(op, "ufront.constant") || ufOpIs(op, "ufront.none");
    if (!isStored)
      status = ufOpIs(op, "func.return") ? addOutputs(writer, op)
                                         : addOp(writer, op);
  }
  return status;
}

//===----------------------------------------------------------------------===//
// Text
//===----------------------------------------------------------------------===//

/// Appends the names of the lines that read each line, one behind the other.
static UfrontStatus findReaders(Writer *writer, UfMessage **readers) {
  *readers = UF_NEW(&writer->arena, UfMessage, (size_t)writer->numLines + 1);
  if (!*readers)
    return noMemory(writer);
  for (int32_t i = 0; i < writer->numLines; ++i) {
    const Line *line = &writer->lines[i];
    for (int k = 0; k < line->numInputs; ++k)
      ufMessageAppend(&(*readers)[line->inputs[k]], "%s,", line->name);
  }
  return UFRONT_OK;
}

static UfrontStatus writeLines(Writer *writer, UfMessage *text) {
  UfMessage *readers;
  UF_TRY(findReaders(writer, &readers));
  for (int32_t i = 0; i < writer->numLines; ++i) {
    const Line *line = &writer->lines[i];
    ufMessageAppend(text, "%s; ", line->name);
    for (int k = 0; k < line->numInputs; ++k)
      ufMessageAppend(text, "%s,", writer->lines[line->inputs[k]].name);
    ufMessageAppend(text, "; %s; %s%s\n", ufMessageGet(&readers[i]), line->op,
                    line->params);
    ufMessageClear(&readers[i]);
  }
  return UFRONT_OK;
}

UfrontStatus ufWriteFlexFlow(MlirModule module, UfMessage *message,
                             UfMessage *text) {
  UF_SCOPED(Writer) writer = {.message = message, .names = json_object()};
  MlirOperation func =
      ufFindFunction(mlirModuleGetOperation(module), "forward");
  MlirBlock body = ufFunctionBody(func);
  UF_TRY(reserve(&writer, body));
  UF_TRY(addInputs(&writer, func));
  UF_TRY(addOps(&writer, body));
  if (writer.numRefused)
    return ufFail(message, UFRONT_UNSUPPORTED,
                  "%d op%s cannot be written in FlexFlow's format:%s%s",
                  writer.numRefused, writer.numRefused == 1 ? "" : "s",
                  ufMessageGet(&writer.refused),
                  writer.numRefused > MAX_REFUSED ? "\n  ..." : "");
  return writeLines(&writer, text);
}
