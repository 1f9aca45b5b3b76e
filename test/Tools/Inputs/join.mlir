func.func @forward(%x: tensor<?x!ufront.string> {ufront.name = "x"}) -> (tensor<?x!ufront.string> {ufront.name = "y"}, tensor<?xi1> {ufront.name = "same"}) {
  %c = "ufront.constant"() {value = dense<"\00!"> : tensor<!ufront.string>} : () -> tensor<!ufront.string>
  %d = "ufront.constant"() {value = dense<"b\00!"> : tensor<!ufront.string>} : () -> tensor<!ufront.string>
  %0 = "ufront.string_concat"(%x, %c) : (tensor<?x!ufront.string>, tensor<!ufront.string>) -> tensor<?x!ufront.string>
  %1 = "ufront.string_equal"(%0, %d) : (tensor<?x!ufront.string>, tensor<!ufront.string>) -> tensor<?xi1>
  return %0, %1 : tensor<?x!ufront.string>, tensor<?xi1>
}
