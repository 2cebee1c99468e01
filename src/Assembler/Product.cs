using Iced.Intel;
using MixPrec.Runtime.Machine;
using Assembly = Iced.Intel.Assembler;

namespace MixPrec.Assembler;

/// <summary>The instructions of a product: registers of one width, what is read into them, how they are multiplied.</summary>
/// <param name="Registers">Vector registers in the order in which they are taken: those that both calling conventions let go first.</param>
/// <param name="Bytes">Of a register.</param>
/// <param name="Zero">register ← register ^ register.</param>
/// <param name="Rows">The rows of a group of weights: one, or an even and an odd one that share 32 bits.</param>
/// <param name="Store">memory ← register.</param>
/// <param name="Broadcast">Every 32 bits of a register ← 32 bits of memory: a float, a pair of bfloat16, or a group of four bytes.</param>
/// <param name="MultiplyAdd">sum ← sum + left · right, the right operand from a register or from memory.</param>
internal record Product(
    Register[] Registers, int Bytes, Code Zero, WeightRow[] Rows, Code Store, Code Broadcast, Code MultiplyAdd)
{
    private const int Avx512Bytes = 64;

    /// <summary>Whether instructions of its registers can leave lanes out.</summary>
    public bool HasMasks => Bytes == Avx512Bytes;

    /// <summary>register ← memory, where weights lie there as they are multiplied.</summary>
    public Code Load => Rows.OfType<WeightRow.Plain>().Single().Load;

    /// <summary>u8 × s8 into 32 bits with vpdpbusd on 512-bit registers (AVX512-VNNI).</summary>
    public static readonly Product U8S8Avx512Vnni = new(
        Zmm(), 64, Code.EVEX_Vpxord_zmm_k1z_zmm_zmmm512b32, [new WeightRow.Plain(Code.EVEX_Vmovdqu32_zmm_k1z_zmmm512)],
        Code.EVEX_Vmovdqu32_zmmm512_k1z_zmm, Code.EVEX_Vpbroadcastd_zmm_k1z_xmmm32, Code.EVEX_Vpdpbusd_zmm_k1z_zmm_zmmm512b32);

    /// <summary>Floats with fused multiply-adds on 512-bit registers (AVX-512 F).</summary>
    /// <remarks>vbroadcastss takes a Zen 4 part of the time of a multiplication, vpbroadcastd none (decision 0675).</remarks>
    public static readonly Product F32Avx512 = new(
        Zmm(), 64, Code.EVEX_Vpxord_zmm_k1z_zmm_zmmm512b32, [new WeightRow.Plain(Code.EVEX_Vmovups_zmm_k1z_zmmm512)],
        Code.EVEX_Vmovups_zmmm512_k1z_zmm, Code.EVEX_Vpbroadcastd_zmm_k1z_xmmm32, Code.EVEX_Vfmadd231ps_zmm_k1z_zmm_zmmm512b32_er);

    /// <summary>The same where outer steps have sums of their own.</summary>
    public static readonly Product F32RunsAvx512 = F32Avx512 with { StoresEachRun = true };

    /// <summary>The same with weights in bfloat16, which are floats without their lower half.</summary>
    public static readonly Product BF16Avx512 = new BF16Product { Rows = [new WeightRow.LowerHalves(), new WeightRow.UpperHalves()] };

    /// <summary>Pairs of bfloat16 on both sides with vdpbf16ps on 512-bit registers (AVX512_BF16).</summary>
    public static readonly Product BF16Pairs = F32Avx512 with
    {
        Broadcast = Code.EVEX_Vpbroadcastd_zmm_k1z_xmmm32, MultiplyAdd = Code.EVEX_Vdpbf16ps_zmm_k1z_zmm_zmmm512b32,
    };

    /// <summary>Floats on 256-bit registers (AVX2 and FMA).</summary>
    public static readonly Product F32Avx2 = new(
        Ymm(), 32, Code.VEX_Vpxor_ymm_ymm_ymmm256, [new WeightRow.Plain(Code.VEX_Vmovups_ymm_ymmm256)],
        Code.VEX_Vmovups_ymmm256_ymm, Code.VEX_Vbroadcastss_ymm_m32, Code.VEX_Vfmadd231ps_ymm_ymm_ymmm256);

    /// <summary>The same where outer steps have sums of their own.</summary>
    public static readonly Product F32RunsAvx2 = F32Avx2 with { StoresEachRun = true };

    /// <summary>u8 up to 127 × s8 with pairs of products in 16 bits on 256-bit registers (AVX2).</summary>
    public static readonly Product U7S8Avx2 = new SaturatingProduct.Avx2();

    /// <summary>The same on 512-bit registers (AVX-512 F and BW).</summary>
    public static readonly Product U7S8Avx512 = new SaturatingProduct.Avx512();

    /// <summary>u8 × s8 as numbers of 16 bits on 256-bit registers (AVX2).</summary>
    public static readonly Product U8S8Avx2 = new WideningProduct.Avx2();

    /// <summary>The same on 512-bit registers (AVX-512 F and BW).</summary>
    public static readonly Product U8S8Avx512 = new WideningProduct.Avx512();

    /// <summary>s16 × s16 into 32 bits with vpdpwssd on 512-bit registers (AVX512-VNNI).</summary>
    public static readonly Product S16Avx512Vnni = U8S8Avx512Vnni with
    {
        MultiplyAdd = Code.EVEX_Vpdpwssd_zmm_k1z_zmm_zmmm512b32, StoresEachRun = true,
    };

    /// <summary>The same without the dot product (AVX-512 F and BW).</summary>
    public static readonly Product S16Avx512 = new ShortProduct(
        Zmm(), 64, Code.EVEX_Vpxord_zmm_k1z_zmm_zmmm512b32, Code.EVEX_Vmovdqu32_zmm_k1z_zmmm512, Code.EVEX_Vmovdqu32_zmmm512_k1z_zmm,
        Code.EVEX_Vpbroadcastd_zmm_k1z_xmmm32, Code.EVEX_Vpmaddwd_zmm_k1z_zmm_zmmm512, Code.EVEX_Vpaddd_zmm_k1z_zmm_zmmm512b32)
    {
        StoresEachRun = true,
    };

    /// <summary>The same on 256-bit registers (AVX2).</summary>
    public static readonly Product S16Avx2 = new ShortProduct(
        Ymm(), 32, Code.VEX_Vpxor_ymm_ymm_ymmm256, Code.VEX_Vmovdqu_ymm_ymmm256, Code.VEX_Vmovdqu_ymmm256_ymm,
        Code.VEX_Vpbroadcastd_ymm_xmmm32, Code.VEX_Vpmaddwd_ymm_ymm_ymmm256, Code.VEX_Vpaddd_ymm_ymm_ymmm256)
    {
        StoresEachRun = true,
    };

    /// <summary>What becomes of its sums.</summary>
    public EpilogueCode Epilogue(bool hasByteSums, EpilogueForm form) => HasMasks
        ? new Avx512Epilogue(hasByteSums, form)
        : new Avx2Epilogue(hasByteSums, form);

    public void EmitZero(Assembly code, Register register) => code.AddInstruction(Instruction.Create(Zero, register, register, register));

    /// <summary>Whether a register holds what <see cref="EmitConstant"/> puts there, from the first product to the last.</summary>
    public virtual bool HasConstant => false;

    /// <summary>Whether each outer step of a tile has sums of its own: they are many products of one call.</summary>
    public bool StoresEachRun { get; init; }

    /// <summary>Whether a multiplication needs a register beside its operands and the sum.</summary>
    public virtual bool HasTemporary => false;

    /// <summary>Whether weights are read anew for each row because there are no registers for them.</summary>
    public virtual bool KeepsWeightsInMemory => false;

    /// <summary>Whether there is <see cref="EmitHalfMultiplyAdd"/>.</summary>
    public bool HasHalves => HalfMultiplyAdd != default;

    private Code HalfMultiplyAdd => MultiplyAdd switch
    {
        Code.EVEX_Vfmadd231ps_zmm_k1z_zmm_zmmm512b32_er => Code.EVEX_Vfmadd231ps_ymm_k1z_ymm_ymmm256b32,
        Code.EVEX_Vpdpbusd_zmm_k1z_zmm_zmmm512b32 => Code.EVEX_Vpdpbusd_ymm_k1z_ymm_ymmm256b32,
        _ => default,
    };

    /// <summary>Registers beside operands and sums.</summary>
    public int SpareRegisters => (HasConstant ? 1 : 0) + (HasTemporary ? 1 : 0);

    public virtual void EmitConstant(Assembly code, Register register)
    {
    }

    /// <summary>The sums of a row to memory from <paramref name="place"/> on; they are of no use any more.</summary>
    /// <param name="code">Where it goes.</param>
    /// <param name="place">A general register.</param>
    /// <param name="sums">In the order of their columns.</param>
    /// <param name="temporary">See <see cref="HasTemporary"/>.</param>
    public virtual void EmitStore(Assembly code, Register place, ReadOnlySpan<Register> sums, Register temporary)
    {
        for (int i = 0; i < sums.Length; i++)
        {
            code.AddInstruction(Instruction.Create(Store, Frame.Memory(place, i * Bytes), sums[i]));
        }
    }

    public virtual void EmitBroadcast(Assembly code, Register register, MemoryOperand source) =>
        code.AddInstruction(Instruction.Create(Broadcast, register, source));

    /// <param name="code">Where it goes.</param>
    /// <param name="sum">What is added to.</param>
    /// <param name="left">Broadcast.</param>
    /// <param name="right">Weights.</param>
    /// <param name="spare">Registers that some products need.</param>
    public virtual void EmitMultiplyAdd(Assembly code, Register sum, Register left, Register right, Spare spare) =>
        code.AddInstruction(Instruction.Create(MultiplyAdd, sum, left, right));

    /// <summary>The same with weights as they lie in memory.</summary>
    public virtual void EmitMultiplyAdd(Assembly code, Register sum, Register left, MemoryOperand right, Spare spare) =>
        code.AddInstruction(Instruction.Create(MultiplyAdd, sum, left, right));

    /// <summary>The lower halves of 512-bit registers; the upper half of the sum becomes zero.</summary>
    public void EmitHalfMultiplyAdd(Assembly code, Register sum, Register left, Register right) =>
        code.AddInstruction(Instruction.Create(HalfMultiplyAdd, Lower(sum), Lower(left), Lower(right)));

    private static Register Lower(Register register) => Register.YMM0 + register.GetNumber();

    protected static Register[] Zmm() =>
        [.. Enumerable.Range(0, 6).Concat(Enumerable.Range(16, 16)).Concat(Enumerable.Range(6, 10)).Select(i => Register.ZMM0 + i)];

    protected static Register[] Ymm() => [.. Enumerable.Range(0, 16).Select(i => Register.YMM0 + i)];
}
