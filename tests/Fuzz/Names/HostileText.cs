using System.Text;

namespace MixPrec.Fuzz.Names;

/// <summary>
/// Text made of what ends a literal, opens a comment, begins a directive, a tag or a command, or turns the direction of reading, in one of
/// the languages that the product prints: C#, HTML, Markdown, JSON, MSBuild and the logs of build servers.
/// </summary>
internal static class HostileText
{
    /// <summary>
    /// In their place the bytes of half a surrogate pair go to the file, which no text in .NET can hold: equally long in UTF-8.
    /// </summary>
    public const char HighHalf = '\ue000', LowHalf = '\ue001';

    private const int MostPieces = 6;

    private static readonly string[] Pieces =
    [
        "\"", "\\", "\\\"", "'", "\"\"\"", "{", "}", "{0}", "{{", "*/", "/*", "//", "\n///", "\n#if X\n", "\n#endif", "\n#error x",
        "\n#line 1 \"x\"", "\n#pragma warning disable", "\r#region", "; } evil(); //", "@class", "class", "__arglist", "record",
        "</summary>", "<see cref=\"x\"/>", "]]>", "<![CDATA[", "<!--", "-->", "--!>", "</script>", "<script>alert(1)</script>", "</style>",
        "</title>", "<b onclick=x>", "<img src=x onerror=alert(1)>", "&", "&lt;", "&#0;", "&quot;", "<", ">", "=",
        "|", "`", "```", "\n~~~\n", "*", "_", "**a**", "[x](javascript:alert(1))", "![x](http://a.example/b)", "https://a.example/b",
        "www.a.example", "a@b.example", ":smile:", "$x$", "$$", "[^1]", "- [x] ", "\n# ", "\n- ", "\n1. ", "\n---\n", "\n| a | b |\n|---|---|\n",
        "$(Configuration)", "$([System.IO.File]::Delete('x'))", "%3B", "%24(", ";", "@(Compile)", "%(FullPath)", "?", "**",
        "##vso[task.complete]", "##[error]x", "##teamcity[buildStop]", "##", "#", "::error::x", "\n::set-output name=a::b", "\r::x::", "::",
        "\u2028::x::", "\u0085##[group]", "\0", "\u0001", "\b", "\f", "\v", "\u001b[31m", "\u001b]8;;http://a.example\u0007", "\u007f",
        "\t", "\n", "\r", "\r\n", "\u0085", "\u2028", "\u2029", " ", "\u00a0", "\u3000", "\u00ad", "\u200b", "\u200d", "\u200e", "\u200f",
        "\u061c", "\u202a", "\u202b", "\u202d", "\u202e", "\u2066", "\u2067", "\u2068", "\u2069", "\ufeff", "\ufffe", "\uffff", "\ufdd0",
        "\u0301", "\u0300\u0301\u0302", "\ud83d\ude00", "\ud83d\udc68\u200d\ud83d\udc69", "\U000e0041", "ß", "İ", "ı", "ﬁ", "数字", "ع", "ﷺ",
        "\uff1c", "\uff02", "/", "../../x", "C:\\x", "--json", "-v", "@x", "~", "%", "%s%n", "0", "1e9", "null", "true",
        HighHalf.ToString(), LowHalf.ToString(), new string('a', 120), new string('"', 60), new string('\u202e', 40),
    ];

    /// <summary>At least one character.</summary>
    public static string Make(Random random)
    {
        var text = new StringBuilder();
        for (int left = random.Next(1, MostPieces + 1); left > 0; left--)
        {
            text.Append(random.Next(4) switch
            {
                0 => new Rune(random.Next(0xd800)).ToString(),
                1 => ((char)random.Next(' ', 127)).ToString(),
                _ => Pieces[random.Next(Pieces.Length)],
            });
        }

        return text.ToString();
    }

    /// <summary>The same as a file name.</summary>
    public static string FileName(Random random)
    {
        string text = Make(random).Replace('/', ':').Replace('\0', '!').Replace(HighHalf, '!').Replace(LowHalf, '!');
        const int Longest = 60;
        return (text.Length > Longest ? text[..Longest] : text).Replace('\ud83d', '!').Replace('\ude00', '!').Replace('\udc68', '!')
            .Replace('\udc69', '!').Replace('\ufffe', '!').Replace('\uffff', '!').Replace('\udb40', '!').Replace('\udc41', '!') + ".onnx";
    }

    /// <summary>Puts the halves of pairs into a file.</summary>
    public static void SplitPairs(Span<byte> file)
    {
        for (int i = 0; i + 2 < file.Length; i++)
        {
            if (file[i] == 0xee && file[i + 1] == 0x80 && file[i + 2] is 0x80 or 0x81)
            {
                (file[i], file[i + 1], file[i + 2]) = (0xed, (byte)(file[i + 2] == 0x80 ? 0xa0 : 0xb0), 0x80);
            }
        }
    }
}
