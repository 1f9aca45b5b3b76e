//===-- Control.h - What ops with regions share -------------------*- C -*-===//
//
// The body of an op with regions is one block that ends in ufront.yield and may
// read any value from outside. A value that a loop carries has one type, that
// of the body's argument: what enters the loop and what an iteration yields may
// be more static.
//
//===----------------------------------------------------------------------===//

#ifndef UF_OPS_CONTROL_H
#define UF_OPS_CONTROL_H

#include "IR/Linalg.h"
#include "Ops/Node.h"
#include "Ops/Sequence.h"

/// Writes the block of region `index`. Reports unless the region is one block
/// with `numArgs` arguments, all ranked tensors, that ends in ufront.yield of
/// ranked tensors.
MlirLogicalResult ufCheckBody(MlirOperation op, int index, intptr_t numArgs,
                              MlirBlock *body);

/// What the body's terminator yields as value `i`.
static inline MlirValue ufYielded(MlirBlock body, intptr_t i) {
  return mlirOperationGetOperand(mlirBlockGetTerminator(body), i);
}
static inline intptr_t ufNumYielded(MlirBlock body) {
  return mlirOperationGetNumOperands(mlirBlockGetTerminator(body));
}

/// Whether a value of type `from` can stand where `to` is declared: `to` says
/// the same, or less of the shape.
bool ufIsAssignable(MlirType from, MlirType to);

/// Makes `*into` a shape that both have: dimensions that differ become unknown.
/// False when element types or ranks differ.
bool ufJoinShapes(UfShape *into, const UfShape *other);

/// Reports unless `value`, operand or result `what`, is one element of `type`.
MlirLogicalResult ufCheckOneElement(MlirOperation op, const char *what,
                                    MlirValue value, MlirType type);

/// Whether `value` is a constant that is true in every element, seen through
/// ops that pass it on; in ufront and in what it is lowered to.
bool ufIsTrue(MlirValue value);
/// Whether `value` is `from`, seen through ops that pass it on.
bool ufIsPassedOn(MlirValue value, MlirValue from);

/// Writes the one truth value in `value` when shapes and constants decide it.
bool ufKnownCondition(MlirValue value, bool *truth);

/// The scalar in a lowered tensor of one element.
MlirValue ufOnlyElement(UfBuilder *b, MlirValue tensor);

/// For `count` values that are carried: reports unless operands from
/// `firstOperand` on and what is yielded from `firstYield` on fit the body's
/// arguments from `firstArg` on, which are the types of the results.
MlirLogicalResult ufInferStates(MlirOperation op, MlirBlock body,
                                int firstOperand, int firstArg, int firstYield,
                                int count, UfShape *results);

/// The shape of `value` collected `trip` times along `axis`, which counts from
/// the end if negative.
MlirLogicalResult ufInferCollected(MlirOperation op, MlirValue value,
                                   int64_t axis, int64_t trip, UfShape *result);

//===----------------------------------------------------------------------===//
// Importing bodies
//===----------------------------------------------------------------------===//

/// A subgraph that is to become a body with values it carries.
typedef struct UfBodyImport {
  const char *graph; ///< The attribute that holds it.
  int numArgs;
  MlirType args[UF_MAX_VALUES];
  int numStates;       ///< Values that are carried from yield to argument.
  int firstStateArg;   ///< Their position among the arguments,
  int firstStateYield; ///< and among the yielded values.
  int numYields;
  /// The argument, a state, stands for a sequence of tensors in one.
  bool isStack[UF_MAX_VALUES];
  /// Where to say what the outputs are, the region yielding their tensors; null
  /// for a subgraph whose outputs must be tensors.
  UfStructure *structure;
} UfBodyImport;

/// Imports the subgraph into a new region, which the caller owns. Where an
/// iteration yields a state of another shape, the argument's type is widened
/// until it holds.
MlirLogicalResult ufImportBody(UfBuilder *b, const UfNode *node,
                               UfBodyImport *body, MlirRegion *region);

//===----------------------------------------------------------------------===//
// Lowering loops. Ops in the body have been lowered before.
//===----------------------------------------------------------------------===//

/// A value collected over the iterations: their number becomes dimension
/// `axis`.
typedef struct UfCollected {
  int axis;
  bool reversed; ///< The last iteration's comes first.
} UfCollected;

typedef struct UfLoop {
  MlirBlock body;
  UfSize trip; ///< How often it runs at most; not negative.
  /// Null for a loop that is only counted; else the i1 that is true when the
  /// first iteration runs, and yielded value 0 says whether the next one does.
  MlirValue condition;
  int numStates;
  MlirValue states[UF_MAX_VALUES]; ///< Signless, before the loop.
  int firstStateArg, firstStateYield;
  int numCollected; ///< Yielded after the states.
  UfCollected collected[UF_MAX_VALUES];
  /// Writes the body's arguments before the states (`firstStateArg` of them)
  /// and after, given the iteration as an index; each of a signless type.
  void (*arguments)(UfBuilder *b, const struct UfLoop *loop,
                    MlirValue iteration, MlirValue *args);
  const void *data;
} UfLoop;

/// Replaces b->op by the loop; its results are the states, then what was
/// collected.
MlirLogicalResult ufLowerLoop(UfBuilder *b, const UfLoop *loop);

#endif // UF_OPS_CONTROL_H
