using MixPrec.Compiler.Onnx.Proto;
using MixPrec.Compiler.Tests.Operators;
using MixPrec.Plan;

namespace MixPrec.Fuzz.Targets;

/// <summary>
/// The models that mutation starts from: the typical node of every operator in several element types, with all sizes known and with all
/// left open.
/// </summary>
internal static class SeedModels
{
    private const long LargestFile = 1 << 18;

    private static readonly ElementType[] Types = [ElementType.F32, ElementType.F16, ElementType.I64, ElementType.U8, ElementType.Bool];

    /// <param name="corpus">A folder whose small <c>.onnx</c> files are seeds too; null for none.</param>
    public static IReadOnlyList<ModelProto> Load(string? corpus)
    {
        IEnumerable<OperatorSample> samples =
        [
            .. OperatorSamples.Typical.Values, .. OperatorSamples.Refused.SelectMany(s => s), .. TabularSamples.Typical.Values,
                .. TabularSamples.Refused.SelectMany(s => s),
        ];
        var own = from sample in samples
                  from type in Types
                  from open in new char[][] { [], [.. sample.Letters] }
                  select Of(sample, type, open);
        var given = corpus is null ? [] : Directory.EnumerateFiles(corpus, "*.onnx", SearchOption.AllDirectories)
            .Where(f => new FileInfo(f).Length <= LargestFile).Order(StringComparer.Ordinal)
                .Select(f => ModelProto.Parser.ParseFrom(File.ReadAllBytes(f)));
        return [.. own.Concat(given).Where(m => m.Graph is not null)];
    }

    /// <summary>The typical node of every operator, in fp32 where it is free, with all sizes left open.</summary>
    public static IReadOnlyList<ModelProto> Typical() =>
        [.. OperatorSamples.Typical.Values.Concat(TabularSamples.Typical.Values).Select(s => Of(s, ElementType.F32, [.. s.Letters]))];

    private static ModelProto Of(OperatorSample sample, ElementType type, char[] open)
    {
        using var model = sample.Model(type, open);
        return model.Proto;
    }
}
