//===-- Size.c - Sizes that fold while they are static --------------------===//
//
// Arithmetic on tensor sizes. What is known while compiling never becomes an
// op, and sizes of values that this compiler made itself are followed back to
// where they come from, so that equal sizes are seen to be equal.
//
//===----------------------------------------------------------------------===//

#include "IR/Linalg.h"

#include "mlir-c/BuiltinAttributes.h"

#include <string.h>

//===----------------------------------------------------------------------===//
// Where a size comes from
//===----------------------------------------------------------------------===//

bool ufReadNumber(MlirValue value, int64_t *number) {
  MlirOperation def = ufDefiningOp(value);
  if (!def.ptr || !ufOpIs(def, "arith.constant"))
    return false;
  MlirAttribute attr = mlirOperationGetAttributeByName(def, ufStr("value"));
  if (!mlirAttributeIsAInteger(attr))
    return false;
  *number = mlirIntegerAttrGetValueInt(attr);
  return true;
}

/// Whether result and last operands of `op` have the same shapes.
static bool isDestinationStyle(MlirOperation op) {
  static const char *const names[] = {
      "linalg.generic", "linalg.fill",         "linalg.transpose",
      "linalg.matmul",  "linalg.batch_matmul",
  };
  for (int i = 0; i < UF_COUNT(names); ++i)
    if (ufOpIs(op, names[i]))
      return true;
  return false;
}

/// An operand of `op`, which defines `tensor`, of the same shape; or null.
static MlirValue sameShapedOperand(MlirOperation op, MlirValue tensor) {
  if (isDestinationStyle(op)) {
    intptr_t firstInit =
        mlirOperationGetNumOperands(op) - mlirOperationGetNumResults(op);
    return mlirOperationGetOperand(op, firstInit +
                                           mlirOpResultGetResultNumber(tensor));
  }
  if (ufOpIs(op, "tensor.insert_slice"))
    return mlirOperationGetOperand(op, 1);
  if (ufOpIs(op, "tensor.cast")) {
    MlirValue source = mlirOperationGetOperand(op, 0);
    if (ufIsRankedTensor(mlirValueGetType(source)))
      return source;
  }
  return (MlirValue){0};
}

/// Writes the operand of `op`, which defines `tensor`, that is the size of the
/// dynamic dimension `dim`; false when there is none.
static bool findSizeOperand(MlirOperation op, MlirValue tensor, int dim,
                            MlirValue *size) {
  intptr_t at = 0;
  if (ufOpIs(op, "tensor.reshape")) {
    op = ufDefiningOp(mlirOperationGetOperand(op, 1));
    if (!op.ptr || !ufOpIs(op, "tensor.from_elements"))
      return false;
    *size = mlirOperationGetOperand(op, dim);
    return true;
  }
  if (ufOpIs(op, "tensor.expand_shape")) {
    at = 1;
  } else if (ufOpIs(op, "tensor.extract_slice")) {
    // Sizes and result dimensions correspond unless some were dropped.
    if (ufRank(mlirOperationGetOperand(op, 0)) != ufRank(tensor))
      return false;
    MlirAttribute segments =
        mlirOperationGetAttributeByName(op, ufStr("operandSegmentSizes"));
    at = 1 + mlirDenseI32ArrayGetElement(segments, 1);
  } else if (!ufOpIs(op, "tensor.empty")) {
    return false;
  }
  for (int i = 0; i < dim; ++i)
    at += ufDimSize(tensor, i) == UF_DYNAMIC;
  *size = mlirOperationGetOperand(op, at);
  return true;
}

/// Size of dimension `dim` of what a `tensor.collapse_shape` defines.
static UfSize collapsedSize(UfBuilder *b, MlirOperation collapse, int dim) {
  MlirAttribute runs =
      mlirOperationGetAttributeByName(collapse, ufStr("reassociation"));
  MlirAttribute run = mlirArrayAttrGetElement(runs, dim);
  UfSize size = ufStatic(1);
  for (intptr_t i = 0; i < mlirArrayAttrGetNumElements(run); ++i) {
    MlirAttribute source = mlirArrayAttrGetElement(run, i);
    size = ufSizeMul(b, size,
                     ufSizeOf(b, mlirOperationGetOperand(collapse, 0),
                              (int)mlirIntegerAttrGetValueInt(source)));
  }
  return size;
}

UfSize ufSizeOf(UfBuilder *b, MlirValue tensor, int dim) {
  MlirValue at = tensor, size = {0};
  while (true) {
    int64_t number = ufDimSize(at, dim);
    if (number != UF_DYNAMIC)
      return ufStatic(number);
    MlirOperation def = ufDefiningOp(at);
    if (!def.ptr)
      break;
    if (findSizeOperand(def, at, dim, &size))
      return ufSizeFromValue(b, size);
    if (ufOpIs(def, "tensor.collapse_shape"))
      return collapsedSize(b, def, dim);
    MlirValue next = sameShapedOperand(def, at);
    if (!next.ptr)
      break;
    at = next;
  }
  size = ufBuild(b, "tensor.dim", ufIndexType(b),
                 UF_VALUES(at, ufIndex(b, dim)), UF_NO_ATTRS);
  return (UfSize){.dynamic = size};
}

void ufSizesOf(UfBuilder *b, MlirValue tensor, UfSize *sizes) {
  int rank = ufRank(tensor);
  for (int i = 0; i < rank; ++i)
    sizes[i] = ufSizeOf(b, tensor, i);
}

UfSize ufSizeFromValue(UfBuilder *b, MlirValue scalar) {
  int64_t number = 0;
  if (ufReadNumber(scalar, &number))
    return ufStatic(number);
  if (mlirTypeIsAIndex(mlirValueGetType(scalar)))
    return (UfSize){.dynamic = scalar};

  // Index to i64 and back is the index itself.
  MlirOperation def = ufDefiningOp(scalar);
  if (def.ptr && ufOpIs(def, "arith.index_cast") &&
      ufBitWidth(mlirValueGetType(scalar)) == 64)
    return ufSizeFromValue(b, mlirOperationGetOperand(def, 0));
  return (UfSize){.dynamic = ufToIndex(b, scalar)};
}

MlirValue ufSizeValue(UfBuilder *b, UfSize size) {
  return ufIsStatic(size) ? ufIndex(b, size.value) : size.dynamic;
}

//===----------------------------------------------------------------------===//
// Sizes as products
//===----------------------------------------------------------------------===//

enum { MAX_FACTORS = 32, MAX_DEPTH = 16 };

/// number * factors[0] * ... * factors[count - 1].
typedef struct Product {
  bool valid; ///< False when the number overflowed or there were too many.
  int64_t number;
  int count;
  MlirValue factors[MAX_FACTORS];
} Product;

static void multiplyNumber(Product *product, int64_t number) {
  if (__builtin_mul_overflow(product->number, number, &product->number))
    product->valid = false;
}

static void multiplyValue(Product *product, MlirValue value, int depth) {
  int64_t number = 0;
  if (ufReadNumber(value, &number)) {
    multiplyNumber(product, number);
    return;
  }
  MlirOperation def = ufDefiningOp(value);
  if (def.ptr && depth < MAX_DEPTH && ufOpIs(def, "arith.muli")) {
    multiplyValue(product, mlirOperationGetOperand(def, 0), depth + 1);
    multiplyValue(product, mlirOperationGetOperand(def, 1), depth + 1);
    return;
  }
  if (product->count == MAX_FACTORS)
    product->valid = false;
  else
    product->factors[product->count++] = value;
}

static Product productOf(int count, const UfSize *sizes) {
  Product product = {.valid = true, .number = 1};
  for (int i = 0; i < count; ++i)
    if (ufIsStatic(sizes[i]))
      multiplyNumber(&product, sizes[i].value);
    else
      multiplyValue(&product, sizes[i].dynamic, /*depth=*/0);
  return product;
}

/// Whether two index values are equal for sure: the same value, or the same
/// dimension of the same tensor asked for twice.
static bool sameValue(MlirValue x, MlirValue y) {
  if (mlirValueEqual(x, y))
    return true;
  MlirOperation defX = ufDefiningOp(x), defY = ufDefiningOp(y);
  if (!defX.ptr || !defY.ptr || !ufOpIs(defX, "tensor.dim") ||
      !ufOpIs(defY, "tensor.dim") ||
      !mlirValueEqual(mlirOperationGetOperand(defX, 0),
                      mlirOperationGetOperand(defY, 0)))
    return false;
  int64_t dimX = 0, dimY = 0;
  return ufReadNumber(mlirOperationGetOperand(defX, 1), &dimX) &&
         ufReadNumber(mlirOperationGetOperand(defY, 1), &dimY) && dimX == dimY;
}

/// Takes the factors of `divisor` out of `product`; false when it lacks one.
static bool cancelFactors(Product *product, const Product *divisor) {
  for (int i = 0; i < divisor->count; ++i) {
    int at = 0;
    while (at < product->count &&
           !sameValue(product->factors[at], divisor->factors[i]))
      ++at;
    if (at == product->count)
      return false;
    product->factors[at] = product->factors[--product->count];
  }
  return true;
}

bool ufSameProduct(int numXs, const UfSize *xs, int numYs, const UfSize *ys) {
  Product x = productOf(numXs, xs), y = productOf(numYs, ys);
  return x.valid && y.valid && x.number == y.number &&
         (x.number == 0 || (x.count == y.count && cancelFactors(&x, &y)));
}

static bool sameSize(UfSize x, UfSize y) { return ufSameProduct(1, &x, 1, &y); }

//===----------------------------------------------------------------------===//
// Arithmetic
//===----------------------------------------------------------------------===//

static bool isNumber(UfSize size, int64_t number) {
  return ufIsStatic(size) && size.value == number;
}

static UfSize dynamicOf(UfBuilder *b, const char *op, UfSize x, UfSize y) {
  MlirValue left = ufSizeValue(b, x);
  MlirValue right = ufSizeValue(b, y);
  return (UfSize){.dynamic = ufBinary(b, op, left, right)};
}

// Static arithmetic wraps like the ops do: a nonsensical size must not be
// undefined behaviour here.
UfSize ufSizeAdd(UfBuilder *b, UfSize x, UfSize y) {
  if (ufIsStatic(x) && ufIsStatic(y))
    return ufStatic((int64_t)((uint64_t)x.value + (uint64_t)y.value));
  if (isNumber(x, 0))
    return y;
  if (isNumber(y, 0))
    return x;
  return dynamicOf(b, "arith.addi", x, y);
}

UfSize ufSizeSub(UfBuilder *b, UfSize x, UfSize y) {
  if (ufIsStatic(x) && ufIsStatic(y))
    return ufStatic((int64_t)((uint64_t)x.value - (uint64_t)y.value));
  if (isNumber(y, 0))
    return x;
  if (sameSize(x, y))
    return ufStatic(0);
  return dynamicOf(b, "arith.subi", x, y);
}

UfSize ufSizeMul(UfBuilder *b, UfSize x, UfSize y) {
  if (ufIsStatic(x) && ufIsStatic(y))
    return ufStatic((int64_t)((uint64_t)x.value * (uint64_t)y.value));
  if (isNumber(x, 0) || isNumber(y, 0))
    return ufStatic(0);
  if (isNumber(x, 1))
    return y;
  if (isNumber(y, 1))
    return x;
  return dynamicOf(b, "arith.muli", x, y);
}

static int64_t floorDiv(int64_t x, int64_t y) {
  return x / y - (x % y != 0 && (x % y < 0) != (y < 0));
}

UfSize ufSizeDiv(UfBuilder *b, UfSize x, UfSize y) {
  if (ufIsStatic(x) && ufIsStatic(y) && y.value > 0)
    return ufStatic(floorDiv(x.value, y.value));
  if (isNumber(y, 1))
    return x;
  Product quotient = productOf(1, &x), divisor = productOf(1, &y);
  if (!quotient.valid || !divisor.valid || divisor.number <= 0 ||
      quotient.number % divisor.number != 0 ||
      !cancelFactors(&quotient, &divisor))
    return dynamicOf(b, "arith.floordivsi", x, y);
  UfSize result = ufStatic(quotient.number / divisor.number);
  for (int i = 0; i < quotient.count; ++i)
    result = ufSizeMul(b, result, (UfSize){.dynamic = quotient.factors[i]});
  return result;
}

UfSize ufSizeMax(UfBuilder *b, UfSize x, UfSize y) {
  if (ufIsStatic(x) && ufIsStatic(y))
    return x.value > y.value ? x : y;
  return sameSize(x, y) ? x : dynamicOf(b, "arith.maxsi", x, y);
}

UfSize ufSizeMin(UfBuilder *b, UfSize x, UfSize y) {
  if (ufIsStatic(x) && ufIsStatic(y))
    return x.value < y.value ? x : y;
  return sameSize(x, y) ? x : dynamicOf(b, "arith.minsi", x, y);
}

//===----------------------------------------------------------------------===//
// Checks
//===----------------------------------------------------------------------===//

/// "conv1: conv: the channels differ": the model's node, when its location
/// names it, then the op, when `message` does not.
void ufAssert(UfBuilder *b, MlirValue condition, const char *message) {
  MlirStringRef node = {NULL, 0}, op = {NULL, 0};
  if (mlirLocationIsAName(b->loc))
    node = mlirIdentifierStr(mlirLocationNameGetName(b->loc));
  if (b->op.ptr && !strstr(message, ": "))
    op = ufOpName(b->op);
  size_t dialect = op.length ? strlen("ufront.") : 0;
  char text[512];
  snprintf(text, sizeof text, "%.*s%s%.*s%s%s", (int)node.length, node.data,
           node.length ? ": " : "", (int)(op.length - dialect),
           op.length ? op.data + dialect : "", op.length ? ": " : "", message);
  ufBuildOp(b, "cf.assert", (UfTypes){0}, UF_VALUES(condition),
            UF_ATTRS({"msg", ufStrAttr(b, text)}), NULL, 0);
}

void ufAssertSameSize(UfBuilder *b, UfSize x, UfSize y, const char *message) {
  if (sameSize(x, y))
    return;
  MlirValue left = ufSizeValue(b, x);
  MlirValue right = ufSizeValue(b, y);
  ufAssert(b, ufCompare(b, UF_EQ, left, right, /*isUnsigned=*/false), message);
}
