//===-- InPlace.h - Torch operators that change what they read ----*- C -*-===//
//
// Our values never change. An in-place operator defines a new value, which its
// tensor stands for from then on. A tensor it is a view of gets one, too, in
// which that part is replaced, and other views of the same memory are taken
// anew when they are read. Where that cannot be done, and where it is not
// certain that memory is shared, those are refused when they are read.
//
//===----------------------------------------------------------------------===//

#ifndef UF_IMPORT_TORCH_INPLACE_H
#define UF_IMPORT_TORCH_INPLACE_H

#include "Import/Graph.h"

/// Writes "aten.relu.default" for "aten.relu_.default". False for an operator
/// that is not in place, or whose name does not fit.
bool ufTorchWithoutInPlace(const char *op, char *plain, size_t size);

/// Notes what the results of an imported node share memory with, and, after an
/// operator in place, which values no longer hold.
void ufTorchTrackMemory(UfGraph *graph, const UfrontNode *node, bool isInPlace,
                        int32_t first);

/// Takes the view `number` anew if it no longer holds and can be.
void ufTorchRefresh(UfGraph *graph, int64_t number);

#endif // UF_IMPORT_TORCH_INPLACE_H
