//===-- RoiAlign.c - roi_align --------------------------------------------===//

#include "Ops/Sampling.h"
#include "Ops/TorchResize.h"

#include <string.h>

//===----------------------------------------------------------------------===//
// roi_align
//
//   output[r, c, p] = the average, or maximum, of samples of
//                     input[batch_indices[r], c] in bin p of region r.
//
//   A region (x1, y1, x2, y2) of rois, scaled by spatial_scale, is split into
//   output_size bins, and each bin into a grid of sampling_ratio samples in
//   each direction, or when that is 0 as many as the bin has elements. The
//   average is of bilinear samples; the maximum, as ONNX defines it, of their
//   four terms.
//
// (C1) input has rank 4 and is not empty.
// (C2) rois are (regions, 4), batch_indices (regions).
// (C3) output_size has two positive numbers; sampling_ratio is from 0 to 4096.
//===----------------------------------------------------------------------===//

enum { MAX_SAMPLES = 4096 };

static MlirLogicalResult inferRoiAlign(MlirOperation op, UfShape *results) {
  UfShape input = ufShape(ufOperandOf(op, 0));
  UfShape rois = ufShape(ufOperandOf(op, 1));
  UfShape batch = ufShape(ufOperandOf(op, 2));
  if (input.rank != 4) // C1
    return ufOpError(op, "operand 'input' must have rank 4, but has %d",
                     input.rank);
  UF_TRY(ufVerifyImage(op, &input)); // C1
  bool agree = rois.rank == 2 && batch.rank == 1 &&
               (rois.dims[1] == 4 || rois.dims[1] == UF_DYNAMIC) &&
               (rois.dims[0] == batch.dims[0] || rois.dims[0] == UF_DYNAMIC ||
                batch.dims[0] == UF_DYNAMIC);
  char first[UF_SHAPE_TEXT], second[UF_SHAPE_TEXT];
  if (!agree) // C2
    return ufOpError(op,
                     "operands 'rois' and 'batch_indices' must be (regions, 4) "
                     "and (regions), but are %s and %s",
                     ufShapeText(&rois, first, sizeof first),
                     ufShapeText(&batch, second, sizeof second));
  UfInts size = ufGetInts(op, "output_size");
  int64_t ratio = ufGetInt(op, "sampling_ratio");
  bool isGood = size.size == 2 && ratio >= 0 && ratio <= MAX_SAMPLES;
  for (int i = 0; i < size.size; ++i)
    isGood &= size.data[i] > 0 && size.data[i] <= INT32_MAX;
  if (!isGood) // C3
    return ufOpError(op,
                     "attribute 'output_size' must have two positive numbers, "
                     "'sampling_ratio' be from 0 to %d",
                     MAX_SAMPLES);
  results[0] = input;
  results[0].dims[0] =
      rois.dims[0] == UF_DYNAMIC ? batch.dims[0] : rois.dims[0];
  results[0].dims[2] = size.data[0];
  results[0].dims[3] = size.data[1];
  return mlirLogicalResultSuccess();
}

typedef struct RoiAlign {
  MlirValue image, rois, batch;
  UfSize sizes[4]; ///< Of the image.
  UfInts output;
  int64_t ratio;
  double scale;
  bool aligned, isMax;
  MlirType type, element;
} RoiAlign;

static MlirValue number(UfBuilder *b, const RoiAlign *op, double value) {
  return ufNumber(b, op->type, value);
}

static MlirValue roiNumber(UfBuilder *b, const RoiAlign *op, MlirValue region,
                           int which) {
  const MlirValue at[] = {region, ufIndex(b, which)};
  MlirValue x =
      ufConvert(b, ufExtract(b, op->rois, at), op->type, false, false);
  x = ufMul(b, x, number(b, op, op->scale));
  return op->aligned ? ufSub(b, x, number(b, op, 0.5)) : x;
}

/// Begin of a region along `dim` (height, width) and size of its bins.
static MlirValue binSize(UfBuilder *b, const RoiAlign *op, MlirValue region,
                         int dim, MlirValue *begin) {
  *begin = roiNumber(b, op, region, 1 - dim);
  MlirValue size = ufSub(b, roiNumber(b, op, region, 3 - dim), *begin);
  if (!op->aligned) // malformed regions have one element
    size = ufMax(b, size, number(b, op, 1), false);
  return ufDiv(b, size, number(b, op, (double)op->output.data[dim]), false);
}

/// Samples in a bin along `dim`, an i64 from 0 up.
static MlirValue sampleCount(UfBuilder *b, const RoiAlign *op, MlirValue bin) {
  MlirType type = ufI64(b);
  if (op->ratio > 0)
    return ufInteger(b, type, op->ratio);
  MlirValue count =
      ufConvert(b, ufUnary(b, "math.ceil", bin), type, false, false);
  count = ufMin(b, count, ufInteger(b, type, MAX_SAMPLES), false);
  return ufMax(b, count, ufInteger(b, type, 0), false);
}

/// The neighbours of `x`, which up to one outside counts as the edge.
static MlirValue edgeTaps(UfBuilder *b, const RoiAlign *op, MlirValue x,
                          UfSize size, UfTaps *taps) {
  MlirValue end = ufIsStatic(size)
                      ? number(b, op, (double)size.value)
                      : ufConvert(b, size.dynamic, op->type, false, false);
  MlirValue last = ufSub(b, end, number(b, op, 1));
  MlirValue isNear = ufBinary(b, "arith.andi",
                              ufCompare(b, UF_GE, x, number(b, op, -1), false),
                              ufCompare(b, UF_LE, x, end, false));
  x = ufMax(b, ufMin(b, x, last, false), number(b, op, 0), false);
  ufLinearTaps(b, x, size, taps);
  taps->inside[0] = taps->inside[1] = (MlirValue){NULL};
  return isNear;
}

/// The largest of the four terms of a bilinear sample.
static MlirValue largestTerm(UfBuilder *b, const RoiAlign *op,
                             const MlirValue *leading, const UfTaps *taps) {
  MlirValue most = {NULL};
  for (int t = 0; t < 4; ++t) {
    const UfTaps *rows = &taps[0], *columns = &taps[1];
    const MlirValue at[] = {leading[0], leading[1], rows->index[t / 2],
                            columns->index[t % 2]};
    MlirValue x =
        ufConvert(b, ufExtract(b, op->image, at), op->type, false, false);
    MlirValue weight = ufMul(b, rows->weight[t / 2], columns->weight[t % 2]);
    x = ufMul(b, x, weight);
    most = most.ptr ? ufMax(b, most, x, false) : x;
  }
  return most;
}

/// Adds one sample. Loops: region, channel, bin (2), sample (2). Arguments: the
/// grid's extent, result so far.
static void sampleBody(UfBuilder *b, const MlirValue *args, MlirValue *results,
                       const void *data) {
  const RoiAlign *op = data;
  MlirValue region = ufLoopIndex(b, 0), valid = {NULL}, near = {NULL};
  UfTaps taps[2];
  for (int d = 0; d < 2; ++d) {
    MlirValue begin, bin = binSize(b, op, region, d, &begin);
    MlirValue count = sampleCount(b, op, bin);
    MlirValue sample = ufFromIndex(b, ufLoopIndex(b, 4 + d), ufI64(b));
    MlirValue exists = ufCompare(b, UF_LT, sample, count, false);
    valid = d ? ufBinary(b, "arith.andi", valid, exists) : exists;
    MlirValue at = ufConvert(b, ufLoopIndex(b, 2 + d), op->type, false, false);
    MlirValue in = ufAdd(b, ufConvert(b, sample, op->type, false, false),
                         number(b, op, 0.5));
    in = ufDiv(b, ufMul(b, in, bin),
               ufConvert(b, count, op->type, false, false), false);
    MlirValue x = ufAdd(b, ufAdd(b, begin, ufMul(b, at, bin)), in);
    MlirValue isNear = edgeTaps(b, op, x, op->sizes[2 + d], &taps[d]);
    near = d ? ufBinary(b, "arith.andi", near, isNear) : isNear;
  }
  const MlirValue atRegion[] = {region};
  MlirValue image = ufExtract(b, op->batch, atRegion);
  image = ufConvert(b, image, ufI64(b), false, false);
  const MlirValue leading[] = {ufClampedIndex(b, image, op->sizes[0]),
                               ufLoopIndex(b, 1)};
  MlirValue x = op->isMax
                    ? largestTerm(b, op, leading, taps)
                    : ufInterpolate(b, op->image, 2, leading, taps, op->type);
  x = ufSelect(b, near, x, number(b, op, 0));
  MlirValue with =
      op->isMax ? ufMax(b, args[1], x, false) : ufAdd(b, args[1], x);
  results[0] = ufSelect(b, valid, with, args[1]);
}

/// Divides a sum by the number of samples; the maximum of none is 0.
static void finishBody(UfBuilder *b, const MlirValue *args, MlirValue *results,
                       const void *data) {
  const RoiAlign *op = data;
  MlirValue region = ufLoopIndex(b, 0), total = {NULL};
  MlirValue one = ufInteger(b, ufI64(b), 1);
  for (int d = 0; d < 2; ++d) {
    MlirValue begin, bin = binSize(b, op, region, d, &begin);
    MlirValue count = sampleCount(b, op, bin);
    total = d ? ufMul(b, total, count) : count;
  }
  MlirValue x = args[0];
  if (op->isMax) {
    MlirValue any = ufCompare(b, UF_GE, total, one, false);
    x = ufSelect(b, any, x, number(b, op, 0));
  } else {
    MlirValue divisor =
        ufConvert(b, ufMax(b, total, one, false), op->type, false, false);
    x = ufDiv(b, x, divisor, false);
  }
  results[0] = ufConvert(b, x, op->element, false, false);
}

/// The larger of the samples in both directions of a region's bins.
static void mostBody(UfBuilder *b, const MlirValue *args, MlirValue *results,
                     const void *data) {
  const RoiAlign *op = data;
  results[0] = args[1];
  for (int d = 0; d < 2; ++d) {
    MlirValue begin, bin = binSize(b, op, ufLoopIndex(b, 0), d, &begin);
    results[0] = ufMax(b, results[0], sampleCount(b, op, bin), false);
  }
}

/// How many samples the bins of any region need in one direction.
static UfSize mostSamples(UfBuilder *b, const RoiAlign *op) {
  if (op->ratio > 0)
    return ufStatic(op->ratio);
  MlirValue init = ufFilled(b, ufInteger(b, ufI64(b), 0), 0, NULL);
  MlirAffineMap maps[] = {ufMapIdentity(b, 1), ufMapOf(b, 1, 0, NULL)};
  MlirValue most = ufGeneric(b, &(UfGeneric){.inputs = {&op->batch, 1},
                                             .inits = {&init, 1},
                                             .maps = maps,
                                             .iterators = "r",
                                             .body = mostBody,
                                             .data = op});
  return ufSizeFromValue(b, ufExtract(b, most, NULL));
}

static MlirLogicalResult lowerRoiAlign(UfBuilder *b) {
  RoiAlign op = {.image = ufInput(b, 0),
                 .rois = ufInput(b, 1),
                 .batch = ufInput(b, 2),
                 .output = ufGetInts(b->op, "output_size"),
                 .ratio = ufGetInt(b->op, "sampling_ratio"),
                 .scale = ufGetFloat(b->op, "spatial_scale"),
                 .aligned = ufGetBool(b->op, "aligned"),
                 .isMax = strcmp(ufGetStr(b->op, "mode"), "max") == 0};
  ufAssertImage(b, op.image);
  op.element = ufElementType(op.image);
  op.type = ufSamplingType(b, op.element, op.element);
  ufSizesOf(b, op.image, op.sizes);
  UfSize regions = ufSizeOf(b, op.rois, 0), samples = mostSamples(b, &op);
  ufAssertSameSize(b, regions, ufSizeOf(b, op.batch, 0),
                   "roi_align: rois and batch_indices differ in number");
  ufAssertSameSize(b, ufSizeOf(b, op.rois, 1), ufStatic(4),
                   "roi_align: a region must have four numbers");
  UfSize sizes[] = {regions, op.sizes[1], ufStatic(op.output.data[0]),
                    ufStatic(op.output.data[1])};
  UfSize grid[] = {samples, samples};
  // Nothing reads its elements: it says how many samples there are.
  MlirValue extent = ufEmpty(b, op.type, 2, grid);
  MlirValue start = op.isMax ? ufLowest(b, op.type, false) : number(b, &op, 0);
  MlirValue init = ufFilled(b, start, 4, sizes);
  MlirAffineMap maps[] = {ufMapOf(b, 6, 2, (const int[]){4, 5}),
                          ufMapOf(b, 6, 4, (const int[]){0, 1, 2, 3})};
  MlirValue sums = ufGeneric(b, &(UfGeneric){.inputs = {&extent, 1},
                                             .inits = {&init, 1},
                                             .maps = maps,
                                             .iterators = "pppprr",
                                             .body = sampleBody,
                                             .data = &op});
  return ufReplace(
      b, ufElementwise(b, UF_VALUES(sums), op.element, finishBody, &op));
}

static MlirLogicalResult importRoiAlign(UfBuilder *b, const UfNode *node,
                                        MlirValue *results) {
  // Before opset 16 regions were never shifted by half an element.
  const char *coordinates =
      ufNodeStr(node, "coordinate_transformation_mode",
                node->version >= 16 ? "half_pixel" : "output_half_pixel");
  bool aligned = strcmp(coordinates, "half_pixel") == 0;
  const int64_t size[] = {ufNodeInt(node, "output_height", 1),
                          ufNodeInt(node, "output_width", 1)};
  int64_t ratio = ufNodeInt(node, "sampling_ratio", 0);
  double scale = ufNodeFloat(node, "spatial_scale", 1);
  return ufNodeDefine(
      results,
      ufOp(b, "roi_align", node->inputs,
           UF_ATTRS({"output_size", ufIntsAttr(b, 2, size)},
                    {"sampling_ratio", ufIntAttr(b, ratio)},
                    {"spatial_scale", ufFloatAttr(b, scale)},
                    {"aligned", ufBoolAttr(b, aligned)},
                    {"mode", ufStrAttr(b, ufNodeStr(node, "mode", "avg"))})));
}

static const UfOp ops[] = {
    {
        .name = "roi_align",
        .summary = "Regions of images, sampled to one size.",
        .operands = {{"input", "(batch, channels, image).", UF_FLOATS},
                     {"rois", "Of each region x1, y1, x2, y2.",
                      UF_FLOATS | UF_SAME},
                     {"batch_indices", "Of each region: its image.",
                      UF_INTEGERS}},
        .attrs = {{"output_size", "Bins in height and width.", UF_INT_LIST},
                  {"sampling_ratio",
                   "Samples in each direction of a bin; 0 for its elements.",
                   UF_INT, "0"},
                  {"spatial_scale", "Regions are multiplied by it.", UF_FLOAT,
                   "1.0 : f64"},
                  {"aligned", "Regions are moved by half an element.", UF_BOOL,
                   "true"},
                  {"mode", "What to take of the samples.", UF_STRING, "\"avg\"",
                   .oneOf = "avg|max"}},
        .infer = inferRoiAlign,
        .toLinalg = lowerRoiAlign,
        .imports = UF_IMPORTS(
            {UF_ONNX, "RoiAlign", 10, importRoiAlign},
            {UF_TORCH, "torchvision.roi_align.default", 0, ufTorchRoiAlign}),
    },
};
UF_FAMILY(ufRoiAlignOps, "roi_align", ops);
