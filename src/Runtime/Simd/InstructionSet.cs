using System.ComponentModel;

namespace MixPrec.Runtime.Simd;

/// <summary>The instruction sets kernels are written for, from the narrowest to the widest.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public enum InstructionSet
{
    /// <summary>No vector registers: one lane.</summary>
    Scalar,

    /// <summary>128-bit registers: SSE2 and later, AdvSimd, WASM.</summary>
    Vector128,

    /// <summary>256-bit registers with FMA.</summary>
    Avx2,

    /// <summary>Avx2 with the byte dot product (VEX vpdpbusd).</summary>
    AvxVnni,

    /// <summary>512-bit registers: AVX-512 F, BW, CD, DQ, VL.</summary>
    Avx512,

    /// <summary>Avx512 with the byte dot product on its registers (EVEX vpdpbusd), which machine code uses.</summary>
    Avx512Vnni,

    /// <summary>Avx512Vnni with the product of pairs of bfloat16 (vdpbf16ps), which machine code uses.</summary>
    Avx512BF16,
}
