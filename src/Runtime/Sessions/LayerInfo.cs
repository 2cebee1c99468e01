namespace MixPrec.Runtime;

/// <summary>What the build chose for one layer, and what the choice costs and gains.</summary>
public sealed record LayerInfo
{
    /// <summary>Name of the layer in the source model.</summary>
    public required string Name { get; init; }

    /// <summary>Operator, for example <c>Conv</c>.</summary>
    public required string Operator { get; init; }

    /// <summary>Precision of storage and products, for example <c>int8</c> or <c>fp32</c>.</summary>
    public required string Precision { get; init; }

    /// <summary>Type sums are accumulated in, for example <c>int32</c>.</summary>
    public required string Accumulator { get; init; }

    /// <summary>Part of the predicted squared loss error that this layer causes, 0 … 1; null where nothing was measured.</summary>
    public double? ShareOfLossError { get; init; }

    /// <summary>
    /// Microseconds saved against fp32, as measured for the layer's sub-graph; negative if the choice costs time, null if it was not
    /// measured.
    /// </summary>
    public double? TimeGainMicroseconds { get; init; }
}
