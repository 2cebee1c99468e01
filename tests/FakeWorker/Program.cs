using System.Text.Json;
using MixPrec.Worker;

// fakeworker build --job FILE. Each line of the model is one instruction:
//   fail CODE TEXT | warn CODE TEXT | crash | hang | half   (anything else is ignored)
// Every start adds the job's mode as a line to MODEL.starts, which is how tests count starts.
if (args.Contains("--end-with-input"))
{
    ParentWatch.EndWith(Console.OpenStandardInput());
}

var job = JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(args[2]))!;
string Output(string ending) => Path.Combine(job["OutputDirectory"], job["ClassName"] + ending);

File.AppendAllText(job["Model"] + ".starts", job["Mode"] + "\n");
Console.WriteLine("progress 10 pretending");
var diagnostics = new List<string>();
var failed = false;
foreach (var line in File.ReadAllLines(job["Model"]))
{
    var words = line.Split(' ', 3);
    switch (words[0])
    {
        case "fail":
        case "warn":
            failed |= words[0] == "fail";
            diagnostics.Add(string.Join('\t', words[0] == "fail" ? "error" : "warning", words[1], job["Model"], 0, 0, words[2], ""));
            break;
        case "crash":
            Console.Error.WriteLine("something native broke");
            return 134;
        case "hang":
            File.WriteAllText(Output(".plan.json.tmp"), "half");
            File.WriteAllText(job["Model"] + ".pid.tmp", $"{Environment.ProcessId}");
            File.Move(job["Model"] + ".pid.tmp", job["Model"] + ".pid");
            await Task.Delay(Timeout.Infinite);
            break;
        case "half":
            File.WriteAllText(Output(".plan.json"), "{}");
            return 0;
    }
}

Write(".diagnostics", string.Concat(diagnostics.Select(line => line + "\n")));
Write(".inputs", job["Model"] + "\n" + (job["CalibrationData"] is { Length: > 0 } data ? data + "\n" : ""));
Write(".report.html", "<html/>");
if (failed)
{
    Write(".best.lock.json", "{}");
    return 2;
}

Write(".plan.json", JsonSerializer.Serialize(new { budget = job["ErrorBudget"] }));
Write(".weights", "weights of " + job["ClassName"]);
return 0;

void Write(string ending, string text)
{
    File.WriteAllText(Output(ending) + ".tmp", text);
    File.Move(Output(ending) + ".tmp", Output(ending), overwrite: true);
}
