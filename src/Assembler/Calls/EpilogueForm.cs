using System;

namespace MixPrec.Runtime.Machine;

/// <summary>What a procedure with an epilogue adds, and what it writes.</summary>
/// <remarks>Asked for with operators in Runtime: HasFlag allocates until its caller is optimised.</remarks>
[Flags]
internal enum EpilogueForm
{
    None = 0,

    /// <summary>Results are written as floats.</summary>
    Floats = 1,

    /// <summary>Results are written as unsigned bytes.</summary>
    Bytes = 2,

    /// <summary>What lies at the same place of another matrix is added before the bounds.</summary>
    Sum = 4,

    /// <summary>Results are written as unsigned bytes, and are their quantized values already but for the rounding.</summary>
    Rounded = 8,

    /// <summary>Results are those of the function Gelu, without bounds; floats or bytes, not both.</summary>
    Gelu = 16,
}
