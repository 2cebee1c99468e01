using System.ComponentModel;

namespace MixPrec.Runtime.Kernels;

/// <summary>Whether steps run once more.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe class Loop
{
    /// <param name="iteration">How often they have run.</param>
    /// <param name="tripCount">How often they run at most.</param>
    public static bool Continues(int iteration, int tripCount) => iteration < tripCount;

    /// <param name="iteration">How often they have run.</param>
    /// <param name="tripCount">How often they run at most.</param>
    /// <param name="condition">False at the end.</param>
    public static bool Continues(int iteration, int tripCount, Pointer<bool> condition) => iteration < tripCount && *condition.Address;

    /// <param name="iteration">How often they have run.</param>
    /// <param name="tripCount">How often they run at most.</param>
    public static bool Continues(int iteration, Pointer<long> tripCount) => iteration < *tripCount.Address;

    /// <param name="iteration">How often they have run.</param>
    /// <param name="tripCount">How often they run at most.</param>
    /// <param name="condition">False at the end.</param>
    public static bool Continues(int iteration, Pointer<long> tripCount, Pointer<bool> condition) =>
        iteration < *tripCount.Address && *condition.Address;
}
