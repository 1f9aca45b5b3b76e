//===-- Profile.h - Telling the runtime which kernel runs ---------*- C -*-===//
//
// A module with the attribute
//
//   ufront.profile
//
// gets calls of ufrtCallEnter() and ufrtCallLeave() around each kernel of
// @forward, and the table of these places:
//
//   ufront.sites = [["kernel_3_generic", "conv+elementwise",
//                    "1x56x56x64 * 3x3x64", "conv2, relu2"], ...]
//
//===----------------------------------------------------------------------===//

#ifndef UF_KERNELS_CLUSTERS_PROFILE_H
#define UF_KERNELS_CLUSTERS_PROFILE_H

#include "IR/Build.h"

/// On modules, set by who compiles.
#define UF_PROFILE_ATTR "ufront.profile"
/// On modules: name, kind, loops and source of each kernel's call.
#define UF_SITES_ATTR "ufront.sites"

/// Moves each ufrtCallEnter() to directly before its kernel's call, past what
/// bufferization put between them, and adds ufrtCallLeave() after that.
void ufPlaceProfile(MlirOperation module);

#endif // UF_KERNELS_CLUSTERS_PROFILE_H
