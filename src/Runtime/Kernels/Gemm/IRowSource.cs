namespace MixPrec.Runtime.Kernels;

/// <summary>Where the rows of a left operand lie in memory and where their results go.</summary>
internal unsafe interface IRowSource
{
    /// <summary>Addresses and output row numbers of rows first … first + count - 1.</summary>
    void Locate(int first, int count, byte** lhs, nint* outputs);
}
