using System.Collections.Generic;
using System.Linq;
using MixPrec.Plan;
using MixPrec.Metadata;

namespace MixPrec.Emit;

/// <summary>
/// The identifiers of ports and symbols in the printed class: parameters in lower case, members in upper case, none of them taken twice.
/// </summary>
internal sealed class PlanNames
{
    private readonly Dictionary<string, string> _symbols = [];
    private readonly List<string> _counts, _dimensions;
    private readonly string[] _parts;
    private readonly ISet<string> _members = Identifiers.NoneTaken();

    public PlanNames(ModelPlan plan)
    {
        ClassName = Class(plan.ClassName);
        var locals = Identifiers.NoneTaken();
        locals.UnionWith(["session", "ports", "extent", "dimensions", "weights", "slot"]);
        _members.UnionWith(InheritedMembers);
        _members.UnionWith(["Load", "Run", "Next", "Reset", "CreateSession", "Session", "Ports", "Dispose", "Info", "PlanHash", "_weights",
            "_sessions", "_threads", plan.ClassName]);
        _counts = [.. plan.Counts.Select(c => c.Identifier)];
        _dimensions = [.. plan.Dimensions.Select(d => d.Identifier)];
        Bounds = plan.Counts.ToDictionary(c => c.Identifier, c => c.Bound!);
        foreach (var symbol in plan.Symbols)
        {
            _symbols[symbol.Identifier] = Escape(Identifiers.Distinct(Lower(symbol.Identifier), locals));
        }

        Ports = [.. plan.Ports.Select(port => new PortNames(
            port,
            Escape(Identifiers.Distinct(Lower(port.Identifier), locals)),
            Identifiers.Distinct(Upper(port.Identifier) + "Length", _members),
            Identifiers.Distinct(Upper(port.Identifier) + "Shape", _members)))];
        Shared = IntExpr.SharedParts.Collect(plan.Expressions.Concat(Ports.Select(p => p.MostElements(this))));
        _parts = [.. Shared.Parts.Select((_, i) => Identifiers.Distinct("part" + Literals.Int(i), locals))];
        var states = plan.States.SelectMany(s => new[] { s.Input, s.Output }).ToArray();
        Arguments = [.. Ports.Where((_, i) => !states.Contains(i) && plan.Cache?.Owns(i) != true)];
    }

    /// <summary>What a session has from its base class and from <c>object</c>; a name of its own would hide it.</summary>
    private static readonly string[] InheritedMembers =
    [
        "Port", "Buffer", "Weight", "Dimension", "Count", "Counts", "SetCount", "Threads", "CheckThreads", "Execute", "RunSteps",
        "WorkspaceBytes", "WorkspaceLength",
            "Reserve", "RequireRoom", "RequireLength", "RequireContext", "NewCache",
        "Length", "Capacity", "Rewind", "Equals", "GetHashCode", "GetType", "ToString", "MemberwiseClone", "ReferenceEquals", "Finalize",
    ];

    public string ClassName { get; }

    /// <summary>A name for a member of the session, in upper case, none of them taken twice.</summary>
    public string Member(string identifier) => Identifiers.Distinct(Upper(identifier), _members);

    public IReadOnlyList<PortNames> Ports { get; }

    /// <summary>The ports that are arguments of <c>Run</c>: all but the states and caches.</summary>
    public IReadOnlyList<PortNames> Arguments { get; }

    /// <summary>The parameter or local of a run-time dimension.</summary>
    public string Symbol(string identifier) => _symbols[identifier];

    /// <summary>What each count is at most.</summary>
    public IReadOnlyDictionary<string, IntExpr> Bounds { get; }

    /// <summary>The parts of large sizes, which methods compute once each.</summary>
    public IntExpr.SharedParts Shared { get; }

    /// <summary>The local of a shared part.</summary>
    public string Part(int number) => _parts[number];

    /// <summary>The number of a count among the counts.</summary>
    public string CountIndex(string identifier) => Literals.Int(_counts.IndexOf(identifier));

    /// <summary>The value that a symbol has in the run in progress, inside a session.</summary>
    public string Current(PlanSymbol symbol) =>
        symbol.Bound is null ? $"Dimension({Literals.Int(_dimensions.IndexOf(symbol.Identifier))})"
        : $"Count({CountIndex(symbol.Identifier)})";

    /// <summary>
    /// A type may not be called like some words that are no keywords (<c>record</c>, <c>file</c>), all of them in lower case.
    /// </summary>
    public static string Class(string identifier) => identifier.All(c => c is >= 'a' and <= 'z') ? "@" + identifier : identifier;

    private static string Escape(string identifier) => CSharpIdentifier.IsValid(identifier) ? identifier : "@" + identifier;

    private static string Lower(string identifier) => char.ToLowerInvariant(identifier[0]) + identifier.Substring(1);

    private static string Upper(string identifier) => char.ToUpperInvariant(identifier[0]) + identifier.Substring(1);
}

/// <summary>The names made from one port: parameter, length constant and shape constant.</summary>
internal sealed record PortNames(PlanPort Port, string Parameter, string Length, string Shape)
{
    /// <summary>True for an output that a run may fill in part.</summary>
    public bool IsCounted => Port.Shape.Any(d => d.HasCount);

    /// <summary>Elements of the port; the most that there can be where the run finds out how many.</summary>
    /// <exception cref="System.FormatException">No bound is seen.</exception>
    public IntExpr MostElements(PlanNames names) => IntExpr.Product(Port.Shape).AtMost(names.Bounds)
        ?? throw new System.FormatException($"port '{Port.Identifier}' has no bound");

    /// <summary>The parameter's name as a string literal.</summary>
    public string Quoted => Literals.Text(Parameter.TrimStart('@'));
}
