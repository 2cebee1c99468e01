using Iced.Intel;
using MixPrec.Runtime.Machine;
using static Iced.Intel.AssemblerRegisters;
using Assembly = Iced.Intel.Assembler;

namespace MixPrec.Assembler;

/// <summary>
/// A depthwise convolution of floats, tile after tile: each lane is a channel, multiplied with a weight of its own at each tap. Weights are
/// read once for all pixels of a tile. Of 512-bit registers (AVX-512 F) the last one has a mask, those of 256 bits (AVX2, FMA) are whole.
/// </summary>
internal sealed class LaneCode
{
    private readonly Frame frame;
    private readonly Product product;
    private readonly int pixels, vectors;
    private readonly bool repeats;
    private readonly EpilogueCode epilogue;
    private readonly AssemblerRegister64 position, taps, weights, weight, count;
    private readonly AssemblerRegister64[] places;
    private readonly Register[] operands, sums;

    /// <param name="product">Of floats.</param>
    /// <param name="pixels">Of a tile.</param>
    /// <param name="mostPixels">Of the largest tile: pixels are cut evenly, so that there is one small tile at most, the last.</param>
    /// <param name="vectors">Registers of channels.</param>
    /// <param name="form">What becomes of the sums.</param>
    public LaneCode(Product product, int pixels, int mostPixels, int vectors, EpilogueForm form)
    {
        (this.product, this.pixels, this.vectors) = (product, pixels, vectors);
        repeats = 2 * pixels > mostPixels;
        frame = new(product);
        epilogue = product.Epilogue(hasByteSums: false, form);
        (position, taps, weights, weight, count) = (frame.Take(), frame.Take(), frame.Take(), frame.Take(), frame.Take());
        places = frame.Take(pixels);
        operands = frame.TakeVectors(vectors);
        sums = frame.TakeVectors(pixels * vectors);
        epilogue.Take(frame, vectors, operands);
    }

    private Assembly Code => frame.Code;

    public byte[] Assemble() => frame.Assemble(() =>
    {
        Label tile = Code.CreateLabel(), tap = Code.CreateLabel();
        epilogue.EmitBegin(Code, position);
        if (repeats)
        {
            Code.Label(ref tile);
        }

        Array.ForEach(sums, register => product.EmitZero(Code, register));
        Code.mov(position, Frame.Argument(nameof(TileCall.Lhs)));
        for (int pixel = 0; pixel < pixels; pixel++)
        {
            Code.mov(places[pixel], __qword_ptr[position + (pixel * sizeof(long))]);
        }

        Code.mov(taps, Frame.Argument(nameof(TileCall.Taps)));
        Code.mov(weights, Frame.Argument(nameof(TileCall.Weights)));
        Code.mov(count, Frame.Argument(nameof(TileCall.Inner)));
        Code.Label(ref tap);
        Tap();
        Code.add(taps, 2 * sizeof(long));
        Code.dec(count);
        Code.jne(tap);
        epilogue.EmitRows(Code, new(position, taps, weights, count, Bias: weight), pixels, sums);
        if (repeats)
        {
            Code.add(Frame.Argument(nameof(TileCall.Lhs)), pixels * sizeof(long));
            Code.add(Frame.Argument(nameof(TileCall.Outputs)), pixels * sizeof(long));
            Code.dec(Frame.Argument(nameof(TileCall.Tiles)));
            Code.jne(tile);
        }
    });

    private void Tap()
    {
        Code.mov(position, __qword_ptr[taps]);
        Code.mov(weight, __qword_ptr[taps + sizeof(long)]);
        for (int vector = 0; vector < vectors; vector++)
        {
            var load = Instruction.Create(
                product.Load, operands[vector], new MemoryOperand(weights, weight, 1, vector * product.Bytes, 1));
            load.ZeroingMasking = IsMasked(vector);
            Add(load, vector);
        }

        for (int pixel = 0; pixel < pixels; pixel++)
        {
            for (int vector = 0; vector < vectors; vector++)
            {
                Add(
                    Instruction.Create(product.MultiplyAdd, sums[(pixel * vectors) + vector], operands[vector],
                        new MemoryOperand(places[pixel], position, 1, vector * product.Bytes, 1)),
                    vector);
            }
        }
    }

    private bool IsMasked(int vector) => product.HasMasks && vector == vectors - 1;

    private void Add(Instruction instruction, int vector)
    {
        if (IsMasked(vector))
        {
            instruction.OpMask = Avx512Epilogue.Mask;
        }

        Code.AddInstruction(instruction);
    }
}
