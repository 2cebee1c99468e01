namespace MixPrec.Runtime.Kernels;

/// <summary>Rows at a fixed distance of <paramref name="stride"/> bytes.</summary>
internal readonly unsafe struct MatrixRows(byte* lhs, nint stride) : IRowSource
{
    public void Locate(int first, int count, byte** rows, nint* outputs)
    {
        for (int i = 0; i < count; i++)
        {
            rows[i] = lhs + ((first + i) * stride);
            outputs[i] = first + i;
        }
    }
}
