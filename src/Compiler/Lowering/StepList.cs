using MixPrec.Compiler.Graphs;
using MixPrec.Plan;
using Location = MixPrec.Plan.PlanArgument.Location;

namespace MixPrec.Compiler.Lowering;

/// <summary>The steps of a plan as lowering adds them, and the buffers that they write.</summary>
internal sealed class StepList
{
    private readonly List<PlanStep> _steps = [];
    private readonly List<IntExpr> _buffers = [];

    public IReadOnlyList<PlanStep> Steps => _steps;

    /// <summary>Bytes of each buffer; steps refer to buffers as slots until <see cref="Storage.SlotPlanner"/> has run.</summary>
    public IReadOnlyList<IntExpr> Buffers => _buffers;

    /// <param name="count">The size that the step returns; null for none.</param>
    /// <param name="isMove">Whether the step only brings what a layer reads into another form.</param>
    public void Add(Node node, string method, string comment, IEnumerable<PlanArgument> arguments, string? count = null,
        bool isMove = false) =>
        _steps.Add(new(method, node.Name, comment, new(KernelParameters.Named(method, [.. arguments])))
        {
            Count = count,
            Shapes = isMove ? "" : Shapes(node),
        });

    /// <summary>Steps that run as long as <paramref name="method"/> returns true: those that <paramref name="body"/> adds.</summary>
    public void Repeat(Node node, string iteration, string method, string comment, IEnumerable<PlanArgument> arguments, Action body,
        bool isMove = false)
    {
        int first = _steps.Count;
        Add(node, method, comment, arguments, iteration, isMove);
        body();
        _steps[first] = _steps[first] with { Repeats = _steps.Count - first - 1 };
    }

    public Location Temporary(ElementType element, IntExpr elements)
    {
        _buffers.Add(elements * element.Size());
        return new Location(element, Place.Slot, _buffers.Count - 1, 0);
    }

    private static string Shapes(Node node) =>
        (string.Join(" × ", node.Inputs.Where(i => i is { Constant: null }).Select(i => Shape(i!)))
            + " → " + string.Join(", ", node.Outputs.Select(Shape))).Trim();

    private static string Shape(Value value) => $"[{string.Join(", ", value.Shape)}]";
}
