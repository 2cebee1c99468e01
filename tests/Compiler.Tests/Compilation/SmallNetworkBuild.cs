using MixPrec.Compiler.Lowering;
using MixPrec.Compiler.Options;
using MixPrec.Compiler.Report;
using Xunit;

namespace MixPrec.Compiler.Tests.Compilation;

/// <summary>Builds of one small network, each test with a network of its own.</summary>
public abstract class SmallNetworkBuild : IDisposable
{
    private protected SmallNetwork Net { get; } = new();

    /// <summary>What the last build wrote.</summary>
    private protected MemoryStream Weights { get; private set; } = new();

    public void Dispose() => Net.Dispose();

    private protected static bool IsCalibration(string stage) => stage.StartsWith("calibrating activations", StringComparison.Ordinal);

    private protected static IEnumerable<string> Precisions(CompilationResult result) => result.Plan!.Info.Layers.Select(l => l.Precision);

    private protected CompilationResult Build(CompilerOptions options, List<string>? stages = null) =>
        ModelCompiler.Build(options, () => Weights = new MemoryStream(), new Stages(s => stages?.Add(s)),
            TestContext.Current.CancellationToken);
}
