using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Onnx.Ops;
using MixPrec.Diagnostics;
using ElementType = MixPrec.Plan.ElementType;

namespace MixPrec.Compiler.Onnx;

/// <summary>Every operator of the standard domain that can be imported; its file in <c>Onnx/Ops</c> has its name.</summary>
internal static class OperatorTable
{
    private static readonly ElementType[] Single = [ElementType.F32], Double = [ElementType.F32, ElementType.F64];

    private static readonly Dictionary<string, OnnxOperator> Operators = new()
    {
        ["Abs"] = new(Abs.Import, 6, 13) { Floats = Double },
        ["Acos"] = new(Acos.Import, 7, 22) { Floats = Single },
        ["Acosh"] = new(Acosh.Import, 9, 22) { Floats = Single },
        ["Add"] = new(Add.Import, 7, 13, 14) { Floats = Double },
        ["AffineGrid"] = new(AffineGrid.Import, 20) { Floats = Single },
        ["And"] = new(And.Import, 7),
        ["ArgMax"] = new(ArgMax.Import, 1, 11, 12, 13) { Floats = Double },
        ["ArgMin"] = new(ArgMin.Import, 1, 11, 12, 13) { Floats = Double },
        ["Asin"] = new(Asin.Import, 7, 22) { Floats = Single },
        ["Asinh"] = new(Asinh.Import, 9, 22) { Floats = Single },
        ["Atan"] = new(Atan.Import, 7, 22) { Floats = Single },
        ["Atanh"] = new(Atanh.Import, 9, 22) { Floats = Single },
        ["Attention"] = new(Attention.Import, 23, 24),
        ["AveragePool"] = new(AveragePool.Import, 7, 10, 11, 19, 22) { Floats = Single },
        ["BatchNormalization"] = new(BatchNormalization.Import, 7, 9, 14, 15) { Floats = Single, Weights = [1, 2, 3, 4] },
        ["BitShift"] = new(BitShift.Import, 11),
        ["BitwiseAnd"] = new(BitwiseAnd.Import, 18),
        ["BitwiseNot"] = new(BitwiseNot.Import, 18),
        ["BitwiseOr"] = new(BitwiseOr.Import, 18),
        ["BitwiseXor"] = new(BitwiseXor.Import, 18),
        ["BlackmanWindow"] = new(BlackmanWindow.Import, 17),
        ["Cast"] = new(Cast.Import, 6, 9, 13, 19, 21, 23, 24, 25),
        ["CastLike"] = new(CastLike.Import, 15, 19, 21, 23, 24, 25),
        ["Ceil"] = new(Ceil.Import, 6, 13) { Floats = Double },
        ["Celu"] = new(Celu.Import, 12) { Floats = Single },
        ["CenterCropPad"] = new(CenterCropPad.Import, 18),
        ["Clip"] = new(Clip.Import, 6, 11, 12, 13) { Floats = Double },
        ["Col2Im"] = new(Col2Im.Import, 18) { Floats = Double },
        ["Compress"] = new(Compress.Import, 9, 11),
        ["Concat"] = new(Concat.Import, 4, 11, 13),
        ["Constant"] = new(Constant.Import, 1, 9, 11, 12, 13, 19, 21, 23, 24, 25),
        ["ConstantOfShape"] = new(ConstantOfShape.Import, 9, 20, 21, 23, 24, 25),
        ["Conv"] = new(Conv.Import, 1, 11, 22) { Floats = Single, Weights = [1], Addend = 2 },
        ["ConvInteger"] = new(ConvInteger.Import, 10),
        ["ConvTranspose"] = new(ConvTranspose.Import, 1, 11, 22) { Floats = Single, Weights = [1], Addend = 2 },
        ["Cos"] = new(Cos.Import, 7, 22) { Floats = Double },
        ["Cosh"] = new(Cosh.Import, 9, 22) { Floats = Single },
        ["CumSum"] = new(CumSum.Import, 11, 14) { Floats = Double },
        ["DFT"] = new(DFT.Import, 17, 20) { Floats = Single },
        ["DeformConv"] = new(DeformConv.Import, 19, 22) { Floats = Single, Weights = [1], Addend = 3 },
        ["DepthToSpace"] = new(DepthToSpace.Import, 1, 11, 13),
        ["DequantizeLinear"] = new(DequantizeLinear.Import, 10, 13, 19, 21, 23, 24, 25) { Weights = [1] },
        ["Det"] = new(Det.Import, 11, 22) { Floats = Double },
        ["Div"] = new(Div.Import, 7, 13, 14) { Floats = Double },
        ["Dropout"] = new(Dropout.Import, 7, 10, 12, 13, 22),
        ["DynamicQuantizeLinear"] = new(DynamicQuantizeLinear.Import, 11),
        ["Einsum"] = new(Einsum.Import, 12) { Floats = Double, Weights = [0, 1] },
        ["Elu"] = new(Elu.Import, 6, 22) { Floats = Single },
        ["Equal"] = new(Equal.Import, 7, 11, 13, 19) { Floats = Double },
        ["Erf"] = new(Erf.Import, 9, 13) { Floats = Single },
        ["Exp"] = new(Exp.Import, 6, 13) { Floats = Double },
        ["Expand"] = new(Expand.Import, 8, 13),
        ["EyeLike"] = new(EyeLike.Import, 9, 22),
        ["Flatten"] = new(Flatten.Import, 1, 9, 11, 13, 21, 23, 24, 25),
        ["Floor"] = new(Floor.Import, 6, 13) { Floats = Double },
        ["GRU"] = new(GRU.Import, 7, 14, 22) { Floats = Single, Weights = [1, 2, 3] },
        ["Gather"] = new(Gather.Import, 1, 11, 13),
        ["GatherElements"] = new(GatherElements.Import, 11, 13),
        ["GatherND"] = new(GatherND.Import, 11, 12, 13),
        ["Gelu"] = new(Gelu.Import, 20) { Floats = Single },
        ["Gemm"] = new(Gemm.Import, 7, 9, 11, 13) { Floats = Double, Weights = [0, 1], Addend = 2 },
        ["GlobalAveragePool"] = new(GlobalAveragePool.Import, 1, 22) { Floats = Single },
        ["GlobalLpPool"] = new(GlobalLpPool.Import, 2, 22),
        ["GlobalMaxPool"] = new(GlobalMaxPool.Import, 1, 22) { Floats = Single },
        ["Greater"] = new(Greater.Import, 7, 9, 13) { Floats = Double },
        ["GreaterOrEqual"] = new(GreaterOrEqual.Import, 12, 16) { Floats = Double },
        ["GridSample"] = new(GridSample.Import, 16, 20, 22) { Floats = Single },
        ["GroupNormalization"] = new(GroupNormalization.Import, 18, 21) { Weights = [1, 2] },
        ["HammingWindow"] = new(HammingWindow.Import, 17),
        ["HannWindow"] = new(HannWindow.Import, 17),
        ["HardSigmoid"] = new(HardSigmoid.Import, 6, 22) { Floats = Single },
        ["HardSwish"] = new(HardSwish.Import, 14, 22) { Floats = Single },
        ["Hardmax"] = new(Hardmax.Import, 1, 11, 13) { Floats = Single },
        ["Identity"] = new(Identity.Import, 1, 13, 14, 16, 19, 21, 23, 24, 25),
        ["If"] = new(If.Import, 1, 11, 13, 16, 19, 21, 23, 24, 25),
        ["InstanceNormalization"] = new(InstanceNormalization.Import, 6, 22) { Weights = [1, 2] },
        ["IsInf"] = new(IsInf.Import, 10, 20) { Floats = Double },
        ["IsNaN"] = new(IsNaN.Import, 9, 13, 20) { Floats = Double },
        ["LRN"] = new(LRN.Import, 1, 13),
        ["LSTM"] = new(LSTM.Import, 7, 14, 22) { Floats = Single, Weights = [1, 2, 3, 7] },
        ["LayerNormalization"] = new(LayerNormalization.Import, 17) { Weights = [1, 2] },
        ["LeakyRelu"] = new(LeakyRelu.Import, 6, 16) { Floats = Single },
        ["Less"] = new(Less.Import, 7, 9, 13) { Floats = Double },
        ["LessOrEqual"] = new(LessOrEqual.Import, 12, 16) { Floats = Double },
        ["Log"] = new(Log.Import, 6, 13) { Floats = Double },
        ["LogSoftmax"] = new(LogSoftmax.Import, 1, 11, 13) { Floats = Single },
        ["Loop"] = new(Loop.Import, 1, 11, 13, 16, 19, 21, 23, 24, 25),
        ["LpNormalization"] = new(LpNormalization.Import, 1, 22),
        ["LpPool"] = new(LpPool.Import, 2, 11, 18, 22),
        ["MatMul"] = new(MatMul.Import, 1, 9, 13) { Floats = Double, Weights = [0, 1] },
        ["MatMulInteger"] = new(MatMulInteger.Import, 10),
        ["Max"] = new(Max.Import, 6, 8, 12, 13) { Floats = Double },
        ["MaxPool"] = new(MaxPool.Import, 1, 8, 10, 11, 12, 22) { Floats = Double },
        ["MaxUnpool"] = new(MaxUnpool.Import, 9, 11, 22),
        ["Mean"] = new(Mean.Import, 6, 8, 13) { Floats = Double },
        ["MeanVarianceNormalization"] = new(MeanVarianceNormalization.Import, 9, 13),
        ["MelWeightMatrix"] = new(MelWeightMatrix.Import, 17),
        ["Min"] = new(Min.Import, 6, 8, 12, 13) { Floats = Double },
        ["Mish"] = new(Mish.Import, 18, 22) { Floats = Single },
        ["Mod"] = new(Mod.Import, 10, 13) { Floats = Double },
        ["Mul"] = new(Mul.Import, 7, 13, 14) { Floats = Double },
        ["Neg"] = new(Neg.Import, 6, 13) { Floats = Double },
        ["NonMaxSuppression"] = new(NonMaxSuppression.Import, 10, 11),
        ["NonZero"] = new(NonZero.Import, 9, 13) { Floats = Double },
        ["Not"] = new(Not.Import, 1),
        ["OneHot"] = new(OneHot.Import, 9, 11),
        ["OptionalHasElement"] = new(OptionalHasElement.Import, 15, 18),
        ["Or"] = new(Or.Import, 7),
        ["PRelu"] = new(PRelu.Import, 7, 9, 16) { Floats = Double },
        ["Pad"] = new(Pad.Import, 2, 11, 13, 18, 19, 21, 23, 24, 25),
        ["Pow"] = new(Pow.Import, 7, 12, 13, 15) { Floats = Double },
        ["QLinearConv"] = new(QLinearConv.Import, 10) { Weights = [1, 4, 6] },
        ["QLinearMatMul"] = new(QLinearMatMul.Import, 10, 21) { Weights = [1, 4, 6] },
        ["QuantizeLinear"] = new(QuantizeLinear.Import, 10, 13, 19, 21, 23, 24, 25) { Weights = [1] },
        ["RMSNormalization"] = new(RMSNormalization.Import, 23) { Weights = [1] },
        ["RNN"] = new(RNN.Import, 7, 14, 22) { Floats = Single, Weights = [1, 2, 3] },
        ["Range"] = new(Ops.Range.Import, 11),
        ["Reciprocal"] = new(Reciprocal.Import, 6, 13) { Floats = Double },
        ["ReduceL1"] = new(ReduceL1.Import, 1, 11, 13, 18),
        ["ReduceL2"] = new(ReduceL2.Import, 1, 11, 13, 18),
        ["ReduceLogSum"] = new(ReduceLogSum.Import, 1, 11, 13, 18),
        ["ReduceLogSumExp"] = new(ReduceLogSumExp.Import, 1, 11, 13, 18) { Floats = Double },
        ["ReduceMax"] = new(ReduceMax.Import, 1, 11, 12, 13, 18, 20),
        ["ReduceMean"] = new(ReduceMean.Import, 1, 11, 13, 18),
        ["ReduceMin"] = new(ReduceMin.Import, 1, 11, 12, 13, 18, 20),
        ["ReduceProd"] = new(ReduceProd.Import, 1, 11, 13, 18),
        ["ReduceSum"] = new(ReduceSum.Import, 1, 11, 13),
        ["ReduceSumSquare"] = new(ReduceSumSquare.Import, 1, 11, 13, 18),
        ["Relu"] = new(Relu.Import, 6, 13, 14) { Floats = Double },
        ["Reshape"] = new(Reshape.Import, 5, 13, 14, 19, 21, 23, 24, 25),
        ["Resize"] = new(Resize.Import, 10, 11, 13, 18, 19),
        ["ReverseSequence"] = new(ReverseSequence.Import, 10),
        ["RoiAlign"] = new(RoiAlign.Import, 10, 16, 22) { Floats = Single },
        ["RotaryEmbedding"] = new(RotaryEmbedding.Import, 23),
        ["Round"] = new(Round.Import, 11, 22) { Floats = Double },
        ["STFT"] = new(STFT.Import, 17) { Floats = Single, Weights = [2] },
        ["Scan"] = new(Scan.Import, 8, 9, 11, 16, 19, 21, 23, 24, 25),
        ["Scatter"] = new(Scatter.Import, 9),
        ["ScatterElements"] = new(ScatterElements.Import, 11, 13, 16, 18),
        ["ScatterND"] = new(ScatterND.Import, 11, 13, 16, 18),
        ["Selu"] = new(Selu.Import, 6, 22) { Floats = Single },
        ["Shape"] = new(Shape.Import, 1, 13, 15, 19, 21, 23, 24, 25),
        ["Shrink"] = new(Shrink.Import, 9) { Floats = Single },
        ["Sigmoid"] = new(Sigmoid.Import, 6, 13) { Floats = Single },
        ["Sign"] = new(Sign.Import, 9, 13) { Floats = Single },
        ["Sin"] = new(Sin.Import, 7, 22) { Floats = Double },
        ["Sinh"] = new(Sinh.Import, 9, 22) { Floats = Single },
        ["Size"] = new(Size.Import, 1, 13, 19, 21, 23, 24, 25),
        ["Slice"] = new(Slice.Import, 1, 10, 11, 13),
        ["Softmax"] = new(Softmax.Import, 1, 11, 13) { Floats = Single },
        ["Softplus"] = new(Softplus.Import, 1, 22) { Floats = Single },
        ["Softsign"] = new(Softsign.Import, 1, 22) { Floats = Single },
        ["SpaceToDepth"] = new(SpaceToDepth.Import, 1, 13),
        ["Split"] = new(Split.Import, 2, 11, 13, 18),
        ["Sqrt"] = new(Sqrt.Import, 6, 13) { Floats = Double },
        ["Squeeze"] = new(Squeeze.Import, 1, 11, 13, 21, 23, 24, 25),
        ["Sub"] = new(Sub.Import, 7, 13, 14) { Floats = Double },
        ["Sum"] = new(Sum.Import, 6, 8, 13) { Floats = Double },
        ["Swish"] = new(Swish.Import, 24) { Floats = Single },
        ["Tan"] = new(Tan.Import, 7, 22) { Floats = Single },
        ["Tanh"] = new(Tanh.Import, 6, 13) { Floats = Double },
        ["TensorScatter"] = new(TensorScatter.Import, 24),
        ["ThresholdedRelu"] = new(ThresholdedRelu.Import, 10, 22) { Floats = Single },
        ["Tile"] = new(Tile.Import, 6, 13),
        ["TopK"] = new(TopK.Import, 1, 10, 11, 24) { Floats = Double },
        ["Transpose"] = new(Transpose.Import, 1, 13, 21, 23, 24, 25),
        ["Trilu"] = new(Trilu.Import, 14),
        ["Unique"] = new(Unique.Import, 11),
        ["Unsqueeze"] = new(Unsqueeze.Import, 1, 11, 13, 21, 23, 24, 25),
        ["Upsample"] = new(Upsample.Import, 7, 9),
        ["Where"] = new(Where.Import, 9, 16),
        ["Xor"] = new(Xor.Import, 7),
    };

    /// <summary>Names of all operators, in ordinal order.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Operators.Keys.Order(StringComparer.Ordinal)];

    /// <summary>The operator of a name, or null.</summary>
    public static OnnxOperator? Find(string name) => Operators.GetValueOrDefault(name);

    /// <summary>The operator of a name in a domain, or null.</summary>
    public static OnnxOperator? Find(string domain, string name) =>
        OpsetImports.Normalized(domain).Length == 0 ? Find(name) : domain == TabularOperators.Domain ? TabularOperators.Find(name) : null;

    /// <summary>The inputs of an operator that <see cref="Find(string, string)"/> finds.</summary>
    public static OperandList? OperandsOf(string domain, string name) =>
        domain == TabularOperators.Domain ? TabularOperators.OperandsOf(name) : OperandTable.Find(name);

    /// <exception cref="MixPrecException">MXP3006: the operators of the domain are not known in that version.</exception>
    public static void RequireKnown(string modelPath, string domain, long opset)
    {
        var (name, oldest, newest) = domain == TabularOperators.Domain
            ? (domain, TabularOperators.OldestVersion, TabularOperators.NewestVersion)
            : ("ai.onnx", OnnxModelReader.OldestOpset, OnnxModelReader.NewestOpset);
        if (opset < oldest || opset > newest)
        {
            throw new MixPrecException(DiagnosticCatalog.OpsetUnsupported, modelPath, opset, name, $"{oldest}…{newest}");
        }
    }
}
