namespace MixPrec.Worker.CommandLine;

/// <summary>An option of a command.</summary>
/// <param name="Name">As typed, with its two dashes.</param>
/// <param name="Value">What its value is called in the help, or null for an option without a value.</param>
/// <param name="Description">What it does, without a final point.</param>
/// <param name="IsRepeatable">Whether it may be given more than once.</param>
internal sealed record CommandOption(string Name, string? Value, string Description, bool IsRepeatable = false)
{
    public static readonly CommandOption Help = new("--help", null, "show this text");

    /// <summary>The name and value as the help and usage lines show them.</summary>
    public string Usage => Value is null ? Name : $"{Name} {Value}";
}
