// Enough work for several threads.
func.func @forward(%x: tensor<512x1024xf32> {ufront.name = "x"})
    -> (tensor<512x1024xf32> {ufront.name = "y"}) {
  %y = "ufront.relu"(%x) : (tensor<512x1024xf32>) -> tensor<512x1024xf32>
  return %y : tensor<512x1024xf32>
}
