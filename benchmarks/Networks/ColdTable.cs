using System.Diagnostics;
using System.Globalization;
using MixPrec.Benchmarks;

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
        var table = new ResultTable("network", "ONNX Runtime ms", "portable library ms", "fp32 class ms", "of it compiling ms", "methods",
            "ratio");
        string folder = Directory.CreateTempSubdirectory("mixprec-cold-").FullName;
        try
        {
            foreach (string model in models)
            {
                var network = MeasuredNetwork.Open(model, folder);
                string[] folders = [Path.Combine(folder, "portable"), Path.Combine(folder, "shipped")];
                string[] programs = [.. folders.Select((f, i) =>
                    ColdProgram.Write(network, Directory.CreateDirectory(f).FullName, isPortable: i == 0))];
                double[][] peer = new double[Processes][], portable = new double[Processes][], ours = new double[Processes][];
                for (int i = 0; i < Processes; i++)
                {
                    peer[i] = Child(typeof(ColdTable).Assembly.Location, "cold-peer", network.Path, model);
                    portable[i] = Child(programs[0]);
                    ours[i] = Child(programs[1]);
                }

                Array.ForEach(folders, f => Directory.Delete(f, recursive: true));
                double theirs = Median(peer, 0), first = Median(ours, 0);
                table.Add(network.Name, $"{theirs:F1}", $"{Median(portable, 0):F1}", $"{first:F1}", $"{Median(ours, 1):F1}",
                    $"{Median(ours, 2):F0}", $"{theirs / first:F2}");
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        return table;
    }

    /// <summary>A child: prints the milliseconds of ONNX Runtime.</summary>
    public static void RunPeer(string path, string model)
    {
        var network = MeasuredNetwork.Open(model, path);
        long start = Stopwatch.GetTimestamp();
        new OnnxRuntimeRun(network.Path, network.Inputs).Invoke();
        Console.WriteLine(Stopwatch.GetElapsedTime(start).TotalMilliseconds.ToString(CultureInfo.InvariantCulture));
    }

    private static double[] Child(params string[] arguments)
    {
        // Not this process's own program, which under `dotnet run` is no host of others.
        var start = new ProcessStartInfo("dotnet", arguments)
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
