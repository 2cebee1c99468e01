namespace MixPrec.Runtime.Kernels;

/// <summary>The C# code of a row of tiles.</summary>
internal unsafe interface ITileCode
{
    /// <summary>Bytes of what the steps of a depth count in the left operand.</summary>
    static abstract int ElementBytes { get; }

    /// <inheritdoc cref="Tile.Sum"/>
    static abstract void Sum(in Tile tile, byte** lhs, int rows, int column, int columns, in Depth depth, void* sums, int sumPitch);
}
