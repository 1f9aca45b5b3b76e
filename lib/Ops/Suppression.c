//===-- Suppression.c - Choosing among boxes that overlap -----------------===//

#include "Ops/Compose.h"
#include "Ops/Move.h"
#include "Ops/Nest.h"
#include "Ops/Rearrange.h"

//===----------------------------------------------------------------------===//
// suppress
//
//   Of each batch and class, boxes in the order given, the best first, unless
//   their score is not above `score_threshold`, or their intersection with one
//   that has been taken is more than `iou_threshold` of their union; at most
//   `max_output` of them. Each row of the result is batch, class and box.
//
//   Boxes are the coordinates of two opposite corners (y, x, y, x), or with
//   `center_point_box` (x, y, width, height) around the centre.
//
// (C1) boxes is [batch, boxes, 4], scores is [batch, class, boxes].
// (C2) order has the shape of scores.
// (C3) max_output and the thresholds have one element each.
//===----------------------------------------------------------------------===//

enum { BOXES, SCORES, ORDER, MAX_OUTPUT, IOU, SCORE, NUM_INPUTS };

static bool canBeSame(int64_t x, int64_t y) {
  return x == UF_DYNAMIC || y == UF_DYNAMIC || x == y;
}

static MlirLogicalResult inferSuppress(MlirOperation op, UfShape *results) {
  UfShape boxes = ufShape(mlirOperationGetOperand(op, BOXES));
  UfShape scores = ufShape(mlirOperationGetOperand(op, SCORES));
  UfShape order = ufShape(mlirOperationGetOperand(op, ORDER));
  char text[2][UF_SHAPE_TEXT];
  if (boxes.rank != 3 || scores.rank != 3 || !canBeSame(boxes.dims[2], 4) ||
      !canBeSame(boxes.dims[0], scores.dims[0]) ||
      !canBeSame(boxes.dims[1], scores.dims[2])) // C1
    return ufOpError(op,
                     "boxes must be [batch, boxes, 4] and scores [batch, "
                     "class, boxes], but they are %s and %s",
                     ufShapeText(&boxes, text[0], UF_SHAPE_TEXT),
                     ufShapeText(&scores, text[1], UF_SHAPE_TEXT));
  bool isLike = order.rank == 3;
  for (int d = 0; isLike && d < 3; ++d)
    isLike = canBeSame(order.dims[d], scores.dims[d]);
  if (!isLike) // C2
    return ufOpError(op, "order must have the shape of scores, %s, but has %s",
                     ufShapeText(&scores, text[0], UF_SHAPE_TEXT),
                     ufShapeText(&order, text[1], UF_SHAPE_TEXT));
  for (int i = MAX_OUTPUT; i < NUM_INPUTS; ++i) {
    MlirValue number = ufOperandOf(op, i);
    UfShape shape = number.ptr ? ufShape(number) : (UfShape){0};
    if (number.ptr && (shape.rank > 1 ||
                       (shape.rank == 1 && !canBeSame(shape.dims[0], 1)))) // C3
      return ufOpError(op, "operand %d must have one element", i);
  }
  results[0] =
      (UfShape){.rank = 2,
                .dims = {UF_DYNAMIC, 3},
                .element = mlirIntegerTypeGet(mlirOperationGetContext(op), 64)};
  return mlirLogicalResultSuccess();
}

/// The scalars of the op; null where omitted.
typedef struct Limits {
  MlirValue inputs[NUM_INPUTS];
  MlirValue count; ///< Of boxes at most, as an index.
  MlirValue iou, score;
} Limits;

/// What is carried: the result, how many rows it has, and where those of this
/// batch and class start.
enum { ROWS, COUNT, START };

/// A box that may be taken.
typedef struct Candidate {
  const Limits *limits;
  const MlirValue *at; ///< Batch, class, place in the order.
  MlirValue box, start;
} Candidate;

/// A box as intervals: y, then x.
typedef struct Box {
  MlirValue low[2], high[2];
} Box;

static Box readBox(UfBuilder *b, const Candidate *c, MlirValue index) {
  MlirValue part[4];
  Box box;
  for (int i = 0; i < 4; ++i)
    part[i] = ufExtract(b, c->limits->inputs[BOXES],
                        (MlirValue[]){c->at[0], index, ufIndex(b, i)});
  bool isCentered = ufGetBool(b->op, "center_point_box");
  for (int i = 0; i < 2; ++i) {
    if (isCentered) {
      MlirValue two = ufNumber(b, mlirValueGetType(part[0]), 2);
      MlirValue half = ufDiv(b, part[3 - i], two, false);
      box.low[i] = ufSub(b, part[1 - i], half);
      box.high[i] = ufAdd(b, part[1 - i], half);
    } else {
      box.low[i] = ufMin(b, part[i], part[i + 2], false);
      box.high[i] = ufMax(b, part[i], part[i + 2], false);
    }
  }
  return box;
}

static MlirValue areaOf(UfBuilder *b, const Box *box) {
  return ufMul(b, ufSub(b, box->high[1], box->low[1]),
               ufSub(b, box->high[0], box->low[0]));
}

/// i1: whether two boxes share too much. Those without an area share nothing.
static MlirValue overlaps(UfBuilder *b, const Box *x, const Box *y,
                          MlirValue threshold) {
  Box both;
  MlirValue result = ufInteger(b, ufI1(b), 1);
  for (int i = 0; i < 2; ++i) {
    both.low[i] = ufMax(b, x->low[i], y->low[i], false);
    both.high[i] = ufMin(b, x->high[i], y->high[i], false);
    result = ufBinary(b, "arith.andi", result,
                      ufCompare(b, UF_GT, both.high[i], both.low[i], false));
  }
  MlirValue shared = areaOf(b, &both), first = areaOf(b, x);
  MlirValue second = areaOf(b, y);
  MlirValue all = ufSub(b, ufAdd(b, first, second), shared);
  MlirValue sizes[] = {shared, first, second, all};
  MlirValue zero = ufNumber(b, mlirValueGetType(shared), 0);
  for (int i = 0; i < UF_COUNT(sizes); ++i)
    result = ufBinary(b, "arith.andi", result,
                      ufCompare(b, UF_GT, sizes[i], zero, false));
  MlirValue share = ufDiv(b, shared, all, false);
  return ufBinary(b, "arith.andi", result,
                  ufCompare(b, UF_GT, share, threshold, false));
}

/// Carries whether a box that has been taken overlaps, and the result, which
/// stays as it is.
static void stepCompare(UfBuilder *b, const MlirValue *at,
                        const MlirValue *carried, MlirValue *next,
                        const void *data) {
  const Candidate *c = data;
  MlirValue row[] = {ufAdd(b, c->start, at[0]), ufIndex(b, 2)};
  MlirValue taken = ufToIndex(b, ufExtract(b, carried[1], row));
  Box mine = readBox(b, c, c->box), other = readBox(b, c, taken);
  next[0] = ufBinary(b, "arith.ori", carried[0],
                     overlaps(b, &mine, &other, c->limits->iou));
  next[1] = carried[1];
}

static void writeRow(UfBuilder *b, const MlirValue *at,
                     const MlirValue *carried, MlirValue *next,
                     const void *data) {
  (void)at;
  const Candidate *c = data;
  MlirValue parts[] = {c->at[0], c->at[1], c->box};
  next[ROWS] = carried[ROWS];
  for (int i = 0; i < 3; ++i) {
    MlirValue to[] = {carried[COUNT], ufIndex(b, i)};
    next[ROWS] =
        ufInsertScalar(b, ufFromIndex(b, parts[i], ufI64(b)), next[ROWS], to);
  }
  next[COUNT] = ufAdd(b, carried[COUNT], ufIndex(b, 1));
}

/// Compares with what has been taken.
static void stepEligible(UfBuilder *b, const MlirValue *at,
                         const MlirValue *carried, MlirValue *next,
                         const void *data) {
  (void)at;
  Candidate c = *(const Candidate *)data;
  MlirValue found[2];
  UfSize taken = {.dynamic = ufSub(b, carried[COUNT], c.start)};
  ufLoopNest(b, 1, &taken, 2,
             (MlirValue[]){ufInteger(b, ufI1(b), 0), carried[ROWS]}, found,
             stepCompare, &c);
  MlirValue isFree =
      ufBinary(b, "arith.xori", found[0], ufInteger(b, ufI1(b), 1));
  ufStepIf(b, isFree, 2, (MlirValue[]){found[1], carried[COUNT]}, next,
           writeRow, &c);
}

static void stepBox(UfBuilder *b, const MlirValue *at, const MlirValue *carried,
                    MlirValue *next, const void *data) {
  const Limits *limits = data;
  Candidate c = {.limits = limits, .at = at};
  // The order's indices are computed: none may read other memory.
  c.box = ufWrapIndex(b, ufExtract(b, limits->inputs[ORDER], at),
                      ufSizeOf(b, limits->inputs[BOXES], 1));
  MlirValue isFirst = ufCompare(b, UF_EQ, at[2], ufIndex(b, 0), false);
  next[START] = c.start = ufSelect(b, isFirst, carried[COUNT], carried[START]);
  MlirValue isEligible = ufCompare(b, UF_LT, ufSub(b, carried[COUNT], c.start),
                                   limits->count, false);
  if (limits->score.ptr) {
    MlirValue score = ufExtract(b, limits->inputs[SCORES],
                                (MlirValue[]){at[0], at[1], c.box});
    isEligible = ufBinary(b, "arith.andi", isEligible,
                          ufCompare(b, UF_GT, score, limits->score, false));
  }
  ufStepIf(b, isEligible, 2, carried, next, stepEligible, &c);
}

static MlirLogicalResult lowerSuppress(UfBuilder *b) {
  Limits limits = {.count = ufIndex(b, 0)};
  UfSize sizes[3];
  MlirValue after[3];
  for (int i = 0; i < NUM_INPUTS; ++i)
    limits.inputs[i] = ufInput(b, i);
  ufSizesOf(b, limits.inputs[SCORES], sizes);
  const char *differ = "suppress: boxes, scores and order differ in size";
  ufAssertSameSize(b, sizes[0], ufSizeOf(b, limits.inputs[BOXES], 0), differ);
  ufAssertSameSize(b, sizes[2], ufSizeOf(b, limits.inputs[BOXES], 1), differ);
  ufAssertSameSize(b, ufStatic(4), ufSizeOf(b, limits.inputs[BOXES], 2),
                   "suppress: a box does not have four numbers");
  for (int d = 0; d < 3; ++d)
    ufAssertSameSize(b, sizes[d], ufSizeOf(b, limits.inputs[ORDER], d), differ);
  MlirType type = ufElementType(limits.inputs[BOXES]);
  limits.iou = ufNumber(b, type, 0);
  if (limits.inputs[IOU].ptr)
    limits.iou = ufElementScalar(b, limits.inputs[IOU], 0);
  if (limits.inputs[SCORE].ptr)
    limits.score = ufElementScalar(b, limits.inputs[SCORE], 0);
  if (limits.inputs[MAX_OUTPUT].ptr)
    limits.count =
        ufToIndex(b, ufElementScalar(b, limits.inputs[MAX_OUTPUT], 0));
  MlirValue most = ufMin(b, limits.count, ufSizeValue(b, sizes[2]), false);
  limits.count = ufMax(b, most, ufIndex(b, 0), false);
  UfSize shape[] = {ufSizeMul(b, ufSizeMul(b, sizes[0], sizes[1]),
                              (UfSize){.dynamic = limits.count}),
                    ufStatic(3)};
  MlirValue zero = ufIndex(b, 0);
  ufLoopNest(b, 3, sizes, 3,
             (MlirValue[]){ufEmpty(b, ufI64(b), 2, shape), zero, zero}, after,
             stepBox, &limits);
  UfSize offsets[] = {ufStatic(0), ufStatic(0)};
  UfSize taken[] = {{.dynamic = after[COUNT]}, ufStatic(3)};
  return ufReplace(b, ufSlice(b, after[ROWS], offsets, taken, NULL));
}

/// Equal scores are in the order of their boxes, as topk leaves them.
static MlirLogicalResult
importNonMaxSuppression(UfBuilder *b, const UfNode *node, MlirValue *results) {
  MlirValue scores = ufNodeInput(node, SCORES);
  if (!scores.ptr || ufRank(scores) != 3)
    return ufNodeError(node, "needs scores of rank 3, but has %d",
                       scores.ptr ? ufRank(scores) : 0);
  MlirOperation sorted =
      ufOpN(b, "topk", UF_VALUES(scores, ufMakeSizeOf(b, scores, 2)),
            UF_ATTRS({"axis", ufIntAttr(b, 2)}), 2);
  if (!sorted.ptr)
    return mlirLogicalResultFailure();
  bool isCentered = ufNodeInt(node, "center_point_box", 0) != 0;
  MlirOperation op =
      ufOpN(b, "suppress",
            UF_VALUES(ufNodeInput(node, 0), scores, ufResultOf(sorted, 1),
                      ufNodeInput(node, 2), ufNodeInput(node, 3),
                      ufNodeInput(node, 4)),
            UF_ATTRS({"center_point_box", ufBoolAttr(b, isCentered)}), 1);
  return op.ptr ? ufNodeDefine(results, ufResultOf(op, 0))
                : mlirLogicalResultFailure();
}

//===----------------------------------------------------------------------===//

static const UfOp ops[] = {
    {
        .name = "suppress",
        .summary = "The best of the boxes that overlap.",
        .operands = {{"boxes", "[batch, boxes, 4].", UF_FLOATS},
                     {"scores", "[batch, class, boxes].", UF_SAME},
                     {"order", "The boxes of a batch and class, best first.",
                      UF_INTEGERS},
                     {"max_output", "Boxes per batch and class; 0 when absent.",
                      UF_INTEGERS, UF_OPTIONAL},
                     {"iou_threshold", "What may be shared; 0 when absent.",
                      UF_SAME, UF_OPTIONAL},
                     {"score_threshold",
                      "What scores must be above; any when absent.", UF_SAME,
                      UF_OPTIONAL}},
        .results = {{"selected", "Batch, class and box, as i64."}},
        .attrs = {{"center_point_box",
                   "Whether boxes are given by centre and size.", UF_BOOL,
                   "false"}},
        .infer = inferSuppress,
        .toLinalg = lowerSuppress,
        .imports = UF_IMPORTS(
            {UF_ONNX, "NonMaxSuppression", 10, importNonMaxSuppression}),
    },
};
UF_FAMILY(ufSuppressionOps, "suppression", ops);
