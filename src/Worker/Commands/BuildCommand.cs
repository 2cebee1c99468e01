using MixPrec.Compiler;
using MixPrec.Plan;
using MixPrec.Tasks;
using MixPrec.Worker.CommandLine;
using MixPrec.Worker.Display;
using MixPrec.Worker.Failures;
using MixPrec.Worker.Jobs;

namespace MixPrec.Worker.Commands;

/// <summary>
/// What the build task starts: <c>build --job FILE</c>. Everything it has to say goes to files in the job's output folder; standard output
/// carries progress, standard error the stack of a fault.
/// </summary>
internal sealed class BuildCommand : Command
{
    private static readonly CommandOption Job = new("--job", "FILE", "the job, a flat JSON object");

    public override string Name => "build";

    public override string Summary => "run one job of a build (dotnet build starts this)";

    public override string Positional => "--job FILE";

    public override IReadOnlyList<CommandOption> Options => [Job];

    public override int Run(ParsedArguments arguments, CommandOutput output, CancellationToken cancellation)
    {
        var job = JobFile.Read(Path.GetFullPath(arguments[Job.Name] ?? throw new UsageException("--job is missing.")));
        using var files = new ResultFiles(job.Required("OutputDirectory"), job.Required("ClassName"));
        try
        {
            var result = ModelCompiler.Build(JobOptions.From(job), () => files.Create(".weights"), new ProgressLines(output.Out, TimeProvider.System), cancellation);
            cancellation.ThrowIfCancellationRequested();
            CompilationFiles.Write(result, files);
            files.Publish();
            return result.Plan is null ? ExitCode.Error : ExitCode.Done;
        }
        catch (Exception exception) when (!cancellation.IsCancellationRequested)
        {
            var failure = Failure.Of(exception, "compiling the model");
            output.Error.WriteLine(failure.Stack);
            files.Discard();
            files.Write(".inputs", job["Model"] + "\n");
            files.WriteDiagnostics([failure.Line with { File = failure.Line.File.Length > 0 ? failure.Line.File : job["Model"] ?? "" }]);
            files.Publish();
            return ExitCode.Error;
        }
    }
}
