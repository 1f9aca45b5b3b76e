//===-- Move.c - FlexFlow's operators that move elements ------------------===//

#include "Import/FlexFlow/FlexFlow.h"

#include <string.h>

static void wrongParams(UfFfImport *import, const UfFfLine *line) {
  ufFfFail(import, line, "has a parameter that is not valid");
}

/// One node of `row` with input `value` and a list of integers.
static int32_t addWithInts(UfFfImport *import, const UfFfLine *line,
                           const char *row, int32_t value, const char *name,
                           int32_t count, const int64_t *ints) {
  UfFfNode node = ufFfBegin(import, line, row, 0, 2);
  ufFfValueArg(&node, value);
  ufFfIntsArg(import, &node, name, count, ints);
  return ufFfEnd(import, line, &node, 1);
}

//===----------------------------------------------------------------------===//
// Joining and cutting
//===----------------------------------------------------------------------===//

/// CONCAT; axis.
static void addConcat(UfFfImport *import, const UfFfLine *line,
                      UfFfValue *out) {
  int64_t axis = 1;
  if (line->numParams && !ufFfInt(line, 0, &axis))
    wrongParams(import, line);
  UfFfNode node = ufFfBegin(import, line, "concat", line->numInputs, 1);
  ufFfIntArg(&node, "axis", axis);
  out->first = ufFfEnd(import, line, &node, 1);
}

/// Reads "[32, 32]". Returns how many, -1 when it is no such list.
static int32_t readList(UfArena *arena, const char *text, int64_t *out) {
  int32_t count = 0;
  size_t size = strlen(text);
  if (size < 2 || text[0] != '[' || text[size - 1] != ']')
    return -1;
  char *copy = ufAllocText(arena, text + 1, size - 2);
  while (copy) {
    char *end = strchr(copy, ',');
    if (end)
      *end++ = '\0';
    if (count == UF_MAX_VALUES || !ufFfParseInt(ufFfTrim(copy), &out[count]))
      return -1;
    ++count;
    copy = end;
  }
  return count;
}

/// The dimension that parts of these sizes fill: FlexFlow's own writer leaves
/// it out when there is a list. -1 when there are several.
static int findAxis(const UfShape *shape, int32_t count, const int64_t *sizes) {
  int64_t total = 0;
  int found = -1;
  for (int32_t i = 0; i < count; ++i)
    if (__builtin_add_overflow(total, sizes[i], &total))
      return -1;
  for (int i = 0; i < shape->rank; ++i)
    if (shape->dims[i] == total) {
      if (found >= 0)
        return -1;
      found = i;
    }
  return found;
}

/// What a SPLIT says.
typedef struct Split {
  int64_t axis;
  int32_t count; ///< Of the sizes.
  int64_t sizes[UF_MAX_VALUES];
} Split;

/// Reads "SPLIT; axis; size..." or, as FlexFlow writes it, "SPLIT; [size,
/// ...]".
static void readSplit(UfFfImport *import, const UfFfLine *line, Split *split) {
  UfShape shape;
  split->count = readList(&import->arena, line->params[0], split->sizes);
  if (split->count < 0) {
    split->count = line->numParams - 1;
    bool valid =
        split->count <= UF_MAX_VALUES && ufFfInt(line, 0, &split->axis);
    for (int32_t i = 0; valid && i < split->count; ++i)
      valid = ufFfInt(line, i + 1, &split->sizes[i]);
    if (!valid)
      wrongParams(import, line);
    return;
  }
  if (!ufFfShape(import, ufFfInput(import, line, 0), &shape))
    return;
  split->axis = findAxis(&shape, split->count, split->sizes);
  if (split->axis < 0)
    ufFfFail(import, line, "does not say which dimension is split into %s",
             line->params[0]);
}

static void addSplit(UfFfImport *import, const UfFfLine *line, UfFfValue *out) {
  Split split = {0};
  readSplit(import, line, &split);
  out->count = split.count > 0 ? split.count : line->numOutputs;
  if (out->count < 1 || out->count > UF_MAX_VALUES) {
    ufFfFail(import, line, "has %d parts; there must be 1 to %d", out->count,
             UF_MAX_VALUES);
    return;
  }
  UfFfNode node = ufFfBegin(import, line, "split", 1, 2);
  ufFfIntArg(&node, "axis", split.axis);
  if (split.count > 0)
    ufFfIntsArg(import, &node, "sizes", split.count, split.sizes);
  out->first = ufFfEnd(import, line, &node, out->count);
}

//===----------------------------------------------------------------------===//
// Indexing
//===----------------------------------------------------------------------===//

/// What indices of the form of Python's mean, dimension by dimension.
typedef struct Index {
  int32_t rank;     ///< Dimensions of the input that were indexed.
  int32_t numParts; ///< Of them, those that are cut.
  int64_t axes[UF_MAX_RANK], starts[UF_MAX_RANK], ends[UF_MAX_RANK],
      steps[UF_MAX_RANK];
  int32_t numDropped;
  int64_t dropped[UF_MAX_RANK]; ///< Dimensions of the input that go away.
  int32_t numAdded, numKept;
  int64_t added[UF_MAX_RANK]; ///< Dimensions of the result that are new.
} Index;

/// Reads "slice(a, b, c)", where each may be None.
static bool readSlice(const char *text, int64_t part[3]) {
  static const char start[] = "slice(";
  size_t size = strlen(text);
  if (strncmp(text, start, sizeof start - 1) != 0 || text[size - 1] != ')')
    return false;
  const int64_t implied[] = {0, INT64_MAX, 1};
  const char *at = text + sizeof start - 1, *last = text + size - 1;
  for (int i = 0; i < 3; ++i) {
    char item[24];
    const char *end = i < 2 ? strchr(at, ',') : last;
    if (!end || end > last || end - at >= (ptrdiff_t)sizeof item)
      return false;
    memcpy(item, at, (size_t)(end - at));
    item[end - at] = '\0';
    const char *trimmed = ufFfTrim(item);
    if (strcmp(trimmed, "None") == 0)
      part[i] = implied[i];
    else if (!ufFfParseInt(trimmed, &part[i]))
      return false;
    at = end + 1;
  }
  return part[2] > 0;
}

static bool readIndex(const char *text, Index *index) {
  int64_t part[3];
  bool isInt = ufFfParseInt(text, &part[0]);
  if (index->rank == UF_MAX_RANK || index->numAdded == UF_MAX_RANK)
    return false;
  if (strcmp(text, "None") == 0) {
    index->added[index->numAdded++] = index->numKept++;
    return true;
  }
  if (isInt) {
    part[1] = part[0] == -1 ? INT64_MAX : part[0] + (part[0] < INT64_MAX);
    part[2] = 1;
    index->dropped[index->numDropped++] = index->rank;
  } else if (!readSlice(text, part)) {
    return false;
  }
  index->numKept += !isInt;
  if (part[0] != 0 || part[1] != INT64_MAX || part[2] != 1) {
    int32_t at = index->numParts++;
    index->axes[at] = index->rank;
    index->starts[at] = part[0];
    index->ends[at] = part[1];
    index->steps[at] = part[2];
  }
  ++index->rank;
  return true;
}

static int32_t addIndex(UfFfImport *import, const UfFfLine *line,
                        const Index *index, int32_t value) {
  int32_t count = index->numParts;
  if (count) {
    UfFfNode node = ufFfBegin(import, line, "slice", 0, 5);
    ufFfValueArg(&node, value);
    ufFfIntsArg(import, &node, "starts", count, index->starts);
    ufFfIntsArg(import, &node, "ends", count, index->ends);
    ufFfIntsArg(import, &node, "axes", count, index->axes);
    ufFfIntsArg(import, &node, "steps", count, index->steps);
    value = ufFfEnd(import, line, &node, 1);
  }
  if (index->numDropped)
    value = addWithInts(import, line, "squeeze", value, "axes",
                        index->numDropped, index->dropped);
  if (index->numAdded)
    value = addWithInts(import, line, "unsqueeze", value, "axes",
                        index->numAdded, index->added);
  return value;
}

/// GETITEM; index...
static void addItem(UfFfImport *import, const UfFfLine *line, UfFfValue *out) {
  UfFfValue from = ufFfFind(import, line, line->inputs[0]);
  if (from.count < 0) {
    Index index = {0};
    for (int32_t i = 0; i < line->numParams; ++i)
      if (!readIndex(line->params[i], &index))
        wrongParams(import, line);
    out->first = addIndex(import, line, &index, from.first);
    return;
  }
  int64_t at = -1;
  if (!ufFfInt(line, 0, &at) || line->numParams != 1)
    wrongParams(import, line);
  if (at < 0)
    at += from.count;
  if (at < 0 || at >= from.count)
    ufFfFail(import, line, "is part %s of %d", line->params[0], from.count);
  else
    out->first = from.first + (int32_t)at;
}

/// GETATTR; shape.
static void addAttr(UfFfImport *import, const UfFfLine *line, UfFfValue *out) {
  if (strcmp(line->params[0], "shape") != 0)
    ufFfFail(import, line,
             "reads the attribute '%s'; only 'shape' is supported",
             line->params[0]);
  UfFfNode node = ufFfBegin(import, line, "shape_of", 1, 0);
  out->first = ufFfEnd(import, line, &node, 1);
}

//===----------------------------------------------------------------------===//
// Shapes
//===----------------------------------------------------------------------===//

/// Parameter `i`, a size or the name of a line that computes it ("size_1,"), as
/// a tensor of one integer.
static int32_t addSize(UfFfImport *import, const UfFfLine *line, int32_t i) {
  static const int64_t one = 1;
  int64_t size;
  if (ufFfInt(line, i, &size))
    return ufFfInteger(import, line, size);
  size_t length = strcspn(line->params[i], ",");
  const char *name = ufAllocText(&import->arena, line->params[i], length);
  int32_t value = ufFfTensor(import, line, name ? name : "");
  return addWithInts(import, line, "reshape", value, "shape", 1, &one);
}

/// RESHAPE, VIEW and EXPAND; size...
static void addShape(UfFfImport *import, const UfFfLine *line, UfFfValue *out) {
  const char *row = ufFfFindOperator(line->op)->row;
  int64_t sizes[UF_MAX_RANK];
  int32_t known = 0, count = line->numParams;
  if (count > UF_MAX_RANK) {
    wrongParams(import, line);
    return;
  }
  while (known < count && ufFfInt(line, known, &sizes[known]))
    ++known;
  if (known == count) {
    out->first = addWithInts(import, line, row, ufFfInput(import, line, 0),
                             "shape", known, sizes);
    return;
  }
  UfFfNode parts = ufFfBegin(import, line, "concat", 0, UF_MAX_RANK + 1);
  for (int32_t i = 0; i < count; ++i)
    ufFfValueArg(&parts, addSize(import, line, i));
  ufFfIntArg(&parts, "axis", 0);
  UfFfNode node = ufFfBegin(import, line, row, 1, 1);
  ufFfValueArg(&node, ufFfEnd(import, line, &parts, 1));
  out->first = ufFfEnd(import, line, &node, 1);
}

/// PERMUTE; dimension...
static void addPermute(UfFfImport *import, const UfFfLine *line,
                       UfFfValue *out) {
  int64_t perm[UF_MAX_RANK];
  int32_t count = line->numParams;
  bool valid = count <= UF_MAX_RANK;
  for (int32_t i = 0; valid && i < count; ++i) {
    valid = ufFfInt(line, i, &perm[i]) && perm[i] >= -count;
    perm[i] += perm[i] < 0 ? count : 0;
  }
  if (valid)
    out->first = addWithInts(import, line, "transpose",
                             ufFfInput(import, line, 0), "perm", count, perm);
  else
    wrongParams(import, line);
}

/// TRANSPOSE; dimension; dimension.
static void addTranspose(UfFfImport *import, const UfFfLine *line,
                         UfFfValue *out) {
  int64_t perm[UF_MAX_RANK], dims[2];
  int32_t value = ufFfInput(import, line, 0);
  UfShape shape = {0};
  bool isKnown = ufFfShape(import, value, &shape), valid = true;
  for (int i = 0; i < 2; ++i) {
    valid = valid && ufFfInt(line, i, &dims[i]);
    if (valid && isKnown) {
      dims[i] += dims[i] < 0 ? shape.rank : 0;
      valid = dims[i] >= 0 && dims[i] < shape.rank;
    }
  }
  if (!valid) {
    wrongParams(import, line);
    return;
  }
  for (int i = 0; i < shape.rank; ++i)
    perm[i] = i == dims[0] ? dims[1] : i == dims[1] ? dims[0] : i;
  out->first =
      addWithInts(import, line, "transpose", value, "perm", shape.rank, perm);
}

/// UNSQUEEZE; dimension.
static void addUnsqueeze(UfFfImport *import, const UfFfLine *line,
                         UfFfValue *out) {
  int64_t axis = 0;
  if (!ufFfInt(line, 0, &axis))
    wrongParams(import, line);
  out->first = addWithInts(import, line, "unsqueeze",
                           ufFfInput(import, line, 0), "axes", 1, &axis);
}

const UfFfOperator ufFfMoves[] = {
    {"CONCAT", addConcat, 1, 0, NULL},
    {"SPLIT", addSplit, 1, 1, NULL},
    {"GETITEM", addItem, 1, 1, NULL},
    {"GETATTR", addAttr, 1, 1, NULL},
    {"RESHAPE", addShape, 1, 1, "reshape"},
    {"VIEW", addShape, 1, 1, "reshape"},
    {"EXPAND", addShape, 1, 1, "expand"},
    {"PERMUTE", addPermute, 1, 1, NULL},
    {"TRANSPOSE", addTranspose, 1, 2, NULL},
    {"UNSQUEEZE", addUnsqueeze, 1, 1, NULL},
    {0},
};
