using System.Globalization;
using System.Text.Json;
using MixPrec.Compiler;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Onnx;
using MixPrec.Diagnostics;
using MixPrec.Jobs;
using MixPrec.Worker.CommandLine;
using MixPrec.Worker.Display;

namespace MixPrec.Worker.Commands;

/// <summary>Shows what a model takes, gives and consists of, as the compiler sees it, and says what a build would say: it goes all the way to code, in fp32.</summary>
internal sealed class InspectCommand : Command
{
    private static readonly CommandOption Dimensions = new("--dimensions", "NAMES", "sizes of symbolic dimensions, such as batch=1;sequence=128");
    private static readonly CommandOption Constants = new("--constants", "NUMBERS", "inputs that become constants, such as sr=16000");
    private static readonly CommandOption Json = new("--json", null, "one JSON object");

    public override string Name => "inspect";

    public override string Summary => "show inputs, outputs, operators and layers of a model";

    public override string Positional => "MODEL";

    public override IReadOnlyList<CommandOption> Options => [Dimensions, Constants, Json];

    public override int Run(ParsedArguments arguments, CommandOutput output, CancellationToken cancellation)
    {
        string path = arguments.SinglePath("MODEL");
        var operators = OperatorSurvey.Of(path);
        InspectedModel model;
        try
        {
            model = ModelCompiler.Inspect(path, DimensionBindings.Parse(arguments[Dimensions.Name]), ConstantBindings.Parse(arguments[Constants.Name]));
        }
        catch (MixPrecException) when (!arguments.Has(Json.Name))
        {
            output.Out.Write(TextOf(operators));
            throw;
        }

        output.Out.Write(arguments.Has(Json.Name) ? JsonOf(model, operators) : TextOf(path, model, operators, output.Width));
        return WorkerExitCode.Done;
    }

    private static string TextOf(IReadOnlyList<OperatorUse> operators)
    {
        var table = new TextTable("operator", "nodes", "supported") { Numbers = [1] };
        foreach (var use in operators)
        {
            table.Add(use.Name, $"{use.Nodes}", use.Version is { } version ? $"version {version}" : "no");
        }

        return table.ToString();
    }

    private static string TextOf(string path, InspectedModel model, IReadOnlyList<OperatorUse> operators, int? width)
    {
        var (imported, rewritten, plan) = model;
        var sizes = new CallerSizes(imported.Graph.Symbols);
        var ports = new TextTable("", "name", "type", "shape");
        foreach (var (kind, port) in Ports(imported.Graph))
        {
            ports.Add(kind, PrintableName.Of(port.Name), port.Type.Element.ToString(), $"[{string.Join(", ", sizes.ShapeOf(port))}]");
        }

        var layers = new TextTable("layer", "operator", "weights", "parameters") { Numbers = [3], Width = width };
        foreach (var node in rewritten.QuantizableNodes)
        {
            layers.Add(PrintableName.Of(node.Name), node.Op.Kind, Shape(node.Input(1)), (node.Input(1).Constant?.Length ?? 0).ToString("N0", CultureInfo.InvariantCulture));
        }

        return $"{Path.GetFileName(path)}: opset {imported.Opset}, {Counted.Of(imported.Graph.Nodes.Count, "node")}, {rewritten.Nodes.Count} after rewriting\n\n{ports}\n{TextOf(operators)}\n"
            + (plan.Requirements.Count == 0 ? "" : $"What has to hold of the dimensions of a run\n\n{string.Concat(plan.Requirements.Select(r => $"  {r}\n"))}\n")
            + (rewritten.QuantizableNodes.Any() ? $"Layers whose precision is chosen\n\n{layers}" : "No layer whose precision is chosen: products are.\n");
    }

    private static string JsonOf(InspectedModel model, IReadOnlyList<OperatorUse> operators) => JsonSerializer.Serialize(new
    {
        opset = model.Imported.Opset,
        inputs = model.Imported.Graph.Inputs.Select(port => JsonOf(port, new(model.Imported.Graph.Symbols))),
        outputs = model.Imported.Graph.Outputs.Select(port => JsonOf(port, new(model.Imported.Graph.Symbols))),
        symbols = model.Plan.Dimensions.Select(symbol => symbol.Name),
        requirements = model.Plan.Requirements.Select(r => r.ToString()),
        operators = operators.ToDictionary(use => use.Name, use => use.Nodes),
        layers = model.Rewritten.QuantizableNodes.Select(node => new { name = node.Name, @operator = node.Op.Kind, weights = node.Input(1).Constant?.Shape }),
    }) + "\n";

    private static object JsonOf(Value port, CallerSizes sizes) => new { name = port.Name, type = port.Type.Element.ToString(), shape = sizes.ShapeOf(port).Select(dimension => dimension.ToString()) };

    private static IEnumerable<(string Kind, Value Port)> Ports(Graph graph) =>
        graph.Inputs.Select(port => ("input", port)).Concat(graph.Outputs.Select(port => ("output", port)));

    private static string Shape(Value value) => $"[{string.Join(", ", value.Shape)}]";
}
