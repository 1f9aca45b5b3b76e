//===-- Op.h - The table an operation is defined by ---------------*- C -*-===//
//
// One UfOp row is the whole truth about an op. The dialect definition, the
// verifier, the shape rules, the importers, the lowerings and the reference
// manual are all read from it; nothing about an op is written anywhere else.
//
//===----------------------------------------------------------------------===//

#ifndef UF_OPS_OP_H
#define UF_OPS_OP_H

#include "IR/Build.h"

typedef struct UfNode UfNode; // a node of a foreign graph, Ops/Node.h

typedef enum UfFrontend {
  UF_ONNX = 1,
  UF_TORCH,
  UF_KERAS,
  UF_FLEXFLOW,
  UF_UFRONT, ///< The rows themselves, by operand and attribute names.
} UfFrontend;

/// How one foreign operator becomes this op.
typedef struct UfImport {
  UfFrontend from;
  const char *name; ///< "Softmax", "aten.softmax.int".
  int since;        ///< First opset with this meaning; the highest match wins.
  /// Builds the node's values into `results`, one per output. Null when
  /// operands map by position and attributes by name.
  MlirLogicalResult (*convert)(UfBuilder *b, const UfNode *node,
                               MlirValue *results);
  const char *formula; ///< What a rule of UF_FORMULA computes (Ops/Formula.h).
  int formulaType;     ///< A UfFormulaType.
} UfImport;

/// Element types an operand may have; 0 is any tensor.
enum {
  UF_FLOATS = 1 << 0,
  UF_INTEGERS = 1 << 1, ///< Any width but i1, signed or not.
  UF_BOOLS = 1 << 2,
  UF_NUMBERS = UF_FLOATS | UF_INTEGERS,
  /// With the others: narrow types too (IR/Build.h), which most cannot compute
  /// with.
  UF_NARROW = 1 << 4,
  /// With the others: the same element type as operand 0.
  UF_SAME = 1 << 3,
};

typedef enum UfArity { UF_ONE, UF_OPTIONAL, UF_VARIADIC } UfArity;

/// An operand or a result. Optional ones follow the others, a variadic one
/// comes last.
typedef struct UfValueSpec {
  const char *name;
  const char *doc;
  unsigned types;
  UfArity arity;
} UfValueSpec;

typedef enum UfAttrKind {
  UF_INT,      ///< 1 : i64
  UF_INT_LIST, ///< array<i64: 1, 2>
  UF_FLOAT,    ///< 1.0 : f64
  UF_BOOL,     ///< true
  UF_STRING,   ///< "text"
  UF_TYPE,     ///< f32
  UF_VALUE,    ///< dense<...> : tensor<...>
} UfAttrKind;

typedef struct UfAttrSpec {
  const char *name;
  const char *doc;
  UfAttrKind kind;
  /// MLIR text of the value an absent attribute has: "-1", "false", "1.0e-5",
  /// "\"none\"", "array<i64: 1, 1>". Null: required, unless `optional`.
  const char *fallback;
  bool optional;     ///< May be absent, and has no fallback.
  const char *oneOf; ///< For strings: "none|tanh".
} UfAttrSpec;

enum { UF_MAX_OPERANDS = 10, UF_MAX_RESULTS = 4, UF_MAX_ATTRS = 14 };

enum {
  UF_COMMUTATIVE = 1 << 0,
  UF_CONSTANT_LIKE = 1 << 1,
  UF_IMPURE = 1 << 2, ///< Not to be removed, merged or moved.
  UF_TERMINATOR = 1 << 3,
  /// `decompose` is tried although there is a lowering; it fails silently where
  /// the lowering is better.
  UF_DECOMPOSE_FIRST = 1 << 4,
  /// Its import rules know what to do with what is no tensor (Sequence.h).
  UF_TAKES_SEQUENCES = 1 << 5,
};

typedef struct UfOp {
  const char *name; ///< Without the `ufront.` prefix.
  const char *summary;
  UfValueSpec operands[UF_MAX_OPERANDS + 1];
  UfValueSpec results[UF_MAX_RESULTS + 1]; ///< None given: one, "output".
  UfAttrSpec attrs[UF_MAX_ATTRS + 1];
  unsigned traits;
  int regions;
  /// Constraints beyond operand kinds, attribute kinds and the shape rule.
  MlirLogicalResult (*verify)(MlirOperation op);
  /// The shape rule: writes one shape per result of `op`, or reports why not.
  /// A wrong combination of operands is reported here, once.
  MlirLogicalResult (*infer)(MlirOperation op, UfShape *results);
  /// The constant attribute b->op evaluates to, given its constant operands
  /// (null where not constant); or null with `*value` an existing value, its
  /// own result after a change in place; or null for neither.
  MlirAttribute (*fold)(MlirOperation op, const MlirAttribute *operands,
                        MlirValue *value);
  /// Rewrites b->op into simpler `ufront` ops: its reference meaning.
  MlirLogicalResult (*decompose)(UfBuilder *b);
  /// Rewrites b->op, where its operands are quantised, into arithmetic on their
  /// integers; fails silently where they are not.
  MlirLogicalResult (*toIntegers)(UfBuilder *b);
  /// The TOSA op with the same operands and result.
  const char *tosa;
  /// Rewrites b->op into TOSA; fails silently where TOSA cannot express it.
  MlirLogicalResult (*toTosa)(UfBuilder *b);
  /// For elementwise ops: one element. `args` are scalars of the operands'
  /// (signless) element types, the result is one of the result's.
  MlirValue (*scalar)(UfBuilder *b, const MlirValue *args);
  /// Rewrites b->op into linalg, tensor, arith and scf.
  MlirLogicalResult (*toLinalg)(UfBuilder *b);
  const UfImport *imports; ///< Ends with a zero row.
} UfOp;

#define UF_IMPORTS(...) ((const UfImport[]){__VA_ARGS__, {0}})

typedef struct UfOpFamily {
  const char *name;
  const UfOp *ops;
  int count;
} UfOpFamily;

/// Closes a family file: UF_FAMILY(ufNormalizeOps, "normalize", ops);
#define UF_FAMILY(symbol, title, table)                                        \
  const UfOpFamily symbol = {title, table, sizeof(table) / sizeof((table)[0])}

/// Visits every op of the dialect.
#define UF_FOR_EACH_OP(op)                                                     \
  for (const UfOpFamily *const *family_ = ufFamilies; *family_; ++family_)     \
    for (const UfOp *op = (*family_)->ops;                                     \
         op < (*family_)->ops + (*family_)->count; ++op)

/// Every family of the dialect, null terminated. Ops/Families.c lists them.
extern const UfOpFamily *const ufFamilies[];

/// The row called `name` (without prefix), or null.
const UfOp *ufFindOp(const char *name);
/// The row of an operation, or null when it is not an op of the table. O(1).
const UfOp *ufOpOf(MlirOperation op);

/// The row's spec of attribute `name`; null when it has none.
const UfAttrSpec *ufFindAttrSpec(const UfOp *op, const char *name);

//===----------------------------------------------------------------------===//
// Shape rules that many rows share
//===----------------------------------------------------------------------===//

/// The result is like operand 0.
MlirLogicalResult ufInferSame(MlirOperation op, UfShape *results);
/// The result is the numpy broadcast of all operands, with operand 0's element.
MlirLogicalResult ufInferBroadcast(MlirOperation op, UfShape *results);
/// As ufInferBroadcast, of i1.
MlirLogicalResult ufInferCompare(MlirOperation op, UfShape *results);

/// Widens `*into` to its numpy broadcast with `other`; reports at `op`.
MlirLogicalResult ufBroadcastShape(MlirOperation op, UfShape *into,
                                   const UfShape *other);

/// Reports `'ufront.name' axis 5 is outside [-2, 2)` unless it is inside.
MlirLogicalResult ufVerifyAxis(MlirOperation op, const char *what, int64_t axis,
                               int rank);

/// ufError at `op`, prefixed with its quoted name: "'ufront.relu' ".
__attribute__((format(printf, 2, 3))) MlirLogicalResult
ufOpError(MlirOperation op, const char *format, ...);

/// "2x?x4" into `text`, for messages; returns `text`.
const char *ufShapeText(const UfShape *shape, char *text, size_t size);
enum { UF_SHAPE_TEXT = 192 };

#endif // UF_OPS_OP_H
