//===-- Dot.c - Products of narrow numbers, several at a time -------------===//

#include "Kernels/Dot.h"

#include "Kernels/Vector/VectorBody.h"

//===----------------------------------------------------------------------===//
// Bodies
//===----------------------------------------------------------------------===//

static bool isNamed(MlirOperation op, const char *name) {
  return op.ptr && ufOpIs(op, name);
}

/// A factor of the product: an argument of the body made wider.
typedef struct Factor {
  intptr_t argument; ///< -1 when it is something else.
  bool isFloat, isUnsigned;
} Factor;

static Factor readFactor(MlirBlock body, MlirValue value) {
  MlirOperation from = ufDefiningOp(value);
  Factor factor = {-1, isNamed(from, "arith.extf"),
                   isNamed(from, "arith.extui")};
  if (!factor.isFloat && !factor.isUnsigned && !isNamed(from, "arith.extsi"))
    return factor;
  value = mlirOperationGetOperand(from, 0);
  for (int i = 0; i < 2; ++i)
    if (mlirValueEqual(value, mlirBlockGetArgument(body, i)))
      factor.argument = i;
  return factor;
}

/// The product that the body adds to its third argument, or null.
static MlirOperation productOf(MlirBlock body) {
  MlirOperation yield = mlirBlockGetTerminator(body), none = {NULL};
  MlirOperation sum = ufDefiningOp(mlirOperationGetOperand(yield, 0));
  if (!isNamed(sum, "arith.addf") && !isNamed(sum, "arith.addi"))
    return none;
  for (int i = 0; i < 2; ++i)
    if (mlirValueEqual(mlirOperationGetOperand(sum, i),
                       mlirBlockGetArgument(body, 2))) {
      MlirOperation product = ufDefiningOp(mlirOperationGetOperand(sum, 1 - i));
      bool isProduct =
          isNamed(product, "arith.mulf") || isNamed(product, "arith.muli");
      return isProduct ? product : none;
    }
  return none;
}

static bool isInt8(MlirType type) {
  return mlirTypeIsAInteger(type) && mlirIntegerTypeGetWidth(type) == 8;
}

static bool isInt32(MlirType type) {
  return mlirTypeIsAInteger(type) && mlirIntegerTypeGetWidth(type) == 32;
}

UfDot ufReadDot(MlirOperation op) {
  UfDot dot = {UF_NO_DOT, {false, false}};
  if (!ufOpIs(op, "linalg.generic") || mlirOperationGetNumOperands(op) != 3)
    return dot;
  MlirBlock body = mlirRegionGetFirstBlock(mlirOperationGetRegion(op, 0));
  MlirOperation product = productOf(body);
  if (!product.ptr)
    return dot;
  Factor x = readFactor(body, mlirOperationGetOperand(product, 0));
  Factor y = readFactor(body, mlirOperationGetOperand(product, 1));
  if (x.argument < 0 || y.argument < 0 || x.argument == y.argument)
    return dot;
  dot.isUnsigned[x.argument] = x.isUnsigned;
  dot.isUnsigned[y.argument] = y.isUnsigned;
  MlirType left = mlirValueGetType(mlirBlockGetArgument(body, 0));
  MlirType right = mlirValueGetType(mlirBlockGetArgument(body, 1));
  MlirType sum = mlirValueGetType(mlirBlockGetArgument(body, 2));
  if (mlirTypeIsABF16(left) && mlirTypeIsABF16(right) && mlirTypeIsAF32(sum))
    dot.kind = UF_DOT_BF16;
  if (isInt8(left) && isInt8(right) && isInt32(sum))
    dot.kind = UF_DOT_INT8;
  return dot;
}

bool ufMultipliesF32(MlirOperation op) {
  if (!ufOpIs(op, "linalg.generic") || mlirOperationGetNumOperands(op) != 3)
    return false;
  MlirBlock body = mlirRegionGetFirstBlock(mlirOperationGetRegion(op, 0));
  MlirOperation product = productOf(body);
  if (!isNamed(product, "arith.mulf"))
    return false;
  bool isUsed[2] = {false};
  for (int i = 0; i < 2; ++i)
    for (int k = 0; k < 2; ++k)
      isUsed[k] |= mlirValueEqual(mlirOperationGetOperand(product, i),
                                  mlirBlockGetArgument(body, k));
  return isUsed[0] && isUsed[1] &&
         mlirTypeIsAF32(mlirValueGetType(mlirBlockGetArgument(body, 2)));
}

int64_t ufDotGroup(const UfTarget *target, UfDot dot) {
  if (dot.kind == UF_DOT_BF16 && target->bf16Dot)
    return 2;
  bool bothUnsigned = dot.isUnsigned[0] && dot.isUnsigned[1];
  return dot.kind == UF_DOT_INT8 && target->vnni && !bothUnsigned ? 4 : 1;
}

bool ufDotNeedsColumnSums(UfDot dot) {
  return dot.kind == UF_DOT_INT8 && !dot.isUnsigned[0] && !dot.isUnsigned[1];
}

//===----------------------------------------------------------------------===//
// Code
//===----------------------------------------------------------------------===//

static MlirValue bitcast(UfBuilder *b, MlirValue vector, int64_t lanes,
                         MlirType element) {
  return ufBuild(b, "vector.bitcast", ufVectorOf(lanes, element),
                 UF_VALUES(vector), UF_NO_ATTRS);
}

static MlirType intOf(const UfBuilder *b, int bits) {
  return mlirIntegerTypeGet(b->ctx, (unsigned)bits);
}

/// One group as an i32: all of its elements with one load.
static MlirValue loadWhole(UfBuilder *b, MlirValue flat, MlirValue index,
                           MlirType element, int64_t group) {
  MlirValue loaded = ufBuild(b, "vector.load", ufVectorOf(group, element),
                             UF_VALUES(flat, index), UF_NO_ATTRS);
  int64_t zero = 0;
  return ufBuild(
      b, "vector.extract", intOf(b, 32),
      UF_VALUES(bitcast(b, loaded, 1, intOf(b, 32))),
      UF_ATTRS({"static_position", mlirDenseI64ArrayGet(b->ctx, 1, &zero)}));
}

/// One group as an i32 that ends after `count` elements.
static MlirValue loadPart(UfBuilder *b, MlirValue flat, MlirValue index,
                          MlirType element, int64_t count) {
  int bits = ufBitWidth(element);
  MlirValue group = {NULL};
  for (int64_t i = 0; i < count; ++i) {
    MlirValue at = i ? ufAdd(b, index, ufIndex(b, i)) : index;
    MlirValue value =
        ufBuild(b, "memref.load", element, UF_VALUES(flat, at), UF_NO_ATTRS);
    if (!mlirTypeIsAInteger(element))
      value = ufBuild(b, "arith.bitcast", intOf(b, bits), UF_VALUES(value),
                      UF_NO_ATTRS);
    value =
        ufBuild(b, "arith.extui", intOf(b, 32), UF_VALUES(value), UF_NO_ATTRS);
    if (i)
      value = ufBinary(b, "arith.shli", value,
                       ufInteger(b, intOf(b, 32), i * bits));
    group = i ? ufBinary(b, "arith.ori", group, value) : value;
  }
  return group;
}

MlirValue ufLoadGroup(UfBuilder *b, MlirValue flat, MlirValue index,
                      MlirType element, int64_t group, int64_t count,
                      int64_t lanes) {
  MlirValue one = count == group ? loadWhole(b, flat, index, element, group)
                                 : loadPart(b, flat, index, element, count);
  return bitcast(b, ufSplat(b, one, lanes), lanes * group, element);
}

static MlirValue callIntrinsic(UfBuilder *b, const char *name, MlirValue sums,
                               MlirValue x, MlirValue y) {
  return ufBuild(
      b, "llvm.call_intrinsic", mlirValueGetType(sums), UF_VALUES(sums, x, y),
      UF_ATTRS({"intrin", ufStrAttr(b, name)},
               {"op_bundle_sizes", mlirDenseI32ArrayGet(b->ctx, 0, NULL)},
               {"operandSegmentSizes",
                mlirDenseI32ArrayGet(b->ctx, 2, (int32_t[]){3, 0})}));
}

/// sums + unsigned bytes * signed bytes, by fours.
static MlirValue dotInt8(UfBuilder *b, MlirValue sums, MlirValue bytes,
                         MlirValue signedBytes, int64_t lanes) {
  const char *name = lanes == 16  ? "llvm.x86.avx512.vpdpbusd.512"
                     : lanes == 8 ? "llvm.x86.avx512.vpdpbusd.256"
                                  : "llvm.x86.avx512.vpdpbusd.128";
  return callIntrinsic(b, name, sums, bytes, signedBytes);
}

/// -128, which is 128 when read as unsigned, in every byte.
static MlirValue signBits(UfBuilder *b, int64_t lanes) {
  return ufSplat(b, ufInteger(b, intOf(b, 8), -128), 4 * lanes);
}

MlirValue ufEmitDot(UfBuilder *b, UfDot dot, int lhs, const MlirValue *args,
                    MlirValue sums, int64_t lanes) {
  if (dot.kind == UF_DOT_BF16) {
    const char *name = lanes == 16  ? "llvm.x86.avx512bf16.dpbf16ps.512"
                       : lanes == 8 ? "llvm.x86.avx512bf16.dpbf16ps.256"
                                    : "llvm.x86.avx512bf16.dpbf16ps.128";
    return callIntrinsic(b, name, sums, args[0], args[1]);
  }
  if (!ufDotNeedsColumnSums(dot)) {
    int first = dot.isUnsigned[0] ? 0 : 1;
    return dotInt8(b, sums, args[first], args[1 - first], lanes);
  }
  MlirValue raised = ufBinary(b, "arith.xori", args[lhs], signBits(b, lanes));
  return dotInt8(b, sums, raised, args[1 - lhs], lanes);
}

MlirValue ufEmitColumnSums(UfBuilder *b, MlirValue rhs, MlirValue sums,
                           int64_t lanes) {
  return dotInt8(b, sums, signBits(b, lanes), rhs, lanes);
}
