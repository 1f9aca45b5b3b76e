//===-- DeformConvolution.c - deform_sample and deform_conv2d -------------===//

#include "Ops/Sampling.h"
#include "Ops/TorchResize.h"
#include "Ops/Window.h"

//===----------------------------------------------------------------------===//
// deform_sample
//
//   output[n, (c, k), p] = mask[n, (g, k), p]
//       * input[n, c, stride * p + dilation * k - low + offset[n, (g, k), p]],
//
//   interpolated, where c belongs to offset group g, (c, k) counts row by row,
//   and offset has two channels, for height and width, for each (g, k). Outside
//   the input lie zeros.
//
// (C1) input, offset and mask have rank 4.
// (C2) kernel_size, stride and dilation have two positive numbers, padding four
//      from zero up.
// (C3) offset_groups is positive and divides the channels of input.
// (C4) offset has 2 * offset_groups * (elements of the window) channels and the
//      size of the output; so has mask with half of the channels.
// (C5) the window fits into the padded input, which is not empty.
//===----------------------------------------------------------------------===//

static MlirLogicalResult checkOffset(MlirOperation op, const char *name,
                                     int operand, int64_t channels,
                                     const UfShape *output) {
  MlirValue value = ufOperandOf(op, operand);
  if (!value.ptr)
    return mlirLogicalResultSuccess();
  UfShape shape = ufShape(value), wanted = *output;
  wanted.dims[1] = channels;
  bool agree = shape.rank == 4;
  for (int i = 0; agree && i < 4; ++i)
    agree = shape.dims[i] == wanted.dims[i] || shape.dims[i] == UF_DYNAMIC ||
            wanted.dims[i] == UF_DYNAMIC;
  char found[UF_SHAPE_TEXT], expected[UF_SHAPE_TEXT];
  if (!agree)
    return ufOpError(op, "operand '%s' must be %s, but is %s", name,
                     ufShapeText(&wanted, expected, sizeof expected),
                     ufShapeText(&shape, found, sizeof found));
  return mlirLogicalResultSuccess();
}

/// Checks the channels of input and sets those of the offset and the result.
static MlirLogicalResult countDeformed(MlirOperation op, int64_t channels,
                                       const UfWindow *window, int64_t *offsets,
                                       int64_t *columns) {
  int64_t groups = ufGetInt(op, "offset_groups");
  int64_t elements = window->kernel[0] * window->kernel[1];
  if (groups < 1 || groups > INT32_MAX ||
      (channels != UF_DYNAMIC && channels % groups != 0)) // C3
    return ufOpError(op,
                     "attribute 'offset_groups' must be positive and divide "
                     "%" PRId64 " channels, but is %" PRId64,
                     channels, groups);
  *columns = UF_DYNAMIC;
  if (__builtin_mul_overflow(elements, groups * 2, offsets) ||
      (channels != UF_DYNAMIC &&
       __builtin_mul_overflow(channels, elements, columns)))
    return ufOpError(op, "the elements of the windows are too many");
  return mlirLogicalResultSuccess();
}

static MlirLogicalResult readDeform(MlirOperation op, UfWindow *window,
                                    UfShape *result) {
  UfShape input = ufShape(ufOperandOf(op, 0));
  UfInts kernel = ufGetInts(op, "kernel_size");
  int64_t offsets = 0, columns = 0;
  if (input.rank != 4 || kernel.size != 2) // C1, C2
    return ufOpError(op,
                     "operand 'input' must have rank 4 and attribute "
                     "'kernel_size' 2 elements, but have %d and %d",
                     input.rank, kernel.size);
  UF_TRY(ufReadWindow(op, 2, kernel.data, window)); // C2
  UF_TRY(countDeformed(op, input.dims[1], window, &offsets, &columns));
  *result = input;
  for (int i = 0; i < 2; ++i)
    UF_TRY(ufInferWindow(op, window, i, input.dims[i + 2],
                         &result->dims[i + 2]));           // C5
  UF_TRY(checkOffset(op, "offset", 1, offsets, result));   // C4
  UF_TRY(checkOffset(op, "mask", 2, offsets / 2, result)); // C4
  result->dims[1] = columns;
  return mlirLogicalResultSuccess();
}

static MlirLogicalResult inferDeformSample(MlirOperation op, UfShape *results) {
  UfWindow window = {0};
  UfShape input = ufShape(ufOperandOf(op, 0));
  UF_TRY(ufVerifyImage(op, &input)); // C5
  return readDeform(op, &window, results);
}

typedef struct Deform {
  UfWindow window;
  MlirValue image, offset, mask;
  UfSize sizes[4], perGroup;
  MlirType type, element;
} Deform;

/// Loops: batch, channel, window (2), position (2).
static void deformBody(UfBuilder *b, const MlirValue *args, MlirValue *results,
                       const void *data) {
  (void)args;
  const Deform *op = data;
  UfSize loops[6];
  for (int i = 0; i < 6; ++i)
    loops[i].value = 0, loops[i].dynamic = ufLoopIndex(b, i);
  UfSize width = ufStatic(op->window.kernel[1]);
  UfSize group = ufSizeDiv(b, loops[1], op->perGroup);
  UfSize number = ufSizeAdd(
      b, ufSizeMul(b, group, ufStatic(op->window.kernel[0])), loops[2]);
  number = ufSizeAdd(b, ufSizeMul(b, number, width), loops[3]);
  MlirValue at[] = {loops[0].dynamic, ufSizeValue(b, number), loops[4].dynamic,
                    loops[5].dynamic};
  MlirValue weight = {NULL};
  if (op->mask.ptr)
    weight = ufConvert(b, ufExtract(b, op->mask, at), op->type, false, false);
  UfTaps taps[2];
  for (int i = 0; i < 2; ++i) {
    UfSize channel =
        ufSizeAdd(b, ufSizeMul(b, number, ufStatic(2)), ufStatic(i));
    at[1] = ufSizeValue(b, channel);
    MlirValue offset =
        ufConvert(b, ufExtract(b, op->offset, at), op->type, false, false);
    UfSize start = ufSizeMul(b, loops[4 + i], ufStatic(op->window.stride[i]));
    UfSize step = ufSizeMul(b, loops[2 + i], ufStatic(op->window.dilation[i]));
    start =
        ufSizeSub(b, ufSizeAdd(b, start, step), ufStatic(op->window.low[i]));
    MlirValue x = ufConvert(b, ufSizeValue(b, start), op->type, false, false);
    ufLinearTaps(b, ufAdd(b, x, offset), op->sizes[2 + i], &taps[i]);
  }
  const MlirValue leading[] = {loops[0].dynamic, loops[1].dynamic};
  MlirValue x = ufInterpolate(b, op->image, 2, leading, taps, op->type);
  if (weight.ptr)
    x = ufMul(b, x, weight);
  results[0] = ufConvert(b, x, op->element, false, false);
}

static MlirLogicalResult lowerDeformSample(UfBuilder *b) {
  Deform op = {
      .image = ufInput(b, 0), .offset = ufInput(b, 1), .mask = ufInput(b, 2)};
  UfShape result;
  UF_TRY(readDeform(b->op, &op.window, &result));
  ufAssertImage(b, op.image);
  op.element = ufElementType(op.image);
  op.type = ufSamplingType(b, op.element, op.element);
  ufSizesOf(b, op.image, op.sizes);
  op.perGroup =
      ufSizeDiv(b, op.sizes[1], ufStatic(ufGetInt(b->op, "offset_groups")));
  UfSize sizes[6] = {op.sizes[0],
                     op.sizes[1],
                     ufStatic(op.window.kernel[0]),
                     ufStatic(op.window.kernel[1]),
                     ufSizeOf(b, op.offset, 2),
                     ufSizeOf(b, op.offset, 3)};
  ufAssertSameSize(b, sizes[0], ufSizeOf(b, op.offset, 0),
                   "deform_conv2d: input and offset differ in batch size");
  for (int i = 0; op.mask.ptr && i < 4; ++i)
    if (i != 1)
      ufAssertSameSize(b, ufSizeOf(b, op.mask, i), ufSizeOf(b, op.offset, i),
                       "deform_conv2d: mask and offset differ in size");
  MlirValue init = ufEmpty(b, op.element, 6, sizes);
  MlirAffineMap map = ufMapIdentity(b, 6);
  MlirValue columns = ufGeneric(b, &(UfGeneric){.inits = {&init, 1},
                                                .maps = &map,
                                                .iterators = "pppppp",
                                                .body = deformBody,
                                                .data = &op});
  UfSize window = ufSizeMul(b, sizes[2], sizes[3]);
  UfSize joined[] = {sizes[0], ufSizeMul(b, sizes[1], window), sizes[4],
                     sizes[5]};
  return ufReplace(b, ufReshape(b, columns, 4, joined));
}

//===----------------------------------------------------------------------===//
// deform_conv2d
//
//   conv2d whose windows are sampled by deform_sample: each element is moved by
//   its own offset and scaled by its mask.
//
// (C1) weight has rank 4 and known sizes.
// (C2) the rest as in conv2d and deform_sample.
//===----------------------------------------------------------------------===//

static MlirLogicalResult inferDeformConv(MlirOperation op, UfShape *results) {
  UfShape weight = ufShape(ufOperandOf(op, 1));
  UfShape offset = ufShape(ufOperandOf(op, 2));
  UfShape input = ufShape(ufOperandOf(op, 0));
  if (weight.rank != 4 || ufNumElements(&weight) == UF_DYNAMIC ||
      offset.rank != 4 || input.rank != 4) // C1, C2
    return ufOpError(op, "operands 'input', 'weight' and 'offset' must have "
                         "rank 4, and weight known sizes");
  UfWindow window = {0};
  UF_TRY(ufReadWindow(op, 2, weight.dims + 2, &window)); // C2
  results[0] = input;
  results[0].dims[1] = weight.dims[0];
  for (int i = 0; i < 2; ++i)
    UF_TRY(ufInferWindow(op, &window, i, input.dims[i + 2],
                         &results[0].dims[i + 2]));
  return mlirLogicalResultSuccess();
}

static MlirLogicalResult decomposeDeformConv(UfBuilder *b) {
  MlirOperation op = b->op;
  UfShape weight = ufShape(ufOperandOf(op, 1));
  MlirValue columns = ufOp(
      b, "deform_sample",
      UF_VALUES(ufOperandOf(op, 0), ufOperandOf(op, 2), ufOperandOf(op, 4)),
      UF_ATTRS({"kernel_size", ufIntsAttr(b, 2, weight.dims + 2)},
               {"stride", ufGetAttr(op, "stride")},
               {"padding", ufGetAttr(op, "padding")},
               {"dilation", ufGetAttr(op, "dilation")},
               {"offset_groups", ufGetAttr(op, "offset_groups")}));
  const int64_t flat[] = {
      weight.dims[0], weight.dims[1] * weight.dims[2] * weight.dims[3], 1, 1};
  MlirValue factors = ufOp(b, "reshape", UF_VALUES(ufOperandOf(op, 1)),
                           UF_ATTRS({"shape", ufIntsAttr(b, 4, flat)}));
  if (!columns.ptr || !factors.ptr)
    return mlirLogicalResultFailure();
  return ufReplace(b, ufOp(b, "conv2d",
                           UF_VALUES(columns, factors, ufOperandOf(op, 3)),
                           UF_ATTRS({"groups", ufGetAttr(op, "groups")})));
}

static MlirLogicalResult importDeformConv(UfBuilder *b, const UfNode *node,
                                          MlirValue *results) {
  int64_t groups = ufNodeInt(node, "group", 1);
  int64_t offsetGroups = ufNodeInt(node, "offset_group", 1);
  return ufNodeDefine(
      results, ufOp(b, "deform_conv2d", node->inputs,
                    UF_ATTRS({"stride", ufNodeIntsAttr(b, node, "strides")},
                             {"padding", ufNodeIntsAttr(b, node, "pads")},
                             {"dilation", ufNodeIntsAttr(b, node, "dilations")},
                             {"groups", ufIntAttr(b, groups)},
                             {"offset_groups", ufIntAttr(b, offsetGroups)})));
}

#define WINDOW_ATTRS                                                           \
  {"stride", "Steps of the window.", UF_INT_LIST, "array<i64: 1, 1>"},         \
      {"padding", "Zeros before, then after each dimension.", UF_INT_LIST,     \
       "array<i64: 0, 0, 0, 0>"},                                              \
      {"dilation", "Distance of the window's elements.", UF_INT_LIST,          \
       "array<i64: 1, 1>"},                                                    \
      {"offset_groups", "Parts of the channels with offsets of their own.",    \
       UF_INT, "1"}

static const UfOp ops[] = {
    {
        .name = "deform_conv2d",
        .summary = "Convolution by windows whose elements are moved.",
        .operands = {{"input", "(batch, channels, image).", UF_FLOATS},
                     {"weight", "(outputs, channels / groups, window).",
                      UF_FLOATS | UF_SAME},
                     {"offset", "Of each element: by height, by width.",
                      UF_FLOATS | UF_SAME},
                     {"bias", "(outputs).", UF_FLOATS | UF_SAME, UF_OPTIONAL},
                     {"mask", "A factor for each element.", UF_FLOATS | UF_SAME,
                      UF_OPTIONAL}},
        .attrs = {WINDOW_ATTRS,
                  {"groups", "Parts the channels are split into.", UF_INT,
                   "1"}},
        .infer = inferDeformConv,
        .decompose = decomposeDeformConv,
        .imports = UF_IMPORTS({UF_ONNX, "DeformConv", 19, importDeformConv},
                              {UF_TORCH, "torchvision.deform_conv2d.default", 0,
                               ufTorchDeformConvolution}),
    },
    {
        .name = "deform_sample",
        .summary = "What moved windows cover, as channels.",
        .operands = {{"input", "(batch, channels, image).", UF_FLOATS},
                     {"offset", "Of each element: by height, by width.",
                      UF_FLOATS | UF_SAME},
                     {"mask", "A factor for each element.", UF_FLOATS | UF_SAME,
                      UF_OPTIONAL}},
        .attrs = {{"kernel_size", "Size of the window.", UF_INT_LIST},
                  WINDOW_ATTRS},
        .infer = inferDeformSample,
        .toLinalg = lowerDeformSample,
    },
};
UF_FAMILY(ufDeformConvolutionOps, "deform_convolution", ops);
