//===-- Shim.h - What MLIR 22's C API lacks -----------------------*- C -*-===//
//
// The only C++ boundary of ufront, implemented in Shim.cpp. Each entry is named
// after MLIR-C's conventions, so that it can go when upstream grows it.
//
//===----------------------------------------------------------------------===//

#ifndef UF_DIALECT_SHIM_H
#define UF_DIALECT_SHIM_H

#include "mlir-c/IR.h"
#include "mlir-c/Pass.h"
#include "mlir-c/Rewrite.h"

#ifdef __cplusplus
extern "C" {
#endif

/// Traits of an operation, a bit set.
enum {
  UF_SHIM_PURE = 1 << 0, ///< No memory effects, may be speculated.
  UF_SHIM_TERMINATOR = 1 << 1,
  UF_SHIM_COMMUTATIVE = 1 << 2,
  UF_SHIM_CONSTANT_LIKE = 1 << 3,
};

/// What an operation registered from C does. Every callback may be null.
typedef struct UfShimOperation {
  MlirStringRef name; ///< "ufront.relu"; must outlive the context.
  unsigned traits;
  const void *row; ///< Handed to every callback.
  MlirLogicalResult (*verify)(MlirOperation op, const void *row);
  /// `operands[i]` is the constant of operand i or null. Returns a constant, or
  /// sets `*value`, or leaves both null. The op's own result as `*value` says
  /// that the op was changed in place.
  MlirAttribute (*fold)(MlirOperation op, intptr_t numOperands,
                        const MlirAttribute *operands, MlirValue *value,
                        const void *row);
} UfShimOperation;

/// Adds an operation to `dialect`, which must be the ufront dialect.
void ufrontDialectAddOperation(MlirDialect dialect,
                               const UfShimOperation *operation);

/// The row an operation was registered with; null when it is not one of ours.
const void *ufrontOperationGetRow(MlirOperation op);

/// The dialect's hooks, defined in C by Dialect.c.
void ufDialectPopulate(MlirDialect dialect);
MlirOperation ufDialectMaterializeConstant(MlirAttribute value, MlirType type,
                                           MlirLocation loc);

/// Registers the ufront dialect, to be loaded on demand.
void ufrontDialectRegistryInsert(MlirDialectRegistry registry);

typedef enum UfShimOptionKind {
  UF_SHIM_OPTION_BOOL,
  UF_SHIM_OPTION_INT,
  UF_SHIM_OPTION_STRING,
} UfShimOptionKind;

typedef struct UfShimOption {
  const char *name, *description;
  UfShimOptionKind kind;
  const char *initial; ///< Text of the default.
} UfShimOption;

/// A pass written in C. All of it is constant data.
typedef struct UfShimPass {
  const char *name, *argument, *description;
  const char *opName;          ///< The op it runs on.
  const char *const *dialects; ///< Loaded before it runs; null-terminated.
  const UfShimOption *options; ///< Ends with a zero row; may be null.
  MlirLogicalResult (*run)(MlirOperation op, MlirPass pass);
} UfShimPass;

/// Creates the pass; the pass manager it is added to owns it.
MlirPass ufrontPassCreate(const UfShimPass *model);
/// Makes the pass known to textual pipelines and command lines. `model` is
/// borrowed for the life of the process.
void ufrontPassRegister(const UfShimPass *model);
bool ufrontPassGetBoolOption(MlirPass pass, const char *name);
int64_t ufrontPassGetIntOption(MlirPass pass, const char *name);
/// Borrowed from the pass.
MlirStringRef ufrontPassGetStringOption(MlirPass pass, const char *name);

/// Makes `argument` an alias of the textual `pipeline`, anchored on
/// builtin.module.
void ufrontPassPipelineRegister(const char *argument, const char *description,
                                const char *pipeline);

/// Adds the patterns that fuse elementwise linalg.generics into the generics
/// that use them, where `control` agrees with the operand to be fused.
void ufrontRewritePatternSetAddElementwiseFusion(
    MlirRewritePatternSet set, bool (*control)(MlirOpOperand operand));

/// Whether LLVM knows a 64-bit x86 CPU called `name`.
bool ufrontCpuIsKnown(const char *name);

/// Writes the SHA-256 of the `size` bytes at `data`.
void ufrontHashSha256(const void *data, size_t size, uint8_t hash[32]);

/// Runs mlir-opt's main on `registry`.
int ufrontOptMain(int argc, char **argv, const char *toolName,
                  MlirDialectRegistry registry);

#ifdef __cplusplus
}
#endif

#endif // UF_DIALECT_SHIM_H
