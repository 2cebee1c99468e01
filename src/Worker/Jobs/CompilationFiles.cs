using MixPrec.Compiler;
using MixPrec.Compiler.Locking;
using MixPrec.Compiler.Options;
using MixPrec.Compiler.Report;
using MixPrec.Diagnostics;
using MixPrec.Jobs;
using MixPrec.Plan;
using MixPrec.Worker.Display;
using MixPrec.Worker.Failures;

namespace MixPrec.Worker.Jobs;

/// <summary>A compilation as the files that the build task and the generator read.</summary>
internal static class CompilationFiles
{
    /// <summary>
    /// All but the weights, which the compiler writes. The plan is the last of them; when no plan met the demands, the best one is kept as
    /// a lock file.
    /// </summary>
    public static void Write(CompilationResult result, ResultFiles files, CompilerOptions options)
    {
        files.WriteInputs(result.InputFiles, options.LockFile, LockSubject.KeyOf(options));
        files.WriteDiagnostics(result.Diagnostics.Select(Failure.LineOf));
        files.Write(ResultFileNames.Report, HtmlReport.Format(result.Report));
        files.Write(ResultFileNames.MarkdownReport, MarkdownReport.Format(result.Report));
        files.Write(ResultFileNames.JsonReport, PlanSummary.Json(result, []));
        if (result.Plan is null)
        {
            files.Drop(ResultFileNames.Weights);
            if (result.Lock is { } best)
            {
                files.Write(ResultFileNames.BestLock, LockFileWriter.Format(new LockFile([best])));
            }

            return;
        }

        files.Write(ResultFileNames.Summary, SummaryLine.Format(result.Report) + "\n");
        files.Write(ResultFileNames.Plan, PlanWriter.Write(result.Plan));
    }
}
