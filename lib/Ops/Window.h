//===-- Window.h - The geometry of sliding windows ----------------*- C -*-===//
//
// Convolutions and pools slide a window over the spatial dimensions of an
// image. What they say about it is the same, so it is read, checked and turned
// into sizes in one place.
//
//===----------------------------------------------------------------------===//

#ifndef UF_OPS_WINDOW_H
#define UF_OPS_WINDOW_H

#include "IR/Linalg.h"
#include "Ops/Node.h"

enum { UF_MAX_SPATIAL = 3 };

typedef enum UfPadMode {
  UF_PAD_EXPLICIT,
  UF_PAD_VALID,
  UF_PAD_SAME_UPPER, ///< As many windows as strides; the odd element at the
                     ///< end.
  UF_PAD_SAME_LOWER,
} UfPadMode;

typedef struct UfWindow {
  int rank;                       ///< Of the spatial dimensions.
  int64_t kernel[UF_MAX_SPATIAL]; ///< UF_DYNAMIC where not known yet.
  int64_t stride[UF_MAX_SPATIAL];
  int64_t dilation[UF_MAX_SPATIAL];
  int64_t low[UF_MAX_SPATIAL], high[UF_MAX_SPATIAL]; ///< Explicit padding.
  UfPadMode padMode;
  bool ceil; ///< A last window may hang over the end.
  bool isChannelsLast;
} UfWindow;

/// What a window means for an image whose sizes are known or not.
typedef struct UfWindowSizes {
  UfSize low[UF_MAX_SPATIAL], high[UF_MAX_SPATIAL]; ///< Padding.
  UfSize output[UF_MAX_SPATIAL];
  /// What the windows of a ceil_mode pool need after the padding.
  UfSize overhang[UF_MAX_SPATIAL];
} UfWindowSizes;

/// The number of spatial dimensions in a name such as "conv2d".
int ufSpatialRank(MlirOperation op);

/// Reads the attributes stride, padding, dilation, pad_mode, layout and, where
/// the row has it, ceil_mode of `op`, and checks them and `kernel`.
MlirLogicalResult ufReadWindow(MlirOperation op, int rank,
                               const int64_t *kernel, UfWindow *window);

/// Position of the channels, and of spatial dimension `dim`, in a shape.
static inline int ufChannelDim(const UfWindow *window) {
  return window->isChannelsLast ? window->rank + 1 : 1;
}
static inline int ufSpatialDim(const UfWindow *window, int dim) {
  return window->isChannelsLast ? dim + 1 : dim + 2;
}

/// The output size for `input` elements along spatial dimension `dim`. Reports
/// a window that does not fit.
MlirLogicalResult ufInferWindow(MlirOperation op, const UfWindow *window,
                                int dim, int64_t input, int64_t *output);

/// The sizes for `input`, which has channels second.
void ufWindowSizes(UfBuilder *b, const UfWindow *window, MlirValue input,
                   UfWindowSizes *sizes);

/// Leaves out what only ever meets padding at the ends of a window, wherever it
/// stands, and the padding with it; `first` gets the first element that stays
/// in each dimension. Returns whether there was any; windows of ceil_mode stay
/// as they are.
bool ufTrimWindow(UfWindow *window, UfWindowSizes *sizes, MlirValue input,
                  int64_t *first);

/// `input` with the padding and overhang of its spatial dimensions.
MlirValue ufPadWindow(UfBuilder *b, const UfWindow *window,
                      const UfWindowSizes *sizes, MlirValue input,
                      MlirValue scalar);

/// `x` with channels second instead of last, and back.
MlirValue ufChannelsSecond(UfBuilder *b, const UfWindow *window, MlirValue x);
MlirValue ufChannelsBack(UfBuilder *b, const UfWindow *window, MlirValue x);

/// A window for TOSA, where it must divide the padded input exactly.
typedef struct UfTosaWindow {
  int64_t pad[2 * UF_MAX_SPATIAL]; ///< Before and after each dimension.
  int64_t sizes[UF_MAX_RANK];      ///< Of the input that windows reach.
} UfTosaWindow;

/// False where TOSA cannot express the window over an `input` of that shape.
bool ufTosaWindow(const UfWindow *window, const UfShape *input,
                  UfTosaWindow *tosa);
/// The part of `input` that windows reach.
MlirValue ufTosaTrim(UfBuilder *b, MlirValue input, const UfTosaWindow *tosa);
/// A window of rank 1 as one of rank 2, with a first dimension of one.
void ufWidenWindow(UfWindow *window);

/// ONNX's strides, dilations, pads and auto_pad as attributes stride, dilation,
/// padding and pad_mode; null where the fallback is meant. `*rank` is that of
/// the input less two.
enum { UF_WINDOW_ATTRS = 4 };
MlirLogicalResult ufNodeWindow(UfBuilder *b, const UfNode *node, int *rank,
                               UfAttr *attrs);

/// `prefix`, the number of spatial dimensions, 'd': "conv2d".
const char *ufSpatialName(char *text, size_t size, const char *prefix,
                          int rank);

#endif // UF_OPS_WINDOW_H
