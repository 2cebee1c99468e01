using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Formats.Packing;
using MixPrec.Compiler.Formats.Storage;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Plan;

namespace MixPrec.Compiler.Export;

/// <summary>The weights of a layer in the very bytes that a build multiplies, in the order of the model.</summary>
/// <param name="Axis">Of the output channels.</param>
/// <param name="Scales">One for each output channel.</param>
internal sealed record ExportedWeights(Tensor Values, int Axis, IReadOnlyList<float> Scales)
{
    /// <param name="rounding">Null for to the nearest values.</param>
    /// <returns>Null where sums of such products might leave 32 bits.</returns>
    public static ExportedWeights? FromNode(Node node, WeightRounding? rounding)
    {
        var model = node.Input(1).Constant!;
        Int8Weights[] groups = [.. WeightMatrix.FromNode(node).Select(m => new Int8Weights(m.WithRounding(rounding)))];
        if (!groups.All(g => g.Permits(ActivationFormat.U8, ElementType.I32)))
        {
            return null;
        }

        var rounded = new float[model.Length];
        foreach (var group in groups)
        {
            group.Decode(rounded);
        }

        float[] scales = [.. groups.SelectMany(g => g.Scales.Take(g.Matrix.Columns))];
        var values = Tensor.Zeros(ElementType.I8, model.Shape);
        var bytes = values.Writable<sbyte>();
        int run = node.Op is Conv ? rounded.Length / scales.Length : 1;
        for (int i = 0; i < rounded.Length; i++)
        {
            bytes[i] = (sbyte)MathF.Round(rounded[i] / scales[i / run % scales.Length]);
        }

        return new(values, node.Op is Conv ? 0 : 1, scales);
    }

    /// <summary>The bias in units of the sums, and those units; null where a channel does not fit into 32 bits.</summary>
    public (Tensor Values, Tensor Scales)? Bias(Tensor bias, float activationScale)
    {
        float[] units = [.. Scales.Select(s => s * activationScale)];
        double[] quotients = [.. bias.Span<float>().ToArray().Zip(units, (b, unit) => Math.Round((double)b / unit))];
        return quotients.All(q => Math.Abs(q) <= int.MaxValue)
            ? (Tensor.Create<int>(ElementType.I32, [.. quotients.Select(q => (int)q)], [units.Length]),
                Tensor.Create(units, units.Length)) : null;
    }
}
