namespace MixPrec.Experiments;

/// <summary>A table of results: a run of some parts alone leaves the rows of the others as they are.</summary>
internal static class ResultFile
{
    /// <param name="key">Columns that say which part a row is of.</param>
    /// <returns>All rows: those that were there, then the new ones.</returns>
    public static IReadOnlyList<string> Merge(string path, string header, IReadOnlyCollection<string> rows, int key = 1)
    {
        string Key(string row) => string.Join(',', row.Split(',').Take(key));
        var own = rows.Select(Key).ToHashSet(StringComparer.Ordinal);
        string[] lines = File.Exists(path) ? File.ReadAllLines(path) : [];
        string[] all = [.. lines.Take(1).Contains(header) ? lines.Skip(1).Where(l => !own.Contains(Key(l))) : [], .. rows];
        if (all.Length > 0)
        {
            File.WriteAllLines(path, [header, .. all]);
        }

        return all;
    }
}
