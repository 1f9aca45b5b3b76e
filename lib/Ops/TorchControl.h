//===-- TorchControl.h - Import rules for operators with graphs ---*- C -*-===//

#ifndef UF_OPS_TORCHCONTROL_H
#define UF_OPS_TORCHCONTROL_H

#include "Ops/Torch.h"

UfTorchRule ufTorchCond;      ///< cond(pred, true_fn, false_fn, operands)
UfTorchRule ufTorchWhileLoop; ///< while_loop(cond_fn, body_fn, carried, more)
UfTorchRule ufTorchScan;      ///< scan(combine_fn, init, xs, more)
UfTorchRule ufTorchMapImpl;   ///< map_impl(f, xs, more)

#endif // UF_OPS_TORCHCONTROL_H
