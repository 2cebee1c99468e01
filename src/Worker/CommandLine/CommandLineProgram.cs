using System.CommandLine;
using System.CommandLine.Help;
using MixPrec.Jobs;
using MixPrec.Worker.Commands;
using MixPrec.Worker.Failures;

namespace MixPrec.Worker.CommandLine;

/// <summary>From arguments to a command, and from what it throws to one line and an exit code.</summary>
internal static class CommandLineProgram
{
    /// <summary>A file may be named <c>@x</c> or <c>-xy</c>: neither response files nor bundles of short options are wanted.</summary>
    private static readonly ParserConfiguration s_parser = new() { ResponseFileTokenReplacer = null, EnablePosixBundling = false };

    /// <summary>Every command, in the order of the help.</summary>
    public static IReadOnlyList<WorkerCommand> Commands() =>
        [new InitCommand(), new CalibrateDataCommand(), new InspectCommand(), new PlanCommand(), new ReportCommand(), new RunCommand(),
            new BenchCommand(), new ProfileCommand(), new ExportCommand(), new VerifyCommand(), new LockCommand(), new DiffCommand(),
            new CompletionsCommand(), new BuildCommand()];

    /// <summary>Runs the command that the first argument names.</summary>
    public static int Run(IReadOnlyList<string> arguments, CommandOutput output, CancellationToken cancellation)
    {
        string[] asked = arguments is ["help", ..] ? [.. arguments.Skip(1), "--help"] : arguments is [] ? ["--help"] : [.. arguments];
        var given = Root(output).Parse(asked, s_parser);
        try
        {
            int code = Run(given, output, cancellation);
            return arguments is [] ? WorkerExitCode.Usage : code;
        }
        catch (UsageException usage)
        {
            string command = given.CommandResult.Command is WorkerCommand known ? known.Name + " " : "";
            output.Error.WriteLine($"mixprec: {usage.Message} See mixprec {command}--help.");
            return WorkerExitCode.Usage;
        }
        catch (Exception exception) when (cancellation.IsCancellationRequested)
        {
            output.Error.WriteLine(exception is OperationCanceledException ? Interruption.Said
                : $"{Interruption.Said} ({exception.Message})");
            return WorkerExitCode.Cancelled;
        }
        catch (Exception exception)
        {
            Failure.FromException(exception, "running the command").Print(output.Error);
            return WorkerExitCode.Error;
        }
    }

    /// <summary>The command line as a tree: not <see cref="RootCommand"/>, which takes its name from the process.</summary>
    internal static Command Root(CommandOutput output)
    {
        var root = new Command("mixprec", "mixed-precision inference from ONNX models")
        {
            new HelpOption("--help", "-h") { Description = "show this text", Action = new HelpText(output) },
            new Option<bool>(HelpText.Version) { Description = "show the version", Arity = ArgumentArity.Zero },
        };
        foreach (var command in Commands())
        {
            root.Add(command);
        }

        return root;
    }

    private static int Run(ParseResult given, CommandOutput output, CancellationToken cancellation)
    {
        if (given.Action is HelpText)
        {
            return given.Invoke(new InvocationConfiguration { Output = output.Out, Error = output.Error });
        }

        if (given.CommandResult.Command is not WorkerCommand && given.GetValue<bool>(HelpText.Version))
        {
            output.Out.WriteLine($"mixprec {ProgramVersion.Text}");
            return WorkerExitCode.Done;
        }

        Mistakes.ThrowIfAny(given);
        var command = (WorkerCommand)given.CommandResult.Command;
        command.UseLibraries(given, output);
        return command.Run(given, output, cancellation);
    }
}
