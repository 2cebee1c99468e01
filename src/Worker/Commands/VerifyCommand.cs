using System.CommandLine;
using System.Text.Json;
using MixPrec.Compiler;
using MixPrec.Diagnostics;
using MixPrec.Jobs;
using MixPrec.Worker.CommandLine;
using MixPrec.Worker.Verify;

namespace MixPrec.Worker.Commands;

/// <summary>Runs cases in the ONNX test layout and compares their outputs.</summary>
internal sealed class VerifyCommand : WorkerCommand
{
    private readonly Argument<string[]> folders = new("DIR")
    {
        Description = "folders of cases, or of folders of cases", Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<bool> json;

    public VerifyCommand()
        : base("verify", "run cases in the ONNX test layout (model.onnx, test_data_set_*/) and compare", "mixprec verify tests/cases")
    {
        Add(folders);
        json = AddFlag("--json", "one JSON object a case, then one with the totals");
    }

    public override int Run(ParseResult arguments, CommandOutput output, CancellationToken cancellation)
    {
        var cases = arguments.GetValue(folders)!.SelectMany(Cases).ToArray();
        if (cases.Length == 0)
        {
            throw new UsageException("no model.onnx lies in or below the given folders.");
        }

        var counts = new Dictionary<Verdict, int>();
        foreach (var result in cases.Select(found => found.Check(cancellation)))
        {
            counts[result.Verdict] = counts.GetValueOrDefault(result.Verdict) + 1;
            output.Write(arguments.GetValue(json), () => JsonOf(result) + "\n", () => LogText.Line(TextOf(result)) + "\n");
        }

        int passed = counts.GetValueOrDefault(Verdict.Passed), refused = counts.GetValueOrDefault(Verdict.Refused),
            wrong = counts.GetValueOrDefault(Verdict.Wrong);
        output.Out.WriteLine(arguments.GetValue(json)
            ? JsonSerializer.Serialize(new { total = cases.Length, passed, refused, wrong })
            : $"{Counted.Format(cases.Length, "case")}: {passed} passed, {refused} refused, {wrong} wrong");
        return passed == cases.Length ? WorkerExitCode.Done : WorkerExitCode.NotVerified;
    }

    private static IReadOnlyList<VerificationCase> Cases(string directory)
    {
        InputPath.RequireFolder("The folder", directory, null);
        return VerificationCase.FindAll(directory);
    }

    private static string TextOf(CaseResult result) => result.Verdict == Verdict.Passed
        ? $"passed   {result.Name}{(result.Detail.Length > 0 ? $" ({result.Detail})" : "")}"
        : $"{(result.Verdict == Verdict.Refused ? "refused" : "wrong  ")}  {result.Name}: "
            + string.Join(" ", new[] { result.Code, result.Detail }.Where(part => part.Length > 0));

    private static string JsonOf(CaseResult result) => JsonSerializer.Serialize(new
    {
        @case = result.Name,
        outcome = result.Verdict.ToString().ToLowerInvariant(),
        code = result.Code,
        detail = result.Detail,
    });
}
