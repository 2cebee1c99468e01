using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Options;

namespace MixPrec.Compiler.Report;

/// <summary>Which option keeps a layer in fp32, in words.</summary>
internal static class KeptInFloat
{
    /// <summary>Empty where none does.</summary>
    public static string Reason(CompilerOptions options, string layer) =>
        options.KeepFloat.FirstOrDefault(p => LayerPattern.Matches(p, layer)) is { } pattern
            ? $"kept by KeepFloat=\"{PrintableName.Format(pattern)}\""
        : options.Pin.FirstOrDefault(p => LayerPattern.Matches(p.Key, layer)) is { Key: not null } pin && pin.Value == PrecisionConfig.F32
            ? $"pinned by Pin=\"{PrintableName.Format(pin.Key)}={pin.Value}\"" : "";
}
