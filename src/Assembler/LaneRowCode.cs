using Iced.Intel;
using MixPrec.Runtime.Machine;
using static Iced.Intel.AssemblerRegisters;
using Assembly = Iced.Intel.Assembler;

namespace MixPrec.Assembler;

/// <summary>
/// A depthwise convolution of floats with three taps across, tile after tile of pixels beside each other: each register of the input is
/// read once for all pixels that it is a tap of. Sums are those of <see cref="LaneCode"/>: row by row, from left to right.
/// </summary>
internal sealed class LaneRowCode
{
    private readonly Frame frame;
    private readonly Product product;
    private readonly int stride;

    /// <summary>Pixels are cut evenly, so that there is one small tile at most, the last.</summary>
    private readonly bool repeats;
    private readonly EpilogueForm form;
    private readonly EpilogueCode epilogue;

    /// <summary>Columns that one register reaches: at 0, 1 and 2 times the distance between them.</summary>
    private const int ColumnsOfPlace = 3;

    /// <summary>The first tap of the channels at hand, its row, a column, and the distance between columns, once and three times.</summary>
    private readonly AssemblerRegister64 first, row, column, pitch, threePitches;

    /// <summary>The weights of the first tap of the channels at hand, of the row, and the distance between taps.</summary>
    private readonly AssemblerRegister64 weights, weight, weightPitch;

    private readonly AssemblerRegister64 rows, vectors;
    private readonly Register[] factors, sums;
    private readonly Register pixel;

    /// <param name="product">Of floats.</param>
    /// <param name="pixels">Of a tile.</param>
    /// <param name="stride">Columns from one pixel to the next.</param>
    /// <param name="form">What becomes of the sums.</param>
    public LaneRowCode(Product product, int pixels, int stride, EpilogueForm form)
    {
        (this.product, this.stride, this.form, frame) = (product, stride, form, new(product));
        repeats = 2 * pixels > TileCall.RowPixels;
        epilogue = product.Epilogue(hasByteSums: false, form);
        (first, row, column, pitch, threePitches) = (frame.Take(), frame.Take(), frame.Take(), frame.Take(), frame.Take());
        (weights, weight, weightPitch) = (frame.Take(), frame.Take(), frame.Take());
        (rows, vectors) = (frame.Take(), frame.Take());
        (factors, pixel) = (frame.TakeVectors(TileCall.RowTaps), frame.TakeVectors(1)[0]);
        sums = frame.TakeVectors(pixels);
        epilogue.Take(frame, 1, [pixel, .. factors]);
    }

    private Assembly Code => frame.Code;

    private int LastColumn => ((sums.Length - 1) * stride) + TileCall.RowTaps - 1;

    /// <summary>Fields that move along with the channels, what they begin with, and by how much.</summary>
    private IEnumerable<(string Place, string First, int Step)> Places =>
    [
        (nameof(TileCall.Bias), nameof(TileCall.FirstBias), product.Bytes),
        form == EpilogueForm.Bytes
            ? (nameof(TileCall.Bytes), nameof(TileCall.FirstByte), product.Bytes / sizeof(float))
            : (nameof(TileCall.Floats), nameof(TileCall.FirstFloat), product.Bytes),
    ];

    public byte[] Assemble() => frame.Assemble(() =>
    {
        Label tile = Code.CreateLabel(), vector = Code.CreateLabel(), tapRow = Code.CreateLabel();
        Code.mov(pitch, Frame.Argument(nameof(TileCall.InnerLhsStep)));
        if (LastColumn >= ColumnsOfPlace)
        {
            Code.lea(threePitches, __[pitch + (pitch * 2)]);
        }

        Code.mov(weightPitch, Frame.Argument(nameof(TileCall.InnerWeightsStep)));
        if (repeats)
        {
            Code.Label(ref tile);
        }

        Code.mov(first, Frame.Argument(nameof(TileCall.Lhs)));
        Code.mov(first, __qword_ptr[first]);
        Code.add(first, Frame.Argument(nameof(TileCall.FirstChannel)));
        Code.mov(weights, Frame.Argument(nameof(TileCall.Weights)));
        Code.mov(vectors, Frame.Argument(nameof(TileCall.Inner)));
        Code.Label(ref vector);
        Array.ForEach(sums, register => product.EmitZero(Code, register));
        Code.mov(row, first);
        Code.mov(weight, weights);
        Code.mov(rows, Frame.Argument(nameof(TileCall.Outer)));
        Code.Label(ref tapRow);
        TapRow();
        Code.add(row, Frame.Argument(nameof(TileCall.OuterLhsStep)));
        Code.add(weight, Frame.Argument(nameof(TileCall.OuterWeightsStep)));
        Code.dec(rows);
        Code.jne(tapRow);
        epilogue.EmitBegin(Code, row);
        epilogue.EmitRows(Code, new(row, column, weight, rows, Bias: rows), sums.Length, sums, areNeighbours: true);
        Code.add(first, product.Bytes);
        Code.add(weights, product.Bytes);
        foreach (var place in Places)
        {
            Code.add(Frame.Argument(place.Place), place.Step);
        }

        Code.dec(vectors);
        Code.jne(vector);
        if (repeats)
        {
            foreach (var place in Places)
            {
                Code.mov(row, Frame.Argument(place.First));
                Code.mov(Frame.Argument(place.Place), row);
            }

            Code.add(Frame.Argument(nameof(TileCall.Lhs)), sums.Length * sizeof(long));
            Code.add(Frame.Argument(nameof(TileCall.Outputs)), sums.Length * sizeof(long));
            Code.dec(Frame.Argument(nameof(TileCall.Tiles)));
            Code.jne(tile);
        }
    });

    private void TapRow()
    {
        for (int tap = 0; tap < factors.Length; tap++)
        {
            Code.AddInstruction(Instruction.Create(product.Load, factors[tap],
                tap == 0 ? new MemoryOperand(weight) : new MemoryOperand(weight, weightPitch, tap)));
        }

        Code.mov(column, row);
        for (int place = 0; place <= LastColumn; place++)
        {
            int beyond = place % ColumnsOfPlace;
            if (beyond == 0 && place > 0)
            {
                Code.add(column, threePitches);
            }

            Code.AddInstruction(Instruction.Create(
                product.Load, pixel, beyond == 0 ? new MemoryOperand(column) : new MemoryOperand(column, pitch, beyond)));
            for (int tap = 0; tap < factors.Length; tap++)
            {
                var (sum, rest) = Math.DivRem(place - tap, stride);
                if (place >= tap && rest == 0 && sum < sums.Length)
                {
                    Code.AddInstruction(Instruction.Create(product.MultiplyAdd, sums[sum], pixel, factors[tap]));
                }
            }
        }
    }
}
