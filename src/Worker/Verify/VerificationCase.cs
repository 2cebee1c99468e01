using MixPrec.Compiler.Execution;
using MixPrec.Compiler.Lowering;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Precision;
using MixPrec.Compiler.Rewrites;
using MixPrec.Worker.Failures;

namespace MixPrec.Worker.Verify;

/// <summary>A folder in the ONNX test layout: <c>model.onnx</c> and <c>test_data_set_*/input_*.pb, output_*.pb</c>.</summary>
/// <param name="Name">The folder, from the folder that was asked for.</param>
/// <param name="Directory">Full path.</param>
internal sealed record VerificationCase(string Name, string Directory)
{
    private const string ModelFile = "model.onnx";

    /// <summary>Every case in or below a folder, in ordinal order of names, which begin with the folder's own.</summary>
    public static IReadOnlyList<VerificationCase> FindAll(string directory)
    {
        string root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory));
        string parent = Path.GetDirectoryName(root) ?? root;
        return
        [
            .. System.IO.Directory.EnumerateFiles(root, ModelFile, SearchOption.AllDirectories).Select(file => Path.GetDirectoryName(file)!)
                .Select(folder => new VerificationCase(Path.GetRelativePath(parent, folder).Replace('\\', '/'), folder)).OrderBy(found => found.Name, StringComparer.Ordinal),
        ];
    }

    /// <summary>Imports, compiles in fp32 and runs every data set. Never throws for what the model or the compiler does.</summary>
    public CaseResult Check(CancellationToken cancellation)
    {
        try
        {
            return Compare(cancellation) is { } difference ? CaseResult.Wrong(Name, difference) : CaseResult.Passed(Name);
        }
        catch (Exception exception) when (!cancellation.IsCancellationRequested)
        {
            return CaseResult.Of(Name, Failure.Of(exception, "verifying the case").Line);
        }
    }

    private string? Compare(CancellationToken cancellation)
    {
        var graph = OnnxModelReader.Read(Path.Combine(Directory, ModelFile), DimensionBindings.None).Graph;
        var lowered = Lowerer.Lower(GraphRewrites.Apply(graph), PrecisionAssignment.AllFloat, RangeTable.Empty, new LoweringOptions("VerifiedModel"));
        using var model = CompiledModel.Compile(lowered);
        var sets = OnnxTestCase.ReadSets(Directory);
        foreach (var set in sets)
        {
            cancellation.ThrowIfCancellationRequested();
            var actual = model.Run(set.Inputs);
            for (int i = 0; i < set.Outputs.Count; i++)
            {
                if (TensorComparison.Difference(actual[i], set.Outputs[i]) is { } difference)
                {
                    return $"{set.Name}, output {i}: {difference}";
                }
            }
        }

        return sets.Count == 0 ? "no test_data_set_* beside the model" : null;
    }
}
