using System.Diagnostics;
using System.Globalization;

namespace MixPrec.Fuzz.Running;

/// <summary>The process that executes: prints what it does, writes what it finds.</summary>
internal static class Worker
{
    private const int ReportEvery = 20_000, ReportNetworksEvery = 200;

    /// <summary>Beside the inputs: the number of the execution that runs, for whoever finds the process ended.</summary>
    public static string PositionFile(Options options) => Path.Combine(options.Output, "position");

    /// <returns>Exit code: 0 without findings, 1 with some, 2 after an execution without an end.</returns>
    public static int Run(Options options)
    {
        string folder = Directory.CreateTempSubdirectory("mixprec-fuzz-").FullName;
        try
        {
            var campaign = new Campaign(options.Seed, Campaign.Targets(folder, options.Corpus, options.Target));
            Watch.Start(campaign, finding =>
            {
                Write(options, finding, finding.Input);
                Environment.Exit(2);
            });
            using var position = new FileStream(PositionFile(options), FileMode.Create, FileAccess.Write, FileShare.ReadWrite,
                bufferSize: 0);
            int every = options.Target == Networks.NetworkTarget.TargetName ? ReportNetworksEvery : ReportEvery;
            var clock = Stopwatch.StartNew();
            for (long i = options.From; i < options.To; i++)
            {
                position.Position = 0;
                position.Write(BitConverter.GetBytes(i));
                if (campaign.Execute(i) is { } finding)
                {
                    Write(options, finding, campaign.Minimise(finding));
                }

                if (campaign.Executions % every == 0 || i + 1 == options.To)
                {
                    Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                        $"{i + 1:N0} executions, {campaign.Executions / clock.Elapsed.TotalSeconds:F0} a second, {campaign.Findings.Count} kinds of findings, peak memory {Process.GetCurrentProcess().PeakWorkingSet64 >> 20} MiB"));
                }
            }

            Console.WriteLine(campaign.Statistics());
            foreach (var finding in campaign.Findings)
            {
                Console.WriteLine($"{finding.Signature}: {finding.Count} times");
            }

            return campaign.Findings.Count == 0 ? 0 : 1;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Writes the input, and beside it what it caused.</summary>
    public static void Write(Options options, FuzzFinding finding, byte[] input)
    {
        string file = Path.Combine(options.Output,
            string.Create(CultureInfo.InvariantCulture, $"{finding.Target.Name}-{options.Seed}-{finding.Execution}"));
        File.WriteAllBytes(file + finding.Target.Extension, input);
        File.WriteAllText(file + ".txt", $"{finding.Signature}{Environment.NewLine}{finding.Text}{Environment.NewLine}{finding.Target.Describe(input)}{Environment.NewLine}");
        Console.WriteLine($"FOUND {finding.Signature}: {file}{finding.Target.Extension}");
    }
}
