using MixPrec.Runtime.Kernels;
using MixPrec.Runtime.Machine;
using MixPrec.Runtime.Simd;
using MixPrec.Runtime.Tests.Kernels;
using MixPrec.Runtime.Tests.Machine.Interpreter;

namespace MixPrec.Runtime.Tests.Machine;

/// <summary>
/// Sums with their epilogue: what they must become, computed one by one by the definitions. Results go to rows in another order; between
/// them nothing may change.
/// </summary>
internal sealed unsafe class FinishedTileCase : IMachineOperands, IDisposable
{
    private const int UntouchedElements = 5, ZeroPoint = 31, LastCode = 63;
    private const byte Untouched = 0xA5;
    private const float UntouchedFloat = -12345.678f;

    private static readonly (float, float)[] Bounds =
        [(-0.4f, 0.6f), (float.NegativeInfinity, float.PositiveInfinity), (0, float.PositiveInfinity), (-0.6f, 0.5f), (0.5f, -0.5f)];

    private static readonly (float, float)[] RoundedBounds = [(0, 255), (19, 63), (31, 127), (0, 40), (7, 7)];

    private static readonly float[] Scales = [1, -1, 3];

    private readonly IFinishedSums sums;
    private readonly EpilogueForm form;
    private readonly int columns, pitch;
    private readonly bool hasByteSums, toBytes, curves;
    private readonly int zeroPoint;
    private readonly float lowest, highest, step;
    private readonly GuardedBuffer<int> compensation;
    private readonly GuardedBuffer<float> scale, bias;
    private readonly GuardedBuffer<float> floats, addend;
    private readonly GuardedBuffer<byte> bytes;
    private (float Value, float AsFloat, int AsByte)[]? expected;

    /// <summary>Those of tiles one below the other.</summary>
    /// <param name="kernel">Any row whose code has epilogues.</param>
    /// <param name="form">What is added and written.</param>
    /// <param name="rows">Of a tile.</param>
    /// <param name="tiles">One below the other.</param>
    /// <param name="columns">Up to two registers.</param>
    /// <param name="depth">What is summed.</param>
    /// <param name="variant">Of the bounds and of the step between two codes.</param>
    public FinishedTileCase(TileKernel kernel, EpilogueForm form, int rows, int tiles, int columns, Depth depth, int variant)
        : this(kernel, ByteKernels.Family.Rows.Any(row => row.Identity == kernel.Identity), form, columns, variant,
            unit => new FinishedTileSums(MachineRows.Case(kernel, rows * tiles, columns, depth, unit), tiles, columns))
    {
    }

    /// <param name="kernel">Has the code.</param>
    /// <param name="hasByteSums">Whether sums are integers.</param>
    /// <param name="form">What is added and written.</param>
    /// <param name="columns">Up to two registers.</param>
    /// <param name="variant">Of the bounds and of the step between two codes.</param>
    /// <param name="create">Sums of floats are to be small multiples of its argument, sums of integers small; 0: any numbers.</param>
    public FinishedTileCase(
        TileKernel kernel, bool hasByteSums, EpilogueForm form, int columns, int variant, Func<float, IFinishedSums> create)
    {
        (this.hasByteSums, this.form, this.columns) = (hasByteSums, form, columns);
        bool isRounded = form == EpilogueForm.Rounded;
        curves = form.HasFlag(EpilogueForm.Gelu);
        toBytes = isRounded || form.HasFlag(EpilogueForm.Bytes);
        step = isRounded ? 1 : MachineRows.StepOf(kernel, Codes.Steps[variant % Codes.Steps.Length]);
        if (curves)
        {
            // Codes reach beyond the bend of the curve, where it is its argument: ties are ties there.
            step = MathF.ScaleB(step, -2 - MathF.ILogB(step));
        }

        zeroPoint = isRounded ? 0 : ZeroPoint;
        (lowest, highest) = Bounds[variant % Bounds.Length];

        // Values that become bytes are multiples of half a step: half of them are ties, or beside one, which the last bit decides.
        float unit = toBytes ? step / 2 : 0;
        (lowest, highest) = isRounded ? RoundedBounds[variant % RoundedBounds.Length]
            : toBytes ? (lowest * 40 * step, highest * 40 * step) : (lowest, highest);
        sums = create(unit);
        pitch = columns + UntouchedElements;
        int padded = PanelLayout.PaddedColumns(columns);
        compensation = GuardedBuffer<int>.From(
            [.. Enumerable.Range(0, padded).Select(column => toBytes ? ((column + variant) % 5) - 7 : (column * 1511) - 20000)]);
        scale = GuardedBuffer<float>.From([.. Numbers.Floats(padded, 1).Select((value, column) =>
            toBytes ? Scales[column % Scales.Length] * unit : value * (1f / 32768))]);
        bias = GuardedBuffer<float>.From([.. Numbers.Floats(hasByteSums ? padded : columns, 2).Select((value, column) =>
            toBytes ? HalfSteps(column, (column * 37) + (variant * 53)) * unit
                : !curves ? value * 0.5f : (column + variant) % 3 > 0 ? value * 7 : (((column + variant) % 2) - 0.5f) * 200 * value)]);
        for (int column = 0; column < columns - 2 && (!hasByteSums || curves); column += kernel.RegisterColumns)
        {
            // Sums that are no number, and none that is finite.
            (bias.Span[column + 1], bias.Span[column + 2]) = (float.NaN, float.NegativeInfinity);
        }

        int length = (Rows * pitch) - UntouchedElements;
        (floats, bytes) = (new(length), new(length));
        addend = GuardedBuffer<float>.From([.. Numbers.Floats(length, 3).Select((value, i) =>
            toBytes ? ((((i * 29) + (variant * 17)) % 81) - 40) * unit : value * 0.5f)]);
        for (int column = 0; column < columns && form.HasFlag(EpilogueForm.Sum); column += kernel.RegisterColumns)
        {
            for (int row = 0; row < Rows; row++)
            {
                addend.Span[(row * pitch) + column] = float.NaN;
            }
        }
    }

    public int Rows => sums.Rows;

    private StoreU8 Bytes => new(bytes.Pointer, pitch, step, ZeroPoint, LastCode);

    private StoreF32 Floats => new(floats.Pointer, pitch);

    /// <summary>Runs the code of <paramref name="kernel"/> and compares every bit.</summary>
    /// <returns>What is wrong, or null.</returns>
    public string? Difference(TileKernel kernel, Mutation? mutation = null)
    {
        bytes.Span.Fill(Untouched);
        floats.Span.Fill(UntouchedFloat);
        try
        {
            InterpretedCall.Use(this, mutation, () => Run(kernel));
        }
        catch (MachineFaultException e)
        {
            return e.Message;
        }

        bytes.Check();
        floats.Check();
        var results = expected ??= [.. Enumerable.Range(0, bytes.Length).Select(Expected)];
        for (int i = 0; i < results.Length; i++)
        {
            var (value, asFloat, asByte) = results[i];
            if (!Same(floats.Span[i], asFloat) || bytes.Span[i] != asByte)
            {
                return $"row {i / pitch}, column {i % pitch} of {value} is {floats.Span[i]} and {bytes.Span[i]}";
            }
        }

        return null;
    }

    /// <summary>What has to stand at a place of the two outputs.</summary>
    private (float Value, float AsFloat, int AsByte) Expected(int place)
    {
        int output = place / pitch, column = place % pitch;
        bool isThere = column < columns && sums.IsWritten(Row(output));
        float value = isThere ? Value(Row(output), output, column) : 0;
        return (value, isThere && form.HasFlag(EpilogueForm.Floats) ? value : UntouchedFloat,
            isThere && toBytes
                ? Codes.Of(value, step, zeroPoint, form == EpilogueForm.Rounded ? byte.MaxValue : LastCode) : Untouched);
    }

    public void Allow(MemoryMap memory, void* argument)
    {
        var call = (TileCall*)argument;
        sums.Allow(memory, call);
        memory.AllowReading(compensation.Address, hasByteSums ? compensation.Length * sizeof(int) : 0);
        memory.AllowReading(scale.Address, hasByteSums ? scale.Length * sizeof(float) : 0);
        memory.AllowReading(call->Curve, curves ? Gelu.Constants.Length * sizeof(float) : 0);
        memory.AllowReading(bias.Address, bias.Length * sizeof(float));
        foreach (int row in Enumerable.Range(0, Rows).Where(sums.IsWritten))
        {
            int first = Output(row) * pitch;
            memory.AllowWriting(floats.Address + first, form.HasFlag(EpilogueForm.Floats) ? columns * sizeof(float) : 0);
            memory.AllowWriting(bytes.Address + first, toBytes ? columns : 0);
            memory.AllowReading(addend.Address + first, form.HasFlag(EpilogueForm.Sum) ? columns * sizeof(float) : 0);
        }
    }

    public void Dispose()
    {
        sums.Dispose();
        compensation.Dispose();
        scale.Dispose();
        bias.Dispose();
        floats.Dispose();
        bytes.Dispose();
        addend.Dispose();
    }

    private void Run(TileKernel kernel)
    {
        nint* outputs = stackalloc nint[Rows];
        for (int row = 0; row < Rows; row++)
        {
            outputs[row] = Output(row);
        }

        TileCall call;
        var epilogue = Epilogue();
        epilogue.Describe(0, columns, 0, &call);
        sums.Run(kernel, epilogue.Form, &call, outputs);
    }

    private MachineEpilogue Epilogue()
    {
        var clip = new Clip(lowest, highest);
        return form switch
        {
            EpilogueForm.Floats => Epilogue(clip, Floats),
            EpilogueForm.Bytes => Epilogue(clip, Bytes),
            EpilogueForm.Rounded => Epilogue(
                default(Identity), new StoreRoundedU8(bytes.Pointer, pitch, (int)lowest, (int)highest)),
            EpilogueForm.Gelu | EpilogueForm.Floats => Epilogue(default(Gelu), Floats),
            EpilogueForm.Gelu | EpilogueForm.Bytes => Epilogue(default(Gelu), Bytes),
            EpilogueForm.Floats | EpilogueForm.Bytes => Epilogue(clip, StoreBoth.Of(Floats, Bytes)),
            EpilogueForm.Sum | EpilogueForm.Floats => Epilogue(default(Identity), StoreSum.Of(addend.Pointer, pitch, clip, Floats)),
            EpilogueForm.Sum | EpilogueForm.Bytes => Epilogue(default(Identity), StoreSum.Of(addend.Pointer, pitch, clip, Bytes)),
            _ => Epilogue(default(Identity), StoreSum.Of(addend.Pointer, pitch, clip, StoreBoth.Of(Floats, Bytes))),
        };
    }

    private MachineEpilogue Epilogue<TActivation, TStore>(TActivation activation, TStore store)
        where TActivation : struct, IUnaryFunction
        where TStore : struct, IStore
    {
        bool created = hasByteSums
            ? MachineEpilogue.TryCreate(new DequantizeAddBias(compensation.Address, scale.Address, bias.Address), activation, store,
                out var epilogue)
            : MachineEpilogue.TryCreate(new AddBias(bias.Address), activation, store, out epilogue);
        return created && epilogue.Form == form ? epilogue : throw new InvalidOperationException("There is code for this.");
    }

    /// <summary>On both sides of zero; where there is a curve every other one is beyond its bend.</summary>
    private int HalfSteps(int column, int number) => curves && column % 2 == 1 ? (number % 44) + 20 : (number % 161) - 80;

    /// <summary>From the last row to the first, but two of them exchanged.</summary>
    private int Output(int row) => Rows - 1 - (row < 2 ? 1 - row : row);

    private int Row(int output) => Enumerable.Range(0, Rows).First(row => Output(row) == output);

    private float Value(int row, int output, int column)
    {
        uint sum = sums.Expected(row, column);
        float value = hasByteSums
            ? MathF.FusedMultiplyAdd((int)sum + compensation.Span[column], scale.Span[column], bias.Span[column])
            : BitConverter.UInt32BitsToSingle(sum) + bias.Span[column];
        value = form.HasFlag(EpilogueForm.Sum) ? value + addend.Span[(output * pitch) + column] : value;
        if (curves)
        {
            F32x1.Store(default(Gelu).Invoke(new F32x1(value)), &value);
            return value;
        }

        float raised = lowest > value ? lowest : value;
        return highest < raised ? highest : raised;
    }

    private static bool Same(float found, float expected) =>
        BitConverter.SingleToInt32Bits(found) == BitConverter.SingleToInt32Bits(expected) || (float.IsNaN(found) && float.IsNaN(expected));
}
