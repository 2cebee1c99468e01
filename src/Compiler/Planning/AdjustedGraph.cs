using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;

namespace MixPrec.Compiler.Planning;

/// <summary>A network, and the same with the factors and shifts of channels that lower the error of bytes.</summary>
/// <param name="Plain">As it was rewritten.</param>
/// <param name="Adjusted">What plans are about.</param>
internal sealed record AdjustedGraph(Graph Plain, Graph Adjusted)
{
    /// <summary>What is lowered for a plan: where all layers stay in fp32 the network stays as it is.</summary>
    public Graph For(PrecisionAssignment assignment) => assignment.Choices.Any() ? Adjusted : Plain;
}
