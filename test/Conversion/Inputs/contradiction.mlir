// Only what inference finds out makes the two sizes differ.
func.func @contradiction(%x: tensor<2xf32>, %y: tensor<3xf32>) -> tensor<?xf32> {
  %0 = "ufront.exp"(%x) : (tensor<2xf32>) -> tensor<?xf32>
  %1 = "ufront.add"(%0, %y) : (tensor<?xf32>, tensor<3xf32>) -> tensor<?xf32>
  return %1 : tensor<?xf32>
}
