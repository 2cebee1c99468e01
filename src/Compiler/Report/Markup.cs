namespace MixPrec.Compiler.Report;

/// <summary>
/// Text that is HTML already. The only way to make one from parts is <see cref="Format"/>, which escapes every text it inserts, so that a
/// layer's name cannot become markup.
/// </summary>
internal readonly record struct Markup(string Html)
{
    public static readonly Markup Empty = new("");

    /// <summary>
    /// The literal parts as they are; inserted text escaped, inserted markup as it is, numbers with the invariant culture.
    /// </summary>
    public static Markup Format(MarkupHandler template) => new(template.ToString());

    public static Markup Join(IEnumerable<Markup> parts) => new(string.Concat(parts.Select(p => p.Html)));

    public override string ToString() => Html;
}
