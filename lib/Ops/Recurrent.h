//===-- Recurrent.h - Recurrent networks and their cells ----------*- C -*-===//

#ifndef UF_OPS_RECURRENT_H
#define UF_OPS_RECURRENT_H

#include "Ops/Op.h"

enum { UF_MAX_ACTIVATIONS = 6 };

/// "Sigmoid,LeakyRelu(0.1),ScaledTanh(1.5;0.5)", taken apart.
typedef struct UfActivation {
  const char *name; ///< In lower case, a name of the table.
  double alpha, beta;
} UfActivation;

/// Takes `text` apart. Returns how many there are, -1 when it is not a list of
/// at most UF_MAX_ACTIVATIONS known activations.
int ufParseActivations(const char *text, UfActivation *out);

/// The activation of a float scalar.
MlirValue ufActivate(UfBuilder *b, const UfActivation *given, MlirValue x);

/// Whether the activation called `name`, in any case, has that parameter.
bool ufActivationHasAlpha(const char *name);
bool ufActivationHasBeta(const char *name);

//===----------------------------------------------------------------------===//
// rnn, gru and lstm as scans
//===----------------------------------------------------------------------===//

/// Operands of all three; a GRU and a simple network have the first six.
enum {
  UF_RNN_X,
  UF_RNN_W,
  UF_RNN_R,
  UF_RNN_BIAS,
  UF_RNN_SEQUENCE_LENS,
  UF_RNN_INITIAL_H,
  UF_RNN_INITIAL_C,
  UF_RNN_PEEPHOLE,
};

enum { UF_MAX_STATES = 3 };

/// One direction of a network being taken apart.
typedef struct UfNetwork {
  UfBuilder *b;
  int gates, numStates; ///< Of the cell; time comes after its states.
  int direction, numActivations;
  MlirValue x;              ///< [T, B, I].
  MlirValue w, r, bias;     ///< [I', G * H], [H, G * H]; bias may be null.
  MlirValue recurrentBias;  ///< Added to the product with the hidden state.
  MlirValue peephole, lens; ///< May be null.
  MlirValue states[UF_MAX_STATES];
  bool hasY; ///< Whether anybody wants the states of all steps.
  /// Computes the cell's next states from what the input contributes.
  bool (*step)(UfBuilder *b, const struct UfNetwork *net, MlirValue gates,
               MlirValue active, MlirValue *states);
} UfNetwork;

bool ufIsBidirectional(MlirOperation op);

/// Replaces net->b->op, whose `b` and the fields that say what a cell is are
/// set, by a scan for each direction.
MlirLogicalResult ufDecomposeNetwork(UfNetwork *net);

/// x @ w + bias, w lying [in, out]; bias may be null.
MlirValue ufNetworkProduct(UfBuilder *b, MlirValue x, MlirValue w,
                           MlirValue bias);
/// x[..., from:to, ...] along `axis`.
MlirValue ufNetworkCut(UfBuilder *b, MlirValue x, int64_t axis, int64_t from,
                       int64_t to);
/// `count` of this direction's activations, as a cell's attribute.
UfAttr ufNetworkActivations(UfBuilder *b, const UfNetwork *net, int first,
                            int count);

#endif // UF_OPS_RECURRENT_H
