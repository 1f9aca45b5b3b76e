//===-- Refused.h - Operators that have no rule, and why ----------*- C -*-===//
//
// What a framework defines and no row imports. The importers say why in their
// messages, and the reference lists them, so that nothing is left out unsaid.
//
//===----------------------------------------------------------------------===//

#ifndef UF_OPS_REFUSED_H
#define UF_OPS_REFUSED_H

#include "Ops/Op.h"

typedef struct UfRefusal {
  UfFrontend from;
  const char *name; ///< As UfImport has it.
  const char *why;  ///< "it ...": completes "is not supported:".
} UfRefusal;

/// All of them, by name; the last row is zero.
extern const UfRefusal ufRefusals[];

/// Why operator `name` of any frontend is refused, null when nobody says.
const char *ufFindRefusal(const char *name);

#endif // UF_OPS_REFUSED_H
