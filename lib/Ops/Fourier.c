//===-- Fourier.c - Fourier transforms ------------------------------------===//

#include "Ops/Compose.h"
#include "Ops/FourierProduct.h"
#include "Ops/Move.h"
#include "Ops/Rearrange.h"

#include <math.h>

//===----------------------------------------------------------------------===//
// dft
//
//   output[k] = sum over n of input[n] * e^(-2 pi i k n / length), along
//   `axis`; numbers are pairs in the last dimension, the real part first, or
//   real parts alone. The input is cut off or goes on with zeros to `length`,
//   its own size by default. `inverse` turns the sign of the exponent and
//   divides by the length. With `onesided` only the first length / 2 + 1 are
//   computed, or for the inverse given, of length 2 * (size - 1) by default:
//   the others are their conjugates, and the result is real.
//
//   Sums are in f64, so that they are as good as those of fewer terms.
//
// (C1) The last dimension has one element or two.
// (C2) axis is another dimension.
// (C3) `length` has one element and is positive.
//===----------------------------------------------------------------------===//

enum { INPUT, LENGTH };

/// What is known of the length.
static MlirLogicalResult knownLength(MlirOperation op, int64_t size,
                                     int64_t *out) {
  MlirValue operand = ufOperandOf(op, LENGTH);
  UfInts ints = {1, {UF_DYNAMIC}};
  bool isHalf = ufGetBool(op, "inverse") && ufGetBool(op, "onesided");
  if (operand.ptr && (!ufKnownInts(operand, &ints) || ints.size != 1)) // C3
    return ufOpError(op, "length must have one element");
  if (ufHasAttr(op, "length")) {
    if (operand.ptr)
      return ufOpError(op, "has its length twice");
    ints.data[0] = ufGetInt(op, "length");
    ints.data[0] += ints.data[0] == UF_DYNAMIC; // the attribute is always known
  } else if (!operand.ptr && size != UF_DYNAMIC) {
    if (__builtin_mul_overflow(size - isHalf, 1 + isHalf, &ints.data[0]))
      return ufOpError(op, "has a length that is too large");
  }
  if (ints.data[0] != UF_DYNAMIC && ints.data[0] <= 0) // C3
    return ufOpError(op, "has length %" PRId64 ", but must have at least 1",
                     ints.data[0]);
  *out = ints.data[0];
  return mlirLogicalResultSuccess();
}

static MlirLogicalResult inferDft(MlirOperation op, UfShape *results) {
  UfShape shape = ufShape(mlirOperationGetOperand(op, INPUT));
  int last = shape.rank - 1;
  if (shape.rank < 2 || (shape.dims[last] != UF_DYNAMIC &&
                         shape.dims[last] != 1 && shape.dims[last] != 2)) // C1
    return ufOpError(op, "needs a last dimension of one or two elements");
  UF_TRY(ufVerifyAxis(op, "axis", ufGetInt(op, "axis"), shape.rank)); // C2
  int axis = ufAxis(ufGetInt(op, "axis"), shape.rank);
  if (axis == last) // C2
    return ufOpError(op, "axis %d is the one of real and imaginary parts",
                     axis);
  int64_t length = UF_DYNAMIC;
  UF_TRY(knownLength(op, shape.dims[axis], &length));
  bool isInverse = ufGetBool(op, "inverse");
  bool isHalf = ufGetBool(op, "onesided");
  shape.dims[axis] = length;
  if (length != UF_DYNAMIC && isHalf && !isInverse)
    shape.dims[axis] = length / 2 + 1;
  shape.dims[last] = isHalf && isInverse ? 1 : 2;
  results[0] = shape;
  return mlirLogicalResultSuccess();
}

typedef struct Dft {
  MlirValue x, cosines, sines;
  int rank, axis;
  UfSize length;
  bool isInverse;
  bool isReal; ///< The input.
  bool givesReal;
} Dft;

/// e^(2 pi i t / length) for every t: a table, since all products k n fall on
/// one of them.
static void angleBody(UfBuilder *b, const MlirValue *args, MlirValue *results,
                      const void *data) {
  (void)args;
  const Dft *dft = data;
  MlirType type = mlirF64TypeGet(b->ctx);
  MlirValue t = ufConvert(b, ufLoopIndex(b, 0), type, false, false);
  MlirValue n = ufConvert(b, ufSizeValue(b, dft->length), type, false, false);
  MlirValue angle =
      ufMul(b, ufDiv(b, t, n, false), ufNumber(b, type, 2 * M_PI));
  results[0] = ufUnary(b, "math.cos", angle);
  results[1] = ufUnary(b, "math.sin", angle);
}

static void makeTables(UfBuilder *b, Dft *dft) {
  MlirType type = mlirF64TypeGet(b->ctx);
  MlirValue inits[] = {ufEmpty(b, type, 1, &dft->length),
                       ufEmpty(b, type, 1, &dft->length)};
  MlirAffineMap maps[] = {ufMapIdentity(b, 1), ufMapIdentity(b, 1)};
  MlirOperation op = ufGenericOp(b, &(UfGeneric){.inits = {inits, 2},
                                                 .maps = maps,
                                                 .iterators = "p",
                                                 .body = angleBody,
                                                 .data = dft});
  dft->cosines = ufResultOf(op, 0);
  dft->sines = ufResultOf(op, 1);
}

/// Adds one term. The loops are those over the result without its parts, then
/// the one over the sum; args are the input's parts and the sum's.
static void termBody(UfBuilder *b, const MlirValue *args, MlirValue *results,
                     const void *data) {
  const Dft *dft = data;
  MlirType wide = mlirF64TypeGet(b->ctx);
  int parts = dft->isReal ? 1 : 2;
  MlirValue k = ufLoopIndex(b, dft->axis), n = ufLoopIndex(b, dft->rank - 1);
  MlirValue length = ufSizeValue(b, dft->length);
  MlirValue at = ufBinary(b, "arith.remui", ufMul(b, k, n), length);
  MlirValue cosine = ufExtract(b, dft->cosines, &at);
  MlirValue sine = ufExtract(b, dft->sines, &at);
  if (!dft->isInverse)
    sine = ufNeg(b, sine);
  MlirValue re = ufConvert(b, args[0], wide, false, false);
  MlirValue im = ufNumber(b, wide, 0);
  if (!dft->isReal)
    im = ufConvert(b, args[1], wide, false, false);
  if (dft->givesReal) {
    // All but the first and the middle one stand for their conjugate too.
    MlirValue isFirst = ufCompare(b, UF_EQ, n, ufIndex(b, 0), false);
    MlirValue isMiddle = ufCompare(b, UF_EQ, ufAdd(b, n, n), length, false);
    MlirValue isAlone = ufBinary(b, "arith.ori", isFirst, isMiddle);
    MlirValue weight =
        ufSelect(b, isAlone, ufNumber(b, wide, 1), ufNumber(b, wide, 2));
    MlirValue imaginary =
        ufSelect(b, isAlone, ufNumber(b, wide, 0), ufMul(b, im, sine));
    MlirValue term = ufSub(b, ufMul(b, re, cosine), imaginary);
    results[0] = ufAdd(b, args[parts], ufMul(b, weight, term));
    return;
  }
  MlirValue real = ufMul(b, re, cosine), imag = ufMul(b, re, sine);
  if (!dft->isReal) {
    real = ufSub(b, real, ufMul(b, im, sine));
    imag = ufAdd(b, imag, ufMul(b, im, cosine));
  }
  results[0] = ufAdd(b, args[parts], real);
  results[1] = ufAdd(b, args[parts + 1], imag);
}

/// Narrows the sums; divides those of an inverse.
static void scaleBody(UfBuilder *b, const MlirValue *args, MlirValue *results,
                      const void *data) {
  const Dft *dft = data;
  MlirValue sum = args[0];
  if (dft->isInverse)
    sum = ufDiv(b, sum,
                ufConvert(b, ufSizeValue(b, dft->length), mlirValueGetType(sum),
                          false, false),
                false);
  results[0] = ufConvert(b, sum, ufElementType(dft->x), false, false);
}

/// The sums, as one tensor for each part of the result. `sizes` are the
/// result's.
static void sumTerms(UfBuilder *b, const Dft *dft, const UfSize *sizes,
                     MlirValue *sums) {
  int loops = dft->rank, parts = dft->isReal ? 1 : 2;
  int numSums = dft->givesReal ? 1 : 2, dims[UF_MAX_RANK];
  MlirAffineMap maps[4];
  MlirAffineExpr exprs[UF_MAX_RANK];
  char iterators[UF_MAX_RANK + 1] = {0};
  for (int d = 0; d < loops; ++d) {
    dims[d] = d;
    exprs[d] = ufExprDim(b, d == dft->axis ? loops - 1 : d);
    iterators[d] = d == loops - 1 ? 'r' : 'p';
  }
  for (int i = 0; i < parts; ++i) {
    exprs[loops - 1] = mlirAffineConstantExprGet(b->ctx, i);
    maps[i] = ufMapExprs(b, loops, loops, exprs);
  }
  MlirValue zero = ufNumber(b, mlirF64TypeGet(b->ctx), 0), inits[2];
  for (int i = 0; i < numSums; ++i) {
    inits[i] = ufFilled(b, zero, loops - 1, sizes);
    maps[parts + i] = ufMapOf(b, loops, loops - 1, dims);
  }
  MlirOperation op = ufGenericOp(
      b, &(UfGeneric){.inputs = {(MlirValue[]){dft->x, dft->x}, parts},
                      .inits = {inits, numSums},
                      .maps = maps,
                      .iterators = iterators,
                      .body = termBody,
                      .data = dft});
  for (int i = 0; i < numSums; ++i)
    sums[i] = ufResultOf(op, i);
}

/// The length at run time.
static UfSize lengthOf(UfBuilder *b, UfSize size) {
  if (ufHasAttr(b->op, "length"))
    return ufStatic(ufGetInt(b->op, "length"));
  if (ufOperandOf(b->op, LENGTH).ptr)
    return ufElementSize(b, ufInput(b, LENGTH), 0);
  if (ufGetBool(b->op, "inverse") && ufGetBool(b->op, "onesided"))
    return ufSizeMul(b, ufSizeSub(b, size, ufStatic(1)), ufStatic(2));
  return size;
}

static MlirLogicalResult lowerDft(UfBuilder *b) {
  MlirValue x = ufInput(b, INPUT), sums[2];
  int rank = ufRank(x), axis = ufAxis(ufGetInt(b->op, "axis"), rank);
  bool isHalf = ufGetBool(b->op, "onesided");
  if (ufDimSize(x, rank - 1) == UF_DYNAMIC)
    return ufOpError(b->op, "must know while compiling whether its input is "
                            "real: the size of its last dimension");
  UfSize sizes[UF_MAX_RANK], offsets[UF_MAX_RANK];
  ufSizesOf(b, x, sizes);
  Dft dft = {.rank = rank, .axis = axis};
  dft.isInverse = ufGetBool(b->op, "inverse");
  dft.isReal = ufDimSize(x, rank - 1) == 1;
  dft.givesReal = dft.isInverse && isHalf;
  dft.length = lengthOf(b, sizes[axis]);
  if (!ufIsStatic(dft.length))
    ufAssert(b, ufCompareSize(b, UF_GT, dft.length, 0),
             "dft: the length is not positive");
  UfSize half =
      ufSizeAdd(b, ufSizeDiv(b, dft.length, ufStatic(2)), ufStatic(1));
  UfSize used = ufSizeMin(b, sizes[axis], dft.givesReal ? half : dft.length);
  for (int d = 0; d < rank; ++d)
    offsets[d] = ufStatic(0);
  sizes[axis] = used;
  dft.x = ufSlice(b, x, offsets, sizes, NULL);
  makeTables(b, &dft);
  sizes[axis] = isHalf && !dft.isInverse ? half : dft.length;
  sizes[rank - 1] = ufStatic(1);
  sumTerms(b, &dft, sizes, sums);
  MlirType type = ufElementType(x);
  for (int i = 0; i < (dft.givesReal ? 1 : 2); ++i) {
    sums[i] = ufElementwise(b, UF_VALUES(sums[i]), type, scaleBody, &dft);
    sums[i] = ufReshape(b, sums[i], rank, sizes);
  }
  if (dft.givesReal)
    return ufReplace(b, sums[0]);
  sizes[rank - 1] = ufStatic(2);
  MlirValue both = ufEmpty(b, type, rank, sizes);
  sizes[rank - 1] = ufStatic(1);
  for (int i = 0; i < 2; ++i) {
    offsets[rank - 1] = ufStatic(i);
    both = ufInsert(b, sums[i], both, offsets, sizes, NULL);
  }
  return ufReplace(b, both);
}

//===----------------------------------------------------------------------===//
// Import
//===----------------------------------------------------------------------===//

static MlirValue makeDft(UfBuilder *b, const UfNode *node, MlirValue x,
                         MlirValue length, int64_t axis, bool onesided) {
  UfInts ints;
  MlirAttribute attr = mlirAttributeGetNull();
  if (x.ptr && ufRank(x) > 0 && ufDimSize(x, ufRank(x) - 1) == UF_DYNAMIC) {
    ufNodeError(node, "needs to know before run time whether its input is "
                      "real: the size of the last dimension");
    return (MlirValue){NULL};
  }
  if (length.ptr && ufConstantInts(length, &ints) && ints.size == 1) {
    attr = ufIntAttr(b, ints.data[0]);
    length.ptr = NULL;
  }
  bool isInverse = ufNodeInt(node, "inverse", 0) != 0;
  MlirOperation op =
      ufOpN(b, "dft", UF_VALUES(x, length),
            UF_ATTRS({"length", attr}, {"axis", ufIntAttr(b, axis)},
                     {"inverse", ufBoolAttr(b, isInverse)},
                     {"onesided", ufBoolAttr(b, onesided)}),
            1);
  return op.ptr ? ufResultOf(op, 0) : (MlirValue){NULL};
}

/// The axis is an attribute before opset 20, an input since.
static MlirLogicalResult importDft(UfBuilder *b, const UfNode *node,
                                   MlirValue *results) {
  int64_t axis = node->version < 20 ? ufNodeInt(node, "axis", 1) : -2;
  MlirValue input = ufNodeInput(node, 2);
  UfInts ints;
  if (node->version >= 20 && input.ptr) {
    if (!ufConstantInts(input, &ints) || ints.size != 1)
      return ufNodeError(node, "needs a constant axis");
    axis = ints.data[0];
  }
  bool onesided = ufNodeInt(node, "onesided", 0) != 0;
  return ufNodeDefine(results, makeDft(b, node, ufNodeInput(node, 0),
                                       ufNodeInput(node, 1), axis, onesided));
}

static MlirValue asNumber(UfBuilder *b, MlirValue x) {
  return ufCallCast(b, ufCallReshape(b, x, 0, NULL), ufI64(b));
}

/// A scalar input as a number of rank 0 and type i64.
static MlirValue numberInput(UfBuilder *b, const UfNode *node, int i) {
  MlirValue x = ufNodeInput(node, i);
  UfInts ints;
  if (x.ptr && ufConstantInts(x, &ints) && ints.size == 1)
    return ufMakeInt(b, ints.data[0]);
  return x.ptr ? asNumber(b, x) : x;
}

/// Windows of the signal (batch, length, parts), `frameLength` long and `step`
/// apart, as dimensions 1 and 2. A step that is not positive ends the run.
static MlirValue makeFrames(UfBuilder *b, MlirValue signal, MlirValue step,
                            MlirValue frameLength) {
  MlirValue zero = ufMakeInt(b, 0);
  MlirValue last =
      ufMakeArith(b, "subtract", ufMakeSizeOf(b, signal, 1), frameLength);
  MlirValue end = ufMakeArith(
      b, "maximum", ufMakeArith(b, "add", last, ufMakeInt(b, 1)), zero);
  step = ufMakeArith(b, "maximum", step, zero);
  MlirValue starts =
      ufMake(b, "range", UF_VALUES(zero, end, step), UF_NO_ATTRS);
  MlirValue places = ufCall2(b, "add", ufCallUnsqueeze(b, starts, 1),
                             ufMakeIota(b, frameLength));
  return ufMakeGather(b, signal, places, 1);
}

static MlirLogicalResult importStft(UfBuilder *b, const UfNode *node,
                                    MlirValue *results) {
  MlirValue signal = ufNodeInput(node, 0), window = ufNodeInput(node, 2);
  MlirValue step = numberInput(b, node, 1);
  MlirValue frameLength = numberInput(b, node, 3);
  if (!signal.ptr || ufRank(signal) != 3 || (window.ptr && ufRank(window) != 1))
    return ufNodeError(node, "needs a signal [batch, length, 1 or 2] and, if "
                             "any, a window of rank 1");
  if (!step.ptr)
    return ufNodeError(node, "needs the step between frames");
  UfInts ints;
  if (ufConstantInts(step, &ints) && ints.data[0] <= 0)
    return ufNodeError(node, "has a step of %" PRId64 " between frames",
                       ints.data[0]);
  if (!frameLength.ptr)
    frameLength =
        window.ptr ? ufMakeSizeOf(b, window, 0) : ufMakeSizeOf(b, signal, 1);
  MlirValue frames = makeFrames(b, signal, step, frameLength);
  if (window.ptr)
    frames = ufCall2(b, "multiply", frames, ufCallUnsqueeze(b, window, 1));
  if (!frames.ptr)
    return mlirLogicalResultFailure();
  bool onesided = ufNodeInt(node, "onesided", 1) != 0;
  return ufNodeDefine(results,
                      makeDft(b, node, frames, (MlirValue){NULL}, 2, onesided));
}

//===----------------------------------------------------------------------===//

static const UfOp ops[] = {
    {
        .name = "dft",
        .summary = "The discrete Fourier transform along `axis`.",
        .operands = {{"input", "[..., 1 or 2].", UF_FLOATS},
                     {"length", "When computed.", UF_INTEGERS, UF_OPTIONAL}},
        .attrs = {{"length", "Of the transform.", UF_INT, .optional = true},
                  {"axis", "Counts from the end if negative.", UF_INT, "-2"},
                  {"inverse", "Back from frequencies.", UF_BOOL, "false"},
                  {"onesided", "Without conjugates.", UF_BOOL, "false"}},
        .traits = UF_DECOMPOSE_FIRST,
        .infer = inferDft,
        .decompose = ufDecomposeDft,
        .toLinalg = lowerDft,
        .imports = UF_IMPORTS({UF_ONNX, "DFT", 17, importDft},
                              {UF_ONNX, "STFT", 17, importStft}),
    },
};
UF_FAMILY(ufFourierOps, "fourier", ops);
