using System.Numerics.Tensors;
using Xunit;

namespace MixPrec.Runtime.Tests.Sessions;

public sealed class DenseTensorTests
{
    private static readonly float[] Numbers = [1, 2, 3, 4, 5, 6];

    [Fact]
    public void Dense_tensors_become_spans_of_the_same_memory()
    {
        float[] memory = [.. Numbers];
        var input = DenseTensor.Flatten(new ReadOnlyTensorSpan<float>(memory, [2, 3]), [2, 3], "x");
        Assert.Equal(memory, input.ToArray());
        DenseTensor.Flatten(new TensorSpan<float>(memory, [2, 3]), [2, 3], "y")[5] = 9;
        Assert.Equal(9, memory[5]);
    }

    [Fact]
    public void Slices_are_refused_in_words()
    {
        var refusal = Assert.Throws<ArgumentException>(() =>
            DenseTensor.Flatten(new ReadOnlyTensorSpan<float>(Numbers, [2, 3]).Slice([0..2, 0..2]), [2, 2], "x"));
        Assert.Contains("dense", refusal.Message);
        Assert.Equal("x", refusal.ParamName);
    }

    [Fact]
    public void Other_shapes_are_refused_with_both()
    {
        var refusal = Assert.Throws<ArgumentException>(() =>
            DenseTensor.Flatten(new ReadOnlyTensorSpan<float>(Numbers, [2, 3]), [3, 2], "x"));
        Assert.Contains("[3, 2]", refusal.Message);
        Assert.Contains("[2, 3]", refusal.Message);
    }
}
