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
        ["Add"] = Add.Import,
        ["AveragePool"] = AveragePool.Import,
        ["BatchNormalization"] = BatchNormalization.Import,
        ["Cast"] = Cast.Import,
        ["Clip"] = Clip.Import,
        ["Concat"] = Concat.Import,
        ["Constant"] = Constant.Import,
        ["ConstantOfShape"] = ConstantOfShape.Import,
        ["Conv"] = Conv.Import,
        ["Div"] = Div.Import,
        ["Dropout"] = Dropout.Import,
        ["Elu"] = Elu.Import,
        ["Exp"] = Exp.Import,
        ["Flatten"] = Flatten.Import,
        ["Gather"] = Gather.Import,
        ["Gemm"] = Gemm.Import,
        ["GlobalAveragePool"] = GlobalAveragePool.Import,
        ["GlobalMaxPool"] = GlobalMaxPool.Import,
        ["HardSigmoid"] = HardSigmoid.Import,
        ["HardSwish"] = HardSwish.Import,
        ["Identity"] = Identity.Import,
        ["LeakyRelu"] = LeakyRelu.Import,
        ["LogSoftmax"] = LogSoftmax.Import,
        ["MatMul"] = MatMul.Import,
        ["MaxPool"] = MaxPool.Import,
        ["Mul"] = Mul.Import,
        ["Neg"] = Neg.Import,
        ["PRelu"] = PRelu.Import,
        ["Pad"] = Pad.Import,
        ["Pow"] = Pow.Import,
        ["ReduceMax"] = ReduceMax.Import,
        ["ReduceMean"] = ReduceMean.Import,
        ["ReduceSum"] = ReduceSum.Import,
        ["Relu"] = Relu.Import,
        ["Reshape"] = Reshape.Import,
        ["Shape"] = Shape.Import,
        ["Sigmoid"] = Sigmoid.Import,
        ["Slice"] = Slice.Import,
        ["Softmax"] = Softmax.Import,
        ["Split"] = Split.Import,
        ["Sqrt"] = Sqrt.Import,
        ["Squeeze"] = Squeeze.Import,
        ["Sub"] = Sub.Import,
        ["Tanh"] = Tanh.Import,
        ["Transpose"] = Transpose.Import,
        ["Unsqueeze"] = Unsqueeze.Import,
    };

    /// <summary>Names of all operators, in ordinal order.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Operators.Keys.Order(StringComparer.Ordinal)];

    /// <summary>The importer of an operator, or null.</summary>
    public static OperatorImport? Find(string name) => Operators.GetValueOrDefault(name);
}
