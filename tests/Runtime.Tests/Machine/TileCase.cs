using MixPrec.Runtime.Kernels;
using MixPrec.Runtime.Machine;
using MixPrec.Runtime.Simd;
using MixPrec.Runtime.Tests.Machine.Interpreter;
using Xunit;

namespace MixPrec.Runtime.Tests.Machine;

/// <summary>
/// The operands of one call of a tile, of a size and depth, and the bits that its sums must have. Every row of the left operand, the
/// weights and the sums end where a page without access begins.
/// </summary>
internal abstract unsafe class TileCase : IMachineOperands, IDisposable
{
    /// <summary>Columns between two rows of sums: no multiple of a register, so that the distance is no other distance by chance.</summary>
    private const int UntouchedColumns = 13;

    private readonly GuardedBuffer<byte>[] rows;
    private readonly GuardedBuffer<uint> sums;
    private uint[]? expected;
    private readonly int columns, pitch, runs, runPitch;
    private readonly bool storesEachRun;
    private int summedRun;

    protected TileCase(TileKernel kernel, int rows, int columns, Depth depth, int run, int elementBytes, Func<int, int, byte[]> values)
    {
        storesEachRun = MachineRows.StoresEachRun(kernel);
        runs = storesEachRun ? depth.Outer : 1;
        (this.columns, Depth, Run, ElementBytes) = (columns, depth, run, elementBytes);
        Groups = depth.Outer * depth.Inner * run / MachineRows.Step(kernel);
        Written = (columns + kernel.RegisterColumns - 1) / kernel.RegisterColumns * kernel.RegisterColumns;
        int elements = ((depth.Outer - 1) * (int)depth.OuterLhs) + ((depth.Inner - 1) * (int)depth.InnerLhs) + run;
        this.rows = [.. Enumerable.Range(0, rows).Select(row => GuardedBuffer<byte>.From(values(Math.Max(elements, 0), row)))];
        pitch = Written + UntouchedColumns;
        runPitch = (rows * pitch) + UntouchedColumns;
        sums = new(((runs - 1) * runPitch) + (rows * pitch) - UntouchedColumns);
    }

    public int Rows => rows.Length;

    public Depth Depth { get; }

    /// <summary>Groups of weights that a tile multiplies.</summary>
    public int Groups { get; }

    /// <summary>Whether tiles of so many rows fetch later weights.</summary>
    protected virtual bool Fetches => Rows >= TileCall.LeastFinishedRows;

    /// <summary>Elements of a run with those that fill up its last group.</summary>
    protected int Run { get; }

    protected int ElementBytes { get; }

    /// <summary>Columns rounded up to whole registers: those that are read and written.</summary>
    protected int Written { get; }

    protected int Panels => PanelLayout.Panels(columns);

    /// <summary>Rows k of weights, used or not.</summary>
    protected int WeightRows =>
        (int)(Depth.First + ((Depth.Outer - 1) * Depth.OuterRhs) + ((Depth.Inner - 1) * Depth.InnerRhs)) + Run;

    /// <summary>The depths that products and convolutions have: one run, a later first row, taps apart, taps that
    /// overlap, taps and weights apart.</summary>
    public static IEnumerable<Depth> Depths(int length, int run, int step) =>
    [
        new(length),
        new(length, First: step),
        new(length, First: run, Outer: 2, OuterLhs: 7 * (run + step), OuterRhs: 4 * run, Inner: 3, InnerLhs: run + step, InnerRhs: run),
        new(length, Outer: 3, OuterLhs: step, OuterRhs: 2 * run, Inner: 2, InnerLhs: 2 * step, InnerRhs: run),
        new(length, First: step, Outer: 2, OuterLhs: 5 * run, OuterRhs: 6 * run,
            Inner: 2, InnerLhs: run + (2 * step), InnerRhs: run + step),
    ];

    /// <summary>Runs the tile of <paramref name="kernel"/> and compares every bit.</summary>
    /// <returns>What is wrong, or null.</returns>
    public string? Difference(TileKernel kernel, Mutation? mutation = null)
    {
        sums.Span.Fill(0xA5A5A5A5);
        try
        {
            InterpretedCall.Use(this, mutation, () => Sum(kernel));
        }
        catch (MachineFaultException e)
        {
            return e.Message;
        }

        sums.Check();
        for (int i = 0; i < sums.Length; i++)
        {
            int run = i / runPitch, row = i % runPitch / pitch, column = i % runPitch % pitch;
            uint expected = row >= Rows || column >= Written ? 0xA5A5A5A5 : Expected((run * Rows) + row, column);
            if (sums.Span[i] != expected)
            {
                return $"sum of run {run}, row {row}, column {column} is {sums.Span[i]:x}, not {expected:x}";
            }
        }

        return null;
    }

    /// <summary>Only the runs of the rows, only the rows of weights that they meet, and of the sums no gap between two rows.</summary>
    public void Allow(MemoryMap memory, void* call)
    {
        memory.AllowReading(call, sizeof(TileCall));
        memory.AllowCounting((TileCall*)call);
        memory.AllowReading(((TileCall*)call)->Lhs, Rows * sizeof(nint));
        memory.ExpectFetches((TileCall*)call, Fetches ? Groups : 0);
        AllowOperands(memory);
        for (int row = 0; row < runs * Rows; row++)
        {
            memory.AllowWriting(sums.Address + (row / Rows * runPitch) + (row % Rows * pitch), Written * sizeof(uint));
        }

        if (storesEachRun)
        {
            memory.AllowWriting(&((TileCall*)call)->Sums, sizeof(nint));
        }
    }

    /// <summary>The same without the sums.</summary>
    public void AllowOperands(MemoryMap memory)
    {
        for (int i = 0; i < Depth.Outer; i++)
        {
            for (int j = 0; j < Depth.Inner; j++)
            {
                nint begin = ((i * Depth.OuterLhs) + (j * Depth.InnerLhs)) * ElementBytes;
                Array.ForEach(rows, row => memory.AllowReading(row.Address + begin, Run * ElementBytes));
                AllowWeights(memory, (int)(Depth.First + (i * Depth.OuterRhs) + (j * Depth.InnerRhs)));
            }
        }
    }

    public virtual void Dispose()
    {
        Array.ForEach(rows, row => row.Dispose());
        sums.Dispose();
    }

    public abstract Tile Create(TileKernel kernel);

    /// <summary>The same with something to fetch, which is somewhere and not aligned.</summary>
    public Tile CreateFetching(TileKernel kernel) => Create(kernel) with { Upcoming = Lhs(0), UpcomingBytes = 1000 + Groups };

    /// <summary>A run of weight rows from <paramref name="first"/> on, in every panel.</summary>
    protected abstract void AllowWeights(MemoryMap memory, int first);

    /// <summary>The bits of a sum; where runs have their own, the rows of the first come first.</summary>
    public uint Expected(int row, int column) => (expected ??= [.. from run in Enumerable.Range(0, runs)
                                                                   from r in Enumerable.Range(0, Rows)
                                                                   from c in Enumerable.Range(0, Written)
                                                                   select SumOf(run, r, c)])[(row * Written) + column];

    private uint SumOf(int run, int row, int column)
    {
        summedRun = run;
        return Sum(row, column);
    }

    /// <summary>A sum by its definition.</summary>
    protected abstract uint Sum(int row, int column);

    /// <summary>Element of a row and row of the weights of each product, in order.</summary>
    protected IEnumerable<(int Element, int Weight)> Terms() =>
        from i in runs > 1 ? [summedRun] : Enumerable.Range(0, Depth.Outer)
        from j in Enumerable.Range(0, Depth.Inner)
        let element = (int)((i * Depth.OuterLhs) + (j * Depth.InnerLhs))
        let weight = (int)(Depth.First + (i * Depth.OuterRhs) + (j * Depth.InnerRhs))
        from t in Enumerable.Range(0, Depth.Length)
        select (element + t, weight + t);

    public byte* Lhs(int row) => rows[row].Address;

    protected ReadOnlySpan<byte> Row(int row) => rows[row].Span;

    private void Sum(TileKernel kernel)
    {
        byte** lhs = stackalloc byte*[Rows];
        for (int row = 0; row < Rows; row++)
        {
            lhs[row] = Lhs(row);
        }

        (CreateFetching(kernel) with { RunPitch = runs > 1 ? runPitch : 0 }).Sum(lhs, Rows, 0, columns, Depth, sums.Address, pitch);
    }
}
