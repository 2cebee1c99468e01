using MixPrec.Runtime.Machine;

namespace MixPrec.Runtime.Tests.Machine.Interpreter;

/// <summary>What machine code may touch: spans of real memory. An access that does not lie in one of them is a fault.</summary>
internal sealed unsafe class MemoryMap
{
    private const int UnwrittenCount = 1_000_003;

    private readonly List<Region> regions = [];
    private readonly List<ulong> fetched = [];
    private Region last;

    /// <summary>What may be fetched into a cache ahead of its use, in order.</summary>
    private List<ulong> fetches = [];

    /// <summary>What was fetched so far.</summary>
    public IReadOnlyList<ulong> Fetched => fetched;

    public void AllowReading(void* address, nint bytes) => regions.Add(new((ulong)address, (ulong)bytes, false));

    public void AllowWriting(void* address, nint bytes) => regions.Add(new((ulong)address, (ulong)bytes, true));

    /// <summary>The argument of tiles with an epilogue, which count themselves, and the places of their rows.</summary>
    public void AllowTiles(TileCall* call, int rows)
    {
        AllowReading(call, sizeof(TileCall));
        AllowWriting(&call->Lhs, sizeof(nint));
        AllowCounting(call);
        AllowWriting(&call->Tiles, sizeof(nint));
        AllowWriting(&call->Outputs, sizeof(nint));
        AllowReading(call->Lhs, rows * sizeof(nint));
        AllowReading(call->Outputs, rows * sizeof(nint));
    }

    /// <summary>The count of runs that are left, which the code has to write first: it must not be right by chance.</summary>
    public void AllowCounting(TileCall* call)
    {
        call->OuterLeft = UnwrittenCount;
        AllowWriting(&call->OuterLeft, sizeof(nint));
    }

    /// <summary>One fetch for each group of weights that the call multiplies.</summary>
    public void ExpectFetches(TileCall* call, int groups)
    {
        (ulong first, ulong step) = ((ulong)call->Upcoming, (ulong)call->UpcomingStep);
        fetches = [.. Enumerable.Range(0, groups).Select(group => first + ((ulong)group * step))];
    }

    public void Fetch(ulong address) => fetched.Add(address);

    /// <summary>After the last instruction.</summary>
    public void CheckFetches()
    {
        if (!fetched.SequenceEqual(fetches))
        {
            throw new MachineFaultException($"fetches {fetched.Count} lines, and not those {fetches.Count} that were announced");
        }
    }

    public ReadOnlySpan<byte> Read(ulong address, int bytes) => Find(address, bytes, writes: false);

    public Span<byte> Write(ulong address, int bytes) => Find(address, bytes, writes: true);

    private Span<byte> Find(ulong address, int bytes, bool writes)
    {
        if (!last.Holds(address, bytes, writes))
        {
            last = default;
            foreach (var region in regions)
            {
                if (region.Holds(address, bytes, writes))
                {
                    last = region;
                    break;
                }
            }

            if (last.Bytes == 0)
            {
                throw new MachineFaultException($"{(writes ? "writes" : "reads")} {bytes} bytes at {address:x}, outside its operands");
            }
        }

        return new((void*)address, bytes);
    }

    private readonly record struct Region(ulong Address, ulong Bytes, bool IsWritable)
    {
        public bool Holds(ulong address, int bytes, bool writes) => address >= Address && address - Address <= Bytes
            && Bytes - (address - Address) >= (ulong)bytes && (IsWritable || !writes);
    }
}
