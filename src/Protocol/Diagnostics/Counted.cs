using System.Globalization;

namespace MixPrec.Diagnostics;

/// <summary>Counts as messages have them: <c>1 sample</c>, <c>2 samples</c>.</summary>
internal static class Counted
{
    /// <param name="noun">One of them.</param>
    /// <param name="plural">Several; with an s unless given.</param>
    public static string Format(long count, string noun, string? plural = null) =>
        count.ToString(CultureInfo.InvariantCulture) + " " + (count is 1 or -1 ? noun : plural ?? noun + "s");
}
