namespace MixPrec.Tasks.Models;

/// <summary>Text files that tell by their content and their time whether something changed.</summary>
internal static class TextFile
{
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
}
