using System.Globalization;
using MixPrec.Fuzz.Names;
using MixPrec.Fuzz.Networks;
using MixPrec.Fuzz.Targets;

namespace MixPrec.Fuzz.Running;

/// <summary>
/// Executions one after another. Number and seed decide what an execution reads, so that each can be made again; limits decide what is too
/// long or too large.
/// </summary>
internal sealed class Campaign
{
    /// <summary>Memory that one execution may allocate in all: the bounds of folding, several times copied, are below it.</summary>
    public const long MostAllocated = 2L << 30;

    /// <summary>Time of the CPU for one execution; ordinary ones take a millisecond.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    private readonly int _seed;
    private readonly IFuzzTarget[] _drawn;
    private readonly Dictionary<string, FuzzFinding> _findings = [];
    private readonly SortedDictionary<string, SortedDictionary<string, long>> _outcomes = new(StringComparer.Ordinal);
    private volatile Execution? _running;

    /// <param name="targets">Readers, each drawn according to its share.</param>
    public Campaign(int seed, IEnumerable<IFuzzTarget> targets)
    {
        _seed = seed;
        _drawn = [.. targets.SelectMany(t => Enumerable.Repeat(t, t.Share))];
    }

    public IReadOnlyCollection<FuzzFinding> Findings => _findings.Values;

    public long Executions { get; private set; }

    /// <summary>What is read now and since when, for a thread that watches.</summary>
    public (FuzzFinding Finding, TimeSpan Time)? Running => _running is not { } now ? null
        : (new(now.Target, "too long", $"longer than {Longest.TotalSeconds} s", now.Number, now.Input),
            Environment.CpuUsage.TotalTime - now.Started);

    /// <summary>The readers of this product, or the one of a name. Networks are drawn only by their name: they take a hundred times as
    /// long.</summary>
    /// <param name="folder">For files that readers want on the disk.</param>
    public static IReadOnlyList<IFuzzTarget> Targets(string folder, string? corpus, string? name = null) => name switch
    {
        NetworkTarget.TargetName => [new NetworkTarget(SeedModels.Load(corpus), folder)],
        NamesTarget.TargetName => [new NamesTarget(NamedSeeds.Create(), folder)],
        _ => [.. Readers(folder, corpus).Where(t => name is null || t.Name == name)],
    };

    private static IReadOnlyList<IFuzzTarget> Readers(string folder, string? corpus) =>
    [
        new ModelTarget(SeedModels.Load(corpus), folder), new PlanTarget(), new ExpressionTarget(), new LockFileTarget(folder),
            new ArrayTarget(folder), new WeightsTarget(), new TensorTarget(folder), new JobTarget(folder), new TimingTarget(folder),
            new ExternalDataTarget(folder), new SampleFileTarget(folder),
    ];

    /// <summary>Target and input of one execution.</summary>
    public (IFuzzTarget Target, byte[] Input) Make(long execution)
    {
        // The generator of a seed is the same in every version of .NET.
        var random = new Random(unchecked((_seed * 486187739) ^ (int)(execution * 16777619) ^ (int)(execution >> 32)));
        var target = _drawn[random.Next(_drawn.Length)];
        return (target, target.Make(random));
    }

    /// <summary>One execution.</summary>
    /// <returns>A finding of a kind that was not seen before.</returns>
    public FuzzFinding? Execute(long execution)
    {
        FuzzFinding? found = null;
        var (target, input) = Make(execution);
        long before = GC.GetAllocatedBytesForCurrentThread();
        var running = new Execution(target, input, execution, Environment.CpuUsage.TotalTime);
        _running = running;
        try
        {
            string outcome = target.Read(input);
            var counts = _outcomes.TryGetValue(target.Name, out var known) ? known : _outcomes[target.Name] = new(StringComparer.Ordinal);
            counts[outcome] = counts.GetValueOrDefault(outcome) + 1;
        }
        catch (Exception e)
        {
            found = Add(new(target, FuzzFinding.SignatureOf(e), e.ToString(), execution, input));
        }

        _running = null;
        Executions++;
        var elapsed = Environment.CpuUsage.TotalTime - running.Started;
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        if (elapsed > Longest)
        {
            found = Add(new(target, "too long", $"{elapsed.TotalSeconds:F1} s", execution, input)) ?? found;
        }

        if (allocated > MostAllocated)
        {
            found = Add(new(target, "too much memory", string.Create(CultureInfo.InvariantCulture, $"{allocated:N0} bytes allocated"),
                execution, input)) ?? found;
        }

        return found;
    }

    /// <summary>The least input found that shows the same fault.</summary>
    public byte[] Minimise(FuzzFinding finding)
    {
        byte[] least = finding.Input;
        bool smaller = finding.Signature.Contains(" in ", StringComparison.Ordinal);
        for (int left = 500; smaller && left > 0;)
        {
            smaller = false;
            foreach (byte[] candidate in finding.Target.Smaller(least).Take(left))
            {
                left--;
                if (Signature(finding.Target, candidate) == finding.Signature)
                {
                    (least, smaller) = (candidate, true);
                    break;
                }
            }
        }

        return least;
    }

    public string Statistics()
    {
        var lines = _outcomes.Select(t =>
            $"{t.Key}: {string.Join(", ", t.Value.Select(o => string.Create(CultureInfo.InvariantCulture, $"{o.Key} {o.Value:N0}")))}");
        return string.Join(Environment.NewLine, lines);
    }

    /// <param name="Started">Time that the process had used by then.</param>
    private sealed record Execution(IFuzzTarget Target, byte[] Input, long Number, TimeSpan Started);

    private static string? Signature(IFuzzTarget target, byte[] input)
    {
        try
        {
            target.Read(input);
            return null;
        }
        catch (Exception e)
        {
            return FuzzFinding.SignatureOf(e);
        }
    }

    /// <returns>The finding where it is of a new kind.</returns>
    private FuzzFinding? Add(FuzzFinding finding)
    {
        if (_findings.TryAdd(finding.Target.Name + finding.Signature, finding))
        {
            return finding;
        }

        _findings[finding.Target.Name + finding.Signature].Count++;
        return null;
    }
}
