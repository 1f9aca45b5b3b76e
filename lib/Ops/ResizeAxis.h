//===-- ResizeAxis.h - A resize along one axis --------------------*- C -*-===//
//
// The tables that say of which elements of the input, and with which weights,
// an element of the output is made.
//
//===----------------------------------------------------------------------===//

#ifndef UF_OPS_RESIZEAXIS_H
#define UF_OPS_RESIZEAXIS_H

#include "Ops/Resize.h"

/// A number now, or an f64 value later.
typedef struct UfReal {
  double value;
  MlirValue dynamic; ///< Null when `value` is the number.
} UfReal;

/// One axis while it is lowered.
typedef struct UfAxis {
  const UfResize *resize;
  int dim;
  UfSize in, out;
  UfReal scale;      ///< When resize->hasScales.
  UfReal begin, end; ///< Of the part to crop.
  int taps;          ///< Elements an output element is made of.
  bool isStretched;  ///< There are `stretchedTaps` of them instead.
  UfSize stretchedTaps;
  UfReal first; ///< Of the taps, from the left neighbour.
  UfReal sharp; ///< Filters are stretched by one over this.
  MlirType weight;
} UfAxis;

/// Sets up the axes along which something happens; returns how many.
int ufPrepareAxes(UfBuilder *b, const UfResize *resize, MlirValue image,
                  MlirType weight, UfAxis *axes);

// Bodies of generics without inputs over the output positions; `data` is the
// axis.

/// Results: the index of each tap, then, unless the mode is nearest, the
/// weights.
void ufTapsBody(UfBuilder *b, const MlirValue *args, MlirValue *results,
                const void *data);
/// One tap, which is the second loop. Results: index, weight as an f64.
void ufTapBody(UfBuilder *b, const MlirValue *args, MlirValue *results,
               const void *data);
/// Whether the coordinate lies outside the input.
void ufOutsideBody(UfBuilder *b, const MlirValue *args, MlirValue *results,
                   const void *data);

#endif // UF_OPS_RESIZEAXIS_H
