//===-- AmxRegisters.c - Registers and instructions of AMX ----------------===//

#include "Kernels/Vector/AmxRegisters.h"

#include "IR/MemRef.h"

/// Of a row of sums or columns, in bytes.
enum { WIDE = 4 * UF_AMX_COLUMNS };

static void emit(UfBuilder *b, const char *name, UfValues operands) {
  MlirAttribute segments =
      mlirDenseI32ArrayGet(b->ctx, 2, (int32_t[]){(int32_t)operands.size, 0});
  ufBuildOp(
      b, "llvm.call_intrinsic", (UfTypes){0}, operands,
      UF_ATTRS({"intrin", mlirStringAttrGet(b->ctx, ufStr(name))},
               {"operandSegmentSizes", segments},
               {"op_bundle_sizes", mlirDenseI32ArrayGet(b->ctx, 0, NULL)}),
      NULL, 0);
}

static MlirValue registerOf(UfBuilder *b, int number) {
  return ufInteger(b, ufIntType(b, 8), number);
}

/// The address of element `at` of a buffer.
static MlirValue pointerTo(UfBuilder *b, MlirValue buffer, UfSize at) {
  int64_t bytes = ufElementBytes(ufElementType(buffer));
  MlirValue base = ufBuild(b, "memref.extract_aligned_pointer_as_index",
                           ufIndexType(b), UF_VALUES(buffer), UF_NO_ATTRS);
  UfSize address =
      ufSizeAdd(b, ufSizeOfIndex(base), ufSizeMul(b, at, ufStatic(bytes)));
  MlirValue number = ufBuild(b, "arith.index_cast", ufI64(b),
                             UF_VALUES(ufSizeValue(b, address)), UF_NO_ATTRS);
  return ufBuild(b, "llvm.inttoptr", ufPointerType(b), UF_VALUES(number),
                 UF_NO_ATTRS);
}

static void move(UfBuilder *b, const char *name, int number, MlirValue buffer,
                 UfSize at, UfSize stride) {
  int64_t bytes = ufElementBytes(ufElementType(buffer));
  MlirValue pointer = pointerTo(b, buffer, at);
  UfSize step = ufSizeMul(b, stride, ufStatic(bytes));
  MlirValue wide = ufBuild(b, "arith.index_cast", ufI64(b),
                           UF_VALUES(ufSizeValue(b, step)), UF_NO_ATTRS);
  emit(b, name, UF_VALUES(registerOf(b, number), pointer, wide));
}

void ufAmxLoad(UfBuilder *b, int number, MlirValue buffer, UfSize at,
               UfSize stride) {
  move(b, "llvm.x86.tileloadd64", number, buffer, at, stride);
}

void ufAmxStore(UfBuilder *b, int number, MlirValue buffer, UfSize at,
                UfSize stride) {
  move(b, "llvm.x86.tilestored64", number, buffer, at, stride);
}

void ufAmxClear(UfBuilder *b, int rowBlocks, int columnBlocks) {
  for (int i = 0; i < rowBlocks; ++i)
    for (int j = 0; j < columnBlocks; ++j)
      emit(b, "llvm.x86.tilezero", UF_VALUES(registerOf(b, ufAmxSum(i, j))));
}

void ufAmxMultiply(UfBuilder *b, const char *name, int rowBlocks,
                   int columnBlocks) {
  for (int i = 0; i < rowBlocks; ++i)
    for (int j = 0; j < columnBlocks; ++j)
      emit(b, name,
           UF_VALUES(registerOf(b, ufAmxSum(i, j)), registerOf(b, ufAmxRow(i)),
                     registerOf(b, ufAmxColumn(j))));
}

/// The registers' shapes, as LDTILECFG reads them: byte 0 is the palette, bytes
/// from 16 on have the registers' bytes per row in 16 bits each, bytes from 48
/// on have their rows.
static void setShape(uint64_t *config, int number, int64_t rows,
                     int64_t rowBytes) {
  config[2 + number / 4] |= (uint64_t)rowBytes << (16 * (number % 4));
  config[6] |= (uint64_t)rows << (8 * number);
}

void ufAmxSetShapes(UfBuilder *b, int64_t rows, int64_t groups) {
  uint64_t config[8] = {1};
  for (int i = 0; i < UF_AMX_BLOCKS; ++i) {
    for (int j = 0; j < UF_AMX_BLOCKS; ++j)
      setShape(config, ufAmxSum(i, j), rows, WIDE);
    setShape(config, ufAmxRow(i), rows, 4 * groups);
    setShape(config, ufAmxColumn(i), groups, WIDE);
  }
  MlirValue buffer = ufAmxBuffer(b, ufI64(b), 1, 8);
  for (int i = 0; i < 8; ++i)
    ufBuildOp(b, "memref.store", (UfTypes){0},
              UF_VALUES(ufInteger(b, ufI64(b), (int64_t)config[i]), buffer,
                        ufIndex(b, 0), ufIndex(b, i)),
              UF_NO_ATTRS, NULL, 0);
  emit(b, "llvm.x86.ldtilecfg", UF_VALUES(pointerTo(b, buffer, ufStatic(0))));
}

void ufAmxRelease(UfBuilder *b) {
  emit(b, "llvm.x86.tilerelease", UF_NO_VALUES);
}

MlirValue ufAmxBuffer(UfBuilder *b, MlirType element, int64_t rows,
                      int64_t columns) {
  MlirType type = mlirMemRefTypeContiguousGet(
      element, 2, (int64_t[]){rows, columns}, mlirAttributeGetNull());
  MlirAttribute segments = mlirDenseI32ArrayGet(b->ctx, 2, (int32_t[]){0, 0});
  return ufBuild(b, "memref.alloc", type, UF_NO_VALUES,
                 UF_ATTRS({"operandSegmentSizes", segments},
                          {"alignment", mlirIntegerAttrGet(ufI64(b), 64)}));
}

//===----------------------------------------------------------------------===//
// Loops
//===----------------------------------------------------------------------===//

UfLoopBody ufBeginLoop(const UfBuilder *b) {
  UfLoopBody body = {.region = mlirRegionCreate()};
  MlirType index = ufIndexType(b);
  MlirBlock block = mlirBlockCreate(1, &index, &b->loc);
  mlirRegionAppendOwnedBlock(body.region, block);
  body.in = ufBuilderIn(b, block);
  body.iv = mlirBlockGetArgument(block, 0);
  return body;
}

void ufEndLoop(UfBuilder *b, UfLoopBody *body, UfSize lower, UfSize upper,
               int64_t step) {
  ufBuildOp(&body->in, "scf.yield", (UfTypes){0}, UF_NO_VALUES, UF_NO_ATTRS,
            NULL, 0);
  ufBuildOp(
      b, "scf.for", (UfTypes){0},
      UF_VALUES(ufSizeValue(b, lower), ufSizeValue(b, upper), ufIndex(b, step)),
      UF_NO_ATTRS, &body->region, 1);
}
