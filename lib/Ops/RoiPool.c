//===-- RoiPool.c - max_roi_pool ------------------------------------------===//

#include "Ops/Sampling.h"

//===----------------------------------------------------------------------===//
// max_roi_pool
//
//   output[r, c, p] = the largest of input[rois[r, 0], c] in bin p of region r.
//
//   A region is (image, x1, y1, x2, y2), its corners scaled by spatial_scale,
//   rounded, and both part of it. It is split into output_size bins, from the
//   floor of where one begins up to the ceiling of where it ends. A bin without
//   elements, outside the image, is 0.
//
// (C1) input has rank 4 and is not empty.
// (C2) rois are (regions, 5).
// (C3) output_size has two positive numbers.
//===----------------------------------------------------------------------===//

enum { NUMBERS = 5 }; // of a region

static MlirLogicalResult inferRoiPool(MlirOperation op, UfShape *results) {
  UfShape input = ufShape(ufOperandOf(op, 0));
  UfShape rois = ufShape(ufOperandOf(op, 1));
  if (input.rank != 4) // C1
    return ufOpError(op, "operand 'input' must have rank 4, but has %d",
                     input.rank);
  UF_TRY(ufVerifyImage(op, &input)); // C1
  char text[UF_SHAPE_TEXT];
  if (rois.rank != 2 ||
      (rois.dims[1] != NUMBERS && rois.dims[1] != UF_DYNAMIC)) // C2
    return ufOpError(op, "operand 'rois' must be (regions, 5), but is %s",
                     ufShapeText(&rois, text, sizeof text));
  UfInts size = ufGetInts(op, "output_size");
  bool isGood = size.size == 2;
  for (int i = 0; i < size.size; ++i)
    isGood &= size.data[i] > 0 && size.data[i] <= INT32_MAX;
  if (!isGood) // C3
    return ufOpError(op,
                     "attribute 'output_size' must have two positive numbers");
  results[0] = input;
  results[0].dims[0] = rois.dims[0];
  results[0].dims[2] = size.data[0];
  results[0].dims[3] = size.data[1];
  return mlirLogicalResultSuccess();
}

typedef struct RoiPool {
  MlirValue image, rois;
  UfSize sizes[4]; ///< Of the image.
  UfInts output;
  double scale;
  MlirType type, element;
  int dim; ///< For countBody: 0 for height, 1 for width.
} RoiPool;

static MlirValue number(UfBuilder *b, const RoiPool *op, double value) {
  return ufNumber(b, op->type, value);
}

/// Number `which` of a region.
static MlirValue roiNumber(UfBuilder *b, const RoiPool *op, MlirValue region,
                           int which) {
  const MlirValue at[] = {region, ufIndex(b, which)};
  return ufConvert(b, ufExtract(b, op->rois, at), op->type, false, false);
}

/// A scaled corner, rounded, halves away from zero.
static MlirValue corner(UfBuilder *b, const RoiPool *op, MlirValue region,
                        int which) {
  MlirValue x =
      ufMul(b, roiNumber(b, op, region, which), number(b, op, op->scale));
  MlirValue low = ufUnary(b, "math.floor", x);
  MlirValue rest = ufSub(b, x, low), half = number(b, op, 0.5);
  MlirValue isUp = ufSelect(b, ufCompare(b, UF_GE, x, number(b, op, 0), false),
                            ufCompare(b, UF_GE, rest, half, false),
                            ufCompare(b, UF_GT, rest, half, false));
  return ufSelect(b, isUp, ufAdd(b, low, number(b, op, 1)), low);
}

/// Begin of a region along `dim` and size of its bins.
static MlirValue binSize(UfBuilder *b, const RoiPool *op, MlirValue region,
                         int dim, MlirValue *begin) {
  *begin = corner(b, op, region, 2 - dim);
  MlirValue size = ufSub(b, corner(b, op, region, 4 - dim), *begin);
  size = ufMax(b, ufAdd(b, size, number(b, op, 1)), number(b, op, 1), false);
  return ufDiv(b, size, number(b, op, (double)op->output.data[dim]), false);
}

/// `x` as an i64 from 0 to the image's size along `dim`.
static MlirValue insideImage(UfBuilder *b, const RoiPool *op, MlirValue x,
                             int dim) {
  UfSize size = op->sizes[2 + dim];
  MlirValue end = ufIsStatic(size)
                      ? number(b, op, (double)size.value)
                      : ufConvert(b, size.dynamic, op->type, false, false);
  x = ufMax(b, ufMin(b, x, end, false), number(b, op, 0), false);
  return ufConvert(b, x, ufI64(b), false, false);
}

/// Where the bin that the loops are in begins and ends along `dim`.
static void binBounds(UfBuilder *b, const RoiPool *op, int dim,
                      MlirValue bounds[2]) {
  MlirValue begin, bin = binSize(b, op, ufLoopIndex(b, 0), dim, &begin);
  MlirValue at = ufConvert(b, ufLoopIndex(b, 2 + dim), op->type, false, false);
  MlirValue next = ufAdd(b, at, number(b, op, 1));
  MlirValue first = ufUnary(b, "math.floor", ufMul(b, at, bin));
  MlirValue last = ufUnary(b, "math.ceil", ufMul(b, next, bin));
  bounds[0] = insideImage(b, op, ufAdd(b, first, begin), dim);
  bounds[1] = insideImage(b, op, ufAdd(b, last, begin), dim);
}

/// Takes one element. Loops: region, channel, bin (2), element of it (2).
/// Arguments: the grid's extent, result so far.
static void elementBody(UfBuilder *b, const MlirValue *args, MlirValue *results,
                        const void *data) {
  const RoiPool *op = data;
  MlirValue valid = {NULL}, at[4];
  for (int d = 0; d < 2; ++d) {
    MlirValue bounds[2];
    binBounds(b, op, d, bounds);
    MlirValue position =
        ufAdd(b, bounds[0], ufFromIndex(b, ufLoopIndex(b, 4 + d), ufI64(b)));
    MlirValue exists = ufCompare(b, UF_LT, position, bounds[1], false);
    valid = d ? ufBinary(b, "arith.andi", valid, exists) : exists;
    at[2 + d] = ufClampedIndex(b, position, op->sizes[2 + d]);
  }
  MlirValue image = ufConvert(b, roiNumber(b, op, ufLoopIndex(b, 0), 0),
                              ufI64(b), false, false);
  at[0] = ufClampedIndex(b, image, op->sizes[0]);
  at[1] = ufLoopIndex(b, 1);
  MlirValue x =
      ufConvert(b, ufExtract(b, op->image, at), op->type, false, false);
  results[0] = ufSelect(b, valid, ufMax(b, args[1], x, false), args[1]);
}

/// The largest of no elements is 0.
static void finishBody(UfBuilder *b, const MlirValue *args, MlirValue *results,
                       const void *data) {
  const RoiPool *op = data;
  MlirValue any = {NULL};
  for (int d = 0; d < 2; ++d) {
    MlirValue bounds[2];
    binBounds(b, op, d, bounds);
    MlirValue some = ufCompare(b, UF_LT, bounds[0], bounds[1], false);
    any = d ? ufBinary(b, "arith.andi", any, some) : some;
  }
  MlirValue x = ufSelect(b, any, args[0], number(b, op, 0));
  results[0] = ufConvert(b, x, op->element, false, false);
}

/// The most elements that a bin of the regions so far has along a dimension.
static void countBody(UfBuilder *b, const MlirValue *args, MlirValue *results,
                      const void *data) {
  const RoiPool *op = data;
  MlirValue begin, bin = binSize(b, op, ufLoopIndex(b, 0), op->dim, &begin);
  // One more where neither end of a bin is an element's.
  MlirValue count = ufAdd(b, ufUnary(b, "math.ceil", bin), number(b, op, 1));
  results[0] = ufMax(b, args[1], insideImage(b, op, count, op->dim), false);
}

static UfSize mostElements(UfBuilder *b, const RoiPool *pool, UfSize regions,
                           int dim) {
  RoiPool op = *pool;
  op.dim = dim;
  MlirValue extent = ufEmpty(b, op.type, 1, &regions);
  MlirValue init = ufFilled(b, ufInteger(b, ufI64(b), 0), 0, NULL);
  MlirAffineMap maps[] = {ufMapIdentity(b, 1), ufMapOf(b, 1, 0, NULL)};
  MlirValue most = ufGeneric(b, &(UfGeneric){.inputs = {&extent, 1},
                                             .inits = {&init, 1},
                                             .maps = maps,
                                             .iterators = "r",
                                             .body = countBody,
                                             .data = &op});
  return ufSizeFromValue(b, ufExtract(b, most, NULL));
}

static MlirLogicalResult lowerRoiPool(UfBuilder *b) {
  RoiPool op = {.image = ufInput(b, 0),
                .rois = ufInput(b, 1),
                .output = ufGetInts(b->op, "output_size"),
                .scale = ufGetFloat(b->op, "spatial_scale")};
  ufAssertImage(b, op.image);
  op.element = ufElementType(op.image);
  op.type = ufSamplingType(b, op.element, op.element);
  ufSizesOf(b, op.image, op.sizes);
  ufAssertSameSize(b, ufSizeOf(b, op.rois, 1), ufStatic(NUMBERS),
                   "max_roi_pool: a region must have five numbers");
  UfSize regions = ufSizeOf(b, op.rois, 0);
  UfSize sizes[] = {regions, op.sizes[1], ufStatic(op.output.data[0]),
                    ufStatic(op.output.data[1])};
  UfSize grid[] = {mostElements(b, &op, regions, 0),
                   mostElements(b, &op, regions, 1)};
  // Nothing reads its elements: it says how many a bin may have.
  MlirValue extent = ufEmpty(b, op.type, 2, grid);
  MlirValue init = ufFilled(b, ufLowest(b, op.type, false), 4, sizes);
  MlirAffineMap maps[] = {ufMapOf(b, 6, 2, (const int[]){4, 5}),
                          ufMapOf(b, 6, 4, (const int[]){0, 1, 2, 3})};
  MlirValue most = ufGeneric(b, &(UfGeneric){.inputs = {&extent, 1},
                                             .inits = {&init, 1},
                                             .maps = maps,
                                             .iterators = "pppprr",
                                             .body = elementBody,
                                             .data = &op});
  return ufReplace(
      b, ufElementwise(b, UF_VALUES(most), op.element, finishBody, &op));
}

static MlirLogicalResult importRoiPool(UfBuilder *b, const UfNode *node,
                                       MlirValue *results) {
  return ufNodeDefine(
      results,
      ufOp(b, "max_roi_pool", node->inputs,
           UF_ATTRS({"output_size", ufNodeAttr(node, "pooled_shape")},
                    {"spatial_scale",
                     ufFloatAttr(b, ufNodeFloat(node, "spatial_scale", 1))})));
}

static const UfOp ops[] = {
    {
        .name = "max_roi_pool",
        .summary = "The largest elements of bins of regions of images.",
        .operands = {{"input", "(batch, channels, image).", UF_FLOATS},
                     {"rois", "Of each region image, x1, y1, x2, y2.",
                      UF_FLOATS | UF_SAME}},
        .attrs = {{"output_size", "Bins in height and width.", UF_INT_LIST},
                  {"spatial_scale", "Corners are multiplied by it.", UF_FLOAT,
                   "1.0 : f64"}},
        .infer = inferRoiPool,
        .toLinalg = lowerRoiPool,
        .imports = UF_IMPORTS({UF_ONNX, "MaxRoiPool", 1, importRoiPool}),
    },
};
UF_FAMILY(ufRoiPoolOps, "roi_pool", ops);
