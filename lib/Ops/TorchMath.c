//===-- TorchMath.c - ATen functions that ops of math become --------------===//

#include "Ops/TorchMath.h"

/// Whether the first operand of `op` may have elements of `type`.
static bool takes(const UfOp *op, MlirType type) {
  unsigned kind = ufIsFloat(type)  ? UF_FLOATS
                  : ufIsBool(type) ? UF_BOOLS
                                   : UF_INTEGERS;
  unsigned types = op->operands[0].types;
  return types == 0 || (types & kind);
}

MlirLogicalResult ufTorchOrPass(UfBuilder *b, const UfNode *node,
                                MlirValue *results) {
  const UfOp *op = NULL;
  MlirType type = ufTorchResult(b, node, 0);
  ufFindImport(UF_TORCH, node->op, 0, &op);
  return op && type.ptr && !takes(op, type) ? ufTorchPass(b, node, results)
                                            : ufTorchMap(b, node, results);
}
