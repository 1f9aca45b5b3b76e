//===-- Target.c - What code is generated for -----------------------------===//

#include "Kernels/Target.h"

#include "IR/Build.h"

#include <stddef.h>

/// The entries of the attribute and where they go.
static const struct {
  const char *name;
  size_t offset;
} entries[] = {
    {"vector_bits", offsetof(UfTarget, vectorBits)},
    {"registers", offsetof(UfTarget, registers)},
    {"l1_bytes", offsetof(UfTarget, l1Bytes)},
    {"l2_bytes", offsetof(UfTarget, l2Bytes)},
    {"vnni", offsetof(UfTarget, vnni)},
    {"bf16_dot", offsetof(UfTarget, bf16Dot)},
    {"amx_int8", offsetof(UfTarget, amxInt8)},
    {"amx_bf16", offsetof(UfTarget, amxBf16)},
    {"f32_terms", offsetof(UfTarget, f32Terms)},
};
enum { NUM_ENTRIES = sizeof entries / sizeof *entries };

static int64_t *fieldOf(UfTarget *target, int entry) {
  return (int64_t *)((char *)target + entries[entry].offset);
}

UfTarget ufTargetOf(MlirOperation op) {
  UfTarget target = {512, 32, 32 << 10, 1 << 20, 0, 0, 0, 0, 0};
  for (MlirOperation parent = op; parent.ptr;
       parent = mlirOperationGetParentOperation(parent))
    op = parent;
  MlirAttribute attr =
      mlirOperationGetDiscardableAttributeByName(op, ufStr(UF_TARGET_ATTR));
  if (mlirAttributeIsNull(attr) || !mlirAttributeIsADictionary(attr))
    return target;
  for (int i = 0; i < NUM_ENTRIES; ++i) {
    MlirAttribute value =
        mlirDictionaryAttrGetElementByName(attr, ufStr(entries[i].name));
    if (!mlirAttributeIsNull(value) && mlirAttributeIsAInteger(value))
      *fieldOf(&target, i) = mlirIntegerAttrGetValueInt(value);
  }
  return target;
}

void ufSetTarget(MlirOperation module, const UfTarget *target) {
  MlirContext ctx = mlirOperationGetContext(module);
  MlirType type = mlirIntegerTypeGet(ctx, 64);
  UfTarget copy = *target;
  MlirNamedAttribute list[NUM_ENTRIES];
  intptr_t count = 0;
  for (int i = 0; i < NUM_ENTRIES; ++i) {
    int64_t value = *fieldOf(&copy, i);
    if (value) // what the CPU lacks is not listed
      list[count++] =
          mlirNamedAttributeGet(mlirIdentifierGet(ctx, ufStr(entries[i].name)),
                                mlirIntegerAttrGet(type, value));
  }
  mlirOperationSetDiscardableAttributeByName(
      module, ufStr(UF_TARGET_ATTR), mlirDictionaryAttrGet(ctx, count, list));
}
