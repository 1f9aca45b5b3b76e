//===-- Lower.c - Running the pipelines, describing the program -----------===//

#include "Execution/Compile.h"
#include "IR/Function.h"
#include "IR/StringCalls.h"
#include "Kernels/Clusters/Profile.h"
#include "Kernels/Passes.h"
#include "Pipeline/Pipeline.h"

#include <string.h>

static void appendMessage(MlirStringRef text, void *userData) {
  ufMessageAppendBytes(userData, text.data, text.length);
}

UfrontStatus ufRunPipeline(MlirModule module, const char *pipeline,
                           UfMessage *message) {
  MlirContext ctx = mlirModuleGetContext(module);
  UF_SCOPED(MlirPassManager) manager = mlirPassManagerCreate(ctx);
  // One pass after another verifying everything costs as much as the passes.
  mlirPassManagerEnableVerifier(manager, false);
  MlirOpPassManager top = mlirPassManagerGetAsOpPassManager(manager);
  if (mlirLogicalResultIsFailure(mlirOpPassManagerAddPipeline(
          top, ufStr(pipeline), appendMessage, message)))
    return UFRONT_ARGUMENT;
  MlirLogicalResult result =
      mlirPassManagerRunOnOp(manager, mlirModuleGetOperation(module));
  return mlirLogicalResultIsFailure(result) ? UFRONT_UNSUPPORTED : UFRONT_OK;
}

UfrontStatus ufCompileStep(const UfCompile *compile, const char *what,
                           int64_t done) {
  if (atomic_load(compile->cancelled))
    return ufFail(compile->message, UFRONT_CANCELLED,
                  "compiling was cancelled");
  if (compile->progress)
    compile->progress(compile->progressData, what, done, 6);
  return UFRONT_OK;
}

static UfrontStatus runStep(const UfCompile *compile, MlirModule module,
                            const char *what, int64_t done,
                            const char *pipeline) {
  UF_TRY(ufCompileStep(compile, what, done));
  return ufRunPipeline(module, pipeline, compile->message);
}

/// As how many terms of bf16 numbers are multiplied that stay f32.
static int64_t termsOf(UfrontPrecision precision) {
  return precision == UFRONT_PRECISION_BF16X2   ? 2
         : precision == UFRONT_PRECISION_BF16X3 ? 3
                                                : 0;
}

UfrontStatus ufLower(const UfCompile *compile, MlirModule module,
                     UfrontStage stage) {
  bool viaTosa = compile->options->viaTosa;
  UfMessage *message = compile->message;
  switch (stage) {
  case UFRONT_STAGE_UFRONT:
    return ufRunPipeline(module, ufPipelineSimplify, message);
  case UFRONT_STAGE_TOSA:
    return ufRunPipeline(module, ufPipelineToTosa, message);
  case UFRONT_STAGE_LINALG:
    return ufRunPipeline(
        module, viaTosa ? ufPipelineToLinalgViaTosa : ufPipelineToLinalg,
        message);
  default:
    break;
  }
  UF_TRY(runStep(compile, module, "Preparing", 0, ufPipelinePrepare));
  UF_TRY(ufCompileStep(compile, "Lowering to linalg", 1));
  UF_TRY(ufLower(compile, module, UFRONT_STAGE_LINALG));
  UfTarget target = compile->cpu->target;
  target.f32Terms = termsOf(compile->options->precision);
  ufSetTarget(mlirModuleGetOperation(module), &target);
  if (compile->options->profile)
    ufMark(mlirModuleGetOperation(module), UF_PROFILE_ATTR);
  if (compile->options->precision == UFRONT_PRECISION_BF16)
    UF_TRY(ufRunPipeline(module, ufPipelineToBf16, message));
  UF_TRY(runStep(compile, module, "Making kernels", 2, ufPipelineKernels));
  if (stage == UFRONT_STAGE_KERNELS)
    return UFRONT_OK;
  return runStep(compile, module, "Lowering to LLVM", 3, ufPipelineToLlvm);
}

//===----------------------------------------------------------------------===//
// Describing
//===----------------------------------------------------------------------===//

/// How a type is spelled; cut off where it is longer than any of ours.
typedef struct Spelling {
  char text[32];
  size_t size;
} Spelling;

static void spell(MlirStringRef piece, void *userData) {
  Spelling *spelling = userData;
  size_t room = sizeof spelling->text - 1 - spelling->size;
  size_t size = piece.length < room ? piece.length : room;
  memcpy(spelling->text + spelling->size, piece.data, size);
  spelling->size += size;
}

UfrontType ufTypeFromMlir(MlirType element) {
  Spelling spelling = {0};
  mlirTypePrint(element, spell, &spelling);
  // `si8` has the values of `i8`.
  const char *text = spelling.text + (spelling.text[0] == 's');
  static const UfrontType types[] = {
#define X(name, value, mlir, bits, safetensors) UFRONT_##name,
      UFRONT_TYPE_LIST(X)
#undef X
  };
  for (int i = 0; i < UF_COUNT(types); ++i)
    if (strcmp(text, ufrontTypeGetName(types[i])) == 0)
      return types[i];
  return UFRONT_NO_TYPE;
}

static UfrontStatus describeType(MlirType type, UfMessage *message,
                                 UfrontTensorInfo *info) {
  UfShape shape = ufShapeOfType(type);
  info->type = ufTypeFromMlir(shape.element);
  info->rank = shape.rank;
  for (int i = 0; i < shape.rank; ++i)
    info->shape[i] =
        shape.dims[i] == UF_DYNAMIC ? UFRONT_DYNAMIC : shape.dims[i];
  if (info->type == UFRONT_NO_TYPE)
    return ufFail(message, UFRONT_UNSUPPORTED,
                  "'%s' has an element type that cannot cross the C ABI",
                  info->name);
  return UFRONT_OK;
}

static const char *nameFrom(UfArena *arena, MlirAttribute attr,
                            const char *kind, intptr_t index) {
  if (mlirAttributeIsNull(attr))
    return ufAllocFormat(arena, "%s%" PRIdPTR, kind, index);
  MlirStringRef text = mlirStringAttrGetValue(attr);
  return ufAllocText(arena, text.data, text.length);
}

UfrontStatus
ufDescribeSignature(MlirModule module, UfArena *arena, UfMessage *message,
                    const UfrontTensorInfo **inputs, int32_t *numInputs,
                    const UfrontTensorInfo **outputs, int32_t *numOutputs) {
  MlirOperation func =
      ufFindFunction(mlirModuleGetOperation(module), "forward");
  if (!func.ptr || mlirBlockIsNull(ufFunctionBody(func)))
    return ufFail(message, UFRONT_INVALID_IR,
                  "the module has no function @forward");
  MlirType type = mlirTypeAttrGetValue(
      mlirOperationGetInherentAttributeByName(func, ufStr("function_type")));
  intptr_t in = mlirFunctionTypeGetNumInputs(type);
  intptr_t out = mlirFunctionTypeGetNumResults(type);
  UfrontTensorInfo *list = UF_NEW(arena, UfrontTensorInfo, (size_t)(in + out));
  if (!list)
    return ufFail(message, UFRONT_NO_MEMORY, "no memory for the signature");
  intptr_t count = 0;
  for (intptr_t i = 0; i < in; ++i) {
    if (!mlirAttributeIsNull(ufArgAttr(func, i, "ufront.sym")))
      continue;
    list[count].name =
        nameFrom(arena, ufArgAttr(func, i, "ufront.name"), "input", i);
    UF_TRY(describeType(mlirFunctionTypeGetInput(type, i), message,
                        &list[count++]));
  }
  *inputs = list;
  *numInputs = (int32_t)count;
  *outputs = list + count;
  *numOutputs = (int32_t)out;
  for (intptr_t i = 0; i < out; ++i, ++count) {
    list[count].name =
        nameFrom(arena, ufResultAttr(func, i, "ufront.name"), "output", i);
    UF_TRY(describeType(mlirFunctionTypeGetResult(type, i), message,
                        &list[count]));
  }
  return UFRONT_OK;
}

/// Types of what @init computes, from the module at the linalg stage.
static UfrontStatus describeDerived(MlirModule module, UfDescription *out,
                                    UfMessage *message,
                                    UfrontTensorInfo **derived) {
  MlirOperation init = ufFindFunction(mlirModuleGetOperation(module), "init");
  *derived = NULL;
  if (!init.ptr)
    return UFRONT_OK;
  MlirType type = mlirTypeAttrGetValue(
      mlirOperationGetInherentAttributeByName(init, ufStr("function_type")));
  intptr_t count = mlirFunctionTypeGetNumResults(type);
  *derived = UF_NEW(&out->arena, UfrontTensorInfo, (size_t)count);
  for (intptr_t i = 0; i < count && *derived; ++i) {
    (*derived)[i].name = ufAllocFormat(&out->arena, "init.%" PRIdPTR, i);
    UF_TRY(describeType(mlirFunctionTypeGetResult(type, i), message,
                        &(*derived)[i]));
  }
  out->program.numDerived = (int32_t)count;
  return *derived ? UFRONT_OK : ufFail(message, UFRONT_NO_MEMORY, "no memory");
}

static int64_t moduleInt(MlirModule module, const char *name) {
  MlirAttribute attr = mlirOperationGetDiscardableAttributeByName(
      mlirModuleGetOperation(module), ufStr(name));
  return mlirAttributeIsNull(attr) ? 0 : mlirIntegerAttrGetValueInt(attr);
}

/// The parameters the code asks for, by index, with the types of their values.
static UfrontStatus describeParams(const UfCompile *compile, MlirModule module,
                                   const UfrontTensorInfo *derived,
                                   UfDescription *out) {
  MlirAttribute names = mlirOperationGetDiscardableAttributeByName(
      mlirModuleGetOperation(module), ufStr("ufront.params"));
  intptr_t count = mlirArrayAttrGetNumElements(names);
  UfrontTensorInfo *list =
      UF_NEW(&out->arena, UfrontTensorInfo,
             (size_t)(count + out->program.numDerived + 1));
  if (!list)
    return ufFail(compile->message, UFRONT_NO_MEMORY, "no memory");
  for (intptr_t i = 0; i < count; ++i) {
    list[i].name =
        nameFrom(&out->arena, mlirArrayAttrGetElement(names, i), "param", i);
    const UfrontTensor *tensor = ufWeightsFind(compile->weights, list[i].name);
    if (!tensor)
      return ufFail(compile->message, UFRONT_FORMAT,
                    "the weights have no tensor '%s'", list[i].name);
    list[i].type = tensor->type;
    list[i].rank = tensor->rank;
    memcpy(list[i].shape, tensor->shape, sizeof tensor->shape);
  }
  for (int32_t i = 0; i < out->program.numDerived; ++i)
    list[count + i] = derived[i];
  out->program.params = list;
  out->program.numParams = (int32_t)count;
  return UFRONT_OK;
}

/// The places where @forward calls kernels, when it is to be profiled.
static UfrontStatus describeSites(const UfCompile *compile, MlirModule module,
                                  UfDescription *out) {
  MlirAttribute sites = mlirOperationGetDiscardableAttributeByName(
      mlirModuleGetOperation(module), ufStr(UF_SITES_ATTR));
  if (mlirAttributeIsNull(sites))
    return UFRONT_OK;
  intptr_t count = mlirArrayAttrGetNumElements(sites);
  UfrtSite *list = UF_NEW(&out->arena, UfrtSite, (size_t)count + 1);
  for (intptr_t i = 0; list && i < count; ++i) {
    const char *texts[4];
    for (int k = 0; k < 4; ++k) {
      MlirStringRef text = mlirStringAttrGetValue(
          mlirArrayAttrGetElement(mlirArrayAttrGetElement(sites, i), k));
      texts[k] = ufAllocText(&out->arena, text.data, text.length);
      if (!texts[k])
        list = NULL;
    }
    if (list)
      list[i] = (UfrtSite){texts[0], texts[1], texts[2], texts[3]};
  }
  if (!list)
    return ufFail(compile->message, UFRONT_NO_MEMORY, "no memory");
  out->program.sites = list;
  out->program.numSites = (int32_t)count;
  return UFRONT_OK;
}

/// The strings that handles in the code stand for.
static UfrontStatus describeStrings(const UfCompile *compile, MlirModule module,
                                    UfDescription *out) {
  MlirAttribute texts = mlirOperationGetDiscardableAttributeByName(
      mlirModuleGetOperation(module), ufStr(UF_STRINGS_ATTR));
  if (mlirAttributeIsNull(texts))
    return UFRONT_OK;
  if (!mlirAttributeIsAArray(texts))
    return ufFail(compile->message, UFRONT_FORMAT,
                  "'" UF_STRINGS_ATTR "' must be a list of strings");
  intptr_t count = mlirArrayAttrGetNumElements(texts);
  UfrontString *list = UF_NEW(&out->arena, UfrontString, (size_t)count + 1);
  if (!list)
    return ufFail(compile->message, UFRONT_NO_MEMORY, "no memory");
  for (intptr_t i = 0; i < count; ++i) {
    MlirAttribute element = mlirArrayAttrGetElement(texts, i);
    if (!mlirAttributeIsAString(element))
      return ufFail(compile->message, UFRONT_FORMAT,
                    "'" UF_STRINGS_ATTR "' must be a list of strings");
    MlirStringRef text = mlirStringAttrGetValue(element);
    list[i].data = ufAllocText(&out->arena, text.data, text.length);
    list[i].size = (int64_t)text.length;
    if (!list[i].data)
      return ufFail(compile->message, UFRONT_NO_MEMORY, "no memory");
  }
  out->program.strings = list;
  out->program.numStrings = count;
  return UFRONT_OK;
}

/// What is only known of lowered code.
static UfrontStatus describeCode(const UfCompile *compile, MlirModule module,
                                 const UfrontTensorInfo *derived,
                                 UfDescription *out) {
  UF_TRY(describeParams(compile, module, derived, out));
  UF_TRY(describeSites(compile, module, out));
  UF_TRY(describeStrings(compile, module, out));
  out->program.abi = UFRT_ABI;
  out->program.arenaSize = moduleInt(module, "ufront.arena");
  out->program.initArenaSize = moduleInt(module, "ufront.init_arena");
  return UFRONT_OK;
}

UfrontStatus ufLowerProgram(const UfCompile *compile, MlirModule module,
                            UfDescription *out) {
  UfrtProgram *program = &out->program;
  UfrontTensorInfo *derived;
  UfMessage *message = compile->message;
  UF_TRY(ufLower(compile, module, UFRONT_STAGE_UFRONT));
  UF_TRY(ufDescribeSignature(module, &out->arena, message, &program->inputs,
                             &program->numInputs, &program->outputs,
                             &program->numOutputs));
  UF_TRY(ufLower(compile, module, UFRONT_STAGE_KERNELS));
  UF_TRY(describeDerived(module, out, message, &derived));
  UF_TRY(runStep(compile, module, "Lowering to LLVM", 3, ufPipelineToLlvm));
  return describeCode(compile, module, derived, out);
}
