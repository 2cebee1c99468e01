namespace MixPrec.Compiler.Graphs.Ops;

/// <summary>Every position along <paramref name="Axis"/> <paramref name="Times"/> times in a row.</summary>
internal sealed record Repeat(int Axis, int Times) : Op
{
    public override IReadOnlyList<TensorType> Infer(IReadOnlyList<TensorType?> inputs) =>
        [inputs[0]!.WithShape([.. inputs[0]!.Shape.Select((s, d) => d == Axis ? s * Times : s)])];
}
