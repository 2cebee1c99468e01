using MixPrec.Runtime.Kernels;
using MixPrec.Runtime.Machine;
using MixPrec.Runtime.Tests.Machine.Interpreter;

namespace MixPrec.Runtime.Tests.Kernels;

/// <summary>
/// A depthwise convolution of bytes and its results by the definitions. Values are multiples of half the step between two codes, so that
/// half of the codes are ties or lie beside one.
/// </summary>
internal sealed unsafe class ByteDepthwiseCase : IMachineOperands, IDisposable
{
    private const int OutputZeroPoint = 31, LastCode = 63;

    private static readonly (float Lowest, float Highest)[] Bounds =
        [(-16, 24), (float.NegativeInfinity, float.PositiveInfinity), (0, float.PositiveInfinity), (-60, 12)];

    private static readonly float[] Scales = [1, -1, 3];

    private readonly Shape shape;
    private readonly (int Tap, int Pixel)[][] taps;
    private readonly int zeroPoint, channels, pitch, untouched;
    private readonly float step, lowest, highest;
    private readonly sbyte[] plain;
    private readonly GuardedBuffer<byte> x, padding, y;
    private readonly GuardedBuffer<sbyte> weights;
    private readonly GuardedBuffer<int> compensation;
    private readonly GuardedBuffer<float> scale, bias, ofCodes, biasOfCodes, floats;

    /// <param name="shape">Of one group for each channel.</param>
    /// <param name="zeroPoint">Of the input.</param>
    /// <param name="variant">Which scales, bounds and numbers.</param>
    /// <param name="untouched">Bytes between two pixels of the results.</param>
    public ByteDepthwiseCase(Shape shape, int zeroPoint, int variant, int untouched = 3)
    {
        (this.shape, this.zeroPoint, this.untouched, channels) = (shape, zeroPoint, untouched, shape.InC);
        taps = [.. Enumerable.Range(0, Pixels).Select(pixel => shape.Taps(pixel).ToArray())];
        int window = shape.KernelH * shape.KernelW;
        pitch = PanelLayout.PaddedDepth(channels);
        step = Kernels.Codes.Steps[variant % Kernels.Codes.Steps.Length];
        (lowest, highest) = Bounds[variant / 2 % Bounds.Length];
        (lowest, highest) = (lowest * step, highest * step);
        float unit = step / 2;
        x = GuardedBuffer<byte>.From(Numbers.Bytes(shape.Batch * shape.InH * shape.InW * pitch, zeroPoint + 5, variant));
        plain = Numbers.Weights(window * channels, variant + 1, 2);
        sbyte[] packed = new sbyte[PanelLayout.LengthS8(window, channels)];
        int[] compensations = new int[PanelLayout.PaddedColumns(channels)];
        for (int i = 0; i < plain.Length; i++)
        {
            var (tap, c) = Math.DivRem(i, channels);
            packed[(((c / 16 * window) + tap) * 64) + (c % 16 * 4)] = plain[i];
            compensations[c] -= zeroPoint * plain[i];
        }

        padding = GuardedBuffer<byte>.From([(byte)zeroPoint, 1, 2, 3]);
        weights = GuardedBuffer<sbyte>.From(packed);
        compensation = GuardedBuffer<int>.From(compensations);
        scale = GuardedBuffer<float>.From(
            Packing.Padded(Enumerable.Range(0, channels).Select(c => Scales[c % Scales.Length] * unit).ToArray()));
        bias = GuardedBuffer<float>.From(
            Packing.Padded(Enumerable.Range(variant, channels).Select(c => ((c * 37 % 161) - 80) * unit).ToArray()));
        ofCodes = GuardedBuffer<float>.From(
            Packing.Padded(Enumerable.Range(0, channels).Select(c => Scales[c % Scales.Length] / 2).ToArray()));
        biasOfCodes = GuardedBuffer<float>.From(Packing.Padded(
            Enumerable.Range(variant, channels).Select(c => (((c * 37 % 161) - 80) / 2f) + OutputZeroPoint).ToArray()));
        y = new(Math.Max((Pixels * (channels + untouched)) - untouched, 0));
        floats = new(Pixels * channels);
    }

    /// <summary>Whether machine code multiplies pairs of taps, see <see cref="ChannelCall"/>; otherwise it takes four.</summary>
    public bool HasPairs { get; init; }

    private int Pixels => shape.Batch * shape.OutH * shape.OutW;

    /// <summary>Into bytes whose scale and zero point are in those of the channels.</summary>
    /// <returns>What is wrong, or null.</returns>
    public string? Difference(DepthwiseKernel<ByteChannels> kernel, Mutation? mutation = null)
    {
        y.Span.Fill(0xA5);
        try
        {
            InterpretedCall.Use(this, mutation, () => Run(kernel));
        }
        catch (MachineFaultException e)
        {
            return e.Message;
        }

        return Wrong((pixel, c) => Kernels.Codes.Of(
            Math.Clamp(MathF.FusedMultiplyAdd(Sum(pixel, c), ofCodes.Span[c], biasOfCodes.Span[c]), First, Last), 1, 0, LastCode));
    }

    /// <summary>Into bytes by a division, through bounds.</summary>
    public string? DifferenceOfQuotients(DepthwiseKernel<ByteChannels> kernel)
    {
        y.Span.Fill(0xA5);
        DepthwiseConv.U8S8(kernel, shape, x.Pointer, padding.Pointer, weights.Pointer, compensation.Pointer, scale.Pointer, bias.Pointer,
            new Clip(lowest, highest), new StoreU8(y.Pointer, channels + untouched, step, OutputZeroPoint, LastCode));
        return Wrong((pixel, c) =>
        {
            float value = Value(pixel, c), raised = lowest > value ? lowest : value;
            return Kernels.Codes.Of(highest < raised ? highest : raised, step, OutputZeroPoint, LastCode);
        });
    }

    /// <summary>What the store may not leave: the codes of the bounds.</summary>
    private int First => Kernels.Codes.Of(lowest, step, OutputZeroPoint, LastCode);

    private int Last => Kernels.Codes.Of(highest, step, OutputZeroPoint, LastCode);

    private string? Wrong(Func<int, int, int> code)
    {
        y.Check();
        for (int i = 0; i < y.Length; i++)
        {
            var (pixel, c) = Math.DivRem(i, channels + untouched);
            int expected = c < channels ? code(pixel, c) : 0xA5;
            if (y.Span[i] != expected)
            {
                return $"{shape}, pixel {pixel}, channel {c} is {y.Span[i]}, not {expected}";
            }
        }

        return null;
    }

    /// <summary>The bytes that the kernel makes, whatever they should be.</summary>
    public byte[] Codes(DepthwiseKernel<ByteChannels> kernel)
    {
        y.Span.Clear();
        Run(kernel);
        return y.Span.ToArray();
    }

    /// <summary>Into floats, through a function that is no bound.</summary>
    public string? DifferenceInFloats(DepthwiseKernel<ByteChannels> kernel)
    {
        DepthwiseConv.U8S8(kernel, shape, x.Pointer, padding.Pointer, weights.Pointer, compensation.Pointer, scale.Pointer, bias.Pointer,
            new LeakyRelu(0.5f), new StoreF32(floats.Pointer, channels));
        floats.Check();
        for (int i = 0; i < floats.Length; i++)
        {
            float value = Value(i / channels, i % channels);
            if (floats.Span[i] != (value < 0 ? 0.5f * value : value))
            {
                return $"{shape}, element {i} is {floats.Span[i]}";
            }
        }

        return null;
    }

    public void Allow(MemoryMap memory, void* argument)
    {
        var call = (ChannelCall*)argument;
        memory.AllowReading(call, sizeof(ChannelCall));
        memory.AllowReading(call->Pixels, call->Count * ChannelCall.MostAtOnce * sizeof(nint));
        memory.AllowReading(call->Outputs, call->Count * ChannelCall.MostAtOnce * sizeof(nint));
        int numbers = HasPairs ? ChannelCall.PairChannels : ChannelCall.Channels;
        memory.AllowReading(call->Taps, call->Groups * (HasPairs ? ChannelCall.PairTaps : 4) * sizeof(nint));
        memory.AllowReading(call->Weights, call->Groups * (HasPairs ? ChannelCall.PairBytes : ChannelCall.GroupBytes));
        memory.AllowReading(call->Compensation, numbers * sizeof(int));
        memory.AllowReading(call->Scale, numbers * sizeof(float));
        memory.AllowReading(call->Bias, numbers * sizeof(float));
        memory.AllowReading(x.Address, x.Length);
        for (int pixel = 0; pixel < Pixels; pixel++)
        {
            memory.AllowWriting(y.Address + (pixel * (channels + untouched)), channels);
        }
    }

    public void Dispose()
    {
        x.Dispose();
        padding.Dispose();
        weights.Dispose();
        compensation.Dispose();
        scale.Dispose();
        bias.Dispose();
        ofCodes.Dispose();
        biasOfCodes.Dispose();
        y.Dispose();
        floats.Dispose();
    }

    private void Run(DepthwiseKernel<ByteChannels> kernel) => DepthwiseConv.U8S8(
        kernel, shape, x.Pointer, padding.Pointer, weights.Pointer, compensation.Pointer, ofCodes.Pointer, biasOfCodes.Pointer,
        default(Identity), new StoreRoundedU8(y.Pointer, channels + untouched, First, Last));

    private float Value(int pixel, int channel) => MathF.FusedMultiplyAdd(Sum(pixel, channel), scale.Span[channel], bias.Span[channel]);

    private int Sum(int pixel, int channel)
    {
        int sum = 0;
        foreach (var (tap, source) in taps[pixel])
        {
            sum += (x.Span[(source * pitch) + channel] - zeroPoint) * plain[(tap * channels) + channel];
        }

        return sum;
    }
}
