using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Lowering.Storage;
using MixPrec.Plan;
using static MixPrec.Compiler.Lowering.LoweringContext;
using Location = MixPrec.Plan.PlanArgument.Location;

namespace MixPrec.Compiler.Lowering.Ops;

/// <summary>
/// The steps of the body, repeated. A state lies in the memory of the output that it becomes at last, filled before the first time and
/// after each; what is collected goes straight to its place.
/// </summary>
internal sealed class LoopLowering : OpLowering<Loop>
{
    protected override void Lower(Node node, Loop op, LoweringContext context)
    {
        Location[] first = [.. Enumerable.Range(2, op.States).Select(i => context.Read(node, node.Input(i), Layout.RowMajor))];
        Location[] captured = [.. node.Inputs.Skip(2 + op.States).Select(v => context.Read(node, v!, Layout.RowMajor))];
        PlanArgument times = op.TripCount is { } known ? Int(known) : node.InputOrNull(0) is { } limit
            ? context.Read(node, limit, Layout.RowMajor) : Int(int.MaxValue);
        Location[] states = [.. node.Outputs.Take(op.States).Select(o => context.Create(o, Layout.RowMajor))];
        Location[] collected = [.. node.Outputs.Skip(op.States).Select(o => context.Create(o, Layout.RowMajor))];
        var condition = context.Temporary(ElementType.Bool, 1);
        if (op.Conditional)
        {
            var goes = node.InputOrNull(1) ?? GraphBuilder.Constant("goes", Tensor.Create<bool>(ElementType.Bool, [true]));
            Copy(node, context, context.Read(node, goes, Layout.RowMajor), condition, 1, "whether the loop begins");
        }

        foreach (var (from, to, output) in first.Zip(states, node.Outputs))
        {
            Copy(node, context, from, to, output.Type.Length, "a state of the loop");
        }

        context.Repeat(node, op.Iteration, "Loop.Continues", op.Conditional ? "repeats the steps that follow as long as a condition holds"
            : "repeats the steps that follow",
            [Int(IntExpr.Count(op.Iteration)), times, .. op.Conditional ? (PlanArgument[])[condition] : []], () =>
            {
                var body = context.Inside(op.Body, [.. states, .. captured]);
                int before = context.Steps.Count;
                Lowerer.LowerNodes(body);
                Finish(node, op, body, condition, states, collected);
                if (context.Steps.Count == before)
                {
                    // What repeats has at least one step.
                    Copy(node, body, condition, condition, 1, "a body that passes everything on");
                }
            });
    }

    /// <summary>Takes what the body returned over to the next time. A state may be what another one was.</summary>
    private static void Finish(Node node, Loop op, LoweringContext body, Location condition, Location[] states, Location[] collected)
    {
        Location[] results = [.. op.Body.Outputs.Select(o => body.Read(node, o, Layout.RowMajor))];
        IntExpr Length(int output) => op.Body.Outputs[output].Type.Length;
        if (op.Conditional)
        {
            Copy(node, body, results[0], condition, 1, "whether the loop goes on");
        }

        for (int i = 0; i < collected.Length; i++)
        {
            int output = 1 + op.States + i;
            var place = collected[i]
                with { Offset = collected[i].Offset + (IntExpr.Count(op.Iteration) * Length(output) * collected[i].Type.Size()) };
            Copy(node, body, results[output], place, Length(output), "collects a value");
        }

        for (int i = 0; i < states.Length; i++)
        {
            if (results[1 + i] != states[i] && states.Any(s => (s.Place, s.Index) == (results[1 + i].Place, results[1 + i].Index)))
            {
                var aside = body.Temporary(states[i].Type, Length(1 + i));
                Copy(node, body, results[1 + i], aside, Length(1 + i), "puts a state aside");
                results[1 + i] = aside;
            }
        }

        for (int i = 0; i < states.Length; i++)
        {
            if (results[1 + i] != states[i])
            {
                Copy(node, body, results[1 + i], states[i], Length(1 + i), "the state for the next time");
            }
        }
    }

    private static void Copy(Node node, LoweringContext context, Location from, Location to, IntExpr length, string comment) =>
        context.Call(node, "Copy.Strided", comment, CopyArguments(from, to, [length], [1], [1]));
}
