using System.Globalization;
using MixPrec.Compiler.Execution;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Lowering;
using MixPrec.Plan;

namespace MixPrec.Worker.Verify;

/// <summary>
/// How far the outputs of a network move when nothing but rounding differs (<see cref="MovedNetwork"/>). A network that rounds to few bits on the way, or compares for
/// equality, answers a last bit with a whole step; two correct runtimes then differ by as much, and no fixed tolerance says how much that is.
/// </summary>
/// <remarks>
/// An output that misses the fixed tolerances is right if its root mean square distance from the expected output is at most <see cref="Factor"/> times the largest
/// one of the moved runs, and its largest distance as many times theirs; of integers and truth values, as many elements may differ. Where that allowance is more than
/// <see cref="Largest"/> of the output the network answers rounding alone with other results, and nothing is accepted. A wrong operator moves a network by much more
/// than a rounding does, and so stays wrong; a network without such steps moves by about 1e-6, and so gains nothing.
/// </remarks>
internal sealed class OwnRounding
{
    public const double Factor = 4, Largest = 1.0 / 16;

    /// <summary>Runs with signs of their own: a tie falls the other way in half of them.</summary>
    private const int Runs = 6;

    private readonly IReadOnlyList<Tensor> _own;
    private readonly IReadOnlyList<IReadOnlyList<Tensor>> _moved;

    private OwnRounding(IReadOnlyList<Tensor> own, IReadOnlyList<IReadOnlyList<Tensor>> moved) => (_own, _moved) = (own, moved);

    /// <param name="own">The outputs that are judged.</param>
    /// <param name="inputs">What they were computed from.</param>
    public static OwnRounding Measure(Graph graph, IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor> own, CancellationToken cancellation)
    {
        var moved = new List<IReadOnlyList<Tensor>>();
        if (MovedNetwork.WithoutNarrowStorage(graph) is { } wide)
        {
            moved.Add(Run(wide, inputs));
        }

        for (int seed = 1; seed <= Runs; seed++)
        {
            cancellation.ThrowIfCancellationRequested();
            var random = new Random(seed);
            moved.Add(Run(MovedNetwork.WithOtherRounding(graph, random), [.. inputs.Select(i => Moved(i, random))]));
        }

        return new(own, moved);
    }

    /// <summary>Why the output counts as the expected one; null where rounding alone does not explain the difference.</summary>
    /// <param name="output">Position among the outputs; type and shape are the expected ones.</param>
    public string? Explanation(int output, Tensor expected)
    {
        var own = _own[output];
        Tensor[] others = [.. _moved.Select(m => m[output]).Where(m => m.Type == own.Type && m.Shape.SequenceEqual(own.Shape))];
        if (others.Length == 0 || own.Type != expected.Type || !own.Shape.SequenceEqual(expected.Shape))
        {
            return null;
        }

        return TensorDistance.Of(own, expected) is { } distance && others.Select(o => TensorDistance.Of(own, o)).ToArray() is var moves && moves.All(m => m is not null)
            && distance.IsWithin(moves.Max(m => m!.RelativeRms), moves.Max(m => m!.Largest), moves.Max(m => m!.Different))
            ? string.Create(CultureInfo.InvariantCulture, $"output {output} is off by {distance.RelativeRms:G2} (relative RMS), and by {moves.Max(m => m!.RelativeRms):G2} where rounding alone differs")
            : null;
    }

    /// <summary>How far rounding alone moves an output, in words for one that stays wrong.</summary>
    public string Moves(int output)
    {
        double[] moves = [.. _moved.Where(m => m[output].Shape.SequenceEqual(_own[output].Shape)).Select(m => TensorDistance.Of(_own[output], m[output])?.RelativeRms ?? double.PositiveInfinity)];
        return string.Create(CultureInfo.InvariantCulture, $"rounding alone moves it by {moves.DefaultIfEmpty(double.PositiveInfinity).Max():G2} (relative RMS)");
    }

    private static IReadOnlyList<Tensor> Run(Graph graph, IReadOnlyList<Tensor> inputs)
    {
        using var model = CompiledModel.Compile(Lowerer.Lower(graph, PrecisionAssignment.AllFloat, RangeTable.Empty, new LoweringOptions("MovedModel")));
        return model.Run(inputs);
    }

    /// <summary>Floats one step up or down; other inputs as they are.</summary>
    private static Tensor Moved(Tensor input, Random random) => input.Type != ElementType.F32 ? input
        : Tensor.Of([.. input.Span<float>().ToArray().Select(x => x * (1 + ((random.Next(2) == 0 ? 1 : -1) * MovedNetwork.Step)))], input.Shape);
}
