using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Xunit;

namespace MixPrec.Runtime.Tests.Machine;

/// <summary>
/// One class of these tests in a process of its own, for what is decided once in a process: environment variables and AppContext switches.
/// </summary>
internal static class ChildRun
{
    /// <summary>Fails when the tests of <typeparamref name="TTests"/> do, with what they said.</summary>
    public static void Pass<TTests>((string Name, string Value)[] variables, params string[] switchedOff)
    {
        string tests = typeof(TTests).Assembly.Location, settings = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.runtimeconfig.json");
        try
        {
            var root = JsonNode.Parse(File.ReadAllText(Path.ChangeExtension(tests, ".runtimeconfig.json")))!;
            var properties = (JsonObject)(root["runtimeOptions"]!["configProperties"] ??= new JsonObject());
            foreach (string name in switchedOff)
            {
                properties[name] = false;
            }

            File.WriteAllText(settings, root.ToJsonString());
            var start = new ProcessStartInfo(Dotnet,
                ["exec", "--runtimeconfig", settings, "--depsfile", Path.ChangeExtension(tests, ".deps.json"), tests,
                    "-noColor", "-class", typeof(TTests).FullName!])
            {
                RedirectStandardOutput = true, RedirectStandardError = true,
            };
            foreach (var (name, value) in variables)
            {
                start.Environment[name] = value;
            }

            using var child = Process.Start(start)!;
            var error = child.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            string output = child.StandardOutput.ReadToEnd();
            child.WaitForExit();
            Assert.True(child.ExitCode == 0 && output.Contains("Failed: 0", StringComparison.Ordinal)
                && !output.Contains("Total: 0", StringComparison.Ordinal), output + error.Result);
        }
        finally
        {
            File.Delete(settings);
        }
    }

    /// <summary>The host of the runtime that runs this: three folders above it.</summary>
    private static string Dotnet => Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..",
        OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet");
}
