using MixPrec.Compiler.Options;
using MixPrec.Compiler.Tests.Onnx;
using Xunit;

namespace MixPrec.Compiler.Tests.Options;

public sealed class OptionBindingTests
{
    private static readonly CompilerOptions s_defaults = new() { Model = "net.onnx", ClassName = "Net", LockFile = "net.lock.json" };

    /// <summary>The runtime shares no sources with the build: what both say of threads is written in each.</summary>
    [Fact]
    public void AnItemMayAskForAsManyThreadsAsASessionTakes() =>
        Assert.Equal(Runtime.ModelSession.MostThreads, Metadata.ModelMetadata.MostThreads);

    /// <summary>No candidate at all would be fp32 without a word.</summary>
    [Theory]
    [InlineData("Precisions", ";", "i8a7+bf16@16")]
    [InlineData("Precisions", " , ;", "bf16")]
    [InlineData("KeepFloat", ";", "/conv1/*")]
    [InlineData("Pin", ";;", "/conv1/*=i8")]
    public void AListOfSeparatorsIsNoList(string name, string value, string expected)
    {
        var error = Assert.Throws<MixPrecException>(() => OptionBinding.ReadAll(s_defaults, asked => asked == name ? value : null));
        Assert.Equal("MXP1002", error.Description.Id);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a=b", "for 'a' one of the model's inputs: x")]
    [InlineData("x=b", "for 'b' one of the model's outputs: y")]
    [InlineData("x=y", "fewer pairs")]
    public void AStateNamesWhatIsWrongOfIt(string text, string expected)
    {
        using var model = new TinyModel();
        model.Input("x", 1, 4).Node("y = Relu x").Output("y");
        var error = Assert.Throws<MixPrecException>(() => StateBindings.Parse(text).PortsOf(model.Graph(), "net.onnx"));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }
}
