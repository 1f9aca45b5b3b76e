// RUN: ufront-opt %s --cse | FileCheck %s --check-prefix=CSE
// RUN: ufront-opt %s --canonicalize | FileCheck %s --check-prefix=CANON
// RUN: ufront-opt %s --inline | FileCheck %s --check-prefix=INLINE
// RUN: ufront-opt %s --loop-invariant-code-motion | FileCheck %s --check-prefix=LICM

// What MLIR's own passes may do with our ops, which they know by traits and
// interfaces alone.

// Equal pure ops are one; the attributes count.
// CSE-LABEL: func @equal_ops
// CSE:         %[[A:.*]] = "ufront.elu"(%{{.*}}) {alpha = 2.0{{.*}}}
// CSE-NEXT:    %[[B:.*]] = "ufront.elu"(%{{.*}}) {alpha = 3.0{{.*}}}
// CSE-NEXT:    return %[[A]], %[[A]], %[[B]]
func.func @equal_ops(%x: tensor<2xf32>)
    -> (tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) {
  %0 = "ufront.elu"(%x) {alpha = 2.0 : f64} : (tensor<2xf32>) -> tensor<2xf32>
  %1 = "ufront.elu"(%x) {alpha = 2.0 : f64} : (tensor<2xf32>) -> tensor<2xf32>
  %2 = "ufront.elu"(%x) {alpha = 3.0 : f64} : (tensor<2xf32>) -> tensor<2xf32>
  return %0, %1, %2 : tensor<2xf32>, tensor<2xf32>, tensor<2xf32>
}

// Equal up to the order of operands, where the op does not care.
// CSE-LABEL: func @commutative
// CSE:         %[[SUM:.*]] = "ufront.add"
// CSE-NOT:     "ufront.add"
// CSE:         %[[A:.*]] = "ufront.subtract"
// CSE:         %[[B:.*]] = "ufront.subtract"
// CSE:         return %[[SUM]], %[[SUM]], %[[A]], %[[B]]
func.func @commutative(%x: tensor<2xf32>, %y: tensor<2xf32>)
    -> (tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) {
  %0 = "ufront.add"(%x, %y) : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  %1 = "ufront.add"(%y, %x) : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  %2 = "ufront.subtract"(%x, %y) : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  %3 = "ufront.subtract"(%y, %x) : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  return %0, %1, %2, %3
      : tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>
}

// Nobody needs it.
// CANON-LABEL: func @unused
// CANON-NEXT:    return
func.func @unused(%x: tensor<2xf32>) {
  %w = "ufront.param"() {sym = "w"} : () -> tensor<2xf32>
  %0 = "ufront.add"(%x, %w) : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  return
}

// Folds, and the constants they make.
// CANON-LABEL: func @folds
// CANON-SAME:    (%[[X:.*]]: tensor<?x3xf32>)
// CANON:         %[[C:.*]] = "ufront.constant"() {value = dense<[5, 7]> : tensor<2xi64>}
// CANON:         return %[[X]], %[[C]]
func.func @folds(%x: tensor<?x3xf32>) -> (tensor<?x3xf32>, tensor<2xi64>) {
  %0 = "ufront.identity"(%x) : (tensor<?x3xf32>) -> tensor<?x3xf32>
  %a = "ufront.constant"() {value = dense<[2, 3]> : tensor<2xi64>} : () -> tensor<2xi64>
  %b = "ufront.constant"() {value = dense<[3, 4]> : tensor<2xi64>} : () -> tensor<2xi64>
  %1 = "ufront.add"(%a, %b) : (tensor<2xi64>, tensor<2xi64>) -> tensor<2xi64>
  return %0, %1 : tensor<?x3xf32>, tensor<2xi64>
}

// A fold may not change a type: this one would make it less static.
// CANON-LABEL: func @keeps_type
// CANON:         "ufront.identity"
func.func @keeps_type(%x: tensor<?xf32>) -> tensor<4xf32> {
  %0 = "ufront.identity"(%x) : (tensor<?xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// INLINE-LABEL: func @caller
// INLINE-SAME:    (%[[X:.*]]: tensor<2xf32>)
// INLINE-NEXT:    %[[Y:.*]] = "ufront.relu"(%[[X]])
// INLINE-NEXT:    return %[[Y]]
func.func private @callee(%x: tensor<2xf32>) -> tensor<2xf32> {
  %0 = "ufront.relu"(%x) : (tensor<2xf32>) -> tensor<2xf32>
  return %0 : tensor<2xf32>
}
func.func @caller(%x: tensor<2xf32>) -> tensor<2xf32> {
  %0 = call @callee(%x) : (tensor<2xf32>) -> tensor<2xf32>
  return %0 : tensor<2xf32>
}

// Computed before the loop, since nothing can go wrong.
// LICM-LABEL: func @invariant
// LICM:         "ufront.exp"
// LICM:         scf.for
// LICM-NOT:     "ufront.exp"
// LICM:         "ufront.add"
func.func @invariant(%x: tensor<2xf32>, %n: index) -> tensor<2xf32> {
  %0 = arith.constant 0 : index
  %1 = arith.constant 1 : index
  %r = scf.for %i = %0 to %n step %1 iter_args(%s = %x) -> tensor<2xf32> {
    %e = "ufront.exp"(%x) : (tensor<2xf32>) -> tensor<2xf32>
    %t = "ufront.add"(%s, %e) : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
    scf.yield %t : tensor<2xf32>
  }
  return %r : tensor<2xf32>
}
