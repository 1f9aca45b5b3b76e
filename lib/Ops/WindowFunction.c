//===-- WindowFunction.c - Windows for spectra ----------------------------===//

#include "Ops/Move.h"
#include "Ops/Rearrange.h"
#include "Support/Arena.h"

#include <math.h>
#include <string.h>

//===----------------------------------------------------------------------===//
// window
//
//   output[i] = a - b * cos(2 pi i / n) + c * cos(4 pi i / n), with n the size
//   (`periodic`) or one less, and the a, b, c of the kind of window.
//
// (C1) 0 <= size <= 2^24.
// (C2) dtype is a float type.
//===----------------------------------------------------------------------===//

static const struct Window {
  const char *kind;
  double a, b, c;
} windows[] = {
    {"hann", 0.5, 0.5, 0},
    {"hamming", 25.0 / 46, 21.0 / 46, 0},
    {"blackman", 0.42, 0.5, 0.08},
};

static MlirType dtypeOf(MlirOperation op) {
  MlirAttribute attr = ufGetAttr(op, "dtype");
  return mlirAttributeIsNull(attr) ? mlirF32TypeGet(mlirOperationGetContext(op))
                                   : mlirTypeAttrGetValue(attr);
}

static MlirLogicalResult inferWindow(MlirOperation op, UfShape *results) {
  int64_t size = ufGetInt(op, "size");
  if (size < 0 || size > 1 << 24) // C1
    return ufOpError(op, "size is %" PRId64 ", outside [0, %d]", size, 1 << 24);
  MlirType element = dtypeOf(op);
  if (!ufIsFloat(element)) // C2
    return ufOpError(op, "dtype must be a float type");
  results[0] = (UfShape){.rank = 1, .dims = {size}, .element = element};
  return mlirLogicalResultSuccess();
}

static double windowElement(MlirOperation op, int64_t i) {
  const struct Window *window = windows;
  while (strcmp(window->kind, ufGetStr(op, "kind")) != 0)
    ++window;
  int64_t n = ufGetInt(op, "size") - !ufGetBool(op, "periodic");
  double angle = n > 0 ? 2 * acos(-1) * (double)i / (double)n : 0;
  return window->a - window->b * cos(angle) + window->c * cos(2 * angle);
}

/// The whole window as a constant of f32 or f64; null when memory is exhausted.
static MlirAttribute windowElements(UfBuilder *b, bool isWide) {
  int64_t count = ufGetInt(b->op, "size");
  MlirType element = isWide ? mlirF64TypeGet(b->ctx) : ufF32(b);
  MlirType type = ufTensorOf(element, 1, &count);
  UF_SCOPED(UfArena) arena = {0};
  double *wide = UF_NEW(&arena, double, (size_t)count + 1);
  float *narrow = UF_NEW(&arena, float, (size_t)count + 1);
  if (!wide || !narrow)
    return mlirAttributeGetNull();
  for (int64_t i = 0; i < count; ++i) {
    wide[i] = windowElement(b->op, i);
    narrow[i] = (float)wide[i];
  }
  return isWide ? mlirDenseElementsAttrDoubleGet(type, count, wide)
                : mlirDenseElementsAttrFloatGet(type, count, narrow);
}

static void convertBody(UfBuilder *b, const MlirValue *args, MlirValue *results,
                        const void *data) {
  const MlirType *to = data;
  results[0] = ufConvert(b, args[0], *to, false, false);
}

static MlirLogicalResult lowerWindow(UfBuilder *b) {
  MlirType element = mlirShapedTypeGetElementType(ufResultType(b, 0));
  MlirAttribute elements = windowElements(b, ufBitWidth(element) > 32);
  if (mlirAttributeIsNull(elements))
    return ufOpError(b->op, "has too little memory for its elements");
  MlirValue window =
      ufBuild(b, "arith.constant", mlirAttributeGetType(elements), UF_NO_VALUES,
              UF_ATTRS({"value", elements}));
  if (!mlirTypeEqual(ufElementType(window), element))
    window =
        ufElementwise(b, UF_VALUES(window), element, convertBody, &element);
  return ufReplace(b, window);
}

static MlirLogicalResult windowToTosa(UfBuilder *b) {
  MlirType type = ufResultType(b, 0);
  if (ufBitWidth(mlirShapedTypeGetElementType(type)) != 32 ||
      ufHasEmptyDim(type))
    return mlirLogicalResultFailure();
  MlirAttribute elements = windowElements(b, /*isWide=*/false);
  if (mlirAttributeIsNull(elements))
    return mlirLogicalResultFailure();
  return ufReplace(b, ufBuild(b, "tosa.const", mlirAttributeGetType(elements),
                              UF_NO_VALUES, UF_ATTRS({"values", elements})));
}

/// The same of a size that is computed.
static MlirValue computeWindow(UfBuilder *b, const char *kind, MlirValue size,
                               bool isPeriodic, MlirType dtype) {
  const struct Window *window = windows;
  while (strcmp(window->kind, kind) != 0)
    ++window;
  MlirType wide = mlirF64TypeGet(b->ctx);
  size = ufCallReshape(b, ufCallCast(b, size, ufI64(b)), 0, NULL);
  MlirValue count = ufCall2(b, "maximum", ufMakeInt(b, 1),
                            ufCallNumber(b, "add", size, isPeriodic ? 0 : -1));
  MlirValue places = ufCallCast(b, ufMakeIota(b, size), wide);
  MlirValue angle = ufCallNumber(
      b, "multiply", ufCall2(b, "divide", places, ufCallCast(b, count, wide)),
      2 * acos(-1));
  MlirValue first =
      ufCallNumber(b, "multiply", ufCall1(b, "cos", angle), -window->b);
  MlirValue twice = ufCall1(b, "cos", ufCallNumber(b, "multiply", angle, 2));
  MlirValue sum = ufCall2(b, "add", ufCallNumber(b, "add", first, window->a),
                          ufCallNumber(b, "multiply", twice, window->c));
  return ufCallCast(b, sum, dtype);
}

static MlirLogicalResult importWindow(UfBuilder *b, const UfNode *node,
                                      const char *kind, MlirValue *results) {
  UfInts size;
  MlirType dtype = ufF32(b);
  if (!ufKnownInts(ufNodeInput(node, 0), &size) || size.size != 1)
    return ufNodeError(node, "needs one size");
  if (ufNodeHas(node, "output_datatype"))
    dtype = ufNodeType(b, node, "output_datatype");
  if (!dtype.ptr)
    return mlirLogicalResultFailure();
  bool isPeriodic = ufNodeInt(node, "periodic", 1) != 0;
  if (size.data[0] == UF_DYNAMIC)
    return ufNodeDefine(results, computeWindow(b, kind, ufNodeInput(node, 0),
                                               isPeriodic, dtype));
  return ufNodeDefine(results,
                      ufOp(b, "window", UF_NO_VALUES,
                           UF_ATTRS({"kind", ufStrAttr(b, kind)},
                                    {"size", ufIntAttr(b, size.data[0])},
                                    {"periodic", ufBoolAttr(b, isPeriodic)},
                                    {"dtype", mlirTypeAttrGet(dtype)})));
}

static MlirLogicalResult importHannWindow(UfBuilder *b, const UfNode *node,
                                          MlirValue *results) {
  return importWindow(b, node, "hann", results);
}

static MlirLogicalResult importHammingWindow(UfBuilder *b, const UfNode *node,
                                             MlirValue *results) {
  return importWindow(b, node, "hamming", results);
}

static MlirLogicalResult importBlackmanWindow(UfBuilder *b, const UfNode *node,
                                              MlirValue *results) {
  return importWindow(b, node, "blackman", results);
}

//===----------------------------------------------------------------------===//

static const UfOp ops[] = {
    {
        .name = "window",
        .summary = "A window for spectra.",
        .attrs = {{"kind", "Its formula.", UF_STRING, NULL,
                   .oneOf = "hann|hamming|blackman"},
                  {"size", "How many elements.", UF_INT},
                  {"periodic", "Whether the window goes on behind its end.",
                   UF_BOOL, "true"},
                  {"dtype", "A float type; f32 when absent.", UF_TYPE,
                   .optional = true}},
        .infer = inferWindow,
        .toTosa = windowToTosa,
        .toLinalg = lowerWindow,
        .imports =
            UF_IMPORTS({UF_ONNX, "HannWindow", 17, importHannWindow},
                       {UF_ONNX, "HammingWindow", 17, importHammingWindow},
                       {UF_ONNX, "BlackmanWindow", 17, importBlackmanWindow}),
    },
};
UF_FAMILY(ufWindowFunctionOps, "window-function", ops);
