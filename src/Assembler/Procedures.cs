using MixPrec.Runtime.Machine;

namespace MixPrec.Assembler;

/// <summary>A piece of machine code that can run at any address.</summary>
/// <param name="Kernel">The kernel that it is a part of.</param>
/// <param name="Rows">Rows of sums.</param>
/// <param name="Vectors">Registers of columns.</param>
/// <param name="Code">Its bytes.</param>
internal sealed record Procedure(string Kernel, int Rows, int Vectors, byte[] Code);

/// <summary>All that Runtime is given: a line for each kernel.</summary>
internal static class Procedures
{
    public static IReadOnlyList<Procedure> All() =>
    [
        .. Tiles("U8S8Avx512Vnni", Product.U8S8Avx512Vnni, maxRows: 8, tall: 2),
    ];

    /// <summary>Tiles of every height. With one or two rows it takes eight registers of columns to keep the multipliers busy.</summary>
    private static IEnumerable<Procedure> Tiles(string kernel, Product product, int maxRows, int tall, bool isRowMajor = false) =>
        from rows in Enumerable.Range(1, maxRows)
        from vectors in Enumerable.Range(1, rows <= 2 ? TileCall.MaxVectors : tall)
        select new Procedure(kernel, rows, vectors, new TileCode(product, rows, vectors, isRowMajor).Assemble());
}
