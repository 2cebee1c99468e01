using System.ComponentModel;
using MixPrec.Runtime.Machine;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>How an epilogue's results leave it: element (row, column) of the output matrix, rows being samples or pixels.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface IStore
{
    /// <summary>Writes the first <paramref name="n"/> lanes at (row, column), (row, column + 1), …</summary>
    void Write<V>(V value, nint row, int column, int n)
        where V : struct, IVectorF32<V>;

    /// <summary>Adds what machine code needs to do the same; false where it cannot, and nothing may be made of it then.</summary>
    internal bool TryDescribe(ref MachineStore store);
}
