using System.Globalization;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Selection;
using MixPrec.Compiler.Timing;
using MixPrec.Plan;
using MixPrec.Runtime.Kernels;
using MixPrec.Worker.CommandLine;

namespace MixPrec.Worker.Display;

/// <summary>
/// A profile for people and programs: for each step its time, what it does a nanosecond, and how much of the roof that is.
/// </summary>
internal sealed class ProfileTable
{
    private readonly StepProfile _profile;
    private readonly Row[] _rows;

    /// <param name="graph">That the plan was lowered from.</param>
    /// <param name="sizes">Of its symbols.</param>
    public ProfileTable(StepProfile profile, Graph graph, IReadOnlyDictionary<string, long> sizes, MachineRoofs roofs)
    {
        _profile = profile;
        var nodes = graph.Nodes.DistinctBy(n => n.Name).ToDictionary(n => n.Name);
        _rows = [.. profile.Plan.Steps.Zip(profile.Steps, (step, time) =>
            RowOf(step, time, nodes.GetValueOrDefault(step.Name), sizes, roofs))];
    }

    public string Text(CommandOutput output)
    {
        var table = new TextTable("layer", "kernel", "shapes", "µs", "share", "GMAC/s", "GB/s", "of roof") { Numbers = [3, 4, 5, 6, 7] };
        double all = _rows.Sum(r => r.Nanoseconds);
        foreach (var row in _rows)
        {
            table.Add(PrintableName.Format(row.Layer), row.Kernel, row.Shapes, Number(row.Nanoseconds / 1000), Share(row.Nanoseconds / all),
                Number(row.Macs / row.Nanoseconds), Number(row.Bytes / row.Nanoseconds), Share(row.OfRoof));
        }

        return table.For(output);
    }

    public object Json()
    {
        double all = _rows.Sum(r => r.Nanoseconds);
        return _rows.Select(r => new
        {
            layer = r.Layer, kernel = r.Kernel, shapes = r.Shapes, microseconds = r.Nanoseconds / 1000, share = Known(r.Nanoseconds / all),
            gmacPerSecond = Known(r.Macs / r.Nanoseconds), gigabytesPerSecond = Known(r.Bytes / r.Nanoseconds), ofRoof = Known(r.OfRoof),
        });
    }

    private static Row RowOf(PlanStep step, double time, Node? node, IReadOnlyDictionary<string, long> sizes, MachineRoofs roofs)
    {
        var (identity, multiplies, roof) = KernelOf(step.Method, roofs);
        long? macs = multiplies && node is not null && node.IsQuantizable() ? OpCost.Macs(node, sizes) : null;
        double? bytes = macs is null && node is not null && step.Shapes.Length > 0 ? BytesOf(node, sizes) : null;
        return new(step.Name, identity, step.Shapes, time, macs, bytes,
            macs is { } m ? m / time / roof : bytes is { } b ? b / time / roofs.Reading(b) : null);
    }

    /// <summary>The row of the table of kernels that a method takes in this process, and its roof where it multiplies.</summary>
    private static (string Identity, bool Multiplies, double? Roof) KernelOf(string method, MachineRoofs roofs)
    {
        string[] parts = method.Split('.');
        return (parts[0], parts[^1]) switch
        {
            ("DepthwiseConv", "U8S8") => ($"{method} {VectorKernels.ByteDepthwise.Choose().Identity}", true,
                VectorKernels.ByteDepthwise.Choose().IsMachineCode ? roofs.Bytes : roofs.Float32),
            ("DepthwiseConv", _) => ($"{method} {VectorKernels.Depthwise.Choose().Identity}", true, roofs.Float32),
            ("DirectConv", _) => (VectorKernels.Direct.Choose().Identity, true, roofs.Float32),
            ("Gemm" or "Conv" or "WinogradConv", "F32") => ($"{method} {ChosenTile<PanelF32>.Preferred.Identity}", true, roofs.Float32),
            ("Gemm" or "Conv", "BF16") => ($"{method} {ChosenTile<PanelBF16>.Preferred.Identity}", true, roofs.Float32),
            ("MatMul", "F32") => ($"{method} {ChosenTile<RowMajorF32>.Preferred.Identity}", true, roofs.Float32),
            (_, "U8S8") => ($"{method} {ChosenByteTiles.For(Exactness.Any).Identity}", true, roofs.Bytes),
            (_, "U7S8") => ($"{method} {ChosenByteTiles.For(Exactness.SevenBit).Identity}", true, roofs.SevenBits),
            (_, "U8S8Blocks") => ($"{method} {ChosenByteTiles.For(Exactness.Blocks(2)).Identity}", true, roofs.Blocks),
            _ => (method, false, null),
        };
    }

    /// <summary>Of the values that a node reads and writes, as floats: what a step that only moves or maps them has to touch.</summary>
    private static double BytesOf(Node node, IReadOnlyDictionary<string, long> sizes) =>
        node.Inputs.OfType<Value>().Where(v => v.Constant is null).Concat(node.Outputs)
            .Sum(v => v.Shape.SelectMany(d => d.Symbols).All(sizes.ContainsKey)
                ? (double)v.Type.Length.Evaluate(sizes) * v.Type.Element.Size() : 0);

    private static double? Known(double? value) => value is { } known && double.IsFinite(known) ? known : null;

    private static string Number(double? value) => Known(value) is { } known ? known.ToString("F1", CultureInfo.InvariantCulture) : "";

    private static string Share(double? value) =>
        Known(value) is { } known ? (known * 100).ToString("F1", CultureInfo.InvariantCulture) + " %" : "";

    private sealed record Row(string Layer, string Kernel, string Shapes, double Nanoseconds, double? Macs, double? Bytes, double? OfRoof);
}
