//===-- RandomBits.c - A generator of random numbers ----------------------===//

#include "Ops/RandomBits.h"

#include "Ops/Nest.h"

enum { NUM_WORDS = 624, DISTANCE = 397 };

static MlirValue word(UfBuilder *b, uint32_t value) {
  return ufInteger(b, ufIntType(b, 32), (int32_t)value);
}

static MlirValue shiftRight(UfBuilder *b, MlirValue x, uint32_t count) {
  return ufBinary(b, "arith.shrui", x, word(b, count));
}

static MlirValue shiftLeft(UfBuilder *b, MlirValue x, uint32_t count) {
  return ufBinary(b, "arith.shli", x, word(b, count));
}

static MlirValue exclusiveOr(UfBuilder *b, MlirValue x, MlirValue y) {
  return ufBinary(b, "arith.xori", x, y);
}

static MlirValue andWord(UfBuilder *b, MlirValue x, uint32_t mask) {
  return ufBinary(b, "arith.andi", x, word(b, mask));
}

//===----------------------------------------------------------------------===//
// Words
//===----------------------------------------------------------------------===//

/// Word i follows from the one before; the first is the seed.
static void stepSeed(UfBuilder *b, const MlirValue *at,
                     const MlirValue *carried, MlirValue *next,
                     const void *data) {
  const MlirValue *seed = data;
  MlirValue before = carried[1];
  MlirValue mixed = exclusiveOr(b, before, shiftRight(b, before, 30));
  MlirValue value = ufAdd(b, ufMul(b, mixed, word(b, 1812433253)),
                          ufFromIndex(b, at[0], ufIntType(b, 32)));
  MlirValue isFirst = ufCompare(b, UF_EQ, at[0], ufIndex(b, 0), false);
  next[1] = ufSelect(b, isFirst, *seed, value);
  next[0] = ufInsertScalar(b, next[1], carried[0], at);
}

UfRandom ufRandomCreate(UfBuilder *b, MlirValue seed) {
  UfSize count = ufStatic(NUM_WORDS);
  MlirValue first = ufConvert(b, seed, ufIntType(b, 32), false, false);
  MlirValue after[2],
      carried[] = {ufEmpty(b, ufIntType(b, 32), 1, &count), first};
  ufLoopNest(b, 1, &count, 2, carried, after, stepSeed, &first);
  return (UfRandom){after[0], ufIndex(b, 0)};
}

/// `index` + `distance` around the words.
static MlirValue ahead(UfBuilder *b, MlirValue index, int64_t distance) {
  MlirValue n = ufIndex(b, NUM_WORDS);
  MlirValue sum = ufAdd(b, index, ufIndex(b, distance));
  return ufSelect(b, ufCompare(b, UF_GE, sum, n, false), ufSub(b, sum, n), sum);
}

/// Replaces the next word by the recurrence, and returns what it shows.
static MlirValue nextWord(UfBuilder *b, UfRandom *random) {
  MlirValue behind = ahead(b, random->next, 1);
  MlirValue far = ahead(b, random->next, DISTANCE);
  MlirValue joined = ufBinary(
      b, "arith.ori",
      andWord(b, ufExtract(b, random->words, &random->next), 0x80000000),
      andWord(b, ufExtract(b, random->words, &behind), 0x7fffffff));
  MlirValue isOdd =
      ufCompare(b, UF_NE, andWord(b, joined, 1), word(b, 0), true);
  MlirValue twist = ufSelect(b, isOdd, word(b, 0x9908b0df), word(b, 0));
  MlirValue x = exclusiveOr(b, ufExtract(b, random->words, &far),
                            shiftRight(b, joined, 1));
  x = exclusiveOr(b, x, twist);
  random->words = ufInsertScalar(b, x, random->words, &random->next);
  random->next = behind;
  x = exclusiveOr(b, x, shiftRight(b, x, 11));
  x = exclusiveOr(b, x, andWord(b, shiftLeft(b, x, 7), 0x9d2c5680));
  x = exclusiveOr(b, x, andWord(b, shiftLeft(b, x, 15), 0xefc60000));
  return exclusiveOr(b, x, shiftRight(b, x, 18));
}

//===----------------------------------------------------------------------===//
// Numbers
//===----------------------------------------------------------------------===//

MlirValue ufRandomUniform(UfBuilder *b, UfRandom *random) {
  MlirType type = mlirF64TypeGet(b->ctx);
  MlirValue high = shiftRight(b, nextWord(b, random), 5);
  MlirValue low = shiftRight(b, nextWord(b, random), 6);
  high = ufConvert(b, high, type, /*fromUnsigned=*/true, false);
  low = ufConvert(b, low, type, /*fromUnsigned=*/true, false);
  MlirValue sum = ufAdd(b, ufMul(b, high, ufNumber(b, type, 0x1p26)), low);
  return ufMul(b, sum, ufNumber(b, type, 0x1p-53));
}

/// A point of the square around 0, and the square of its distance.
static void drawPoint(UfBuilder *b, UfRandom *random, MlirValue *point) {
  MlirType type = mlirF64TypeGet(b->ctx);
  for (int i = 0; i < 2; ++i) {
    MlirValue x = ufRandomUniform(b, random);
    point[i] = ufSub(b, ufAdd(b, x, x), ufNumber(b, type, 1));
  }
  point[2] =
      ufAdd(b, ufMul(b, point[0], point[0]), ufMul(b, point[1], point[1]));
}

/// Draws points until one is in the circle: the region before the condition
/// draws, the other one only passes the generator on.
static void drawInCircle(UfBuilder *b, UfRandom *random, MlirValue *point) {
  enum { COUNT = 5 };
  MlirType f64 = mlirF64TypeGet(b->ctx);
  MlirType types[COUNT] = {mlirValueGetType(random->words), ufIndexType(b), f64,
                           f64, f64};
  MlirLocation locs[COUNT] = {b->loc, b->loc, b->loc, b->loc, b->loc};
  MlirBlock before = mlirBlockCreate(2, types, locs);
  UfBuilder in = ufBuilderIn(b, before);
  UfRandom inside = {mlirBlockGetArgument(before, 0),
                     mlirBlockGetArgument(before, 1)};
  MlirValue drawn[3];
  drawPoint(&in, &inside, drawn);
  MlirValue isOutside =
      ufCompare(&in, UF_GE, drawn[2], ufNumber(&in, f64, 1), false);
  MlirValue isCentre =
      ufCompare(&in, UF_EQ, drawn[2], ufNumber(&in, f64, 0), false);
  MlirValue again = ufBinary(&in, "arith.ori", isOutside, isCentre);
  ufBuildOp(
      &in, "scf.condition", (UfTypes){0},
      UF_VALUES(again, inside.words, inside.next, drawn[0], drawn[1], drawn[2]),
      UF_NO_ATTRS, NULL, 0);
  MlirBlock after = mlirBlockCreate(COUNT, types, locs);
  UfBuilder behind = ufBuilderIn(b, after);
  ufBuildOp(
      &behind, "scf.yield", (UfTypes){0},
      UF_VALUES(mlirBlockGetArgument(after, 0), mlirBlockGetArgument(after, 1)),
      UF_NO_ATTRS, NULL, 0);
  MlirRegion regions[] = {mlirRegionCreate(), mlirRegionCreate()};
  mlirRegionAppendOwnedBlock(regions[0], before);
  mlirRegionAppendOwnedBlock(regions[1], after);
  MlirOperation op = ufBuildOp(b, "scf.while", (UfTypes){types, COUNT},
                               UF_VALUES(random->words, random->next),
                               UF_NO_ATTRS, regions, 2);
  *random = (UfRandom){ufResultOf(op, 0), ufResultOf(op, 1)};
  for (int i = 0; i < 3; ++i)
    point[i] = ufResultOf(op, i + 2);
}

void ufRandomNormals(UfBuilder *b, UfRandom *random, MlirValue *pair) {
  MlirType type = mlirF64TypeGet(b->ctx);
  MlirValue point[3];
  drawInCircle(b, random, point);
  MlirValue logarithm = ufUnary(b, "math.log", point[2]);
  MlirValue scale =
      ufDiv(b, ufMul(b, ufNumber(b, type, -2), logarithm), point[2], false);
  scale = ufUnary(b, "math.sqrt", scale);
  pair[0] = ufMul(b, scale, point[1]);
  pair[1] = ufMul(b, scale, point[0]);
}
