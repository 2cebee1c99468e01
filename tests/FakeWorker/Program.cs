using System.Text.Json.Nodes;
using MixPrec.Diagnostics;
using MixPrec.Jobs;
using MixPrec.Plan;
using MixPrec.Worker;

// fakeworker build --job FILE. Each line of the model is one instruction:
//   fail CODE TEXT | warn CODE TEXT | lock KEY LOSS | crash | hang | half   (anything else is ignored)
//   lock: the answer depends on one plan of the lock file, which the worker puts there; a key "." is the budget.
// Every start adds the job's mode as a line to MODEL.starts, which is how tests count starts.
if (args.Contains(WorkerArguments.EndWithInput))
{
    ParentWatch.EndWith(Console.OpenStandardInput());
}

var job = JobFile.Parse(File.ReadAllText(args[Array.IndexOf(args, WorkerArguments.Job) + 1]));
string model = job[JobFile.Model]!;
string Output(string ending) => Path.Combine(job[JobFile.OutputDirectory]!, job["ClassName"] + ending);

File.AppendAllText(model + ".starts", job["Mode"] + "\n");
Console.WriteLine(new ProgressLine(10, "1/8 pretending").Format());
var diagnostics = new List<DiagnosticLine>();
var failed = false;
string? key = null;
foreach (var line in File.ReadAllLines(model))
{
    var words = line.Split(' ', 3);
    switch (words[0])
    {
        case "fail":
        case "warn":
            failed |= words[0] == "fail";
            diagnostics.Add(new(words[0] == "fail" ? DiagnosticLine.Error : DiagnosticLine.Warning, words[1], model, 0, 0, words[2], ""));
            break;
        case "lock":
            key = words[1] == "." ? job["ErrorBudget"]! : words[1];
            var plans = File.Exists(job["LockFile"]) ? JsonNode.Parse(File.ReadAllText(job["LockFile"]!))!["plans"]!.DeepClone()
                .AsObject() : [];
            plans[key] = new JsonObject
            {
                ["loss"] = words[2], [PlanDigest.Member] = PlanDigest.Compute(new Dictionary<string, object?> { ["loss"] = words[2] }),
            };
            File.WriteAllText(job["LockFile"]!, new JsonObject { ["version"] = PlanDigest.FileVersion, ["plans"] = plans }.ToJsonString());
            break;
        case "crash":
            Console.Error.WriteLine("something native broke");
            return 134;
        case "hang":
            File.WriteAllText(Output(ResultFileNames.Plan + ResultFileNames.Unfinished), "half");
            File.WriteAllText(model + ".pid.tmp", $"{Environment.ProcessId}");
            File.Move(model + ".pid.tmp", model + ".pid");
            await Task.Delay(Timeout.Infinite);
            break;
        case "half":
            File.WriteAllText(Output(ResultFileNames.Plan), "{}");
            return WorkerExitCode.Done;
    }
}

Write(ResultFileNames.Diagnostics, string.Concat(diagnostics.Select(line => line.Format() + "\n")));
Write(ResultFileNames.Inputs,
    new InputLine(model).Format() + "\n" + (job["CalibrationData"] is { } data ? new InputLine(data).Format() + "\n" : "")
        + (key is null ? "" : new InputLine(job["LockFile"]!, key).Format() + "\n"));
Write(ResultFileNames.Report, "<html/>");
if (failed)
{
    Write(ResultFileNames.BestLock, "{}");
    return WorkerExitCode.Error;
}

Write(ResultFileNames.Summary, "6 of 8 layers in int8\n");
Write(ResultFileNames.Plan, JobFile.Format([("budget", job["ErrorBudget"] ?? "")]));
Write(ResultFileNames.Weights, "weights of " + job["ClassName"]);
return WorkerExitCode.Done;

void Write(string ending, string text)
{
    File.WriteAllText(Output(ending) + ResultFileNames.Unfinished, text);
    File.Move(Output(ending) + ResultFileNames.Unfinished, Output(ending), overwrite: true);
}
