//===-- TorchResize.c - Import rules for resampled images -----------------===//

#include "Ops/TorchResize.h"

#include "Ops/Compose.h"
#include "Ops/TorchWindow.h"

#include <math.h>
#include <string.h>

//===----------------------------------------------------------------------===//
// upsample
//===----------------------------------------------------------------------===//

/// Reads the number `name`, or element `i` of the list.
static bool readFactor(const UfNode *node, const char *name, int i,
                       double *factor) {
  const UfrontArg *arg = ufTorchArg(node, name);
  if (arg && arg->kind == UFRONT_ARG_LIST)
    arg = i < arg->numItems ? &arg->items[i] : NULL;
  if (!arg || (arg->kind != UFRONT_ARG_FLOAT && arg->kind != UFRONT_ARG_INT))
    return false;
  *factor = arg->kind == UFRONT_ARG_FLOAT ? arg->number : (double)arg->integer;
  return *factor > 0 && isfinite(*factor);
}

/// The factors of all `rank` dimensions; false unless all are given.
static bool readFactors(const UfNode *node, int rank, double *factors) {
  static const char *const names[UF_MAX_SPATIAL][UF_MAX_SPATIAL] = {
      {"scales"},
      {"scales_h", "scales_w"},
      {"scales_d", "scales_h", "scales_w"}};
  bool isList = ufTorchHas(node, "scale_factors");
  for (int i = 0; i < rank; ++i)
    if (!readFactor(node, isList ? "scale_factors" : names[rank - 1][i], i,
                    &factors[i]))
      return false;
  return true;
}

/// Whether the factors give the sizes that are stated, as far as both are
/// known. Sizes go their own way when a user gives both.
static bool factorsFit(MlirValue x, int rank, const double *factors,
                       const UfTorchInts *sizes) {
  if (mlirAttributeIsNull(sizes->attr))
    return true;
  for (int i = 0; i < rank; ++i) {
    int64_t from = ufDimSize(x, i + 2);
    if (from != UF_DYNAMIC && ufTruncate(floor((double)from * factors[i])) !=
                                  mlirDenseI64ArrayGetElement(sizes->attr, i))
      return false;
  }
  return true;
}

/// The sizes that factors give. A row would take fractions of an element along
/// where it aligns the last ones.
static bool sizesOf(UfBuilder *b, MlirValue x, int rank, const double *factors,
                    UfTorchInts *sizes) {
  int64_t known[UF_MAX_SPATIAL];
  bool isKnown = true;
  for (int i = 0; i < rank; ++i) {
    int64_t from = ufDimSize(x, i + 2);
    isKnown &= from != UF_DYNAMIC;
    known[i] = isKnown ? ufTruncate(floor((double)from * factors[i])) : 0;
  }
  *sizes = (UfTorchInts){.count = rank};
  if (isKnown) {
    sizes->attr = ufIntsAttr(b, rank, known);
    return true;
  }
  MlirType type = mlirF64TypeGet(b->ctx);
  MlirValue from =
      ufOp(b, "shape_of", UF_VALUES(x), UF_ATTRS({"start", ufIntAttr(b, 2)}));
  MlirValue by =
      ufConstant(b, mlirDenseElementsAttrDoubleGet(
                        ufTensorOf(type, 1, (int64_t[]){rank}), rank, factors));
  MlirValue to = ufCall2(b, "multiply", ufCallCast(b, from, type), by);
  sizes->value = ufCallCast(b, ufCall1(b, "floor", to), ufI64(b));
  return sizes->value.ptr != NULL;
}

static const char *modeOf(const UfNode *node) {
  if (strstr(node->op, "nearest"))
    return "nearest";
  return strstr(node->op, "cubic") ? "cubic" : "linear";
}

/// What the sizes of the result come from.
typedef struct Target {
  int rank;
  bool hasFactors;
  double factors[UF_MAX_SPATIAL];
  UfTorchInts sizes; ///< Without factors.
} Target;

static MlirLogicalResult readTarget(UfBuilder *b, const UfNode *node,
                                    MlirValue x, bool isAligned, Target *t) {
  bool hasSizes = ufTorchInts(b, node, "output_size", &t->sizes);
  bool isWrong = hasSizes && t->sizes.count != t->rank;
  t->hasFactors = !isWrong && readFactors(node, t->rank, t->factors) &&
                  (!hasSizes || factorsFit(x, t->rank, t->factors, &t->sizes));
  if (isWrong || (!t->hasFactors && !hasSizes))
    return ufNodeError(node, "needs 'output_size' or factors of %d dimensions",
                       t->rank);
  if (!t->hasFactors || !isAligned)
    return mlirLogicalResultSuccess();
  t->hasFactors = false;
  return sizesOf(b, x, t->rank, t->factors, &t->sizes)
             ? mlirLogicalResultSuccess()
             : mlirLogicalResultFailure();
}

static MlirValue resizeTo(UfBuilder *b, const UfNode *node, MlirValue x,
                          const char *coordinates, const Target *t) {
  static const int64_t axes[UF_MAX_SPATIAL] = {2, 3, 4};
  bool isExact = strstr(node->op, "exact") != NULL;
  bool isSmooth = strstr(node->op, "_aa") != NULL;
  MlirType list = ufTensorOf(mlirF64TypeGet(b->ctx), 1, (int64_t[]){t->rank});
  MlirAttribute none = mlirAttributeGetNull();
  return ufOp(
      b, "resize",
      UF_VALUES(x, t->hasFactors ? (MlirValue){NULL} : t->sizes.value),
      UF_ATTRS({"mode", ufStrAttr(b, modeOf(node))},
               {"coordinates", ufStrAttr(b, coordinates)},
               {"nearest_mode",
                ufStrAttr(b, isExact ? "round_prefer_ceil" : "floor")},
               {"cubic_coeff", ufFloatAttr(b, isSmooth ? -0.5 : -0.75)},
               {"antialias", ufBoolAttr(b, isSmooth)},
               {"exclude_outside", ufBoolAttr(b, isSmooth)},
               {"axes", ufIntsAttr(b, t->rank, axes)},
               {"sizes", t->hasFactors ? none : t->sizes.attr},
               {"scales", t->hasFactors ? mlirDenseElementsAttrDoubleGet(
                                              list, t->rank, t->factors)
                                        : none}));
}

MlirLogicalResult ufTorchResize(UfBuilder *b, const UfNode *node,
                                MlirValue *results) {
  Target target = {.rank = ufTorchSpatialRank(node)};
  MlirValue x = ufNodeInput(node, 0);
  if (target.rank < 1 || target.rank > UF_MAX_SPATIAL || !x.ptr ||
      ufRank(x) != target.rank + 2)
    return ufNodeError(node,
                       "needs an input with two dimensions more than the "
                       "%d that are resized",
                       target.rank);
  bool isAligned = ufNodeInt(node, "align_corners", 0) != 0;
  bool isFloor = strstr(node->op, "nearest") && !strstr(node->op, "exact");
  const char *coordinates = isFloor ? "asymmetric" : "half_pixel";
  UF_TRY(readTarget(b, node, x, isAligned, &target));
  return ufNodeDefine(
      results,
      resizeTo(b, node, x, isAligned ? "align_corners" : coordinates, &target));
}

//===----------------------------------------------------------------------===//
// Grids
//===----------------------------------------------------------------------===//

MlirLogicalResult ufTorchGridSample(UfBuilder *b, const UfNode *node,
                                    MlirValue *results) {
  static const char *const modes[] = {"linear", "nearest", "cubic"};
  static const char *const paddings[] = {"zeros", "border", "reflection"};
  int64_t mode = ufNodeInt(node, "interpolation_mode", 0);
  int64_t padding = ufNodeInt(node, "padding_mode", 0);
  MlirValue x = ufTorchTensor(b, node, "input");
  MlirValue grid = ufTorchTensor(b, node, "grid");
  if (!x.ptr || !grid.ptr || mode < 0 || mode > 2 || padding < 0 || padding > 2)
    return ufNodeError(node, "needs 'input', 'grid', and an "
                             "'interpolation_mode' and a 'padding_mode' from 0 "
                             "to 2");
  bool isAligned = ufNodeInt(node, "align_corners", 0) != 0;
  return ufNodeDefine(
      results, ufOp(b, "grid_sample", UF_VALUES(x, grid),
                    UF_ATTRS({"mode", ufStrAttr(b, modes[mode])},
                             {"padding_mode", ufStrAttr(b, paddings[padding])},
                             {"align_corners", ufBoolAttr(b, isAligned)},
                             {"moves_elements", ufBoolAttr(b, mode == 2)})));
}

MlirLogicalResult ufTorchAffineGrid(UfBuilder *b, const UfNode *node,
                                    MlirValue *results) {
  UfTorchInts size;
  MlirValue theta = ufTorchTensor(b, node, "theta");
  if (!theta.ptr || !ufTorchInts(b, node, "size", &size))
    return ufNodeError(node, "needs 'theta' and 'size'");
  bool isAligned = ufNodeInt(node, "align_corners", 0) != 0;
  return ufNodeDefine(
      results, ufOp(b, "affine_grid", UF_VALUES(theta, size.value),
                    UF_ATTRS({"size", size.attr},
                             {"align_corners", ufBoolAttr(b, isAligned)})));
}

//===----------------------------------------------------------------------===//
// torchvision
//===----------------------------------------------------------------------===//

MlirLogicalResult ufTorchRoiAlign(UfBuilder *b, const UfNode *node,
                                  MlirValue *results) {
  MlirValue x = ufTorchTensor(b, node, "input");
  MlirValue rois = ufTorchTensor(b, node, "rois");
  if (!x.ptr || !rois.ptr || ufRank(rois) != 2)
    return ufNodeError(node, "needs 'input', and 'rois' of rank 2");
  int64_t size[] = {ufNodeInt(node, "pooled_height", 1),
                    ufNodeInt(node, "pooled_width", 1)};
  int64_t ratio = ufNodeInt(node, "sampling_ratio", -1);
  MlirValue images = ufCallSqueeze(b, ufCallSlice(b, rois, 1, 0, 1), 1);
  images = ufCallCast(b, images, ufI64(b));
  rois = ufCallSlice(b, rois, 1, 1, 5);
  if (!images.ptr || !rois.ptr)
    return mlirLogicalResultFailure();
  double scale = ufNodeFloat(node, "spatial_scale", 1);
  return ufNodeDefine(
      results,
      ufOp(b, "roi_align", UF_VALUES(x, rois, images),
           UF_ATTRS({"output_size", ufIntsAttr(b, 2, size)},
                    {"sampling_ratio", ufIntAttr(b, ratio < 0 ? 0 : ratio)},
                    {"spatial_scale", ufFloatAttr(b, scale)},
                    {"aligned",
                     ufBoolAttr(b, ufNodeInt(node, "aligned", 0) != 0)})));
}

MlirLogicalResult ufTorchDeformConvolution(UfBuilder *b, const UfNode *node,
                                           MlirValue *results) {
  MlirValue mask = {NULL};
  if (ufNodeInt(node, "use_mask", 1))
    mask = ufTorchTensor(b, node, "mask");
  int64_t stride[] = {ufNodeInt(node, "stride_h", 1),
                      ufNodeInt(node, "stride_w", 1)};
  int64_t padding[] = {ufNodeInt(node, "pad_h", 0),
                       ufNodeInt(node, "pad_w", 0)};
  int64_t dilation[] = {ufNodeInt(node, "dilation_h", 1),
                        ufNodeInt(node, "dilation_w", 1)};
  return ufNodeDefine(
      results,
      ufOp(b, "deform_conv2d",
           UF_VALUES(ufTorchTensor(b, node, "input"),
                     ufTorchTensor(b, node, "weight"),
                     ufTorchTensor(b, node, "offset"),
                     ufTorchTensor(b, node, "bias"), mask),
           UF_ATTRS({"stride", ufIntsAttr(b, 2, stride)},
                    {"padding", ufTorchPadding(b, 2, padding)},
                    {"dilation", ufIntsAttr(b, 2, dilation)},
                    {"groups", ufIntAttr(b, ufNodeInt(node, "groups", 1))},
                    {"offset_groups",
                     ufIntAttr(b, ufNodeInt(node, "offset_groups", 1))})));
}
