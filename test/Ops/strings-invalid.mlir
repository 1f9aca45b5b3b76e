// RUN: ufront-opt %s --split-input-file --verify-diagnostics

func.func @string_concat(%a: tensor<2xf32>, %b: tensor<2x!ufront.string>) {
  // expected-error @+1 {{'ufront.string_concat' operand 0 must be a tensor of strings}}
  %0 = "ufront.string_concat"(%a, %b) : (tensor<2xf32>, tensor<2x!ufront.string>) -> tensor<2xf32>
  return
}

// -----

func.func @string_match_c1(%a: tensor<2x!ufront.string>, %b: tensor<2x!ufront.string>) {
  // expected-error @+1 {{'ufront.string_match' operand 1 has rank 1, but must be one string}}
  %0 = "ufront.string_match"(%a, %b) : (tensor<2x!ufront.string>, tensor<2x!ufront.string>) -> tensor<2xi1>
  return
}

// -----

func.func @string_from_number_c1(%a: tensor<2xi1>) {
  // expected-error @+1 {{'ufront.string_from_number' needs floats of 16 to 64 bits, or integers}}
  %0 = "ufront.string_from_number"(%a) {to = !ufront.string} : (tensor<2xi1>) -> tensor<2x!ufront.string>
  return
}

// -----

func.func @string_from_number_c2(%a: tensor<2xf32>) {
  // expected-error @+1 {{'ufront.string_from_number' 'to' must be !ufront.string}}
  %0 = "ufront.string_from_number"(%a) {to = f32} : (tensor<2xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @string_to_number_c1(%a: tensor<2x!ufront.string>) {
  // expected-error @+1 {{'ufront.string_to_number' 'to' must be a float of 16 to 64 bits, or an integer}}
  %0 = "ufront.string_to_number"(%a) {to = i1} : (tensor<2x!ufront.string>) -> tensor<2xi1>
  return
}

// -----

func.func @string_split_c1(%a: tensor<2x!ufront.string>) {
  // expected-error @+1 {{'ufront.string_split' operand 1 has rank 1, but must be one string}}
  %0:2 = "ufront.string_split"(%a, %a) : (tensor<2x!ufront.string>, tensor<2x!ufront.string>) -> (tensor<2x?x!ufront.string>, tensor<2xi64>)
  return
}

// -----

func.func @string_filter_c1(%a: tensor<2x!ufront.string>, %b: tensor<3x!ufront.string>) {
  // expected-error @+1 {{'ufront.string_filter' has 3 keys for 2 elements}}
  %0 = "ufront.string_filter"(%a, %b, %b) : (tensor<2x!ufront.string>, tensor<3x!ufront.string>, tensor<3x!ufront.string>) -> tensor<?x!ufront.string>
  return
}

// -----

func.func @arithmetic(%a: tensor<2x!ufront.string>) {
  // expected-error @+1 {{'ufront.add' operand 'lhs' is tensor<2x!ufront.string>, but the op does not take strings}}
  %0 = "ufront.add"(%a, %a) : (tensor<2x!ufront.string>, tensor<2x!ufront.string>) -> tensor<2x!ufront.string>
  return
}

// -----

// expected-error @+1 {{ufront has no type 'text'}}
func.func @type(%a: tensor<2x!ufront.text>) {
  return
}

// -----

func.func @string_equal(%a: tensor<2x!ufront.string>, %b: tensor<2xf32>) {
  // expected-error @+1 {{'ufront.string_equal' operand 1 must be a tensor of strings}}
  %0 = "ufront.string_equal"(%a, %b) : (tensor<2x!ufront.string>, tensor<2xf32>) -> tensor<2xi1>
  return
}

// -----

func.func @string_case(%a: tensor<2xui64>) {
  // expected-error @+1 {{'ufront.string_case' operand 0 must be a tensor of strings}}
  %0 = "ufront.string_case"(%a) {to = "lower"} : (tensor<2xui64>) -> tensor<2xui64>
  return
}

// -----

func.func @no_handles(%a: tensor<2xi64>) {
  // expected-error @+1 {{'ufront.string_concat' operand 0 must be a tensor of strings}}
  %0 = "ufront.string_concat"(%a, %a) : (tensor<2xi64>, tensor<2xi64>) -> tensor<2xi64>
  return
}

// -----

func.func @string_from_number_no_handles(%a: tensor<2xi64>) {
  // expected-error @+1 {{'ufront.string_from_number' 'to' must be !ufront.string}}
  %0 = "ufront.string_from_number"(%a) {to = i64} : (tensor<2xi64>) -> tensor<2xi64>
  return
}
