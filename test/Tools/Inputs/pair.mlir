// Two inputs, two outputs, no weights.
func.func @forward(%a: tensor<2x5xf32> {ufront.name = "a"},
                   %b: tensor<4xi64> {ufront.name = "b"})
    -> (tensor<2x5xf32> {ufront.name = "/sum"},
        tensor<4xi64> {ufront.name = "twice"}) {
  %sum = "ufront.add"(%a, %a)
      : (tensor<2x5xf32>, tensor<2x5xf32>) -> tensor<2x5xf32>
  %twice = "ufront.add"(%b, %b)
      : (tensor<4xi64>, tensor<4xi64>) -> tensor<4xi64>
  return %sum, %twice : tensor<2x5xf32>, tensor<4xi64>
}
