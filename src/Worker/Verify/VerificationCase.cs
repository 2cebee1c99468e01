using System.Globalization;
using MixPrec.Compiler.Data;
using MixPrec.Compiler.Execution;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Lowering;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Rewrites;
using MixPrec.Worker.Failures;

namespace MixPrec.Worker.Verify;

/// <summary>A folder in the ONNX test layout: <c>model.onnx</c> and <c>test_data_set_*/input_*.pb, output_*.pb</c>.</summary>
/// <param name="Name">The folder, from the folder that was asked for.</param>
/// <param name="Directory">Full path.</param>
internal sealed record VerificationCase(string Name, string Directory)
{
    private const string ModelFile = "model.onnx";

    /// <summary>The slowest case of the ONNX suite takes a second; only a defect takes minutes.</summary>
    private static readonly TimeSpan LongestCheck = TimeSpan.FromMinutes(3);

    /// <summary>Every case in or below a folder, in ordinal order of names, which begin with the folder's own.</summary>
    public static IReadOnlyList<VerificationCase> FindAll(string directory)
    {
        string root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory));
        string parent = Path.GetDirectoryName(root) ?? root;
        return
        [
            .. System.IO.Directory.EnumerateFiles(root, ModelFile, SearchOption.AllDirectories).Select(file => Path.GetDirectoryName(file)!)
                .Select(folder => new VerificationCase(Path.GetRelativePath(parent, folder).Replace('\\', '/'), folder))
                    .OrderBy(found => found.Name, StringComparer.Ordinal),
        ];
    }

    /// <summary>Imports, compiles in fp32 and runs every data set. Never throws for what the model or the compiler does.</summary>
    public CaseResult Check(CancellationToken cancellation) => Check(LongestCheck, cancellation);

    /// <param name="limit">A case that takes longer is wrong, and the others still run; its thread is left behind.</param>
    internal CaseResult Check(TimeSpan limit, CancellationToken cancellation)
    {
        var check = Task.Factory.StartNew(() => CheckWithoutLimit(cancellation), cancellation, TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        return check.Wait((int)limit.TotalMilliseconds, cancellation)
            ? check.Result : CaseResult.Wrong(Name,
                string.Create(CultureInfo.InvariantCulture, $"no result within {limit.TotalSeconds} s"));
    }

    private CaseResult CheckWithoutLimit(CancellationToken cancellation)
    {
        try
        {
            return Compare(cancellation);
        }
        catch (Exception exception) when (!cancellation.IsCancellationRequested)
        {
            return CaseResult.FromLine(Name, Failure.FromException(exception, "verifying the case").Line);
        }
    }

    private CaseResult Compare(CancellationToken cancellation)
    {
        var sets = OnnxTestCase.ReadSets(Directory);
        if (sets.Count == 0)
        {
            return CaseResult.Wrong(Name, "no test_data_set_* beside the model");
        }

        CompiledModel? model = null;
        try
        {
            BoundImport? import = null;
            Graph? graph = null;
            var notes = new List<string>();
            foreach (var set in sets)
            {
                cancellation.ThrowIfCancellationRequested();
                if (import is null or { Bound.Count: > 0 })
                {
                    model?.Dispose();
                    import = BoundImport.Read(Path.Combine(Directory, ModelFile), set);
                    graph = GraphRewrites.Apply(import.Graph);
                    model = CompiledModel.Compile(Lowerer.Lower(graph, PrecisionAssignment.AllFloat, RangeTable.Empty,
                        new LoweringOptions("VerifiedModel")));
                }

                var inputs = InputReader.Fitted(Path.Combine(Directory, set.Name), import!.Graph, set.Inputs);
                var outputs = model!.Run(inputs);
                var own = new Lazy<OwnRounding>(() => OwnRounding.Measure(graph!, inputs, outputs, cancellation));
                foreach (var (expected, i) in set.Outputs.Select((o, i) => (o, i)))
                {
                    if (TensorComparison.Difference(outputs[i], expected, Roundoff.Estimate(graph!)) is not { } difference)
                    {
                        continue;
                    }

                    bool isNetwork = Roundoff.IsNetwork(graph!);
                    if (!isNetwork || own.Value.Explanation(i, expected) is not { } explanation)
                    {
                        return CaseResult.Wrong(Name,
                            $"{set.Name}, output {i}: {difference}{(isNetwork ? $"; {own.Value.Moves(i)}" : "")}");
                    }

                    notes.Add($"{set.Name}, {explanation}");
                }
            }

            return CaseResult.Passed(Name, import!.Bound, notes);
        }
        finally
        {
            model?.Dispose();
        }
    }
}
