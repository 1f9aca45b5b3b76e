//===-- InPlace.h - Which buffer an op writes to ------------------*- C -*-===//
//
// A linalg op computes into its last operand. Between a root and the
// elementwise ops behind it that is one tensor: the op that initialises it is
// for the root alone, and what follows works in place.
//
//===----------------------------------------------------------------------===//

#ifndef UF_KERNELS_CLUSTERS_IN_PLACE_H
#define UF_KERNELS_CLUSTERS_IN_PLACE_H

#include "IR/Build.h"

/// Whether `value` has exactly one use.
bool ufHasOneUse(MlirValue value);
/// The op of `block` that is the only user of `value`, or a null op.
MlirOperation ufOnlyUser(MlirValue value, MlirBlock block);

/// Whether `op` (a fill, or a broadcast) only initialises the destination of
/// `user`, which then takes it into its own kernel.
bool ufIsDestinationOf(MlirOperation op, MlirOperation user);

/// Whether every user of `op` takes it, or a copy of it, into its own kernel.
bool ufOnlyInitialises(MlirOperation op);

/// What initialises the destination of `root`, or a null op. It is made for
/// `root` alone: CSE makes one of all equal fills, which would then have to be
/// copied for every user.
MlirOperation ufOwnInit(MlirOperation root);

/// The elementwise op that alone uses the result of `op` and now overwrites it;
/// a null op when there is none that can.
MlirOperation ufTakeEpilogue(MlirOperation op);

/// The elementwise op that alone uses the result of `op`, in place but for its
/// element type; null when there is none.
MlirOperation ufTakeConversion(MlirOperation op);

/// Gives every tensor.insert_slice of `block` that inserts into a filled tensor
/// one of its own, and whoever computes what it inserts a slice of that one.
void ufSeparateDestinations(MlirBlock block);

#endif // UF_KERNELS_CLUSTERS_IN_PLACE_H
