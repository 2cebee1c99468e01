using MixPrec.Jobs;
using MixPrec.Worker.Libraries;

namespace MixPrec.Worker.CommandLine;

/// <summary>One command of the program. A command only calls the compiler and prints; it decides nothing.</summary>
internal abstract class Command
{
    public abstract string Name { get; }

    /// <summary>One line of the list of commands.</summary>
    public abstract string Summary { get; }

    /// <summary>The positional arguments as the usage line shows them.</summary>
    public abstract string Positional { get; }

    /// <summary>All options but <c>--help</c>.</summary>
    public abstract IReadOnlyList<CommandOption> Options { get; }

    /// <summary>Called before <see cref="Run"/>: from where the libraries of calibration come if the command asks for one. By hand, from where the current folder restores.</summary>
    public virtual void UseLibraries(ParsedArguments arguments, CommandOutput output) =>
        LibraryLoader.Install(RestoreSettings.OfCurrentDirectory, words => output.Error.WriteLine("mixprec: " + words));

    /// <summary>Returns one of <see cref="WorkerExitCode"/>. Errors of the user's input are thrown.</summary>
    /// <exception cref="Compiler.MixPrecException">What the user gave is not usable.</exception>
    /// <exception cref="UsageException">The command line cannot be understood.</exception>
    public abstract int Run(ParsedArguments arguments, CommandOutput output, CancellationToken cancellation);
}
