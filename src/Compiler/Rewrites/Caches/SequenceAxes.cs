namespace MixPrec.Compiler.Rewrites.Caches;

/// <summary>How a value depends on the sequence.</summary>
/// <param name="Query">The axis with a position for each token of the run.</param>
/// <param name="Key">The axis with a position for each token so far; −1 for all values but scores.</param>
/// <param name="Step">How far scores have come.</param>
internal readonly record struct SequenceAxes(int Query, int Key = -1, ScoreStep Step = ScoreStep.Raw)
{
    /// <summary>The same axes in a shape of more dimensions, or fewer, in front.</summary>
    public SequenceAxes Shifted(int by) => new(Query + by, Key < 0 ? -1 : Key + by, Step);
}

/// <summary>From scores to weights of the values.</summary>
internal enum ScoreStep
{
    Raw,

    /// <summary>Keys behind the query are hidden.</summary>
    Masked,

    /// <summary>Softmax was applied: keys behind the query weigh nothing.</summary>
    Weights,
}
