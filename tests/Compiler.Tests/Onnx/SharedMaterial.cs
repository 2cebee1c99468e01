using Xunit;

namespace MixPrec.Compiler.Tests.Onnx;

/// <summary>Optional material beside the repository; tests that need it are skipped where it is absent.</summary>
internal static class SharedMaterial
{
    public static string Models => Folder("models");

    public static string ConformanceCases => Folder("onnx-backend-tests");

    public static void SkipWhenAbsent(string folder) =>
        Assert.SkipWhen(!Directory.Exists(folder), $"optional material '{folder}' is not here");

    private static string Folder(string name)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder.Parent is not null && !File.Exists(Path.Combine(folder.FullName, "global.json")))
        {
            folder = folder.Parent;
        }

        return Path.GetFullPath(Path.Combine(folder.FullName, "..", "shared", name));
    }
}
