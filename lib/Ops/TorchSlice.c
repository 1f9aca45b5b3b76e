//===-- TorchSlice.c - ATen's operators that cut tensors ------------------===//

#include "Ops/TorchSlice.h"

#include "Ops/Rearrange.h"
#include "Ops/TorchShape.h"

//===----------------------------------------------------------------------===//
// One part
//===----------------------------------------------------------------------===//

/// Argument `name` as a list of one integer, for the row's attribute or operand
/// of that kind; `fallback` when it is left out.
static UfTorchInts oneInt(UfBuilder *b, const UfNode *node, const char *name,
                          int64_t fallback) {
  UfTorchInts out = {0};
  if (!ufTorchHas(node, name))
    return (UfTorchInts){.count = 1, .attr = ufIntsAttr(b, 1, &fallback)};
  ufTorchInts(b, node, name, &out);
  return out;
}

MlirLogicalResult ufTorchSlice(UfBuilder *b, const UfNode *node,
                               MlirValue *results) {
  MlirValue x = ufNodeInput(node, 0);
  int axis;
  if (!ufTorchAxis(node, "dim", 0, ufRank(x), &axis))
    return mlirLogicalResultFailure();
  UfTorchInts start = oneInt(b, node, "start", 0);
  UfTorchInts end = oneInt(b, node, "end", INT64_MAX);
  UfTorchInts step = oneInt(b, node, "step", 1);
  return ufNodeDefine(
      results,
      ufOp(b, "slice",
           UF_VALUES(x, start.value, end.value, (MlirValue){NULL}, step.value),
           UF_ATTRS({"starts", start.attr}, {"ends", end.attr},
                    {"axes", ufIntsAttr(b, 1, (int64_t[]){axis})},
                    {"steps", step.attr})));
}

/// The slice at `index`, without its dimension.
static MlirValue selectAt(UfBuilder *b, MlirValue x, int axis, int64_t index) {
  int64_t end = index == -1 || index == INT64_MAX ? INT64_MAX : index + 1;
  return ufCallSqueeze(b, ufCallSlice(b, x, axis, index, end), axis);
}

MlirLogicalResult ufTorchSelect(UfBuilder *b, const UfNode *node,
                                MlirValue *results) {
  MlirValue x = ufNodeInput(node, 0);
  MlirValue index = ufTorchTensorAs(b, node, "index", ufI64(b));
  int axis;
  UfInts known;
  if (!index.ptr || !ufTorchAxis(node, "dim", 0, ufRank(x), &axis))
    return mlirLogicalResultFailure();
  int64_t size = ufRank(x) ? ufDimSize(x, axis) : UF_DYNAMIC;
  if (!ufConstantInts(index, &known) || known.size != 1)
    return ufNodeDefine(results, ufMakeGather(b, x, index, axis));
  if (size != UF_DYNAMIC && (known.data[0] < -size || known.data[0] >= size))
    return ufNodeError(node,
                       "argument 'index' is %" PRId64 ", outside [-%" PRId64
                       ", %" PRId64 ")",
                       known.data[0], size, size);
  return ufNodeDefine(results, selectAt(b, x, axis, known.data[0]));
}

/// The start counts from the end when negative; the end does not.
MlirLogicalResult ufTorchNarrow(UfBuilder *b, const UfNode *node,
                                MlirValue *results) {
  MlirValue x = ufNodeInput(node, 0);
  MlirValue start = ufTorchTensorAs(b, node, "start", ufI64(b));
  MlirValue length = ufTorchTensorAs(b, node, "length", ufI64(b));
  int axis;
  UfInts from, count;
  if (!start.ptr || !length.ptr ||
      !ufTorchAxis(node, "dim", 0, ufRank(x), &axis))
    return mlirLogicalResultFailure();
  int64_t size = ufDimSize(x, axis);
  if (ufConstantInts(start, &from) && ufConstantInts(length, &count) &&
      from.size == 1 && count.size == 1 &&
      (from.data[0] >= 0 || size != UF_DYNAMIC)) {
    int64_t first = from.data[0] < 0 ? from.data[0] + size : from.data[0], end;
    if (__builtin_add_overflow(first, count.data[0], &end))
      return ufNodeError(node, "has %" PRId64 " elements from %" PRId64 " on",
                         count.data[0], first);
    return ufNodeDefine(results, ufCallSlice(b, x, axis, first, end));
  }
  MlirValue isNegative = ufCallCompare(b, "lt", start, ufMakeInt(b, 0));
  MlirValue fromEnd = ufMakeArith(b, "add", start, ufMakeSizeOf(b, x, axis));
  start = ufCallWhere(b, isNegative, fromEnd, start);
  MlirValue end = ufMakeArith(b, "add", start, length);
  return ufNodeDefine(results, ufMakeSliceAt(b, x, axis, start, end));
}

MlirLogicalResult ufTorchUnbind(UfBuilder *b, const UfNode *node,
                                MlirValue *results) {
  MlirValue x = ufNodeInput(node, 0);
  int axis;
  if (!ufTorchAxis(node, "dim", 0, ufRank(x), &axis))
    return mlirLogicalResultFailure();
  for (int i = 0; i < node->numOutputs; ++i)
    if (node->used[i])
      results[i] = selectAt(b, x, axis, i);
  return mlirLogicalResultSuccess();
}

//===----------------------------------------------------------------------===//
// The diagonal: every (columns + 1)-th element of a matrix seen as a list
//===----------------------------------------------------------------------===//

/// Dimensions `dim1` and `dim2` of `rank`, which must be different.
static bool diagonalAxes(const UfNode *node, int rank, int64_t *perm) {
  int first, second, at = 0;
  if (!ufTorchAxis(node, "dim1", 0, rank, &first) ||
      !ufTorchAxis(node, "dim2", 1, rank, &second))
    return false;
  if (first == second || rank < 2) {
    ufNodeError(node, "needs two different dimensions");
    return false;
  }
  for (int d = 0; d < rank; ++d)
    if (d != first && d != second)
      perm[at++] = d;
  perm[at++] = first;
  perm[at] = second;
  return true;
}

/// How far the diagonal is above the main one. No tensor is large enough to
/// tell the lowest integer, which has no opposite, from the next.
static int64_t offsetOf(const UfNode *node) {
  int64_t offset = ufNodeInt(node, "offset", 0);
  return offset == INT64_MIN ? offset + 1 : offset;
}

/// Where the diagonal starts in the list, where it ends, and its step.
typedef struct Diagonal {
  MlirValue start, end, step; ///< Of rank 0 and type i64.
} Diagonal;

static Diagonal diagonalOf(UfBuilder *b, MlirValue x, int64_t offset) {
  int rank = ufRank(x);
  MlirValue rows = ufMakeSizeOf(b, x, rank - 2);
  MlirValue columns = ufMakeSizeOf(b, x, rank - 1);
  MlirValue zero = ufMakeInt(b, 0), count;
  MlirValue shift = ufMakeInt(b, offset < 0 ? -offset : offset);
  Diagonal diagonal = {.start = shift};
  diagonal.step = ufMakeArith(b, "add", columns, ufMakeInt(b, 1));
  if (offset >= 0)
    columns = ufMakeArith(b, "subtract", columns, shift);
  else {
    rows = ufMakeArith(b, "subtract", rows, shift);
    diagonal.start = ufMakeArith(b, "multiply", shift, columns);
  }
  count = ufMakeArith(b, "minimum", rows, columns);
  count = ufMakeArith(b, "maximum", count, zero);
  diagonal.end = ufMakeArith(b, "add", diagonal.start,
                             ufMakeArith(b, "multiply", count, diagonal.step));
  return diagonal;
}

MlirLogicalResult ufTorchDiagonal(UfBuilder *b, const UfNode *node,
                                  MlirValue *results) {
  MlirValue x = ufNodeInput(node, 0);
  int rank = ufRank(x);
  int64_t perm[UF_MAX_RANK], one = 1;
  if (!diagonalAxes(node, rank, perm))
    return mlirLogicalResultFailure();
  x = ufMakeTranspose(b, x, rank, perm);
  Diagonal diagonal = diagonalOf(b, x, offsetOf(node));
  x = ufMakeFlatten(b, x, rank - 2, rank - 1);
  return ufNodeDefine(
      results,
      ufMake(b, "slice",
             UF_VALUES(x, ufCallReshape(b, diagonal.start, 1, &one),
                       ufCallReshape(b, diagonal.end, 1, &one),
                       ufCallReshape(b, ufMakeInt(b, rank - 2), 1, &one),
                       ufCallReshape(b, diagonal.step, 1, &one)),
             UF_NO_ATTRS));
}

/// Every element of the matrices is its own or one of the diagonal's.
MlirLogicalResult ufTorchDiagonalScatter(UfBuilder *b, const UfNode *node,
                                         MlirValue *results) {
  MlirValue x = ufNodeInput(node, 0), src = ufNodeInput(node, 1);
  int rank = ufRank(x);
  int64_t perm[UF_MAX_RANK], back[UF_MAX_RANK];
  int64_t offset = offsetOf(node);
  if (!diagonalAxes(node, rank, perm))
    return mlirLogicalResultFailure();
  if (!src.ptr || ufRank(src) != rank - 1)
    return ufNodeError(node, "needs argument 'src' of rank %d", rank - 1);
  for (int d = 0; d < rank; ++d)
    back[perm[d]] = d;
  if (ufDimSize(src, rank - 2) == 0)
    return ufNodeDefine(results, x);
  x = ufMakeTranspose(b, x, rank, perm);
  MlirValue row = ufMakeIotaAlong(b, x, rank - 2);
  MlirValue column = ufMakeIotaAlong(b, x, rank - 1);
  MlirValue isOn = ufCallCompare(
      b, "eq", ufMakeArith(b, "add", row, ufMakeInt(b, offset)), column);
  // Row i of the matrix takes the element that is on it, or any; those before
  // the diagonal starts count from the end and do not matter.
  MlirValue place = ufMakeFlat(b, row);
  if (offset < 0)
    place = ufMakeArith(b, "subtract", place, ufMakeInt(b, -offset));
  src = ufMakeGather(b, src, place, rank - 2);
  src = ufCallUnsqueeze(b, src, rank - 1);
  x = ufCallWhere(b, isOn, src, x);
  return ufNodeDefine(results, ufMakeTranspose(b, x, rank, back));
}

//===----------------------------------------------------------------------===//
// Turning round
//===----------------------------------------------------------------------===//

static MlirValue reverse(UfBuilder *b, MlirValue x, int count,
                         const int64_t *axes) {
  return ufMake(b, "reverse", UF_VALUES(x),
                UF_ATTRS({"axes", ufIntsAttr(b, count, axes)}));
}

MlirLogicalResult ufTorchFlip(UfBuilder *b, const UfNode *node,
                              MlirValue *results) {
  MlirValue x = ufNodeInput(node, 0);
  UfInts dims = {0};
  ufNodeInts(node, "dims", &dims);
  if (ufRank(x) == 0)
    return ufNodeDefine(results, x);
  return ufNodeDefine(results, reverse(b, x, dims.size, dims.data));
}

MlirLogicalResult ufTorchFlipFirst(UfBuilder *b, const UfNode *node,
                                   MlirValue *results) {
  return ufNodeDefine(results,
                      reverse(b, ufNodeInput(node, 0), 1, (int64_t[]){0}));
}

MlirLogicalResult ufTorchFlipSecond(UfBuilder *b, const UfNode *node,
                                    MlirValue *results) {
  return ufNodeDefine(results,
                      reverse(b, ufNodeInput(node, 0), 1, (int64_t[]){1}));
}

/// The last `shift` elements before the others. A shift that is not known, or a
/// size, is taken modulo the size at run time.
static MlirValue roll(UfBuilder *b, MlirValue x, int axis, MlirValue shift) {
  MlirValue size = ufMakeSizeOf(b, x, axis);
  UfInts known, length;
  if (!x.ptr || ufDimSize(x, axis) == 0)
    return x;
  if (shift.ptr && ufConstantInts(shift, &known) &&
      ufConstantInts(size, &length)) {
    int64_t n = length.data[0], s = (known.data[0] % n + n) % n;
    if (s == 0)
      return x;
    return ufCallConcat(b,
                        UF_VALUES(ufCallSlice(b, x, axis, n - s, n),
                                  ufCallSlice(b, x, axis, 0, n - s)),
                        axis);
  }
  MlirValue least = ufMakeArith(b, "maximum", size, ufMakeInt(b, 1));
  MlirValue middle =
      ufMakeArith(b, "subtract", size, ufMakeArith(b, "mod", shift, least));
  return ufCallConcat(
      b,
      UF_VALUES(ufMakeSliceAt(b, x, axis, middle, size),
                ufMakeSliceAt(b, x, axis, ufMakeInt(b, 0), middle)),
      axis);
}

MlirLogicalResult ufTorchRoll(UfBuilder *b, const UfNode *node,
                              MlirValue *results) {
  MlirValue x = ufNodeInput(node, 0);
  UfTorchInts shifts;
  UfInts dims = {0};
  if (!x.ptr)
    return ufNodeError(node, "needs argument 'self'");
  int rank = ufRank(x);
  if (!ufTorchInts(b, node, "shifts", &shifts))
    return mlirLogicalResultFailure();
  if (ufTorchHas(node, "dims"))
    ufNodeInts(node, "dims", &dims);
  if (shifts.count == 0 ||
      (dims.size != shifts.count && !(dims.size == 0 && shifts.count == 1)))
    return ufNodeError(node, "has %d shifts for %d dimensions", shifts.count,
                       dims.size);
  if (rank == 0)
    return ufNodeDefine(results, x);
  if (dims.size == 0) // All dimensions as one.
    return ufNodeDefine(
        results,
        ufMakeReshapeLike(
            b, roll(b, ufMakeFlat(b, x), 0, ufTorchIntAt(b, &shifts, 0)), x));
  for (int i = 0; i < dims.size; ++i) {
    int64_t axis = dims.data[i] < 0 ? dims.data[i] + rank : dims.data[i];
    if (axis < 0 || axis >= rank)
      return ufNodeError(node, "argument 'dims' is outside of rank %d", rank);
    x = roll(b, x, (int)axis, ufTorchIntAt(b, &shifts, i));
  }
  return ufNodeDefine(results, x);
}

/// k quarter turns from the first dimension to the second.
MlirLogicalResult ufTorchRot90(UfBuilder *b, const UfNode *node,
                               MlirValue *results) {
  MlirValue x = ufNodeInput(node, 0);
  int rank = ufRank(x);
  int64_t k = (ufNodeInt(node, "k", 1) % 4 + 4) % 4, perm[UF_MAX_RANK];
  UfInts dims = {2, {0, 1}};
  if (ufTorchHas(node, "dims"))
    ufNodeInts(node, "dims", &dims);
  for (int i = 0; i < dims.size; ++i)
    dims.data[i] += dims.data[i] < 0 ? rank : 0;
  if (dims.size != 2 || dims.data[0] == dims.data[1] || dims.data[0] < 0 ||
      dims.data[1] < 0 || dims.data[0] >= rank || dims.data[1] >= rank)
    return ufNodeError(node, "argument 'dims' must be two dimensions");
  for (int d = 0; d < rank; ++d)
    perm[d] = d == dims.data[0]   ? dims.data[1]
              : d == dims.data[1] ? dims.data[0]
                                  : d;
  if (k == 2)
    return ufNodeDefine(results, reverse(b, x, 2, dims.data));
  if (k == 1)
    x = reverse(b, x, 1, &dims.data[1]);
  if (k != 0)
    x = ufMakeTranspose(b, x, rank, perm);
  return ufNodeDefine(results, k == 3 ? reverse(b, x, 1, &dims.data[1]) : x);
}

//===----------------------------------------------------------------------===//
// Differences of neighbours
//===----------------------------------------------------------------------===//

/// `self` between what the node puts before and behind it.
static MlirValue withEnds(UfBuilder *b, const UfNode *node, int axis) {
  static const char *const names[] = {"prepend", "self", "append"};
  MlirType element = ufElementType(ufNodeInput(node, 0));
  MlirValue parts[3];
  int count = 0;
  for (int i = 0; i < 3; ++i)
    if (ufTorchHas(node, names[i])) {
      parts[count] = ufTorchTensorAs(b, node, names[i], element);
      if (!parts[count++].ptr)
        return (MlirValue){NULL};
    }
  return count == 1 ? parts[0]
                    : ufCallConcat(b, (UfValues){parts, count}, axis);
}

MlirLogicalResult ufTorchDiff(UfBuilder *b, const UfNode *node,
                              MlirValue *results) {
  MlirValue x = ufNodeInput(node, 0);
  int64_t times = ufNodeInt(node, "n", 1);
  int axis;
  if (times < 0 || times > UF_MAX_VALUES)
    return ufNodeError(node, "argument 'n' is %" PRId64 ", outside [0, %d]",
                       times, UF_MAX_VALUES);
  if (!ufTorchAxis(node, "dim", -1, ufRank(x), &axis))
    return mlirLogicalResultFailure();
  x = withEnds(b, node, axis);
  for (int64_t i = 0; x.ptr && i < times; ++i) {
    MlirValue next = ufCallSlice(b, x, axis, 1, INT64_MAX);
    MlirValue last = ufCallSlice(b, x, axis, 0, -1);
    x = ufIsBool(ufElementType(x)) ? ufCallCompare(b, "ne", next, last)
                                   : ufCall2(b, "subtract", next, last);
  }
  return ufNodeDefine(results, x);
}
