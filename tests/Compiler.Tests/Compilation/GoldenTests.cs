using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using MixPrec.Compiler.Execution;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Locking;
using MixPrec.Compiler.Lowering;
using MixPrec.Compiler.Rewrites;
using MixPrec.Compiler.Tests.Locking;
using MixPrec.Compiler.Tests.Onnx;
using MixPrec.Emit;
using MixPrec.Plan;
using MixPrec.Tests;
using Xunit;

namespace MixPrec.Compiler.Tests.Compilation;

/// <summary>
/// Plan, weights, class, lock file and outputs of small networks, as hashes that are committed: the same on every machine, with every
/// instruction set and any number of threads, in every culture. test.sh runs this class once for each instruction set.
/// </summary>
public sealed class GoldenTests
{
    private const string Committed = "tests/Compiler.Tests/Compilation/golden.sha256";

    private static readonly string[] Networks = ["families-f32", "families-i8", "open-f32", "open-i8"];

    [Fact]
    public void WhatABuildWritesIsWhatItWas()
    {
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        culture.NumberFormat.NegativeSign = "\u2212";
        culture.NumberFormat.NumberDecimalSeparator = ",";
        string written = Texts(), before = Hashes("written");
        var current = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = culture;
        try
        {
            Assert.Equal(written, Texts());
        }
        finally
        {
            CultureInfo.CurrentCulture = current;
        }

        Check("written", before, written);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(8)]
    public void OutputsAreWhatTheyWere(int threads) => Check("outputs", Hashes("outputs"), string.Concat(Networks.Select(name =>
    {
        using var network = Network(name);
        var (graph, assignment, ranges) = Decided(network, name);
        using var model = CompiledModel.Compile(Lowerer.Lower(graph, assignment, ranges, new LoweringOptions("Net") { Threads = threads }));
        float[] x = [.. Enumerable.Range(0, 3 * 4 * 8 * 8).Select(i => (float)(((i * 37) % 101) - 50) / 64)];
        var input = graph.Symbols.Count > 0 ? Tensor.Create(x, 3, 4, 8, 8) : Tensor.Create(x[..(4 * 8 * 8)], 1, 4, 8, 8);
        return $"{name} {Hash([.. model.Run([input]).SelectMany(o => o.Bytes.ToArray())])}\n";
    })));

    private static string Texts() => string.Concat(Networks.Select(name =>
    {
        using var network = Network(name);
        var (graph, assignment, ranges) = Decided(network, name);
        var weights = new MemoryStream();
        var plan = Lowerer.Lower(graph, assignment, ranges, new LoweringOptions("Net"), weights);
        var subject = new LockSubject(new string('0', 64), null, null, []) { ModelName = "net.onnx" };
        string locked = LockFileWriter.Format(new LockFile([new LockedPlan(subject, "Output", "Projected",
            [.. graph.QuantizableNodes.Select(n => new LockedLayer(n.Name, n.Op.Kind, assignment[n], new(-1.5f, 2.25f), 1e-3, -0.5))],
            new LockedNumbers(0.001, 0.002, 0.003, 64, 3.5, 2.25, 1.125, "CPU"))]));
        return $"{name} plan {Hash(PlanWriter.Write(plan))}\n{name} weights {Hash(weights.ToArray())}\n"
            + $"{name} class {Hash(ModelEmitter.Emit(plan))}\n{name} lock {Hash(locked)}\n";
    }));

    private static (Graph Graph, PrecisionAssignment Assignment, RangeTable Ranges) Decided(TinyModel network, string name)
    {
        var graph = GraphRewrites.Apply(network.Graph());
        var bytes = name.EndsWith("-i8", StringComparison.Ordinal)
            ? graph.QuantizableNodes.Where(n => Candidates.ForNode(n).Contains(PrecisionConfig.I8)).Select(n => n.Name).ToArray() : [];
        var ranges = bytes.ToDictionary(n => n, _ => new ActivationRange(-4, 4));
        return (graph, new PrecisionAssignment(bytes.ToDictionary(n => n, _ => PrecisionConfig.I8)), new RangeTable(ranges, ranges));
    }

    private static TinyModel Network(string name) => name.StartsWith("families", StringComparison.Ordinal) ? ForeignPrecisionTests.Model()
        : new TinyModel().Input("x", "batch", 4, 8, 8).Initializer("w1", Weights(8, 4, 3, 3)).Initializer("w2", Weights(8, 10))
            .Node("a = Conv x w1").Node("b = Relu a").Node("c = MaxPool b", TinyModel.Attribute("kernel_shape", 2, 2))
            .Node("d = GlobalAveragePool c").Node("e = Flatten d").Node("f = MatMul e w2").Node("g = Tanh f").Node("y = Softmax g")
            .Output("y").Output("f");

    private static Tensor Weights(params long[] shape) => Tensor.Create(
        [.. Enumerable.Range(0, (int)shape.Aggregate((a, b) => a * b)).Select(i => (float)(((i * 29) % 83) - 41) / 128)], shape);

    private static string Hash(string text) => Hash(Encoding.UTF8.GetBytes(text));

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static string File(string part) => Path.Combine(RepositoryFolder.Root, Path.ChangeExtension(Committed, part + ".sha256"));

    private static string Hashes(string part) => System.IO.File.Exists(File(part)) ? System.IO.File.ReadAllText(File(part)) : "";

    /// <summary>What is new is printed, and written where a person may take it from.</summary>
    private static void Check(string part, string committed, string now)
    {
        if (committed != now)
        {
            string folder = Directory.CreateDirectory(Path.Combine(RepositoryFolder.Root, "artifacts", "golden")).FullName;
            System.IO.File.WriteAllText(Path.Combine(folder, Path.GetFileName(File(part))), now);
        }

        Assert.Equal(committed, now);
    }
}
