using MixPrec.Runtime.Kernels;
using MixPrec.Runtime.Tests.Kernels;
using MixPrec.Runtime.Threads;
using Xunit;

namespace MixPrec.Runtime.Tests.Threads;

/// <summary>Whatever the number of threads, each kernel gives the bits that it gives on one.</summary>
public sealed unsafe class SplitKernelTests
{
    private const int Elements = 1 << 16;

    /// <summary>Workers help also where the machine has fewer processors.</summary>
    private static readonly WorkerPool s_pool = new(16, leastWork: 1);

    private static readonly GuardedBuffer<float> s_scratch = new(WinogradConv.ScratchLength(16));

    private static readonly float[] s_values = Numbers.Floats(Elements, 7), s_more = Numbers.Floats(Elements, 8);
    private static readonly byte[] s_bytes = [.. Enumerable.Range(0, Elements).Select(i => (byte)(i * 89 % 128))];
    private static readonly sbyte[] s_weights = [.. Enumerable.Range(0, Elements).Select(i => (sbyte)((i * 37 % 255) - 127))];
    private static readonly ushort[] s_halves =
        [.. s_more.Select(v => (ushort)(BitConverter.SingleToUInt32Bits(v) >> 16))];

    private static readonly Dictionary<string, Action<Operands>> s_kernels = new()
    {
        ["QuantizeRows"] = o => QuantizeRows.Run(o.X, o.Y.At<byte>(0), 301, 30),
        ["QuantizeRows, column"] = o => QuantizeRows.Run(o.X, o.Y.At<byte>(0), 3001, 1),
        ["Gemm.F32, many rows"] = o => Gemm.F32(new Sizes(61, 83, 40), o.X, o.W, o.Bias, default(Relu), o.Floats(83)),
        ["Gemm.F32, one row"] = o => Gemm.F32(new Sizes(1, 600, 40), o.X, o.W, o.Bias, default(Relu), o.Floats(600)),
        ["Gemm.F32, three rows"] = o => Gemm.F32(new Sizes(3, 300, 40), o.X, o.W, o.Bias, default(Gelu), o.Floats(300)),
        ["Gemm.BF16"] = o => Gemm.BF16(new Sizes(37, 65, 31), o.X, o.Halves, o.Bias, default(Tanh), o.Bytes(68)),
        ["Gemm.F16"] = o => Gemm.F16(new Sizes(37, 65, 31), o.X, o.Halves, o.Bias, default(Tanh), o.Bytes(68)),
        ["Gemm.E4M3"] = o => Gemm.E4M3(new Sizes(3, 300, 40), o.X, o.B, o.Bias, default(Relu), o.Floats(300)),
        ["Gemm.S4"] = o => Gemm.S4(new Sizes(5, 300, 40), 32, o.X, o.B, o.Bias, default(Relu), o.Floats(300)),
        ["Gemm.U8S4"] = o => Gemm.U8S4(new Sizes(11, 300, 40), 32, o.B, o.B, o.Scale, o.Scale, o.Bias, default(Relu), o.Floats(300)),
        ["Gemm.U8S8"] = o => Gemm.U8S8(new Sizes(53, 77, 45), o.B, o.S, o.Counts, o.Scale, o.Bias, default(Relu), o.Floats(77)),
        ["Gemm.U8S8Rows"] = o => Gemm.U8S8Rows(new Sizes(53, 77, 45), o.B, o.S, o.Counts, o.Scale, o.Bias, default(Relu), o.Floats(77)),
        ["Gemm.U7S8"] = o => Gemm.U7S8(new Sizes(2, 500, 45), o.B, o.S, o.Counts, o.Scale, o.Bias, default(Relu), o.Bytes(500)),
        ["Gemm.U8S8Blocks"] = o => Gemm.U8S8Blocks(new Sizes(19, 90, 45), 1, o.B, o.S, o.Counts, o.Scale, o.Bias, default(Identity), o.Floats(90)),
        ["Gemm.TwoPass"] = o => Gemm.TwoPass(new Sizes(2, 500, 33), 1, 0.1f, 1, o.X, o.B, o.S, o.Counts, o.Scale, o.Bias, o.Scale, o.W,
            default(Relu), o.Floats(500)),
        ["Conv.F32"] = o => Conv.F32(Image(12, 36), o.X, o.W, o.Bias, default(Relu), o.Floats(36)),
        ["Conv.F32, groups"] = o => Conv.F32(Image(12, 36) with { Groups = 3 }, o.X, o.W, o.Bias, default(Relu), o.Floats(36)),
        ["WinogradConv"] = o => WinogradConv.F32(Image(16, 40), o.X, o.W, o.Bias, o.Scratch, default(Relu), o.Floats(40)),
        ["Conv.BF16"] = o => Conv.BF16(Image(12, 36), o.X, o.Halves, o.Bias, default(Relu), o.Floats(36)),
        ["Conv.U8S8"] = o => Conv.U8S8(Image(12, 36), o.B, o.B, o.S, o.Counts, o.Scale, o.Bias, default(Relu), o.Floats(36)),
        ["Conv.U7S8"] = o => Conv.U7S8(Image(12, 300) with { InH = 4, InW = 4 }, o.B, o.B, o.S, o.Counts, o.Scale, o.Bias, default(Relu), o.Bytes(300)),
        ["DepthwiseConv.F32"] = o => DepthwiseConv.F32(Image(40, 40) with { Groups = 40 }, o.X, o.W, o.Bias, default(Relu), o.Floats(40)),
        ["DirectConv"] = o => DirectConv.Run(o.X, o.W, o.Bias, default(Relu), o.Y, 2, 6, 9, 3, [11, 13], [11, 13], [3, 3], [1, 1], [1, 1],
            [1, 1], [1, 1]),
        ["MatMul.F32, batch"] = o => MatMul.F32(17, 19, 21, o.X, o.W, o.Y, [2, 5], [5 * 17 * 21, 17 * 21], [0, 19 * 21]),
        ["MatMul.F32, one product"] = o => MatMul.F32(70, 75, 21, o.X, o.W, o.Y, [], [], []),
        ["MatMul.F32, one row"] = o => MatMul.F32(1, 700, 21, o.X, o.W, o.Y, [], [], []),
        ["MatMul.U8S8, batch"] = o => MatMul.U8S8(17, 19, 21, o.B, o.W, o.Y, [12], [17 * 24], [19 * 21], 19, 1, 3, 0.1f, 0.1f, o.Panels,
            o.Compensation),
        ["MatMul.U7S8, shared"] = o => MatMul.U7S8(17, 19, 21, o.B, o.W, o.Y, [3, 4], [4 * 17 * 24, 17 * 24], [0, 0], 1, 21, 3, 0.1f, 0.1f,
            o.Panels, o.Compensation),
        ["MatMul.U8S8, too large for the stack"] = o => MatMul.U8S8(3, 200, 201, o.B, o.W, o.Y, [2], [3 * 204], [0], 200, 1, 3, 0.1f, 0.1f,
            o.Panels, o.Compensation),
        ["Attention"] = o => Attention.Masked(2, 4, 23, 23, 8, 8, new(o.X, 23 * 32, 8, 32, 1), new(o.W, 23 * 32, 8, 1, 32),
            new(o.W, 0, 0, 23, 1), new(o.X, 23 * 32, 8, 32, 1), new(o.Y, 23 * 32, 8, 32, 1), default(FloatAttention),
            new ByteAttention(0.004f, 0, 255, 0.01f), o.Y.At<byte>(Elements * 2), 16 << 10),
        ["Softmax, rows"] = o => Softmax.Run(o.X, o.Y, 53, 71, 1),
        ["Softmax, planes"] = o => Softmax.Run(o.X, o.Y, 7, 31, 45),
        ["LogSoftmax"] = o => LogSoftmax.Run(o.X, o.Y, 53, 71, 1),
        ["Normalize"] = o => Normalize.Run(o.X, o.Scale, o.Bias, o.Y, 61, 43, 1e-5f, true),
        ["Map"] = o => Map.Run(default(Gelu), o.X, o.Y, 10007),
        ["Zip, dense"] = o => Zip.Run(default(Add), o.X, o.W, o.Y, [3, 5003], [5003, 1], [5003, 1]),
        ["Zip, broadcast"] = o => Zip.Run(default(Multiply), o.X, o.W, o.Y, [12, 31, 33], [31 * 33, 33, 1], [31, 1, 0]),
        ["Copy, transposed"] = o => Copy.Strided(o.X, o.Y, [4, 37, 61], [37 * 61, 1, 37], [37 * 61, 61, 1]),
        ["Copy, rows"] = o => Copy.Strided(o.X, o.Y, [47, 60], [100, 1], [60, 1]),
        ["Pool.Max"] = o => Pool.Max(o.X, o.Y, 2, 20, [15, 17], [8, 9], [3, 3], [2, 2], [1, 1], [1, 1], [1, 1]),
        ["Pool.Average"] = o => Pool.Average(o.X, o.Y, 2, 20, [15, 17], [8, 9], [3, 3], [2, 2], [1, 1], [1, 1], [1, 1], false),
        ["Quantize"] = o => Quantize.Run(o.X, o.Y.At<byte>(0), 301, 30, 0.02f, 3, 255),
        ["Quantize, column"] = o => Quantize.Run(o.X, o.Y.At<byte>(0), 9001, 1, 0.02f, 3, 255),
        ["Dequantize"] = o => Dequantize.Run(o.B, o.Y, 301, 30, 0.02f, 3),
    };

    public static TheoryData<string> Kernels => [.. s_kernels.Keys];

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Every_number_of_threads_gives_the_same_bits(string kernel)
    {
        uint[] expected = Run(kernel, 1);
        Assert.Contains(expected, bits => bits is not 0 and not Untouched);
        foreach (int threads in new[] { 2, 3, 8 })
        {
            Assert.Equal(expected, Run(kernel, threads));
        }
    }

    private const uint Untouched = 0xCDCDCDCD;

    private static uint[] Run(string kernel, int threads)
    {
        var result = new uint[Elements];
        Array.Fill(result, Untouched);
        var team = threads == 1 ? null : new ThreadTeam(threads, s_pool);
        fixed (float* x = s_values, w = s_more)
        fixed (byte* b = s_bytes)
        fixed (sbyte* s = s_weights)
        fixed (ushort* halves = s_halves)
        fixed (uint* y = result)
        {
            var operands = new Operands(new(x), new(w), new(halves), new(b), new(s), new((float*)y));
            team?.Begin();
            try
            {
                // Workers that slept have time to come.
                for (int repetition = 0; repetition < (threads == 1 ? 1 : 50); repetition++)
                {
                    s_kernels[kernel](operands);
                }
            }
            finally
            {
                team?.End();
            }
        }

        Assert.True(team is null || team.Steps > 0, "nothing was split");

        // What is packed on the way is no result.
        return result[..(Elements / 2)];
    }

    private static Shape Image(int inputs, int outputs) => new()
    {
        Batch = 2, InH = 11, InW = 13, InC = inputs, OutC = outputs, KernelH = 3, KernelW = 3, PadTop = 1, PadLeft = 1, PadBottom = 1,
        PadRight = 1,
    };

    private readonly record struct Sizes(int M, int N, int K) : IGemmShape;

    private readonly record struct Operands(
        Pointer<float> X, Pointer<float> W, Pointer<ushort> Halves, Pointer<byte> B, Pointer<sbyte> S, Pointer<float> Y)
    {
        public Pointer<float> Bias => W.At<float>(4 * 4096);

        public Pointer<float> Scale => W.At<float>(4 * 8192);

        public Pointer<int> Counts => S.At<int>(4096);

        public Pointer<sbyte> Panels => Y.At<sbyte>(2 * Elements);

        public Pointer<int> Compensation => Y.At<int>((4 * Elements) - 4096);

        /// <summary>The memory of no operand of a convolution of 16 channels.</summary>
        public Pointer<float> Scratch => new(s_scratch.Address);

        public StoreF32 Floats(int stride) => new(Y, stride);

        public StoreU8 Bytes(int stride) => new(Y.At<byte>(0), stride, 0.05f, 3, 255);
    }
}
