//===-- Schedule.c - The ufront-schedule-kernels pass ---------------------===//
//
// Chooses how each kernel's loops are tiled and ordered, and runs the transform
// scripts in schedules/*.mlir that do it. The tiles of the outermost loop nest
// are what threads share out.
//
//===----------------------------------------------------------------------===//

#include "IR/Function.h"
#include "Kernels/Clusters/RowGroup.h"
#include "Kernels/Contraction.h"
#include "Kernels/Domain.h"
#include "Kernels/Passes.h"
#include "Kernels/Schedule/Schedules.h"
#include "Kernels/Schedule/TileRows.h"
#include "Kernels/Vector/LoopNest.h"
#include "Kernels/Vector/TransposeCode.h"
#include "Kernels/Vector/VectorBody.h"

#include "mlir-c/Dialect/Transform/Interpreter.h"

#include <stdlib.h>
#include <string.h>

enum {
  WANTED_TILES = 32,
  /// Scalar steps below which a kernel is not worth sharing out.
  MIN_PARALLEL_WORK = 1 << 17,
};

#define CONTRACTION_ATTR "ufront.contraction"

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
static bool chooseTiles(const UfDomain *loops, char *text, size_t size) {
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
static bool chooseOrder(const UfDomain *loops, char *text, size_t size) {
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
    UfDomain loops;
    if (ufIsMarked(op, UF_ROOT_ATTR))
      kernel.root = op;
    MlirStringRef name = ufOpName(op);
    if (kernel.contraction.ptr || name.length < 7 ||
        memcmp(name.data, "linalg.", 7) != 0 || !ufReadDomain(op, &loops))
      continue;
    for (int i = 0; i < loops.count; ++i)
      if (!loops.parallel[i])
        kernel.contraction = op;
  }
  return kernel;
}

/// Whether the results of both ops have the same sizes.
static bool isAsLarge(MlirOperation root, MlirOperation contraction) {
  if (!contraction.ptr || mlirOperationGetNumResults(root) != 1 ||
      mlirOperationGetNumResults(contraction) != 1)
    return false;
  MlirValue x = ufResultOf(root, 0), y = ufResultOf(contraction, 0);
  bool isSame = ufRank(x) == ufRank(y);
  for (int i = 0; isSame && i < ufRank(x); ++i)
    isSame = ufDimSize(x, i) == ufDimSize(y, i);
  return isSame;
}

/// Whether ufront-vectorize-kernels tiles the kernel.
static bool isForVectors(const Kernel *kernel) {
  if (!kernel->contraction.ptr)
    return !ufIsMarked(kernel->root, UF_ROWS_ATTR) &&
           ufIsTransposition(kernel->root);
  // Rows are for what goes back from a reduction to what was reduced.
  bool isWhole = !ufIsMarked(kernel->root, UF_ROWS_ATTR) ||
                 isAsLarge(kernel->root, kernel->contraction);
  return isWhole && ufSuitsVectors(kernel->contraction) &&
         ufCanVectorizeBody(kernel->contraction);
}

/// Tiles the loops for threads and orders those of a reduction.
static MlirLogicalResult tileLoops(MlirOperation func, const Kernel *kernel,
                                   UfDomain *root) {
  UfDomain contraction;
  char tiles[UF_MAX_DOMAIN * 24], order[UF_MAX_DOMAIN * 8];
  int64_t work = ufDomainWork(root);
  bool reorder = false;
  if (kernel->contraction.ptr &&
      ufReadDomain(kernel->contraction, &contraction)) {
    work = ufDomainWork(&contraction);
    reorder = chooseOrder(&contraction, order, sizeof order);
    if (reorder)
      ufMark(kernel->contraction, CONTRACTION_ATTR);
  }
  if (kernel->contraction.ptr && root->last >= 0 &&
      ufReadsPanels(kernel->contraction))
    root->parallel[root->last] = false;
  if (work >= MIN_PARALLEL_WORK && chooseTiles(root, tiles, sizeof tiles))
    UF_TRY(runSchedule(func, "parallel", "@TILES@", tiles));
  if (reorder)
    UF_TRY(runSchedule(func, "reorder", "@ORDER@", order));
  return mlirLogicalResultSuccess();
}

static MlirLogicalResult scheduleKernel(MlirOperation func) {
  Kernel kernel = findOps(func);
  UfDomain root;
  if (!kernel.root.ptr || !ufReadDomain(kernel.root, &root) ||
      isForVectors(&kernel))
    return mlirLogicalResultSuccess();
  if (!ufIsMarked(kernel.root, UF_ROWS_ATTR))
    return tileLoops(func, &kernel, &root);
  ufTileRows(kernel.root);
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
