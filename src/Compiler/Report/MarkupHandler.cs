using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text;

namespace MixPrec.Compiler.Report;

/// <summary>What the compiler makes of a <c>$"…"</c> that is given to <see cref="Markup.Format"/>; several may be added up.</summary>
[InterpolatedStringHandler]
internal readonly struct MarkupHandler(int literalLength, int formattedCount)
{
    private readonly StringBuilder _html = new(literalLength + (16 * formattedCount));

    public void AppendLiteral(string html) => _html.Append(html);

    public void AppendFormatted(Markup markup) => _html.Append(markup.Html);

    public void AppendFormatted(string? text) => _html.Append(WebUtility.HtmlEncode(text));

    /// <summary>A number in the invariant culture; what else there is as escaped text.</summary>
    public void AppendFormatted<T>(T value, string? format = null) => AppendFormatted(value is IFormattable formattable
        ? formattable.ToString(format, CultureInfo.InvariantCulture) : value?.ToString());

    public override string ToString() => _html.ToString();
}
