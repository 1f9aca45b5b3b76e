//===-- Tile.c - Register tiles of contractions ---------------------------===//

#include "Kernels/Packing/Tile.h"

#include "IR/Build.h"

enum {
  /// What a size that is not known while compiling counts as.
  LARGE = 1 << 14,
  /// More rows than this need more pointers than there are scalar registers.
  MAX_ROWS = 14,
  /// Sums that must be on their way for additions to follow each other without
  /// waiting: their latency times how many start at once.
  MIN_SUMS = 8,
};

/// Registers hold the sums, a row's vectors and the scalar that they meet.
static bool fits(const UfTarget *target, int64_t rows, int64_t vectors) {
  return rows * vectors + vectors + 1 <= target->registers;
}

static int64_t roundUp(int64_t size, int64_t multiple) {
  return (size + multiple - 1) / multiple * multiple;
}

/// Time of `m` rows per column: multiplications, those of rows that are not
/// there included; loads beside them, where vectors count more than scalars
/// because they come from further away; and waiting, when sums are few.
static double costOf(int64_t m, int64_t rows, int64_t vectors) {
  double sums = (double)(rows * vectors);
  double loads = (double)(rows + 4 * vectors) / sums;
  double waiting = sums < MIN_SUMS ? MIN_SUMS / sums : 1;
  return (double)roundUp(m, rows) * (waiting + loads / 8);
}

static double bestRows(const UfTarget *target, int64_t m, int64_t vectors,
                       int64_t *best) {
  double lowest = 0;
  *best = 0;
  for (int64_t rows = 1; rows <= MAX_ROWS && rows <= m; ++rows) {
    double cost = costOf(m, rows, vectors);
    if (!fits(target, rows, vectors) || (*best && cost > lowest))
      continue;
    lowest = cost;
    *best = rows;
  }
  return lowest;
}

int64_t ufChooseRows(const UfTarget *target, int64_t m, int64_t vectors) {
  int64_t rows;
  bestRows(target, m == UF_DYNAMIC ? LARGE : m, vectors, &rows);
  return rows ? rows : 1;
}

UfTile ufChooseTile(const UfTarget *target, int64_t m, int64_t n,
                    int elementBits) {
  // In the order of preference: a later one must be better by some percent.
  static const int candidates[] = {3, 4, 2, 8, 1};
  UfTile tile = {.rows = 1, .lanes = target->vectorBits / elementBits};
  m = m == UF_DYNAMIC ? LARGE : m;
  n = n == UF_DYNAMIC ? LARGE : n;
  if (n < tile.lanes)
    return tile;
  int64_t columnVectors = roundUp(n, tile.lanes) / tile.lanes;
  double lowest = 0;
  for (int i = 0; i < UF_COUNT(candidates); ++i) {
    int64_t vectors = candidates[i], rows, rest = columnVectors % vectors;
    int64_t columns = roundUp(columnVectors, vectors) * tile.lanes;
    // At most a quarter of what is read may be nothing but padding.
    if (columns > columnVectors * tile.lanes && 4 * columns > 5 * n)
      continue;
    double cost = bestRows(target, m, vectors, &rows);
    if (!rows)
      continue;
    // The last panel's tiles leave out vectors of padding; a single vector, for
    // which each product needs a load, takes as long as more.
    bool isWhole = rest == 1;
    cost *= (double)(columnVectors + (isWhole ? vectors : 0) - rest);
    if (!isWhole && rest)
      cost += costOf(m, rows, rest) * (double)rest;
    if (tile.vectors && cost > 0.95 * lowest)
      continue;
    lowest = cost;
    tile.rows = rows;
    tile.vectors = vectors;
  }
  return tile;
}
