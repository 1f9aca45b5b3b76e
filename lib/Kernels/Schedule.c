//===-- Schedule.c - The ufront-schedule-kernels pass ---------------------===//
//
// Chooses how each kernel's loops are tiled and ordered, and runs the transform
// scripts in schedules/*.mlir that do it. The tiles of the outermost loop nest
// are what threads share out.
//
//===----------------------------------------------------------------------===//

#include "IR/Function.h"
#include "Kernels/Contraction.h"
#include "Kernels/LoopNest.h"
#include "Kernels/Passes.h"
#include "Kernels/Schedules.h"
#include "Kernels/VectorBody.h"

#include "mlir-c/AffineExpr.h"
#include "mlir-c/AffineMap.h"
#include "mlir-c/Dialect/Linalg.h"
#include "mlir-c/Dialect/Transform/Interpreter.h"

#include <stdlib.h>
#include <string.h>

enum {
  MAX_LOOPS = 16,
  WANTED_TILES = 32,
  /// Scalar steps below which a kernel is not worth sharing out.
  MIN_PARALLEL_WORK = 1 << 17,
};

#define CONTRACTION_ATTR "ufront.contraction"

/// The loops of a linalg op, outermost first.
typedef struct Loops {
  int count;
  int64_t extent[MAX_LOOPS]; ///< UF_DYNAMIC where unknown.
  bool parallel[MAX_LOOPS];
  int last;        ///< The loop over the last dimension of the result, or -1.
  bool unitStride; ///< Stepping `last` steps every operand by one, or not at
                   ///< all.
} Loops;

static MlirAffineMap mapAt(MlirOperation op, intptr_t i) {
  return mlirAffineMapAttrGetValue(
      mlirArrayAttrGetElement(mlirLinalgGetIndexingMapsAttribute(op), i));
}

/// The loop that result `i` of `map` is, or -1 when it is an expression.
static int loopOf(MlirAffineMap map, intptr_t i) {
  MlirAffineExpr expr = mlirAffineMapGetResult(map, i);
  return mlirAffineExprIsADim(expr) ? (int)mlirAffineDimExprGetPosition(expr)
                                    : -1;
}

static void readOperand(MlirOperation op, intptr_t operand, bool isResult,
                        Loops *loops) {
  MlirType type = mlirValueGetType(mlirOperationGetOperand(op, operand));
  if (!ufIsRankedTensor(type))
    return;
  MlirAffineMap map = mapAt(op, operand);
  intptr_t rank = mlirAffineMapGetNumResults(map);
  bool isIndex[MAX_LOOPS] = {false};
  for (intptr_t i = 0; i < rank; ++i) {
    int loop = loopOf(map, i);
    if (loop < 0)
      continue;
    loops->extent[loop] = mlirShapedTypeGetDimSize(type, i);
    isIndex[loop] = true;
    if (isResult && i == rank - 1)
      loops->last = loop;
  }
  // A loop that one of several results lacks accumulates into that one.
  for (int i = 0; isResult && i < loops->count; ++i)
    loops->parallel[i] &= isIndex[i];
}

/// Whether no operand has loop `last` in any place but its last dimension.
static bool hasUnitStride(MlirOperation op, int last) {
  for (intptr_t k = 0; k < mlirOperationGetNumOperands(op); ++k) {
    MlirAffineMap map = mapAt(op, k);
    for (intptr_t i = 0; i + 1 < mlirAffineMapGetNumResults(map); ++i)
      if (mlirAffineExprIsFunctionOfDim(mlirAffineMapGetResult(map, i), last))
        return false;
  }
  return true;
}

static bool readLoops(MlirOperation op, Loops *loops) {
  MlirAttribute maps = mlirLinalgGetIndexingMapsAttribute(op);
  intptr_t numOperands = mlirOperationGetNumOperands(op);
  if (mlirAttributeIsNull(maps) ||
      mlirArrayAttrGetNumElements(maps) != numOperands)
    return false;
  *loops =
      (Loops){.count = (int)mlirAffineMapGetNumDims(mapAt(op, 0)), .last = -1};
  if (loops->count > MAX_LOOPS)
    return false;
  intptr_t numInits = mlirOperationGetNumResults(op);
  for (int i = 0; i < loops->count; ++i) {
    loops->extent[i] = UF_DYNAMIC;
    loops->parallel[i] = numInits > 0;
  }
  for (intptr_t k = 0; k < numOperands; ++k)
    readOperand(op, k, k >= numOperands - numInits, loops);
  loops->unitStride = loops->last >= 0 && hasUnitStride(op, loops->last);
  return true;
}

/// Scalar steps of the whole nest; a large number when a loop is dynamic.
static int64_t workOf(const Loops *loops) {
  int64_t work = 1;
  for (int i = 0; i < loops->count; ++i)
    if (loops->extent[i] == UF_DYNAMIC ||
        __builtin_mul_overflow(work, loops->extent[i], &work))
      return INT64_MAX;
  return work;
}

//===----------------------------------------------------------------------===//
// Running a script
//===----------------------------------------------------------------------===//

static const char *scheduleText(const char *name) {
  for (const UfScheduleText *text = ufScheduleTexts; text->name; ++text)
    if (strcmp(text->name, name) == 0)
      return text->text;
  return NULL;
}

/// Runs the script `name` on `func`, with `list` in place of `placeholder`.
static MlirLogicalResult runSchedule(MlirOperation func, const char *name,
                                     const char *placeholder,
                                     const char *list) {
  const char *text = scheduleText(name);
  const char *hole = text ? strstr(text, placeholder) : NULL;
  if (!hole)
    return ufError(mlirOperationGetLocation(func),
                   "the schedule '%s' has no place for %s", name, placeholder);
  // The header comment names the placeholder too: the last one is the real one.
  for (const char *next = hole; next; next = strstr(next + 1, placeholder))
    hole = next;
  size_t size = strlen(text) + strlen(list) + 1;
  char *filled = malloc(size);
  snprintf(filled, size, "%.*s%s%s", (int)(hole - text), text, list,
           hole + strlen(placeholder));
  UF_SCOPED(MlirModule) module =
      mlirModuleCreateParse(mlirOperationGetContext(func), ufStr(filled));
  free(filled);
  if (mlirModuleIsNull(module))
    return mlirLogicalResultFailure();
  MlirOperation script = mlirModuleGetOperation(module);
  MlirTransformOptions options = mlirTransformOptionsCreate();
  MlirLogicalResult result = mlirTransformApplyNamedSequence(
      func, mlirBlockGetFirstOperation(mlirModuleGetBody(module)), script,
      options);
  mlirTransformOptionsDestroy(options);
  return result;
}

//===----------------------------------------------------------------------===//
// Choosing
//===----------------------------------------------------------------------===//

/// The tile of a parallel loop when `tiles` were made by the loops around it; 0
/// for none.
static int64_t chooseTile(int64_t extent, int64_t tiles, bool last) {
  int64_t tile = (extent * tiles + WANTED_TILES - 1) / WANTED_TILES;
  if (extent == UF_DYNAMIC)
    return last ? 256 : 1;
  if (tiles * extent <= (int64_t)2 * WANTED_TILES)
    tile = last ? 0 : 1;
  // The innermost loop keeps whole vectors.
  if (last && tile)
    tile = (tile + 63) / 64 * 64;
  return tile < extent ? tile : 0;
}

/// Tile sizes that make about WANTED_TILES tiles, outermost loops first: "1,
/// 4". False when there is nothing to tile.
static bool chooseTiles(const Loops *loops, char *text, size_t size) {
  int64_t tiles = 1;
  size_t used = 0;
  bool any = false;
  for (int i = 0; i < loops->count; ++i) {
    int64_t extent = loops->extent[i], tile = 0;
    if (loops->parallel[i] && tiles < WANTED_TILES && extent != 1)
      tile = chooseTile(extent, tiles, i == loops->last);
    if (tile) {
      any = true;
      tiles *= extent == UF_DYNAMIC ? WANTED_TILES : (extent + tile - 1) / tile;
    }
    used += (size_t)snprintf(text + used, size - used, "%s%" PRId64,
                             i ? ", " : "", tile);
  }
  return any;
}

/// Reductions outside the last loop: "0, 2, 1". False when they are already, or
/// when that loop would not have stride 1.
static bool chooseOrder(const Loops *loops, char *text, size_t size) {
  if (!loops->unitStride || loops->extent[loops->last] == 1)
    return false;
  size_t used = 0;
  bool changed = false;
  int position = 0;
  for (int reductions = 0; reductions < 2; ++reductions)
    for (int i = 0; i < loops->count; ++i)
      if (i != loops->last && loops->parallel[i] == !reductions) {
        changed |= i != position;
        used += (size_t)snprintf(text + used, size - used, "%s%d",
                                 position++ ? ", " : "", i);
      }
  snprintf(text + used, size - used, "%s%d", position ? ", " : "", loops->last);
  return changed || loops->last != position;
}

typedef struct Kernel {
  MlirOperation root, contraction;
} Kernel;

/// The root, and the first linalg op with a reduction.
static Kernel findOps(MlirOperation func) {
  Kernel kernel = {{NULL}, {NULL}};
  for (MlirOperation op = mlirBlockGetFirstOperation(ufFunctionBody(func));
       op.ptr; op = mlirOperationGetNextInBlock(op)) {
    Loops loops;
    if (ufIsMarked(op, UF_ROOT_ATTR))
      kernel.root = op;
    MlirStringRef name = ufOpName(op);
    if (kernel.contraction.ptr || name.length < 7 ||
        memcmp(name.data, "linalg.", 7) != 0 || !readLoops(op, &loops))
      continue;
    for (int i = 0; i < loops.count; ++i)
      if (!loops.parallel[i])
        kernel.contraction = op;
  }
  return kernel;
}

static MlirLogicalResult scheduleKernel(MlirOperation func) {
  Kernel kernel = findOps(func);
  Loops root, contraction;
  char tiles[MAX_LOOPS * 24], order[MAX_LOOPS * 8];
  if (!kernel.root.ptr || !readLoops(kernel.root, &root))
    return mlirLogicalResultSuccess();
  int64_t work = workOf(&root);
  bool reorder = false;
  if (kernel.contraction.ptr && ufSuitsVectors(kernel.contraction) &&
      ufCanVectorizeBody(kernel.contraction))
    return mlirLogicalResultSuccess(); // ufront-vectorize-kernels tiles it
  if (kernel.contraction.ptr && readLoops(kernel.contraction, &contraction)) {
    work = workOf(&contraction);
    reorder = chooseOrder(&contraction, order, sizeof order);
    if (reorder)
      ufMark(kernel.contraction, CONTRACTION_ATTR);
  }
  if (kernel.contraction.ptr && root.last >= 0 &&
      ufReadsPanels(kernel.contraction))
    root.parallel[root.last] = false;
  if (work >= MIN_PARALLEL_WORK && chooseTiles(&root, tiles, sizeof tiles))
    UF_TRY(runSchedule(func, "parallel", "@TILES@", tiles));
  if (reorder)
    UF_TRY(runSchedule(func, "reorder", "@ORDER@", order));
  return mlirLogicalResultSuccess();
}

static MlirLogicalResult run(MlirOperation module, MlirPass pass) {
  (void)pass;
  for (MlirOperation op = mlirBlockGetFirstOperation(ufFunctionBody(module));
       op.ptr; op = mlirOperationGetNextInBlock(op))
    if (ufIsMarked(op, UF_KERNEL_ATTR))
      UF_TRY(scheduleKernel(op));
  return mlirLogicalResultSuccess();
}

const UfShimPass ufPassScheduleKernels = {
    .name = "UfrontScheduleKernels",
    .argument = "ufront-schedule-kernels",
    .description = "Tiles and orders the loops of kernels",
    .opName = "builtin.module",
    .dialects = (const char *const[]){"transform", "linalg", "tensor", "scf",
                                      "affine", "arith", NULL},
    .run = run,
};
