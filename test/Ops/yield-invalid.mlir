// RUN: ufront-opt %s --split-input-file --verify-diagnostics

func.func @yield_c1(%c: tensor<i1>) {
  // expected-error @+1 {{'ufront.yield' must be the last op in a region of a ufront op}}
  "ufront.yield"() : () -> ()
}

// -----

func.func @yield_c2(%c: tensor<i1>) {
  "ufront.if"(%c) ({
    // expected-error @+1 {{'ufront.yield' has no results, but 1 are declared}}
    %0 = "ufront.yield"() : () -> tensor<i1>
  }, {
    "ufront.yield"() : () -> ()
  }) : (tensor<i1>) -> ()
  return
}
