//===-- Interpolation.c - Lowering of resize ------------------------------===//
//
// Interpolation is separable: the image is passed over once for each axis, or
// once for all to take the nearest elements.
//
//===----------------------------------------------------------------------===//

#include "Ops/ResizeAxis.h"

//===----------------------------------------------------------------------===//
// Passes over the image
//===----------------------------------------------------------------------===//

typedef struct Pass {
  MlirValue image;
  const UfAxis *axes;
  int count;       ///< Of axes: all of them for nearest, else one.
  MlirType sum;    ///< What taps are added up in.
  MlirType result; ///< As in ufront: may have a sign.
  bool isUnsigned; ///< The image.
  bool isReduced;  ///< Taps are a loop, the last but one.
} Pass;

static bool isCrop(const Pass *pass) {
  return pass->axes[0].resize->coordinates == UF_RESIZE_CROP;
}

/// The loop over dimension `dim` of the result.
static int loopOf(const Pass *pass, int dim) {
  return dim + (pass->isReduced && dim == ufRank(pass->image) - 1);
}

/// The element at the loops' position, but at index[i] along axis i.
static MlirValue elementAt(UfBuilder *b, const Pass *pass,
                           const MlirValue *index) {
  MlirValue at[UF_MAX_RANK];
  int rank = ufRank(pass->image);
  for (int d = 0; d < rank; ++d) {
    int i = 0;
    while (i < pass->count && pass->axes[i].dim != d)
      ++i;
    at[d] = i < pass->count ? ufToIndex(b, index[i])
                            : ufLoopIndex(b, loopOf(pass, d));
  }
  return ufExtract(b, pass->image, at);
}

/// A sum as the result has it; integers are rounded and saturated.
static MlirValue finish(UfBuilder *b, const Pass *pass, MlirValue x) {
  if (!ufIsFloat(pass->result))
    x = ufUnary(b, "math.roundeven", x);
  return ufConvert(b, x, ufSignless(pass->result), false,
                   ufIsUnsigned(pass->result));
}

static MlirValue extrapolate(UfBuilder *b, const Pass *pass,
                             const MlirValue *outside, MlirValue x) {
  if (!isCrop(pass))
    return x;
  MlirValue value =
      ufNumber(b, mlirValueGetType(x), pass->axes[0].resize->extrapolation);
  for (int i = 0; i < pass->count; ++i)
    x = ufSelect(b, outside[i], value, x);
  return x;
}

/// Arguments: the index of each axis, then of each whether it is outside.
static void nearestBody(UfBuilder *b, const MlirValue *args, MlirValue *results,
                        const void *data) {
  const Pass *pass = data;
  MlirValue x = elementAt(b, pass, args);
  results[0] = extrapolate(b, pass, args + pass->count, x);
}

/// Arguments: indices, weights, whether it is outside.
static void weightedBody(UfBuilder *b, const MlirValue *args,
                         MlirValue *results, const void *data) {
  const Pass *pass = data;
  int taps = pass->axes[0].taps;
  const MlirValue *weights = args + taps, *outside = weights + taps;
  MlirValue sum = {NULL};
  for (int k = 0; k < taps; ++k) {
    MlirValue x = ufConvert(b, elementAt(b, pass, &args[k]), pass->sum,
                            pass->isUnsigned, false);
    sum = k ? ufMulAdd(b, x, weights[k], sum) : ufMul(b, x, weights[k]);
  }
  results[0] = finish(b, pass, extrapolate(b, pass, outside, sum));
}

/// Arguments: index, weight, sum so far.
static void reduceBody(UfBuilder *b, const MlirValue *args, MlirValue *results,
                       const void *data) {
  const Pass *pass = data;
  MlirValue x = ufConvert(b, elementAt(b, pass, args), pass->sum,
                          pass->isUnsigned, false);
  results[0] = ufMulAdd(b, x, args[1], args[2]);
}

/// Arguments: sum, whether it is outside.
static void finishBody(UfBuilder *b, const MlirValue *args, MlirValue *results,
                       const void *data) {
  const Pass *pass = data;
  results[0] = finish(b, pass, extrapolate(b, pass, args + 1, args[0]));
}

/// The operands of a pass, with a map for each.
typedef struct Tables {
  int count;
  MlirValue values[UF_MAX_VALUES];
  MlirAffineMap maps[UF_MAX_VALUES + 1];
} Tables;

static void addTable(UfBuilder *b, Tables *tables, MlirValue table, int loops,
                     int axisLoop, int tapLoop) {
  int dims[] = {axisLoop, tapLoop};
  tables->maps[tables->count] = ufMapOf(b, loops, ufRank(table), dims);
  tables->values[tables->count++] = table;
}

/// A generic without inputs that writes `count` tables of elements[i].
static MlirOperation makeTables(UfBuilder *b, int rank, const UfSize *sizes,
                                int count, const MlirType *elements,
                                UfBody body, const UfAxis *axis) {
  MlirValue inits[2 * 4];
  MlirAffineMap maps[2 * 4];
  for (int i = 0; i < count; ++i) {
    inits[i] = ufEmpty(b, elements[i], rank, sizes);
    maps[i] = ufMapIdentity(b, rank);
  }
  return ufGenericOp(b, &(UfGeneric){.inits = {inits, count},
                                     .maps = maps,
                                     .iterators = rank == 1 ? "p" : "pp",
                                     .body = body,
                                     .data = axis});
}

static void addOutside(UfBuilder *b, const Pass *pass, Tables *tables,
                       int loops) {
  MlirType type = ufI1(b);
  for (int i = 0; isCrop(pass) && i < pass->count; ++i) {
    const UfAxis *axis = &pass->axes[i];
    MlirOperation op =
        makeTables(b, 1, &axis->out, 1, &type, ufOutsideBody, axis);
    addTable(b, tables, ufResultOf(op, 0), loops, axis->dim, -1);
  }
}

static int resultSizes(UfBuilder *b, const Pass *pass, UfSize *sizes) {
  ufSizesOf(b, pass->image, sizes);
  for (int i = 0; i < pass->count; ++i)
    sizes[pass->axes[i].dim] = pass->axes[i].out;
  return ufRank(pass->image);
}

static const char *parallel(int rank) {
  static const char iterators[] = "pppppppppppppppp";
  return &iterators[UF_MAX_RANK - rank];
}

/// A pass whose taps are all in its body.
static MlirValue passOver(UfBuilder *b, const Pass *pass) {
  UfSize sizes[UF_MAX_RANK];
  int rank = resultSizes(b, pass, sizes);
  bool isNearest = pass->axes[0].resize->mode == UF_RESIZE_NEAREST;
  Tables tables = {0};
  for (int i = 0; i < pass->count; ++i) {
    const UfAxis *axis = &pass->axes[i];
    MlirType types[2 * 4] = {0};
    for (int k = 0; k < axis->taps; ++k) {
      types[k] = ufI64(b);
      types[axis->taps + k] = axis->weight;
    }
    int count = isNearest ? 1 : 2 * axis->taps;
    MlirOperation op =
        makeTables(b, 1, &axis->out, count, types, ufTapsBody, axis);
    for (int k = 0; k < count; ++k)
      addTable(b, &tables, ufResultOf(op, k), rank, axis->dim, -1);
  }
  addOutside(b, pass, &tables, rank);
  tables.maps[tables.count] = ufMapIdentity(b, rank);
  MlirValue init = ufEmpty(b, ufSignless(pass->result), rank, sizes);
  return ufGeneric(b,
                   &(UfGeneric){.inputs = {tables.values, tables.count},
                                .inits = {&init, 1},
                                .maps = tables.maps,
                                .iterators = parallel(rank),
                                .body = isNearest ? nearestBody : weightedBody,
                                .data = pass});
}

static void sumBody(UfBuilder *b, const MlirValue *args, MlirValue *results,
                    const void *data) {
  (void)data;
  results[0] = ufAdd(b, args[0], args[1]);
}

static void shareBody(UfBuilder *b, const MlirValue *args, MlirValue *results,
                      const void *data) {
  const UfAxis *axis = data;
  MlirValue share = ufDiv(b, args[0], args[1], false);
  results[0] = ufConvert(b, share, axis->weight, false, false);
}

/// The weights of `axis`, each divided by their sum.
static MlirValue shareWeights(UfBuilder *b, const UfAxis *axis, MlirValue raw,
                              const UfSize *sizes) {
  MlirValue sum = ufReduce(
      b, raw, 1 << 1, ufNumber(b, mlirF64TypeGet(b->ctx), 0), sumBody, NULL);
  MlirValue init = ufEmpty(b, axis->weight, 2, sizes);
  MlirAffineMap maps[] = {ufMapIdentity(b, 2),
                          ufMapOf(b, 2, 1, (const int[]){0}),
                          ufMapIdentity(b, 2)};
  return ufGeneric(b, &(UfGeneric){.inputs = UF_VALUES(raw, sum),
                                   .inits = {&init, 1},
                                   .maps = maps,
                                   .iterators = "pp",
                                   .body = shareBody,
                                   .data = axis});
}

/// A pass along one axis that adds up its many taps in a loop.
static MlirValue reduceOver(UfBuilder *b, const Pass *pass) {
  const UfAxis *axis = &pass->axes[0];
  UfSize table[] = {axis->out, axis->stretchedTaps}, sizes[UF_MAX_RANK];
  MlirType types[] = {ufI64(b), mlirF64TypeGet(b->ctx)};
  MlirOperation op = makeTables(b, 2, table, 2, types, ufTapBody, axis);
  MlirValue weights = shareWeights(b, axis, ufResultOf(op, 1), table);

  int rank = resultSizes(b, pass, sizes), at = axis->dim;
  Tables tables = {0};
  addTable(b, &tables, ufResultOf(op, 0), rank + 1, loopOf(pass, at), rank - 1);
  addTable(b, &tables, weights, rank + 1, loopOf(pass, at), rank - 1);
  int dims[UF_MAX_RANK];
  char iterators[UF_MAX_RANK + 2] = {0};
  for (int d = 0; d < rank; ++d)
    iterators[dims[d] = loopOf(pass, d)] = 'p';
  iterators[rank - 1] = 'r';
  tables.maps[tables.count] = ufMapOf(b, rank + 1, rank, dims);
  MlirValue init = ufFilled(b, ufNumber(b, pass->sum, 0), rank, sizes);
  MlirValue sum =
      ufGeneric(b, &(UfGeneric){.inputs = {tables.values, tables.count},
                                .inits = {&init, 1},
                                .maps = tables.maps,
                                .iterators = iterators,
                                .body = reduceBody,
                                .data = pass});
  if (!isCrop(pass) && mlirTypeEqual(pass->sum, pass->result))
    return sum;
  Tables last = {0};
  last.maps[last.count] = ufMapIdentity(b, rank);
  last.values[last.count++] = sum;
  addOutside(b, pass, &last, rank);
  last.maps[last.count] = ufMapIdentity(b, rank);
  init = ufEmpty(b, ufSignless(pass->result), rank, sizes);
  return ufGeneric(b, &(UfGeneric){.inputs = {last.values, last.count},
                                   .inits = {&init, 1},
                                   .maps = last.maps,
                                   .iterators = parallel(rank),
                                   .body = finishBody,
                                   .data = pass});
}

//===----------------------------------------------------------------------===//
// The whole
//===----------------------------------------------------------------------===//

MlirLogicalResult ufLowerResize(UfBuilder *b) {
  UfResize resize;
  UF_TRY(ufReadResize(b->op, &resize));
  MlirType element = ufElementType(ufOperandOf(b->op, 0));
  MlirValue image = ufInput(b, 0);
  MlirType sum =
      ufIsFloat(element) && ufBitWidth(element) > 32 ? element : ufF32(b);
  UfAxis axes[UF_MAX_RANK];
  int count = ufPrepareAxes(b, &resize, image, sum, axes);
  if (count == 0)
    return ufReplace(b, image);
  Pass pass = {.image = image,
               .axes = axes,
               .count = count,
               .sum = sum,
               .result = element,
               .isUnsigned = ufIsUnsigned(element)};
  if (resize.mode == UF_RESIZE_NEAREST)
    return ufReplace(b, passOver(b, &pass));
  pass.count = 1;
  for (int i = 0; i < count; ++i) {
    pass.axes = &axes[i];
    pass.result = i == count - 1 ? element : sum;
    pass.isReduced = axes[i].isStretched;
    pass.image = pass.isReduced ? reduceOver(b, &pass) : passOver(b, &pass);
  }
  return ufReplace(b, pass.image);
}
