// RUN: ufront-opt %s --split-input-file --verify-diagnostics

func.func @unique_rows_c1(%x: tensor<5xf32>) {
  // expected-error @+1 {{'ufront.unique_rows' input has rank 1, but must have 2}}
  %0:3 = "ufront.unique_rows"(%x) : (tensor<5xf32>) -> (tensor<?xi64>, tensor<5xi64>, tensor<?xi64>)
  return
}
