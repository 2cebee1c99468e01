using MixPrec.Jobs;

namespace MixPrec.Tasks.Models;

/// <summary>
/// Where everything about one model lies: <c>DIRECTORY/CLASS.*</c>. The class name is unique in a project, so the names are.
/// </summary>
internal sealed record ModelFiles(string Directory, string ClassName)
{
    /// <summary>What the worker is asked to do; rewritten only when different.</summary>
    public string Job => Named(".job.json");

    public string Plan => Named(ResultFileNames.Plan);

    public string Weights => Named(ResultFileNames.Weights);

    public string Report => Named(ResultFileNames.Report);

    public string Summary => Named(ResultFileNames.Summary);

    public string Diagnostics => Named(ResultFileNames.Diagnostics);

    /// <summary>Every file the worker read, one full path a line.</summary>
    public string Inputs => Named(ResultFileNames.Inputs);

    /// <summary>Every file that the worker is expected to read, one full path a line; written before it starts.</summary>
    public string Sources => Named(".sources");

    /// <summary>The class's name and access, for the editor while there is no plan.</summary>
    public string Stub => Named(".stub.json");

    /// <summary>The best plan found when none met the budget.</summary>
    public string BestLock => Named(ResultFileNames.BestLock);

    /// <summary>Bound to the job and to every input by their contents: see <see cref="Stamp"/>.</summary>
    public string StampFile => Named(".stamp");

    /// <summary>Held open by the build that runs the worker.</summary>
    public string Guard => Named(".guard");

    public IEnumerable<string> All =>
        [.. ResultFileNames.All.Select(Named), Job, Sources, Stub, StampFile, Guard];

    /// <summary>What a failed or interrupted run must not leave: a plan or weights of an earlier success, and files half written.</summary>
    public void RemoveResults()
    {
        File.Delete(StampFile);
        File.Delete(Plan);
        File.Delete(Weights);
        File.Delete(Summary);
        foreach (var unfinished in System.IO.Directory.GetFiles(Directory, ClassName + ".*" + ResultFileNames.Unfinished))
        {
            File.Delete(unfinished);
        }
    }

    private string Named(string ending) => Path.Combine(Directory, ClassName + ending);
}
