using MixPrec.Runtime.Machine;

namespace MixPrec.Assembler;

/// <summary>A piece of machine code that can run at any address.</summary>
/// <param name="Rows">Rows of sums; 0 for the roof of the kernel's instructions.</param>
/// <param name="Vectors">Registers of columns.</param>
/// <param name="Code">Its bytes.</param>
/// <param name="Form">Of its epilogue.</param>
internal sealed record Procedure(int Rows, int Vectors, byte[] Code, EpilogueForm Form = EpilogueForm.None);

/// <summary>The procedures of one kernel.</summary>
/// <param name="Name">Of its list in Runtime.</param>
/// <param name="Procedures">Its tiles and its roof.</param>
internal sealed record Kernel(string Name, IReadOnlyList<Procedure> Procedures);

/// <summary>All that Runtime is given: a line for each kernel.</summary>
internal static class Kernels
{
    public static IReadOnlyList<Kernel> All() =>
    [
        Tiles("U8S8Avx512Vnni", Product.U8S8Avx512Vnni, maxRows: 8),
        Finished("U8S8Avx512Vnni", Product.U8S8Avx512Vnni, maxRows: 8, hasByteSums: true),
        Tiles("F32Avx512", Product.F32Avx512, maxRows: 8),
        Finished("F32Avx512", Product.F32Avx512, maxRows: 8, hasByteSums: false),
        Tiles("RowMajorF32Avx512", Product.F32Avx512, maxRows: 8, isRowMajor: true),
        Tiles("BF16Avx512", Product.BF16Avx512, maxRows: 8),
        Tiles("BF16Pairs", Product.BF16Pairs, maxRows: 8),
        Finished("BF16Pairs", Product.BF16Pairs, maxRows: 8, hasByteSums: false),
        Tiles("F32Avx2", Product.F32Avx2, maxRows: 6),
        Finished("F32Avx2", Product.F32Avx2, maxRows: 6, hasByteSums: false),
        Tiles("U7S8Avx512", Product.U7S8Avx512, maxRows: 8),
        Finished("U7S8Avx512", Product.U7S8Avx512, maxRows: 8, hasByteSums: true),
        Tiles("U7S8Avx2", Product.U7S8Avx2, maxRows: 6),
        Finished("U7S8Avx2", Product.U7S8Avx2, maxRows: 6, hasByteSums: true),
        Tiles("U8S8Avx512", Product.U8S8Avx512, maxRows: 8),
        Tiles("U8S8Avx2", Product.U8S8Avx2, maxRows: 6),
        Tiles("F32RunsAvx512", Product.F32RunsAvx512, maxRows: 8),
        Tiles("F32RunsAvx2", Product.F32RunsAvx2, maxRows: 6),
        Tiles("S16Avx512Vnni", Product.S16Avx512Vnni, maxRows: 8),
        Tiles("S16Avx512", Product.S16Avx512, maxRows: 8),
        Tiles("S16Avx2", Product.S16Avx2, maxRows: 6),
        Lanes("LanesF32Avx512", Product.F32Avx512, maxPixels: TileCall.Avx512Pixels, maxVectors: TileCall.Avx512Pixels),
        Lanes("LanesF32Avx2", Product.F32Avx2, maxPixels: TileCall.Avx2Pixels, maxVectors: 2),
        LaneRows("LaneRowsF32Avx512", Product.F32Avx512),
        LaneRows("LaneRowsF32Avx2", Product.F32Avx2),
        .. from pixels in ChannelCall.PixelsAtOnce.ToArray()
           select new Kernel($"Channels{pixels}U8S8Avx512Vnni", [new(0, 0, new ChannelCode(pixels).Assemble())]),
        new("ChannelsU8S8Avx2", [new(0, 0, new ChannelPairCode().Assemble())]),
        new("LargeTilePixelsAvx512", [new(0, 0, new LargeTilePixelCode().Assemble())]),
        new("LargeTileFiltersAvx512", [new(0, 0, new LargeTileFilterCode().Assemble())]),
        new("LargeTileOutputsAvx512",
        [
            .. from form in Forms(hasByteSums: true, EpilogueForm.None, EpilogueForm.Sum)
               select new Procedure(0, 0, new LargeTileOutputCode(form).Assemble(), form),
        ]),
        new("State", [new(0, 0, StateCode.Assemble())]),
    ];

    /// <summary>
    /// Tiles of every height, two registers of columns wide. With one or two rows it takes up to eight to keep the multipliers busy.
    /// </summary>
    private static Kernel Tiles(string name, Product product, int maxRows, bool isRowMajor = false) => new(name,
    [
        new(0, 0, new RoofCode(product).Assemble()),
        .. from rows in Enumerable.Range(1, maxRows)
           from vectors in Enumerable.Range(1, rows <= 2 ? TileCall.MaxVectors : 2)
           where TileCode.Fits(product, rows, vectors)
           select new Procedure(rows, vectors, new TileCode(product, rows, vectors, isRowMajor).Assemble()),
    ]);

    /// <summary>Tiles with each form of epilogue. One or two rows have little of it.</summary>
    private static Kernel Finished(string name, Product product, int maxRows, bool hasByteSums) => new($"{name}Finished",
    [
        .. from form in Forms(hasByteSums, EpilogueForm.None, EpilogueForm.Sum, EpilogueForm.Gelu)
           from rows in Enumerable.Range(TileCall.LeastFinishedRows, maxRows - TileCall.LeastFinishedRows + 1)
           from columns in Enumerable.Range(1, product.HasHalves ? TileCall.OneAndAHalf : 2)
           let vectors = Math.Min(columns, 2)
           let tile = new TileCode(product, rows, vectors, false, product.Epilogue(hasByteSums, form), columns == TileCall.OneAndAHalf)
           select new Procedure(rows, columns, tile.Assemble(), form),
    ]);

    /// <summary>What is written of what is added. Sums of bytes that become bytes alone are quantized by their scales.</summary>
    private static IEnumerable<EpilogueForm> Forms(bool hasByteSums, params EpilogueForm[] added) =>
        from first in added
        from written in new[] { EpilogueForm.Floats, EpilogueForm.Bytes, EpilogueForm.Floats | EpilogueForm.Bytes }
        where first != EpilogueForm.Gelu || written != (EpilogueForm.Floats | EpilogueForm.Bytes)
        select hasByteSums && (first | written) == EpilogueForm.Bytes ? EpilogueForm.Rounded : first | written;

    /// <summary>Tiles of every size, of floats and of bytes.</summary>
    private static Kernel Lanes(string name, Product product, int maxPixels, int maxVectors) => new(name,
    [
        .. from form in new[] { EpilogueForm.Floats, EpilogueForm.Bytes }
           from pixels in Enumerable.Range(1, maxPixels)
           from vectors in Enumerable.Range(1, maxVectors)
           select new Procedure(pixels, vectors, new LaneCode(product, pixels, maxPixels, vectors, form).Assemble(), form),
    ]);

    /// <summary>The same of pixels beside each other; instead of registers of channels, columns from one to the next.</summary>
    private static Kernel LaneRows(string name, Product product) => new(name,
    [
        .. from form in new[] { EpilogueForm.Floats, EpilogueForm.Bytes }
           from pixels in Enumerable.Range(1, TileCall.RowPixels)
           from stride in Enumerable.Range(1, TileCall.RowStrides)
           select new Procedure(pixels, stride, new LaneRowCode(product, pixels, stride, form).Assemble(), form),
    ]);
}
