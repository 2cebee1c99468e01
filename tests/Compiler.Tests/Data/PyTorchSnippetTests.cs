using System.Diagnostics;
using System.Text.RegularExpressions;
using Xunit;

namespace MixPrec.Compiler.Tests.Data;

/// <summary>
/// The lines of docs/calibration-data.md that write data from PyTorch, run by Python: a loader stands for PyTorch's, and NumPy says what it
/// is asked to write. That a build reads what NumPy writes, other tests show.
/// </summary>
public sealed partial class PyTorchSnippetTests
{
    /// <summary>20 batches of 100 pairs, of tensors that can be told nothing but to become arrays.</summary>
    private const string StandIns = """
        import sys, types

        class Tensor:
            def __init__(self, values): self.values = values
            def numpy(self): return self.values

        loader = [(Tensor([f"x{i}"] * 100), Tensor([i] * 100)) for i in range(20)]
        sys.modules["numpy"] = numpy = types.ModuleType("numpy")
        numpy.concatenate = lambda parts: [value for part in parts for value in part]
        numpy.savez = lambda path, **arrays: print(path, *(f"{name} {len(a)} {a[0]} {a[-1]}" for name, a in arrays.items()), sep="\n")

        """;

    [Fact]
    public async Task TheLinesOfThePageWriteInputsAndLabels()
    {
        string page = await File.ReadAllTextAsync(Path.Combine(RepositoryFolder.Root, "docs", "calibration-data.md"),
            TestContext.Current.CancellationToken);
        using var python = Start(StandIns + Assert.Single(PythonBlock().Matches(page)).Groups[1].Value);
        Assert.SkipWhen(python is null, "there is no Python");
        string error = await python.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        Assert.Equal("", error);
        Assert.Equal(["net.npz", "image 600 x0 x5", "labels 600 0 5", ""],
            (await python.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken)).ReplaceLineEndings("\n").Split('\n'));
    }

    private static Process? Start(string program)
    {
        try
        {
            return Process.Start(new ProcessStartInfo("python3", ["-c", program])
            {
                RedirectStandardError = true, RedirectStandardOutput = true,
            });
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    [GeneratedRegex("^```python\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex PythonBlock();
}
