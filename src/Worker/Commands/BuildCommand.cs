using System.CommandLine;
using MixPrec.Compiler;
using MixPrec.Compiler.Locking;
using MixPrec.Compiler.Options;
using MixPrec.Jobs;
using MixPrec.Plan;
using MixPrec.Worker.CommandLine;
using MixPrec.Worker.Display;
using MixPrec.Worker.Failures;
using MixPrec.Worker.Jobs;
using MixPrec.Worker.Libraries;

namespace MixPrec.Worker.Commands;

/// <summary>
/// What the build task starts: <c>build --job FILE</c>. Everything it has to say goes to files in the job's output folder; standard output
/// carries progress, standard error the stack of a fault.
/// </summary>
internal sealed class BuildCommand : WorkerCommand
{
    private readonly Option<string> jobFile;
    private readonly Option<string> folders;
    private readonly Option<string[]> restore;
    private readonly Option<bool> endWithInput;
    private ProgressLines? progress;

    public BuildCommand()
        : base(
            WorkerArguments.Command, "run one job of a build (dotnet build starts this)",
            $"mixprec build {WorkerArguments.Job} obj/mixprec/Digits.job.json")
    {
        jobFile = AddOption<string>(WorkerArguments.Job, "FILE", "the job, a flat JSON object");
        jobFile.Required = true;
        folders = AddOption<string>(WorkerArguments.PackageFolders, "FOLDERS",
            "NuGet's package folders, separated by semicolons, the one for new packages first");
        restore = AddOption<string[]>(WorkerArguments.Restore, "NAME=VALUE",
            "a property of the project's restore, such as RestoreSources; may be given several times");
        endWithInput = AddFlag(WorkerArguments.EndWithInput, "end when standard input does, as it does when the build is killed");
    }

    public override void UseLibraries(ParseResult arguments, CommandOutput output) => LibraryLoader.Install(
        RestoreSettings.Create(arguments.GetValue(folders), arguments.GetValue(restore) ?? []),
        words => ProgressOf(output).Report(new(0, words)));

    public override int Run(ParseResult arguments, CommandOutput output, CancellationToken cancellation)
    {
        if (arguments.GetValue(endWithInput))
        {
            ParentWatch.EndWith(Console.OpenStandardInput());
        }

        var job = JobReader.Read(Path.GetFullPath(arguments.GetValue(jobFile)!));
        var heard = ProgressOf(output);
        using var files = ResultFiles.Enter(job.Required("OutputDirectory"), job.Required("ClassName"),
            () => heard.Report(new(0, "waiting for a worker that still has the files of this class")), cancellation);
        CompilerOptions? options = null;
        try
        {
            options = JobOptions.From(job);
            TargetMachine.Enter(options.TargetIsa);
            var result = ModelCompiler.Build(
                options, () => files.Create(ResultFileNames.Weights), heard, cancellation);
            cancellation.ThrowIfCancellationRequested();
            CompilationFiles.Write(result, files, options);
            files.Publish();
            return result.Plan is null ? WorkerExitCode.Error : WorkerExitCode.Done;
        }
        catch (Exception exception) when (!cancellation.IsCancellationRequested)
        {
            var failure = Failure.FromException(exception, "compiling the model", "in the build's output and the job file");
            output.Error.WriteLine(failure.Stack);
            WriteFailure(files, failure, [job[JobFile.Model] ?? "", .. (exception as MixPrecException)?.ModelFiles ?? []], options, output);
            return WorkerExitCode.Error;
        }
    }

    /// <summary>One for all lines, which keeps them in order.</summary>
    private ProgressLines ProgressOf(CommandOutput output) => progress ??= new(output.Out, TimeProvider.System);

    /// <summary>Where the folder cannot be written either, the build reads standard error.</summary>
    private static void WriteFailure(ResultFiles files, Failure failure, IReadOnlyList<string> read, CompilerOptions? options,
        CommandOutput output)
    {
        var line = failure.Line.File.Length > 0 ? failure.Line : failure.Line with { File = read[0] };
        try
        {
            files.Discard();
            files.WriteInputs(read, options?.LockFile, options is null ? "" : LockSubject.KeyOf(options));
            files.WriteDiagnostics([line]);
            files.Publish();
        }
        catch (MixPrecException)
        {
            output.Error.WriteLine(line.Format());
        }
    }
}
