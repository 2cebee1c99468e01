using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using Markdig;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace MixPrec.Fuzz.Names;

/// <summary>Who reads a text beside the reader of its language.</summary>
[Flags]
internal enum Readers
{
    None,

    /// <summary>Somebody who reviews it: nothing in it is invisible or turns the direction of reading.</summary>
    People,

    /// <summary>A build server, which takes some lines of a log for commands.</summary>
    BuildServer,
}

/// <summary>A text that the product prints for a model, and how its language is read: what of it names may not change.</summary>
/// <param name="What">The text in words.</param>
/// <param name="Readers">Who else takes text for more than text.</param>
internal sealed partial record Printed(string What, string Text, Func<string, IEnumerable<string>> Shape, Readers Readers)
{
    private static readonly CSharpParseOptions CSharp14 = new(LanguageVersion.CSharp14, DocumentationMode.Parse);

    private static readonly MarkdownPipeline GitHub = new MarkdownPipelineBuilder()
        .UsePipeTables().UseEmphasisExtras().UseAutoLinks().UseTaskLists().UseFootnotes().UseMathematics().UseEmojiAndSmiley().Build();

    public static Printed CSharp(string what, string text) => new(what, text, Kinds, Readers.People);

    /// <summary>A project file: no value in it is a list, a pattern or to be evaluated.</summary>
    public static Printed Project(string what, string text) => new(what, text, Items, Readers.None);

    public static Printed Html(string what, string text) => new(what, text, Elements, Readers.People | Readers.BuildServer);

    public static Printed Markdown(string what, string text) => new(what, text, Blocks, Readers.People | Readers.BuildServer);

    public static Printed Json(string what, string text) => new(what, text, Values, Readers.People | Readers.BuildServer);

    /// <summary>JSON that is written and never printed.</summary>
    public static Printed JsonFile(string what, string text) => new(what, text, Values, Readers.People);

    /// <summary>Lines of a log.</summary>
    public static Printed Log(string what, string text) => new(what, text, Lines, Readers.People | Readers.BuildServer);

    /// <summary>
    /// Characters that people do not see, or that a line ends or turns at, other than the ends of the lines of the product.
    /// </summary>
    public IEnumerable<int> Unseen => !Readers.HasFlag(Readers.People) ? []
        : Text.Where((c, i) => c != '\n' && !IsSeen(c, i)).Select(c => (int)c);

    /// <summary>Lines that a build server would take for commands.</summary>
    public IEnumerable<string> Commands => !Readers.HasFlag(Readers.BuildServer) ? []
        : Text.Split('\n', '\r').Where(l => Command().IsMatch(l));

    private bool IsSeen(char c, int i) => char.GetUnicodeCategory(c) switch
    {
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => false,
        UnicodeCategory.Surrogate => char.IsHighSurrogate(c) ? i + 1 < Text.Length && char.IsLowSurrogate(Text[i + 1])
            : i > 0 && char.IsHighSurrogate(Text[i - 1]),
        _ => true,
    };

    /// <summary>Tokens, comments and directives in their order; of documentation its tags, since words may be entities.</summary>
    private static IEnumerable<string> Kinds(string text)
    {
        var root = CSharpSyntaxTree.ParseText(text, CSharp14).GetRoot();
        foreach (var token in root.DescendantTokens())
        {
            foreach (var trivia in token.LeadingTrivia.Concat(token.TrailingTrivia))
            {
                if (trivia.GetStructure() is DocumentationCommentTriviaSyntax documentation)
                {
                    foreach (var tag in documentation.DescendantNodes().Where(n => n is not XmlTextSyntax))
                    {
                        yield return tag is XmlNameSyntax or XmlCrefAttributeSyntax ? tag.ToString() : tag.Kind().ToString();
                    }
                }
                else if (!trivia.IsKind(SyntaxKind.WhitespaceTrivia) && !trivia.IsKind(SyntaxKind.EndOfLineTrivia))
                {
                    yield return trivia.Kind().ToString();
                }
            }

            yield return token.Kind().ToString();
        }

        foreach (var node in root.DescendantNodes())
        {
            yield return node.Kind().ToString();
        }

        foreach (var error in root.GetDiagnostics())
        {
            yield return error.ToString();
        }
    }

    private static IEnumerable<string> Elements(string text) => Elements(new HtmlParser().ParseDocument(text).DocumentElement);

    private static IEnumerable<string> Elements(IElement element)
    {
        yield return element.LocalName;
        foreach (var attribute in element.Attributes)
        {
            yield return $"{attribute.Name}=\"{attribute.Value}\"";
        }

        if (element.LocalName is "script" or "style")
        {
            yield return element.TextContent;
        }

        foreach (string inner in element.ChildNodes.Where(n => n.NodeType != NodeType.Text)
            .SelectMany(n => n is IElement e ? Elements(e) : [n.NodeType.ToString()]))
        {
            yield return inner;
        }

        yield return "/";
    }

    private static IEnumerable<string> Items(string text) => XDocument.Parse(text).Descendants().SelectMany(e => e.Attributes()
        .Select(a => $"{a.Name} {a.Value.Count(c => c is '$' or ';' or '*' or '?' or '@')}").Prepend(e.Name.LocalName));

    private static IEnumerable<string> Blocks(string text)
    {
        // Plain text falls into a literal for each escaped character, and a name may be a blank.
        return Markdig.Markdown.Parse(text, GitHub).Descendants().Where(part => part is not LiteralInline)
            .Select(part => part.GetType().Name);
    }

    private static IEnumerable<string> Values(string text)
    {
        using var json = JsonDocument.Parse(text);
        return [.. Values(json.RootElement)];
    }

    /// <summary>Members have names of the model where they are a table.</summary>
    private static IEnumerable<string> Values(JsonElement value)
    {
        IEnumerable<JsonElement> inner = value.ValueKind switch
        {
            JsonValueKind.Array => value.EnumerateArray(),
            JsonValueKind.Object => value.EnumerateObject().Select(m => m.Value),
            _ => [],
        };
        return inner.SelectMany(Values).Prepend(value.ValueKind.ToString()).Append("/");
    }

    private static IEnumerable<string> Lines(string text) => text.Split('\n').Select(l => l.Length == 0 ? "empty" : "line");

    [GeneratedRegex("##[A-Za-z]*\\[|^\\s*::[A-Za-z-]+")]
    private static partial Regex Command();
}
