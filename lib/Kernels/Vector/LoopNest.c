//===-- LoopNest.c - linalg ops on buffers as loops and strides -----------===//

#include "Kernels/Vector/LoopNest.h"

#include "mlir-c/Dialect/Linalg.h"

#include <string.h>

//===----------------------------------------------------------------------===//
// Buffers
//===----------------------------------------------------------------------===//

/// A memref's sizes and strides.
typedef struct Layout {
  int rank;
  UfSize size[UF_MAX_RANK], stride[UF_MAX_RANK];
} Layout;

static MlirOperation metadataOf(UfBuilder *b, MlirValue memref, int rank) {
  MlirType types[2 + 2 * UF_MAX_RANK];
  types[0] = mlirMemRefTypeContiguousGet(
      ufElementType(memref), 0, NULL,
      mlirMemRefTypeGetMemorySpace(mlirValueGetType(memref)));
  for (int i = 0; i < 1 + 2 * rank; ++i)
    types[i + 1] = ufIndexType(b);
  return ufBuildOp(b, "memref.extract_strided_metadata",
                   (UfTypes){types, 2 + 2 * rank}, UF_VALUES(memref),
                   UF_NO_ATTRS, NULL, 0);
}

static bool readLayout(UfBuilder *b, MlirValue memref, Layout *layout) {
  MlirType type = mlirValueGetType(memref);
  UfShape shape = ufShapeOfType(type);
  int64_t strides[UF_MAX_RANK], offset;
  if (mlirLogicalResultIsFailure(
          mlirMemRefTypeGetStridesAndOffset(type, strides, &offset)))
    return false;
  MlirOperation metadata = {NULL};
  layout->rank = shape.rank;
  for (int i = 0; i < shape.rank; ++i) {
    bool open = shape.dims[i] == UF_DYNAMIC || strides[i] == UF_DYNAMIC;
    if (open && !metadata.ptr)
      metadata = metadataOf(b, memref, shape.rank);
    layout->size[i] = ufStatic(shape.dims[i]);
    layout->stride[i] = ufStatic(strides[i]);
    if (shape.dims[i] == UF_DYNAMIC)
      layout->size[i].dynamic = ufResultOf(metadata, 2 + i);
    if (strides[i] == UF_DYNAMIC)
      layout->stride[i].dynamic = ufResultOf(metadata, 2 + shape.rank + i);
  }
  return true;
}

//===----------------------------------------------------------------------===//
// Maps
//===----------------------------------------------------------------------===//

/// A linear expression of loops.
typedef struct Linear {
  int64_t factor[UF_MAX_LOOPS], constant;
} Linear;

static bool addExpr(MlirAffineExpr expr, int64_t factor, Linear *out) {
  if (mlirAffineExprIsADim(expr)) {
    out->factor[mlirAffineDimExprGetPosition(expr)] += factor;
    return true;
  }
  if (mlirAffineExprIsAConstant(expr)) {
    out->constant += factor * mlirAffineConstantExprGetValue(expr);
    return true;
  }
  bool isAdd = mlirAffineExprIsAAdd(expr), isMul = mlirAffineExprIsAMul(expr);
  if (!isAdd && !isMul)
    return false;
  MlirAffineExpr lhs = mlirAffineBinaryOpExprGetLHS(expr);
  MlirAffineExpr rhs = mlirAffineBinaryOpExprGetRHS(expr);
  if (isAdd)
    return addExpr(lhs, factor, out) && addExpr(rhs, factor, out);
  return mlirAffineExprIsAConstant(rhs) &&
         addExpr(lhs, factor * mlirAffineConstantExprGetValue(rhs), out);
}

/// Reads `d floordiv size`, or `d mod size`, into the loop and the size.
static bool isSplit(MlirAffineExpr expr, bool isMod, int *loop, int64_t *size) {
  if (isMod ? !mlirAffineExprIsAMod(expr) : !mlirAffineExprIsAFloorDiv(expr))
    return false;
  MlirAffineExpr lhs = mlirAffineBinaryOpExprGetLHS(expr);
  MlirAffineExpr rhs = mlirAffineBinaryOpExprGetRHS(expr);
  if (!mlirAffineExprIsADim(lhs) || !mlirAffineExprIsAConstant(rhs))
    return false;
  *loop = (int)mlirAffineDimExprGetPosition(lhs);
  *size = mlirAffineConstantExprGetValue(rhs);
  return *size > 1;
}

/// Whether dimension `i` of the map is the position in `loop` in parts of
/// `size`.
static bool isRest(MlirAffineMap map, intptr_t i, int loop, int64_t size) {
  int rest;
  int64_t other;
  return i >= 0 &&
         isSplit(mlirAffineMapGetResult(map, i), true, &rest, &other) &&
         rest == loop && size == other;
}

/// Notes the panels of a packed operand: dimension `i` of the map is a loop's
/// position divided by their size, and the last dimension the rest, or the one
/// before the last when that is the rest of groups.
static bool readPanels(MlirAffineMap map, const Layout *layout, int i,
                       UfAccess *access) {
  int loop, last = layout->rank - 1;
  int64_t size;
  if (!isSplit(mlirAffineMapGetResult(map, i), false, &loop, &size) ||
      !ufIsSize(layout->stride[last], 1))
    return false;
  bool isGrouped =
      last > 0 && mlirAffineExprIsAMod(mlirAffineMapGetResult(map, last - 1));
  int columns = isGrouped ? last - 1 : last;
  if (isGrouped && access->groupedLoop < 0 && isRest(map, last, loop, size)) {
    access->groupedLoop = loop;
    access->group = size;
    access->groupStride = layout->stride[i];
    return true;
  }
  if (access->packedLoop >= 0 || !isRest(map, columns, loop, size))
    return false;
  access->packedLoop = loop;
  access->panel = size;
  access->panelStride = layout->stride[i];
  access->stride[loop] = layout->stride[columns];
  return true;
}

/// Whether the rests that are the last dimensions of the map have been read
/// with the panels.
static bool areRestsRead(MlirAffineMap map, int rank, const UfAccess *access) {
  int rests = 0;
  for (int i = 0; i < rank; ++i)
    rests += mlirAffineExprIsAMod(mlirAffineMapGetResult(map, i));
  return rests == (access->packedLoop >= 0) + (access->groupedLoop >= 0);
}

/// Adds dimension `i` of the map.
static bool readDim(UfBuilder *b, MlirAffineMap map, const Layout *layout,
                    int i, int numLoops, UfAccess *access) {
  MlirAffineExpr expr = mlirAffineMapGetResult(map, i);
  bool isInside = i >= layout->rank - 2;
  if (isInside && mlirAffineExprIsAMod(expr))
    return areRestsRead(map, layout->rank, access);
  if (mlirAffineExprIsAFloorDiv(expr))
    return readPanels(map, layout, i, access);
  Linear linear = {{0}, 0};
  if (!addExpr(expr, 1, &linear))
    return false;
  int used = 0;
  for (int l = 0; l < numLoops; ++l) {
    if (!linear.factor[l])
      continue;
    ++used;
    access->stride[l] =
        ufSizeAdd(b, access->stride[l],
                  ufSizeMul(b, layout->stride[i], ufStatic(linear.factor[l])));
  }
  if (used == 1 && linear.constant == 0 && mlirAffineExprIsADim(expr)) {
    int loop = (int)mlirAffineDimExprGetPosition(expr);
    access->dim[loop] = access->dim[loop] == -1 ? i : -2;
  } else {
    for (int l = 0; l < numLoops; ++l)
      if (linear.factor[l])
        access->dim[l] = -2;
  }
  if (linear.constant)
    access->offset =
        ufSizeAdd(b, access->offset,
                  ufSizeMul(b, layout->stride[i], ufStatic(linear.constant)));
  return true;
}

static bool isVectorElement(MlirType element) {
  return ufIsFloat(element) || (mlirTypeIsAInteger(element) &&
                                mlirIntegerTypeGetWidth(element) >= 8 &&
                                mlirIntegerTypeGetWidth(element) <= 64);
}

static bool readAccess(UfBuilder *b, MlirValue memref, MlirAffineMap map,
                       UfAccess *access, Layout *layout) {
  *access = (UfAccess){
      .memref = memref, .packedLoop = -1, .groupedLoop = -1, .unit = 1};
  int numLoops = (int)mlirAffineMapGetNumDims(map);
  if (!mlirTypeIsAMemRef(mlirValueGetType(memref)) ||
      !isVectorElement(ufElementType(memref)) || numLoops > UF_MAX_LOOPS ||
      !readLayout(b, memref, layout))
    return false;
  for (int l = 0; l < UF_MAX_LOOPS; ++l)
    access->dim[l] = -1;
  for (int i = 0; i < layout->rank; ++i)
    if (!readDim(b, map, layout, i, numLoops, access))
      return false;
  return true;
}

//===----------------------------------------------------------------------===//
// Ops
//===----------------------------------------------------------------------===//

static MlirAffineMap mapOf(MlirOperation op, intptr_t operand) {
  return mlirAffineMapAttrGetValue(
      mlirArrayAttrGetElement(mlirLinalgGetIndexingMapsAttribute(op), operand));
}

/// The sizes of loops that walk a dimension of `access` alone.
static void readExtents(const UfAccess *access, const Layout *layout,
                        UfLoops *loops, bool *known) {
  for (int l = 0; l < loops->count; ++l)
    if (access->dim[l] >= 0 &&
        (!known[l] || (!ufIsStatic(loops->extent[l]) &&
                       ufIsStatic(layout->size[access->dim[l]])))) {
      loops->extent[l] = layout->size[access->dim[l]];
      known[l] = true;
    }
}

bool ufReadRoot(UfBuilder *b, MlirOperation root, UfGroup *group) {
  *group = (UfGroup){.root = {.op = root}};
  intptr_t last = mlirOperationGetNumOperands(root) - 1;
  bool known[UF_MAX_LOOPS] = {false};
  Layout layout;
  if (last > UF_MAX_INPUTS)
    return false;
  MlirAffineMap outMap = mapOf(root, last);
  group->loops.count = (int)mlirAffineMapGetNumDims(outMap);
  if (!mlirAffineMapIsProjectedPermutation(outMap) ||
      !readAccess(b, mlirOperationGetOperand(root, last), outMap,
                  &group->output, &layout))
    return false;
  readExtents(&group->output, &layout, &group->loops, known);
  for (int l = 0; l < group->loops.count; ++l)
    group->loops.parallel[l] = group->output.dim[l] >= 0;
  for (intptr_t i = 0; i < last; ++i) {
    UfAccess *access = &group->root.inputs[group->root.numInputs++];
    if (!readAccess(b, mlirOperationGetOperand(root, i), mapOf(root, i), access,
                    &layout) ||
        (mlirValueEqual(access->memref, group->output.memref) &&
         (!mlirAffineMapIsPermutation(outMap) ||
          !mlirAffineMapEqual(mapOf(root, i), outMap))))
      return false;
    readExtents(access, &layout, &group->loops, known);
  }
  for (int l = 0; l < group->loops.count; ++l)
    if (!known[l])
      return false;
  return true;
}

/// Renames the loops of `access`: loop i of its op is loop `loopOf[i]`.
static void renameLoops(UfAccess *access, int count, const int *loopOf) {
  UfAccess old = *access;
  for (int l = 0; l < UF_MAX_LOOPS; ++l) {
    access->stride[l] = ufStatic(0);
    access->dim[l] = -1;
  }
  for (int i = 0; i < count; ++i) {
    access->stride[loopOf[i]] = old.stride[i];
    access->dim[loopOf[i]] = old.dim[i];
  }
  if (old.packedLoop >= 0)
    access->packedLoop = loopOf[old.packedLoop];
  if (old.groupedLoop >= 0)
    access->groupedLoop = loopOf[old.groupedLoop];
}

/// The loop of the group for each of an op that reads or writes the group's
/// output through `map`. False when there is none for some.
static bool matchLoops(const UfGroup *group, MlirAffineMap map, int *loopOf) {
  if (mlirAffineMapGetNumDims(map) > UF_MAX_LOOPS ||
      !mlirAffineMapIsPermutation(map))
    return false;
  for (int l = 0; l < group->loops.count; ++l)
    if (group->output.dim[l] >= 0) {
      MlirAffineExpr expr = mlirAffineMapGetResult(map, group->output.dim[l]);
      loopOf[mlirAffineDimExprGetPosition(expr)] = l;
    }
  return true;
}

/// Reads operand `i` of an op whose loops are `loopOf` in the group.
static bool readRenamed(UfBuilder *b, MlirOperation op, intptr_t i,
                        const int *loopOf, UfAccess *access) {
  Layout layout;
  MlirAffineMap map = mapOf(op, i);
  if (!readAccess(b, mlirOperationGetOperand(op, i), map, access, &layout) ||
      access->groupedLoop >= 0)
    return false;
  renameLoops(access, (int)mlirAffineMapGetNumDims(map), loopOf);
  return true;
}

bool ufReadElementwise(UfBuilder *b, MlirOperation op, const UfGroup *group,
                       UfStatement *statement) {
  *statement = (UfStatement){.op = op};
  intptr_t last = mlirOperationGetNumOperands(op) - 1;
  int loopOf[UF_MAX_LOOPS];
  if (ufOpIs(op, "linalg.fill"))
    return true;
  if (last > UF_MAX_INPUTS || !matchLoops(group, mapOf(op, last), loopOf))
    return false;
  for (intptr_t i = 0; i < last; ++i) {
    UfAccess *access = &statement->inputs[statement->numInputs++];
    if (!readRenamed(b, op, i, loopOf, access) || ufIsOutput(group, access))
      return false;
  }
  return true;
}

/// Whether the sink's op reads the output once, and writes another buffer, that
/// it does not read.
static bool canSink(MlirOperation op, const UfGroup *group, intptr_t *output) {
  intptr_t last = mlirOperationGetNumOperands(op) - 1;
  MlirValue written = mlirOperationGetOperand(op, last);
  *output = -1;
  if (last > UF_MAX_INPUTS || mlirValueEqual(written, group->output.memref) ||
      !mlirAffineMapIsPermutation(mapOf(op, last)))
    return false;
  for (intptr_t i = 0; i < last; ++i) {
    MlirValue operand = mlirOperationGetOperand(op, i);
    if (mlirValueEqual(operand, written))
      return false;
    if (!mlirValueEqual(operand, group->output.memref))
      continue;
    if (*output >= 0)
      return false;
    *output = i;
  }
  return *output >= 0;
}

bool ufReadSink(UfBuilder *b, MlirOperation op, UfGroup *group) {
  UfStatement sink = {.op = op};
  UfAccess result;
  intptr_t last = mlirOperationGetNumOperands(op) - 1, output;
  int loopOf[UF_MAX_LOOPS];
  if (!canSink(op, group, &output) ||
      !matchLoops(group, mapOf(op, output), loopOf) ||
      !readRenamed(b, op, last, loopOf, &result))
    return false;
  for (intptr_t i = 0; i < last; ++i)
    if (!readRenamed(b, op, i, loopOf, &sink.inputs[sink.numInputs++]))
      return false;
  group->sink = sink;
  group->result = result;
  return true;
}

/// Whether the operand with this map is read at neighbouring elements, or at
/// one, as `loop` runs.
static bool suits(MlirValue operand, MlirAffineMap map, int loop) {
  intptr_t count = mlirAffineMapGetNumResults(map), place = count - 1;
  // Dimensions of one element do not part those of the one before.
  while (place > 0 && ufDimSize(operand, (int)place) == 1)
    --place;
  for (intptr_t i = 0; i < count; ++i) {
    MlirAffineExpr expr = mlirAffineMapGetResult(map, i);
    int split;
    int64_t size;
    if (isSplit(expr, false, &split, &size) ||
        isSplit(expr, true, &split, &size))
      continue;
    Linear linear = {{0}, 0};
    if (!addExpr(expr, 1, &linear))
      return false;
    int64_t factor = linear.factor[loop];
    if (factor != 0 && (factor != 1 || i != place))
      return false;
  }
  return true;
}

bool ufSuitsVectors(MlirOperation op) {
  intptr_t last = mlirOperationGetNumOperands(op) - 1;
  MlirAffineMap out = mapOf(op, last);
  intptr_t rank = mlirAffineMapGetNumResults(out);
  if (rank == 0 || mlirAffineMapGetNumDims(out) > UF_MAX_LOOPS ||
      last > UF_MAX_INPUTS || !mlirAffineMapIsProjectedPermutation(out))
    return false;
  MlirAffineExpr expr = mlirAffineMapGetResult(out, rank - 1);
  if (!mlirAffineExprIsADim(expr))
    return false;
  int loop = (int)mlirAffineDimExprGetPosition(expr);
  for (intptr_t i = 0; i < last; ++i)
    if (!suits(mlirOperationGetOperand(op, i), mapOf(op, i), loop))
      return false;
  return true;
}

//===----------------------------------------------------------------------===//
// Dots
//===----------------------------------------------------------------------===//

/// The input of the root that is in groups, or -1; -2 when several are.
static int groupedInput(const UfGroup *group) {
  int found = -1;
  for (int i = 0; i < group->root.numInputs; ++i)
    if (group->root.inputs[i].groupedLoop >= 0)
      found = found == -1 ? i : -2;
  return found;
}

bool ufUseDots(UfGroup *group, const UfTarget *target) {
  int rhs = groupedInput(group);
  if (rhs == -1)
    return true;
  if (rhs < 0 || group->root.numInputs != 2)
    return false;
  UfDot dot = ufReadDot(group->root.op);
  UfAccess *packed = &group->root.inputs[rhs];
  UfAccess *other = &group->root.inputs[1 - rhs];
  int loop = packed->groupedLoop;
  UfSize extent = group->loops.extent[loop];
  int64_t size = packed->group;
  if (ufDotGroup(target, dot) != size || !ufIsStatic(extent) ||
      group->loops.parallel[loop] || packed->packedLoop < 0 ||
      !ufIsSize(packed->stride[packed->packedLoop], size) ||
      !ufIsSize(other->stride[loop], 1) || other->packedLoop >= 0)
    return false;
  group->dot = dot;
  group->lhs = 1 - rhs;
  group->dotLoop = loop;
  group->rest = extent.value % size;
  group->loops.extent[loop] = ufStatic(extent.value / size);
  other->stride[loop] = ufStatic(size);
  packed->stride[loop] = packed->groupStride;
  packed->groupedLoop = -1;
  packed->unit = other->unit = size;
  packed->dim[loop] = other->dim[loop] = -2;
  return true;
}

//===----------------------------------------------------------------------===//
// Merging
//===----------------------------------------------------------------------===//

/// Calls `visit` on every access of the group; stops when it returns false.
static bool forEachAccess(UfGroup *group,
                          bool (*visit)(UfAccess *access, const void *data),
                          const void *data) {
  bool go = visit(&group->output, data) &&
            (!group->sink.op.ptr || visit(&group->result, data));
  UfStatement *lists[UF_MAX_STATEMENTS + 3];
  int count = 0;
  lists[count++] = &group->sink;
  lists[count++] = &group->root;
  lists[count++] = &group->init;
  for (int i = 0; i < group->numEpilogues; ++i)
    lists[count++] = &group->epilogues[i];
  for (int s = 0; s < count; ++s)
    for (int i = 0; go && i < lists[s]->numInputs; ++i)
      go = visit(&lists[s]->inputs[i], data);
  return go;
}

typedef struct Pair {
  int outer, inner;
  UfSize extent; ///< Of the inner loop.
} Pair;

/// Whether the operand moves over both loops as over one.
static bool canMerge(UfAccess *access, const void *data) {
  const Pair *pair = data;
  UfSize outer = access->stride[pair->outer];
  UfSize inner = access->stride[pair->inner];
  if (access->packedLoop == pair->outer || access->packedLoop == pair->inner)
    return false;
  if (ufIsSize(outer, 0) && ufIsSize(inner, 0))
    return true;
  if (ufIsStatic(outer) && ufIsStatic(inner) && ufIsStatic(pair->extent))
    return outer.value == inner.value * pair->extent.value;
  // Neighbours in row-major memory, whatever their sizes are.
  return access->dim[pair->outer] >= 0 &&
         access->dim[pair->inner] == access->dim[pair->outer] + 1 &&
         mlirAffineMapIsIdentity(
             mlirMemRefTypeGetAffineMap(mlirValueGetType(access->memref)));
}

static bool dropOuter(UfAccess *access, const void *data) {
  const Pair *pair = data;
  int *outer = &access->dim[pair->outer], *inner = &access->dim[pair->inner];
  if (*outer != -1 || *inner != -1)
    *inner = *outer >= 0 && *inner == *outer + 1 ? *outer : -2;
  *outer = -1;
  access->stride[pair->outer] = ufStatic(0);
  return true;
}

/// A loop that runs once moves nothing.
static bool dropStride(UfAccess *access, const void *data) {
  const int *loop = data;
  if (access->packedLoop != *loop)
    access->stride[*loop] = ufStatic(0);
  return true;
}

void ufMergeLoops(UfBuilder *b, UfGroup *group) {
  UfLoops *loops = &group->loops;
  for (int l = 0; l < loops->count; ++l)
    if (ufIsSize(loops->extent[l], 1) && !(group->rest && l == group->dotLoop))
      forEachAccess(group, dropStride, &l);
  for (int q = loops->count - 1; q > 0; --q)
    for (int p = loops->count - 1; p >= 0; --p) {
      Pair pair = {p, q, loops->extent[q]};
      if (p == q || loops->parallel[p] != loops->parallel[q] ||
          ufIsSize(loops->extent[p], 1) || ufIsSize(loops->extent[q], 1) ||
          (group->rest && (p == group->dotLoop || q == group->dotLoop)) ||
          !forEachAccess(group, canMerge, &pair))
        continue;
      loops->extent[q] = ufSizeMul(b, loops->extent[p], loops->extent[q]);
      loops->extent[p] = ufStatic(1);
      forEachAccess(group, dropOuter, &pair);
    }
}
