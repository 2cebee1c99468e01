namespace MixPrec.Worker;

/// <summary>
/// The version of the package that this program came in, which a file beside it says: packages are published under versions that assemblies
/// were not built with. In the repository it is that of the assembly.
/// </summary>
internal static class ProgramVersion
{
    private const string FileName = "mixprec.version";

    public static string Text { get; } = Read(AppContext.BaseDirectory);

    internal static string Read(string folder)
    {
        string file = Path.Combine(folder, FileName);
        return File.Exists(file) ? File.ReadAllText(file).Trim() : typeof(ProgramVersion).Assembly.GetName().Version!.ToString(3);
    }
}
