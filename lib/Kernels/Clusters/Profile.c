//===-- Profile.c - The ufront-profile-kernels pass -----------------------===//
//
// Runs after outlining, while kernels still say what they compute: each call of
// one is preceded by
//
//   ufrtCallEnter(site, flops, bytes)
//
// whose last two are -1 where the work cannot be counted. The passes that give
// functions the runtime's call complete it.
//
//===----------------------------------------------------------------------===//

#include "Kernels/Clusters/Profile.h"

#include "IR/Function.h"
#include "IR/MemRef.h"
#include "Kernels/Clusters/Work.h"
#include "Kernels/Passes.h"
#include "Support/Message.h"

#include <stdlib.h>
#include <string.h>

#define ENTER "ufrtCallEnter"
#define LEAVE "ufrtCallLeave"

//===----------------------------------------------------------------------===//
// Where a kernel comes from
//===----------------------------------------------------------------------===//

/// Longer lists of layers say no more.
enum { MAX_SOURCE = 200 };

/// Appends `name` unless it is there.
static void addSource(UfMessage *source, MlirStringRef name) {
  if (source->size + name.length > MAX_SOURCE)
    return;
  const char *end = source->text ? source->text + source->size : NULL;
  for (const char *at = source->text; at && at < end;) {
    const char *comma = strstr(at, ", ");
    size_t size = (size_t)((comma ? comma : end) - at);
    if (size == name.length && memcmp(at, name.data, size) == 0)
      return;
    at = comma ? comma + 2 : end;
  }
  ufMessageAppend(source, "%s%.*s", source->size ? ", " : "", (int)name.length,
                  name.data);
}

/// Appends the names of the model's nodes, else lines of its text.
static void addLocation(UfMessage *source, MlirLocation loc) {
  if (mlirLocationIsAFused(loc)) {
    unsigned count = mlirLocationFusedGetNumLocations(loc);
    MlirLocation *parts = calloc((size_t)count + 1, sizeof *parts);
    if (!parts)
      abort(); // as many as ops in a kernel
    mlirLocationFusedGetLocations(loc, parts);
    for (unsigned i = 0; i < count; ++i)
      addLocation(source, parts[i]);
    free(parts);
  } else if (mlirLocationIsAName(loc)) {
    // A name in a name is the model's own spelling.
    MlirLocation child = mlirLocationNameGetChildLoc(loc);
    if (mlirLocationIsAName(child))
      loc = child;
    addSource(source, mlirIdentifierStr(mlirLocationNameGetName(loc)));
  } else if (mlirLocationIsAFileLineColRange(loc)) {
    MlirStringRef file =
        mlirIdentifierStr(mlirLocationFileLineColRangeGetFilename(loc));
    for (size_t i = file.length; i > 0; --i)
      if (file.data[i - 1] == '/') {
        file = (MlirStringRef){file.data + i, file.length - i};
        break;
      }
    char text[256];
    snprintf(text, sizeof text, "%.*s:%d", (int)file.length, file.data,
             mlirLocationFileLineColRangeGetStartLine(loc));
    addSource(source, ufStr(text));
  }
}

//===----------------------------------------------------------------------===//
// Before bufferization
//===----------------------------------------------------------------------===//

typedef struct Sites {
  MlirOperation module;
  MlirAttribute *rows;
  size_t count;
} Sites;

static MlirValue i64OfSize(UfBuilder *b, UfSize size) {
  return ufIsStatic(size) ? ufI64Constant(b, size.value)
                          : ufIndexToI64(b, ufSizeValue(b, size));
}

static MlirAttribute makeRow(UfBuilder *b, MlirStringRef kernel,
                             const UfWork *work, MlirLocation loc) {
  UF_SCOPED(UfMessage) source = {0};
  addLocation(&source, loc);
  MlirAttribute row[] = {mlirStringAttrGet(b->ctx, kernel),
                         ufStrAttr(b, work->kind), ufStrAttr(b, work->loops),
                         ufStrAttr(b, ufMessageGet(&source))};
  return mlirArrayAttrGet(b->ctx, UF_COUNT(row), row);
}

static void profileCall(Sites *sites, MlirOperation call) {
  MlirStringRef kernel = mlirFlatSymbolRefAttrGetValue(
      mlirOperationGetInherentAttributeByName(call, ufStr("callee")));
  char name[128];
  snprintf(name, sizeof name, "%.*s", (int)kernel.length, kernel.data);
  MlirOperation func = ufFindFunction(sites->module, name);
  if (!func.ptr || !ufIsMarked(func, UF_KERNEL_ATTR))
    return;
  MlirContext ctx = mlirOperationGetContext(call);
  UF_SCOPED(MlirRewriterBase) rewriter = mlirIRRewriterCreate(ctx);
  UfBuilder b = ufBuilderAt(rewriter, call);
  UfWork work;
  ufMeasureWork(&b, func, call, &work);
  MlirValue site = ufI64Constant(&b, (int64_t)sites->count);
  sites->rows[sites->count++] = makeRow(&b, kernel, &work, b.loc);
  UfSize unknown = ufStatic(-1);
  MlirValue flops = i64OfSize(&b, work.counted ? work.flops : unknown);
  MlirValue bytes = i64OfSize(&b, work.counted ? work.bytes : unknown);
  ufCallExternal(&b, sites->module, ENTER, (UfTypes){0},
                 UF_VALUES(site, flops, bytes));
}

static MlirLogicalResult run(MlirOperation module, MlirPass pass) {
  (void)pass;
  if (!ufIsMarked(module, UF_PROFILE_ATTR))
    return mlirLogicalResultSuccess();
  MlirOperation forward = ufFindFunction(module, "forward");
  UfOps calls = {0};
  if (forward.ptr)
    calls = ufCollectOps(forward, "func.call");
  Sites sites = {.module = module,
                 .rows = calloc(calls.count + 1, sizeof(MlirAttribute))};
  if (!sites.rows)
    abort(); // one attribute per call
  for (size_t i = 0; i < calls.count; ++i)
    profileCall(&sites, calls.ops[i]);
  mlirOperationSetDiscardableAttributeByName(
      module, ufStr(UF_SITES_ATTR),
      mlirArrayAttrGet(mlirOperationGetContext(module), (intptr_t)sites.count,
                       sites.rows));
  free(sites.rows);
  ufOpsFree(&calls);
  return mlirLogicalResultSuccess();
}

const UfShimPass ufPassProfileKernels = {
    .name = "UfrontProfileKernels",
    .argument = "ufront-profile-kernels",
    .description = "Says before each kernel's call what it does, if the module "
                   "has ufront.profile",
    .opName = "builtin.module",
    .dialects = (const char *const[]){"func", "tensor", "arith", NULL},
    .run = run,
};

//===----------------------------------------------------------------------===//
// After bufferization
//===----------------------------------------------------------------------===//

static bool calls(MlirOperation op, const char *prefix) {
  if (!ufOpIs(op, "func.call"))
    return false;
  MlirStringRef callee = mlirFlatSymbolRefAttrGetValue(
      mlirOperationGetInherentAttributeByName(op, ufStr("callee")));
  size_t size = strlen(prefix);
  return callee.length >= size && memcmp(callee.data, prefix, size) == 0;
}

void ufPlaceProfile(MlirOperation module) {
  if (!ufIsMarked(module, UF_SITES_ATTR))
    return;
  MlirContext ctx = mlirOperationGetContext(module);
  UF_SCOPED(MlirRewriterBase) rewriter = mlirIRRewriterCreate(ctx);
  UfOps all = ufCollectOps(module, "func.call");
  for (size_t i = 0; i < all.count; ++i) {
    MlirOperation enter = all.ops[i];
    if (!calls(enter, ENTER))
      continue;
    MlirOperation kernel = mlirOperationGetNextInBlock(enter);
    while (kernel.ptr &&
           (!ufOpIs(kernel, "func.call") || calls(kernel, "ufrt")))
      kernel = mlirOperationGetNextInBlock(kernel);
    if (!kernel.ptr) {
      mlirOperationDestroy(enter);
      continue;
    }
    mlirOperationMoveBefore(enter, kernel);
    mlirRewriterBaseSetInsertionPointAfter(rewriter, kernel);
    UfBuilder b = {.ctx = ctx,
                   .loc = mlirOperationGetLocation(kernel),
                   .rewriter = rewriter};
    ufCallExternal(&b, module, LEAVE, (UfTypes){0},
                   UF_VALUES(mlirOperationGetOperand(enter, 0)));
  }
  ufOpsFree(&all);
}
