namespace MixPrec.Assembler;

/// <summary>A piece of machine code that can run at any address.</summary>
/// <param name="Kernel">The kernel that it is a part of.</param>
/// <param name="Rows">Rows of sums.</param>
/// <param name="Vectors">Registers of columns.</param>
/// <param name="Code">Its bytes.</param>
internal sealed record Procedure(string Kernel, int Rows, int Vectors, byte[] Code);

/// <summary>All that Runtime is given.</summary>
internal static class Procedures
{
    /// <summary>Most rows of a tile.</summary>
    public const int MaxRows = 8;

    /// <summary>The numbers of registers that a tile may be wide.</summary>
    public static readonly int[] Widths = [1, 2, 4, 8];

    public static IReadOnlyList<Procedure> All() =>
    [
        .. from rows in Enumerable.Range(1, MaxRows)
           from vectors in Widths
           where ByteTileCode.Fits(rows, vectors)
           select new Procedure("U8S8Avx512Vnni", rows, vectors, new ByteTileCode(rows, vectors).Assemble()),
    ];
}
