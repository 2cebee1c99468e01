using System.Runtime.InteropServices;
using MixPrec.Compiler.Lowering;
using MixPrec.Compiler.Lowering.WeightsFile;
using MixPrec.Plan;
using MixPrec.Runtime;

namespace MixPrec.Compiler.Tests.Execution;

/// <summary>Plans written by hand, with weights packed the slow and obvious way.</summary>
internal sealed class PlanBuilder
{
    private readonly List<byte> _weights = [];
    private readonly List<PlanPort> _ports = [];
    private readonly List<PlanStep> _steps = [];
    private readonly List<IntExpr> _slots = [];
    private readonly List<PlanSymbol> _symbols = [];

    public string ClassName { get; init; } = "Net";

    public string WeightsMode { get; init; } = "Bytes";

    public static PlanArgument Identity { get; } = new PlanArgument.Construct("Identity", default);

    public static PlanArgument Relu { get; } = new PlanArgument.Construct("Relu", default);

    public IntExpr Symbol(string identifier)
    {
        _symbols.Add(new(identifier, identifier));
        return IntExpr.Symbol(identifier);
    }

    public PlanArgument Port(string identifier, bool output, ElementType type, params IntExpr[] shape)
    {
        _ports.Add(new(identifier, identifier, type, new(shape), output));
        return new PlanArgument.Location(type, Place.Port, _ports.Count - 1, 0);
    }

    public PlanArgument Slot(ElementType type, IntExpr elements)
    {
        _slots.Add(elements * type.Size());
        return new PlanArgument.Location(type, Place.Slot, _slots.Count - 1, 0);
    }

    public PlanArgument Constant<T>(ElementType type, params ReadOnlySpan<T> values) where T : unmanaged
    {
        int offset = _weights.Count;
        _weights.AddRange(MemoryMarshal.AsBytes(values));
        _weights.AddRange(new byte[(64 - (_weights.Count % 64)) % 64]);
        return new PlanArgument.Location(type, Place.Constant, 0, offset);
    }

    /// <summary>Values padded with zeros to a multiple of 16.</summary>
    public PlanArgument Padded<T>(ElementType type, T[] values) where T : unmanaged =>
        Constant(type, [.. values, .. new T[(16 - (values.Length % 16)) % 16]]);

    /// <summary>[ceil(n/16)][k][16] from w[k, n].</summary>
    public PlanArgument PackedF32(float[,] w)
    {
        int k = w.GetLength(0), n = w.GetLength(1), panels = (n + 15) / 16;
        float[] packed = new float[panels * k * 16];
        for (int row = 0; row < k; row++)
        {
            for (int column = 0; column < n; column++)
            {
                packed[(((column / 16 * k) + row) * 16) + (column % 16)] = w[row, column];
            }
        }

        return Constant<float>(ElementType.F32, packed);
    }

    /// <summary>[ceil(n/16)][ceil4(k)/4][16][4] from w[k, n].</summary>
    public PlanArgument PackedS8(sbyte[,] w)
    {
        int k = w.GetLength(0), n = w.GetLength(1), panels = (n + 15) / 16, quads = (k + 3) / 4;
        sbyte[] packed = new sbyte[panels * quads * 64];
        for (int row = 0; row < k; row++)
        {
            for (int column = 0; column < n; column++)
            {
                packed[(((((column / 16 * quads) + (row / 4)) * 16) + (column % 16)) * 4) + (row % 4)] = w[row, column];
            }
        }

        return Constant<sbyte>(ElementType.I8, packed);
    }

    public static PlanArgument GemmShape(IntExpr m, IntExpr n, IntExpr k) =>
        new PlanArgument.Sizes("IGemmShape", new([new Size("M", m), new Size("N", n), new Size("K", k)]));

    public static PlanArgument StoreF32(PlanArgument y, IntExpr stride) =>
        new PlanArgument.Construct("StoreF32", new([y, new PlanArgument.Integer(stride)]));

    public void Step(string method, string name, params PlanArgument[] arguments) =>
        _steps.Add(new(method, name, "step of a test", new(arguments)));

    public LoweredModel Build()
    {
        var plan = new ModelPlan(
            ClassName, "Tests", "public", "", WeightsMode, _weights.Count, new(_symbols), new(_ports), new(_slots), default, new(_steps),
                PlanInfo.None);
        plan = plan with { Hash = PlanWriter.ComputeHash(plan) };
        using var file = new MemoryStream();
        var writer = new ModelWeightsWriter(file);
        writer.Append([.. _weights]);
        writer.Complete(plan.Hash);
        return new(plan, new ScratchWeights(file.ToArray()));
    }
}
