//===-- Columns.c - fold --------------------------------------------------===//

#include "IR/Linalg.h"
#include "Ops/Node.h"
#include "Ops/TorchOrder.h"

//===----------------------------------------------------------------------===//
// fold
//
//   output[n, c, q] = sum of input[n, (c, k), p] over all k and p with
//                     stride * p + dilation * k - low = q,
//
//   where (c, k) and p count row by row: columns added back into an image.
//
// (C1) input has rank 3; its second size is a multiple of the window's.
// (C2) output_size and kernel_size, attributes or operands, have from one to
// six
//      positive numbers, stride and dilation as many, padding twice as many
//      from zero up.
// (C3) the third size of input is the number of windows in the padded output.
//===----------------------------------------------------------------------===//

enum { MAX_FOLD = 6 };

typedef struct Columns {
  int rank; ///< Of the image.
  /// UF_DYNAMIC where they are computed.
  int64_t size[MAX_FOLD], kernel[MAX_FOLD];
  int64_t stride[MAX_FOLD], dilation[MAX_FOLD], padding[2 * MAX_FOLD];
} Columns;

/// Reads a list of `count` numbers of at least `least`, which all are when the
/// attribute may be absent and is.
static MlirLogicalResult readList(MlirOperation op, const char *name, int count,
                                  int64_t least, int64_t *out) {
  UfInts ints = ufGetInts(op, name);
  if (!ufHasAttr(op, name))
    for (ints.size = 0; ints.size < count; ++ints.size)
      ints.data[ints.size] = least;
  bool isGood = ints.size == count;
  for (int i = 0; isGood && i < count; ++i) {
    isGood = ints.data[i] >= least && ints.data[i] <= INT32_MAX;
    out[i] = ints.data[i];
  }
  if (!isGood)
    return ufOpError(
        op, "attribute '%s' must have %d numbers between %" PRId64 " and %d",
        name, count, least, INT32_MAX);
  return mlirLogicalResultSuccess();
}

/// Reads positive sizes from attribute `name` or operand `i`.
static MlirLogicalResult readSizes(MlirOperation op, const char *name, int i,
                                   int *rank, int64_t *out) {
  MlirValue operand = ufOperandOf(op, i);
  UfInts ints = ufGetInts(op, name);
  bool isGood = (operand.ptr != NULL) != ufHasAttr(op, name);
  if (operand.ptr)
    isGood &= ufRank(operand) == 1 && ufKnownInts(operand, &ints);
  isGood &= ints.size > 0 && ints.size <= MAX_FOLD;
  isGood &= *rank == 0 || *rank == ints.size;
  for (int d = 0; isGood && d < ints.size; ++d) {
    out[d] = ints.data[d];
    isGood = out[d] == UF_DYNAMIC || (out[d] > 0 && out[d] <= INT32_MAX);
  }
  if (!isGood)
    return ufOpError(op,
                     "needs one attribute or operand '%s' of 1 to %d positive "
                     "numbers, as many as dimensions",
                     name, MAX_FOLD);
  *rank = ints.size;
  return mlirLogicalResultSuccess();
}

static MlirLogicalResult readColumns(MlirOperation op, Columns *columns) {
  *columns = (Columns){0};
  UF_TRY(readSizes(op, "output_size", 1, &columns->rank, columns->size));
  UF_TRY(readSizes(op, "kernel_size", 2, &columns->rank, columns->kernel));
  int rank = columns->rank;
  UF_TRY(readList(op, "stride", rank, 1, columns->stride));
  UF_TRY(readList(op, "dilation", rank, 1, columns->dilation));
  return readList(op, "padding", 2 * rank, 0, columns->padding);
}

/// The number of windows along dimension `dim`.
static UfSize windowsAlong(UfBuilder *b, const Columns *columns, int dim,
                           UfSize size, UfSize kernel) {
  int64_t around =
      columns->padding[dim] + columns->padding[columns->rank + dim];
  UfSize reach = ufSizeMul(b, ufSizeSub(b, kernel, ufStatic(1)),
                           ufStatic(columns->dilation[dim]));
  UfSize span = ufSizeSub(b, ufSizeAdd(b, size, ufStatic(around - 1)), reach);
  UfSize steps = ufSizeDiv(b, span, ufStatic(columns->stride[dim]));
  return ufSizeMax(b, ufSizeAdd(b, steps, ufStatic(1)), ufStatic(0));
}

/// The product of elements of a window, and the number of windows; UF_DYNAMIC
/// where not known. False when they overflow.
static bool countColumns(const Columns *columns, int64_t *inWindow,
                         int64_t *windows) {
  *inWindow = *windows = 1;
  for (int i = 0; i < columns->rank; ++i) {
    int64_t kernel = columns->kernel[i], size = columns->size[i];
    if (kernel == UF_DYNAMIC)
      *inWindow = *windows = UF_DYNAMIC;
    if (size == UF_DYNAMIC)
      *windows = UF_DYNAMIC;
    if (*inWindow != UF_DYNAMIC &&
        __builtin_mul_overflow(*inWindow, kernel, inWindow))
      return false;
    if (*windows == UF_DYNAMIC)
      continue;
    UfSize count =
        windowsAlong(/*b=*/NULL, columns, i, ufStatic(size), ufStatic(kernel));
    if (__builtin_mul_overflow(*windows, count.value, windows))
      return false;
  }
  return true;
}

static MlirLogicalResult inferFold(MlirOperation op, UfShape *results) {
  Columns columns;
  int64_t inWindow = 0, windows = 0;
  UF_TRY(readColumns(op, &columns)); // C2
  if (!countColumns(&columns, &inWindow, &windows))
    return ufOpError(op, "the windows are too many");
  UfShape input = ufShape(ufOperandOf(op, 0));
  int64_t channels = input.rank == 3 ? input.dims[1] : 1;
  bool isKnown = channels != UF_DYNAMIC && inWindow != UF_DYNAMIC;
  if (input.rank != 3 || (isKnown && channels % inWindow != 0)) // C1
    return ufOpError(op,
                     "operand 'input' must have rank 3 and a multiple of "
                     "%" PRId64 " channels, but has rank %d and %" PRId64,
                     inWindow, input.rank, channels);
  if (input.dims[2] != UF_DYNAMIC && windows != UF_DYNAMIC &&
      input.dims[2] != windows) // C3
    return ufOpError(op,
                     "operand 'input' must have %" PRId64 " windows, but has "
                     "%" PRId64,
                     windows, input.dims[2]);
  results[0] = input;
  results[0].rank = columns.rank + 2;
  results[0].dims[1] = isKnown ? channels / inWindow : UF_DYNAMIC;
  for (int i = 0; i < columns.rank; ++i)
    results[0].dims[i + 2] = columns.size[i];
  return mlirLogicalResultSuccess();
}

typedef struct Fold {
  Columns columns;
  UfSize size[MAX_FOLD], kernel[MAX_FOLD], count[MAX_FOLD];
  MlirValue input; ///< (batch, channels, window, positions).
} Fold;

/// Adds the element of the window position that covers the loops' image
/// position with the loops' element, if there is one. Loops: batch, channel,
/// image, window.
static void foldBody(UfBuilder *b, const MlirValue *args, MlirValue *results,
                     const void *data) {
  const Fold *fold = data;
  const Columns *columns = &fold->columns;
  int m = columns->rank;
  MlirValue at[UF_MAX_RANK] = {ufLoopIndex(b, 0), ufLoopIndex(b, 1)};
  MlirValue exists = ufInteger(b, ufI1(b), 1);
  for (int i = 0; i < m; ++i) {
    UfSize image = {.dynamic = ufLoopIndex(b, i + 2)};
    UfSize element = {.dynamic = ufLoopIndex(b, i + 2 + m)};
    UfSize stride = ufStatic(columns->stride[i]);
    UfSize step = ufStatic(columns->dilation[i]);
    UfSize start =
        ufSizeSub(b, ufSizeAdd(b, image, ufStatic(columns->padding[i])),
                  ufSizeMul(b, element, step));
    UfSize position = ufSizeDiv(b, start, stride);
    MlirValue index = ufSizeValue(b, position);
    MlirValue back = ufSizeValue(b, ufSizeMul(b, position, stride));
    MlirValue isStart = ufCompare(b, UF_EQ, back, ufSizeValue(b, start), false);
    // Without a sign, a position before the first is large.
    MlirValue isPosition =
        ufCompare(b, UF_LT, index, ufSizeValue(b, fold->count[i]), true);
    isStart = ufBinary(b, "arith.andi", isStart, isPosition);
    exists = ufBinary(b, "arith.andi", exists, isStart);
    at[i + 2] = ufSizeValue(b, element);
    at[i + 2 + m] = ufSelect(b, isPosition, index, ufIndex(b, 0));
  }
  MlirValue x = ufExtract(b, fold->input, at);
  MlirType type = mlirValueGetType(args[1]);
  x = ufConvert(b, x, type, false, false);
  results[0] =
      ufAddAnyOrder(b, args[1], ufSelect(b, exists, x, ufNumber(b, type, 0)));
}

static void convertBody(UfBuilder *b, const MlirValue *args, MlirValue *results,
                        const void *data) {
  results[0] = ufConvert(b, args[0], *(const MlirType *)data, false, false);
}

/// A size that is known, or element `i` of an operand; at least `least`.
static UfSize sizeFrom(UfBuilder *b, int64_t known, int operand, int i,
                       int64_t least) {
  if (known != UF_DYNAMIC)
    return ufStatic(known);
  MlirValue at = ufIndex(b, i);
  UfSize size = ufSizeFromValue(b, ufExtract(b, ufInput(b, operand), &at));
  return ufSizeMax(b, size, ufStatic(least));
}

static MlirLogicalResult lowerFold(UfBuilder *b) {
  Fold fold;
  UF_TRY(readColumns(b->op, &fold.columns));
  const Columns *columns = &fold.columns;
  MlirValue input = ufInput(b, 0);
  MlirType element = ufElementType(input);
  int m = columns->rank, loops = 2 * m + 2;
  UfSize split[UF_MAX_RANK], sizes[UF_MAX_RANK];
  UfSize inWindow = ufStatic(1), windows = ufStatic(1);
  int outputs[UF_MAX_RANK] = {0, 1}, kernels[MAX_FOLD];
  char iterators[UF_MAX_RANK + 1] = "pp";
  for (int i = 0; i < m; ++i) {
    sizes[i + 2] = sizeFrom(b, columns->size[i], 1, i, 0);
    split[i + 2] = sizeFrom(b, columns->kernel[i], 2, i, 1);
    fold.count[i] = split[i + 2 + m] =
        windowsAlong(b, columns, i, sizes[i + 2], split[i + 2]);
    inWindow = ufSizeMul(b, inWindow, split[i + 2]);
    windows = ufSizeMul(b, windows, fold.count[i]);
    outputs[i + 2] = i + 2;
    kernels[i] = i + 2 + m;
    iterators[i + 2] = 'p';
    iterators[i + 2 + m] = 'r';
  }
  UfSize channels = ufSizeOf(b, input, 1);
  split[0] = sizes[0] = ufSizeOf(b, input, 0);
  // A product that wrapped to zero is caught by the check below.
  split[1] = sizes[1] =
      ufSizeDiv(b, channels, ufSizeMax(b, inWindow, ufStatic(1)));
  ufAssertSameSize(b, ufSizeMul(b, split[1], inWindow), channels,
                   "fold: the channels are no multiple of the window");
  ufAssertSameSize(b, ufSizeOf(b, input, 2), windows,
                   "fold: the number of columns is not that of the windows");
  bool isNarrow = ufIsFloat(element) && ufBitWidth(element) < 32;
  MlirType sum = isNarrow ? ufF32(b) : element;
  if (ufSizeDim(windows) == 0)
    return ufReplace(b, ufFilled(b, ufNumber(b, element, 0), m + 2, sizes));
  MlirValue init = ufFilled(b, ufNumber(b, sum, 0), m + 2, sizes);
  fold.input = ufReshape(b, input, loops, split);
  // Nothing reads its elements: it says how large the window is.
  MlirValue extent = ufEmpty(b, element, m, split + 2);
  MlirAffineMap maps[] = {ufMapOf(b, loops, m, kernels),
                          ufMapOf(b, loops, m + 2, outputs)};
  MlirValue image = ufGeneric(b, &(UfGeneric){.inputs = {&extent, 1},
                                              .inits = {&init, 1},
                                              .maps = maps,
                                              .iterators = iterators,
                                              .body = foldBody,
                                              .data = &fold});
  if (isNarrow)
    image = ufElementwise(b, UF_VALUES(image), element, convertBody, &element);
  return ufReplace(b, image);
}

/// Attribute `name` for a constant operand, which is then left out.
static UfAttr attrOrOperand(UfBuilder *b, const char *name,
                            MlirValue *operand) {
  UfInts ints;
  if (!ufConstantInts(*operand, &ints))
    return (UfAttr){name, mlirAttributeGetNull()};
  *operand = (MlirValue){NULL};
  return (UfAttr){name, ufIntsAttr(b, ints.size, ints.data)};
}

static MlirLogicalResult importCol2Im(UfBuilder *b, const UfNode *node,
                                      MlirValue *results) {
  MlirValue size = ufNodeInput(node, 1), kernel = ufNodeInput(node, 2);
  UfAttr attrs[] = {attrOrOperand(b, "output_size", &size),
                    attrOrOperand(b, "kernel_size", &kernel),
                    {"stride", ufNodeIntsAttr(b, node, "strides")},
                    {"dilation", ufNodeIntsAttr(b, node, "dilations")},
                    {"padding", ufNodeIntsAttr(b, node, "pads")}};
  return ufNodeDefine(
      results, ufOp(b, "fold", UF_VALUES(ufNodeInput(node, 0), size, kernel),
                    (UfAttrs){attrs, UF_COUNT(attrs)}));
}

static const UfOp ops[] = {
    {
        .name = "fold",
        .summary = "Adds the elements of windows back into an image.",
        .operands =
            {{"input", "(batch, channels and window, positions).", UF_NUMBERS},
             {"output_size", "When computed.", UF_INTEGERS, UF_OPTIONAL},
             {"kernel_size", "When computed.", UF_INTEGERS, UF_OPTIONAL}},
        .attrs = {{"output_size", "Of the image.", UF_INT_LIST,
                   .optional = true},
                  {"kernel_size", "Size of the window.", UF_INT_LIST,
                   .optional = true},
                  {"stride", "Steps of the window; 1 when absent.", UF_INT_LIST,
                   .optional = true},
                  {"dilation",
                   "Distance of the window's elements; 1 when absent.",
                   UF_INT_LIST, .optional = true},
                  {"padding",
                   "Cut off before, then after each dimension; 0 when absent.",
                   UF_INT_LIST, .optional = true}},
        .infer = inferFold,
        .toLinalg = lowerFold,
        .imports =
            UF_IMPORTS({UF_ONNX, "Col2Im", 18, importCol2Im}, UF_TORCH_FOLDS),
    },
};
UF_FAMILY(ufColumnsOps, "columns", ops);
