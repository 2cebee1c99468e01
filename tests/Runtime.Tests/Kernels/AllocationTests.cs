using MixPrec.Runtime.Kernels;
using Xunit;

namespace MixPrec.Runtime.Tests.Kernels;

/// <summary>Kernels allocate nothing on the managed heap.</summary>
public sealed unsafe class AllocationTests
{
    private const int Enough = 1 << 16;

    // Literal spans would allocate in unoptimised test code.
    private static readonly int[] Batch = [2], Broadcast = [0], Dense = [600];

    [Fact]
    public void Kernels_allocate_nothing()
    {
        using var memory = new GuardedBuffer<float>(Enough);
        using var target = new GuardedBuffer<float>(Enough);
        memory.Span.Clear();
        Run(memory, target);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Run(memory, target);
        long after = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(before, after);
    }

    private static void Run(GuardedBuffer<float> memory, GuardedBuffer<float> target)
    {
        var x = memory.Pointer;
        var y = new StoreF32(target.Pointer, 20);
        var bytes = new StoreU8(target.Pointer.At<byte>(0), 20, 0.1f, 3, 255);
        var conv = new Shape { InH = 5, InW = 5, InC = 4, OutC = 20, KernelH = 3, KernelW = 3, PadTop = 1, PadLeft = 1, PadBottom = 1,
            PadRight = 1 };
        var depthwise = conv with { InC = 20, Groups = 20 };
        var (u8, s8, bf16, compensation) = (x.At<byte>(0), x.At<sbyte>(0), x.At<ushort>(0), x.At<int>(0));
        for (int rows = 1; rows < 10; rows += 8)
        {
            var gemm = new Sizes(rows, 20, 30);
            Gemm.F32(gemm, x, x, x, default(Relu), y);
            Gemm.BF16(gemm, x, bf16, x, default(Tanh), bytes);
            Gemm.F16(gemm, x, bf16, x, default(Tanh), bytes);
            Gemm.S4(gemm, 32, x, u8, x, default(Relu), y);
            Gemm.U8S4(gemm, 32, u8, u8, x, x, x, default(Relu), y);
            Gemm.E2M1(gemm, 16, x, u8, x, default(Relu), y);
            Gemm.E4M3(gemm, x, u8, x, default(Relu), y);
            Gemm.E5M2(gemm, x, u8, x, default(Relu), y);
            Gemm.U8S8(gemm, u8, s8, compensation, x, x, default(Sigmoid), bytes);
            Gemm.U7S8(gemm, u8, s8, compensation, x, x, default(Identity), y);
            Gemm.U8S8Blocks(gemm, 4, u8, s8, compensation, x, x, default(Identity), y);
            Gemm.TwoPass(gemm, 0, 1, 1, x, u8, s8, compensation, x, x, x, x, default(Relu), y);
            Gemm.TwoPass(gemm, 1, 1, 1, x, u8, s8, compensation, x, x, x, bf16, default(Tanh), bytes);
            MatMul.F32(rows, 20, 30, x, x, target.Pointer, Batch, Broadcast, Dense);
            MatMul.U8S8(rows, 20, 30, u8, x, target.Pointer, Batch, Broadcast, Dense, 20, 1, 3, 0.1f, 0.1f,
                target.Pointer.At<sbyte>(64 << 10), target.Pointer.At<int>(128 << 10));
            MatMul.U7S8(rows, 20, 30, u8, x, target.Pointer, Batch, Broadcast, Dense, 1, 30, 3, 0.1f, 0.1f,
                target.Pointer.At<sbyte>(64 << 10), target.Pointer.At<int>(128 << 10));
            var heads = new AttentionOperand(x, 600, 10, 20, 1);
            Attention.Masked(2, 2, rows, 20, 10, 10, heads, new(x, 600, 10, 1, 20), new(x, 0, 0, 0, 1), heads,
                new(target.Pointer, 600, 10, 20, 1), default(FloatAttention), new ByteAttention(0.1f, 3, 255, 0.1f),
                target.Pointer.At<byte>(64 << 10), 16 << 10);
            var recurrence = new Sequence(2, rows, 20);
            var (sums, quantized) = (target.Pointer.At<float>(64 << 10), target.Pointer.At<byte>(128 << 10));
            Lstm.Run(recurrence, x, new StatesBF16(bf16), target.Pointer, target.Pointer.At<float>(1024),
                target.Pointer.At<float>(2048), sums,
                default(Sigmoid), default(Tanh), default(Tanh), default(Identity), default(NoPeepholes), default(EveryStep), false, false);
            Gru.Run(recurrence, x, new StatesS8(s8, compensation, x, quantized, 0.1f, 3, 127), target.Pointer,
                target.Pointer.At<float>(1024), target.Pointer.At<float>(2048), sums,
                default(Sigmoid), default(Tanh), default(Identity), default(EveryStep), true);
            Quantize.Run(x, target.Pointer.At<byte>(0), rows, 20, 0.1f, 3, 127);
            Dequantize.Run(u8, target.Pointer, rows, 20, 0.1f, 3);
        }

        Conv.F32(conv, x, x, x, default(Relu), y);
        Conv.F16(conv, x, bf16, x, default(Relu), y);
        Conv.BF16(conv, x, bf16, x, default(Relu), y);
        Conv.U8S8(conv, u8, u8, s8, compensation, x, x, default(Relu), y);
        Conv.U7S8(conv, u8, u8, s8, compensation, x, x, default(Relu), bytes);
        Conv.U8S8Blocks(conv, 4, u8, u8, s8, compensation, x, x, default(Relu), bytes);
        DepthwiseConv.F32(depthwise, x, x, x, default(Relu), y);
    }

    private readonly record struct Sizes(int M, int N, int K) : IGemmShape;

    private readonly record struct Sequence(int Steps, int Batch, int Hidden) : IRecurrentShape;
}
