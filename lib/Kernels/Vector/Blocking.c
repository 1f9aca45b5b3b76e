//===-- Blocking.c - Sizes of a kernel's tiles ----------------------------===//

#include "Kernels/Vector/AmxCode.h"
#include "Kernels/Vector/AmxSplit.h"

#include <string.h>

enum {
  MAX_VECTORS = 8,
  MAX_ROWS = 16,
  DYNAMIC_ROWS = 8,        ///< Of a tile when the loop's length is open.
  MIN_TASKS = 8,           ///< For threads to share out evenly.
  TASK_WORK = 128 << 10,   ///< Multiply-adds that make a task worth its call.
  AMX_TASK_WORK = 2 << 20, ///< The same where AMX multiplies, 16 times as fast.
  PARALLEL_WORK = 64 << 10, ///< Below this one thread does it all.
  WINDOW_SUMS = 8,  ///< Of a depthwise convolution or a pool, in one tile.
  BLOCK_ROWS = 256, ///< That a panel read from afar should meet, if there are.
  SPLIT_TILES = 8,  ///< That share what splitting a panel costs.
  MIN_CHUNK = 256   ///< Steps of a sum that make up for storing it.
};

static int64_t ceilDiv(int64_t x, int64_t y) { return (x + y - 1) / y; }

static int64_t smaller(int64_t x, int64_t y) { return x < y ? x : y; }

static int64_t larger(int64_t x, int64_t y) { return x > y ? x : y; }

/// `size`, or a guess of it.
static int64_t guess(UfSize size) {
  return ufIsStatic(size) ? size.value : 256;
}

/// Steps of a loop of the group, or a guess of them.
static int64_t steps(const UfGroup *group, int loop) {
  bool hasRest = group->rest && loop == group->dotLoop;
  return guess(group->loops.extent[loop]) + hasRest;
}

/// Whether every operand can be read as vectors, or as one element for all
/// lanes, along `loop`.
static bool allUnit(const UfStatement *statement, int loop) {
  for (int i = 0; i < statement->numInputs; ++i) {
    const UfAccess *access = &statement->inputs[i];
    UfSize stride = access->stride[loop];
    if (!ufIsSize(stride, 0) && !ufIsSize(stride, access->unit))
      return false;
  }
  return true;
}

static int findVectorLoop(const UfGroup *group) {
  for (int l = 0; l < group->loops.count; ++l) {
    if (!group->loops.parallel[l] || ufIsSize(group->loops.extent[l], 1) ||
        !ufIsSize(group->output.stride[l], 1) ||
        !ufIsSize(ufStored(group)->stride[l], 1))
      continue;
    bool ok = allUnit(&group->root, l) && allUnit(&group->init, l) &&
              allUnit(&group->sink, l);
    for (int i = 0; ok && i < group->numEpilogues; ++i)
      ok = allUnit(&group->epilogues[i], l);
    for (int i = 0; ok && i < group->root.numInputs; ++i) {
      int packed = group->root.inputs[i].packedLoop;
      ok = packed < 0 || packed == l;
    }
    if (ok)
      return l;
  }
  return UF_NO_LOOP;
}

static bool reduces(const UfGroup *group) {
  for (int l = 0; l < group->loops.count; ++l)
    if (!group->loops.parallel[l])
      return true;
  return false;
}

/// Whether the root computes functions that become long polynomials.
static bool callsMath(const UfGroup *group) {
  MlirBlock body =
      mlirRegionGetFirstBlock(mlirOperationGetRegion(group->root.op, 0));
  for (MlirOperation op = mlirBlockGetFirstOperation(body); op.ptr;
       op = mlirOperationGetNextInBlock(op)) {
    MlirStringRef name = ufOpName(op);
    if (name.length > 5 && memcmp(name.data, "math.", 5) == 0)
      return true;
  }
  return false;
}

/// Elements of one vector: the widest type of the group fills a register.
static int64_t countLanes(const UfGroup *group, const UfTarget *target) {
  int widest = ufBitWidth(ufElementType(group->output.memref));
  for (int i = 0; i < group->root.numInputs; ++i) {
    int bits = ufBitWidth(ufElementType(group->root.inputs[i].memref));
    widest = bits > widest ? bits : widest;
  }
  return target->vectorBits / widest;
}

/// The panel of the packed input, 0 when there is none.
static int64_t panelOf(const UfGroup *group) {
  for (int i = 0; i < group->root.numInputs; ++i)
    if (group->root.inputs[i].packedLoop >= 0)
      return group->root.inputs[i].panel;
  return 0;
}

/// Inputs of the root that every position of `loop` shares; vectors of them
/// count more than single elements.
static int countShared(const UfGroup *group, int vectorLoop, int loop) {
  int count = 0;
  for (int i = 0; i < group->root.numInputs; ++i) {
    const UfAccess *access = &group->root.inputs[i];
    if (ufIsSize(access->stride[loop], 0))
      count += ufIsSize(access->stride[vectorLoop], 0) ? 1 : UF_MAX_INPUTS;
  }
  return count;
}

/// Whether rows along `x` suit better than rows along `y`: they share more, or
/// lie closer in the output.
static bool isBetterRow(const UfGroup *group, int vectorLoop, int x, int y) {
  if (y == UF_NO_LOOP)
    return true;
  int more =
      countShared(group, vectorLoop, x) - countShared(group, vectorLoop, y);
  if (more)
    return more > 0;
  UfSize mine = group->output.stride[x], other = group->output.stride[y];
  return !ufIsStatic(other) || (ufIsStatic(mine) && mine.value < other.value);
}

static int findRowLoop(const UfGroup *group, int vectorLoop, int taken) {
  int best = UF_NO_LOOP;
  for (int l = 0; l < group->loops.count; ++l)
    if (l != vectorLoop && l != taken && group->loops.parallel[l] &&
        !ufIsSize(group->loops.extent[l], 1) &&
        isBetterRow(group, vectorLoop, l, best))
      best = l;
  return best;
}

/// About `most` or fewer, such that the last tile is nearly as large.
static int64_t balanced(int64_t extent, int64_t most) {
  return extent <= most ? extent : ceilDiv(extent, ceilDiv(extent, most));
}

/// Whether an input has one element for all lanes, which vectors of another
/// meet, as in a product of matrices; else rows share next to nothing.
static bool sharesElements(const UfGroup *group, int vectorLoop) {
  for (int i = 0; i < group->root.numInputs; ++i)
    if (ufIsSize(group->root.inputs[i].stride[vectorLoop], 0))
      return true;
  return false;
}

/// Rows for tiles of AMX: of one line of an image, or of two where a line fits
/// into one block.
static void chooseAmxRows(const UfGroup *group, UfBlocking *out) {
  out->rows = out->outerRows = 1;
  out->outerRowLoop = UF_NO_LOOP;
  out->rowLoop = findRowLoop(group, out->vectorLoop, UF_NO_LOOP);
  int64_t extent = group->loops.extent[out->rowLoop].value;
  ufChooseAmxRows(extent, &out->rows, &out->amxRows);
  int outer = findRowLoop(group, out->vectorLoop, out->rowLoop);
  if (extent > UF_AMX_ROWS || outer == UF_NO_LOOP ||
      countShared(group, out->vectorLoop, outer) !=
          countShared(group, out->vectorLoop, out->rowLoop))
    return;
  out->outerRowLoop = outer;
  out->outerRows = 2;
}

static void chooseRows(const UfGroup *group, const UfTarget *target,
                       UfBlocking *out) {
  const UfLoops *loops = &group->loops;
  int64_t registers = target->registers - 1 - out->vectors;
  if (ufDotNeedsColumnSums(group->dot))
    registers -= out->vectors + 1; // the sums, and what they are made with
  int64_t most = smaller(registers / out->vectors, MAX_ROWS);
  if (!sharesElements(group, out->vectorLoop))
    most = smaller(most, WINDOW_SUMS / out->vectors);
  most = most < 1 ? 1 : most;
  out->rows = out->outerRows = 1;
  out->outerRowLoop = out->rowLoop = UF_NO_LOOP;
  if (!reduces(group))
    return; // rows would share nothing but registers
  out->rowLoop = findRowLoop(group, out->vectorLoop, UF_NO_LOOP);
  if (out->rowLoop == UF_NO_LOOP)
    return;
  UfSize extent = loops->extent[out->rowLoop];
  if (!ufIsStatic(extent)) {
    out->rows = smaller(most, DYNAMIC_ROWS);
    return;
  }
  out->rows = balanced(extent.value, most);
  if (out->rows < extent.value)
    return;
  int outer = findRowLoop(group, out->vectorLoop, out->rowLoop);
  if (outer == UF_NO_LOOP ||
      countShared(group, out->vectorLoop, outer) !=
          countShared(group, out->vectorLoop, out->rowLoop))
    return;
  out->outerRowLoop = outer;
  UfSize outerExtent = loops->extent[outer];
  if (ufIsStatic(outerExtent))
    out->outerRows = balanced(outerExtent.value, most / out->rows);
}

/// Vectors of a row: with few rows more of them, so that enough sums run side
/// by side to hide the latency of one.
static int64_t chooseVectors(const UfGroup *group, const UfTarget *target,
                             const UfBlocking *out) {
  int64_t panel = panelOf(group);
  if (panel)
    return panel % out->lanes ? 0 : smaller(panel / out->lanes, MAX_VECTORS);
  int64_t rows = 1;
  for (int l = 0; l < group->loops.count; ++l)
    if (group->loops.parallel[l] && l != out->vectorLoop)
      rows = smaller(rows * guess(group->loops.extent[l]), MAX_ROWS);
  int64_t wanted = rows <= 2 ? 8 : rows <= 6 ? 4 : 2;
  if (!reduces(group))
    wanted = callsMath(group) ? 2 : 4; // each needs registers of its own
  if (target->registers < 32 && wanted > 4)
    wanted = 4;
  return smaller(
      wanted, ceilDiv(guess(group->loops.extent[out->vectorLoop]), out->lanes));
}

/// Bytes of the input that moves with rows, per step of `loop`, and of the one
/// that moves with vectors, all of it.
static void measure(const UfGroup *group, const UfBlocking *out, int loop,
                    int64_t *perStep, int64_t *vectorBytes) {
  const UfLoops *loops = &group->loops;
  *perStep = *vectorBytes = 0;
  for (int i = 0; i < group->root.numInputs; ++i) {
    const UfAccess *access = &group->root.inputs[i];
    int64_t bytes = (ufBitWidth(ufElementType(access->memref)) + 7) / 8,
            total = bytes * access->unit;
    if (!ufIsSize(access->stride[loop], 0)) {
      *perStep += guess(access->stride[loop]) * bytes;
      continue;
    }
    for (int l = 0; l < loops->count; ++l)
      if (!ufIsSize(access->stride[l], 0) &&
          (l == out->vectorLoop || !loops->parallel[l]))
        total *= steps(group, l);
    *vectorBytes += total;
  }
}

/// The only reducing loop, UF_NO_LOOP when there are more or its length is
/// open.
static int onlyReduction(const UfGroup *group) {
  int found = UF_NO_LOOP;
  for (int l = 0; l < group->loops.count; ++l)
    if (!group->loops.parallel[l] && !ufIsSize(group->loops.extent[l], 1)) {
      if (found != UF_NO_LOOP || !ufIsStatic(group->loops.extent[l]) ||
          group->rest)
        return UF_NO_LOOP;
      found = l;
    }
  return found;
}

/// Cuts a long sum when not enough rows of it fit into the cache for a panel to
/// be worth its way from memory. `*perStep` becomes what a row needs then.
static void chooseChunk(const UfGroup *group, int64_t extent, int64_t cache,
                        UfBlocking *out, int64_t *perStep) {
  int loop = onlyReduction(group);
  int64_t rows = smaller(extent, BLOCK_ROWS);
  if (loop == UF_NO_LOOP || *perStep * rows <= cache)
    return;
  int64_t length = group->loops.extent[loop].value;
  int64_t bytes = *perStep / length;
  int64_t most = bytes > 0 ? cache / (bytes * rows) : 0;
  if (most < MIN_CHUNK || most >= length)
    return;
  out->chunkedLoop = loop;
  out->chunk = ceilDiv(ceilDiv(length, ceilDiv(length, most)), 16) * 16;
  *perStep = out->chunk * bytes;
}

/// Tiles of `work` multiply-adds that a task should have.
static int64_t leastTiles(const UfBlocking *out, int64_t work) {
  int64_t tiles = ceilDiv(out->amxRows ? AMX_TASK_WORK : TASK_WORK, work);
  return larger(tiles, out->terms ? SPLIT_TILES : 1);
}

/// How many positions of the blocked loop a task takes, and in which order
/// tasks run: what is read again and again should stay in the L2 cache.
static void chooseBlock(const UfGroup *group, const UfTarget *target,
                        UfBlocking *out) {
  const UfLoops *loops = &group->loops;
  bool outer = out->outerRowLoop != UF_NO_LOOP;
  out->blockedLoop = outer ? out->outerRowLoop : out->rowLoop;
  int64_t columns = out->vectors * out->lanes;
  int64_t panels = ceilDiv(guess(loops->extent[out->vectorLoop]), columns);
  int64_t inner = smaller(columns, guess(loops->extent[out->vectorLoop]));
  int64_t tasks = panels;
  for (int l = 0; l < loops->count; ++l) {
    if (!loops->parallel[l])
      inner *= steps(group, l);
    else if (l != out->vectorLoop && l != out->rowLoop &&
             l != out->outerRowLoop)
      tasks *= guess(loops->extent[l]);
  }
  if (out->blockedLoop == UF_NO_LOOP) {
    out->block = 1;
    out->isSmall = inner * tasks < PARALLEL_WORK;
    return;
  }
  int64_t step = outer ? out->outerRows : out->rows;
  int64_t extent = guess(loops->extent[out->blockedLoop]);
  int64_t count = ceilDiv(extent, step), perStep, vectorBytes;
  inner *= outer ? out->rows : 1;
  measure(group, out, out->blockedLoop, &perStep, &vectorBytes);
  int64_t half = target->l2Bytes / 2;
  out->isSmall = inner * extent * tasks < PARALLEL_WORK;
  int64_t wanted = leastTiles(out, inner * step); // tiles in a block
  if (vectorBytes > half) {
    if (!outer)
      chooseChunk(group, extent, half, out, &perStep);
    int64_t most = perStep > 0 ? half / (perStep * step) : count;
    out->panelsOutside = most >= count;
    // Tasks that follow each other meet the same panel then, however small
    // they are, unless each of them splits it.
    if (!out->panelsOutside || out->chunkedLoop != UF_NO_LOOP || out->terms)
      wanted = most;
  }
  wanted = wanted < 1 ? 1 : smaller(wanted, count);
  while (wanted > 1 && tasks * ceilDiv(count, wanted) < MIN_TASKS)
    wanted = ceilDiv(wanted, 2);
  out->block = wanted * step;
}

bool ufChooseBlocking(const UfGroup *group, const UfTarget *target,
                      UfBlocking *blocking) {
  *blocking = (UfBlocking){.vectorLoop = findVectorLoop(group),
                           .chunkedLoop = UF_NO_LOOP};
  if (blocking->vectorLoop == UF_NO_LOOP)
    return false;
  blocking->lanes = countLanes(group, target);
  blocking->vectors = chooseVectors(group, target, blocking);
  if (blocking->lanes < 2 || blocking->vectors < 1)
    return false;
  bool isSplit = ufSuitsSplit(group, target);
  if ((isSplit || ufSuitsAmx(group, target)) &&
      blocking->vectors * UF_AMX_COLUMNS == panelOf(group)) {
    blocking->terms = isSplit ? target->f32Terms : 0;
    chooseAmxRows(group, blocking);
  } else {
    chooseRows(group, target, blocking);
  }
  chooseBlock(group, target, blocking);
  return true;
}
