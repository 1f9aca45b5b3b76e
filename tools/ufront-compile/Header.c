//===-- Header.c - The C header of a compiled model -----------------------===//

#include "Header.h"

#include "Tensor.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

//===----------------------------------------------------------------------===//
// Identifiers
//===----------------------------------------------------------------------===//

static const char *const keywords[] = {
    "auto",    "break",    "case",     "char",     "const",  "continue",
    "default", "do",       "double",   "else",     "enum",   "extern",
    "float",   "for",      "goto",     "if",       "inline", "int",
    "long",    "main",     "register", "restrict", "return", "short",
    "signed",  "sizeof",   "static",   "struct",   "switch", "typedef",
    "union",   "unsigned", "void",     "volatile", "while",  NULL};

static bool isWordCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (c >= '0' && c <= '9') || c == '_';
}

static bool isKeyword(const char *name) {
  for (const char *const *word = keywords; *word; ++word)
    if (!strcmp(*word, name))
      return true;
  return false;
}

bool ufIsIdentifier(const char *name) {
  if (!*name || (*name >= '0' && *name <= '9') || isKeyword(name))
    return false;
  while (isWordCharacter(*name))
    ++name;
  return !*name;
}

char *ufMakeIdentifier(const char *text, size_t size) {
  char *name = ufFormat("%.*s", (int)size, text);
  for (char *c = name; c && *c; ++c)
    if (!isWordCharacter(*c))
      *c = '_';
  if (!name || ufIsIdentifier(name))
    return name;
  char *prefixed = ufFormat("model_%s", name);
  free(name);
  return prefixed;
}

//===----------------------------------------------------------------------===//
// The header
//===----------------------------------------------------------------------===//

typedef struct Writer {
  UfOutput *output;
  const UfrontModel *model;
  const char *name;
} Writer;

__attribute__((format(printf, 2, 3))) static void put(Writer *writer,
                                                      const char *format, ...) {
  va_list args;
  va_start(args, format);
  if (vfprintf(writer->output->file, format, args) < 0 &&
      !writer->output->error)
    writer->output->error = errno;
  va_end(args);
}

/// Names come from a file nobody vetted: none may end the comment it is in.
static void putName(Writer *writer, const char *name) {
  put(writer, "\"");
  for (; *name; ++name)
    put(writer, "%c",
        isprint((unsigned char)*name) && *name != '\\' ? *name : '?');
  put(writer, "\"");
}

/// Returns one or the other list of tensors.
static int32_t getCount(const Writer *writer, bool isInput) {
  return isInput ? ufrontModelGetNumInputs(writer->model)
                 : ufrontModelGetNumOutputs(writer->model);
}
static const UfrontTensorInfo *getInfo(const Writer *writer, bool isInput,
                                       int32_t index) {
  return isInput ? ufrontModelGetInput(writer->model, index)
                 : ufrontModelGetOutput(writer->model, index);
}

/// Whether an earlier name of the list differs from that of `index` in nothing
/// that a C constant can show.
static bool isTaken(const Writer *writer, bool isInput, int32_t index) {
  const char *name = getInfo(writer, isInput, index)->name;
  for (int32_t i = 0; i < index; ++i) {
    const char *a = getInfo(writer, isInput, i)->name, *b = name;
    for (; *a && *b; ++a, ++b)
      if ((isWordCharacter(*a) ? toupper((unsigned char)*a) : '_') !=
          (isWordCharacter(*b) ? toupper((unsigned char)*b) : '_'))
        break;
    if (!*a && !*b)
      return true;
  }
  return false;
}

/// The constant of one input or output: DIGITS_INPUT_IMAGE.
static void putConstant(Writer *writer, bool isInput, int32_t index) {
  for (const char *c = writer->name; *c; ++c)
    put(writer, "%c", toupper((unsigned char)*c));
  put(writer, isInput ? "_INPUT_" : "_OUTPUT_");
  for (const char *c = getInfo(writer, isInput, index)->name; *c; ++c)
    put(writer, "%c", isWordCharacter(*c) ? toupper((unsigned char)*c) : '_');
  if (isTaken(writer, isInput, index))
    put(writer, "_%d", index);
}

static void putConstants(Writer *writer, bool isInput) {
  int32_t count = getCount(writer, isInput);
  if (!count)
    return;
  put(writer, "\n/// The %s, by their position.\nenum {\n",
      isInput ? "inputs" : "outputs");
  for (int32_t i = 0; i < count; ++i) {
    const UfrontTensorInfo *info = getInfo(writer, isInput, i);
    char shape[UF_SHAPE_SIZE];
    ufShapeFormat(info->rank, info->shape, shape);
    put(writer, "  ");
    putConstant(writer, isInput, i);
    put(writer, " = %d, ///< ", i);
    putName(writer, info->name);
    put(writer, ", %s %s\n", ufrontTypeGetName(info->type), shape);
  }
  put(writer, "};\n");
}

static const char *getTypeConstant(UfrontType type) {
  switch (type) {
#define X(name, value, mlir, bits, safetensors)                                \
  case UFRONT_##name:                                                          \
    return "UFRONT_" #name;
    UFRONT_TYPE_LIST(X)
#undef X
  case UFRONT_NO_TYPE:
    break;
  }
  return "UFRONT_NO_TYPE";
}

/// The six lines somebody starts from. Dynamic dimensions are written as 1.
static void putExample(Writer *writer, const char *weights) {
  put(writer,
      "//   UfrtInstance *instance;\n//   UfrontTensor outputs[%d] = "
      "{{0}}, inputs[] = {\n",
      getCount(writer, false) ? getCount(writer, false) : 1);
  for (int32_t i = 0; i < getCount(writer, true); ++i) {
    const UfrontTensorInfo *info = getInfo(writer, true, i);
    put(writer, "//       {data%d, %s, %d, {", i, getTypeConstant(info->type),
        info->rank);
    for (int32_t j = 0; j < info->rank; ++j)
      put(writer, "%s%lld", j ? ", " : "",
          info->shape[j] < 0 ? 1LL : (long long)info->shape[j]);
    put(writer, "}},\n");
  }
  put(writer, "//   };\n//   if (");
  if (weights) {
    put(writer, "ufrtInstanceCreateFromFile(&%s, ", writer->name);
    putName(writer, weights);
  } else {
    put(writer, "ufrtInstanceCreate(&%s, NULL, NULL", writer->name);
  }
  put(writer, ", 0, &instance) ||\n"
              "//       ufrtInstanceRun(instance, inputs, outputs))\n"
              "//     puts(ufrtInstanceGetMessage(instance));\n"
              "//   ufrtInstanceDestroy(instance); // after outputs[i].data is "
              "read\n");
}

void ufHeaderWrite(UfOutput *output, const UfrontModel *model, const char *name,
                   const char *object, const char *weights) {
  Writer writer = {.output = output, .model = model, .name = name};
  put(&writer, "// A model compiled by ufront %s.\n//\n// Its code is in ",
      ufrontGetVersion());
  putName(&writer, object);
  put(&writer, strcmp(ufPathGetSuffix(object), ".so")
                   ? ", to be linked with -lufront_rt -ljansson\n"
                     "// -lpthread -lm. "
                   : ", which holds its runtime.\n// ");
  if (weights) {
    put(&writer, "Its weights are in ");
    putName(&writer, weights);
    put(&writer, ".\n//\n");
  } else {
    put(&writer, "It has no weights.\n//\n");
  }
  putExample(&writer, weights);
  put(&writer,
      "\n#ifndef UFRONT_MODEL_%s_H\n#define UFRONT_MODEL_%s_H\n\n"
      "#include \"ufront/Runtime.h\"\n\nUFRONT_BEGIN_DECLS\n\n"
      "/// See ufrtInstanceCreate() in ufront/Runtime.h.\n"
      "extern const UfrtProgram %s;\n",
      name, name, name);
  putConstants(&writer, true);
  putConstants(&writer, false);
  put(&writer, "\nUFRONT_END_DECLS\n\n#endif\n");
}
