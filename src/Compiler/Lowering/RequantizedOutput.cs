using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Lowering.Storage;

namespace MixPrec.Compiler.Lowering;

/// <summary>
/// A product of bytes that is only ever read as bytes: its scales and biases are in units of the output's scale and hold its zero point, so
/// that a result is rounded and nothing is divided. The bounds of the activation become the range of the bytes.
/// </summary>
/// <param name="Parameters">Of the output.</param>
/// <param name="First">The least byte that is stored.</param>
/// <param name="Last">The largest one.</param>
internal sealed record RequantizedOutput(QuantizationParameters Parameters, int First, int Last)
{
    /// <summary>Null where floats are read also, or something comes between the product and its bytes.</summary>
    public static RequantizedOutput? Find(Node node, Layout layout, UnaryFunction? activation, LoweringContext context)
    {
        bool isJoined = JoinedOutput.Find(node.Output, context.Graph) is not null;
        return context.Precisions[node].QuantizesActivations && (isJoined || SummedOutput.Find(node.Output, context) is null)
            && QuantizedOutput.Find(node.Output, layout, context) is { } known && Range(activation, known) is var (first, last)
                ? new(known, first, last) : null;
    }

    /// <summary>A bias in units of the output's scale, with its zero point.</summary>
    public float Bias(float bias) =>
        (float)Math.Clamp(((double)bias / Parameters.Scale) + Parameters.ZeroPoint, -float.MaxValue, float.MaxValue);

    /// <summary>Null for functions that are no bounds.</summary>
    private static (int First, int Last)? Range(UnaryFunction? activation, QuantizationParameters known) => activation?.Kind switch
    {
        null => (known.Minimum, known.Maximum),
        UnaryKind.Relu => (known.Quantize(0), known.Maximum),

        // min(max(x, Alpha), Beta)
        UnaryKind.Clip => (known.Quantize(Math.Min(activation.Alpha, activation.Beta)), known.Quantize(activation.Beta)),
        _ => null,
    };
}
