// y = max(x, 0) in a type that neither C nor .npy has.
func.func @forward(%x: tensor<2xbf16> {ufront.name = "x"})
    -> (tensor<2xbf16> {ufront.name = "y"}) {
  %y = "ufront.relu"(%x) : (tensor<2xbf16>) -> tensor<2xbf16>
  return %y : tensor<2xbf16>
}
