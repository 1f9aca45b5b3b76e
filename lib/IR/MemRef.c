//===-- MemRef.c - Buffers from bare pointers and back --------------------===//

#include "IR/MemRef.h"

#include "IR/Function.h"

MlirType ufPointerType(const UfBuilder *b) {
  return mlirTypeParseGet(b->ctx, ufStr("!llvm.ptr"));
}

/// Strides and offset of a memref type; UF_DYNAMIC where open.
static void readLayout(MlirType type, int64_t *strides, int64_t *offset) {
  if (mlirLogicalResultIsFailure(
          mlirMemRefTypeGetStridesAndOffset(type, strides, offset)))
    *offset = UF_DYNAMIC;
}

bool ufIsContiguous(MlirType memref) {
  int64_t strides[UF_MAX_RANK], offset, expected = 1;
  UfShape shape = ufShapeOfType(memref);
  readLayout(memref, strides, &offset);
  if (offset != 0)
    return false;
  for (int i = shape.rank - 1; i >= 0; --i) {
    if (strides[i] != expected && shape.dims[i] != 1)
      // With the identity layout, strides past a dynamic size are open.
      return mlirAffineMapIsIdentity(mlirMemRefTypeGetAffineMap(memref));
    if (shape.dims[i] == UF_DYNAMIC)
      return mlirAffineMapIsIdentity(mlirMemRefTypeGetAffineMap(memref));
    expected *= shape.dims[i];
  }
  return true;
}

MlirType ufWithoutOpenOffset(MlirType type) {
  int64_t strides[UF_MAX_RANK], offset;
  readLayout(type, strides, &offset);
  if (offset != UF_DYNAMIC)
    return type;
  UfShape shape = ufShapeOfType(type);
  MlirAttribute layout = mlirStridedLayoutAttrGet(mlirTypeGetContext(type), 0,
                                                  shape.rank, strides);
  return mlirMemRefTypeGet(shape.element, shape.rank, shape.dims, layout,
                           mlirMemRefTypeGetMemorySpace(type));
}

/// Whether the strides of `type` follow from its sizes.
static bool stridesFollow(MlirType type) {
  return mlirAffineMapIsIdentity(mlirMemRefTypeGetAffineMap(type));
}

int ufNumOpen(MlirType type) {
  UfShape shape = ufShapeOfType(type);
  int64_t strides[UF_MAX_RANK], offset;
  int count = 0;
  readLayout(type, strides, &offset);
  for (int i = 0; i < shape.rank; ++i)
    count += (shape.dims[i] == UF_DYNAMIC) +
             (!stridesFollow(type) && strides[i] == UF_DYNAMIC);
  return count;
}

int64_t ufElementBytes(MlirType element) {
  return mlirTypeIsAIndex(element) ? 8 : (ufBitWidth(element) + 7) / 8;
}

MlirValue ufI64Constant(UfBuilder *b, int64_t value) {
  return ufBuild(b, "arith.constant", ufI64(b), UF_NO_VALUES,
                 UF_ATTRS({"value", ufIntAttr(b, value)}));
}

MlirValue ufIndexToI64(UfBuilder *b, MlirValue index) {
  return ufBuild(b, "arith.index_cast", ufI64(b), UF_VALUES(index),
                 UF_NO_ATTRS);
}

static MlirValue insertValue(UfBuilder *b, MlirValue into, MlirValue value,
                             int field, int element) {
  int64_t position[2] = {field, element};
  return ufBuild(
      b, "llvm.insertvalue", mlirValueGetType(into), UF_VALUES(into, value),
      UF_ATTRS({"position", ufIntsAttr(b, element < 0 ? 1 : 2, position)}));
}

MlirValue ufMemRefAt(UfBuilder *b, MlirValue pointer, MlirType type,
                     const MlirValue *dynamic) {
  UfShape shape = ufShapeOfType(type);
  int64_t strides[UF_MAX_RANK], offset;
  readLayout(type, strides, &offset);
  char text[96];
  if (shape.rank == 0)
    snprintf(text, sizeof text, "!llvm.struct<(ptr, ptr, i64)>");
  else
    snprintf(text, sizeof text,
             "!llvm.struct<(ptr, ptr, i64, array<%d x i64>, array<%d x i64>)>",
             shape.rank, shape.rank);
  MlirType structType = mlirTypeParseGet(b->ctx, ufStr(text));
  MlirValue made =
      ufBuild(b, "llvm.mlir.poison", structType, UF_NO_VALUES, UF_NO_ATTRS);
  made = insertValue(b, made, pointer, 0, -1);
  made = insertValue(b, made, pointer, 1, -1);
  made = insertValue(b, made, ufI64Constant(b, offset), 2, -1);
  MlirValue sizes[UF_MAX_RANK] = {{NULL}};
  for (int i = 0; i < shape.rank; ++i) {
    sizes[i] = shape.dims[i] == UF_DYNAMIC ? *dynamic++
                                           : ufI64Constant(b, shape.dims[i]);
    made = insertValue(b, made, sizes[i], 3, i);
  }
  MlirValue following = ufI64Constant(b, 1);
  for (int i = shape.rank - 1; i >= 0 && stridesFollow(type); --i) {
    made = insertValue(b, made, following, 4, i);
    if (i > 0)
      following = ufBinary(b, "arith.muli", following, sizes[i]);
  }
  for (int i = 0; i < shape.rank && !stridesFollow(type); ++i)
    made = insertValue(b, made,
                       strides[i] == UF_DYNAMIC ? *dynamic++
                                                : ufI64Constant(b, strides[i]),
                       4, i);
  return ufBuild(b, "builtin.unrealized_conversion_cast", type, UF_VALUES(made),
                 UF_NO_ATTRS);
}

MlirValue ufMemRefPointer(UfBuilder *b, MlirValue memref, MlirValue *dynamic) {
  MlirType type = mlirValueGetType(memref), index = ufIndexType(b);
  UfShape shape = ufShapeOfType(type);
  int64_t strides[UF_MAX_RANK], offset;
  readLayout(type, strides, &offset);
  MlirType types[2 + 2 * UF_MAX_RANK];
  types[0] = mlirMemRefTypeContiguousGet(shape.element, 0, NULL,
                                         mlirMemRefTypeGetMemorySpace(type));
  for (int i = 0; i < 1 + 2 * shape.rank; ++i)
    types[i + 1] = index;
  MlirOperation metadata = {NULL};
  if (offset == UF_DYNAMIC || ufNumOpen(type) > 0)
    metadata = ufBuildOp(b, "memref.extract_strided_metadata",
                         (UfTypes){types, 2 + 2 * shape.rank},
                         UF_VALUES(memref), UF_NO_ATTRS, NULL, 0);
  MlirValue pointer = ufBuild(b, "memref.extract_aligned_pointer_as_index",
                              index, UF_VALUES(memref), UF_NO_ATTRS);
  if (offset == UF_DYNAMIC) {
    MlirValue bytes = ufBinary(b, "arith.muli", ufResultOf(metadata, 1),
                               ufIndex(b, ufElementBytes(shape.element)));
    pointer = ufBinary(b, "arith.addi", pointer, bytes);
  }
  for (int i = 0; i < shape.rank; ++i)
    if (shape.dims[i] == UF_DYNAMIC)
      *dynamic++ = ufIndexToI64(b, ufResultOf(metadata, 2 + i));
  for (int i = 0; i < shape.rank && !stridesFollow(type); ++i)
    if (strides[i] == UF_DYNAMIC)
      *dynamic++ = ufIndexToI64(b, ufResultOf(metadata, 2 + shape.rank + i));
  return ufIndexToI64(b, pointer);
}

void ufMemRefSizes(UfBuilder *b, MlirValue memref, UfSize *sizes) {
  UfShape shape = ufShape(memref);
  for (int i = 0; i < shape.rank; ++i) {
    sizes[i] = ufStatic(shape.dims[i]);
    if (shape.dims[i] == UF_DYNAMIC)
      sizes[i].dynamic = ufBuild(b, "memref.dim", ufIndexType(b),
                                 UF_VALUES(memref, ufIndex(b, i)), UF_NO_ATTRS);
  }
}

MlirOperation ufCallExternal(UfBuilder *b, MlirOperation module,
                             const char *name, UfTypes results,
                             UfValues operands) {
  if (!ufFindFunction(module, name).ptr) {
    MlirType types[UF_MAX_VALUES];
    for (intptr_t i = 0; i < operands.size; ++i)
      types[i] = mlirValueGetType(operands.data[i]);
    MlirType type = mlirFunctionTypeGet(b->ctx, operands.size, types,
                                        results.size, results.data);
    UfBuilder top = {
        .ctx = b->ctx, .loc = b->loc, .block = ufFunctionBody(module)};
    MlirRegion region = mlirRegionCreate();
    ufBuildOp(&top, "func.func", (UfTypes){0}, UF_NO_VALUES,
              UF_ATTRS({"sym_name", ufStrAttr(b, name)},
                       {"function_type", mlirTypeAttrGet(type)},
                       {"sym_visibility", ufStrAttr(b, "private")}),
              &region, 1);
  }
  return ufBuildOp(
      b, "func.call", results, operands,
      UF_ATTRS({"callee", mlirFlatSymbolRefAttrGet(b->ctx, ufStr(name))}), NULL,
      0);
}
