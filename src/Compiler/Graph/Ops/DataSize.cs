using MixPrec.Plan;

namespace MixPrec.Compiler.Graphs.Ops;

/// <summary>The only element of an I64 value becomes a size, 0 to <paramref name="Most"/>; the output is the value itself.</summary>
internal sealed record DataSize(string Count, IntExpr Most) : Op
{
    public override IReadOnlyList<string> Counts => [Count];

    public override bool MayFail(IReadOnlyList<Value?> inputs) => true;

    public override IEnumerable<IntExpr> ReadSizes => [Most];

    public override IReadOnlyList<TensorType> Infer(IReadOnlyList<TensorType?> inputs) =>
        inputs[0] is { Element: ElementType.I64 } size && size.Length == IntExpr.One ? [size]
            : throw new ShapeException($"{inputs[0]} is no size");
}
