using System.Diagnostics;
using System.Globalization;
using MixPrec.Benchmarks.PlanSweep;
using MixPrec.Compiler;
using MixPrec.Compiler.Onnx;

// Plans every case in the ONNX test layout below the given folders in every loss, with open and bound dimensions, with states and caches.
// Whatever a model asks for, the
// answer is a plan or a diagnostic with a code of its own: an exception without one is MXP9001 and a defect. Exit code 1 where there is
// one.
if (args.Length == 0)
{
    Console.Error.WriteLine("usage: [--only TEXT] FOLDER…");
    return 64;
}

string only = args[0] == "--only" ? args[1] : "";
string[] folders = [.. args.Skip(only.Length > 0 ? 2 : 0).SelectMany(f =>
    Directory.EnumerateFiles(f, "model.onnx", SearchOption.AllDirectories)).Select(f => Path.GetDirectoryName(f)!)
    .Order(StringComparer.Ordinal)];
string scratch = Directory.CreateTempSubdirectory("mixprec-sweep-").FullName;
var totals = new SortedDictionary<string, int>(StringComparer.Ordinal);
try
{
    foreach (string folder in folders)
    {
        foreach (var variant in Variant.Of(folder, scratch).Where(v => v.ToString().Contains(only, StringComparison.Ordinal)))
        {
            var clock = Stopwatch.StartNew();
            var (code, text) = Answer(variant);
            totals[code] = totals.GetValueOrDefault(code) + 1;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{code} {clock.Elapsed.TotalSeconds:F1} s {variant}: {text}"));
        }
    }
}
finally
{
    Directory.Delete(scratch, recursive: true);
}

Console.WriteLine(string.Join(", ", totals.Select(t => $"{t.Key} {t.Value}")));
return totals.ContainsKey("MXP9001") ? 1 : 0;

static (string Code, string Text) Answer(Variant variant)
{
    try
    {
        using var weights = new MemoryStream();
        var result = ModelCompiler.Build(variant.Options, () => weights, new Unheard(), CancellationToken.None);
        var failure = result.Plan is null ? result.Diagnostics[^1] : null;
        return failure is not null ? (failure.Description.Id, failure.Text)
            : ("planned", string.Join(" ", result.Diagnostics.Select(d => d.Description.Id)) + $" {result.Report.Loss}, {result.Report.Layers.Count(l => l.Precision != "f32")} of {result.Report.Layers.Count} layers leave fp32");
    }
    catch (MixPrecException known)
    {
        return (known.Description.Id, known.Message);
    }
    catch (Exception unknown)
    {
        // The first frame says where to look; the rest is for a run of this case alone (--only).
        return ("MXP9001", $"{unknown.GetType().Name}: {unknown.Message.ReplaceLineEndings(" ")} {unknown.StackTrace?.Split('\n').Skip(1).FirstOrDefault(l => l.Contains("MixPrec", StringComparison.Ordinal))?.Trim()}");
    }
}

internal sealed class Unheard : IProgress<BuildProgress>
{
    public void Report(BuildProgress value)
    {
    }
}
