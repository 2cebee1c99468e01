using System.CommandLine;
using MixPrec.Jobs;
using MixPrec.Worker.Libraries;

namespace MixPrec.Worker.CommandLine;

/// <summary>One command of the program. A command only calls the compiler and prints; it decides nothing.</summary>
internal abstract class WorkerCommand(string name, string summary, string example) : Command(name, summary)
{
    /// <summary>A command line that works, shown before all else in the help.</summary>
    public string Example => example;

    /// <summary>
    /// Called before <see cref="Run"/>: from where the libraries of calibration come if the command asks for one. By hand, from where the
    /// current folder restores.
    /// </summary>
    public virtual void UseLibraries(ParseResult arguments, CommandOutput output) =>
        LibraryLoader.Install(RestoreSettings.FromCurrentDirectory, words => output.Error.WriteLine("mixprec: " + words));

    /// <summary>Returns one of <see cref="WorkerExitCode"/>. Errors of the user's input are thrown.</summary>
    /// <exception cref="Compiler.MixPrecException">What the user gave is not usable.</exception>
    /// <exception cref="UsageException">The command line cannot be understood.</exception>
    public abstract int Run(ParseResult arguments, CommandOutput output, CancellationToken cancellation);

    /// <summary>Whether an option stands on the command line.</summary>
    protected static bool IsGiven(ParseResult arguments, Option option) => arguments.GetResult(option) is { Implicit: false };

    /// <summary>Adds an option with one value.</summary>
    protected Option<T> AddOption<T>(string name, string value, string description)
    {
        var option = new Option<T>(name) { HelpName = value, Description = description };
        Add(option);
        return option;
    }

    /// <summary>Adds an option that is there or not.</summary>
    protected Option<bool> AddFlag(string name, string description)
    {
        var option = new Option<bool>(name) { Description = description, Arity = ArgumentArity.Zero };
        Add(option);
        return option;
    }

    /// <summary>Adds the file or folder that the command is about.</summary>
    protected Argument<string> AddArgument(string name, string description)
    {
        var argument = new Argument<string>(name) { Description = description };
        Add(argument);
        return argument;
    }
}
