using System.Runtime.InteropServices;
using Iced.Intel;
using MixPrec.Runtime.Machine;
using static Iced.Intel.AssemblerRegisters;
using Assembly = Iced.Intel.Assembler;

namespace MixPrec.Assembler;

/// <summary>
/// A depthwise convolution of bytes with vpdpbusd on 512-bit registers (AVX-512 F, BW, DQ and VNNI), see <see cref="ChannelCall"/>. Bytes
/// of four taps are interleaved, so that one instruction adds four products of a channel; packing the results at the end puts the channels
/// in order again. Few channels share registers with those of the next pixels.
/// </summary>
internal sealed class ChannelCode
{
    private const int Registers = 4, RegisterBytes = 64, Lanes = 16;

    /// <summary>Marks the bytes of a pixel that are written, and the 32 bits of each that are read.</summary>
    private const Register Written = Register.K1, FirstRead = Register.K2;

    private readonly Frame frame = new(Product.U8S8Avx512Vnni);
    private readonly AssemblerRegister64 pixels, count, outputs, target, pitch, taps, weights, groups, tap;
    private readonly AssemblerRegister64[] places;
    private readonly Register[] sums, bytes, pairs, compensation, scale, bias;
    private readonly Register lowest, highest;

    /// <param name="pixelsAtOnce">One, two or four.</param>
    public ChannelCode(int pixelsAtOnce)
    {
        (pixels, count, outputs, target, pitch) = (frame.Take(), frame.Take(), frame.Take(), frame.Take(), frame.Take());
        (taps, weights, groups, tap) = (frame.Take(), frame.Take(), frame.Take(), frame.Take());
        places = frame.Take(pixelsAtOnce);
        (sums, bytes, pairs) = (frame.TakeVectors(Registers), frame.TakeVectors(Registers), frame.TakeVectors(Registers));
        (compensation, scale, bias) = (frame.TakeVectors(Registers), frame.TakeVectors(Registers), frame.TakeVectors(Registers));
        (lowest, highest) = (frame.TakeVectors(1)[0], frame.TakeVectors(1)[0]);
    }

    private Assembly Code => frame.Code;

    private int PixelsAtOnce => places.Length;

    public byte[] Assemble() => frame.Assemble(() =>
    {
        Begin();
        Label pixel = Code.CreateLabel(), group = Code.CreateLabel();
        Code.Label(ref pixel);
        for (int i = 0; i < PixelsAtOnce; i++)
        {
            Code.mov(places[i], __qword_ptr[pixels + (i * sizeof(long))]);
        }

        Code.mov(taps, Argument(nameof(ChannelCall.Taps)));
        Code.mov(weights, Argument(nameof(ChannelCall.Weights)));
        Code.mov(groups, Argument(nameof(ChannelCall.Groups)));
        for (int i = 0; i < Registers; i++)
        {
            Code.AddInstruction(Instruction.Create(Iced.Intel.Code.EVEX_Vmovdqu32_zmm_k1z_zmmm512, sums[i], compensation[i]));
        }

        Code.Label(ref group);
        Group();
        Code.add(taps, Registers * sizeof(long));
        Code.add(weights, ChannelCall.GroupBytes);
        Code.dec(groups);
        Code.jne(group);
        Store();
        Code.add(pixels, PixelsAtOnce * sizeof(long));
        Code.add(outputs, PixelsAtOnce * sizeof(long));
        Code.dec(count);
        Code.jne(pixel);
    });

    private void Begin()
    {
        Code.mov(pixels, Argument(nameof(ChannelCall.Pixels)));
        Code.mov(count, Argument(nameof(ChannelCall.Count)));
        Code.mov(outputs, Argument(nameof(ChannelCall.Outputs)));
        Code.mov(target, Argument(nameof(ChannelCall.Target)));
        Code.mov(pitch, Argument(nameof(ChannelCall.TargetPitch)));
        Code.AddInstruction(Instruction.Create(Iced.Intel.Code.VEX_Kmovq_kr_km64, Written, Field(nameof(ChannelCall.Mask))));
        Code.AddInstruction(Instruction.Create(Iced.Intel.Code.VEX_Kmovq_kr_km64, FirstRead, Field(nameof(ChannelCall.Words))));
        for (int i = 1; i < PixelsAtOnce; i++)
        {
            Code.AddInstruction(Instruction.Create(
                Iced.Intel.Code.VEX_Kshiftlw_kr_kr_imm8, FirstRead + i, FirstRead, i * (Lanes / PixelsAtOnce)));
        }

        Load(nameof(ChannelCall.Compensation), compensation, Iced.Intel.Code.EVEX_Vmovdqu32_zmm_k1z_zmmm512);
        Load(nameof(ChannelCall.Scale), scale, Iced.Intel.Code.EVEX_Vmovups_zmm_k1z_zmmm512);
        Load(nameof(ChannelCall.Bias), bias, Iced.Intel.Code.EVEX_Vmovups_zmm_k1z_zmmm512);
        Broadcast(lowest, nameof(ChannelCall.Lowest));
        Broadcast(highest, nameof(ChannelCall.Highest));
    }

    /// <summary>Four taps: their bytes become pairs, the pairs fours.</summary>
    private void Group()
    {
        for (int i = 0; i < Registers; i++)
        {
            Code.mov(tap, __qword_ptr[taps + (i * sizeof(long))]);
            for (int pixel = 0; pixel < PixelsAtOnce; pixel++)
            {
                Read(bytes[i], pixel);
            }
        }

        Emit(Iced.Intel.Code.EVEX_Vpunpcklbw_zmm_k1z_zmm_zmmm512, pairs[0], bytes[0], bytes[1]);
        Emit(Iced.Intel.Code.EVEX_Vpunpckhbw_zmm_k1z_zmm_zmmm512, pairs[1], bytes[0], bytes[1]);
        Emit(Iced.Intel.Code.EVEX_Vpunpcklbw_zmm_k1z_zmm_zmmm512, pairs[2], bytes[2], bytes[3]);
        Emit(Iced.Intel.Code.EVEX_Vpunpckhbw_zmm_k1z_zmm_zmmm512, pairs[3], bytes[2], bytes[3]);
        Emit(Iced.Intel.Code.EVEX_Vpunpcklwd_zmm_k1z_zmm_zmmm512, bytes[0], pairs[0], pairs[2]);
        Emit(Iced.Intel.Code.EVEX_Vpunpckhwd_zmm_k1z_zmm_zmmm512, bytes[1], pairs[0], pairs[2]);
        Emit(Iced.Intel.Code.EVEX_Vpunpcklwd_zmm_k1z_zmm_zmmm512, bytes[2], pairs[1], pairs[3]);
        Emit(Iced.Intel.Code.EVEX_Vpunpckhwd_zmm_k1z_zmm_zmmm512, bytes[3], pairs[1], pairs[3]);
        for (int i = 0; i < Registers; i++)
        {
            Code.AddInstruction(Instruction.Create(
                Iced.Intel.Code.EVEX_Vpdpbusd_zmm_k1z_zmm_zmmm512b32, sums[i], bytes[i], Frame.Memory(weights, i * RegisterBytes)));
        }
    }

    /// <summary>
    /// The bytes of a pixel to its part of a register. The first one clears the others; these are read as a broadcast, of which a mask
    /// keeps their part: unlike an insertion it reads nothing that the mask leaves out.
    /// </summary>
    private void Read(Register target, int pixel)
    {
        var load = Instruction.Create(
            pixel == 0 ? Iced.Intel.Code.EVEX_Vmovdqu32_zmm_k1z_zmmm512
            : PixelsAtOnce == 2 ? Iced.Intel.Code.EVEX_Vbroadcasti32x8_zmm_k1z_m256
            : Iced.Intel.Code.EVEX_Vbroadcasti32x4_zmm_k1z_m128,
            target, new MemoryOperand(places[pixel], tap));
        load.OpMask = FirstRead + pixel;
        load.ZeroingMasking = pixel == 0;
        Code.AddInstruction(load);
    }

    /// <summary>Results are at most 255, so that packing loses nothing.</summary>
    private void Store()
    {
        for (int i = 0; i < Registers; i++)
        {
            Code.AddInstruction(Instruction.Create(Iced.Intel.Code.EVEX_Vcvtdq2ps_zmm_k1z_zmmm512b32_er, sums[i], sums[i]));
            Emit(Iced.Intel.Code.EVEX_Vfmadd213ps_zmm_k1z_zmm_zmmm512b32_er, sums[i], scale[i], bias[i]);
            Emit(Iced.Intel.Code.EVEX_Vmaxps_zmm_k1z_zmm_zmmm512b32_sae, sums[i], sums[i], lowest);
            Emit(Iced.Intel.Code.EVEX_Vminps_zmm_k1z_zmm_zmmm512b32_sae, sums[i], sums[i], highest);
            QuantizeCode.EmitRound(Code, sums[i], sums[i]);
        }

        Emit(Iced.Intel.Code.EVEX_Vpackssdw_zmm_k1z_zmm_zmmm512b32, sums[0], sums[0], sums[1]);
        Emit(Iced.Intel.Code.EVEX_Vpackssdw_zmm_k1z_zmm_zmmm512b32, sums[2], sums[2], sums[3]);
        Emit(Iced.Intel.Code.EVEX_Vpackuswb_zmm_k1z_zmm_zmmm512, sums[0], sums[0], sums[2]);
        for (int pixel = 0; pixel < PixelsAtOnce; pixel++)
        {
            Code.mov(tap, __qword_ptr[outputs + (pixel * sizeof(long))]);
            Code.imul(tap, pitch);
            Write(pixel, new MemoryOperand(target, tap));
        }
    }

    private void Write(int pixel, MemoryOperand place)
    {
        var part = sums[0];
        if (pixel > 0)
        {
            part = sums[1];
            int number = part.GetNumber();
            Code.AddInstruction(PixelsAtOnce == 2
                ? Instruction.Create(Iced.Intel.Code.EVEX_Vextracti32x8_ymmm256_k1z_zmm_imm8, Register.YMM0 + number, sums[0], pixel)
                : Instruction.Create(Iced.Intel.Code.EVEX_Vextracti32x4_xmmm128_k1z_zmm_imm8, Register.XMM0 + number, sums[0], pixel));
        }

        var store = Instruction.Create(Iced.Intel.Code.EVEX_Vmovdqu8_zmmm512_k1z_zmm, place, part);
        store.OpMask = Written;
        Code.AddInstruction(store);
    }

    private void Load(string field, Register[] targets, Code load)
    {
        Code.mov(tap, Argument(field));
        for (int i = 0; i < targets.Length; i++)
        {
            Code.AddInstruction(Instruction.Create(load, targets[i], Frame.Memory(tap, i * Lanes * sizeof(int))));
        }
    }

    private void Broadcast(Register register, string field) =>
        Code.AddInstruction(Instruction.Create(Iced.Intel.Code.EVEX_Vbroadcastss_zmm_k1z_xmmm32, register, Field(field)));

    private void Emit(Code instruction, Register result, Register left, Register right) =>
        Code.AddInstruction(Instruction.Create(instruction, result, left, right));

    private static AssemblerMemoryOperand Argument(string field) => Frame.Argument<ChannelCall>(field);

    private static MemoryOperand Field(string field) => new(Register.RCX, (int)Marshal.OffsetOf<ChannelCall>(field), 1);
}
