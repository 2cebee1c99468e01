using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;
using MixPrec.Diagnostics;
using MixPrec.Fuzz.Names;
using MixPrec.Metadata;
using MixPrec.Tasks.Models;
using MixPrec.Tasks.Run;

namespace MixPrec.Tasks.Tests;

/// <summary>
/// Items and properties of a project with hostile text in every place: what the task writes for the worker and hands to the targets holds
/// what the project says and has the shape that it has for harmless words, or an error of one line with a code says why not.
/// MIXPREC_ITEMS says how many.
/// </summary>
public sealed partial class ItemInjectionTests : IDisposable
{
    private static readonly int Items = int.Parse(Environment.GetEnvironmentVariable("MIXPREC_ITEMS") ?? "1000", CultureInfo.InvariantCulture);

    private static readonly string[] Members =
        ["Model", .. ModelMetadata.Rows.Select(row => row.Name), "Mode", "MaxThreads", "TimingSeconds", "OutputDirectory"];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mixprec-items");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void JobsHoldWhatItemsSayAndNothingElse()
    {
        int accepted = 0, refused = 0;
        for (int i = 0; i < Items; i++)
        {
            var random = new Random(i);
            string project = Path.Combine(_folder.FullName, HostileText.FileName(random));
            string model = Path.Combine(Directory.CreateDirectory(project).FullName, HostileText.FileName(random));
            File.WriteAllText(model, "");
            _ = Check(random, project, model) ? accepted++ : refused++;
            Directory.Delete(project, recursive: true);
        }

        Assert.True(accepted > Items / 10 && refused > Items / 10, $"{accepted} accepted, {refused} refused");
    }

    /// <summary>MSBuild makes the character of <c>%00</c>, and throws where the path of such an item is asked for.</summary>
    [Fact]
    public void APathThatNoSystemHasIsOneLine()
    {
        var engine = new RecordingEngine();
        Assert.False(TaskFor(engine, new TaskItem("net%00.onnx"), _folder.FullName).Execute());
        var line = Assert.Single(engine.Lines);
        AssertIsOneLine(line);
        Assert.Equal(("MXP1002", Path.Combine(_folder.FullName, "P.csproj")), (line.Code, line.File));
    }

    /// <summary>What is an argument stays one, letter by letter: a program of the system prints what it gets.</summary>
    [Fact]
    public void ArgumentsArriveAsTheyAre()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "a shell stands for the worker");
        foreach (var part in Enumerable.Range(0, Items).Chunk(1000))
        {
            string[] arguments = [.. part.Select(i => HostileText.Make(new Random(i)).Replace('\0', '!'))];
            var printed = new StringBuilder();
            var result = WorkerProcess.Run("/bin/sh", ["-c", "printf '%s\\0' \"$@\" | od -An -v -tx1 | tr -d ' '", "sh", .. arguments],
                _folder.FullName, new WorkerLimits(TimeSpan.FromMinutes(1)), line => printed.Append(line), CancellationToken.None);
            Assert.Equal(0, result.ExitCode);
            Assert.Equal(arguments, Encoding.UTF8.GetString(Convert.FromHexString(printed.ToString())).Split('\0')[..^1]);
        }
    }

    /// <returns>Whether the item was taken.</returns>
    private static bool Check(Random random, string project, string model)
    {
        var engine = new RecordingEngine();
        var said = ModelMetadata.Rows.Where(_ => random.Next(4) == 0).ToDictionary(row => row.Name, row => Value(random, row));
        var item = new TaskItem(MSBuildText.Escape(model));
        foreach (var (name, value) in said)
        {
            ((ITaskItem2)item).SetMetadataValueLiteral(name, value);
        }

        var task = TaskFor(engine, item, project);
        task.RootNamespace = HostileText.Make(random);
        task.Mode = random.Next(8) == 0 ? HostileText.Make(random) : "Skip";
        task.MaxThreads = random.Next(8) == 0 ? HostileText.Make(random) : "";
        task.MaxMemory = random.Next(8) == 0 ? HostileText.Make(random) : "";
        bool succeeded = task.Execute();
        Assert.Equal(succeeded, engine.Lines.Count == 0);
        Assert.All(engine.Lines, AssertIsOneLine);
        if (succeeded)
        {
            CheckJob(task.Prepared.Single(), said, project, model);
        }

        return succeeded;
    }

    private static PrepareModels TaskFor(RecordingEngine engine, TaskItem item, string project) => new()
    {
        BuildEngine = engine, Models = [item], Project = Path.Combine(project, "P.csproj"), ProjectDirectory = project,
        OutputDirectory = Path.Combine(project, "obj", "mixprec"), Language = "C#", TargetFrameworkIdentifier = ".NETCoreApp",
        TargetFrameworkVersion = "v10.0",
    };

    /// <summary>What takes any text gets some; of the others one in eight, so that not every item is refused.</summary>
    private static string Value(Random random, Metadatum row)
    {
        bool takesAny = row.Rule.IsPath || row.Rule == MetadataRule.AnyList;
        return !takesAny && random.Next(8) > 0 ? row.Example
            : row.Rule.IsPath || random.Next(3) > 0 ? HostileText.Make(random) : row.Example + ";" + HostileText.Make(random);
    }

    private static void CheckJob(ITaskItem prepared, Dictionary<string, string> said, string project, string model)
    {
        Assert.Equal(model, prepared.GetMetadata("FullPath"));
        using var job = JsonDocument.Parse(File.ReadAllText(prepared.GetMetadata("Job")));
        Assert.Equal(Members, job.RootElement.EnumerateObject().Select(member => member.Name));
        foreach (var (name, value) in said.Where(pair => pair.Value.Trim().Length > 0))
        {
            string expected = ModelMetadata.Rows.Single(row => row.Name == name).Rule.IsPath
                ? Path.GetFullPath(Path.Combine(project, value.Trim().Replace('\\', Path.DirectorySeparatorChar))) : value.Trim();
            Assert.Equal(expected, job.RootElement.GetProperty(name).GetString());
        }

        Assert.Matches(Identifier(), job.RootElement.GetProperty("ClassName").GetString());
        Assert.All(job.RootElement.GetProperty("Namespace").GetString()!.Split('.', StringSplitOptions.RemoveEmptyEntries),
            part => Assert.Matches(Identifier(), part));
        using var stub = JsonDocument.Parse(File.ReadAllText(Path.Combine(project, "obj", "mixprec",
            prepared.GetMetadata("ClassName") + ".stub.json")));
        Assert.Equal(["ClassName", "Namespace", "Access"], stub.RootElement.EnumerateObject().Select(member => member.Name));
        var files = new ModelFiles(Path.Combine(project, "obj", "mixprec"), prepared.GetMetadata("ClassName"));
        Assert.Equal(files.All, ((ITaskItem2)prepared).GetMetadataValueEscaped("AllFiles").Split(';').Select(Unescape));
    }

    /// <summary>What the engine does to an entry of a list.</summary>
    private static string Unescape(string entry) =>
        Escape().Replace(entry, match => ((char)Convert.ToInt32(match.Value[1..], 16)).ToString());

    private static void AssertIsOneLine(BuildErrorEventArgs line)
    {
        Assert.Matches("^MXP1[0-9]{3}$", line.Code);
        string shown = line.Message!;
        Assert.InRange(shown.Length, 1, LogText.Longest);
        Assert.DoesNotMatch(Command(), shown);
        Assert.DoesNotContain(shown, c => c is '\n' or '\r' or '\f' or '\v' or '\u0085' or '\u2028' or '\u2029');
        Assert.DoesNotMatch(Command(), line.File ?? "");
    }

    [GeneratedRegex(@"\A[\p{L}_][\p{L}\p{Nd}\p{Mn}\p{Mc}\p{Pc}\p{Cf}\p{Nl}]*\z")]
    private static partial Regex Identifier();

    [GeneratedRegex("%[0-9A-Fa-f]{2}")]
    private static partial Regex Escape();

    [GeneratedRegex("##[A-Za-z]*\\[|^\\s*::[A-Za-z-]+")]
    private static partial Regex Command();

    private sealed class RecordingEngine : IBuildEngine
    {
        public List<BuildErrorEventArgs> Lines { get; } = [];

        public bool ContinueOnError => false;

        public int LineNumberOfTaskNode => 0;

        public int ColumnNumberOfTaskNode => 0;

        public string ProjectFileOfTaskNode => "";

        public bool BuildProjectFile(string projectFileName, string[] targetNames, System.Collections.IDictionary globalProperties,
            System.Collections.IDictionary targetOutputs) => false;

        public void LogCustomEvent(CustomBuildEventArgs e) => Assert.Fail(e.Message);

        public void LogErrorEvent(BuildErrorEventArgs e) => Lines.Add(e);

        public void LogMessageEvent(BuildMessageEventArgs e) => Assert.Fail(e.Message);

        public void LogWarningEvent(BuildWarningEventArgs e) => Assert.Fail(e.Message);
    }
}
