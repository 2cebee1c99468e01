namespace MixPrec.Jobs;

/// <summary>
/// A line of a file that lists inputs: a full path, which may hold anything, and behind a tab the key of the only plan that is read of it,
/// where that is so.
/// </summary>
/// <param name="Key">Empty for a file that counts whole.</param>
internal readonly record struct InputLine(string Path, string Key = "")
{
    public string Format() => LineText.Escape(Path) + (Key.Length == 0 ? "" : "\t" + Key);

    public static InputLine Parse(string line)
    {
        var fields = line.Split(['\t'], 2);
        return new(LineText.Unescape(fields[0]), fields.Length > 1 ? fields[1] : "");
    }
}
