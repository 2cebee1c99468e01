using System.Text;
using MixPrec.Jobs;

namespace MixPrec.Worker.CommandLine;

/// <summary>The help of the program and of one command, from their own descriptions.</summary>
internal static class HelpText
{
    public static string OfProgram(IReadOnlyList<Command> commands)
    {
        var text = new StringBuilder("mixprec: mixed-precision inference from ONNX models\n\nUsage: mixprec COMMAND …\n       mixprec COMMAND --help\n       mixprec --version\n\n");
        AppendTable(text, [.. commands.Select(command => (command.Name, command.Summary))]);
        return text.Append(
            $"\nExit codes: {WorkerExitCode.Done} done, {WorkerExitCode.NotVerified} not verified, {WorkerExitCode.Error} error, {WorkerExitCode.Cancelled} cancelled, {WorkerExitCode.Usage} command line not understood.\n").ToString();
    }

    public static string Of(Command command)
    {
        var text = new StringBuilder($"mixprec {command.Name}: {command.Summary}\n\nUsage: mixprec {command.Name} {command.Positional} [options]\n\n");
        AppendTable(text, [.. command.Options.Append(CommandOption.Help).Select(option => (option.Usage, option.Description))]);
        return text.ToString();
    }

    private static void AppendTable(StringBuilder text, IReadOnlyList<(string Left, string Right)> rows)
    {
        int width = rows.Max(row => row.Left.Length);
        foreach (var (left, right) in rows)
        {
            text.Append("  ").Append(left.PadRight(width)).Append("  ").Append(right).Append('\n');
        }
    }
}
