using MixPrec.Plan;

namespace MixPrec.Compiler.Graphs.Ops;

/// <summary>How the leaves of several trees make one output.</summary>
internal enum LeafJoin
{
    Sum, Minimum, Maximum,
}

/// <summary>
/// What the leaves hold that each row of x (input 0, [N, F]) falls to, joined for each of <paramref name="Outputs"/> outputs; 0 where no
/// leaf holds anything for one. Inputs 1 to 5 are constants: roots, nodes [n, 4], splits, targets and weights as the kernel
/// <c>TreeEnsemble</c> reads them. No gradient: splits are steps.
/// </summary>
internal sealed record TreeEnsemble(LeafJoin Join, int Outputs) : Op
{
    public override IReadOnlyList<TensorType> Infer(IReadOnlyList<TensorType?> inputs) =>
        [new TensorType(inputs[0]!.Element, [inputs[0]!.Shape[0], Outputs])];
}
