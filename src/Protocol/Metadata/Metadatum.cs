namespace MixPrec.Metadata;

/// <summary>How a metadatum binds a plan in the lock file.</summary>
internal enum LockRole
{
    /// <summary>It changes no decision: a plan is used whatever it says.</summary>
    None,

    /// <summary>A plan belongs to one value of it.</summary>
    Value,

    /// <summary>A plan belongs to the contents of the file or folder that it names.</summary>
    Contents,
}

/// <summary>One metadatum of a <c>MixedPrecisionModel</c> item, which is also an option of the command <c>plan</c>.</summary>
/// <param name="Name">As written in a project.</param>
/// <param name="Category">Its group on the property page.</param>
/// <param name="Rule">What it may hold.</param>
/// <param name="Help">What it is, in one phrase without a final point.</param>
/// <param name="Default">What an item without it gets, in words.</param>
/// <param name="Example">An allowed value that is not the default.</param>
internal sealed record Metadatum(
    string Name, string Category, MetadataRule Rule, string Help, string Default, string Example, LockRole Lock = LockRole.None)
{
    public string OptionName => NameOfOption(Name);

    /// <summary>What the command <c>plan</c> gets without it, which always plans anew.</summary>
    public string CommandDefault { get; init; } = Default;

    /// <summary><c>MinTop1Agreement</c> → <c>--min-top1-agreement</c>.</summary>
    public static string NameOfOption(string name) =>
        "--" + string.Concat(name
            .Select((c, i) => i > 0 && char.IsUpper(c) ? "-" + char.ToLowerInvariant(c) : char.ToLowerInvariant(c).ToString()));
}
