// RUN: ufront-opt %s | FileCheck %s --check-prefix=IR
// RUN: ufront-opt %s --ufront-to-linalg-pipeline | FileCheck %s --check-prefix=LINALG

// Constants are numbered in their order, after "".
// LINALG: module attributes {ufront.strings = ["", "x", "[a-z]+", ",", "the", "END\00"]}

// IR-LABEL: func @string_concat
// IR: "ufront.string_concat"(%{{.*}}) : (tensor<2x1x!ufront.string>, tensor<3x!ufront.string>) -> tensor<2x3x!ufront.string>
// LINALG-LABEL: func.func @string_concat
// LINALG-SAME: (%[[X:.*]]: tensor<2x1xi64>, %[[Y:.*]]: tensor<3xi64>) -> tensor<2x3xi64>
// LINALG: scf.for %[[I:[a-z0-9]+]] =
// LINALG: scf.for %[[J:[a-z0-9]+]] =
// LINALG: %[[A:.*]] = tensor.extract %[[X]][%[[I]], %{{c0.*}}]
// LINALG: %[[B:.*]] = tensor.extract %[[Y]][%[[J]]]
// LINALG: call @ufrtCallStringConcat(%[[A]], %[[B]])
func.func @string_concat(%x: tensor<2x1x!ufront.string>, %y: tensor<3x!ufront.string>) -> tensor<2x3x!ufront.string> {
  %0 = "ufront.string_concat"(%x, %y) : (tensor<2x1x!ufront.string>, tensor<3x!ufront.string>) -> tensor<2x3x!ufront.string>
  return %0 : tensor<2x3x!ufront.string>
}

// Equal strings have equal handles.
// LINALG-LABEL: func.func @string_equal
// LINALG: linalg.generic
// LINALG: arith.cmpi eq
func.func @string_equal(%x: tensor<?x!ufront.string>) -> tensor<?xi1> {
  %c = "ufront.constant"() {value = dense<"x"> : tensor<!ufront.string>} : () -> tensor<!ufront.string>
  %0 = "ufront.string_equal"(%x, %c) : (tensor<?x!ufront.string>, tensor<!ufront.string>) -> tensor<?xi1>
  return %0 : tensor<?xi1>
}

// IR-LABEL: func @string_case
// IR: "ufront.string_case"(%{{.*}}) {to = "upper"}
// LINALG-LABEL: func.func @string_case
// LINALG: call @ufrtCallStringCase(%{{.*}}, %c1_i64)
func.func @string_case(%x: tensor<!ufront.string>) -> tensor<!ufront.string> {
  %0 = "ufront.string_case"(%x) {to = "upper"} : (tensor<!ufront.string>) -> tensor<!ufront.string>
  return %0 : tensor<!ufront.string>
}

// LINALG-LABEL: func.func @string_match
// LINALG: %[[FOUND:.*]] = {{.*}}call @ufrtCallStringMatch
// LINALG: arith.cmpi ne, %[[FOUND]]
func.func @string_match(%x: tensor<2x!ufront.string>) -> tensor<2xi1> {
  %c = "ufront.constant"() {value = dense<"[a-z]+"> : tensor<!ufront.string>} : () -> tensor<!ufront.string>
  %0 = "ufront.string_match"(%x, %c) : (tensor<2x!ufront.string>, tensor<!ufront.string>) -> tensor<2xi1>
  return %0 : tensor<2xi1>
}

// IR-LABEL: func @string_from_number
// IR: {to = !ufront.string}
// LINALG-LABEL: func.func @string_from_number
// LINALG: %[[WIDE:.*]] = arith.extf %{{.*}} : f32 to f64
// LINALG: call @ufrtCallStringFromFloat(%[[WIDE]], %c32_i64)
func.func @string_from_number(%x: tensor<2xf32>) -> tensor<2x!ufront.string> {
  %0 = "ufront.string_from_number"(%x) {to = !ufront.string} : (tensor<2xf32>) -> tensor<2x!ufront.string>
  return %0 : tensor<2x!ufront.string>
}

// LINALG-LABEL: func.func @string_to_number
// LINALG: %[[N:.*]] = {{.*}}call @ufrtCallStringToInt(%{{.*}}, %c1_i64)
// LINALG: arith.trunci %[[N]] : i64 to i16
func.func @string_to_number(%x: tensor<2x!ufront.string>) -> tensor<2xui16> {
  %0 = "ufront.string_to_number"(%x) {to = ui16} : (tensor<2x!ufront.string>) -> tensor<2xui16>
  return %0 : tensor<2xui16>
}

// LINALG-LABEL: func.func @string_split
// LINALG: call @ufrtCallStringSplitCount
// LINALG: arith.maxsi
// LINALG: call @ufrtCallStringSplitPart
// LINALG: call @ufrtCallStringSplitNext
func.func @string_split(%x: tensor<2x!ufront.string>) -> (tensor<2x?x!ufront.string>, tensor<2xi64>) {
  %c = "ufront.constant"() {value = dense<","> : tensor<!ufront.string>} : () -> tensor<!ufront.string>
  %0:2 = "ufront.string_split"(%x, %c) {maxsplit = 2 : i64} : (tensor<2x!ufront.string>, tensor<!ufront.string>) -> (tensor<2x?x!ufront.string>, tensor<2xi64>)
  return %0#0, %0#1 : tensor<2x?x!ufront.string>, tensor<2xi64>
}

// LINALG-LABEL: func.func @string_filter
// LINALG: scf.for
// LINALG: scf.for
// LINALG: arith.ori
// LINALG: scf.if
// LINALG: arith.maxsi
func.func @string_filter(%x: tensor<?x!ufront.string>) -> tensor<?x!ufront.string> {
  %c = "ufront.constant"() {value = dense<["the", "x"]> : tensor<2x!ufront.string>} : () -> tensor<2x!ufront.string>
  %0 = "ufront.string_filter"(%x, %x, %c) : (tensor<?x!ufront.string>, tensor<?x!ufront.string>, tensor<2x!ufront.string>) -> tensor<?x!ufront.string>
  return %0 : tensor<?x!ufront.string>
}

// Rows for any type move handles; nothing is folded as if it were a number.
// IR-LABEL: func @moves
// LINALG-LABEL: func.func @moves
// LINALG: arith.constant dense<{{\[\[}}5], [0]]> : tensor<2x1xi64>
func.func @moves() -> tensor<2x1x!ufront.string> {
  %c = "ufront.constant"() {value = dense<["END\00", ""]> : tensor<2x!ufront.string>} : () -> tensor<2x!ufront.string>
  %0 = "ufront.reshape"(%c) {shape = array<i64: 2, 1>} : (tensor<2x!ufront.string>) -> tensor<2x1x!ufront.string>
  return %0 : tensor<2x1x!ufront.string>
}
