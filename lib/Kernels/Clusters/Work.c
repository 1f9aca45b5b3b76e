//===-- Work.c - What a kernel computes and moves -------------------------===//
//
// Loops are read off the indexing maps: dimension d of an op is as long as the
// dimension of the operand that is indexed by d alone. Sizes inside the kernel
// are followed to its arguments, and there to the operands of the call.
//
//===----------------------------------------------------------------------===//

#include "Kernels/Clusters/Work.h"

#include "IR/Function.h"
#include "IR/MemRef.h"

#include "mlir-c/Dialect/Linalg.h"

#include <string.h>

typedef struct Measure {
  UfBuilder *b;
  MlirBlock body; ///< Of the kernel.
  MlirOperation call;
  UfWork *work;
} Measure;

//===----------------------------------------------------------------------===//
// Sizes
//===----------------------------------------------------------------------===//

/// Size of dimension `dim` of a slice that has the rank of what it is of.
static bool sizeOfSlice(const Measure *measure, MlirOperation slice, int dim,
                        UfSize *size) {
  MlirAttribute sizes =
      mlirOperationGetInherentAttributeByName(slice, ufStr("static_sizes"));
  MlirAttribute segments = mlirOperationGetInherentAttributeByName(
      slice, ufStr("operandSegmentSizes"));
  if (mlirDenseArrayGetNumElements(sizes) != ufRank(ufResultOf(slice, 0)))
    return false;
  intptr_t at = 1 + mlirDenseI32ArrayGetElement(segments, 1);
  for (int d = 0; d < dim; ++d)
    at += mlirDenseI64ArrayGetElement(sizes, d) == UF_DYNAMIC;
  MlirValue value = mlirOperationGetOperand(slice, at);
  if (!mlirValueIsABlockArgument(value) ||
      !mlirBlockEqual(mlirBlockArgumentGetOwner(value), measure->body))
    return false;
  size->dynamic = mlirOperationGetOperand(measure->call,
                                          mlirBlockArgumentGetArgNumber(value));
  return true;
}

/// Size of dimension `dim` of a tensor in the kernel; false when it is only
/// known inside.
static bool sizeInside(const Measure *measure, MlirValue value, int dim,
                       UfSize *size) {
  for (;;) {
    int64_t known = ufDimSize(value, dim);
    if (known != UF_DYNAMIC) {
      *size = ufStatic(known);
      return true;
    }
    if (mlirValueIsABlockArgument(value)) {
      if (!mlirBlockEqual(mlirBlockArgumentGetOwner(value), measure->body))
        return false;
      MlirValue outer = mlirOperationGetOperand(
          measure->call, mlirBlockArgumentGetArgNumber(value));
      *size = ufSizeOf(measure->b, outer, dim);
      return true;
    }
    MlirOperation op = ufDefiningOp(value);
    if (ufOpIs(op, "tensor.extract_slice"))
      return sizeOfSlice(measure, op, dim, size);
    MlirStringRef name = ufOpName(op);
    if (name.length > 7 && memcmp(name.data, "linalg.", 7) == 0)
      value = mlirOperationGetOperand(
          op, mlirOperationGetNumOperands(op) - mlirOperationGetNumResults(op) +
                  mlirOpResultGetResultNumber(value));
    else if (ufOpIs(op, "tensor.insert_slice"))
      value = mlirOperationGetOperand(op, 1);
    else
      return false;
  }
}

static bool elementsInside(const Measure *measure, MlirValue value,
                           UfSize *count) {
  *count = ufStatic(1);
  for (int d = 0; d < ufRank(value); ++d) {
    UfSize size = ufStatic(0);
    if (!sizeInside(measure, value, d, &size))
      return false;
    *count = ufSizeMul(measure->b, *count, size);
  }
  return true;
}

//===----------------------------------------------------------------------===//
// One op
//===----------------------------------------------------------------------===//

/// A linalg op: its loops, and what one iteration does.
typedef struct Loops {
  int rank;
  UfSize sizes[UF_MAX_RANK];
  UfSize iterations;
  uint32_t parallel; ///< Bit set of loops that the result has.
  bool hasWindow;    ///< Something is indexed by a sum of loops.
  int numInputs;
  int flops, products;
  bool gathers;
} Loops;

/// Whether every dimension is a plain loop.
static void readMap(MlirAffineMap map, const Measure *measure, MlirValue value,
                    Loops *loops, bool *known) {
  for (intptr_t r = 0; r < mlirAffineMapGetNumResults(map); ++r) {
    MlirAffineExpr expr = mlirAffineMapGetResult(map, r);
    if (mlirAffineExprIsAAdd(expr))
      loops->hasWindow = true;
    if (!mlirAffineExprIsADim(expr))
      continue;
    intptr_t d = mlirAffineDimExprGetPosition(expr);
    if (!known[d])
      known[d] = sizeInside(measure, value, (int)r, &loops->sizes[d]);
  }
}

static uint32_t loopsOf(MlirAffineMap map) {
  uint32_t set = 0;
  for (intptr_t r = 0; r < mlirAffineMapGetNumResults(map); ++r) {
    MlirAffineExpr expr = mlirAffineMapGetResult(map, r);
    for (intptr_t d = 0; d < mlirAffineMapGetNumDims(map); ++d)
      if (mlirAffineExprIsFunctionOfDim(expr, d))
        set |= 1U << d;
  }
  return set;
}

/// Counts `op` of a body. Arithmetic on indices and truth values is not work.
static MlirWalkResult countOp(MlirOperation op, void *userData) {
  Loops *loops = userData;
  MlirStringRef name = ufOpName(op);
  if (ufOpIs(op, "tensor.extract"))
    loops->gathers = true;
  if (name.length < 6 || mlirOperationGetNumResults(op) != 1)
    return MlirWalkResultAdvance;
  MlirType type = mlirValueGetType(ufResultOf(op, 0));
  if (mlirTypeIsAIndex(type) || ufIsBool(type))
    return MlirWalkResultAdvance;
  if (memcmp(name.data, "math.", 5) == 0) {
    loops->flops += ufOpIs(op, "math.fma") ? 2 : 1;
    return MlirWalkResultAdvance;
  }
  if (memcmp(name.data, "arith.", 6) != 0)
    return MlirWalkResultAdvance;
  static const char *const counted[] = {"add", "sub", "mul", "div",
                                        "max", "min", "rem", "neg"};
  for (int i = 0; i < UF_COUNT(counted); ++i)
    if (name.length > 9 && memcmp(name.data + 6, counted[i], 3) == 0)
      ++loops->flops;
  loops->products += name.length > 9 && memcmp(name.data + 6, "mul", 3) == 0;
  return MlirWalkResultAdvance;
}

/// Reads the loops of a linalg op; false when they are not all known.
static bool readLoops(const Measure *measure, MlirOperation op, Loops *loops) {
  MlirAttribute maps = mlirLinalgGetIndexingMapsAttribute(op);
  intptr_t numMaps =
      mlirAttributeIsNull(maps) ? 0 : mlirArrayAttrGetNumElements(maps);
  if (numMaps == 0 || numMaps > mlirOperationGetNumOperands(op))
    return false;
  bool known[UF_MAX_RANK] = {0};
  MlirAffineMap map = {NULL};
  for (intptr_t i = 0; i < numMaps; ++i) {
    map = mlirAffineMapAttrGetValue(mlirArrayAttrGetElement(maps, i));
    if (mlirAffineMapGetNumDims(map) > UF_MAX_RANK)
      return false;
    MlirValue operand = mlirOperationGetOperand(op, i);
    if (ufIsRankedTensor(mlirValueGetType(operand)))
      readMap(map, measure, operand, loops, known);
  }
  loops->rank = (int)mlirAffineMapGetNumDims(map);
  loops->parallel = loopsOf(map);
  loops->numInputs = (int)(numMaps - mlirOperationGetNumResults(op));
  loops->iterations = ufStatic(1);
  for (int d = 0; d < loops->rank; ++d) {
    if (!known[d])
      return false;
    loops->iterations =
        ufSizeMul(measure->b, loops->iterations, loops->sizes[d]);
  }
  MlirBlock body = mlirRegionGetFirstBlock(mlirOperationGetRegion(op, 0));
  for (MlirOperation inner = mlirBlockGetFirstOperation(body); inner.ptr;
       inner = mlirOperationGetNextInBlock(inner))
    mlirOperationWalk(inner, countOp, loops, MlirWalkPreOrder);
  return true;
}

//===----------------------------------------------------------------------===//
// Bytes
//===----------------------------------------------------------------------===//

/// Bytes that `op` touches of the tensor that is its operand `which`.
static bool elementsOfUse(const Measure *measure, MlirOperation op,
                          intptr_t which, MlirValue value, UfSize *count) {
  *count = ufStatic(0);
  if (ufOpIs(op, "tensor.dim") ||
      (ufOpIs(op, "tensor.insert_slice") && which == 1))
    return true;
  if (ufOpIs(op, "tensor.extract_slice"))
    return elementsInside(measure, ufResultOf(op, 0), count);
  if (!ufOpIs(op, "tensor.extract"))
    return elementsInside(measure, value, count);
  // A gather reads one element per iteration.
  MlirOperation around = mlirOperationGetParentOperation(op);
  Loops loops = {0};
  if (!readLoops(measure, around, &loops))
    return false;
  *count = loops.iterations;
  return true;
}

/// What is read or written of argument `value`: all its uses, up to its size.
static bool bytesOfArgument(const Measure *measure, MlirValue value,
                            UfSize *bytes) {
  UfSize all, touched = ufStatic(0);
  if (!elementsInside(measure, value, &all))
    return false;
  for (MlirOpOperand use = mlirValueGetFirstUse(value);
       !mlirOpOperandIsNull(use); use = mlirOpOperandGetNextUse(use)) {
    UfSize count;
    if (!elementsOfUse(measure, mlirOpOperandGetOwner(use),
                       mlirOpOperandGetOperandNumber(use), value, &count))
      return false;
    touched = ufSizeAdd(measure->b, touched, count);
  }
  int bits = ufBitWidth(ufElementType(value));
  *bytes = ufSizeMul(measure->b, ufSizeMin(measure->b, touched, all),
                     ufStatic(bits < 8 ? 1 : bits / 8));
  return true;
}

//===----------------------------------------------------------------------===//
// Texts
//===----------------------------------------------------------------------===//

static const char *genericKind(MlirOperation op, const Loops *loops) {
  bool reduces = loops->parallel + 1 != 1U << loops->rank;
  if (reduces && loops->numInputs >= 2 && loops->flops == 2 &&
      loops->products == 1)
    return loops->hasWindow ? "conv" : "matmul";
  if (reduces)
    return loops->hasWindow ? "pool" : "reduce";
  if (loops->gathers)
    return "gather";
  if (loops->flops)
    return "elementwise";
  MlirAttribute maps = mlirLinalgGetIndexingMapsAttribute(op);
  MlirAffineMap from =
      mlirAffineMapAttrGetValue(mlirArrayAttrGetElement(maps, 0));
  return mlirAffineMapIsPermutation(from) && !mlirAffineMapIsIdentity(from)
             ? "transpose"
             : "elementwise";
}

/// Appends the kind of an op to those before it.
static void addKind(UfWork *work, MlirOperation op, const Loops *loops) {
  MlirStringRef name = ufOpName(op);
  const char *kind =
      ufOpIs(op, "linalg.generic") ? genericKind(op, loops) : name.data + 7;
  size_t size = kind == name.data + 7 ? name.length - 7 : strlen(kind);
  size_t used = strlen(work->kind);
  // "elementwise+elementwise" says no more than "elementwise".
  if (used >= size && memcmp(work->kind + used - size, kind, size) == 0)
    return;
  snprintf(work->kind + used, sizeof work->kind - used, "%s%.*s",
           used ? "+" : "", (int)size, kind);
}

static void writeLoops(UfWork *work, const Loops *loops) {
  size_t used = 0;
  for (int pass = 0; pass < 2; ++pass) {
    const char *separator = pass ? " * " : "";
    for (int d = 0; d < loops->rank && used < sizeof work->loops; ++d) {
      bool isReduced = !(loops->parallel >> d & 1);
      if (isReduced != (pass == 1))
        continue;
      int written =
          ufIsStatic(loops->sizes[d])
              ? snprintf(work->loops + used, sizeof work->loops - used,
                         "%s%" PRId64, separator, loops->sizes[d].value)
              : snprintf(work->loops + used, sizeof work->loops - used, "%s?",
                         separator);
      used += (size_t)written;
      separator = "x";
    }
  }
}

//===----------------------------------------------------------------------===//

/// Whether `op` only makes the destination that a later op of the kernel works
/// on.
static bool isPreparation(MlirOperation op) {
  return (ufOpIs(op, "linalg.fill") || ufOpIs(op, "linalg.broadcast")) &&
         !ufOpIs(mlirOpOperandGetOwner(mlirValueGetFirstUse(ufResultOf(op, 0))),
                 "func.return");
}

static void measureOp(const Measure *measure, MlirOperation op, int *most) {
  UfWork *work = measure->work;
  MlirStringRef name = ufOpName(op);
  bool isLinalg = name.length > 7 && memcmp(name.data, "linalg.", 7) == 0;
  if (!isLinalg) {
    work->counted &= mlirOperationGetNumRegions(op) == 0;
    return;
  }
  Loops loops = {0};
  if (!readLoops(measure, op, &loops)) {
    work->counted = false;
    addKind(work, op, &loops);
    return;
  }
  work->flops =
      ufSizeAdd(measure->b, work->flops,
                ufSizeMul(measure->b, loops.iterations, ufStatic(loops.flops)));
  if (isPreparation(op))
    return;
  addKind(work, op, &loops);
  if (loops.rank > *most) {
    *most = loops.rank;
    writeLoops(work, &loops);
  }
}

void ufMeasureWork(UfBuilder *b, MlirOperation func, MlirOperation call,
                   UfWork *work) {
  *work = (UfWork){.counted = true, .flops = ufStatic(0), .bytes = ufStatic(0)};
  Measure measure = {
      .b = b, .body = ufFunctionBody(func), .call = call, .work = work};
  int most = -1;
  for (MlirOperation op = mlirBlockGetFirstOperation(measure.body); op.ptr;
       op = mlirOperationGetNextInBlock(op))
    measureOp(&measure, op, &most);
  for (intptr_t i = 0; i < mlirBlockGetNumArguments(measure.body); ++i) {
    MlirValue argument = mlirBlockGetArgument(measure.body, i);
    if (!ufIsRankedTensor(mlirValueGetType(argument)))
      continue;
    UfSize bytes = ufStatic(0);
    work->counted &= bytesOfArgument(&measure, argument, &bytes);
    work->bytes = ufSizeAdd(b, work->bytes, bytes);
  }
}
