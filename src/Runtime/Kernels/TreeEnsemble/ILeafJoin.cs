using System.ComponentModel;
using System.Numerics;

namespace MixPrec.Runtime.Kernels;

/// <summary>How the leaves of several trees make one output.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface ILeafJoin
{
    /// <summary>The output before the first tree.</summary>
    static abstract T Start<T>() where T : IFloatingPointIeee754<T>;

    /// <summary>The output after another leaf.</summary>
    static abstract T Join<T>(T sofar, T weight) where T : IFloatingPointIeee754<T>;
}

/// <summary>Σ weights</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct LeafSum : ILeafJoin
{
    /// <inheritdoc/>
    public static T Start<T>() where T : IFloatingPointIeee754<T> => T.Zero;

    /// <inheritdoc/>
    public static T Join<T>(T sofar, T weight) where T : IFloatingPointIeee754<T> => sofar + weight;
}

/// <summary>The lowest weight.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct LeafMinimum : ILeafJoin
{
    /// <inheritdoc/>
    public static T Start<T>() where T : IFloatingPointIeee754<T> => T.PositiveInfinity;

    /// <inheritdoc/>
    public static T Join<T>(T sofar, T weight) where T : IFloatingPointIeee754<T> => weight < sofar ? weight : sofar;
}

/// <summary>The highest weight.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct LeafMaximum : ILeafJoin
{
    /// <inheritdoc/>
    public static T Start<T>() where T : IFloatingPointIeee754<T> => T.NegativeInfinity;

    /// <inheritdoc/>
    public static T Join<T>(T sofar, T weight) where T : IFloatingPointIeee754<T> => weight > sofar ? weight : sofar;
}
