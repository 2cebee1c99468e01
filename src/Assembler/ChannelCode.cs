using System.Runtime.InteropServices;
using Iced.Intel;
using MixPrec.Runtime.Machine;
using static Iced.Intel.AssemblerRegisters;
using Assembly = Iced.Intel.Assembler;

namespace MixPrec.Assembler;

/// <summary>
/// A depthwise convolution of bytes with vpdpbusd on 512-bit registers (AVX-512 F, BW and VNNI), see <see cref="ChannelCall"/>. Bytes of
/// four taps are interleaved, so that one instruction adds four products of a channel; packing the codes at the end puts the channels
/// in order again.
/// </summary>
internal sealed class ChannelCode
{
    private const int Registers = 4, RegisterBytes = 64, Lanes = 16;
    private const Register Mask = Register.K1;

    private readonly Frame frame = new(Product.U8S8Avx512Vnni);
    private readonly AssemblerRegister64 pixels, count, outputs, target, pitch, x, taps, weights, groups, tap;
    private readonly Register[] sums, bytes, pairs, compensation, scale, bias;
    private readonly QuantizeCode quantize;

    public ChannelCode()
    {
        (pixels, count, outputs, target, pitch) = (frame.Take(), frame.Take(), frame.Take(), frame.Take(), frame.Take());
        (x, taps, weights, groups, tap) = (frame.Take(), frame.Take(), frame.Take(), frame.Take(), frame.Take());
        (sums, bytes, pairs) = (frame.TakeVectors(Registers), frame.TakeVectors(Registers), frame.TakeVectors(Registers));
        (compensation, scale, bias) = (frame.TakeVectors(Registers), frame.TakeVectors(Registers), frame.TakeVectors(Registers));
        quantize = new(frame);
    }

    private Assembly Code => frame.Code;

    public byte[] Assemble() => frame.Assemble(() =>
    {
        Begin();
        Label pixel = Code.CreateLabel(), group = Code.CreateLabel();
        Code.Label(ref pixel);
        Code.mov(x, __qword_ptr[pixels]);
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
        Code.add(pixels, sizeof(long));
        Code.add(outputs, sizeof(long));
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
        Code.AddInstruction(Instruction.Create(Iced.Intel.Code.VEX_Kmovq_kr_km64, Mask,
            new MemoryOperand(Register.RCX, (int)Marshal.OffsetOf<ChannelCall>(nameof(ChannelCall.Mask)), 1)));
        Load(nameof(ChannelCall.Compensation), compensation, Iced.Intel.Code.EVEX_Vmovdqu32_zmm_k1z_zmmm512);
        Load(nameof(ChannelCall.Scale), scale, Iced.Intel.Code.EVEX_Vmovups_zmm_k1z_zmmm512);
        Load(nameof(ChannelCall.Bias), bias, Iced.Intel.Code.EVEX_Vmovups_zmm_k1z_zmmm512);
        quantize.EmitBegin(Code, Marshal.OffsetOf<ChannelCall>(nameof(ChannelCall.Codes)));
    }

    /// <summary>Four taps: their bytes become pairs, the pairs fours.</summary>
    private void Group()
    {
        for (int i = 0; i < Registers; i++)
        {
            Code.mov(tap, __qword_ptr[taps + (i * sizeof(long))]);
            var load = Instruction.Create(Iced.Intel.Code.EVEX_Vmovdqu8_zmm_k1z_zmmm512, bytes[i], new MemoryOperand(x, tap));
            load.OpMask = Mask;
            load.ZeroingMasking = true;
            Code.AddInstruction(load);
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

    /// <summary>Codes are at most 255, so that packing loses nothing.</summary>
    private void Store()
    {
        for (int i = 0; i < Registers; i++)
        {
            Code.AddInstruction(Instruction.Create(Iced.Intel.Code.EVEX_Vcvtdq2ps_zmm_k1z_zmmm512b32_er, sums[i], sums[i]));
            Emit(Iced.Intel.Code.EVEX_Vfmadd213ps_zmm_k1z_zmm_zmmm512b32_er, sums[i], scale[i], bias[i]);
            quantize.Emit(Code, sums[i], bytes[i]);
        }

        Emit(Iced.Intel.Code.EVEX_Vpackssdw_zmm_k1z_zmm_zmmm512b32, sums[0], sums[0], sums[1]);
        Emit(Iced.Intel.Code.EVEX_Vpackssdw_zmm_k1z_zmm_zmmm512b32, sums[2], sums[2], sums[3]);
        Emit(Iced.Intel.Code.EVEX_Vpackuswb_zmm_k1z_zmm_zmmm512, sums[0], sums[0], sums[2]);
        Code.mov(tap, __qword_ptr[outputs]);
        Code.imul(tap, pitch);
        var store = Instruction.Create(Iced.Intel.Code.EVEX_Vmovdqu8_zmmm512_k1z_zmm, new MemoryOperand(target, tap), sums[0]);
        store.OpMask = Mask;
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

    private void Emit(Code instruction, Register result, Register left, Register right) =>
        Code.AddInstruction(Instruction.Create(instruction, result, left, right));

    private static AssemblerMemoryOperand Argument(string field) => Frame.Argument<ChannelCall>(field);
}
