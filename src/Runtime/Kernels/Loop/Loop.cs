using System.ComponentModel;

namespace MixPrec.Runtime.Kernels;

/// <summary>Whether steps run once more. Each of them throws after 2,147,483,647 iterations.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe class Loop
{
    /// <param name="iteration">How often they have run.</param>
    /// <param name="tripCount">How often they run at most.</param>
    public static bool Continues(int iteration, int tripCount) => IsWithin(iteration, tripCount);

    /// <param name="iteration">How often they have run.</param>
    /// <param name="tripCount">How often they run at most.</param>
    /// <param name="condition">False at the end.</param>
    public static bool Continues(int iteration, int tripCount, Pointer<bool> condition) =>
        IsWithin(iteration, tripCount) && *condition.Address;

    /// <param name="iteration">How often they have run.</param>
    /// <param name="tripCount">How often they run at most.</param>
    public static bool Continues(int iteration, Pointer<long> tripCount) => IsWithin(iteration, *tripCount.Address);

    /// <param name="iteration">How often they have run.</param>
    /// <param name="tripCount">How often they run at most.</param>
    /// <param name="condition">False at the end.</param>
    public static bool Continues(int iteration, Pointer<long> tripCount, Pointer<bool> condition) =>
        IsWithin(iteration, *tripCount.Address) && *condition.Address;

    /// <summary>
    /// Iterations have a number, and so a limit: a loop that never ends throws there instead of stopping with what it has by then.
    /// </summary>
    private static bool IsWithin(int iteration, long tripCount) => iteration < int.MaxValue ? iteration < tripCount : throw new
        InvalidOperationException("A loop of the model did not end within 2,147,483,647 iterations.");
}
