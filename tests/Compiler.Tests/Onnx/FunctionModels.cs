using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Onnx.Proto;
using MixPrec.Plan;
using Xunit;

namespace MixPrec.Compiler.Tests.Onnx;

/// <summary>What tests of local functions share: a function, its operands, and what becomes of a model that calls it.</summary>
internal static class FunctionModels
{
    public const int Float = 1;

    public static readonly Tensor X = Tensor.Create([-2, 4f], 2), W = Tensor.Create([1, 1f], 2);

    public static AttributeProto Body(string name, Func<TinyModel, TinyModel> content)
    {
        using var model = new TinyModel();
        return new AttributeProto { Name = name, Type = 5, G = content(model).Proto.Graph };
    }

    /// <summary>y = LeakyRelu(x + w), whose alpha is ½ where the call gives none.</summary>
    public static TinyModel WithBlock(TinyModel model) => model.Function("y = custom:Block x w",
        f => f.Node("sum = Add x w").Node("y = LeakyRelu sum", TinyModel.Reference("alpha", "slope", Float)),
            defaults: [TinyModel.Attribute("slope", 0.5f)]);

    public static float[] Run(TinyModel model, params Tensor[] inputs) => EmittedModel.Run(model, inputs)[0].Span<float>().ToArray();

    public static MixPrecException Refusal(TinyModel model) => Assert.ThrowsAny<MixPrecException>(() => model.Graph());

    public static readonly AttributeProto Increments = Body("body", b =>
        b.Input("i", ElementType.I64).Input("goes", ElementType.Bool).Input("v", 2).Node("u = custom:Block v w").Output("goes")
        .Output("u"));
}
