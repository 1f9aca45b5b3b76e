func.func @forward(%x: tensor<2xf32> {ufront.name = "x"}, %n: tensor<i64> {ufront.name = "n"})
    -> (tensor<2xf32> {ufront.name = "y"}, tensor<i64> {ufront.name = "m"}) {
  %y = "ufront.add"(%x, %x) : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  %one = "ufront.constant"() {value = dense<1> : tensor<i64>} : () -> tensor<i64>
  %m = "ufront.add"(%n, %one) : (tensor<i64>, tensor<i64>) -> tensor<i64>
  return %y, %m : tensor<2xf32>, tensor<i64>
}
