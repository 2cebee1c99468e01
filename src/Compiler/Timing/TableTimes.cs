using MixPrec.Compiler.Execution;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Options;
using MixPrec.Compiler.Partition;
using MixPrec.Diagnostics;

namespace MixPrec.Compiler.Timing;

/// <summary>Times from a timing table: nothing runs, and the machine may be another one.</summary>
internal sealed class TableTimes : ITimeModel
{
    private readonly CompilerOptions _options;
    private readonly NetworkTimes _network;

    private TableTimes(CompilerOptions options, TimingMachine machine, NetworkTimes network) =>
        (_options, Machine, _network) = (options, machine, network);

    public TimingMachine Machine { get; }

    /// <param name="path">The file that <paramref name="options"/> name.</param>
    /// <param name="sizes">Of open dimensions.</param>
    /// <exception cref="MixPrecException">MXP1090: the file is no timing table. MXP1091: another version of the package has made it.
    /// MXP1092: it is of another instruction set or number of threads than the options ask for. MXP1093: it has no times of this
    /// network.</exception>
    public static TableTimes Read(CompilerOptions options, string path, Graph graph, IReadOnlyDictionary<string, long> sizes)
    {
        var file = TimingFile.Read(path);
        if (file.Machine.Package != TimingMachine.OwnPackage)
        {
            throw new MixPrecException(DiagnosticCatalog.TimingTableStale, options.Model, path, file.Machine.Package,
                TimingMachine.OwnPackage, Path.GetFileName(options.Model));
        }

        if (Unfit(options, file.Machine) is { } unfit)
        {
            throw new MixPrecException(DiagnosticCatalog.TimingTableOfAnother, options.Model, path, unfit);
        }

        return file.Networks.TryGetValue(NetworkTimes.KeyOf(graph, sizes), out var network) ? new(options, file.Machine, network)
            : throw Missing(options, path, Known(file, options, NetworkTimes.Named(graph, sizes)));
    }

    public Measurement Whole(CompiledModel float32) => _network.Whole[0].Time;

    /// <summary>The configurations that the table has, of those that there are: others are not offered.</summary>
    /// <exception cref="MixPrecException">MXP1093: of a sub-graph it has none.</exception>
    public IReadOnlyList<IReadOnlyList<IReadOnlyList<PrecisionConfig>>> Offered(IReadOnlyList<Subgraph> subgraphs,
        IReadOnlyList<IReadOnlyList<IReadOnlyList<PrecisionConfig>>> configurations)
    {
        var offered = configurations.Select((c, i) =>
        {
            var known = Find(subgraphs[i], i).Select(k => k.Key).ToHashSet(StringComparer.Ordinal);
            return (IReadOnlyList<IReadOnlyList<PrecisionConfig>>)[.. c.Where(precisions => known.Contains(Text(precisions)))];
        }).ToArray();
        int none = Array.FindIndex(offered, o => o.Count == 0);
        return none < 0 ? offered : throw Missing(_options, _options.TimingTable!,
            $"it has no time of {Layers(subgraphs[none])} as {Text(configurations[none][0])}");
    }

    public TimingTable Parts(IReadOnlyList<Subgraph> subgraphs, IReadOnlyList<IReadOnlyList<IReadOnlyList<PrecisionConfig>>> configurations,
        CompiledModel float32, Measurement whole) => new(
        [.. subgraphs.Select((s, i) => (Known: Find(s, i), Asked: configurations[i])).Select(p => new SubgraphTiming(p.Known[0].Value,
            [.. p.Asked.Select(c => p.Known.First(k => k.Key == Text(c)).Value)]))], whole);

    /// <summary>What there is to say of times that may not be those of the machine that the plan is for.</summary>
    /// <param name="offered">Configurations that the table has, and <paramref name="all"/> that there are.</param>
    public IEnumerable<Diagnostic> Warnings(int offered, int all)
    {
        if (Machine.DifferencesTo(TimingMachine.Current(_options.Threads)).ToArray() is { Length: > 0 } differences)
        {
            yield return Diagnostic.Create(DiagnosticCatalog.TimingTableForeign, _options.Model, _options.ClassName,
                _options.TimingTable, string.Join("; ", differences));
        }

        if (offered < all)
        {
            yield return Diagnostic.Create(DiagnosticCatalog.TimingTableIncomplete, _options.Model, _options.ClassName,
                _options.TimingTable, offered, all);
        }
    }

    private static string? Unfit(CompilerOptions options, TimingMachine machine) =>
        machine.Threads != options.Threads
            ? $"a run takes {Counted.Format(machine.Threads, "thread")} there and Threads={options.Threads} here"
        : options.TargetIsa is { Length: > 0 } isa && !string.Equals(isa, machine.InstructionSet, StringComparison.OrdinalIgnoreCase)
            ? $"the instruction set is {machine.InstructionSet} there and TargetIsa=\"{isa}\" here"
        : null;

    /// <summary>Why none of the table's networks is this one.</summary>
    private static string Known(TimingFile file, CompilerOptions options, IReadOnlyList<KeyValuePair<string, long>> sizes)
    {
        string name = Path.GetFileName(options.Model), words = NetworkTimes.WordsOf(sizes);
        NetworkTimes[] named = [.. file.Networks.Values.Where(n => n.Model == name)];
        return named.Length == 0
            ? "it has times of " + string.Join(", ", file.Networks.Values.Select(n => PrintableName.Format(n.Model)).Distinct()
                .Order(StringComparer.Ordinal).Take(8).DefaultIfEmpty("no model"))
            : named.Any(n => NetworkTimes.WordsOf(n.Sizes) == words) ? "its times are of a model of that name with other layers or shapes"
            : $"its times are of {NetworkTimes.WordsOf(named[0].Sizes)}, and {words} is needed";
    }

    private static MixPrecException Missing(CompilerOptions options, string path, string what) =>
        new(DiagnosticCatalog.TimingTableLacks, options.Model, path, Path.GetFileName(options.Model), what);

    private IReadOnlyList<KeyValuePair<string, Measurement>> Find(Subgraph subgraph, int place) =>
        _network.Parts.FirstOrDefault(p => p.Places.Contains(place)) is { } part && part.Layers.Count == subgraph.Quantizable.Count
            ? part.Configurations : throw Missing(_options, _options.TimingTable!, $"it has no time of {Layers(subgraph)}");

    private static string Layers(Subgraph subgraph) =>
        string.Join(", ", subgraph.Quantizable.Select(n => PrintableName.Format(n.Name)).Take(4));

    private static string Text(IReadOnlyList<PrecisionConfig> precisions) => string.Join(' ', precisions);
}
