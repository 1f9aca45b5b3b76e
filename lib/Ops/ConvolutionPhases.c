//===-- ConvolutionPhases.c - Transposed convolutions by phases -----------===//
//
// Outputs whose positions are the same modulo the stride, a phase, are a
// convolution by every stride-th element of the weight. With the weight's
// spatial dimensions viewed as (taps, stride), zeros added to fill them,
//
//   output[n, o, stride * h + i] = bias[o]
//       + sum_{c, t} input[n, c, h - t] * weight[c, o, t, i]
//
// is one contraction that multiplies with no zero but those. A dimension of
// stride one has one phase, and there dilation is a step of the taps; elsewhere
// it is zeros between the elements of the weight.
//
//===----------------------------------------------------------------------===//

#include "Ops/ConvolutionTranspose.h"

#include "IR/Linalg.h"

#include <string.h>

/// Outputs that make a vector.
enum { MIN_OUTPUTS = 16 };

/// One spatial dimension.
typedef struct Dim {
  int64_t kernel, stride;
  int64_t spread;      ///< Of the weight's elements over those taps read.
  int64_t taps, step;  ///< Of one phase, and how far apart they read.
  int64_t low, high;   ///< Padding of the input.
  int64_t begin, drop; ///< Outputs too many, before and after.
  UfSize rows;         ///< Outputs of one phase.
} Dim;

typedef struct Phases {
  int rank;
  Dim dims[UF_MAX_SPATIAL];
  MlirValue input, weight, bias;
  MlirType element;    ///< Of the result.
  MlirType sumElement; ///< What products are added up in.
  UfSize batch;
  UfSize groups, inputs, outputs; ///< Channels of one group.
  bool hasGroups;                 ///< There is a loop over groups,
  bool hasChannels;               ///< and loops over their channels.
} Phases;

/// The loops of the contraction: batch, group, output, positions and phases,
/// channel, taps; -1 for those it does not have.
typedef struct Loops {
  int count, group, output, input;
  int position[UF_MAX_SPATIAL], phase[UF_MAX_SPATIAL], tap[UF_MAX_SPATIAL];
  char iterators[UF_MAX_RANK + 1];
} Loops;

static bool hasPhases(const Dim *dim) { return dim->stride > 1; }

//===----------------------------------------------------------------------===//
// Sizes
//===----------------------------------------------------------------------===//

static int64_t ceilDiv(int64_t x, int64_t y) {
  return x > 0 ? (x + y - 1) / y : -(-x / y);
}

/// What input of `size` elements means along dimension `i`.
static Dim readDim(UfBuilder *b, const UfTransposedConv *conv, int i,
                   UfSize size) {
  const UfWindow *window = &conv->window;
  int64_t low = window->low[i], stride = window->stride[i];
  Dim dim = {.kernel = window->kernel[i], .stride = stride};
  int64_t extent = (dim.kernel - 1) * window->dilation[i] + 1;
  dim.spread = hasPhases(&dim) ? window->dilation[i] : 1;
  dim.step = hasPhases(&dim) ? 1 : window->dilation[i];
  dim.taps = hasPhases(&dim) ? ceilDiv(extent, stride) : dim.kernel;
  int64_t reach = (dim.taps - 1) * dim.step;
  // Rows that are cut off whole are not computed.
  int64_t skipped = low / stride < reach ? low / stride : reach;
  int64_t end = extent - window->high[i] + conv->outputPadding.data[i];
  dim.low = reach - skipped;
  dim.high = ceilDiv(end, stride) > 1 ? ceilDiv(end, stride) - 1 : 0;
  dim.begin = low - skipped * stride;
  dim.drop = (1 + dim.high) * stride - end;
  dim.rows = ufSizeAdd(b, size, ufStatic(dim.high - skipped));
  if (dim.high < skipped)
    dim.rows = ufSizeMax(b, dim.rows, ufStatic(0));
  return dim;
}

static MlirLogicalResult readPhases(UfBuilder *b, Phases *phases) {
  UfTransposedConv conv = {.groups = 1};
  UF_TRY(ufReadTransposedConv(b->op, &conv));
  phases->rank = conv.window.rank;
  phases->input = ufInput(b, 0);
  phases->weight = ufInput(b, 1);
  phases->bias = ufInput(b, 2);
  UfShape shape = ufShape(phases->weight);
  if (ufNumElements(&shape) == UF_DYNAMIC)
    return ufOpError(b->op, "the sizes of operand 'weight' must be known");
  for (int i = 0; i < phases->rank; ++i)
    phases->dims[i] = readDim(b, &conv, i, ufSizeOf(b, phases->input, i + 2));
  phases->element = ufElementType(phases->input);
  bool isNarrow =
      ufIsFloat(phases->element) && ufBitWidth(phases->element) < 32;
  phases->sumElement = isNarrow ? ufF32(b) : phases->element;
  phases->batch = ufSizeOf(b, phases->input, 0);
  phases->groups = ufStatic(conv.groups);
  phases->inputs = ufStatic(shape.dims[0] / conv.groups);
  phases->outputs = ufStatic(shape.dims[1]);
  phases->hasGroups = conv.groups > 1;
  phases->hasChannels =
      !phases->hasGroups || shape.dims[0] != conv.groups || shape.dims[1] != 1;
  ufAssertSameSize(b, ufSizeOf(b, phases->input, 1), ufStatic(shape.dims[0]),
                   "conv_transpose: the channels of input and weight differ");
  return mlirLogicalResultSuccess();
}

/// (batch, groups, outputs, positions and phases).
static int sumSizes(const Phases *phases, UfSize *sizes) {
  int rank = 0;
  sizes[rank++] = phases->batch;
  if (phases->hasGroups)
    sizes[rank++] = phases->groups;
  if (phases->hasChannels)
    sizes[rank++] = phases->outputs;
  for (int i = 0; i < phases->rank; ++i) {
    sizes[rank++] = phases->dims[i].rows;
    if (hasPhases(&phases->dims[i]))
      sizes[rank++] = ufStatic(phases->dims[i].stride);
  }
  return rank;
}

/// (groups, inputs, outputs, taps and phases).
static int viewSizes(const Phases *phases, UfSize *sizes) {
  int rank = 0;
  if (phases->hasGroups)
    sizes[rank++] = phases->groups;
  sizes[rank++] = phases->inputs;
  sizes[rank++] = phases->outputs;
  for (int i = 0; i < phases->rank; ++i) {
    sizes[rank++] = ufStatic(phases->dims[i].taps);
    if (hasPhases(&phases->dims[i]))
      sizes[rank++] = ufStatic(phases->dims[i].stride);
  }
  return rank;
}

/// (groups, inputs, taps, phases, outputs), or (taps, phases, groups): what is
/// innermost in the output is innermost here.
static int turnedSizes(const Phases *phases, UfSize *sizes) {
  int rank = 0;
  if (phases->hasGroups && phases->hasChannels)
    sizes[rank++] = phases->groups;
  if (phases->hasChannels)
    sizes[rank++] = phases->inputs;
  for (int i = 0; i < phases->rank; ++i)
    sizes[rank++] = ufStatic(phases->dims[i].taps);
  for (int i = 0; i < phases->rank; ++i)
    if (hasPhases(&phases->dims[i]))
      sizes[rank++] = ufStatic(phases->dims[i].stride);
  sizes[rank++] = phases->hasChannels ? phases->outputs : phases->groups;
  return rank;
}

//===----------------------------------------------------------------------===//
// Operands
//===----------------------------------------------------------------------===//

/// Whether the weight only has to be seen as one tap of as many phases. Where
/// outputs are few it is not packed later on, so it is turned here.
static bool isView(const Phases *phases) {
  if (!phases->hasChannels || phases->outputs.value < MIN_OUTPUTS)
    return false;
  for (int i = 0; i < phases->rank; ++i)
    if (phases->dims[i].taps != 1 ||
        phases->dims[i].kernel != phases->dims[i].stride)
      return false;
  return true;
}

static MlirValue times(UfBuilder *b, MlirValue x, int64_t factor) {
  return factor == 1 ? x : ufMul(b, x, ufIndex(b, factor));
}

/// Where the weight's element for loops `tap` and `*phase` is along `dim`. The
/// taps are turned around. Clears `*exists` where there is none.
static MlirValue weightIndex(UfBuilder *b, const Dim *dim, int tap, int *phase,
                             MlirValue *exists) {
  MlirValue last = ufIndex(b, dim->taps - 1);
  MlirValue index = times(b, ufSub(b, last, ufLoopIndex(b, tap)), dim->stride);
  if (hasPhases(dim))
    index = ufAdd(b, index, ufLoopIndex(b, (*phase)++));
  MlirValue isThere = {NULL};
  if (dim->spread > 1) {
    MlirValue spread = ufIndex(b, dim->spread);
    isThere = ufCompare(b, UF_EQ, ufBinary(b, "arith.remui", index, spread),
                        ufIndex(b, 0), true);
    index = ufBinary(b, "arith.divui", index, spread);
  }
  if (dim->taps * dim->stride > dim->kernel) {
    MlirValue isInside =
        ufCompare(b, UF_LT, index, ufIndex(b, dim->kernel), true);
    isThere =
        isThere.ptr ? ufBinary(b, "arith.andi", isThere, isInside) : isInside;
    index = ufMin(b, index, ufIndex(b, dim->kernel - 1), true);
  }
  if (isThere.ptr)
    *exists =
        exists->ptr ? ufBinary(b, "arith.andi", *exists, isThere) : isThere;
  return index;
}

static void weightBody(UfBuilder *b, const MlirValue *args, MlirValue *results,
                       const void *data) {
  const Phases *phases = data;
  MlirValue indices[UF_MAX_SPATIAL + 2], exists = {NULL};
  UfSize sizes[UF_MAX_RANK];
  int last = turnedSizes(phases, sizes) - 1, at = 0;
  indices[0] = ufLoopIndex(b, phases->hasChannels ? at++ : last);
  if (phases->hasGroups && phases->hasChannels)
    indices[0] = ufAdd(b, times(b, indices[0], phases->inputs.value),
                       ufLoopIndex(b, at++));
  indices[1] = phases->hasChannels ? ufLoopIndex(b, last) : ufIndex(b, 0);
  int phase = at + phases->rank;
  for (int i = 0; i < phases->rank; ++i)
    indices[i + 2] = weightIndex(b, &phases->dims[i], at + i, &phase, &exists);
  results[0] = ufExtract(b, phases->weight, indices);
  if (exists.ptr)
    results[0] = ufSelect(b, exists, results[0],
                          ufNumber(b, mlirValueGetType(args[0]), 0));
}

/// The weight in turnedSizes; work on weights alone, which is done once when
/// the model is loaded.
static MlirValue turnedWeight(UfBuilder *b, const Phases *phases) {
  UfSize sizes[UF_MAX_RANK];
  int rank = turnedSizes(phases, sizes);
  char iterators[UF_MAX_RANK + 1] = {0};
  memset(iterators, 'p', (size_t)rank);
  MlirAffineMap map = ufMapIdentity(b, rank);
  MlirValue init = ufEmpty(b, ufElementType(phases->weight), rank, sizes);
  return ufGeneric(b, &(UfGeneric){.inits = {&init, 1},
                                   .maps = &map,
                                   .iterators = iterators,
                                   .body = weightBody,
                                   .data = phases});
}

static MlirValue viewedWeight(UfBuilder *b, const Phases *phases) {
  UfSize sizes[UF_MAX_RANK];
  int rank = viewSizes(phases, sizes);
  return ufReshape(b, phases->weight, rank, sizes);
}

/// The input padded, its channels apart in groups.
static MlirValue paddedInput(UfBuilder *b, const Phases *phases) {
  UfSize low[UF_MAX_SPATIAL + 2] = {0}, high[UF_MAX_SPATIAL + 2] = {0};
  for (int i = 0; i < phases->rank; ++i) {
    low[i + 2] = ufStatic(phases->dims[i].low);
    high[i + 2] = ufStatic(phases->dims[i].high);
  }
  MlirValue x =
      ufPad(b, phases->input, low, high, ufNumber(b, phases->element, 0));
  if (!phases->hasGroups || !phases->hasChannels)
    return x;
  UfSize sizes[UF_MAX_RANK], split[UF_MAX_RANK];
  ufSizesOf(b, x, sizes);
  split[0] = sizes[0];
  split[1] = phases->groups;
  split[2] = phases->inputs;
  memcpy(split + 3, sizes + 2, (size_t)phases->rank * sizeof *sizes);
  return ufReshape(b, x, phases->rank + 3, split);
}

static void convertBody(UfBuilder *b, const MlirValue *args, MlirValue *results,
                        const void *data) {
  const MlirType *to = data;
  results[0] = ufConvert(b, args[0], *to, false, false);
}

/// What products are added to: the bias everywhere, or zeros.
static MlirValue startValue(UfBuilder *b, const Phases *phases) {
  UfSize sizes[UF_MAX_RANK];
  int rank = sumSizes(phases, sizes);
  if (!phases->bias.ptr)
    return ufFilled(b, ufNumber(b, phases->sumElement, 0), rank, sizes);
  MlirValue bias = phases->bias;
  bool isSplit = phases->hasGroups && phases->hasChannels;
  if (isSplit)
    bias = ufReshape(b, bias, 2, (UfSize[]){phases->groups, phases->outputs});
  MlirAffineMap maps[] = {
      ufMapOf(b, rank, isSplit ? 2 : 1, (const int[]){1, 2}),
      ufMapIdentity(b, rank)};
  char iterators[UF_MAX_RANK + 1] = {0};
  memset(iterators, 'p', (size_t)rank);
  MlirValue init = ufEmpty(b, phases->sumElement, rank, sizes);
  return ufGeneric(b, &(UfGeneric){.inputs = {&bias, 1},
                                   .inits = {&init, 1},
                                   .maps = maps,
                                   .iterators = iterators,
                                   .body = convertBody,
                                   .data = &phases->sumElement});
}

//===----------------------------------------------------------------------===//
// The contraction
//===----------------------------------------------------------------------===//

static int addLoop(Loops *loops, char iterator) {
  loops->iterators[loops->count] = iterator;
  return loops->count++;
}

static Loops numberLoops(const Phases *phases) {
  Loops loops = {.group = -1, .output = -1, .input = -1};
  addLoop(&loops, 'p'); // the batch
  if (phases->hasGroups)
    loops.group = addLoop(&loops, 'p');
  if (phases->hasChannels)
    loops.output = addLoop(&loops, 'p');
  for (int i = 0; i < phases->rank; ++i) {
    loops.position[i] = addLoop(&loops, 'p');
    loops.phase[i] = hasPhases(&phases->dims[i]) ? addLoop(&loops, 'p') : -1;
  }
  if (phases->hasChannels)
    loops.input = addLoop(&loops, 'r');
  for (int i = 0; i < phases->rank; ++i)
    loops.tap[i] = addLoop(&loops, 'r');
  return loops;
}

/// Results of an indexing map.
typedef struct Exprs {
  int count;
  MlirAffineExpr list[UF_MAX_RANK];
} Exprs;

static void addDim(const UfBuilder *b, Exprs *exprs, int loop) {
  if (loop >= 0)
    exprs->list[exprs->count++] = ufExprDim(b, loop);
}

static void multiplyBody(UfBuilder *b, const MlirValue *args,
                         MlirValue *results, const void *data) {
  const Phases *phases = data;
  MlirValue x = ufConvert(b, args[0], phases->sumElement, false, false);
  MlirValue y = ufConvert(b, args[1], phases->sumElement, false, false);
  results[0] = ufMulAddAnyOrder(b, x, y, args[2]);
}

/// How the contraction reads the weight.
static Exprs weightExprs(const UfBuilder *b, const Phases *phases,
                         const Loops *loops) {
  Exprs from = {0};
  if (phases->hasChannels)
    addDim(b, &from, loops->group);
  addDim(b, &from, loops->input);
  if (isView(phases)) {
    addDim(b, &from, loops->output);
    for (int i = 0; i < phases->rank; ++i) {
      addDim(b, &from, loops->tap[i]);
      addDim(b, &from, loops->phase[i]);
    }
    return from;
  }
  for (int i = 0; i < phases->rank; ++i)
    addDim(b, &from, loops->tap[i]);
  for (int i = 0; i < phases->rank; ++i)
    addDim(b, &from, loops->phase[i]);
  addDim(b, &from, phases->hasChannels ? loops->output : loops->group);
  return from;
}

static MlirValue contract(UfBuilder *b, const Phases *phases) {
  Loops loops = numberLoops(phases);
  Exprs in = {0}, from = weightExprs(b, phases, &loops), out = {0};
  addDim(b, &in, 0);
  addDim(b, &in, loops.group);
  addDim(b, &in, loops.input);
  addDim(b, &out, 0);
  addDim(b, &out, loops.group);
  addDim(b, &out, loops.output);
  for (int i = 0; i < phases->rank; ++i) {
    in.list[in.count++] = ufExprWindow(b, loops.position[i], 1, loops.tap[i],
                                       phases->dims[i].step);
    addDim(b, &out, loops.position[i]);
    addDim(b, &out, loops.phase[i]);
  }
  MlirAffineMap maps[] = {ufMapExprs(b, loops.count, in.count, in.list),
                          ufMapExprs(b, loops.count, from.count, from.list),
                          ufMapExprs(b, loops.count, out.count, out.list)};
  MlirValue x = paddedInput(b, phases);
  MlirValue weight =
      isView(phases) ? viewedWeight(b, phases) : turnedWeight(b, phases);
  MlirValue init = startValue(b, phases);
  return ufGeneric(b, &(UfGeneric){.inputs = UF_VALUES(x, weight),
                                   .inits = {&init, 1},
                                   .maps = maps,
                                   .iterators = loops.iterators,
                                   .body = multiplyBody,
                                   .data = phases});
}

/// `sums` with positions and phases in one dimension, less what is cut off.
static MlirValue joinPhases(UfBuilder *b, const Phases *phases,
                            MlirValue sums) {
  int rank = phases->rank + 2;
  UfSize joined[UF_MAX_RANK], kept[UF_MAX_RANK], begins[UF_MAX_RANK] = {0};
  kept[0] = joined[0] = phases->batch;
  kept[1] = joined[1] = ufSizeMul(b, phases->groups, phases->outputs);
  for (int i = 0; i < phases->rank; ++i) {
    const Dim *dim = &phases->dims[i];
    UfSize *size = &joined[i + 2];
    *size = ufSizeMul(b, dim->rows, ufStatic(dim->stride));
    kept[i + 2] = *size;
    begins[i + 2] = ufStatic(dim->begin);
    if (dim->begin + dim->drop != 0)
      kept[i + 2] =
          ufSizeMax(b, ufSizeSub(b, *size, ufStatic(dim->begin + dim->drop)),
                    ufStatic(0));
  }
  return ufSlice(b, ufReshape(b, sums, rank, joined), begins, kept, NULL);
}

MlirLogicalResult ufLowerTransposedConv(UfBuilder *b) {
  Phases phases = {0};
  UF_TRY(readPhases(b, &phases));
  MlirValue sums = contract(b, &phases);
  if (!mlirTypeEqual(phases.sumElement, phases.element))
    sums = ufElementwise(b, UF_VALUES(sums), phases.element, convertBody,
                         &phases.element);
  return ufReplace(b, joinPhases(b, &phases, sums));
}
