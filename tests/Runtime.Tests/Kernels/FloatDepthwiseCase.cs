using MixPrec.Runtime.Kernels;
using MixPrec.Runtime.Machine;
using MixPrec.Runtime.Tests.Machine.Interpreter;

namespace MixPrec.Runtime.Tests.Kernels;

/// <summary>
/// A depthwise convolution of floats into floats or bytes, and its results by the definitions. Values are multiples of half the step
/// between two codes, so that half of the codes are ties or lie beside one; of eight channels one is NaN, one infinite.
/// </summary>
internal sealed unsafe class FloatDepthwiseCase : IMachineOperands, IDisposable
{
    private const int ZeroPoint = 31, LastCode = 63, UntouchedElements = 3;
    private const byte Untouched = 0xA5;

    private static readonly (float Lowest, float Highest)[] Bounds =
        [(-16, 24), (float.NegativeInfinity, float.PositiveInfinity), (0, float.PositiveInfinity), (-60, 12)];

    private readonly Shape shape;
    private readonly (int Tap, int Pixel)[][] taps;
    private readonly float step, lowest, highest;
    private readonly GuardedBuffer<float> x, weights, bias;
    private readonly GuardedBuffer<byte> y;

    /// <summary>Where results go while a kernel runs.</summary>
    private bool toBytes;

    public FloatDepthwiseCase(Shape shape, int variant)
    {
        this.shape = shape;
        taps = [.. Enumerable.Range(0, Pixels).Select(pixel => shape.Taps(pixel).ToArray())];
        step = Kernels.Codes.Steps[variant % Kernels.Codes.Steps.Length];
        (lowest, highest) = Bounds[variant / 2 % Bounds.Length];
        (lowest, highest) = (lowest * step, highest * step);
        float unit = step / 2;
        x = GuardedBuffer<float>.From([.. Numbers.Floats(shape.InputLength, variant).Select(value => MathF.Round(value * 3))]);
        weights = GuardedBuffer<float>.From(
            [.. Numbers.Floats(shape.KernelH * shape.KernelW * Channels, variant + 1).Select(value => MathF.Round(value * 2) * unit)]);
        bias = GuardedBuffer<float>.From([.. Enumerable.Range(variant, Channels).Select(c => ((c * 37 % 161) - 80) * unit)]);
        for (int c = 2; c < Channels; c += 8)
        {
            (bias.Span[c - 1], bias.Span[c]) = (float.NaN, float.NegativeInfinity);
        }

        y = new(Math.Max(((Pixels * Pitch) - UntouchedElements) * sizeof(float), 0));
    }

    private int Channels => shape.InC;

    private int Pitch => Channels + UntouchedElements;

    private int Pixels => shape.Batch * shape.OutH * shape.OutW;

    private int ElementBytes => toBytes ? sizeof(byte) : sizeof(float);

    /// <returns>What is wrong, or null.</returns>
    public string? Difference(DepthwiseKernel<FloatChannels> kernel, bool toBytes, Mutation? mutation = null)
    {
        this.toBytes = toBytes;
        y.Span.Fill(Untouched);
        try
        {
            InterpretedCall.Use(this, mutation, () => Run(kernel));
        }
        catch (MachineFaultException e)
        {
            return e.Message;
        }

        y.Check();
        for (int pixel = 0; pixel < Pixels; pixel++)
        {
            for (int c = 0; c < (pixel == Pixels - 1 ? Channels : Pitch); c++)
            {
                var found = y.Span.Slice(((pixel * Pitch) + c) * ElementBytes, ElementBytes);
                if (c < Channels ? !IsRight(found, Value(pixel, c)) : found.ContainsAnyExcept(Untouched))
                {
                    return $"{shape}, pixel {pixel}, channel {c} is {Convert.ToHexString(found)}";
                }
            }
        }

        return null;
    }

    /// <summary>The codes that the kernel makes, whatever they should be.</summary>
    public byte[] Codes(DepthwiseKernel<FloatChannels> kernel)
    {
        toBytes = true;
        y.Span.Clear();
        Run(kernel);
        return y.Span.ToArray();
    }

    public void Allow(MemoryMap memory, void* argument)
    {
        var call = (TileCall*)argument;
        memory.AllowTiles(call, Pixels);
        if (call->Taps != null)
        {
            memory.AllowReading(call->Taps, 2 * call->Inner * sizeof(nint));
        }
        else
        {
            memory.AllowWriting(&call->Floats, sizeof(nint));
            memory.AllowWriting(&call->Bytes, sizeof(nint));
            memory.AllowWriting(&call->Bias, sizeof(nint));
        }

        memory.AllowReading(x.Address, x.Length * sizeof(float));
        memory.AllowReading(weights.Address, weights.Length * sizeof(float));
        memory.AllowReading(bias.Address, bias.Length * sizeof(float));
        for (int pixel = 0; pixel < Pixels; pixel++)
        {
            memory.AllowWriting(y.Address + (pixel * Pitch * ElementBytes), Channels * ElementBytes);
        }
    }

    public void Dispose()
    {
        x.Dispose();
        weights.Dispose();
        bias.Dispose();
        y.Dispose();
    }

    private void Run(DepthwiseKernel<FloatChannels> kernel)
    {
        var clip = new Clip(lowest, highest);
        if (toBytes)
        {
            DepthwiseConv.F32(kernel, shape, x.Pointer, weights.Pointer, bias.Pointer, clip,
                new StoreU8(y.Pointer, Pitch, step, ZeroPoint, LastCode));
        }
        else
        {
            DepthwiseConv.F32(kernel, shape, x.Pointer, weights.Pointer, bias.Pointer, clip, new StoreF32(new((float*)y.Address), Pitch));
        }
    }

    private bool IsRight(ReadOnlySpan<byte> found, float value) => toBytes
        ? found[0] == Kernels.Codes.Of(value, step, ZeroPoint, LastCode)
        : BitConverter.ToSingle(found).Equals(value);

    private float Value(int pixel, int channel)
    {
        float sum = 0;
        foreach (var (tap, source) in taps[pixel])
        {
            sum = MathF.FusedMultiplyAdd(x.Span[(source * Channels) + channel], weights.Span[(tap * Channels) + channel], sum);
        }

        float value = sum + bias.Span[channel];
        float raised = lowest > value ? lowest : value;
        return highest < raised ? highest : raised;
    }
}
