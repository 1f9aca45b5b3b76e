//===-- Random.h - Random numbers for other rows ------------------*- C -*-===//

#ifndef UF_OPS_RANDOM_H
#define UF_OPS_RANDOM_H

#include "Ops/Node.h"

/// The node's attribute `seed` as a value of rank 0 and type i64; one that
/// differs in each run when there is none.
MlirValue ufMakeSeed(UfBuilder *b, const UfNode *node);

/// Random numbers of type f64 in the shape of `like`, uniform in [0, 1) or
/// standard normal ("uniform", "normal").
MlirValue ufMakeRandomLike(UfBuilder *b, const char *kind, MlirValue seed,
                           MlirValue like);

#endif // UF_OPS_RANDOM_H
