//===-- Model.c - Importing models and writing them out -------------------===//

#include "CAPI/Session.h"
#include "IR/Function.h"
#include "Pipeline/Pipeline.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

//===----------------------------------------------------------------------===//
// Importing
//===----------------------------------------------------------------------===//

static const UfFormat *findFormat(const UfSource *source, UfMessage *message) {
  const char *name = source->options->format;
  for (const UfFormat *format = ufFormats; format->name; ++format)
    if (name ? strcmp(format->name, name) == 0 : format->matches(source))
      return format;
  if (name)
    ufFail(message, UFRONT_ARGUMENT, "there is no import format '%s'", name);
  else
    ufFail(message, UFRONT_FORMAT,
           "%s: the format is not recognised; say which it is", source->name);
  return NULL;
}

/// Reads what the importer says of outputs that are no tensors.
static UfrontStatus describeSequences(UfrontModel *model, UfMessage *message) {
  MlirOperation module = mlirModuleGetOperation(model->imported.module);
  MlirAttribute list = mlirOperationGetDiscardableAttributeByName(
      ufFindFunction(module, "forward"), ufStr(UF_SEQUENCES_ATTR));
  if (mlirAttributeIsNull(list) || !mlirAttributeIsADictionary(list))
    return UFRONT_OK;
  intptr_t count = mlirDictionaryAttrGetNumElements(list);
  UfrontSequenceInfo *infos =
      UF_NEW(&model->arena, UfrontSequenceInfo, (size_t)count);
  if (!infos)
    return ufFail(message, UFRONT_NO_MEMORY, "no memory for the signature");
  model->sequences = infos;
  for (intptr_t i = 0; i < count; ++i) {
    MlirNamedAttribute entry = mlirDictionaryAttrGetElement(list, i);
    MlirStringRef name = mlirIdentifierStr(entry.name);
    int64_t length = mlirAttributeIsAInteger(entry.attribute)
                         ? mlirIntegerAttrGetValueInt(entry.attribute)
                         : INT64_MIN;
    if (length < UFRONT_STACKED || length > UF_MAX_VALUES)
      return ufFail(message, UFRONT_INVALID_IR,
                    "@forward has no length for the sequence '%.*s'",
                    (int)name.length, name.data);
    infos[model->numSequences++] = (UfrontSequenceInfo){
        .name = ufAllocText(&model->arena, name.data, name.length),
        .length = (int32_t)length};
  }
  return UFRONT_OK;
}

UfrontStatus ufModelDescribe(UfrontModel *model, UfMessage *message) {
  UF_TRY(describeSequences(model, message));
  return ufDescribeSignature(model->imported.module, &model->arena, message,
                             &model->inputs, &model->numInputs, &model->outputs,
                             &model->numOutputs);
}

UfrontStatus ufModelComplete(UfrontModel *model, const char *name,
                             UfMessage *message) {
  MlirModule module = model->imported.module;
  if (!mlirOperationVerify(mlirModuleGetOperation(module)))
    return ufFail(message, UFRONT_INVALID_IR, "%s: the module does not verify",
                  name);
  UF_TRY(ufRunPipeline(module, ufPipelineSimplify, message));
  return ufModelDescribe(model, message);
}

static UfrontStatus importSource(UfrontModel *model, const UfSource *source,
                                 UfMessage *message) {
  const UfFormat *format = findFormat(source, message);
  if (!format)
    return source->options->format ? UFRONT_ARGUMENT : UFRONT_FORMAT;
  MlirContext ctx = model->session->ctx;
  UF_TRY(format->import(source, ctx, message, &model->imported));
  return ufModelComplete(model, source->name, message);
}

/// Reads standard input to its end into `*data`, which the caller frees.
static bool readToEnd(char **data, size_t *size) {
  size_t capacity = 0;
  for (*size = 0;;) {
    if (*size == capacity) {
      capacity = capacity ? 2 * capacity : 1 << 16;
      char *grown = realloc(*data, capacity);
      if (!grown)
        return false;
      *data = grown;
    }
    ssize_t count = read(STDIN_FILENO, *data + *size, capacity - *size);
    if (count <= 0)
      return count == 0;
    *size += (size_t)count;
  }
}

static UfrontStatus readStandardInput(UfMessage *message, UfArena *arena,
                                      UfMapping *mapping) {
  char *data = NULL;
  size_t size;
  void *kept = readToEnd(&data, &size) ? ufAlloc(arena, size + 1) : NULL;
  if (kept)
    memcpy(kept, data, size);
  free(data);
  if (!kept)
    return ufFail(message, UFRONT_IO, "standard input could not be read");
  *mapping = (UfMapping){.data = kept, .size = size};
  return UFRONT_OK;
}

static UfrontStatus importAny(UfrontSession *session, const char *path,
                              const UfMapping *memory,
                              const UfrontImportOptions *options,
                              UfrontModel **out) {
  static const UfrontImportOptions defaults = {0};
  UF_SCOPED(UfMessage) message = {0};
  ufSessionBegin(session);
  *out = NULL;
  UfrontModel *model = calloc(1, sizeof *model);
  if (!model)
    return ufSessionEnd(session, UFRONT_NO_MEMORY, &message);
  model->session = session;
  UfSource source = {.name = path ? path : "<memory>",
                     .options = options ? options : &defaults,
                     .progress = session->progress,
                     .progressData = session->progressData};
  UfrontStatus status = UFRONT_OK;
  char *directory = NULL;
  source.directory = source.options->directory;
  if (memory)
    model->file = *memory;
  else if (!path)
    status = ufFail(&message, UFRONT_ARGUMENT, "no path is given");
  else if (strcmp(path, "-") == 0) {
    source.name = "<stdin>";
    status = readStandardInput(&message, &model->arena, &model->file);
  } else {
    status = ufMapFile(&message, NULL, path, &model->file);
    const char *slash = strrchr(path, '/');
    directory = slash == path ? strdup("/")
                : slash       ? strndup(path, (size_t)(slash - path))
                              : strdup(".");
    source.directory = directory;
  }
  source.data = model->file.data;
  source.size = model->file.size;
  if (status == UFRONT_OK)
    status = importSource(model, &source, &message);
  free(directory);
  if (status == UFRONT_OK)
    *out = model;
  else
    ufrontModelDestroy(model);
  return ufSessionEnd(session, status, &message);
}

UfrontStatus ufrontSessionImport(UfrontSession *session, const char *path,
                                 const UfrontImportOptions *options,
                                 UfrontModel **model) {
  return importAny(session, path, NULL, options, model);
}

UfrontStatus ufrontSessionImportMemory(UfrontSession *session, const void *data,
                                       size_t size,
                                       const UfrontImportOptions *options,
                                       UfrontModel **model) {
  UfMapping memory = {.data = data, .size = size};
  return importAny(session, NULL, &memory, options, model);
}

void ufrontModelDestroy(UfrontModel *model) {
  if (!model)
    return;
  if (!mlirModuleIsNull(model->imported.module))
    mlirModuleDestroy(model->imported.module);
  ufWeightsDestroy(&model->imported.weights);
  ufMappingDestroy(&model->file);
  ufArenaDestroy(&model->arena);
  free(model);
}

int32_t ufrontModelGetNumInputs(const UfrontModel *model) {
  return model->numInputs;
}

int32_t ufrontModelGetNumOutputs(const UfrontModel *model) {
  return model->numOutputs;
}

int32_t ufrontModelGetNumSequences(const UfrontModel *model) {
  return model->numSequences;
}

const UfrontSequenceInfo *ufrontModelGetSequence(const UfrontModel *model,
                                                 int32_t index) {
  return index >= 0 && index < model->numSequences ? &model->sequences[index]
                                                   : NULL;
}

const UfrontTensorInfo *ufrontModelGetInput(const UfrontModel *model,
                                            int32_t index) {
  return index >= 0 && index < model->numInputs ? &model->inputs[index] : NULL;
}

const UfrontTensorInfo *ufrontModelGetOutput(const UfrontModel *model,
                                             int32_t index) {
  return index >= 0 && index < model->numOutputs ? &model->outputs[index]
                                                 : NULL;
}

//===----------------------------------------------------------------------===//
// Writing
//===----------------------------------------------------------------------===//

typedef struct Writing {
  UfrontWrite write;
  void *userData;
  bool stopped;
} Writing;

static void writePiece(MlirStringRef piece, void *userData) {
  Writing *writing = userData;
  if (!writing->stopped)
    writing->stopped =
        !writing->write(writing->userData, piece.data, piece.length);
}

/// Replaces every weight by a constant that holds its values.
static UfrontStatus inlineWeights(const UfrontModel *model, MlirModule module,
                                  UfMessage *message) {
  UfOps params = ufCollectOps(mlirModuleGetOperation(module), "ufront.param");
  UfrontStatus status = UFRONT_OK;
  MlirContext ctx = mlirModuleGetContext(module);
  UF_SCOPED(MlirRewriterBase) rewriter = mlirIRRewriterCreate(ctx);
  for (size_t i = 0; i < params.count && status == UFRONT_OK; ++i) {
    MlirOperation op = params.ops[i];
    UfBuilder b = ufBuilderAt(rewriter, op);
    const char *sym = ufGetStr(op, "sym");
    const UfrontTensor *tensor = ufWeightsFind(&model->imported.weights, sym);
    size_t size = 0;
    if (!tensor || !ufTensorGetSize(tensor, &size) ||
        tensor->type == UFRONT_BOOL) {
      status = ufFail(message, UFRONT_UNSUPPORTED,
                      "weight '%s' cannot be written inline", sym);
      break;
    }
    MlirAttribute value = mlirDenseElementsAttrRawBufferGet(ufResultType(&b, 0),
                                                            size, tensor->data);
    (void)ufReplace(&b, ufConstant(&b, value));
  }
  ufOpsFree(&params);
  return status;
}

static void printModule(MlirModule module, Writing *writing) {
  MlirOpPrintingFlags flags = mlirOpPrintingFlagsCreate();
  mlirOpPrintingFlagsPrintNameLocAsPrefix(flags);
  mlirOperationPrintWithFlags(mlirModuleGetOperation(module), flags, writePiece,
                              writing);
  mlirOpPrintingFlagsDestroy(flags);
}

/// A copy of the model's module, to be lowered.
static MlirModule copyModule(const UfrontModel *model) {
  return mlirModuleFromOperation(
      mlirOperationClone(mlirModuleGetOperation(model->imported.module)));
}

static UfCompile compileFor(const UfrontModel *model,
                            const UfrontCompileOptions *options,
                            UfMessage *message) {
  static const UfrontCompileOptions defaults = {0};
  return (UfCompile){.options = options ? options : &defaults,
                     .weights = &model->imported.weights,
                     .message = message,
                     .progress = model->session->progress,
                     .progressData = model->session->progressData,
                     .cancelled = &model->session->cancelled};
}

static UfrontStatus emitStage(const UfrontModel *model, UfrontStage stage,
                              UfrontWeights weights, const UfCompile *how,
                              Writing *writing) {
  UF_SCOPED(MlirModule) module = copyModule(model);
  if (weights == UFRONT_WEIGHTS_INLINE)
    UF_TRY(inlineWeights(model, module, how->message));
  if (stage == UFRONT_STAGE_UFRONT && weights == UFRONT_WEIGHTS_ELIDE)
    UF_TRY(ufRunPipeline(module, "func.func(ufront-params-to-arguments)",
                         how->message));
  UF_SCOPED(UfArena) arena = {0};
  UfCpu cpu;
  UfCompile compile = *how;
  compile.cpu = &cpu;
  if (stage > UFRONT_STAGE_LINALG)
    UF_TRY(ufCpuFind(compile.options, /*toRun=*/false, model->session->ctx,
                     compile.message, &arena, &cpu));
  if (stage != UFRONT_STAGE_UFRONT)
    UF_TRY(ufLower(&compile, module,
                   stage == UFRONT_STAGE_ASM ? UFRONT_STAGE_LLVM : stage));
  if (stage != UFRONT_STAGE_ASM) {
    printModule(module, writing);
    return UFRONT_OK;
  }
  UfObjects objects = {0};
  UfrontStatus status =
      ufGenerateCode(&compile, module, LLVMAssemblyFile, NULL, NULL, &objects);
  for (int i = 0; i < objects.count && status == UFRONT_OK; ++i)
    writePiece(mlirStringRefCreate(LLVMGetBufferStart(objects.data[i]),
                                   LLVMGetBufferSize(objects.data[i])),
               writing);
  ufObjectsDestroy(&objects);
  return status;
}

UfrontStatus ufrontModelEmit(UfrontModel *model, UfrontStage stage,
                             UfrontWeights weights,
                             const UfrontCompileOptions *options,
                             UfrontWrite write, void *userData) {
  UF_SCOPED(UfMessage) message = {0};
  ufSessionBegin(model->session);
  Writing writing = {write, userData, false};
  UfCompile compile = compileFor(model, options, &message);
  UfrontStatus status = emitStage(model, stage, weights, &compile, &writing);
  if (status == UFRONT_OK && writing.stopped)
    status = ufFail(&message, UFRONT_IO, "the output was not taken");
  return ufSessionEnd(model->session, status, &message);
}

UfrontStatus ufrontModelWriteWeights(UfrontModel *model, const char *path) {
  UF_SCOPED(UfMessage) message = {0};
  ufSessionBegin(model->session);
  UfrontStatus status =
      ufWeightsWriteSafetensors(&model->imported.weights, &message, path);
  return ufSessionEnd(model->session, status, &message);
}

/// "-" is standard output.
static UfrontStatus writeBytes(UfMessage *message, const char *path,
                               const char *data, size_t size) {
  bool isStandard = strcmp(path, "-") == 0;
  FILE *file = isStandard ? stdout : fopen(path, "wb");
  if (!file)
    return ufFail(message, UFRONT_IO, "%s: %s", path, strerror(errno));
  bool written = fwrite(data, 1, size, file) == size;
  if ((isStandard ? fflush(file) : fclose(file)) != 0 || !written)
    return ufFail(message, UFRONT_IO, "%s: could not be written", path);
  return UFRONT_OK;
}

UfrontStatus ufrontModelWriteFlexFlow(UfrontModel *model, const char *path) {
  UF_SCOPED(UfMessage) message = {0};
  UF_SCOPED(UfMessage) text = {0};
  ufSessionBegin(model->session);
  UfrontStatus status =
      ufWriteFlexFlow(model->imported.module, &message, &text);
  if (status == UFRONT_OK)
    status = writeBytes(&message, path, ufMessageGet(&text), text.size);
  return ufSessionEnd(model->session, status, &message);
}

/// `name` is null for code that is to run here.
static UfrontStatus makeObjects(const UfrontModel *model, UfCompile *compile,
                                const char *name, UfObjects *objects) {
  UF_SCOPED(MlirModule) module = copyModule(model);
  UF_SCOPED(UfArena) arena = {0};
  UfCpu cpu;
  UF_TRY(ufCpuFind(compile->options, /*toRun=*/!name, model->session->ctx,
                   compile->message, &arena, &cpu));
  compile->cpu = &cpu;
  return ufCompileObjects(compile, module, name, objects);
}

static UfrontStatus writeObject(const UfrontModel *model, UfCompile *compile,
                                const char *name, const char *path) {
  UfObjects objects = {0};
  UfrontStatus status = makeObjects(model, compile, name, &objects);
  if (status == UFRONT_OK)
    status =
        writeBytes(compile->message, path, LLVMGetBufferStart(objects.data[0]),
                   LLVMGetBufferSize(objects.data[0]));
  ufObjectsDestroy(&objects);
  return status;
}

UfrontStatus ufrontModelWriteObject(UfrontModel *model,
                                    const UfrontCompileOptions *options,
                                    const char *name, const char *path) {
  UF_SCOPED(UfMessage) message = {0};
  ufSessionBegin(model->session);
  UfCompile compile = compileFor(model, options, &message);
  UfrontStatus status = writeObject(model, &compile, name, path);
  return ufSessionEnd(model->session, status, &message);
}

//===----------------------------------------------------------------------===//
// Compiling
//===----------------------------------------------------------------------===//

static void findParam(void *userData, const char *name, UfrontTensor *tensor) {
  const UfrontTensor *found = ufWeightsFind(userData, name);
  if (found)
    *tensor = *found;
}

static UfrontStatus compileProgram(UfrontModel *model, UfCompile *compile,
                                   UfrontProgram *program) {
  UfObjects objects = {0};
  UfrontStatus status = makeObjects(model, compile, NULL, &objects);
  if (status == UFRONT_OK)
    status = ufJitCreate(&objects, compile->message, &program->jit);
  ufObjectsDestroy(&objects);
  UF_TRY(status);
  UF_TRY(ufCompileStep(compile, "Loading weights", 5));
  const void *described;
  UF_TRY(ufJitFind(program->jit, UF_PROGRAM, compile->message, &described));
  status = ufrtInstanceCreate(described, findParam, &model->imported.weights,
                              compile->options->threads, &program->instance);
  if (status != UFRONT_OK)
    ufFail(compile->message, status, "%s",
           program->instance ? ufrtInstanceGetMessage(program->instance) : "");
  UF_TRY(status);
  return ufCompileStep(compile, "Ready", 6);
}

UfrontStatus ufrontModelCompile(UfrontModel *model,
                                const UfrontCompileOptions *options,
                                UfrontProgram **out) {
  UF_SCOPED(UfMessage) message = {0};
  ufSessionBegin(model->session);
  *out = NULL;
  UfrontProgram *program = calloc(1, sizeof *program);
  if (!program)
    return ufSessionEnd(model->session, UFRONT_NO_MEMORY, &message);
  program->session = model->session;
  UfCompile compile = compileFor(model, options, &message);
  UfrontStatus status = compileProgram(model, &compile, program);
  if (status == UFRONT_OK)
    *out = program;
  else
    ufrontProgramDestroy(program);
  return ufSessionEnd(model->session, status, &message);
}

void ufrontProgramDestroy(UfrontProgram *program) {
  if (!program)
    return;
  ufrtInstanceDestroy(program->instance);
  ufJitDestroy(program->jit);
  free(program);
}

UfrontStatus ufrontProgramRun(UfrontProgram *program,
                              const UfrontTensor *inputs,
                              UfrontTensor *outputs) {
  UfrontStatus status = ufrtInstanceRun(program->instance, inputs, outputs);
  if (status == UFRONT_OK)
    return status;
  UF_SCOPED(UfMessage) message = {0};
  ufSessionBegin(program->session);
  ufMessageAppend(&message, "%s", ufrtInstanceGetMessage(program->instance));
  return ufSessionEnd(program->session, status, &message);
}

int64_t ufrontProgramGetMemory(const UfrontProgram *program) {
  return ufrtInstanceGetMemory(program->instance);
}
