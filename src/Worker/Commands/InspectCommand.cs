using System.Globalization;
using System.Text.Json;
using MixPrec.Compiler;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Rewrites;
using MixPrec.Worker.CommandLine;
using MixPrec.Worker.Display;

namespace MixPrec.Worker.Commands;

/// <summary>Shows what a model takes, gives and consists of, as the compiler sees it.</summary>
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
        ImportedModel imported;
        try
        {
            imported = OnnxModelReader.Read(path, DimensionBindings.Parse(arguments[Dimensions.Name]), ConstantBindings.Parse(arguments[Constants.Name]));
        }
        catch (MixPrecException) when (!arguments.Has(Json.Name))
        {
            output.Out.Write(TextOf(operators));
            throw;
        }

        var rewritten = GraphRewrites.Apply(imported.Graph);
        output.Out.Write(arguments.Has(Json.Name) ? JsonOf(imported, operators, rewritten) : TextOf(path, imported, operators, rewritten, output.Width));
        return ExitCode.Done;
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

    private static string TextOf(string path, ImportedModel imported, IReadOnlyList<OperatorUse> operators, Graph rewritten, int? width)
    {
        var ports = new TextTable("", "name", "type", "shape");
        foreach (var (kind, port) in Ports(imported.Graph))
        {
            ports.Add(kind, PrintableName.Of(port.Name), port.Type.Element.ToString(), Shape(port));
        }

        var layers = new TextTable("layer", "operator", "weights", "parameters") { Numbers = [3], Width = width };
        foreach (var node in rewritten.QuantizableNodes)
        {
            layers.Add(PrintableName.Of(node.Name), node.Op.Kind, Shape(node.Input(1)), (node.Input(1).Constant?.Length ?? 0).ToString("N0", CultureInfo.InvariantCulture));
        }

        return $"{Path.GetFileName(path)}: opset {imported.Opset}, {imported.Graph.Nodes.Count} nodes, {rewritten.Nodes.Count} after rewriting\n\n{ports}\n{TextOf(operators)}\n"
            + (rewritten.QuantizableNodes.Any() ? $"Layers whose precision is chosen\n\n{layers}" : "No layer whose precision is chosen: products are.\n");
    }

    private static string JsonOf(ImportedModel imported, IReadOnlyList<OperatorUse> operators, Graph rewritten) => JsonSerializer.Serialize(new
    {
        opset = imported.Opset,
        inputs = imported.Graph.Inputs.Select(JsonOf),
        outputs = imported.Graph.Outputs.Select(JsonOf),
        symbols = imported.Graph.Symbols.Select(symbol => symbol.Name),
        operators = operators.ToDictionary(use => use.Name, use => use.Nodes),
        layers = rewritten.QuantizableNodes.Select(node => new { name = node.Name, @operator = node.Op.Kind, weights = node.Input(1).Constant?.Shape }),
    }) + "\n";

    private static object JsonOf(Value port) => new { name = port.Name, type = port.Type.Element.ToString(), shape = port.Shape.Select(dimension => dimension.ToString()) };

    private static IEnumerable<(string Kind, Value Port)> Ports(Graph graph) =>
        graph.Inputs.Select(port => ("input", port)).Concat(graph.Outputs.Select(port => ("output", port)));

    private static string Shape(Value value) => $"[{string.Join(", ", value.Shape)}]";
}
