using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Locking;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Options;
using MixPrec.Compiler.Tests.Options;
using MixPrec.Compiler.Tests.Partition;
using Xunit;

namespace MixPrec.Compiler.Tests.Locking;

/// <summary>A folder with a model, its data, and a plan for them.</summary>
public abstract class LockFileFolder : IDisposable
{
    private protected string Folder { get; } = Directory.CreateTempSubdirectory("mixprec").FullName;

    private protected Graph Graph { get; }

    private protected CompilerOptions Options { get; }

    private protected LayerRules Rules => LayerRules.Create(Options, Graph, _ => null);

    protected LockFileFolder()
    {
        var net = new Networks();
        Graph = net.Build(net.Linear("b \"quoted\"\n", net.Linear("a", net.Input("x", 1, 4), 4), 4));
        File.WriteAllBytes(At("net.onnx"), [1, 2, 3]);
        File.WriteAllBytes(At("net.data"), [4]);
        File.WriteAllBytes(At("data.npz"), [5]);
        Options = LayerRulesTests.Options() with { CalibrationData = At("data.npz"),
            Dimensions = DimensionBindings.Parse("sequence=4; batch=1") };
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private protected LockedPlan With(params (string Name, string Value)[] options)
    {
        var plan = Example();
        var set = plan.Subject.Options.Where(o => options.All(n => n.Name != o.Key))
            .Concat(options.Select(o => KeyValuePair.Create(o.Name, o.Value)));
        return plan with { Subject = plan.Subject with { Options = [.. set] } };
    }

    private protected void Refused(string text, string reason)
    {
        File.WriteAllText(At("lock.json"), text);
        var error = Assert.Throws<MixPrecException>(() => LockFile.Read(At("lock.json")));
        Assert.Equal("MXP1103", error.Description.Id);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    private protected LockedPlan Example() => new(
        Subject(), "CrossEntropy", "Projected",
        [
            new LockedLayer("a", "MatMul", PrecisionConfig.I8, new ActivationRange(0, 0.1f), 1.5e-5, 2.25),
            new LockedLayer("b \"quoted\"\n", "MatMul", PrecisionConfig.F32, null, 0),
        ],
        new LockedNumbers(0.005, 0.0061, 0.0072, 512, 12.5, 7.25, double.NaN, "A CPU <with> \"quotes\""));

    private protected LockSubject Subject() => LockSubject.FromOptions(Options, new ImportedModel(Graph, [At("net.onnx"), At("net.data")], 17));

    private protected static string Format(params LockedPlan[] plans) => LockFileWriter.Format(new LockFile(plans));

    private protected string At(string name) => Path.Combine(Folder, name);
}
