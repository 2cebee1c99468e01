using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Lowering;
using MixPrec.Compiler.Selection;
using MixPrec.Compiler.Timing;
using MixPrec.Plan;
using MixPrec.Runtime.Kernels;

namespace MixPrec.Compiler.Report;

/// <summary>What a step of a network takes where it stands, what it does in that time, and how much of the roof that is.</summary>
/// <param name="Layer">The node that it computes, or whose operand it prepares.</param>
/// <param name="Kernel">Method and kernel that this process has chosen.</param>
/// <param name="Macs">Null where it does not multiply.</param>
/// <param name="Bytes">Read and written, as floats; null where it multiplies, or is not known.</param>
/// <param name="OfRoof">Share of what the machine can do at most, 0…1; null where there is nothing to compare with.</param>
internal sealed record ProfiledStep(string Layer, string Kernel, string Shapes, double Nanoseconds, long? Macs, double? Bytes,
    double? OfRoof)
{
    /// <summary>Billions of multiplications a second; null where it does not multiply, or took no time that a clock shows.</summary>
    public double? GmacPerSecond => Rate(Macs);

    /// <inheritdoc cref="GmacPerSecond"/>
    public double? GigabytesPerSecond => Rate(Bytes);

    /// <summary>What its multiplications would take at the roof of their instructions; 0 where it does not multiply.</summary>
    public double RoofNanoseconds => Macs is null ? 0 : (OfRoof ?? 0) * Nanoseconds;

    /// <summary>The steps of a network.</summary>
    /// <param name="nanoseconds">Of each step of the plan.</param>
    /// <param name="graph">That the plan was lowered from.</param>
    /// <param name="sizes">Of its symbols.</param>
    public static IReadOnlyList<ProfiledStep> Of(ModelPlan plan, IReadOnlyList<double> nanoseconds, Graph graph,
        IReadOnlyDictionary<string, long> sizes, MachineRoofs roofs)
    {
        var nodes = graph.Nodes.DistinctBy(n => n.Name).ToDictionary(n => n.Name);
        return [.. plan.Steps.Zip(nanoseconds, (step, time) =>
            Create(step, time, nodes.GetValueOrDefault(step.Name), graph, sizes, roofs))];
    }

    private static ProfiledStep Create(PlanStep step, double nanoseconds, Node? node, Graph graph,
        IReadOnlyDictionary<string, long> sizes, MachineRoofs roofs)
    {
        if (node is not null && step.Method.StartsWith("Attention.", StringComparison.Ordinal))
        {
            return OfAttention(step, nanoseconds, FusedAttention.Find(node, graph)!, sizes, roofs);
        }

        var kernel = KernelRoof.Of(MethodOf(step.Method, node, sizes), roofs);
        long? macs = kernel.Multiplies && node is not null && node.IsQuantizable() ? OpCost.Macs(node, sizes) : null;
        double? bytes = macs is null && node is not null && step.Shapes.Length > 0 ? BytesOf(node, sizes) : null;
        return new(step.Name, kernel.Identity, step.Shapes, nanoseconds, macs, bytes, nanoseconds <= 0 ? null
            : macs is { } m ? m / nanoseconds / kernel.MacsPerNanosecond : bytes is { } b ? b / nanoseconds / roofs.Reading(b) : null);
    }

    /// <summary>Of bytes, the kernel of fewer multiplications leaves layers to the other one where that is faster here.</summary>
    private static string MethodOf(string method, Node? node, IReadOnlyDictionary<string, long> sizes)
    {
        if (node is null || (method is not "WinogradConv.U8S8" and not "WinogradConv.U7S8"))
        {
            return method;
        }

        var (w, y) = (node.Input(1).Shape, node.Output.Shape);
        return WinogradConv.Gains(method.EndsWith("U7S8", StringComparison.Ordinal) ? Exactness.SevenBit : Exactness.Any,
            y[2].Evaluate(sizes), y[3].Evaluate(sizes), (int)w[1].Value, (int)w[0].Value) ? method : method["Winograd".Length..];
    }

    /// <summary>Two products, each of which may have a kernel of its own.</summary>
    private static ProfiledStep OfAttention(PlanStep step, double nanoseconds, FusedAttention attention,
        IReadOnlyDictionary<string, long> sizes, MachineRoofs roofs)
    {
        KernelRoof[] kernels = [.. step.Arguments.OfType<PlanArgument.Construct>().Select(FusedAttention.MethodOf).OfType<string>()
            .Select(method => KernelRoof.Of("Attention." + method, roofs))];
        long[] macs = [OpCost.Macs(attention.Scores, sizes), OpCost.Macs(attention.Mixed, sizes)];
        double least = kernels.Zip(macs, (kernel, count) => count / kernel.MacsPerNanosecond!.Value).Sum();
        return new(step.Name, string.Join(", ", kernels.Select(k => k.Identity).Distinct()), step.Shapes, nanoseconds, macs.Sum(), null,
            nanoseconds > 0 ? least / nanoseconds : null);
    }

    private double? Rate(double? work) => Nanoseconds > 0 ? work / Nanoseconds : null;

    /// <summary>Of the values that a node reads and writes, as floats: what a step that only moves or maps them has to touch.</summary>
    private static double BytesOf(Node node, IReadOnlyDictionary<string, long> sizes) =>
        node.Inputs.OfType<Value>().Where(v => v.Constant is null).Concat(node.Outputs)
            .Sum(v => v.Shape.SelectMany(d => d.Symbols).All(sizes.ContainsKey)
                ? (double)v.Type.Length.Evaluate(sizes) * v.Type.Element.Size() : 0);
}
