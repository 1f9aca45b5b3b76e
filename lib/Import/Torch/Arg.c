//===-- Arg.c - Arguments of a .pt2 file's nodes --------------------------===//
//
// An argument is a union of one member, whose key says what it is.
//
//===----------------------------------------------------------------------===//

#include "Import/Torch/Torch.h"

#include <math.h>
#include <string.h>

/// What reading an argument needs.
typedef struct Reader {
  UfTorchScope *scope;
  UfArena *arena;
  const char *node;
} Reader;

/// Reads the member of an argument.
typedef UfrontStatus (*ReadArg)(const Reader *reader, const json_t *json,
                                UfrontArg *arg);

static UfrontStatus malformed(const Reader *reader) {
  const UfTorchImport *import = reader->scope->import;
  return ufFail(import->message, UFRONT_FORMAT,
                "%s: an argument of node '%s' is malformed",
                import->source->name, reader->node);
}

static UfrontStatus unsupported(const Reader *reader, const char *what) {
  const UfTorchImport *import = reader->scope->import;
  return ufFail(import->message, UFRONT_UNSUPPORTED,
                "%s: node '%s' has %s as an argument, which is not supported",
                import->source->name, reader->node, what);
}

//===----------------------------------------------------------------------===//
// One thing
//===----------------------------------------------------------------------===//

UfrontStatus ufTorchUse(const UfTorchScope *scope, const char *what,
                        const char *name, int32_t *value) {
  const json_t *number = name ? json_object_get(scope->names, name) : NULL;
  *value = (int32_t)json_integer_value(number);
  if (number)
    return UFRONT_OK;
  return ufFail(scope->import->message, UFRONT_FORMAT,
                "%s: %s reads '%s', which is not defined before",
                scope->import->source->name, what, name ? name : "");
}

static UfrontStatus readName(const Reader *reader, const char *name,
                             UfrontArg *arg) {
  int32_t value;
  if (!name)
    return malformed(reader);
  const char *what = ufAllocFormat(reader->arena, "node '%s'", reader->node);
  UF_TRY(ufTorchUse(reader->scope, what ? what : "a node", name, &value));
  arg->kind = UFRONT_ARG_VALUE;
  arg->integer = value;
  return UFRONT_OK;
}

static UfrontStatus readNone(const Reader *reader, const json_t *json,
                             UfrontArg *arg) {
  arg->kind = UFRONT_ARG_NONE;
  return json ? UFRONT_OK : malformed(reader);
}

static UfrontStatus readTensor(const Reader *reader, const json_t *json,
                               UfrontArg *arg) {
  return readName(reader, ufTorchText(json, "name"), arg);
}

static UfrontStatus readInt(const Reader *reader, const json_t *json,
                            UfrontArg *arg) {
  arg->kind = UFRONT_ARG_INT;
  arg->integer = json_integer_value(json);
  return json_is_integer(json) ? UFRONT_OK : malformed(reader);
}

static UfrontStatus readBool(const Reader *reader, const json_t *json,
                             UfrontArg *arg) {
  arg->kind = UFRONT_ARG_BOOL;
  arg->integer = json_is_true(json);
  return json_is_boolean(json) ? UFRONT_OK : malformed(reader);
}

/// JSON has no infinities: torch writes them as text.
static UfrontStatus readFloat(const Reader *reader, const json_t *json,
                              UfrontArg *arg) {
  static const struct {
    const char *text;
    double number;
  } specials[] = {
      {"Infinity", INFINITY}, {"-Infinity", -INFINITY}, {"NaN", NAN}};
  const char *text = json_string_value(json);
  arg->kind = UFRONT_ARG_FLOAT;
  arg->number = json_number_value(json);
  for (int i = 0; text && i < UF_COUNT(specials); ++i)
    if (strcmp(text, specials[i].text) == 0) {
      arg->number = specials[i].number;
      return UFRONT_OK;
    }
  return json_is_number(json) ? UFRONT_OK : malformed(reader);
}

static UfrontStatus readString(const Reader *reader, const json_t *json,
                               UfrontArg *arg) {
  arg->kind = UFRONT_ARG_STRING;
  arg->text = json_string_value(json);
  return arg->text ? UFRONT_OK : malformed(reader);
}

static UfrontStatus readType(const Reader *reader, const json_t *json,
                             UfrontArg *arg) {
  arg->kind = UFRONT_ARG_TYPE;
  arg->integer = ufTorchType(json);
  if (!json_is_integer(json))
    return malformed(reader);
  return arg->integer ? UFRONT_OK
                      : unsupported(reader, "a type that ufront lacks");
}

static UfrontStatus readGraph(const Reader *reader, const json_t *json,
                              UfrontArg *arg) {
  const UfGraph *graph;
  UF_TRY(ufTorchRecord(reader->scope, json_object_get(json, "graph"), &graph));
  arg->kind = UFRONT_ARG_GRAPH;
  // A UfrontGraph starts with its UfGraph, and no more of it is looked at.
  arg->graph = (const UfrontGraph *)graph;
  return UFRONT_OK;
}

/// A name or a number: SymIntArgument and its like.
static UfrontStatus readSymbol(const Reader *reader, const json_t *json,
                               UfrontArg *arg) {
  const char *key;
  const json_t *member = ufTorchUnion(json, &key);
  if (!member)
    return malformed(reader);
  if (strcmp(key, "as_name") == 0)
    return readName(reader, json_string_value(member), arg);
  if (strcmp(key, "as_int") == 0)
    return readInt(reader, member, arg);
  if (strcmp(key, "as_float") == 0)
    return readFloat(reader, member, arg);
  return strcmp(key, "as_bool") == 0 ? readBool(reader, member, arg)
                                     : malformed(reader);
}

/// A tensor or none.
static UfrontStatus readOptional(const Reader *reader, const json_t *json,
                                 UfrontArg *arg) {
  const json_t *tensor = json_object_get(json, "as_tensor");
  return tensor ? readTensor(reader, tensor, arg)
                : readNone(reader, json_object_get(json, "as_none"), arg);
}

//===----------------------------------------------------------------------===//
// Several
//===----------------------------------------------------------------------===//

static UfrontStatus readList(const Reader *reader, const json_t *json,
                             ReadArg readItem, UfrontArg *arg) {
  size_t count = json_array_size(json);
  UfrontArg *items = UF_NEW(reader->arena, UfrontArg, count);
  if (!json_is_array(json) || count > INT32_MAX)
    return malformed(reader);
  if (!items && count)
    return ufTorchNoMemory(reader->scope->import);
  for (size_t i = 0; i < count; ++i)
    UF_TRY(readItem(reader, json_array_get(json, i), &items[i]));
  arg->kind = UFRONT_ARG_LIST;
  arg->items = items;
  arg->numItems = (int32_t)count;
  return UFRONT_OK;
}

static UfrontStatus readTensorList(const Reader *reader, const json_t *json,
                                   UfrontArg *arg) {
  return readList(reader, json, readTensor, arg);
}
static UfrontStatus readIntList(const Reader *reader, const json_t *json,
                                UfrontArg *arg) {
  return readList(reader, json, readInt, arg);
}
static UfrontStatus readFloatList(const Reader *reader, const json_t *json,
                                  UfrontArg *arg) {
  return readList(reader, json, readFloat, arg);
}

/// How each kind of argument is read; lists by their items.
static const struct Kind {
  const char *key;
  ReadArg read, readItem;
  const char *unsupported; ///< What to call it.
} kinds[] = {
    {.key = "as_none", .read = readNone},
    {.key = "as_tensor", .read = readTensor},
    {.key = "as_tensors", .readItem = readTensor},
    {.key = "as_nested_tensors", .readItem = readTensorList},
    {.key = "as_optional_tensor", .read = readOptional},
    {.key = "as_optional_tensors", .readItem = readOptional},
    {.key = "as_int", .read = readInt},
    {.key = "as_ints", .readItem = readInt},
    {.key = "as_int_lists", .readItem = readIntList},
    {.key = "as_float", .read = readFloat},
    {.key = "as_floats", .readItem = readFloat},
    {.key = "as_float_lists", .readItem = readFloatList},
    {.key = "as_bool", .read = readBool},
    {.key = "as_bools", .readItem = readBool},
    {.key = "as_string", .read = readString},
    {.key = "as_strings", .readItem = readString},
    {.key = "as_operator", .read = readString},
    {.key = "as_sym_int", .read = readSymbol},
    {.key = "as_sym_ints", .readItem = readSymbol},
    {.key = "as_sym_float", .read = readSymbol},
    {.key = "as_sym_floats", .readItem = readSymbol},
    {.key = "as_sym_bool", .read = readSymbol},
    {.key = "as_sym_bools", .readItem = readSymbol},
    {.key = "as_scalar_type", .read = readType},
    {.key = "as_graph", .read = readGraph},
    {.key = "as_complex", .unsupported = "a complex number"},
    {.key = "as_custom_obj", .unsupported = "a custom object"},
    {.key = "as_string_to_argument", .unsupported = "a dictionary"},
    // Dropped: ours are all in memory, one row behind the other.
    {.key = "as_device"},
    {.key = "as_layout"},
    {.key = "as_memory_format"},
};

static const struct Kind *findKind(const char *key) {
  for (int i = 0; i < UF_COUNT(kinds); ++i)
    if (strcmp(kinds[i].key, key) == 0)
      return &kinds[i];
  return NULL;
}

static UfrontStatus readUnion(const Reader *reader, const json_t *json,
                              UfrontArg *arg, bool *dropped) {
  const char *key;
  const json_t *member = ufTorchUnion(json, &key);
  const struct Kind *kind = member ? findKind(key) : NULL;
  *dropped = false;
  if (!kind)
    return malformed(reader);
  if (kind->unsupported)
    return unsupported(reader, kind->unsupported);
  if (kind->read)
    return kind->read(reader, member, arg);
  if (kind->readItem)
    return readList(reader, member, kind->readItem, arg);
  *dropped = true;
  return UFRONT_OK;
}

UfrontStatus ufTorchReadArg(UfTorchScope *scope, UfArena *arena,
                            const char *what, const json_t *json,
                            UfrontArg *arg, bool *dropped) {
  Reader reader = {scope, arena, what};
  return readUnion(&reader, json, arg, dropped);
}
