using System.Diagnostics;
using System.Globalization;
using System.Runtime;
using System.Runtime.Loader;
using MixPrec.Benchmarks;
using MixPrec.Compiler.Execution;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Lowering;
using MixPrec.Compiler.Timing;

namespace MixPrec.Benchmarks.Networks;

/// <summary>
/// What the first answer takes: loading, and one run of a process that has run nothing. Each time is that of a process of its own, and
/// includes what the just-in-time compiler does. Inputs and models are read before.
/// </summary>
internal static class ColdTable
{
    private const int Processes = 7;

    /// <param name="models">As those of <see cref="PrecisionTable"/>.</param>
    public static ResultTable Measure(IEnumerable<string> models)
    {
        var table = new ResultTable("network", "ONNX Runtime ms", "fp32 class ms", "of it compiling ms", "methods", "ratio");
        string folder = Directory.CreateTempSubdirectory("mixprec-cold-").FullName;
        try
        {
            foreach (string model in models)
            {
                var network = MeasuredNetwork.Open(model, folder);
                string assembly = Path.Combine(folder, "Compiled.dll");
                using (var file = File.Create(assembly))
                using (var image = CompiledModel.Image(Lower(network)))
                {
                    image.CopyTo(file);
                }

                var peer = Enumerable.Range(0, Processes).Select(_ => Child(["cold-peer", network.Path, model])).ToArray();
                var ours = Enumerable.Range(0, Processes).Select(_ => Child(["cold-class", network.Path, model, assembly])).ToArray();
                double theirs = Median(peer, 0), first = Median(ours, 0);
                table.Add(network.Name, $"{theirs:F1}", $"{first:F1}", $"{Median(ours, 1):F1}", $"{Median(ours, 2):F0}",
                    $"{theirs / first:F2}");
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        return table;
    }

    /// <summary>A child: prints milliseconds, those of the compiler among them, and methods compiled.</summary>
    public static void Run(string path, string model, string? assembly)
    {
        var network = MeasuredNetwork.Open(model, path);
        Action first;
        if (assembly is null)
        {
            first = () => new OnnxRuntimeRun(network.Path, network.Inputs).Invoke();
        }
        else
        {
            var lowered = Lower(network);
            first = () => CompiledModel.Open(lowered, AssemblyLoadContext.Default.LoadFromAssemblyPath(assembly))
                .Prepare(network.Inputs).Invoke();
        }

        var (time, methods) = (JitInfo.GetCompilationTime(), JitInfo.GetCompiledMethodCount());
        long start = Stopwatch.GetTimestamp();
        first();
        var elapsed = Stopwatch.GetElapsedTime(start);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{elapsed.TotalMilliseconds} {(JitInfo.GetCompilationTime() - time).TotalMilliseconds} {JitInfo.GetCompiledMethodCount() - methods}"));
    }

    private static LoweredModel Lower(MeasuredNetwork network) => Lowerer.Lower(
        network.Graph, Candidates.AsFarAsOffered(network.Graph, PrecisionConfig.F32), RangeTable.Empty, new LoweringOptions("Network"));

    private static double[] Child(string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, [typeof(ColdTable).Assembly.Location, .. arguments])
        {
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? [.. output.Split(' ').Select(number => double.Parse(number, CultureInfo.InvariantCulture))]
            : throw new InvalidOperationException($"{string.Join(' ', arguments)} ended with {process.ExitCode}");
    }

    private static double Median(double[][] runs, int column) => runs.Select(run => run[column]).Order().ElementAt(runs.Length / 2);
}
