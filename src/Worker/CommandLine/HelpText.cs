using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using MixPrec.Jobs;

namespace MixPrec.Worker.CommandLine;

/// <summary>
/// The help of the program and of each command: an example, what the parser knows of the command, and the exit codes where the program
/// itself is asked.
/// </summary>
internal sealed class HelpText(CommandOutput output) : SynchronousCommandLineAction
{
    public const string Version = "--version";

    private readonly HelpAction known = new() { MaxWidth = output.Width ?? int.MaxValue };

    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        var asked = parseResult.CommandResult.Command as WorkerCommand;
        var text = parseResult.InvocationConfiguration.Output;
        text.WriteLine($"Example:\n  {asked?.Example ?? "mixprec plan digits.onnx --calibration-data train.npz"}\n");
        int code = known.Invoke(parseResult);
        if (asked is null)
        {
            text.WriteLine(
                $"Exit codes:\n  {WorkerExitCode.Done} done, {WorkerExitCode.NotVerified} not verified or different, "
                + $"{WorkerExitCode.Error} error, "
                + $"{WorkerExitCode.Cancelled} cancelled, {WorkerExitCode.Usage} command line not understood");
        }

        return code;
    }
}
