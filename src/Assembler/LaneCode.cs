using Iced.Intel;
using MixPrec.Runtime.Machine;
using static Iced.Intel.AssemblerRegisters;
using Assembly = Iced.Intel.Assembler;

namespace MixPrec.Assembler;

/// <summary>
/// A depthwise convolution of floats on 512-bit registers (AVX-512 F), tile after tile: each lane is a channel, multiplied with a weight of
/// its own at each tap. Weights are read once for all pixels of a tile.
/// </summary>
internal sealed class LaneCode
{
    private const int RegisterBytes = 64;

    private readonly Frame frame = new(Product.F32Avx512);
    private readonly int pixels, vectors;
    private readonly Avx512Epilogue epilogue;
    private readonly AssemblerRegister64 position, taps, weights, weight, count;
    private readonly AssemblerRegister64[] places;
    private readonly Register[] operands, sums;

    /// <param name="pixels">Of a tile.</param>
    /// <param name="vectors">Registers of channels, the last one with a mask.</param>
    /// <param name="epilogue">What becomes of the sums.</param>
    public LaneCode(int pixels, int vectors, Avx512Epilogue epilogue)
    {
        (this.pixels, this.vectors, this.epilogue) = (pixels, vectors, epilogue);
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
        if (pixels > 2)
        {
            Code.Label(ref tile);
        }

        Array.ForEach(sums, register => Product.F32Avx512.EmitZero(Code, register));
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
        epilogue.EmitRows(Code, new(position, taps, weights, count), pixels, sums);
        if (pixels > 2)
        {
            // Smaller tiles are the last ones: pixels are cut evenly.
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
                Iced.Intel.Code.EVEX_Vmovups_zmm_k1z_zmmm512, operands[vector],
                new MemoryOperand(weights, weight, 1, vector * RegisterBytes, 1));
            if (vector == vectors - 1)
            {
                load.OpMask = Avx512Epilogue.Mask;
                load.ZeroingMasking = true;
            }

            Code.AddInstruction(load);
        }

        for (int pixel = 0; pixel < pixels; pixel++)
        {
            for (int vector = 0; vector < vectors; vector++)
            {
                var add = Instruction.Create(
                    Iced.Intel.Code.EVEX_Vfmadd231ps_zmm_k1z_zmm_zmmm512b32_er, sums[(pixel * vectors) + vector], operands[vector],
                    new MemoryOperand(places[pixel], position, 1, vector * RegisterBytes, 1));
                if (vector == vectors - 1)
                {
                    add.OpMask = Avx512Epilogue.Mask;
                }

                Code.AddInstruction(add);
            }
        }
    }
}
