using MixPrec.Compiler.Graphs;
using MixPrec.Plan;
using Xunit;

namespace MixPrec.Compiler.Tests.Onnx;

/// <summary>A small model to damage, and what is said of it then.</summary>
internal static class RefusedModel
{
    public static TinyModel Small() => new TinyModel().Input("x", 2, 3).Initializer("w", Tensor.Create([1, 2, 3, 4, 5, 6f], 3, 2))
        .Node("y = MatMul x w").Output("y");

    public static MixPrecException Refused(TinyModel model, string id, string dimensions = "")
    {
        var exception = Assert.Throws<MixPrecException>(() => model.Read(dimensions));
        Assert.Equal(id, exception.Description.Id);
        Assert.DoesNotContain('\n', exception.Message);
        Assert.True(exception.Message.Length < 600, exception.Message);
        return exception;
    }
}
