//===-- CausalConvolution.c - Convolution that remembers its past ---------===//

#include "Ops/Compose.h"

#include <string.h>

//===----------------------------------------------------------------------===//
// causal_conv_with_state
//
//   Each channel is convolved with a window of k elements that ends at the
//   element it is for; before the input come the k - 1 elements of past_state,
//   or zeros. present_state are the last k - 1 elements of both. The output
//   goes through x * sigmoid(x) if activation says so.
//
// (C1) the input is [batch, channels, length], the weight [channels, 1, k] with
//      channels and k that are known and not 0.
// (C2) the bias is [channels].
// (C3) past_state is [batch, channels, k - 1].
//===----------------------------------------------------------------------===//

enum { INPUT, WEIGHT, BIAS, PAST };

static MlirLogicalResult checkState(MlirOperation op, const UfShape *x,
                                    int64_t channels, int64_t size) {
  MlirValue bias = ufOperandOf(op, BIAS), past = ufOperandOf(op, PAST);
  char text[UF_SHAPE_TEXT];
  if (bias.ptr) {
    UfShape shape = ufShape(bias);
    if (shape.rank != 1 || !ufSizesAgree(shape.dims[0], channels)) // C2
      return ufOpError(op, "bias must be [%" PRId64 "], but is %s", channels,
                       ufShapeText(&shape, text, sizeof text));
  }
  if (!past.ptr)
    return mlirLogicalResultSuccess();
  UfShape shape = ufShape(past);
  if (shape.rank != 3 || !ufSizesAgree(shape.dims[0], x->dims[0]) ||
      !ufSizesAgree(shape.dims[1], channels) ||
      !ufSizesAgree(shape.dims[2], size - 1)) // C3
    return ufOpError(op,
                     "past_state must be [batch, %" PRId64 ", %" PRId64 "] "
                     "with the input's batch, but is %s",
                     channels, size - 1,
                     ufShapeText(&shape, text, sizeof text));
  return mlirLogicalResultSuccess();
}

static MlirLogicalResult inferCausalConv(MlirOperation op, UfShape *results) {
  UfShape x = ufShape(mlirOperationGetOperand(op, INPUT));
  UfShape weight = ufShape(mlirOperationGetOperand(op, WEIGHT));
  char text[UF_SHAPE_TEXT], other[UF_SHAPE_TEXT];
  int64_t channels = weight.dims[0], size = weight.dims[2];
  if (x.rank != 3 || weight.rank != 3 || channels < 1 || size < 1 ||
      !ufSizesAgree(weight.dims[1], 1) ||
      !ufSizesAgree(x.dims[1], channels)) // C1
    return ufOpError(op,
                     "takes [batch, channels, length] and a weight of known "
                     "shape [channels, 1, size], but they are %s and %s",
                     ufShapeText(&x, text, sizeof text),
                     ufShapeText(&weight, other, sizeof other));
  UF_TRY(checkState(op, &x, channels, size));
  results[0] = results[1] = x;
  results[0].dims[1] = results[1].dims[1] = channels;
  results[1].dims[2] = size - 1;
  return mlirLogicalResultSuccess();
}

/// The input behind `size` elements of the past state, or zeros.
static MlirValue withPast(UfBuilder *b, MlirValue x, int64_t channels,
                          int64_t size) {
  MlirValue past = ufOperandOf(b->op, PAST);
  int64_t pads[] = {size, 0}, axis = 2;
  if (!past.ptr)
    return ufOp(b, "pad", UF_VALUES(x),
                UF_ATTRS({"pads", ufIntsAttr(b, 2, pads)},
                         {"axes", ufIntsAttr(b, 1, &axis)}));
  if (size == 0)
    return x;
  // What is not known of the past is checked when the model runs.
  past = ufCallReshape(b, past, 3, (int64_t[]){0, channels, size});
  return ufCallConcat(b, UF_VALUES(past, x), axis);
}

static MlirLogicalResult decomposeCausalConv(UfBuilder *b) {
  MlirOperation op = b->op;
  MlirValue x = ufOperandOf(op, INPUT), weight = ufOperandOf(op, WEIGHT);
  int64_t channels = ufDimSize(weight, 0), past = ufDimSize(weight, 2) - 1;
  bool isPadded = ufOperandOf(op, PAST).ptr == NULL;
  int64_t padding[] = {isPadded ? past : 0, 0};
  MlirValue all = withPast(b, x, channels, past);
  if (!all.ptr)
    return mlirLogicalResultFailure();
  MlirValue y = x;
  if (ufDimSize(x, 2) != 0) // else there is nothing to convolve
    y = ufOp(b, "conv1d",
             UF_VALUES(isPadded ? x : all, weight, ufOperandOf(op, BIAS)),
             UF_ATTRS({"groups", ufIntAttr(b, channels)},
                      {"padding", ufIntsAttr(b, 2, padding)}));
  if (strcmp(ufGetStr(op, "activation"), "none") != 0)
    y = ufCall1(b, "silu", y);
  MlirValue present = ufCallSlice(b, all, 2, -past, past ? INT64_MAX : 0);
  if (!y.ptr || !present.ptr)
    return mlirLogicalResultFailure();
  return ufReplaceAll(b, UF_VALUES(y, present));
}

//===----------------------------------------------------------------------===//

static const UfOp ops[] = {
    {
        .name = "causal_conv_with_state",
        .summary = "Convolves each channel with the elements up to each one.",
        .operands = {{"input", "[batch, channels, length].", UF_FLOATS},
                     {"weight", "[channels, 1, k].", UF_FLOATS | UF_SAME},
                     {"bias", "[channels].", UF_FLOATS | UF_SAME, UF_OPTIONAL},
                     {"past_state",
                      "What comes before: [batch, channels, k - 1]; zeros when "
                      "omitted.",
                      UF_FLOATS | UF_SAME, UF_OPTIONAL}},
        .results = {{"output", "As the input."},
                    {"present_state", "The last k - 1 elements."}},
        .attrs = {{"activation", "What the output goes through.", UF_STRING,
                   "\"none\"", .oneOf = "none|silu|swish"}},
        .infer = inferCausalConv,
        .decompose = decomposeCausalConv,
        .imports = UF_IMPORTS({UF_ONNX, "CausalConvWithState", 27, NULL}),
    },
};
UF_FAMILY(ufCausalConvolutionOps, "causal convolution", ops);
