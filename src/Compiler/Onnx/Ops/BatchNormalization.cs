using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>
/// y = (x − mean) / √(variance + epsilon) · scale + shift per channel, written x·factor + offset. Opset 7, 9, 14 (training_mode), 15 (types
/// of the statistics). Training is not supported.
/// </summary>
internal static class BatchNormalization
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        node.Attributes.Ignore("momentum");
        if (node.Attributes.Flag("training_mode") || node.Attributes.Int("spatial") is 0)
        {
            throw node.NotSupported("training_mode or per-activation statistics");
        }

        var x = node.Input(0, ElementType.F32);
        float epsilon = node.Attributes.Float("epsilon") ?? 1e-5f;
        if (x.Rank < 2)
        {
            throw node.Invalid($"{x.Type} has no channels");
        }

        Value[] parameters = [.. Enumerable.Range(1, 4).Select(i => node.Input(i, ElementType.F32))];
        // The channels of x may be open, so that only the parameters contradict each other.
        if (parameters.FirstOrDefault(p => p.Rank != 1 || SizeEquations.AreNeverEqual(p.Shape[0], x.Shape[1])) is { } wrong)
        {
            throw node.Invalid($"parameter {wrong.Type} does not fit {x.Type}");
        }

        if (parameters.FirstOrDefault(p => SizeEquations.AreNeverEqual(p.Shape[0], parameters[0].Shape[0])) is { } other)
        {
            throw node.Invalid($"parameter {other.Type} does not fit parameter {parameters[0].Type}");
        }

        var (factor, offset) = parameters.All(p => p.Constant is not null) ? Folded(node, parameters, epsilon)
            : Computed(node, parameters, epsilon);
        IntExpr[] perChannel = [parameters[0].Shape[0], .. Enumerable.Repeat(IntExpr.One, x.Rank - 2)];
        var scaled = node.AddPart("scaled", new Binary(BinaryKind.Mul), x,
            node.AddPart("factor", new Graphs.Ops.Reshape(perChannel), factor));
        return [node.Add(new Binary(BinaryKind.Add), scaled, node.AddPart("offset", new Graphs.Ops.Reshape(perChannel), offset))];
    }

    /// <summary>In double precision, rounded once.</summary>
    private static (Value Factor, Value Offset) Folded(OnnxNode node, Value[] parameters, float epsilon)
    {
        int channels = (int)parameters[0].Constant!.Length;
        float[] factor = new float[channels], offset = new float[channels];
        for (int c = 0; c < channels; c++)
        {
            double scale = At(0, c) / Math.Sqrt(At(3, c) + epsilon);
            factor[c] = (float)scale;
            offset[c] = (float)(At(1, c) - (At(2, c) * scale));
        }

        return (node.Constant("factor", Tensor.Create(factor, channels)), node.Constant("offset", Tensor.Create(offset, channels)));

        double At(int parameter, int channel) => parameters[parameter].Constant!.Span<float>()[channel];
    }

    private static (Value Factor, Value Offset) Computed(OnnxNode node, Value[] parameters, float epsilon)
    {
        var variance = node.AddPart("variance", new Binary(BinaryKind.Add), parameters[3],
            node.Constant("epsilon", Tensor.Create([epsilon])));
        var deviation = node.AddPart("deviation", new Unary(new UnaryFunction(UnaryKind.Sqrt)), variance);
        var factor = node.AddPart("scale", new Binary(BinaryKind.Div), parameters[0], deviation);
        var shift = node.AddPart("shift", new Binary(BinaryKind.Mul), parameters[2], factor);
        return (factor, node.AddPart("bias", new Binary(BinaryKind.Sub), parameters[1], shift));
    }
}
