// y = max(x + w, 0), where w is 1, -2, 0.5 (shift.safetensors).
func.func @forward(%x: tensor<?x3xf32> {ufront.name = "x"})
    -> (tensor<?x3xf32> {ufront.name = "y"}) {
  %w = "ufront.param"() {sym = "w"} : () -> tensor<3xf32>
  %sum = "ufront.add"(%x, %w)
      : (tensor<?x3xf32>, tensor<3xf32>) -> tensor<?x3xf32>
  %y = "ufront.relu"(%sum) : (tensor<?x3xf32>) -> tensor<?x3xf32>
  return %y : tensor<?x3xf32>
}
