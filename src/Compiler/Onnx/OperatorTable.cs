using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Onnx.Ops;

namespace MixPrec.Compiler.Onnx;

/// <summary>Turns one node of the file into operations of the graph and returns its outputs (or its first ones, when no other is used).</summary>
internal delegate IReadOnlyList<Value> OperatorImport(OnnxNode node);

/// <summary>Every operator of the standard domain that can be imported; its file in <c>Onnx/Ops</c> has its name.</summary>
internal static class OperatorTable
{
    private static readonly Dictionary<string, OperatorImport> Operators = new()
    {
        ["Abs"] = Abs.Import,
        ["Acos"] = Acos.Import,
        ["Acosh"] = Acosh.Import,
        ["Add"] = Add.Import,
        ["Asin"] = Asin.Import,
        ["Asinh"] = Asinh.Import,
        ["Atan"] = Atan.Import,
        ["Atanh"] = Atanh.Import,
        ["AveragePool"] = AveragePool.Import,
        ["BatchNormalization"] = BatchNormalization.Import,
        ["Cast"] = Cast.Import,
        ["Ceil"] = Ceil.Import,
        ["Celu"] = Celu.Import,
        ["Clip"] = Clip.Import,
        ["Concat"] = Concat.Import,
        ["Constant"] = Constant.Import,
        ["ConstantOfShape"] = ConstantOfShape.Import,
        ["Conv"] = Conv.Import,
        ["Cos"] = Cos.Import,
        ["Cosh"] = Cosh.Import,
        ["Div"] = Div.Import,
        ["Dropout"] = Dropout.Import,
        ["Elu"] = Elu.Import,
        ["Erf"] = Erf.Import,
        ["Exp"] = Exp.Import,
        ["Flatten"] = Flatten.Import,
        ["Floor"] = Floor.Import,
        ["Gather"] = Gather.Import,
        ["Gelu"] = Gelu.Import,
        ["Gemm"] = Gemm.Import,
        ["GlobalAveragePool"] = GlobalAveragePool.Import,
        ["GlobalMaxPool"] = GlobalMaxPool.Import,
        ["HardSigmoid"] = HardSigmoid.Import,
        ["HardSwish"] = HardSwish.Import,
        ["Identity"] = Identity.Import,
        ["LeakyRelu"] = LeakyRelu.Import,
        ["Log"] = Log.Import,
        ["LogSoftmax"] = LogSoftmax.Import,
        ["MatMul"] = MatMul.Import,
        ["MaxPool"] = MaxPool.Import,
        ["Mish"] = Mish.Import,
        ["Mul"] = Mul.Import,
        ["Neg"] = Neg.Import,
        ["PRelu"] = PRelu.Import,
        ["Pad"] = Pad.Import,
        ["Pow"] = Pow.Import,
        ["Reciprocal"] = Reciprocal.Import,
        ["ReduceMax"] = ReduceMax.Import,
        ["ReduceMean"] = ReduceMean.Import,
        ["ReduceSum"] = ReduceSum.Import,
        ["Relu"] = Relu.Import,
        ["Reshape"] = Reshape.Import,
        ["Round"] = Round.Import,
        ["Selu"] = Selu.Import,
        ["Shape"] = Shape.Import,
        ["Shrink"] = Shrink.Import,
        ["Sigmoid"] = Sigmoid.Import,
        ["Sign"] = Sign.Import,
        ["Sin"] = Sin.Import,
        ["Sinh"] = Sinh.Import,
        ["Slice"] = Slice.Import,
        ["Softmax"] = Softmax.Import,
        ["Softplus"] = Softplus.Import,
        ["Softsign"] = Softsign.Import,
        ["Split"] = Split.Import,
        ["Sqrt"] = Sqrt.Import,
        ["Squeeze"] = Squeeze.Import,
        ["Sub"] = Sub.Import,
        ["Tan"] = Tan.Import,
        ["Tanh"] = Tanh.Import,
        ["ThresholdedRelu"] = ThresholdedRelu.Import,
        ["Transpose"] = Transpose.Import,
        ["Unsqueeze"] = Unsqueeze.Import,
    };

    /// <summary>Names of all operators, in ordinal order.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Operators.Keys.Order(StringComparer.Ordinal)];

    /// <summary>The importer of an operator, or null.</summary>
    public static OperatorImport? Find(string name) => Operators.GetValueOrDefault(name);
}
