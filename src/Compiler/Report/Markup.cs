using System.Globalization;
using System.Net;

namespace MixPrec.Compiler.Report;

/// <summary>
/// Text that is HTML already. The only way to make one from parts is <see cref="Of"/>, which escapes every text it inserts, so that a
/// layer's name cannot become markup.
/// </summary>
internal readonly record struct Markup(string Html)
{
    public static readonly Markup Empty = new("");

    /// <summary>
    /// The literal parts as they are; inserted text escaped, inserted markup as it is, numbers with the invariant culture.
    /// </summary>
    public static Markup Of(FormattableString template) =>
        new(string.Format(CultureInfo.InvariantCulture, template.Format, [.. template.GetArguments().Select(Inserted)]));

    public static Markup Join(IEnumerable<Markup> parts) => new(string.Concat(parts.Select(p => p.Html)));

    public override string ToString() => Html;

    private static object? Inserted(object? argument) => argument switch
    {
        null => "",
        Markup markup => markup.Html,
        double or long or int => argument,
        _ => WebUtility.HtmlEncode(Convert.ToString(argument, CultureInfo.InvariantCulture)),
    };
}
