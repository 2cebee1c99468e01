using System.CommandLine;
using MixPrec.Compiler;
using MixPrec.Compiler.Locking;
using MixPrec.Jobs;
using MixPrec.Worker.CommandLine;
using MixPrec.Worker.Display;

namespace MixPrec.Worker.Commands;

/// <summary>Says in words what changed from one lock file to another, for whoever reviews it.</summary>
internal sealed class DiffCommand : WorkerCommand
{
    private readonly Argument<string> older;
    private readonly Argument<string> newer;
    private readonly Option<string> plan;
    private readonly Option<bool> json;

    public DiffCommand() : base("diff",
        "say what changed from one lock file to another, and why; exit code 1 where layers differ in precision or range",
        "mixprec diff old.mixprec.lock.json digits.mixprec.lock.json")
    {
        older = AddArgument("OLD", "a lock file");
        newer = AddArgument("NEW", "a lock file");
        plan = AddOption<string>("--plan-key", "KEY", "only this plan");
        json = AddFlag("--json", "one JSON object");
    }

    public override int Run(ParseResult arguments, CommandOutput output, CancellationToken cancellation)
    {
        var differences = PlanDifference.Between(Read(arguments.GetValue(older)!), Read(arguments.GetValue(newer)!));
        if (arguments.GetValue(plan) is { } key)
        {
            var known = differences;
            differences = [.. known.Where(d => d.Key == key || d.Was?.Subject.Key == key)];
            if (differences.Count == 0)
            {
                throw new UsageException($"neither file has a plan {key}; they have {string.Join(", ", known.Select(d => d.Key))}.");
            }
        }

        output.Write(arguments.GetValue(json), () => DifferenceText.Json(differences),
            () => string.Join("\n", differences.Select(d => DifferenceText.Text(d, output))));
        return differences.All(d => d.DecidesTheSame) ? WorkerExitCode.Done : WorkerExitCode.NotVerified;
    }

    private static LockFile Read(string file)
    {
        string path = Path.GetFullPath(file);
        InputPath.RequireFile("The lock file", path, null);
        return LockFile.Read(path);
    }
}
