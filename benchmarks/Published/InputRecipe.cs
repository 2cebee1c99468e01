using System.Globalization;
using Microsoft.ML.OnnxRuntime.Tensors;
using Tensor = MixPrec.Compiler.Graphs.Tensor;

namespace MixPrec.Benchmarks.Published;

/// <summary>How an input is filled: the same numbers every time.</summary>
/// <param name="Values"><c>normal</c> (mean 0, deviation 1), <c>unit</c> (0 to 1), <c>ones</c>, <c>belowN</c> (whole numbers from 0), or a
/// number.</param>
internal sealed record InputRecipe(string Name, long[] Shape, string Values)
{
    public static InputRecipe Parse(string text)
    {
        int equals = text.LastIndexOf('=');
        string[] parts = text[(equals + 1)..].Split(':');
        return new(text[..equals],
            [.. parts[0].Split('x', StringSplitOptions.RemoveEmptyEntries).Select(s => long.Parse(s, CultureInfo.InvariantCulture))],
            parts.Length > 1 ? parts[1] : "normal");
    }

    public Tensor Create(TensorElementType type)
    {
        var random = new Random(1);
        double[] values = [.. Enumerable.Range(0, checked((int)Tensor.Count(Shape))).Select(_ => Next(random))];
        return type switch
        {
            TensorElementType.Float => Tensor.Create((ReadOnlySpan<float>)[.. values.Select(v => (float)v)], Shape),
            TensorElementType.Int64 => Tensor.Create((ReadOnlySpan<long>)[.. values.Select(v => (long)v)], Shape),
            _ => throw new NotSupportedException($"{type} is no input of these networks"),
        };
    }

    private double Next(Random random) => Values switch
    {
        "normal" => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()),
        "unit" => random.NextDouble(),
        "ones" => 1,
        _ when Values.StartsWith("below", StringComparison.Ordinal) =>
            random.Next(int.Parse(Values.AsSpan(5), CultureInfo.InvariantCulture)),
        _ => double.Parse(Values, CultureInfo.InvariantCulture),
    };
}
