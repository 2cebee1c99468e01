using System.Globalization;
using System.Text;

namespace MixPrec.Metadata;

/// <summary>C# identifiers: which text is one, and how a file name becomes one.</summary>
internal static class CSharpIdentifier
{
    /// <summary>Longest class name accepted: file names of 255 bytes must hold it with its endings even when it is not ASCII.</summary>
    public const int MaxLength = 64;

    private static readonly HashSet<string> Keywords = new(StringComparer.Ordinal)
    {
        "abstract", "as", "base", "bool", "break", "byte", "case", "catch", "char", "checked", "class", "const", "continue", "decimal",
        "default", "delegate", "do", "double", "else", "enum", "event", "explicit", "extern", "false", "finally", "fixed", "float",
        "for", "foreach", "goto", "if", "implicit", "in", "int", "interface", "internal", "is", "lock", "long", "namespace", "new",
        "null", "object", "operator", "out", "override", "params", "private", "protected", "public", "readonly", "ref", "return",
        "sbyte", "sealed", "short", "sizeof", "stackalloc", "static", "string", "struct", "switch", "this", "throw", "true", "try",
        "typeof", "uint", "ulong", "unchecked", "unsafe", "ushort", "using", "virtual", "void", "volatile", "while",
        "__arglist", "__makeref", "__reftype", "__refvalue",

        // No keyword: a type, until somebody calls something else so. Generated code says it.
        "nint",
    };

    /// <summary>What every generated class declares: a class may not be called like its own members.</summary>
    private static readonly HashSet<string> Members = new(StringComparer.Ordinal)
    {
        "Load", "Run", "CreateSession", "Session", "Dispose", "Info", "PlanHash", "_weights", "_sessions", "_threads",
    };

    public static bool IsValid(string text) =>
        text.Length is > 0 and <= MaxLength && IsStart(text[0]) && text.All(IsPart) && !Keywords.Contains(text);

    /// <summary>A C# identifier that a generated class may have.</summary>
    public static bool IsClassName(string text) => IsValid(text) && !Members.Contains(text);

    public static bool IsValidNamespace(string text) => text.Split('.').All(IsValid);

    /// <summary>
    /// <c>fashion-mnist_cnn.v2</c> → <c>FashionMnistCnnV2</c>: letters and digits stay, everything else separates words, each word
    /// begins with a capital (so that no keyword can result), a leading digit gets an underscore, and a member of every class <c>Model</c>.
    /// </summary>
    public static string FromFileName(string name)
    {
        var identifier = new StringBuilder();
        var wordStarts = true;
        foreach (var c in name)
        {
            if (!IsPart(c) || c == '_')
            {
                wordStarts = true;
                continue;
            }

            if (identifier.Length == 0 && !IsStart(c))
            {
                identifier.Append('_');
            }

            identifier.Append(wordStarts ? char.ToUpperInvariant(c) : c);
            wordStarts = false;
        }

        var text = identifier.Length == 0 ? "Model" : identifier.ToString();
        text = text.Length <= MaxLength ? text : text.Substring(0, MaxLength);
        return IsClassName(text) ? text : text + "Model";
    }

    /// <summary>
    /// Makes each part of a default namespace valid: the SDK derives it from the project's file name, which may hold anything.
    /// </summary>
    public static string NamespaceFrom(string rootNamespace) =>
        string.Join(".", rootNamespace.Split('.').Where(part => part.Length > 0).Select(part => IsValid(part) ? part : PartFrom(part)));

    private static string PartFrom(string part)
    {
        var text = new string([.. part.Select(c => IsPart(c) ? c : '_')]);
        text = IsStart(text[0]) && !Keywords.Contains(text) ? text : "_" + text;
        return text.Length <= MaxLength ? text : text.Substring(0, MaxLength);
    }

    private static bool IsStart(char c) => c == '_' || char.IsLetter(c);

    private static bool IsPart(char c) => IsStart(c) || char.GetUnicodeCategory(c) == UnicodeCategory.DecimalDigitNumber;
}
