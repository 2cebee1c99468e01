using MixPrec.Runtime.Kernels;
using MixPrec.Runtime.Machine;
using MixPrec.Runtime.Tests.Kernels;
using MixPrec.Runtime.Tests.Machine.Interpreter;

namespace MixPrec.Runtime.Tests.Machine;

/// <summary>The pixels of a tile, or the filters of 16 columns, and the 36 points that they become.</summary>
internal sealed unsafe class LargeTileTransformCase : IMachineOperands, IDisposable
{
    private const short Untouched = 0x5A5A;
    private const int UntouchedElements = 7;

    private readonly bool areFilters;
    private readonly int channels, length, pitch;
    private readonly GuardedBuffer<byte>[] sources;
    private readonly GuardedBuffer<short> target;
    private readonly short[] expected;

    /// <param name="areFilters">Otherwise pixels.</param>
    /// <param name="channels">Whole groups of four; of pixels at least 32.</param>
    public LargeTileTransformCase(bool areFilters, int channels)
    {
        (this.areFilters, this.channels) = (areFilters, channels);
        length = areFilters ? channels * PanelLayout.Columns : channels;
        pitch = areFilters ? length + UntouchedElements : length;
        var random = new Random(channels);
        sources = [.. Enumerable.Range(0, areFilters ? 1 : LargeTile.Points).Select(_ =>
        {
            var bytes = new byte[areFilters ? LargeTile.Taps * length : length];
            random.NextBytes(bytes);
            bytes[0] = (byte)(areFilters ? 128 : 255);
            return GuardedBuffer<byte>.From(bytes);
        })];
        target = new(((LargeTile.Points - 1) * pitch) + length);
        expected = new short[target.Length];
        Array.Fill(expected, Untouched);
        for (int i = 0; i < length; i++)
        {
            Expect(i);
        }
    }

    /// <returns>What is wrong, or null.</returns>
    public string? Difference(LargeTileTransforms transforms, Mutation? mutation = null)
    {
        target.Span.Fill(Untouched);
        try
        {
            InterpretedCall.Use(this, mutation, () => Run(transforms));
        }
        catch (MachineFaultException e)
        {
            return e.Message;
        }

        target.Check();
        int wrong = target.Span.CommonPrefixLength(expected);
        return wrong == expected.Length ? null
            : $"element {wrong % pitch} of point {wrong / pitch} is {target.Span[wrong]}, not {expected[wrong]}";
    }

    public void Allow(MemoryMap memory, void* argument)
    {
        var call = (LargeTileCall*)argument;
        memory.AllowReading(call, sizeof(LargeTileCall));
        if (areFilters)
        {
            memory.AllowReading(call->Orders, 2 * PanelLayout.RowBytes);
        }
        else
        {
            memory.AllowReading(call->Source, LargeTile.Points * sizeof(nint));
        }

        Array.ForEach(sources, source => memory.AllowReading(source.Address, source.Length));
        for (int point = 0; point < LargeTile.Points; point++)
        {
            memory.AllowWriting(target.Address + (point * pitch), length * sizeof(short));
        }
    }

    public void Dispose()
    {
        Array.ForEach(sources, source => source.Dispose());
        target.Dispose();
    }

    private void Run(LargeTileTransforms transforms)
    {
        if (areFilters)
        {
            transforms.Filters((sbyte*)sources[0].Address, length, channels / PanelLayout.ByteGroup, target.Address, pitch);
            return;
        }

        byte** places = stackalloc byte*[LargeTile.Points];
        for (int i = 0; i < LargeTile.Points; i++)
        {
            places[i] = sources[i].Address;
        }

        transforms.Pixels(places, channels, target.Address);
    }

    /// <summary>The points of a channel; of filters those of [channels / 2][16][2], from bytes of [channels / 4][16][4].</summary>
    private void Expect(int element)
    {
        int next = 0, column = element / 2 % PanelLayout.Columns, channel = (element / 32 * 2) + (element % 2);
        int source = (((channel / 4 * PanelLayout.Columns) + column) * 4) + (channel % 4);
        int[,] points = areFilters
            ? LargeTileDefinition.Filters(LargeTileDefinition.Made(3, () => (sbyte)sources[0].Span[(next++ * length) + source]))
            : LargeTileDefinition.Pixels(LargeTileDefinition.Made(LargeTile.Pixels, () => sources[next++].Span[element]));
        for (int point = 0; point < LargeTile.Points; point++)
        {
            expected[(point * pitch) + element] = (short)points[point / LargeTile.Pixels, point % LargeTile.Pixels];
        }
    }
}
