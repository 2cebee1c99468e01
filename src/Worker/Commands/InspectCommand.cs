using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using MixPrec.Compiler;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Report;
using MixPrec.Diagnostics;
using MixPrec.Jobs;
using MixPrec.Worker.CommandLine;
using MixPrec.Worker.Display;

namespace MixPrec.Worker.Commands;

/// <summary>
/// Shows what a model takes, gives and consists of, as the compiler sees it, and says what a build would say: it goes all the way to
/// code, in fp32.
/// </summary>
internal sealed class InspectCommand : WorkerCommand
{
    private readonly Argument<string> modelFile;
    private readonly BindingOptions bindings;
    private readonly Option<bool> json;

    public InspectCommand()
        : base("inspect", "show inputs, outputs, operators and layers of a model", "mixprec inspect digits.onnx --dimensions batch=1")
    {
        modelFile = AddArgument("MODEL", "the ONNX file");
        bindings = new(this);
        json = AddFlag("--json", "one JSON object");
    }

    public override int Run(ParseResult arguments, CommandOutput output, CancellationToken cancellation)
    {
        string path = Path.GetFullPath(arguments.GetValue(modelFile)!);
        var operators = OperatorSurvey.Read(path);
        InspectedModel model;
        try
        {
            model = ModelCompiler.Inspect(path, bindings.Dimensions(arguments), bindings.Constants(arguments));
        }
        catch (MixPrecException) when (!arguments.GetValue(json))
        {
            output.Out.Write(TableOf(operators).For(output));
            throw;
        }

        output.Write(arguments.GetValue(json), () => JsonOf(model, operators), () => TextOf(path, model, operators, output));
        return WorkerExitCode.Done;
    }

    private static TextTable TableOf(IReadOnlyList<OperatorUse> operators)
    {
        var table = new TextTable("operator", "nodes", "supported") { Numbers = [1] };
        foreach (var use in operators)
        {
            table.Add(use.Name, $"{use.Nodes}", use.Version is { } version ? $"version {version}" : "no");
        }

        return table;
    }

    private static string TextOf(string path, InspectedModel model, IReadOnlyList<OperatorUse> operators, CommandOutput output)
    {
        var (imported, rewritten, plan) = model;
        var sizes = new CallerSizes(imported.Graph.Symbols);
        var ports = new TextTable("", "name", "type", "shape");
        foreach (var (kind, port) in Ports(imported.Graph))
        {
            ports.Add(kind, PrintableName.Format(port.Name), port.Type.Element.ToString(), $"[{string.Join(", ", sizes.ShapeOf(port))}]");
        }

        var layers = new TextTable("layer", "operator", "weights", "parameters") { Numbers = [3] };
        foreach (var node in rewritten.QuantizableNodes)
        {
            layers.Add(PrintableName.Format(node.Name), node.Op.Kind, Shape(node.Input(1)),
                (node.Input(1).Constant?.Length ?? 0).ToString("N0", CultureInfo.InvariantCulture));
        }

        return $"{PrintableName.Format(Path.GetFileName(path))}: opset {imported.Opset}, "
            + $"{Counted.Format(imported.Graph.Nodes.Count, "node")}, "
            + $"{rewritten.Nodes.Count} after rewriting\n\n{ports.For(output)}\n{TableOf(operators).For(output)}\n"
            + (plan.Requirements.Count == 0 ? ""
                : $"What has to hold of the dimensions of a run\n\n{string.Concat(plan.Requirements.Select(r => $"  {r}\n"))}\n")
            + (SubnormalWeights.CountIn(rewritten) is > 0 and var count
                ? $"Subnormal weights: {ReportText.SubnormalWeights(count)}.\n\n" : "")
            + (rewritten.QuantizableNodes.Any() ? $"Layers whose precision is chosen\n\n{layers.For(output)}"
                : "No layer whose precision is chosen: products are.\n");
    }

    private static string JsonOf(InspectedModel model, IReadOnlyList<OperatorUse> operators) => JsonSerializer.Serialize(new
    {
        opset = model.Imported.Opset,
        inputs = model.Imported.Graph.Inputs.Select(port => JsonOf(port, new(model.Imported.Graph.Symbols))),
        outputs = model.Imported.Graph.Outputs.Select(port => JsonOf(port, new(model.Imported.Graph.Symbols))),
        symbols = model.Plan.Dimensions.Select(symbol => symbol.Name),
        requirements = model.Plan.Requirements.Select(r => r.ToString()),
        operators = operators.ToDictionary(use => use.Name, use => use.Nodes),
        subnormalWeights = SubnormalWeights.CountIn(model.Rewritten),
        layers = model.Rewritten.QuantizableNodes
            .Select(node => new { name = node.Name, @operator = node.Op.Kind, weights = node.Input(1).Constant?.Shape }),
    }) + "\n";

    private static object JsonOf(Value port, CallerSizes sizes) =>
        new { name = port.Name, type = port.Type.Element.ToString(), shape = sizes.ShapeOf(port)
            .Select(dimension => dimension.ToString()) };

    private static IEnumerable<(string Kind, Value Port)> Ports(Graph graph) =>
        graph.Inputs.Select(port => ("input", port)).Concat(graph.Outputs.Select(port => ("output", port)));

    private static string Shape(Value value) => $"[{string.Join(", ", value.Shape)}]";
}
