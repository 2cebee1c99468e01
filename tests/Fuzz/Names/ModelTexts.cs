using System.Globalization;
using MixPrec.Compiler;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Locking;
using MixPrec.Compiler.Lowering;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Options;
using MixPrec.Compiler.Report;
using MixPrec.Compiler.Rewrites;
using MixPrec.Emit;
using MixPrec.Plan;
using MixPrec.Worker.CommandLine;
using MixPrec.Worker.Display;

namespace MixPrec.Fuzz.Names;

/// <summary>All that the product prints for a model file: what a build writes, and what commands say.</summary>
internal static class ModelTexts
{
    private const string ClassName = "Named";

    /// <param name="path">The model; the lock file is written beside it.</param>
    /// <returns>What commands say of a model that is refused, and nothing else.</returns>
    public static IEnumerable<Printed> Of(string path)
    {
        string lockFile = Path.Combine(Path.GetDirectoryName(path)!, "lock.json");
        var options = new CompilerOptions { Model = path, ClassName = ClassName, LockFile = lockFile, Mode = BuildMode.Locked };
        // A path is of who runs the command; what counts is that it ends no line and is no command.
        var inspected = Run("inspect", path);
        yield return Printed.Log("mixprec inspect", inspected.Out + Visible(inspected.Error));
        if (inspected.Error.Length > 0)
        {
            yield break;
        }

        yield return Printed.Json("mixprec inspect --json", Run("inspect", path, "--json").Out);
        string project = Path.Combine(Path.GetDirectoryName(path)!, "Project.csproj");
        string starter = Path.Combine(Path.GetDirectoryName(path)!, "calibration", ClassName + ".cs");
        File.WriteAllText(project, "<Project Sdk=\"Microsoft.NET.Sdk\" />");
        Directory.CreateDirectory(Path.GetDirectoryName(starter)!);
        File.Delete(starter);
        var edited = Run("init", path, "--project", project, "--class-name", ClassName);
        yield return Printed.Log("mixprec init", Visible(edited.Out + edited.Error));
        if (edited.Error.Length == 0)
        {
            yield return Printed.Project("the project", File.ReadAllText(project));
            yield return Printed.CSharp("the starter", File.ReadAllText(starter));
        }

        File.WriteAllText(lockFile, LockFileWriter.Format(new LockFile([Lock(options)])));
        yield return Printed.JsonFile("the lock file", File.ReadAllText(lockFile));
        var result = ModelCompiler.Build(options, () => new MemoryStream(), new Progress<BuildProgress>(), CancellationToken.None);
        string plan = PlanWriter.Write(result.Plan!);
        yield return Printed.JsonFile("the plan", plan);
        yield return Printed.CSharp("the class", ModelEmitter.Emit(PlanReader.Read(plan)));
        yield return Printed.Log("mixprec plan", PlanSummary.Text(result, [], new CommandOutput(TextWriter.Null, TextWriter.Null)));
        yield return Printed.Html("the report", HtmlReport.Format(result.Report));
        yield return Printed.Markdown("the report in Markdown", MarkdownReport.Format(result.Report));
        yield return Printed.Json("the report in JSON", Run("report", path, "--lock-file", lockFile, "--format", "json").Out);
    }

    private static (string Out, string Error) Run(params string[] arguments)
    {
        var (result, error) = (new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" },
            new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" });
        CommandLineProgram.Run(arguments, new CommandOutput(result, error), CancellationToken.None);
        return (result.ToString(), error.ToString());
    }

    private static string Visible(string text) => string.Concat(text.Select(c => char.GetUnicodeCategory(c) is UnicodeCategory.Format
        or UnicodeCategory.Control or UnicodeCategory.Surrogate && c != '\n' ? '?' : c));

    /// <summary>Every layer in bytes where a build offers that.</summary>
    private static LockedPlan Lock(CompilerOptions options)
    {
        var model = OnnxModelReader.Read(options.Model, options.Dimensions, options.Constants);
        var layers = GraphRewrites.Apply(model.Graph).QuantizableNodes.Select(Layer);
        return new(LockSubject.FromOptions(options, model), "Output", "Projected", [.. layers], new(0.001, 0.002, 0.003, 64, 3, 2, 1, "CPU"));
    }

    private static LockedLayer Layer(Node node)
    {
        var range = new ActivationRange(-4, 4);
        return Candidates.ForNode(node).Contains(PrecisionConfig.I8)
            ? new(node.Name, node.Op.Kind, PrecisionConfig.I8, range, 1e-6, 1, node.MultipliesActivations() ? range : null)
            : new(node.Name, node.Op.Kind, PrecisionConfig.F32, null, 0);
    }
}
