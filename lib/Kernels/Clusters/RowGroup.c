//===-- RowGroup.c - Ops that work row by row -----------------------------===//
//
// A group grows from its last op, the sink, to the ops whose results only the
// group uses, latest first, so that all users of an op are decided before it.
// Its rows are positions in the leading loops of the sink that every op of the
// group has as loops of its own. Up to the first reduction an op may have fewer
// rows than the group had before (the sum that a softmax divides by has no
// columns); from there on the rows are fixed.
//
//===----------------------------------------------------------------------===//

#include "Kernels/Clusters/RowGroup.h"

#include "Kernels/Clusters/InPlace.h"
#include "Kernels/Domain.h"
#include "Kernels/Passes.h"
#include "Kernels/Target.h"

enum {
  MAX_MEMBERS = 48,
  MAX_PENDING = 96,
  /// Scalar steps from which on too few rows would leave threads without work.
  MIN_PARALLEL_WORK = 1 << 17,
  MIN_ROWS = 4,
  /// Ops between a reduction and what reads it for every element of a row.
  MAX_STEPS = 3,
  /// Rows of attention that are computed together, at least.
  MIN_QUERIES = 8,
};

typedef struct Member {
  MlirOperation op;
  UfDomain domain;
  int loops[UF_MAX_DOMAIN]; ///< For each loop of the sink; -1: not carried.
} Member;

typedef struct Growth {
  const UfOpSet *taken;
  Member members[MAX_MEMBERS]; ///< The sink first, against the block's order.
  int count;
  MlirOperation pending[MAX_PENDING];
  int numPending;
  unsigned rows;  ///< Loops of the sink, a bit set.
  unsigned units; ///< Its loops of one step.
  bool fixed;     ///< The rows are.
  int numReductions;
  MlirOperation product; ///< The second of attention; null otherwise.
  intptr_t scores;       ///< The operand of it that the group computes.
  bool hasFirst;         ///< The first product is in.
} Growth;

static const Member *memberOf(const Growth *growth, MlirOperation op) {
  for (int i = 0; i < growth->count; ++i)
    if (mlirOperationEqual(growth->members[i].op, op))
      return &growth->members[i];
  return NULL;
}

/// The dimension of an operand with `map` that is walked by `loop` and by
/// nothing else, or -1.
static int dimensionOf(MlirAffineMap map, int loop) {
  int found = -1;
  for (intptr_t i = 0; i < mlirAffineMapGetNumResults(map); ++i) {
    if (!mlirAffineExprIsFunctionOfDim(mlirAffineMapGetResult(map, i), loop))
      continue;
    if (found >= 0 || ufMapLoop(map, i) != loop)
      return -1;
    found = (int)i;
  }
  return found;
}

/// Whether fixing the position in `loop` takes a slice of every operand.
static bool canSlice(MlirOperation op, int loop) {
  for (intptr_t i = 0; i < mlirOperationGetNumOperands(op); ++i) {
    MlirAffineMap map = ufOperandMap(op, i);
    if ((ufMapLoops(map, loop + 1) >> loop & 1) && dimensionOf(map, loop) < 0)
      return false;
  }
  return true;
}

/// The leading loops of `loops`, without a gap but for loops of one step.
static unsigned leadingLoops(const Growth *growth, unsigned loops) {
  unsigned leading = 0;
  for (int i = 0; i < growth->members[0].domain.count; ++i) {
    if (growth->units >> i & 1)
      continue;
    if (!(loops >> i & 1))
      break;
    leading |= 1u << i;
  }
  return leading;
}

//===----------------------------------------------------------------------===//
// Rows of a candidate
//===----------------------------------------------------------------------===//

/// The loop of `op` for row `row`, judged by one use of its result.
static int loopForUse(const Growth *growth, MlirOpOperand use,
                      MlirAffineMap out, int row) {
  const Member *user = memberOf(growth, mlirOpOperandGetOwner(use));
  MlirAffineMap map =
      ufOperandMap(user->op, mlirOpOperandGetOperandNumber(use));
  int at = user->loops[row] < 0 ? -1 : dimensionOf(map, user->loops[row]);
  return at < 0 ? -1 : ufMapLoop(out, at);
}

/// Fills the candidate's loops. False when something outside the group uses its
/// result.
static bool findLoops(const Growth *growth, Member *member) {
  MlirOperation op = member->op;
  MlirAffineMap out = ufOperandMap(op, mlirOperationGetNumOperands(op) - 1);
  bool isFirst = true;
  for (MlirOpOperand use = mlirValueGetFirstUse(ufResultOf(op, 0));
       !mlirOpOperandIsNull(use); use = mlirOpOperandGetNextUse(use)) {
    if (!memberOf(growth, mlirOpOperandGetOwner(use)))
      return false;
    for (int row = 0; row < growth->members[0].domain.count; ++row) {
      int loop =
          growth->rows >> row & 1 ? loopForUse(growth, use, out, row) : -1;
      if (isFirst)
        member->loops[row] = loop;
      else if (member->loops[row] != loop)
        member->loops[row] = -1;
    }
    isFirst = false;
  }
  return !isFirst;
}

/// The rows (a bit set) that the candidate can be cut into.
static unsigned rowsOf(const Growth *growth, const Member *member) {
  unsigned rows = 0, scores = ~0u;
  if (mlirOperationEqual(member->op, growth->product))
    scores = ufMapLoops(ufOperandMap(member->op, growth->scores),
                        member->domain.count);
  for (int row = 0; row < growth->members[0].domain.count; ++row) {
    int loop = member->loops[row];
    if (loop >= 0 && member->domain.parallel[loop] && (scores >> loop & 1) &&
        canSlice(member->op, loop))
      rows |= 1u << row;
  }
  return rows & growth->rows;
}

/// Whether one of the op's operands is a reduction's result, or computed from
/// one in at most `depth` steps.
static bool readsReduction(MlirOperation op, int depth) {
  for (intptr_t i = 0; i < mlirOperationGetNumOperands(op); ++i) {
    MlirOperation from = ufDefiningOp(mlirOperationGetOperand(op, i));
    UfDomain domain;
    if (!from.ptr || !ufIsLinalg(from) || !ufReadDomain(from, &domain))
      continue;
    if (ufHasReduction(&domain) ||
        (depth > 0 && readsReduction(from, depth - 1)))
      return true;
  }
  return false;
}

//===----------------------------------------------------------------------===//
// Growing
//===----------------------------------------------------------------------===//

static void addPending(Growth *growth, MlirOperation op) {
  for (int i = 0; i < growth->numPending; ++i)
    if (mlirOperationEqual(growth->pending[i], op))
      return;
  if (growth->numPending < MAX_PENDING)
    growth->pending[growth->numPending++] = op;
}

static MlirOperation takeLatest(Growth *growth) {
  int latest = 0;
  for (int i = 1; i < growth->numPending; ++i)
    if (mlirOperationIsBeforeInBlock(growth->pending[latest],
                                     growth->pending[i]))
      latest = i;
  MlirOperation op = growth->pending[latest];
  growth->pending[latest] = growth->pending[--growth->numPending];
  return op;
}

static bool canBeMember(const Growth *growth, MlirOperation op) {
  return ufIsLinalg(op) && !ufOpIs(op, "linalg.copy") &&
         mlirOperationGetNumResults(op) == 1 && !ufOpSetHas(growth->taken, op);
}

/// Whether `op` is attention's second product or works on it in place.
static bool endsProduct(const Growth *growth, MlirOperation op) {
  while (op.ptr && ufIsLinalg(op) && !mlirOperationEqual(op, growth->product))
    op = ufDefiningOp(
        mlirOperationGetOperand(op, mlirOperationGetNumOperands(op) - 1));
  return op.ptr && mlirOperationEqual(op, growth->product);
}

static void addMember(Growth *growth, const Member *member) {
  MlirOperation op = member->op;
  bool isContraction = ufIsContraction(op);
  growth->numReductions += ufHasReduction(&member->domain) && !isContraction;
  growth->members[growth->count++] = *member;
  ufOwnInit(op);
  intptr_t last = mlirOperationGetNumOperands(op) - 1;
  for (intptr_t i = 0; i <= last; ++i) {
    MlirOperation from = ufDefiningOp(mlirOperationGetOperand(op, i));
    bool wanted = i == last || !mlirOperationEqual(op, growth->product) ||
                  i == growth->scores;
    // Behind attention's second product only what works on it counts: what is
    // added to it has been computed for other reasons.
    if (growth->product.ptr && !memberOf(growth, growth->product))
      wanted = i == last || endsProduct(growth, from);
    if (from.ptr && wanted &&
        mlirBlockEqual(mlirOperationGetBlock(from), mlirOperationGetBlock(op)))
      addPending(growth, from);
  }
}

/// Whether the candidate, which is a contraction, is one of attention's two.
static bool isExpected(const Growth *growth, MlirOperation op) {
  return growth->product.ptr &&
         (mlirOperationEqual(op, growth->product) ||
          (growth->numReductions > 0 && !growth->hasFirst));
}

static void tryMember(Growth *growth, MlirOperation op) {
  Member member = {.op = op};
  if (growth->count == MAX_MEMBERS || !canBeMember(growth, op) ||
      !ufReadDomain(op, &member.domain) || !findLoops(growth, &member))
    return;
  bool isContraction = ufIsContraction(op);
  if (isContraction && !isExpected(growth, op))
    return;
  bool reduces = ufHasReduction(&member.domain);
  unsigned rows = rowsOf(growth, &member);
  if (reduces && !growth->fixed)
    rows = leadingLoops(growth, rows);
  if (rows != growth->rows) {
    if (growth->fixed || !(reduces || readsReduction(op, MAX_STEPS)))
      return;
    growth->rows = rows;
  }
  growth->fixed |= reduces;
  growth->hasFirst |= isContraction && !mlirOperationEqual(op, growth->product);
  addMember(growth, &member);
}

static bool grow(Growth *growth, MlirOperation sink) {
  Member member = {.op = sink};
  if (!canBeMember(growth, sink) || !ufReadDomain(sink, &member.domain))
    return false;
  UfDomain *domain = &member.domain;
  for (int i = 0; i < domain->count; ++i) {
    member.loops[i] = i;
    if (domain->extent[i] == 1)
      growth->units |= 1u << i;
  }
  growth->rows = ufDomainLoops(domain, false) & ~growth->units;
  growth->members[0] = member;
  growth->rows = rowsOf(growth, &member);
  growth->fixed = ufHasReduction(domain);
  if (growth->fixed)
    growth->rows = leadingLoops(growth, growth->rows);
  addMember(growth, &member);
  while (growth->numPending > 0)
    tryMember(growth, takeLatest(growth));
  return true;
}

//===----------------------------------------------------------------------===//
// Judging
//===----------------------------------------------------------------------===//

/// Rows of the group, and bytes of one row of what passes inside it. Sizes that
/// are not known count as 1.
static void measure(const Growth *growth, int64_t *rows, int64_t *rowBytes) {
  const UfDomain *sink = &growth->members[0].domain;
  *rows = 1;
  *rowBytes = 0;
  for (int i = 0; i < sink->count; ++i)
    if (growth->rows >> i & 1)
      *rows *= sink->extent[i] == UF_DYNAMIC ? MIN_ROWS : sink->extent[i];
  for (int m = 1; m < growth->count; ++m) {
    const Member *member = &growth->members[m];
    MlirType element = ufElementType(ufResultOf(member->op, 0));
    int64_t bytes = (ufBitWidth(element) + 7) / 8;
    unsigned loops = ufDomainLoops(&member->domain, false);
    for (int row = 0; row < sink->count; ++row)
      if (growth->rows >> row & 1)
        loops &= ~(1u << member->loops[row]);
    for (int i = 0; i < member->domain.count; ++i)
      if ((loops >> i & 1) && member->domain.extent[i] != UF_DYNAMIC)
        bytes *= member->domain.extent[i];
    *rowBytes += bytes;
  }
}

static bool isWorthwhile(const Growth *growth) {
  int numOps = 0;
  int64_t rows, rowBytes, work = 0;
  for (int i = 0; i < growth->count; ++i) {
    int64_t steps = ufDomainWork(&growth->members[i].domain);
    numOps += !ufOpIs(growth->members[i].op, "linalg.fill");
    work = steps > work ? steps : work;
  }
  if (numOps < 2 || growth->numReductions == 0)
    return false;
  measure(growth, &rows, &rowBytes);
  UfTarget target = ufTargetOf(growth->members[0].op);
  int64_t together = growth->product.ptr ? MIN_QUERIES : 1;
  if (rowBytes > target.l2Bytes / 2 / together)
    return false;
  return rows >= MIN_ROWS || work < MIN_PARALLEL_WORK;
}

/// Lists the rows, of attention in the order of its second product's loops:
/// heads before queries, whatever the order of what is made of the product.
static int listRows(const Growth *growth, int *rows) {
  const Member *order =
      growth->product.ptr ? memberOf(growth, growth->product) : NULL;
  const int *loops = order ? order->loops : growth->members[0].loops;
  int count = 0;
  for (int row = 0; row < growth->members[0].domain.count; ++row) {
    if (!(growth->rows >> row & 1))
      continue;
    int at = count++;
    for (; at > 0 && loops[rows[at - 1]] > loops[row]; --at)
      rows[at] = rows[at - 1];
    rows[at] = row;
  }
  return count;
}

/// Hands the group over, in the block's order, with its attributes.
static void finish(const Growth *growth, UfOps *ops) {
  int rows[UF_MAX_DOMAIN], count = listRows(growth, rows);
  for (int m = growth->count - 1; m >= 0; --m) {
    const Member *member = &growth->members[m];
    MlirContext ctx = mlirOperationGetContext(member->op);
    int64_t loops[UF_MAX_DOMAIN];
    for (int i = 0; i < count; ++i)
      loops[i] = member->loops[rows[i]];
    mlirOperationSetDiscardableAttributeByName(
        member->op, ufStr(UF_ROWS_ATTR),
        mlirDenseI64ArrayGet(ctx, count, loops));
    ufOpsAdd(ops, member->op);
  }
}

bool ufFindRows(MlirOperation sink, const UfOpSet *taken, UfOps *ops) {
  Growth growth = {.taken = taken};
  if (ufIsContraction(sink) || !grow(&growth, sink) || !isWorthwhile(&growth))
    return false;
  finish(&growth, ops);
  return true;
}

/// The operand of `product` that a group could compute: the result of a linalg
/// op that is neither a product nor only a value everywhere.
static bool findScores(MlirOperation product, intptr_t *scores) {
  intptr_t numInputs = mlirOperationGetNumOperands(product) - 1;
  for (*scores = 0; *scores < numInputs; ++*scores) {
    MlirOperation from =
        ufDefiningOp(mlirOperationGetOperand(product, *scores));
    if (from.ptr && ufIsLinalg(from) && !ufOpIs(from, "linalg.fill") &&
        !ufIsContraction(from))
      return true;
  }
  return false;
}

/// Whether each matrix of scores meets a matrix of its own, as with heads, and
/// not the same weights.
static bool isBatched(MlirOperation product) {
  UfDomain domain;
  unsigned shared = ~0u;
  if (!ufReadDomain(product, &domain))
    return false;
  for (intptr_t i = 0; i < mlirOperationGetNumOperands(product); ++i)
    shared &= ufMapLoops(ufOperandMap(product, i), domain.count);
  for (int loop = 0; loop < domain.count; ++loop)
    if ((shared >> loop & 1) && domain.extent[loop] != 1)
      return true;
  return false;
}

bool ufFindAttention(MlirOperation sink, MlirOperation product,
                     const UfOpSet *taken, UfOps *ops) {
  Growth growth = {.taken = taken, .product = product};
  if (mlirOperationGetNumResults(product) != 1 || !isBatched(product) ||
      !findScores(product, &growth.scores) || !grow(&growth, sink) ||
      !growth.hasFirst || !isWorthwhile(&growth))
    return false;
  finish(&growth, ops);
  return true;
}
