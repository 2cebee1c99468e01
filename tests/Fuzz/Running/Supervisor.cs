using System.Diagnostics;

namespace MixPrec.Fuzz.Running;

/// <summary>
/// Starts the process that executes, and starts it again behind an input that ended it (a stack overflow, a crash in native code, memory
/// used up).
/// </summary>
internal static class Supervisor
{
    /// <summary>Of the process that executes; what needs more is a finding, not a machine that swaps.</summary>
    private const string HeapLimit = "0x100000000";

    /// <returns>Exit code: 0 without findings, 1 with some.</returns>
    public static int Run(Options options)
    {
        Directory.CreateDirectory(options.Output);
        int code = 0;
        for (long from = options.From; from < options.To;)
        {
            int exit = RunChild(options, from);
            if (exit is 0 or 1)
            {
                return Math.Max(code, exit);
            }

            long at = BitConverter.ToInt64(File.ReadAllBytes(Worker.PositionFile(options)));
            if (exit != 2)
            {
                Report(options, at, exit);
            }

            (code, from) = (1, at + 1);
        }

        return code;
    }

    private static int RunChild(Options options, long from)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!);
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
        {
            start.ArgumentList.Add(typeof(Supervisor).Assembly.Location);
        }

        foreach (string argument in options.Arguments(from))
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["DOTNET_GCHeapHardLimit"] = HeapLimit;
        using var process = Process.Start(start)!;
        process.WaitForExit();
        return process.ExitCode;
    }

    private static void Report(Options options, long execution, int exit)
    {
        string folder = Directory.CreateTempSubdirectory("mixprec-fuzz-").FullName;
        var (target, input) = new Campaign(options.Seed, Campaign.Targets(folder, options.Corpus, options.Target)).Make(execution);
        Directory.Delete(folder, recursive: true);
        Worker.Write(options, new FuzzFinding(target, "process ended", $"exit code {exit}", execution, input), input);
    }
}
