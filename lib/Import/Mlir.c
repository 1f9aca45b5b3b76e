//===-- Mlir.c - Reading a module of ufront ops ---------------------------===//
//
// The text or bytecode that ufront-import writes, with its weights in the
// .safetensors file beside it.
//
//===----------------------------------------------------------------------===//

#include "IR/Function.h"
#include "Import/Import.h"

#include <string.h>
#include <sys/stat.h>

static const uint8_t bytecodeMagic[] = {0x4d, 0x4c, 0xef, 0x52};

static bool endsWith(const char *text, const char *end) {
  size_t length = strlen(text), size = strlen(end);
  return length >= size && strcmp(text + length - size, end) == 0;
}

static bool isBytecode(const UfSource *source) {
  return source->size >= sizeof bytecodeMagic &&
         memcmp(source->data, bytecodeMagic, sizeof bytecodeMagic) == 0;
}

/// Past spaces and `//` comments.
static size_t skipSpace(const UfSource *source) {
  const uint8_t *data = source->data;
  size_t at = 0;
  while (at < source->size) {
    if (data[at] && strchr(" \t\r\n", data[at])) {
      ++at;
    } else if (source->size - at >= 2 && data[at] == '/' &&
               data[at + 1] == '/') {
      const uint8_t *end = memchr(data + at, '\n', source->size - at);
      at = end ? (size_t)(end - data) : source->size;
    } else {
      break;
    }
  }
  return at;
}

bool ufMatchesMlir(const UfSource *source) {
  static const char *const starts[] = {"module", "func", "\"builtin.module\"",
                                       "#"};
  if (endsWith(source->name, ".mlir") || endsWith(source->name, ".mlirbc") ||
      isBytecode(source))
    return true;
  size_t at = skipSpace(source);
  for (int i = 0; i < UF_COUNT(starts); ++i) {
    size_t size = strlen(starts[i]);
    if (source->size - at >= size &&
        memcmp(source->data + at, starts[i], size) == 0)
      return true;
  }
  return false;
}

/// Reads `m.safetensors` beside `m.mlir` when there is one.
static UfrontStatus readWeights(const UfSource *source, UfMessage *message,
                                UfWeights *weights) {
  const char *name = source->name;
  if (!endsWith(name, ".mlir") && !endsWith(name, ".mlirbc"))
    return UFRONT_OK;
  UF_SCOPED(UfArena) arena = {0};
  const char *path = ufAllocFormat(&arena, "%.*s.safetensors",
                                   (int)(strrchr(name, '.') - name), name);
  if (!path)
    return ufFail(message, UFRONT_NO_MEMORY, "%s: out of memory", name);
  struct stat info;
  if (stat(path, &info) != 0)
    return UFRONT_OK;
  return ufWeightsReadSafetensors(weights, message, path);
}

/// The argument of `func` called `name`, or -1.
static intptr_t findArgument(MlirOperation func, const char *name) {
  MlirBlock body = ufFunctionBody(func);
  for (intptr_t i = 0; i < mlirBlockGetNumArguments(body); ++i) {
    MlirAttribute attr = ufArgAttr(func, i, "ufront.name");
    if (!mlirAttributeIsNull(attr) &&
        mlirStringRefEqual(mlirStringAttrGetValue(attr), ufStr(name)))
      return i;
  }
  return -1;
}

/// Gives inputs the shapes that the options state.
static UfrontStatus applyShapes(const UfSource *source, UfMessage *message,
                                MlirOperation func) {
  for (int32_t s = 0; s < source->options->numShapes; ++s) {
    const UfrontTensorInfo *given = &source->options->shapes[s];
    intptr_t at = findArgument(func, given->name);
    if (at < 0)
      return ufFail(message, UFRONT_ARGUMENT,
                    "%s: a shape is given for '%s', which is no input",
                    source->name, given->name);
    MlirValue argument = mlirBlockGetArgument(ufFunctionBody(func), at);
    if (!ufIsRankedTensor(mlirValueGetType(argument)) ||
        ufRank(argument) != given->rank)
      return ufFail(message, UFRONT_ARGUMENT,
                    "%s: a shape of rank %d is given for input '%s'",
                    source->name, given->rank, given->name);
    UfShape shape = ufShape(argument);
    for (int i = 0; i < shape.rank; ++i)
      shape.dims[i] = given->shape[i] < 0 ? UF_DYNAMIC : given->shape[i];
    mlirValueSetType(argument, ufTensorType(&shape));
  }
  ufUpdateFunctionType(func);
  return UFRONT_OK;
}

UfrontStatus ufImportMlir(const UfSource *source, MlirContext ctx,
                          UfMessage *message, UfImported *out) {
  UF_SCOPED(UfArena) arena = {0};
  const char *text = (const char *)source->data;
  // The lexer reads the null after the text.
  if (!isBytecode(source))
    text = ufAllocText(&arena, text, source->size);
  if (!text)
    return ufFail(message, UFRONT_NO_MEMORY, "%s: out of memory", source->name);
  // Unlike mlirOperationCreateParse, this takes text without `module {}`.
  UF_SCOPED(MlirModule) module =
      mlirModuleCreateParse(ctx, mlirStringRefCreate(text, source->size));
  if (mlirModuleIsNull(module))
    return ufFail(message, UFRONT_FORMAT, "%s: not a valid MLIR module",
                  source->name);
  MlirOperation func =
      ufFindFunction(mlirModuleGetOperation(module), "forward");
  if (!func.ptr || mlirBlockIsNull(ufFunctionBody(func)))
    return ufFail(message, UFRONT_INVALID_IR, "%s: has no function @forward",
                  source->name);
  UF_TRY(applyShapes(source, message, func));
  UfrontStatus status = readWeights(source, message, &out->weights);
  if (status != UFRONT_OK) {
    ufWeightsDestroy(&out->weights);
    return status;
  }
  out->module = UF_TAKE(module);
  return UFRONT_OK;
}
