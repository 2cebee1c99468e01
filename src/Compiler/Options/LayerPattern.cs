namespace MixPrec.Compiler.Options;

/// <summary>
/// A pattern of layer names: <c>*</c> stands for any text, slashes included, <c>?</c> for one character, all else for itself.
/// The whole name must match; case counts.
/// </summary>
internal static class LayerPattern
{
    /// <summary>Time is at most |pattern|·|name|: names and patterns may be long and hostile.</summary>
    public static bool Matches(string pattern, string name)
    {
        int p = 0, n = 0, star = -1, resume = 0;
        while (n < name.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                (star, resume) = (p++, n);
            }
            else if (p < pattern.Length && (pattern[p] == '?' || pattern[p] == name[n]))
            {
                (p, n) = (p + 1, n + 1);
            }
            else if (star >= 0)
            {
                (p, n) = (star + 1, ++resume);
            }
            else
            {
                return false;
            }
        }

        return pattern.AsSpan(p).TrimStart('*').IsEmpty;
    }
}
