using System.ComponentModel;

namespace MixPrec.Runtime.Kernels;

/// <summary>Sizes of a recurrent layer.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface IRecurrentShape
{
    /// <summary>Time steps.</summary>
    int Steps { get; }

    int Batch { get; }

    /// <summary>Elements of the hidden state of one sample.</summary>
    int Hidden { get; }
}
