using MixPrec.Compiler;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Onnx;
using MixPrec.Diagnostics;
using MixPrec.Metadata;
using MixPrec.Plan;

namespace MixPrec.Worker.Samples;

/// <summary>The input of a model that samples are made for, and what its arrays are.</summary>
/// <param name="Sizes">Of one sample; −1 for open ones.</param>
internal sealed record SampleInput(string Name, ElementType Element, IReadOnlyList<long> Sizes)
{
    /// <summary>As NumPy names the type of the array that is written.</summary>
    public string NumpyType => Element switch
    {
        ElementType.U8 => "|u1",
        ElementType.I32 => "<i4",
        ElementType.I64 => "<i8",
        _ => "<f4",
    };

    /// <summary>The first axis counts samples.</summary>
    public static SampleInput Of(Value input) => new(input.Name, input.Type.Element,
        [.. input.Shape.Skip(1).Select(d => d.IsConstant ? d.Value : -1)]);

    /// <summary>The input that samples of one kind go to.</summary>
    /// <param name="fits">Whether an input can take them.</param>
    /// <param name="name">The one that was asked for; null for the only one.</param>
    /// <exception cref="MixPrecException">MXP1119: the model has no input of that name. MXP1115: none fits, or another input would be left
    /// without samples.</exception>
    public static SampleInput Only(Graph graph, string? name, string kind, Func<SampleInput, bool> fits)
    {
        RequireName(graph, name);
        var input = graph.Inputs.FirstOrDefault(i => name is null || i.Name == name);
        return input is null || input.Rank == 0 || !fits(Of(input)) ? throw Unfit(graph, kind, "its shape or type is another")
            : graph.Inputs.Count == 1 ? Of(input) : throw Unfit(graph, kind, "the others would be left without samples");
    }

    /// <exception cref="MixPrecException">MXP1119: the model has no input of that name.</exception>
    public static void RequireName(Graph graph, string? name)
    {
        if (name is not null && graph.Inputs.All(i => i.Name != name))
        {
            throw new MixPrecException(DiagnosticCatalog.InputUnknown, null, PrintableName.Format(name),
                string.Join(", ", graph.Inputs.Select(i => PrintableName.Format(i.Name))),
                Suggestion.For(name, graph.Inputs.Select(i => i.Name)) is { } near
                    ? $": did you mean '{PrintableName.Format(near)}'?" : ".");
        }
    }

    public static MixPrecException Unfit(Graph graph, string kind, string reason) => new(DiagnosticCatalog.InputUnfit, null, kind,
        string.Join(", ", graph.Inputs.Select(i =>
            $"{PrintableName.Format(i.Name)} {i.Type.Element.ToString().ToLowerInvariant()} [{string.Join(", ", i.Shape)}]")), reason);
}
