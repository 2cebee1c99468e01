using MixPrec.Runtime.Kernels;
using MixPrec.Runtime.Machine;
using MixPrec.Runtime.Tests.Kernels;
using MixPrec.Runtime.Tests.Machine.Interpreter;

namespace MixPrec.Runtime.Tests.Machine;

/// <summary>
/// Tiles one below the other with their epilogue: the sums of a <see cref="TileCase"/>, and what they must become, computed one by one by
/// the definitions. Results go to rows in another order; between them nothing may change.
/// </summary>
internal sealed unsafe class FinishedTileCase : IMachineOperands, IDisposable
{
    private const int UntouchedElements = 5, ZeroPoint = 31, LastCode = 63;
    private const byte Untouched = 0xA5;

    private static readonly (float, float)[] Bounds =
        [(-0.4f, 0.6f), (float.NegativeInfinity, float.PositiveInfinity), (0, float.PositiveInfinity), (-0.6f, 0.5f), (0.5f, -0.5f)];

    private static readonly float[] Scales = [1, -1, 3];

    private readonly TileCase sums;
    private readonly int rows, tiles, columns, elementBytes, pitch;
    private readonly bool toBytes, hasByteSums;
    private readonly float lowest, highest, step;
    private readonly GuardedBuffer<int> compensation;
    private readonly GuardedBuffer<float> scale, bias;
    private readonly GuardedBuffer<byte> target;

    /// <param name="kernel">Any row whose code has epilogues.</param>
    /// <param name="toBytes">Whether results are bytes.</param>
    /// <param name="rows">Of a tile.</param>
    /// <param name="tiles">One below the other.</param>
    /// <param name="columns">Up to two registers.</param>
    /// <param name="depth">What is summed.</param>
    /// <param name="variant">Of the bounds and of the step between two codes.</param>
    public FinishedTileCase(TileKernel kernel, bool toBytes, int rows, int tiles, int columns, Depth depth, int variant)
    {
        (this.toBytes, this.rows, this.tiles, this.columns) = (toBytes, rows, tiles, columns);
        hasByteSums = ByteKernels.Family.Rows.Any(row => row.Identity == kernel.Identity);
        step = Codes.Steps[variant % Codes.Steps.Length];
        (lowest, highest) = Bounds[variant % Bounds.Length];

        // Values that become bytes are multiples of half a step: half of them are ties, or beside one, which the last bit decides.
        float unit = toBytes ? step / 2 : 0;
        (lowest, highest) = toBytes ? (lowest * 40 * step, highest * 40 * step) : (lowest, highest);
        sums = MachineRows.Case(kernel, rows * tiles, columns, depth, unit);
        elementBytes = toBytes ? sizeof(byte) : sizeof(float);
        pitch = columns + UntouchedElements;
        int padded = PanelLayout.PaddedColumns(columns);
        compensation = GuardedBuffer<int>.From(
            [.. Enumerable.Range(0, padded).Select(column => toBytes ? (column % 5) - 7 : (column * 1511) - 20000)]);
        scale = GuardedBuffer<float>.From([.. Numbers.Floats(padded, 1).Select((value, column) =>
            toBytes ? Scales[column % Scales.Length] * unit : value * (1f / 32768))]);
        bias = GuardedBuffer<float>.From([.. Numbers.Floats(hasByteSums ? padded : columns, 2).Select((value, column) =>
            toBytes ? ((column * 37 % 161) - 80) * unit : value * 0.5f)]);
        if (!hasByteSums && columns > 2)
        {
            // Sums that are no number, and none that is finite.
            (bias.Span[1], bias.Span[2]) = (float.NaN, float.NegativeInfinity);
        }

        target = new(((rows * tiles * pitch) - UntouchedElements) * elementBytes);
    }

    public int Rows => sums.Rows;

    private StoreU8 Bytes => new(target.Pointer, pitch, step, ZeroPoint, LastCode);

    private StoreF32 Floats => new(new((float*)target.Address), pitch);

    /// <summary>Runs the code of <paramref name="kernel"/> and compares every bit.</summary>
    /// <returns>What is wrong, or null.</returns>
    public string? Difference(TileKernel kernel, Mutation? mutation = null)
    {
        target.Span.Fill(Untouched);
        try
        {
            InterpretedCall.Use(this, mutation, () => Run(kernel));
        }
        catch (MachineFaultException e)
        {
            return e.Message;
        }

        target.Check();
        for (int i = 0; i < target.Length; i += elementBytes)
        {
            int output = i / elementBytes / pitch, column = i / elementBytes % pitch;
            var found = target.Span.Slice(i, elementBytes);
            if (column >= columns)
            {
                if (found.ContainsAnyExcept(Untouched))
                {
                    return $"column {column} of row {output} is none";
                }

                continue;
            }

            float value = Value(Row(output), column);
            if (toBytes ? found[0] != Codes.Of(value, step, ZeroPoint, LastCode) : !Same(BitConverter.ToSingle(found), value))
            {
                return $"row {output}, column {column} of {value} is {Convert.ToHexString(found)}";
            }
        }

        return null;
    }

    public void Allow(MemoryMap memory, void* argument)
    {
        var call = (TileCall*)argument;
        memory.AllowTiles(call, Rows);
        sums.AllowOperands(memory);
        memory.AllowReading(compensation.Address, hasByteSums ? compensation.Length * sizeof(int) : 0);
        memory.AllowReading(scale.Address, hasByteSums ? scale.Length * sizeof(float) : 0);
        memory.AllowReading(bias.Address, bias.Length * sizeof(float));
        for (int row = 0; row < Rows; row++)
        {
            memory.AllowWriting(target.Address + (row * pitch * elementBytes), columns * elementBytes);
        }
    }

    public void Dispose()
    {
        sums.Dispose();
        compensation.Dispose();
        scale.Dispose();
        bias.Dispose();
        target.Dispose();
    }

    private void Run(TileKernel kernel)
    {
        byte** lhs = stackalloc byte*[Rows];
        nint* outputs = stackalloc nint[Rows];
        for (int row = 0; row < Rows; row++)
        {
            lhs[row] = sums.Lhs(row);
            outputs[row] = Output(row);
        }

        TileCall call;
        var epilogue = Epilogue();
        epilogue.Describe(0, columns, 0, &call);
        call.Lhs = lhs;
        call.Outputs = outputs;
        call.Tiles = tiles;
        sums.Create(kernel).Finish(rows, 0, columns, sums.Depth, epilogue.ToBytes, &call);
    }

    private MachineEpilogue Epilogue()
    {
        MachineEpilogue epilogue;
        var terms = new DequantizeAddBias(compensation.Address, scale.Address, bias.Address);
        var clip = new Clip(lowest, highest);
        bool created = (hasByteSums, toBytes) switch
        {
            (true, true) => MachineEpilogue.TryCreate(terms, clip, Bytes, out epilogue),
            (true, false) => MachineEpilogue.TryCreate(terms, clip, Floats, out epilogue),
            (false, true) => MachineEpilogue.TryCreate(new AddBias(bias.Address), clip, Bytes, out epilogue),
            _ => MachineEpilogue.TryCreate(new AddBias(bias.Address), clip, Floats, out epilogue),
        };
        return created ? epilogue : throw new InvalidOperationException("There is code for this.");
    }

    /// <summary>From the last row to the first, but two of them exchanged.</summary>
    private int Output(int row) => Rows - 1 - (row < 2 ? 1 - row : row);

    private int Row(int output) => Enumerable.Range(0, Rows).First(row => Output(row) == output);

    private float Value(int row, int column)
    {
        uint sum = sums.Expected(row, column);
        float value = hasByteSums
            ? MathF.FusedMultiplyAdd((int)sum + compensation.Span[column], scale.Span[column], bias.Span[column])
            : BitConverter.UInt32BitsToSingle(sum) + bias.Span[column];
        float raised = lowest > value ? lowest : value;
        return highest < raised ? highest : raised;
    }

    private static bool Same(float found, float expected) =>
        BitConverter.SingleToInt32Bits(found) == BitConverter.SingleToInt32Bits(expected) || (float.IsNaN(found) && float.IsNaN(expected));
}
