namespace MixPrec.Runtime.Kernels;

/// <summary>Operands of the second pass and the test that asks for it; see <see cref="Gemm.TwoPass{TShape, TActivation, TStore}(TShape, int, float, float, Pointer{float}, Pointer{byte}, Pointer{sbyte}, Pointer{int}, Pointer{float}, Pointer{float}, Pointer{float}, Pointer{float}, TActivation, TStore)"/>.</summary>
internal readonly unsafe struct FloatRows(float* lhs, int depth, float* rows, float* norms, float* bias, float tolerance, float guard)
{
    private readonly nint pitch = (depth + 15) & ~15;

    public float* Lhs => lhs;

    public int Depth => depth;

    public float* Norms => norms;

    public float* Bias => bias;

    public float Tolerance => tolerance;

    public float Guard => guard;

    public float* Row(int column) => rows + (column * pitch);
}
