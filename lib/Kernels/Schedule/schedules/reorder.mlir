// Puts a contraction's reduction loops outside of the loop over the last
// dimension of its result, which is the one that has stride 1 and vectorises.
// @ORDER@: the old positions of the loops, outermost first.
module attributes {transform.with_named_sequence} {
  transform.named_sequence @schedule(%f: !transform.any_op {transform.readonly}) {
    %op = transform.structured.match attributes {ufront.contraction} in %f
        : (!transform.any_op) -> !transform.any_op
    %generic = transform.structured.generalize %op
        : (!transform.any_op) -> !transform.any_op
    %ordered = transform.structured.interchange %generic iterator_interchange = [@ORDER@]
        : (!transform.any_op) -> !transform.any_op
    transform.yield
  }
}
