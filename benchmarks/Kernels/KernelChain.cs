using System.Runtime.InteropServices;
using MixPrec.Runtime;
using MixPrec.Runtime.Kernels;

namespace MixPrec.Benchmarks.Kernels;

/// <summary>What multiplies what.</summary>
internal enum Precision
{
    F32,
    BF16,
    U8S8,
    U7S8,
}

/// <summary>
/// A chain of layers by this project's kernels, as emitted code would call them. Weights and inputs hold arbitrary small numbers.
/// </summary>
/// <remarks>Byte chains quantize the input once and hand bytes from layer to layer; the last layer stores floats.</remarks>
internal sealed unsafe class KernelChain : IDisposable
{
    private readonly List<nint> memory = [];
    private readonly List<Action> steps = [];

    public KernelChain(IReadOnlyList<Layer> layers, Precision precision)
    {
        bool bytes = precision is Precision.U8S8 or Precision.U7S8;
        int max = precision == Precision.U7S8 ? 127 : 255;
        var x = New<float>(layers[0].InputLength);
        var codes = default(Pointer<byte>);
        if (bytes)
        {
            codes = New<byte>(layers[0].InputLength + (4 * layers[0].Batch * layers[0].Size * layers[0].Size));
            var (input, target, layer) = (x, codes, layers[0]);
            steps.Add(() => Quantize.Run(input, target, layer.Batch * layer.Size * layer.Size, layer.InC, 0.01f, 3, max));
        }

        foreach (var layer in layers)
        {
            if (bytes && layer.Depthwise)
            {
                throw new ArgumentException("Depthwise convolutions have no byte kernel.", nameof(layers));
            }

            var y = New<float>(layer.OutputLength);
            if (bytes && layer != layers[^1])
            {
                var next = New<byte>(layer.OutputLength + (4 * layer.Batch * layer.OutSize * layer.OutSize));
                steps.Add(Bytes(layer, precision, codes, new StoreU8(next, (layer.OutC + 3) & ~3, 0.01f, 0, max)));
                codes = next;
            }
            else if (bytes)
            {
                steps.Add(Bytes(layer, precision, codes, new StoreF32(y, layer.OutC)));
            }
            else
            {
                steps.Add(Floats(layer, precision, x, new StoreF32(y, layer.OutC)));
                x = y;
            }
        }
    }

    public void Run()
    {
        foreach (var step in steps)
        {
            step();
        }
    }

    public void Dispose()
    {
        foreach (nint address in memory)
        {
            NativeMemory.AlignedFree((void*)address);
        }
    }

    private Action Floats(Layer layer, Precision precision, Pointer<float> x, StoreF32 store)
    {
        var bias = New<float>(layer.OutC + 16);
        int panels = (layer.OutC + 15) / 16 * 16;
        var gemm = new GemmSizes(layer.Batch, layer.OutC, layer.InC);
        var conv = new ConvSizes(layer);
        if (precision == Precision.BF16)
        {
            var halves = New<ushort>(panels * (layer.Depth + 1));
            return layer.IsGemm
                ? () => Gemm.BF16(gemm, x, halves, bias, default(Relu), store)
                : () => Conv.BF16(conv, x, halves, bias, default(Relu), store);
        }

        var weights = New<float>(panels * layer.Depth);
        return layer.IsGemm ? () => Gemm.F32(gemm, x, weights, bias, default(Relu), store)
            : layer.Depthwise ? () => DepthwiseConv.F32(conv, x, weights, bias, default(Relu), store)
            : () => Conv.F32(conv, x, weights, bias, default(Relu), store);
    }

    private Action Bytes<TStore>(Layer layer, Precision precision, Pointer<byte> x, TStore store)
        where TStore : struct, IStore
    {
        int panels = (layer.OutC + 15) / 16 * 16;
        var weights = New<sbyte>(panels * layer.Kernel * layer.Kernel * ((layer.InC + 3) & ~3));
        var padding = New<byte>(layer.InC + 4);
        var compensation = New<int>(panels);
        var scale = New<float>(panels);
        var bias = New<float>(panels);
        var gemm = new GemmSizes(layer.Batch, layer.OutC, layer.InC);
        var conv = new ConvSizes(layer);
        return (layer.IsGemm, precision) switch
        {
            (true, Precision.U8S8) => () => Gemm.U8S8(gemm, x, weights, compensation, scale, bias, default(Relu), store),
            (true, _) => () => Gemm.U7S8(gemm, x, weights, compensation, scale, bias, default(Relu), store),
            (false, Precision.U8S8) => () => Conv.U8S8(conv, x, padding, weights, compensation, scale, bias, default(Relu), store),
            _ => () => Conv.U7S8(conv, x, padding, weights, compensation, scale, bias, default(Relu), store),
        };
    }

    private Pointer<T> New<T>(int length)
        where T : unmanaged => SmallFloats.New<T>(memory, length);
}
