using System.Text;

namespace MixPrec.Tasks.Models;

/// <summary>The job of the worker as text: one flat JSON object whose values are all strings, in a fixed order.</summary>
internal static class JobFile
{
    public static string Format(IEnumerable<(string Name, string Value)> values)
    {
        var json = new StringBuilder("{");
        var separator = "\n";
        foreach (var (name, value) in values)
        {
            json.Append(separator).Append("  ");
            AppendString(json, name);
            json.Append(": ");
            AppendString(json, value);
            separator = ",\n";
        }

        return json.Append("\n}\n").ToString();
    }

    /// <summary>Writes only what differs, in one step, so that neither time nor content ever lies. Returns whether it wrote.</summary>
    public static bool WriteIfDifferent(string path, string text)
    {
        if (File.Exists(path) && File.ReadAllText(path) == text)
        {
            return false;
        }

        // Two builds at once may write it; each finishes a file of its own, and the last one wins.
        var unfinished = path + "." + Guid.NewGuid().ToString("N") + ".new";
        File.WriteAllText(unfinished, text);
        Put(unfinished, path);
        return true;
    }

    private static void Put(string unfinished, string path)
    {
        try
        {
            File.Move(unfinished, path);
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Replace(unfinished, path, null);
        }
    }

    private static void AppendString(StringBuilder json, string text)
    {
        json.Append('"');
        foreach (var c in text)
        {
            _ = c switch
            {
                '"' or '\\' => json.Append('\\').Append(c),
                < ' ' or '\u2028' or '\u2029' => json.Append("\\u").Append(((int)c).ToString("x4", System.Globalization.CultureInfo.InvariantCulture)),
                _ => json.Append(c),
            };
        }

        json.Append('"');
    }
}
