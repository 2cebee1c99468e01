using MixPrec.Plan;

namespace MixPrec.Compiler.Graphs.Ops;

/// <summary>
/// The position (I64) of each element of x (input 0) among keys (input 1, a constant, ascending), or their number where it is none of them.
/// </summary>
/// <param name="Required">An element that is no key is an error of the run.</param>
internal sealed record KeySearch(bool Required) : Op
{
    public override IReadOnlyList<TensorType> Infer(IReadOnlyList<TensorType?> inputs) => inputs[0]!.Element == inputs[1]!.Element
        ? [new TensorType(ElementType.I64, inputs[0]!.Shape)]
        : throw new ShapeException($"elements {inputs[0]!.Element} are searched among keys {inputs[1]!.Element}");

    public override bool MayFail(IReadOnlyList<Value?> inputs) => Required;
}
