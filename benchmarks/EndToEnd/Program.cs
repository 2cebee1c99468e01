using System.Globalization;
using MixPrec.Benchmarks.EndToEnd;
using MixPrec.Compiler;

// Arguments: folder with models/ and data/, batch with the package, its version, an empty folder for projects, folder of the results; names
// of models (all).
// Or: big FOLDER, which writes the model of benchmarks/big.sh.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args is ["big", var folder])
{
    BigModel.Write(folder);
    return 0;
}

if (args is not [var root, var batch, var version, var workplace, var results, ..])
{
    Console.Error.WriteLine("Usage: ROOT FEED VERSION WORKPLACE RESULTS [MODEL…]; benchmarks/models.sh calls it");
    return 2;
}

string[] wanted = args[5..];
var rows = new List<Result>();
foreach (var subject in Subject.All(root).Where(s => wanted.Length == 0 || wanted.Contains(s.Name)))
{
    try
    {
        rows.Add(new Trial(subject, root, workplace, batch, version).Run());
    }
    catch (MixPrecException refused)
    {
        rows.Add(new Result(subject.Name) { Failure = $"{refused.Description.Id}: {refused.Message}" });
    }

    Console.Error.WriteLine(string.Join(" | ", rows[^1].Cells));
}

Directory.CreateDirectory(results);
string Csv(string cell) => cell.AsSpan().IndexOfAny(",\"") < 0 ? cell : $"\"{cell.Replace("\"", "\"\"")}\"";
File.WriteAllLines(Path.Combine(results, "models.csv"), rows.Select(r => string.Join(',', r.Cells.Select(Csv))).Prepend(Result.Header));
string[] headings = Result.Header.Split(',');
File.WriteAllLines(Path.Combine(results, "models.table.md"),
    rows.Select(r => $"| {string.Join(" | ", r.Cells)} |").Prepend($"|{string.Concat(headings.Select(_ => "---|"))}")
        .Prepend($"| {string.Join(" | ", headings)} |"));
return 0;
