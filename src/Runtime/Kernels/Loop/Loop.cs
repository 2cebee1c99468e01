using System.ComponentModel;

namespace MixPrec.Runtime.Kernels;

/// <summary>Whether steps run once more.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe class Loop
{
    /// <param name="time">How often they have run.</param>
    /// <param name="times">How often they run at most.</param>
    public static bool Goes(int time, int times) => time < times;

    /// <param name="time">How often they have run.</param>
    /// <param name="times">How often they run at most.</param>
    /// <param name="condition">False at the end.</param>
    public static bool Goes(int time, int times, Pointer<bool> condition) => time < times && *condition.Address;

    /// <param name="time">How often they have run.</param>
    /// <param name="times">How often they run at most.</param>
    public static bool Goes(int time, Pointer<long> times) => time < *times.Address;

    /// <param name="time">How often they have run.</param>
    /// <param name="times">How often they run at most.</param>
    /// <param name="condition">False at the end.</param>
    public static bool Goes(int time, Pointer<long> times, Pointer<bool> condition) => time < *times.Address && *condition.Address;
}
