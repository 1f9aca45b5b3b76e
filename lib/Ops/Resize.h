//===-- Resize.h - What a resize says -----------------------------*- C -*-===//

#ifndef UF_OPS_RESIZE_H
#define UF_OPS_RESIZE_H

#include "IR/Linalg.h"
#include "Ops/Node.h"

/// In the order of the attribute `mode`.
typedef enum UfResizeMode {
  UF_RESIZE_NEAREST,
  UF_RESIZE_LINEAR,
  UF_RESIZE_CUBIC,
} UfResizeMode;

/// In the order of the attribute `coordinates`.
typedef enum UfResizeCoordinates {
  UF_RESIZE_HALF,
  UF_RESIZE_HALF_PYTORCH,
  UF_RESIZE_HALF_SYMMETRIC,
  UF_RESIZE_CORNERS,
  UF_RESIZE_ASYMMETRIC,
  UF_RESIZE_TF_HALF,
  UF_RESIZE_CROP,
} UfResizeCoordinates;

/// In the order of the attribute `nearest_mode`.
typedef enum UfResizeRounding {
  UF_ROUND_PREFER_FLOOR,
  UF_ROUND_PREFER_CEIL,
  UF_ROUND_FLOOR,
  UF_ROUND_CEIL,
} UfResizeRounding;

/// In the order of the attribute `policy`.
typedef enum UfResizePolicy {
  UF_RESIZE_STRETCH,
  UF_RESIZE_NOT_LARGER,
  UF_RESIZE_NOT_SMALLER,
} UfResizePolicy;

typedef struct UfResizeAxis {
  int dim;
  int64_t size;      ///< Of the output; UF_DYNAMIC where unknown.
  double scale;      ///< When there are scales, and they are known.
  double begin, end; ///< Of the part to crop, as shares of the input.
} UfResizeAxis;

/// Operands of a `resize`.
enum { UF_RESIZE_SIZES = 1, UF_RESIZE_SCALES, UF_RESIZE_ROI };

typedef struct UfResize {
  UfResizeMode mode;
  UfResizeCoordinates coordinates;
  UfResizeRounding rounding;
  double cubicCoeff, extrapolation;
  UfResizePolicy policy;
  bool excludesOutside, antialias;
  bool hasSizes, hasScales;        ///< What decides the output's sizes.
  bool scalesAreKnown, roiIsKnown; ///< Else they are operands.
  int count;                       ///< Of axes.
  UfResizeAxis axes[UF_MAX_RANK];
} UfResize;

/// Reads and checks the attributes of a `resize`, or reports what is wrong.
MlirLogicalResult ufReadResize(MlirOperation op, UfResize *resize);

/// Lowers a `resize` to linalg.
MlirLogicalResult ufLowerResize(UfBuilder *b);

/// Lowers a `resize` to TOSA; fails silently where TOSA cannot express it.
MlirLogicalResult ufResizeToTosa(UfBuilder *b);

#endif // UF_OPS_RESIZE_H
