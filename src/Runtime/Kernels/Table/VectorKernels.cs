using MixPrec.Runtime.Machine;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>Operations whose one loop is compiled for every register width.</summary>
internal static unsafe class VectorKernels
{
    public static readonly KernelFamily<DepthwiseKernel<FloatChannels>> Depthwise = new("dwconv_f32_f32_f32",
        "depthwise convolutions, channels last",
    [
        new("dwconv_f32_f32_f32_4x64_avx512_code", InstructionSet.Avx512, "sums, bias and store of many pixels in one call")
        {
            IsMachineCode = true, IsAvailable = MachineCode.IsMapped && CpuFeatures.Has(InstructionSet.Avx512),
            HasWidestEpilogue = true, Code = &MachineLanes<LanesAvx512, NativeCall>.Run,
        },
        new("dwconv_f32_f32_f32_8x16_avx512", InstructionSet.Avx512, "the widest registers"),
        new("dwconv_f32_f32_f32_6x16_avx2_code", InstructionSet.Avx2, "sums, bias and store of many pixels in one call")
        {
            IsMachineCode = true, IsAvailable = MachineCode.IsMapped && CpuFeatures.Has(InstructionSet.Avx2),
            HasWidestEpilogue = true, Code = &MachineLanes<LanesAvx2, NativeCall>.Run, LeastChannels = LanesAvx2.Width,
        },
        new("dwconv_f32_f32_f32_8x8_avx2", InstructionSet.Avx2, "the widest registers of these machines"),
        new("dwconv_f32_f32_f32_8x4_vector128", InstructionSet.Vector128, "the widest registers of these machines"),
        new("dwconv_f32_f32_f32_8x1_scalar", InstructionSet.Scalar, "runs everywhere"),
    ]);

    public static readonly KernelFamily<DepthwiseKernel<ByteChannels>> ByteDepthwise = new("dwconv_u8_s8",
        "depthwise convolutions of bytes, channels last; in C# bytes are widened to floats",
    [
        new("dwconv_u8_s8_i32_1x64_avx512vnni_code", InstructionSet.Avx512Vnni, "four taps of a channel in one instruction")
        {
            IsMachineCode = true, IsAvailable = MachineCode.IsMapped && CpuFeatures.Has(InstructionSet.Avx512Vnni),
            HasWidestEpilogue = true, Code = &MachineChannels<ChannelsAvx512Vnni, NativeCall>.Run,
        },
        new("dwconv_u8_s8_i32_4x16_avx2_code", InstructionSet.Avx2,
            "two taps of a channel in one instruction; 0.7 to 0.95 of the time of the row below (Zen 4)")
        {
            IsMachineCode = true, IsAvailable = MachineCode.IsMapped && CpuFeatures.Has(InstructionSet.Avx2),
            HasWidestEpilogue = true, Code = &MachineChannels<ChannelsAvx2, NativeCall>.Run, LeastChannels = ChannelsAvx2.Channels,
        },
        new("dwconv_u8_s8_f32_8x16_avx512", InstructionSet.Avx512, "the widest registers"),
        new("dwconv_u8_s8_f32_8x8_avx2", InstructionSet.Avx2, "the widest registers of these machines"),
        new("dwconv_u8_s8_f32_8x4_vector128", InstructionSet.Vector128, "the widest registers of these machines"),
        new("dwconv_u8_s8_f32_8x1_scalar", InstructionSet.Scalar, "runs everywhere"),
    ]);

    public static readonly KernelFamily<KernelRow> Direct = new("conv_f32_f32_f32",
        "convolutions with weights of the run, and over three axes, channels first",
    [
        new("conv_f32_f32_f32_1x16_avx512", InstructionSet.Avx512, "the widest registers"),
        new("conv_f32_f32_f32_1x8_avx2", InstructionSet.Avx2, "the widest registers of these machines"),
        new("conv_f32_f32_f32_1x4_vector128", InstructionSet.Vector128, "the widest registers of these machines"),
        new("conv_f32_f32_f32_1x1_scalar", InstructionSet.Scalar, "runs everywhere"),
    ]);

    public static readonly KernelFamily<KernelRow> Elements = new("vector_f32",
        "everything else in fp32: elementwise functions, reductions, softmax, pooling, the loop of a recurrence, conversions",
    [
        new("vector_f32_16_avx512", InstructionSet.Avx512, "the widest registers"),
        new("vector_f32_8_avx2", InstructionSet.Avx2, "the widest registers of these machines"),
        new("vector_f32_4_vector128", InstructionSet.Vector128, "the widest registers of these machines"),
        new("vector_f32_1_scalar", InstructionSet.Scalar, "runs everywhere"),
    ]);
}
