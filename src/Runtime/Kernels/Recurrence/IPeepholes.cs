using System.ComponentModel;

namespace MixPrec.Runtime.Kernels;

/// <summary>Weights from the cell state to the gates of an LSTM.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public unsafe interface IPeepholes
{
    static abstract bool Present { get; }

    /// <summary>[3][Hidden]: input, output and forget gate.</summary>
    float* Weights { get; }
}

/// <summary>The gates do not see the cell state.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly unsafe struct NoPeepholes : IPeepholes
{
    public static bool Present => false;

    public float* Weights => null;
}

/// <inheritdoc cref="IPeepholes"/>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly unsafe struct Peepholes(Pointer<float> weights) : IPeepholes
{
    public static bool Present => true;

    public float* Weights => weights.Address;
}
