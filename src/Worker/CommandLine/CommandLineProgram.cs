using MixPrec.Jobs;
using MixPrec.Metadata;
using MixPrec.Worker.Commands;
using MixPrec.Worker.Failures;

namespace MixPrec.Worker.CommandLine;

/// <summary>From arguments to a command, and from what it throws to one line and an exit code.</summary>
internal static class CommandLineProgram
{
    /// <summary>Every command, in the order of the help.</summary>
    public static IReadOnlyList<Command> Commands { get; } =
        [new InspectCommand(), new PlanCommand(), new RunCommand(), new VerifyCommand(), new LockCommand(), new BuildCommand()];

    /// <summary>Runs the command that the first argument names.</summary>
    public static int Run(IReadOnlyList<string> arguments, CommandOutput output, CancellationToken cancellation)
    {
        try
        {
            return RunCommand(arguments, output, cancellation);
        }
        catch (UsageException usage)
        {
            bool known = arguments.Count > 0 && Commands.Any(command => command.Name == arguments[0]);
            output.Error.WriteLine($"mixprec: {usage.Message} See mixprec {(known ? arguments[0] + " " : "")}--help.");
            return WorkerExitCode.Usage;
        }
        catch (Exception exception) when (cancellation.IsCancellationRequested)
        {
            output.Error.WriteLine(exception is OperationCanceledException ? "mixprec: cancelled" : $"mixprec: cancelled ({exception.Message})");
            return WorkerExitCode.Cancelled;
        }
        catch (Exception exception)
        {
            Failure.Of(exception, "running the command").Print(output.Error);
            return WorkerExitCode.Error;
        }
    }

    private static int RunCommand(IReadOnlyList<string> arguments, CommandOutput output, CancellationToken cancellation)
    {
        if (arguments.Count > 1 && arguments[0] == "help")
        {
            return RunCommand([arguments[1], "--help"], output, cancellation);
        }

        if (arguments.Count > 0 && arguments[0] == "--version")
        {
            output.Out.WriteLine($"mixprec {typeof(CommandLineProgram).Assembly.GetName().Version?.ToString(3)}");
            return WorkerExitCode.Done;
        }

        if (arguments.Count == 0 || arguments[0] is "--help" or "-h" or "help")
        {
            output.Out.Write(HelpText.OfProgram(Commands));
            return arguments.Count == 0 ? WorkerExitCode.Usage : WorkerExitCode.Done;
        }

        var command = Commands.FirstOrDefault(candidate => candidate.Name == arguments[0]) ?? throw new UsageException(
            Suggestion.For(arguments[0], Commands.Select(candidate => candidate.Name)) is { } near
                ? $"unknown command {arguments[0]}; did you mean {near}?"
                : $"unknown command {arguments[0]}; commands are {string.Join(", ", Commands.Select(candidate => candidate.Name))}.");
        var parsed = ParsedArguments.Parse([.. arguments.Skip(1)], [.. command.Options, CommandOption.Help, new("-h", null, "")]);
        if (parsed.Has(CommandOption.Help.Name) || parsed.Has("-h"))
        {
            output.Out.Write(HelpText.Of(command));
            return WorkerExitCode.Done;
        }

        command.UseLibraries(parsed, output);
        return command.Run(parsed, output, cancellation);
    }
}
