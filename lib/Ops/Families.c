//===-- Families.c - The list of op families ------------------------------===//

#include "Ops/Op.h"

extern const UfOpFamily ufStructureOps;
extern const UfOpFamily ufActivationOps;
extern const UfOpFamily ufArithmeticOps;
extern const UfOpFamily ufAttentionOps;
extern const UfOpFamily ufCastOps;
extern const UfOpFamily ufCausalConvolutionOps;
extern const UfOpFamily ufColumnsOps;
extern const UfOpFamily ufConcatOps;
extern const UfOpFamily ufControlOps;
extern const UfOpFamily ufConvolutionOps;
extern const UfOpFamily ufConvolutionTransposeOps;
extern const UfOpFamily ufCumulativeOps;
extern const UfOpFamily ufDeformConvolutionOps;
extern const UfOpFamily ufDeterminantOps;
extern const UfOpFamily ufDivisorOps;
extern const UfOpFamily ufDropoutOps;
extern const UfOpFamily ufEinsumOps;
extern const UfOpFamily ufFourierOps;
extern const UfOpFamily ufEncodeOps;
extern const UfOpFamily ufGatherOps;
extern const UfOpFamily ufGenerateOps;
extern const UfOpFamily ufLinearAttentionOps;
extern const UfOpFamily ufLinearOps;
extern const UfOpFamily ufLogicOps;
extern const UfOpFamily ufLoopOps;
extern const UfOpFamily ufLossOps;
extern const UfOpFamily ufMaskOps;
extern const UfOpFamily ufMathOps;
extern const UfOpFamily ufMaxIndicesOps;
extern const UfOpFamily ufNonZeroOps;
extern const UfOpFamily ufNormalizeOps;
extern const UfOpFamily ufOptimizerOps;
extern const UfOpFamily ufOrderOps;
extern const UfOpFamily ufPadOps;
extern const UfOpFamily ufPolynomialOps;
extern const UfOpFamily ufPoolingOps;
extern const UfOpFamily ufPowerOps;
extern const UfOpFamily ufQuantizeOps;
extern const UfOpFamily ufRandomOps;
extern const UfOpFamily ufRecurrentCellOps;
extern const UfOpFamily ufRecurrentOps;
extern const UfOpFamily ufReduceOps;
extern const UfOpFamily ufReshapeOps;
extern const UfOpFamily ufResizeOps;
extern const UfOpFamily ufRoiAlignOps;
extern const UfOpFamily ufRoiPoolOps;
extern const UfOpFamily ufRotaryOps;
extern const UfOpFamily ufSamplingOps;
extern const UfOpFamily ufScalingOps;
extern const UfOpFamily ufScatterOps;
extern const UfOpFamily ufScanOps;
extern const UfOpFamily ufSequenceOps;
extern const UfOpFamily ufShapeOps;
extern const UfOpFamily ufSliceOps;
extern const UfOpFamily ufSoftmaxOps;
extern const UfOpFamily ufSuppressionOps;
extern const UfOpFamily ufStringOps;
extern const UfOpFamily ufStringPartOps;
extern const UfOpFamily ufTfIdfOps;
extern const UfOpFamily ufTopKOps;
extern const UfOpFamily ufTransposeOps;
extern const UfOpFamily ufTreeOps;
extern const UfOpFamily ufUniqueOps;
extern const UfOpFamily ufWindowFunctionOps;

const UfOpFamily *const ufFamilies[] = {
    &ufStructureOps,
    &ufActivationOps,
    &ufArithmeticOps,
    &ufAttentionOps,
    &ufCastOps,
    &ufCausalConvolutionOps,
    &ufColumnsOps,
    &ufConcatOps,
    &ufControlOps,
    &ufConvolutionOps,
    &ufConvolutionTransposeOps,
    &ufCumulativeOps,
    &ufDeformConvolutionOps,
    &ufDeterminantOps,
    &ufDivisorOps,
    &ufDropoutOps,
    &ufEinsumOps,
    &ufFourierOps,
    &ufEncodeOps,
    &ufGatherOps,
    &ufGenerateOps,
    &ufLinearAttentionOps,
    &ufLinearOps,
    &ufLogicOps,
    &ufLoopOps,
    &ufLossOps,
    &ufMaskOps,
    &ufMathOps,
    &ufMaxIndicesOps,
    &ufNonZeroOps,
    &ufNormalizeOps,
    &ufOptimizerOps,
    &ufOrderOps,
    &ufPadOps,
    &ufPolynomialOps,
    &ufPoolingOps,
    &ufPowerOps,
    &ufQuantizeOps,
    &ufRandomOps,
    &ufRecurrentCellOps,
    &ufRecurrentOps,
    &ufReduceOps,
    &ufReshapeOps,
    &ufResizeOps,
    &ufRoiAlignOps,
    &ufRoiPoolOps,
    &ufRotaryOps,
    &ufSamplingOps,
    &ufScalingOps,
    &ufScatterOps,
    &ufScanOps,
    &ufSequenceOps,
    &ufShapeOps,
    &ufSliceOps,
    &ufSoftmaxOps,
    &ufSuppressionOps,
    &ufStringOps,
    &ufStringPartOps,
    &ufTfIdfOps,
    &ufTopKOps,
    &ufTransposeOps,
    &ufTreeOps,
    &ufUniqueOps,
    &ufWindowFunctionOps,
    NULL,
};
