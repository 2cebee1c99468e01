using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Formats.Packing;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Lowering.Storage;
using MixPrec.Plan;
using static MixPrec.Compiler.Lowering.LoweringContext;
using PanelLayout = MixPrec.Runtime.Kernels.PanelLayout;
using Location = MixPrec.Plan.PlanArgument.Location;

namespace MixPrec.Compiler.Lowering.Ops;

/// <summary>The loop over time; the state lies in the memory of the last state, which begins as the initial one.</summary>
internal sealed class RecurrenceLowering : OpLowering<Recurrence>
{
    protected override void Lower(Node node, Recurrence op, LoweringContext context)
    {
        ElementRule.RequireFloat(node);
        var (x, y) = (node.Input(0), node.Output);
        var (steps, batch, hidden) = (y.Shape[0], y.Shape[1], y.Shape[2]);
        var shape = new PlanArgument.Sizes("IRecurrentShape", new([new("Steps", steps), new("Batch", batch), new("Hidden", hidden)]));
        var weights = node.Input(1).Constant is null ? New("StatesF32", Repacked(node, op.Gates, context)) : Packed(node, batch, context);
        var read = context.Read(node, x, Layout.RowMajor);
        var state = State(node, 1, 5, context);
        PlanArgument[] second = op.Cell switch
        {
            RecurrentCell.Lstm => [State(node, 2, 6, context)],
            RecurrentCell.Gru => [context.Temporary(ElementType.F32, batch * hidden)],
            RecurrentCell.GruLinear =>
                [node.InputOrNull(2) is { } bias ? context.Read(node, bias, Layout.RowMajor)
                : context.Weights.Add<float>(ElementType.F32, new float[(int)hidden.Value])],
            _ => [],
        };
        var sums = context.Temporary(ElementType.F32, batch * op.Gates * IntExpr.RoundUp(hidden, PanelLayout.Columns));
        var clip = float.IsFinite(op.Clip) ? New("Clip", new PlanArgument.Single(-op.Clip), new PlanArgument.Single(op.Clip))
            : New("Identity");
        PlanArgument[] peepholes = op.Cell != RecurrentCell.Lstm ? []
            : [node.InputOrNull(3) is { } p ? New("Peepholes", context.Read(node, p, Layout.RowMajor)) : New("NoPeepholes")];
        var lengths = node.InputOrNull(4) is { } l ? New("StepsOfEach", context.Read(node, l, Layout.RowMajor)) : New("EveryStep");
        PlanArgument[] coupled = op.Cell != RecurrentCell.Lstm ? [] : [new PlanArgument.Flag(op.Coupled)];
        string direction = op.Reverse ? ", from the last to the first" : "";
        context.Call(node, $"{op.Cell}.Run",
            $"{steps} steps of {hidden} hidden elements{direction}: {context.Precisions[node].Description}",
            [shape, read, weights, state, .. second, context.Create(y, Layout.RowMajor), sums, .. op.Functions.Select(Functions.Activation),
                clip, .. peepholes, lengths,
             new PlanArgument.Flag(op.Reverse), .. coupled]);
    }

    private static Location State(Node node, int output, int initial, LoweringContext context)
    {
        var value = node.Outputs[output];
        PlanArgument? from = node.InputOrNull(initial) is { } given ? context.Read(node, given, Layout.RowMajor) : null;
        var state = context.Create(value, Layout.RowMajor);
        if (from is Location at)
        {
            context.Call(node, "Copy.Strided", "begins with the initial state", CopyArguments(at, state, [value.Type.Length], [1], [1]));
        }
        else
        {
            context.Call(node, "Fill.Zeros", "begins with zeros", state, Int(value.Type.Length));
        }

        return state;
    }

    /// <summary>In the precision chosen; states are quantized in each step.</summary>
    private static PlanArgument Packed(Node node, IntExpr batch, LoweringContext context)
    {
        var (precision, matrix) = (context.Precisions[node], WeightMatrix.FromNode(node).Single());
        ProductStep.RequireFit(node, precision.Storage.PackedBytes(matrix));
        var (parameters, weights) = (context.Ranges.Parameters(node, precision.Activations), context.Encoded.Of(matrix, precision.Storage));
        var constants = ProductStep.Constants(context, [weights], parameters);
        PlanArgument[] states = parameters is not { } known ? []
            : [context.Temporary(ElementType.U8, batch * IntExpr.RoundUp(matrix.Rows, PanelLayout.ByteGroup)),
                new PlanArgument.Single(known.Scale), Int(known.ZeroPoint), Int(known.Maximum)];
        return New(weights.Call(ProductFamily.Recurrence, precision.Activations, precision.Accumulator).Method, [.. constants, .. states]);
    }

    /// <summary>The same panels for weights that are data, packed by each run.</summary>
    private static Location Repacked(Node node, int gates, LoweringContext context)
    {
        const int Columns = PanelLayout.Columns;
        long hidden = node.Output.Shape[2].Value, panels = (hidden + Columns - 1) / Columns, whole = hidden / Columns,
            rest = hidden % Columns;
        var source = context.Read(node, node.Input(1), Layout.RowMajor);
        long length = gates * panels * hidden * Columns;
        var target = context.Temporary(ElementType.F32, length);
        if (rest > 0)
        {
            context.Call(node, "Fill.Zeros", "pads the weights to whole panels", target, Int(length));
            context.Call(node, "Copy.Strided", "packs the weights", CopyArguments(
                source with { Offset = source.Offset + (whole * Columns * hidden * sizeof(float)) },
                    target with { Offset = target.Offset + (whole * hidden * Columns * sizeof(float)) },
                [gates, hidden, rest], [hidden * hidden, 1, hidden], [panels * hidden * Columns, Columns, 1]));
        }

        if (whole > 0)
        {
            context.Call(node, "Copy.Strided", "packs the weights", CopyArguments(
                source, target, [gates, whole, hidden, Columns], [hidden * hidden, Columns * hidden, 1, hidden],
                    [panels * hidden * Columns, hidden * Columns, Columns, 1]));
        }

        return target;
    }
}
