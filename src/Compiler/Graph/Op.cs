using MixPrec.Plan;

namespace MixPrec.Compiler.Graphs;

/// <summary>
/// An operation with its attributes. Each kind is one record in <c>Graph/Ops</c>: attributes, shape rule, and, where constants
/// may meet it, its slow and obvious meaning.
/// </summary>
internal abstract record Op
{
    /// <summary>Types of the outputs from the types of the inputs (null where an optional input is absent).</summary>
    /// <exception cref="ShapeException">The inputs do not fit the operation.</exception>
    public abstract IReadOnlyList<TensorType> Infer(IReadOnlyList<TensorType?> inputs);

    /// <summary>
    /// Pairs of sizes that have to be equal for the inputs to fit, and that <see cref="Infer"/>, which has been called, took to be equal:
    /// every size of two inputs that are combined. <see cref="Graphs.EqualSizes"/> decides what becomes of pairs that are not one
    /// expression.
    /// </summary>
    public virtual IEnumerable<(IntExpr Left, IntExpr Right)> EqualSizes(IReadOnlyList<TensorType?> inputs,
        IReadOnlyList<TensorType> outputs) => [];

    /// <summary>The outputs for constant inputs, computed slowly and obviously; null where this operation is not folded.</summary>
    public virtual IReadOnlyList<Tensor>? Evaluate(IReadOnlyList<Tensor?> inputs) => null;

    /// <summary>The scales of the only output, where the inputs are constants that the model quantized; null where they are lost.</summary>
    public virtual WeightScales? ScalesOf(IReadOnlyList<Value?> inputs) => null;

    /// <summary>
    /// The output's elements where every input is an integer vector or scalar known up to symbols (<see cref="Value.Integers"/>);
    /// null where this operation has no meaning on expressions.
    /// </summary>
    public virtual IReadOnlyList<IntExpr>? EvaluateIntegers(IReadOnlyList<Value> inputs) => null;

    /// <summary>
    /// The only output where every input is an integer vector or scalar known up to symbols, and the result is the same for every value of
    /// the symbols; null where it is not, or where that is not seen.
    /// </summary>
    public virtual Tensor? Decide(IReadOnlyList<Value> inputs) => null;

    /// <summary>The identifiers of the counts that a run of the operation finds out; none for most operations.</summary>
    public virtual IReadOnlyList<string> Counts => [];

    /// <summary>Sizes among the attributes: the counts in them have to be known before the operation runs.</summary>
    public virtual IEnumerable<IntExpr> ReadSizes => [];

    /// <summary>True when a run may fail for some values of the inputs, so that it must not run where its result is not wanted.</summary>
    public virtual bool MayFail(IReadOnlyList<Value?> inputs) => false;

    /// <summary>The words for the operation in messages and reports.</summary>
    public virtual string Kind => GetType().Name;
}

/// <summary>Inputs that do not fit an operation; the importer adds the node's name.</summary>
internal class ShapeException(string message) : Exception(message);

/// <summary>A tensor of more elements than <see cref="TensorType.LargestLength"/>.</summary>
internal sealed class SizeLimitException(TensorType type, Int128 length) : ShapeException($"{type} is too large")
{
    public TensorType Type { get; } = type;

    public Int128 Length { get; } = length;
}
