// Tiles the root's parallel loops and fuses its producers into the tiles. The
// forall becomes the kernel's range of tiles. @TILES@: one size per loop, 0 for
// a loop that is not tiled.
module attributes {transform.with_named_sequence} {
  transform.named_sequence @schedule(%f: !transform.any_op {transform.readonly}) {
    %root = transform.structured.match attributes {ufront.root} in %f
        : (!transform.any_op) -> !transform.any_op
    %tile, %range = transform.structured.fuse %root tile_sizes [@TILES@] {use_forall}
        : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}
