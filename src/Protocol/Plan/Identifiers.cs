using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using MixPrec.Metadata;

namespace MixPrec.Plan;

/// <summary>C# identifiers for the names of a model file, which may be anything.</summary>
internal static class Identifiers
{
    /// <summary>Longest identifier made; a longer name keeps its beginning and gets a hash of all of it.</summary>
    public const int MaxLength = 48;

    private const int HashDigits = 8;

    /// <summary>True for dotted C# identifiers without keywords, and for the empty text.</summary>
    public static bool IsNamespace(string text) => text.Length == 0 || CSharpIdentifier.IsValidNamespace(text);

    /// <summary>
    /// <c>input.1</c> → <c>input1</c>, <c>Pixel Values</c> → <c>pixelValues</c>, <c>class</c> → <c>classValue</c>, <c>"; }</c> →
    /// <paramref name="otherwise"/>: ASCII letters and digits stay, everything else separates words, of which each but the first begins
    /// with a capital.
    /// </summary>
    /// <param name="name">Any text.</param>
    /// <param name="otherwise">The identifier for a name without ASCII letters and digits.</param>
    public static string FromName(string name, string otherwise)
    {
        var identifier = new StringBuilder();
        bool wordStarts = false;
        foreach (char c in name)
        {
            bool digit = c is >= '0' and <= '9';
            if (!digit && c is not ((>= 'a' and <= 'z') or (>= 'A' and <= 'Z')))
            {
                wordStarts = true;
                continue;
            }

            if (identifier.Length == 0)
            {
                identifier.Append(digit ? otherwise : "").Append(char.ToLowerInvariant(c));
            }
            else
            {
                identifier.Append(wordStarts ? char.ToUpperInvariant(c) : c);
            }

            wordStarts = false;
        }

        string text = identifier.Length == 0 ? otherwise : identifier.ToString();
        text = text.Length <= MaxLength ? text : text.Substring(0, MaxLength - HashDigits - 1) + "_" + Hash(name);
        return CSharpIdentifier.IsValid(text) ? text : text + "Value";
    }

    /// <summary>
    /// An identifier for each name, in order: numbers are appended where two would be equal, also when only case separates them.
    /// </summary>
    /// <param name="taken">Identifiers in use, with those made added.</param>
    public static IReadOnlyList<string> Unique(IEnumerable<string> names, string otherwise, ISet<string> taken) =>
        [.. names.Select(name => Distinct(FromName(name, otherwise), taken))];

    /// <summary>An empty set of identifiers that takes those for equal which differ in case only.</summary>
    public static ISet<string> NoneTaken() => new HashSet<string>(StringComparer.OrdinalIgnoreCase);

    /// <summary><paramref name="identifier"/>, with a number where it is taken.</summary>
    public static string Distinct(string identifier, ISet<string> taken)
    {
        string candidate = identifier;
        for (int i = 2; !taken.Add(candidate); i++)
        {
            candidate = identifier + "_" + i.ToString(CultureInfo.InvariantCulture);
        }

        return candidate;
    }

    private static string Hash(string name)
    {
        using var sha = SHA256.Create();
        return string.Concat(sha.ComputeHash(Encoding.UTF8.GetBytes(name)).Take(HashDigits / 2)
            .Select(b => b.ToString("x2", CultureInfo.InvariantCulture)));
    }
}
