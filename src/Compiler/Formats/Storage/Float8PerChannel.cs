using System.Numerics.Tensors;
using MixPrec.Compiler.Formats.Packing;

namespace MixPrec.Compiler.Formats.Storage;

/// <summary>
/// OCP floats of eight bits, E4M3 or E5M2, with a scale for each output channel that makes its largest weight the largest value: every
/// weight keeps three or two bits behind its leading one.
/// </summary>
internal sealed class Float8PerChannel : GroupFormat
{
    private readonly FloatCode _code;

    private Float8PerChannel(string id, string method, FloatCode code) => (Id, Method, _code) = (id, method, code);

    public static IReadOnlyList<Float8PerChannel> Formats { get; } =
        [new("e4m3", "E4M3", FloatCode.E4M3), new("e5m2", "E5M2", FloatCode.E5M2)];

    public override string Id { get; }

    public override string Words => $"{Method} per-channel weights";

    public override string ShortWords => "fp8";

    public override int? Rows => null;

    public override string Method { get; }

    public override WeightCode Code => _code;

    public override float[] Scales(WeightMatrix weights) => GroupScales.Of(weights, RowsOf(weights.Rows), Scale);

    /// <summary>1 where bf16 has no normal number for the scale, as for a channel of zeros.</summary>
    private float Scale(ReadOnlySpan<float> channel) =>
        BF16Of(Math.Abs(TensorPrimitives.MaxMagnitude(channel)) / _code.Form.Largest) is var scale && float.IsNormal(scale) ? scale : 1;
}
