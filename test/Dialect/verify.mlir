// RUN: ufront-opt %s --split-input-file --verify-diagnostics

// What the dialect's verifier says of any op, read from the op's row. The ops
// are only examples; constraints of their own are in test/Ops.

//===----------------------------------------------------------------------===//
// Operands
//===----------------------------------------------------------------------===//

func.func @too_few_operands(%x: tensor<2xf32>) {
  // expected-error @+1 {{'ufront.add' takes 2 operands, but has 1}}
  %0 = "ufront.add"(%x) : (tensor<2xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @too_many_operands(%x: tensor<2xf32>) {
  // expected-error @+1 {{'ufront.relu' takes 1 operand, but has 2}}
  %0 = "ufront.relu"(%x, %x) : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @too_few_with_optional(%x: tensor<1x1x4x4xf32>) {
  // expected-error @+1 {{'ufront.conv2d' takes at least 2 operands, but has 1}}
  %0 = "ufront.conv2d"(%x) : (tensor<1x1x4x4xf32>) -> tensor<1x1x4x4xf32>
  return
}

// -----

func.func @too_many_with_optional(%x: tensor<1x1x4x4xf32>) {
  // expected-error @+1 {{'ufront.conv2d' takes at most 4 operands, but has 5}}
  %0 = "ufront.conv2d"(%x, %x, %x, %x, %x) : (tensor<1x1x4x4xf32>, tensor<1x1x4x4xf32>, tensor<1x1x4x4xf32>,
      tensor<1x1x4x4xf32>, tensor<1x1x4x4xf32>) -> tensor<1x1x4x4xf32>
  return
}

// -----

func.func @not_a_tensor(%x: f32) {
  // expected-error @+1 {{'ufront.relu' operand 'input' must be a ranked tensor, but is f32}}
  %0 = "ufront.relu"(%x) : (f32) -> tensor<f32>
  return
}

// -----

func.func @unranked(%x: tensor<*xf32>) {
  // expected-error @+1 {{'ufront.relu' operand 'input' must be a ranked tensor, but is tensor<*xf32>}}
  %0 = "ufront.relu"(%x) : (tensor<*xf32>) -> tensor<*xf32>
  return
}

// -----

func.func @rank_too_high(%x: tensor<1x1x1x1x1x1x1x1x1x1x1x1x1x1x1x1x1xf32>) {
  // expected-error @+1 {{'ufront.relu' operand 'input' has rank 17, the most is 16}}
  %0 = "ufront.relu"(%x) : (tensor<1x1x1x1x1x1x1x1x1x1x1x1x1x1x1x1x1xf32>)
      -> tensor<1x1x1x1x1x1x1x1x1x1x1x1x1x1x1x1x1xf32>
  return
}

// -----

func.func @wrong_element_type(%x: tensor<2xi32>) {
  // expected-error @+1 {{'ufront.sigmoid' operand 'input' must be a float tensor, but is tensor<2xi32>}}
  %0 = "ufront.sigmoid"(%x) : (tensor<2xi32>) -> tensor<2xi32>
  return
}

// -----

func.func @bool_is_no_integer(%x: tensor<2xi1>) {
  // expected-error @+1 {{'ufront.relu' operand 'input' must be a float or integer tensor, but is tensor<2xi1>}}
  %0 = "ufront.relu"(%x) : (tensor<2xi1>) -> tensor<2xi1>
  return
}

// -----

func.func @element_types_differ(%x: tensor<2xf32>, %y: tensor<2xf64>) {
  // expected-error @+1 {{'ufront.add' operand 'rhs' must have the element type f32, but is tensor<2xf64>}}
  %0 = "ufront.add"(%x, %y) : (tensor<2xf32>, tensor<2xf64>) -> tensor<2xf32>
  return
}

// -----

func.func @none_for_a_required_operand(%x: tensor<2xf32>) {
  %none = "ufront.none"() : () -> none
  // expected-error @+1 {{'ufront.add' operand 'rhs' must not be omitted}}
  %0 = "ufront.add"(%x, %none) : (tensor<2xf32>, none) -> tensor<2xf32>
  return
}

// -----

//===----------------------------------------------------------------------===//
// Attributes
//===----------------------------------------------------------------------===//

func.func @missing_attribute(%x: tensor<2xf32>) {
  // expected-error @+1 {{'ufront.concat' needs the attribute 'axis', an integer, as 1 : i64}}
  %0 = "ufront.concat"(%x) : (tensor<2xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @unknown_attribute(%x: tensor<2xf32>) {
  // expected-error @+1 {{'ufront.relu' has no attribute 'slope'}}
  %0 = "ufront.relu"(%x) {slope = 1.0 : f64} : (tensor<2xf32>) -> tensor<2xf32>
  return
}

// -----

// Attributes of other dialects may ride along.
func.func @foreign_attribute(%x: tensor<2xf32>) -> tensor<2xf32> {
  %0 = "ufront.relu"(%x) {llvm.noalias} : (tensor<2xf32>) -> tensor<2xf32>
  return %0 : tensor<2xf32>
}

// -----

func.func @bool_for_integer(%x: tensor<2xf32>) {
  // expected-error @+1 {{'ufront.concat' attribute 'axis' must be an integer, as 1 : i64}}
  %0 = "ufront.concat"(%x) {axis = true} : (tensor<2xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @integer_for_float(%x: tensor<2xf32>) {
  // expected-error @+1 {{'ufront.elu' attribute 'alpha' must be a float, as 1.0 : f64}}
  %0 = "ufront.elu"(%x) {alpha = 1 : i64} : (tensor<2xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @array_for_integers(%x: tensor<2x3xf32>) {
  // expected-error @+1 {{'ufront.transpose' attribute 'perm' must be a list of integers, as array<i64: 1, 2>}}
  %0 = "ufront.transpose"(%x) {perm = [1, 0]} : (tensor<2x3xf32>) -> tensor<3x2xf32>
  return
}

// -----

func.func @string_out_of_choice(%x: tensor<2xf32>) {
  // expected-error @+1 {{'ufront.gelu' attribute 'approximate' must be one of none|tanh, but is 'erf'}}
  %0 = "ufront.gelu"(%x) {approximate = "erf"} : (tensor<2xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @integer_for_string() {
  // expected-error @+1 {{'ufront.param' attribute 'sym' must be a string}}
  %0 = "ufront.param"() {sym = 1 : i64} : () -> tensor<2xf32>
  return
}

// -----

func.func @integer_for_elements() {
  // expected-error @+1 {{'ufront.constant' attribute 'value' must be elements, as dense<0.0> : tensor<f32>}}
  %0 = "ufront.constant"() {value = 1 : i64} : () -> tensor<i64>
  return
}

// -----

//===----------------------------------------------------------------------===//
// Results: the declared types against the shape rule
//===----------------------------------------------------------------------===//

func.func @wrong_size(%x: tensor<2x3xf32>) {
  // expected-error @+1 {{'ufront.relu' result 0 must be tensor<2x3xf32>, but is declared tensor<2x4xf32>}}
  %0 = "ufront.relu"(%x) : (tensor<2x3xf32>) -> tensor<2x4xf32>
  return
}

// -----

func.func @wrong_rank(%x: tensor<?x3xf32>) {
  // expected-error @+1 {{'ufront.relu' result 0 must be tensor<?x3xf32>, but is declared tensor<?xf32>}}
  %0 = "ufront.relu"(%x) : (tensor<?x3xf32>) -> tensor<?xf32>
  return
}

// -----

func.func @wrong_result_element(%x: tensor<2xf32>) {
  // expected-error @+1 {{'ufront.is_nan' result 0 must be tensor<2xi1>, but is declared tensor<2xf32>}}
  %0 = "ufront.is_nan"(%x) : (tensor<2xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @unranked_result(%x: tensor<2xf32>) {
  // expected-error @+1 {{'ufront.relu' result 0 must be tensor<2xf32>, but is declared tensor<*xf32>}}
  %0 = "ufront.relu"(%x) : (tensor<2xf32>) -> tensor<*xf32>
  return
}

// -----

func.func @no_result(%x: tensor<2xf32>) {
  // expected-error @+1 {{'ufront.relu' has 1 result, but 0 are declared}}
  "ufront.relu"(%x) : (tensor<2xf32>) -> ()
  return
}

// -----

func.func @cannot_broadcast(%x: tensor<2x3xf32>, %y: tensor<4xf32>) {
  // expected-error @+1 {{'ufront.add' cannot broadcast 2x3 with 4: dimension 1 is 3 and 4}}
  %0 = "ufront.add"(%x, %y) : (tensor<2x3xf32>, tensor<4xf32>) -> tensor<2x3xf32>
  return
}

// -----

// What the rule knows and the declaration does not, or the other way round, is
// no contradiction.
func.func @dynamic_dims(%x: tensor<?x3xf32>, %y: tensor<4x1xf32>) -> tensor<?x3xf32> {
  %0 = "ufront.relu"(%x) : (tensor<?x3xf32>) -> tensor<7x3xf32>
  %1 = "ufront.add"(%x, %y) : (tensor<?x3xf32>, tensor<4x1xf32>) -> tensor<?x3xf32>
  return %1 : tensor<?x3xf32>
}

// -----

//===----------------------------------------------------------------------===//
// Regions
//===----------------------------------------------------------------------===//

func.func @unexpected_region(%x: tensor<2xf32>) {
  // expected-error @+1 {{'ufront.relu' has 0 regions, but 1 are given}}
  %0 = "ufront.relu"(%x) ({}) : (tensor<2xf32>) -> tensor<2xf32>
  return
}

// -----

//===----------------------------------------------------------------------===//
// Syntax
//===----------------------------------------------------------------------===//

func.func @unregistered(%x: tensor<2xf32>) {
  // expected-error @+1 {{unregistered operation 'ufront.no_such_op' found in dialect ('ufront') that does not allow unknown operations}}
  %0 = "ufront.no_such_op"(%x) : (tensor<2xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @properties(%x: tensor<2xf32>) {
  // expected-error @+1 {{'ufront.elu' takes its attributes in {...}, not in <{...}>}}
  %0 = "ufront.elu"(%x) <{alpha = 2.0 : f64}> : (tensor<2xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @custom_syntax(%x: tensor<2xf32>) {
  // expected-error @+1 {{ufront ops are written in the generic form, "ufront.op"(...)}}
  %0 = ufront.relu %x : tensor<2xf32>
  return
}

// -----

func.func @param_without_name() -> tensor<2xf32> {
  // expected-error @+1 {{'ufront.param' needs the attribute 'sym', a string}}
  %0 = "ufront.param"() : () -> tensor<2xf32>
  return %0 : tensor<2xf32>
}
