using MixPrec.Runtime.Machine;

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
    public static IReadOnlyList<Procedure> All() =>
    [
        .. from rows in Enumerable.Range(1, TileCall.MaxRows)
           from width in Enumerable.Range(0, TileCall.Widths)
           let vectors = 1 << width
           where vectors <= TileCall.MostVectors(rows)
           select new Procedure("U8S8Avx512Vnni", rows, vectors, new ByteTileCode(rows, vectors).Assemble()),
    ];
}
