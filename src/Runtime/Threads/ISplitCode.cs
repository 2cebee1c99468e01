using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Threads;

/// <summary>
/// Code over items that do not depend on each other: wherever they are cut into parts, and whichever thread runs a part, the results have
/// the same bits. It is written once for every register width.
/// </summary>
internal interface ISplitCode
{
    /// <summary>Items begin … end - 1. Parts may run at the same time.</summary>
    void Run<V>(int begin, int end)
        where V : struct, IVectorF32<V>;
}
