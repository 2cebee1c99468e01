using System.Runtime.InteropServices;
using Iced.Intel;
using MixPrec.Runtime.Machine;
using static Iced.Intel.AssemblerRegisters;
using Assembly = Iced.Intel.Assembler;

namespace MixPrec.Assembler;

/// <summary>
/// A depthwise convolution of bytes on 256-bit registers (AVX2 and FMA), see <see cref="ChannelCall"/>: bytes of two taps become 16 bits
/// and take turns, vpmaddwd adds the two products of a channel. Four pixels share the weights. Packing the results puts the channels in
/// order.
/// </summary>
internal sealed class ChannelPairCode
{
    private const int Registers = 2, RegisterBytes = 32;

    private readonly Frame frame = new(Product.F32Avx2);
    private readonly AssemblerRegister64 pixels, count, outputs, target, pitch, taps, weights, groups, even, odd;
    private readonly AssemblerRegister64[] places;

    /// <summary>Pixel by pixel.</summary>
    private readonly Register[] sums;

    private readonly Register[] factors;
    private readonly Register first, second, pairs, lowest, highest;

    public ChannelPairCode()
    {
        (pixels, count, outputs, target, pitch) = (frame.Take(), frame.Take(), frame.Take(), frame.Take(), frame.Take());
        (taps, weights, groups, even, odd) = (frame.Take(), frame.Take(), frame.Take(), frame.Take(), frame.Take());
        places = frame.Take(ChannelCall.MostAtOnce);
        (sums, factors) = (frame.TakeVectors(ChannelCall.MostAtOnce * Registers), frame.TakeVectors(Registers));
        Register[] others = frame.TakeVectors(5);
        (first, second, pairs, lowest, highest) = (others[0], others[1], others[2], others[3], others[4]);
    }

    private Assembly Code => frame.Code;

    public byte[] Assemble() => frame.Assemble(() =>
    {
        Label pixel = Code.CreateLabel(), group = Code.CreateLabel();
        Code.mov(pixels, Argument(nameof(ChannelCall.Pixels)));
        Code.mov(count, Argument(nameof(ChannelCall.Count)));
        Code.mov(outputs, Argument(nameof(ChannelCall.Outputs)));
        Code.mov(target, Argument(nameof(ChannelCall.Target)));
        Code.mov(pitch, Argument(nameof(ChannelCall.TargetPitch)));
        Broadcast(lowest, nameof(ChannelCall.Lowest));
        Broadcast(highest, nameof(ChannelCall.Highest));
        Code.Label(ref pixel);
        Begin();
        Code.Label(ref group);
        Group();
        Code.add(taps, ChannelCall.PairTaps * sizeof(long));
        Code.add(weights, ChannelCall.PairBytes);
        Code.dec(groups);
        Code.jne(group);
        Store();
        Code.add(pixels, places.Length * sizeof(long));
        Code.add(outputs, places.Length * sizeof(long));
        Code.dec(count);
        Code.jne(pixel);
    });

    private void Begin()
    {
        for (int i = 0; i < places.Length; i++)
        {
            Code.mov(places[i], __qword_ptr[pixels + (i * sizeof(long))]);
        }

        Code.mov(taps, Argument(nameof(ChannelCall.Taps)));
        Code.mov(weights, Argument(nameof(ChannelCall.Weights)));
        Code.mov(groups, Argument(nameof(ChannelCall.Groups)));
        Code.mov(even, Argument(nameof(ChannelCall.Compensation)));
        for (int i = 0; i < sums.Length; i++)
        {
            Emit(Iced.Intel.Code.VEX_Vmovdqu_ymm_ymmm256, sums[i], Frame.Memory(even, i % Registers * RegisterBytes));
        }
    }

    /// <summary>Two taps of each pixel.</summary>
    private void Group()
    {
        Code.mov(even, __qword_ptr[taps]);
        Code.mov(odd, __qword_ptr[taps + sizeof(long)]);
        for (int i = 0; i < Registers; i++)
        {
            Emit(Iced.Intel.Code.VEX_Vmovdqu_ymm_ymmm256, factors[i], Frame.Memory(weights, i * RegisterBytes));
        }

        for (int pixel = 0; pixel < places.Length; pixel++)
        {
            int sum = pixel * Registers;
            Emit(Iced.Intel.Code.VEX_Vpmovzxbw_ymm_xmmm128, first, new MemoryOperand(places[pixel], even));
            Emit(Iced.Intel.Code.VEX_Vpmovzxbw_ymm_xmmm128, second, new MemoryOperand(places[pixel], odd));
            Emit(Iced.Intel.Code.VEX_Vpunpcklwd_ymm_ymm_ymmm256, pairs, first, second);
            Emit(Iced.Intel.Code.VEX_Vpunpckhwd_ymm_ymm_ymmm256, first, first, second);
            Emit(Iced.Intel.Code.VEX_Vpmaddwd_ymm_ymm_ymmm256, pairs, pairs, factors[0]);
            Emit(Iced.Intel.Code.VEX_Vpmaddwd_ymm_ymm_ymmm256, first, first, factors[1]);
            Emit(Iced.Intel.Code.VEX_Vpaddd_ymm_ymm_ymmm256, sums[sum], sums[sum], pairs);
            Emit(Iced.Intel.Code.VEX_Vpaddd_ymm_ymm_ymmm256, sums[sum + 1], sums[sum + 1], first);
        }
    }

    /// <summary>Results are at most 255, so that packing loses nothing.</summary>
    private void Store()
    {
        Code.mov(even, Argument(nameof(ChannelCall.Scale)));
        Code.mov(odd, Argument(nameof(ChannelCall.Bias)));
        for (int i = 0; i < Registers; i++)
        {
            Emit(Iced.Intel.Code.VEX_Vmovups_ymm_ymmm256, factors[i], Frame.Memory(even, i * RegisterBytes));
        }

        for (int i = 0; i < sums.Length; i++)
        {
            var sum = sums[i];
            Emit(Iced.Intel.Code.VEX_Vcvtdq2ps_ymm_ymmm256, sum, sum);
            Code.AddInstruction(Instruction.Create(Iced.Intel.Code.VEX_Vfmadd213ps_ymm_ymm_ymmm256, sum, factors[i % Registers],
                Frame.Memory(odd, i % Registers * RegisterBytes)));
            Emit(Iced.Intel.Code.VEX_Vmaxps_ymm_ymm_ymmm256, sum, sum, lowest);
            Emit(Iced.Intel.Code.VEX_Vminps_ymm_ymm_ymmm256, sum, sum, highest);
            Emit(Iced.Intel.Code.VEX_Vcvtps2dq_ymm_ymmm256, sum, sum);
        }

        for (int pixel = 0; pixel < places.Length; pixel++)
        {
            var (sum, half) = (sums[pixel * Registers], Lower(pairs));
            Emit(Iced.Intel.Code.VEX_Vpackssdw_ymm_ymm_ymmm256, sum, sum, sums[(pixel * Registers) + 1]);
            Code.AddInstruction(Instruction.Create(Iced.Intel.Code.VEX_Vextracti128_xmmm128_ymm_imm8, half, sum, 1));
            Emit(Iced.Intel.Code.VEX_Vpackuswb_xmm_xmm_xmmm128, half, Lower(sum), half);
            Code.mov(even, __qword_ptr[outputs + (pixel * sizeof(long))]);
            Code.imul(even, pitch);
            Code.AddInstruction(Instruction.Create(Iced.Intel.Code.VEX_Vmovdqu_xmmm128_xmm, new MemoryOperand(target, even), half));
        }
    }

    private void Broadcast(Register register, string field) => Emit(Iced.Intel.Code.VEX_Vbroadcastss_ymm_m32, register,
        new MemoryOperand(Register.RCX, (int)Marshal.OffsetOf<ChannelCall>(field), 1));

    private void Emit(Code instruction, Register result, Register source) =>
        Code.AddInstruction(Instruction.Create(instruction, result, source));

    private void Emit(Code instruction, Register result, MemoryOperand source) =>
        Code.AddInstruction(Instruction.Create(instruction, result, source));

    private void Emit(Code instruction, Register result, Register left, Register right) =>
        Code.AddInstruction(Instruction.Create(instruction, result, left, right));

    private static Register Lower(Register register) => Register.XMM0 + register.GetNumber();

    private static AssemblerMemoryOperand Argument(string field) => Frame.Argument<ChannelCall>(field);
}
