namespace MixPrec.Runtime.Kernels;

/// <summary>Operands of the second pass, and the test that asks for it.</summary>
/// <param name="lhs">[M, K].</param>
/// <param name="depth">K.</param>
/// <param name="weights">The columns of the weights one after another, each <see cref="RowDots.Bytes"/>.</param>
/// <param name="norms">‖w‖₂ of each.</param>
/// <param name="bias">Bias of each.</param>
/// <param name="tolerance">Above it a condition number fails.</param>
/// <param name="guard">Below zero, how far an argument may be off, in units of its numerator.</param>
internal readonly unsafe struct WideColumns<TWeights>(float* lhs, int depth, byte* weights, float* norms, float* bias, float tolerance,
    float guard)
    where TWeights : struct, IWeightRows
{
    private readonly nint pitch = RowDots.Bytes<TWeights>(depth);

    public float* Lhs => lhs;

    public int Depth => depth;

    public float* Norms => norms;

    public float* Bias => bias;

    public float Tolerance => tolerance;

    public float Guard => guard;

    public byte* Column(int column) => weights + (column * pitch);
}
