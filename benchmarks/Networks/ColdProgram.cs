using System.Text;
using MixPrec.Compiler.Execution;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Lowering;
using MixPrec.Plan;
using MixPrec.Runtime;

namespace MixPrec.Benchmarks.Networks;

/// <summary>
/// The least application of a network, in a folder of its own: it reads weights and inputs, loads the class and runs it once. It prints
/// milliseconds, those of the just-in-time compiler among them, and how many methods that compiled.
/// </summary>
internal static class ColdProgram
{
    private const string Namespace = "Cold", ClassName = "Network", Weights = "network.weights";

    /// <summary>The file that <c>dotnet</c> runs.</summary>
    /// <param name="folder">Empty.</param>
    /// <param name="isPortable">With the library that has to be compiled, not with the one that ships for this system.</param>
    public static string Write(MeasuredNetwork network, string folder, bool isPortable)
    {
        var lowered = Lowerer.Lower(network.Graph, Candidates.AsFarAsOffered(network.Graph, PrecisionConfig.F32), RangeTable.Empty,
            new LoweringOptions(ClassName) { Namespace = Namespace });
        using var weights = lowered.Weights;
        File.WriteAllBytes(Path.Combine(folder, Weights), weights.ToArray());
        for (int i = 0; i < network.Inputs.Length; i++)
        {
            File.WriteAllBytes(Path.Combine(folder, Input(i)), network.Inputs[i].Bytes.ToArray());
        }

        string program = Path.Combine(folder, "Program.dll");
        using (var file = File.Create(program))
        using (var image = CompiledModel.Program(lowered, Source(lowered.Plan, network.Inputs)))
        {
            image.CopyTo(file);
        }

        string ahead = Path.Combine(AppContext.BaseDirectory, "ahead", "MixPrec.Runtime.dll");
        string runtime = isPortable || !File.Exists(ahead) ? typeof(ModelSession).Assembly.Location : ahead;
        foreach (string library in new[] { runtime, typeof(System.Numerics.Tensors.TensorPrimitives).Assembly.Location })
        {
            File.Copy(library, Path.Combine(folder, Path.GetFileName(library)));
        }

        File.Copy(Path.ChangeExtension(typeof(ColdProgram).Assembly.Location, ".runtimeconfig.json"),
            Path.ChangeExtension(program, ".runtimeconfig.json"));
        return program;
    }

    private static string Input(int number) => $"input{number}";

    private static string Source(ModelPlan plan, IReadOnlyList<Tensor> inputs)
    {
        var sizes = SymbolResolver.Resolve(plan, inputs, null);
        var arguments = plan.Dimensions.Select(d => $"{sizes[d.Identifier]}").Concat(plan.Ports.Index().Select(port => $"port{port.Index}"));
        var text = new StringBuilder();
        foreach (var (i, port) in plan.Ports.Index())
        {
            string type = port.Type.CSharpName();
            text.AppendLine(port.IsOutput
                ? $"        var port{i} = new {type}[{IntExpr.Product(port.Shape).Evaluate(sizes)}];"
                : $"        var port{i} = MemoryMarshal.Cast<byte, {type}>(File.ReadAllBytes(folder + \"{Input(i)}\")).ToArray();");
        }

        return $$"""
            using System;
            using System.Diagnostics;
            using System.Globalization;
            using System.IO;
            using System.Runtime;
            using System.Runtime.InteropServices;

            namespace {{Namespace}};

            internal static class Program
            {
                private static void Main()
                {
                    string folder = AppContext.BaseDirectory;
            {{text}}
                    TimeSpan compiling = JitInfo.GetCompilationTime();
                    long methods = JitInfo.GetCompiledMethodCount();
                    long start = Stopwatch.GetTimestamp();
                    var network = {{ClassName}}.Load(folder + "{{Weights}}");
                    network.Run({{string.Join(", ", arguments)}});
                    TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
                    compiling = JitInfo.GetCompilationTime() - compiling;
                    methods = JitInfo.GetCompiledMethodCount() - methods;
                    Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                        $"{elapsed.TotalMilliseconds} {compiling.TotalMilliseconds} {methods}"));
                }
            }
            """;
    }
}
