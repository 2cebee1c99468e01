using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Onnx;
using MixPrec.Diagnostics;
using MixPrec.Plan;

namespace MixPrec.Compiler.Options;

/// <summary>Inputs that take up what an output wrote in the run before, written <c>h_in=h_out;c_in=c_out</c>.</summary>
internal sealed class StateBindings
{
    private readonly IReadOnlyList<KeyValuePair<string, string>> _pairs;

    private StateBindings(IReadOnlyList<KeyValuePair<string, string>> pairs) => _pairs = pairs;

    /// <summary>Every input is an argument.</summary>
    public static StateBindings None { get; } = new([]);

    /// <param name="text">Pairs <c>input=output</c> separated by semicolons; empty or null binds nothing.</param>
    /// <exception cref="MixPrecException">MXP1002: the text has another form.</exception>
    public static StateBindings Parse(string? text)
    {
        var pairs = (text ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(pair => pair.Split('=', StringSplitOptions.TrimEntries)).ToArray();
        return pairs.All(p => p is [{ Length: > 0 }, { Length: > 0 }]) && pairs.SelectMany(p => p).Distinct().Count() == 2 * pairs.Length
            ? new([.. pairs.Select(p => KeyValuePair.Create(p[0], p[1]))])
            : throw new MixPrecException(DiagnosticCatalog.InvalidMetadata, null, "State", text,
                "pairs such as h_in=h_out;c_in=c_out, each name once");
    }

    /// <summary>The ports of each state in the order of the graph's inputs and outputs.</summary>
    /// <exception cref="MixPrecException">MXP1002: no such input or output, or the two differ, or their size is not constant.</exception>
    public IReadOnlyList<PlanState> PortsOf(Graph graph, string modelPath)
    {
        PlanState[] ports = [.. _pairs.Select(pair =>
        {
            int input = Find(graph.Inputs, pair.Key, "inputs", modelPath), output = Find(graph.Outputs, pair.Value, "outputs", modelPath);
            var (from, to) = (graph.Inputs[input].Type, graph.Outputs[output].Type);
            return !from.Equals(to)
                ? throw Invalid(modelPath, $"an input and an output of one type, but '{PrintableName.Format(pair.Key)}' is {from} "
                    + $"and '{PrintableName.Format(pair.Value)}' is {to}")
                : !from.IsStatic ? throw Invalid(modelPath,
                    $"states of constant size, but '{PrintableName.Format(pair.Key)}' is {from}: bind its dimensions with Dimensions")
                : new PlanState(input, graph.Inputs.Count + output);
        })];
        return ports.Length > 0 && ports.Length * 2 == graph.Inputs.Count + graph.Outputs.Count
            ? throw Invalid(modelPath, "fewer pairs: every input and every output would be a state, and nothing be given or returned")
            : ports;
    }

    /// <summary>The same text for the same bindings.</summary>
    public override string ToString() => string.Join(";", _pairs.Select(p => $"{p.Key}={p.Value}"));

    private int Find(IReadOnlyList<Value> values, string name, string kind, string modelPath) =>
        Enumerable.Range(0, values.Count).Where(i => values[i].Name == name).Select(i => (int?)i).FirstOrDefault()
            ?? throw Invalid(modelPath, $"for '{PrintableName.Format(name)}' one of the model's {kind}: "
                + string.Join(", ", values.Select(v => PrintableName.Format(v.Name))));

    private MixPrecException Invalid(string modelPath, string expected) =>
        new(DiagnosticCatalog.InvalidMetadata, modelPath, "State", ToString(), expected);
}
