//===-- Shim.cpp - What MLIR 22's C API lacks -----------------------------===//
//
// Registration of operations, passes and pipelines whose behaviour is in C. No
// logic lives here, and no op is known by name. Two functions of LLVM's that
// its C API lacks are here too.
//
//===----------------------------------------------------------------------===//

#include "Dialect/Shim.h"

#include "mlir/CAPI/IR.h"
#include "mlir/CAPI/Pass.h"
#include "mlir/CAPI/Rewrite.h"
#include "mlir/CAPI/Support.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/IR/DialectImplementation.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"
#include "mlir/Transforms/InliningUtils.h"

#include "llvm/Support/SHA256.h"
#include "llvm/TargetParser/X86TargetParser.h"

#include <cstring>
#include <map>

using namespace mlir;

namespace {

//===----------------------------------------------------------------------===//
// Operations
//===----------------------------------------------------------------------===//

struct PureEffects : MemoryEffectOpInterface::FallbackModel<PureEffects> {
  void getEffects(Operation *,
                  SmallVectorImpl<MemoryEffects::EffectInstance> &) const {}
};
struct Speculatable : ConditionallySpeculatable::FallbackModel<Speculatable> {
  Speculation::Speculatability getSpeculatability(Operation *) const {
    return Speculation::Speculatable;
  }
};

/// An operation without properties: every attribute is in its dictionary.
class RowOperation final : public OperationName::Impl {
public:
  RowOperation(Dialect *dialect, TypeID id, const UfShimOperation &model)
      : Impl(unwrap(model.name), dialect, id, detail::InterfaceMap()),
        model(model) {
    if (model.traits & UF_SHIM_PURE)
      getInterfaceMap().insertModels<PureEffects, Speculatable>();
  }

  LogicalResult foldHook(Operation *op, ArrayRef<Attribute> constants,
                         SmallVectorImpl<OpFoldResult> &results) final {
    if (!model.fold)
      return failure();
    SmallVector<MlirAttribute> operands;
    for (Attribute constant : constants)
      operands.push_back(wrap(constant));
    MlirValue value = {nullptr};
    Attribute folded = unwrap(model.fold(wrap(op), operands.size(),
                                         operands.data(), &value, model.row));
    // The op's own result says that it was changed in place.
    if (!folded && value.ptr && unwrap(value).getDefiningOp() == op)
      return success();
    if (folded)
      results.push_back(folded);
    else if (value.ptr)
      results.push_back(unwrap(value));
    return success(folded || value.ptr);
  }
  bool hasTrait(TypeID id) final {
    unsigned bit = 0;
    if (id == TypeID::get<OpTrait::IsTerminator>())
      bit = UF_SHIM_TERMINATOR;
    else if (id == TypeID::get<OpTrait::IsCommutative>())
      bit = UF_SHIM_COMMUTATIVE;
    else if (id == TypeID::get<OpTrait::ConstantLike>())
      bit = UF_SHIM_CONSTANT_LIKE;
    return model.traits & bit;
  }
  OperationName::ParseAssemblyFn getParseAssemblyFn() final {
    return [](OpAsmParser &parser, OperationState &) -> ParseResult {
      return parser.emitError(
          parser.getNameLoc(),
          "ufront ops are written in the generic form, \"ufront.op\"(...)");
    };
  }
  void printAssembly(Operation *op, OpAsmPrinter &printer, StringRef) final {
    printer.printGenericOp(op);
  }
  LogicalResult verifyInvariants(Operation *op) final {
    return model.verify ? unwrap(model.verify(wrap(op), model.row)) : success();
  }
  LogicalResult
  setPropertiesFromAttr(OperationName name, OpaqueProperties, Attribute,
                        function_ref<InFlightDiagnostic()> emitError) final {
    return emitError() << "'" << name
                       << "' takes its attributes in {...}, not in <{...}>";
  }
  void setInherentAttr(Operation *op, StringAttr name, Attribute value) final {
    op->setDiscardableAttr(name, value);
  }
  std::optional<Attribute> getInherentAttr(Operation *, StringRef) final {
    return std::nullopt;
  }
  LogicalResult verifyInherentAttrs(OperationName, NamedAttrList &,
                                    function_ref<InFlightDiagnostic()>) final {
    return success();
  }
  LogicalResult verifyRegionInvariants(Operation *) final { return success(); }
  void getCanonicalizationPatterns(RewritePatternSet &, MLIRContext *) final {}
  void populateDefaultAttrs(const OperationName &, NamedAttrList &) final {}
  void populateInherentAttrs(Operation *, NamedAttrList &) final {}
  int getOpPropertyByteSize() final { return 0; }
  void initProperties(OperationName, OpaqueProperties, OpaqueProperties) final {
  }
  void deleteProperties(OpaqueProperties) final {}
  void populateDefaultProperties(OperationName, OpaqueProperties) final {}
  Attribute getPropertiesAsAttr(Operation *) final { return {}; }
  void copyProperties(OpaqueProperties, OpaqueProperties) final {}
  bool compareProperties(OpaqueProperties, OpaqueProperties) final {
    return true;
  }
  llvm::hash_code hashProperties(OpaqueProperties) final { return {}; }

  const UfShimOperation model;
};

//===----------------------------------------------------------------------===//
// The dialect
//===----------------------------------------------------------------------===//

struct InlineAll : DialectInlinerInterface {
  using DialectInlinerInterface::DialectInlinerInterface;
  bool isLegalToInline(Operation *, Region *, bool, IRMapping &) const final {
    return true;
  }
  bool isLegalToInline(Region *, Region *, bool, IRMapping &) const final {
    return true;
  }
};

/// `!ufront.string`, the only type of the dialect: an element of tensors.
class StringType final : public Type::TypeBase<StringType, Type, TypeStorage> {
public:
  using Base::Base;
  static constexpr StringLiteral name = "ufront.string";
};

class UfrontDialect final : public Dialect {
public:
  explicit UfrontDialect(MLIRContext *ctx)
      : Dialect(getDialectNamespace(), ctx, TypeID::get<UfrontDialect>()) {
    addInterfaces<InlineAll>();
    addTypes<StringType>();
    ufDialectPopulate(wrap(static_cast<Dialect *>(this)));
  }
  static StringRef getDialectNamespace() { return "ufront"; }
  Operation *materializeConstant(OpBuilder &builder, Attribute value, Type type,
                                 Location loc) final {
    Operation *op = unwrap(
        ufDialectMaterializeConstant(wrap(value), wrap(type), wrap(loc)));
    return op ? builder.insert(op) : nullptr;
  }
  Type parseType(DialectAsmParser &parser) const final {
    StringRef name;
    SMLoc at = parser.getCurrentLocation();
    if (failed(parser.parseKeyword(&name)))
      return {};
    if (name == "string")
      return StringType::get(getContext());
    parser.emitError(at) << "ufront has no type '" << name << "'";
    return {};
  }
  void printType(Type, DialectAsmPrinter &printer) const final {
    printer << "string";
  }
  TypeIDAllocator operationIDs;
};

//===----------------------------------------------------------------------===//
// Passes
//===----------------------------------------------------------------------===//

class ModelPass final : public Pass {
public:
  explicit ModelPass(const UfShimPass &model)
      : Pass(TypeID::getFromOpaquePointer(&model), StringRef(model.opName)),
        model(model) {
    for (const UfShimOption *o = model.options; o && o->name; ++o) {
      auto text = llvm::cl::desc(o->description);
      StringRef initial = o->initial;
      if (o->kind == UF_SHIM_OPTION_BOOL)
        bools[o->name] = std::make_unique<Option<bool>>(
            *this, o->name, text, llvm::cl::init(initial == "true"));
      else if (o->kind == UF_SHIM_OPTION_INT)
        ints[o->name] = std::make_unique<Option<int64_t>>(
            *this, o->name, text, llvm::cl::init(std::atoll(initial.data())));
      else
        strings[o->name] = std::make_unique<Option<std::string>>(
            *this, o->name, text, llvm::cl::init(initial.str()));
    }
  }
  StringRef getName() const final { return model.name; }
  StringRef getArgument() const final { return model.argument; }
  StringRef getDescription() const final { return model.description; }
  LogicalResult initialize(MLIRContext *ctx) final {
    for (const char *const *name = model.dialects; name && *name; ++name)
      if (!ctx->getOrLoadDialect(*name))
        return emitError(UnknownLoc::get(ctx))
               << model.argument << ": dialect '" << *name
               << "' is not registered";
    return success();
  }
  bool canScheduleOn(RegisteredOperationName name) const final {
    return name.getStringRef() == model.opName;
  }
  std::unique_ptr<Pass> clonePass() const final {
    return std::make_unique<ModelPass>(model);
  }
  void runOnOperation() final {
    // A function without a body is somebody else's.
    auto function = dyn_cast<FunctionOpInterface>(getOperation());
    if (function && function.isExternal())
      return;
    Pass *self = this;
    if (failed(unwrap(model.run(wrap(getOperation()), wrap(self)))))
      signalPassFailure();
  }

  const UfShimPass &model;
  std::map<StringRef, std::unique_ptr<Option<bool>>> bools;
  std::map<StringRef, std::unique_ptr<Option<int64_t>>> ints;
  std::map<StringRef, std::unique_ptr<Option<std::string>>> strings;
};

ModelPass *modelOf(MlirPass pass) {
  return static_cast<ModelPass *>(unwrap(pass));
}

} // namespace

//===----------------------------------------------------------------------===//
// The C entries
//===----------------------------------------------------------------------===//

void ufrontDialectRegistryInsert(MlirDialectRegistry registry) {
  unwrap(registry)->insert<UfrontDialect>();
}

void ufrontDialectAddOperation(MlirDialect dialect,
                               const UfShimOperation *operation) {
  auto *ufront = static_cast<UfrontDialect *>(unwrap(dialect));
  RegisteredOperationName::insert(
      std::make_unique<RowOperation>(ufront, ufront->operationIDs.allocate(),
                                     *operation),
      {});
}

const void *ufrontOperationGetRow(MlirOperation op) {
  OperationName name = unwrap(op)->getName();
  if (!name.isRegistered() || !name.getDialect() ||
      name.getDialect()->getTypeID() != TypeID::get<UfrontDialect>())
    return nullptr;
  auto *impl = static_cast<OperationName::Impl *>(name.getAsOpaquePointer());
  return static_cast<RowOperation *>(impl)->model.row;
}

MlirPass ufrontPassCreate(const UfShimPass *model) {
  return wrap(static_cast<Pass *>(new ModelPass(*model)));
}

void ufrontPassRegister(const UfShimPass *model) {
  registerPass([model] { return std::make_unique<ModelPass>(*model); });
}

bool ufrontPassGetBoolOption(MlirPass pass, const char *name) {
  return *modelOf(pass)->bools[name];
}

int64_t ufrontPassGetIntOption(MlirPass pass, const char *name) {
  return *modelOf(pass)->ints[name];
}

MlirStringRef ufrontPassGetStringOption(MlirPass pass, const char *name) {
  return wrap(StringRef(modelOf(pass)->strings[name]->getValue()));
}

void ufrontPassPipelineRegister(const char *argument, const char *description,
                                const char *pipeline) {
  registerPassPipeline(
      argument, description,
      [pipeline](OpPassManager &manager, StringRef,
                 function_ref<LogicalResult(const Twine &)>) {
        return parsePassPipeline(pipeline, manager);
      },
      [](function_ref<void(const detail::PassOptions &)>) {});
}

void ufrontRewritePatternSetAddElementwiseFusion(
    MlirRewritePatternSet set, bool (*control)(MlirOpOperand operand)) {
  linalg::populateElementwiseOpsFusionPatterns(
      *unwrap(set),
      [control](OpOperand *operand) { return control(wrap(operand)); });
}

bool ufrontCpuIsKnown(const char *name) {
  return llvm::X86::parseArchX86(name, /*Only64Bit=*/true) !=
         llvm::X86::CK_None;
}

void ufrontHashSha256(const void *data, size_t size, uint8_t hash[32]) {
  std::array<uint8_t, 32> result = llvm::SHA256::hash(
      ArrayRef<uint8_t>(static_cast<const uint8_t *>(data), size));
  memcpy(hash, result.data(), result.size());
}

int ufrontOptMain(int argc, char **argv, const char *toolName,
                  MlirDialectRegistry registry) {
  return asMainReturnCode(MlirOptMain(argc, argv, toolName, *unwrap(registry)));
}
