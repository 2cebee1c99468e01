using MixPrec.Plan;

namespace MixPrec.Compiler.Foundation;

/// <summary>The members of a JSON object, read with their types; <paramref name="place"/> names it in messages.</summary>
internal sealed class JsonMembers(object? value, string place)
{
    private readonly Dictionary<string, object?> _members = value as Dictionary<string, object?>
        ?? throw new FormatException($"{place} is no JSON object");

    public IReadOnlyCollection<string> Names => _members.Keys;

    /// <summary>Of all members, as a plan of a lock file has it.</summary>
    public string Digest => PlanDigest.Compute(_members);

    public bool IsNull(string name) => _members.GetValueOrDefault(name) is null;

    public string Text(string name) => _members.GetValueOrDefault(name) as string ?? throw Error($"text as '{name}'");

    public double Number(string name) => _members.GetValueOrDefault(name) is double number
        && double.IsFinite(number) ? number : throw Error($"a number as '{name}'");

    public double NumberOrNaN(string name) => IsNull(name) ? double.NaN : Number(name);

    public int Count(string name) => Number(name) is var number && number >= 0 && number <= int.MaxValue && number == Math.Floor(number)
        ? (int)number : throw Error($"a count as '{name}'");

    public List<object?> List(string name) => _members.GetValueOrDefault(name) as List<object?> ?? throw Error($"a list as '{name}'");

    public JsonMembers Members(string name) => new(_members.GetValueOrDefault(name), name);

    public FormatException Error(string expected) => new($"{place}: {expected} expected");
}
