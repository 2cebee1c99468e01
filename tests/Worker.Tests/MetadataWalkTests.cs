using System.Security;
using System.Text.RegularExpressions;
using MixPrec.Compiler.Locking;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Options;
using MixPrec.Jobs;
using MixPrec.Metadata;
using MixPrec.Worker.CommandLine;
using MixPrec.Worker.Commands;
using MixPrec.Worker.Jobs;

namespace MixPrec.Worker.Tests;

/// <summary>
/// Follows each metadatum through every place that knows it: property page, targets, compiler options, lock file, command line, README and
/// user guide. A place that was forgotten is named. The walk from the item to the job file is <c>JobTests</c> of the task.
/// </summary>
public sealed class MetadataWalkTests : IDisposable
{
    private readonly string _samples = Path.GetTempFileName();

    public static TheoryData<string> Names => [.. ModelMetadata.Rows.Select(row => row.Name)];

    public static TheoryData<string> Properties => [.. BuildProperty.All.Select(property => property.Name)];

    public void Dispose() => File.Delete(_samples);

    [Fact]
    public void ThePropertyPageIsWrittenFromTheRows()
    {
        string page = Text("build", "MixedPrecisionModel.xaml"), expected = string.Concat(ModelMetadata.Rows.Select(PropertyOf));
        int start = page.IndexOf("  </Rule.DataSource>\n", StringComparison.Ordinal) + "  </Rule.DataSource>\n".Length,
            end = page.IndexOf("</Rule>", StringComparison.Ordinal);
        Assert.True(page[start..end] == expected,
            $"build/MixedPrecisionModel.xaml should hold between </Rule.DataSource> and </Rule>:\n{expected}");
        Assert.All(ModelMetadata.Rows, row => Assert.Contains($"<Category Name=\"{row.Category}\" ", page, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void FilesOfSamplesAreWatchedByEditors(string name)
    {
        string targets = Text("build", "MixPrec.Build.targets");
        if (Row(name).Lock == LockRole.Contents)
        {
            Assert.All(
                ["<UpToDateCheckInput ", "<Watch Include=\"@(MixedPrecisionModel", "<_MixPrecWatchedFolder "],
                element => Assert.True(LineWith(targets, element).Contains($"'%({name})'", StringComparison.Ordinal),
                    $"{element} in build/MixPrec.Build.targets does not name {name}."));
        }
    }

    [Theory]
    [MemberData(nameof(Properties))]
    public void PropertiesAreHandedOnAndDescribed(string name)
    {
        Assert.True(Text("build", "MixPrec.Build.targets").Contains($"$({name})", StringComparison.Ordinal),
            $"build/MixPrec.Build.targets does not hand on {name}.");
        Assert.True(Text("README.md").Contains($"\n| `{name}` |", StringComparison.Ordinal),
            $"The table of properties in README.md lacks {name}.");
        Assert.True(Text("docs", "user-guide.md").Contains($"`{name}`", StringComparison.Ordinal),
            $"docs/user-guide.md does not mention {name}.");
    }

    [Fact]
    public void TheWorkerReadsTheProperties()
    {
        var options = Options((BuildProperty.Mode.JobName, "Locked"), (BuildProperty.MaxThreads.JobName, "3"),
            (BuildProperty.TimingSeconds.JobName, "30.5"));
        Assert.Equal((BuildMode.Locked, 3, TimeSpan.FromSeconds(30.5)), (options.Mode, options.MaxThreads, options.TimingBudget));
    }

    /// <summary>The example changes the option of its row and no other one, and what is written is read as the same.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void TheCompilerHasAnOption(string name)
    {
        var row = Row(name);
        var (before, after) = (Options(), Options((name, row.Example)));
        Assert.True(Written(row, before) != Written(row, after),
            $"{name}=\"{row.Example}\" changes no option: its {nameof(OptionBinding)} reads or writes another member.");
        Assert.All(ModelMetadata.Rows.Where(other => other.Name != name), other =>
            Assert.Equal(Written(other, before), Written(other, after)));
        Assert.Equal(Written(row, after), Written(row, Options((name, Written(row, after)))));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void TheLockFileKnowsWhatDecides(string name)
    {
        var row = Row(name);
        var (before, after) = (SubjectOf(Options()), SubjectOf(Options((name, row.Lock == LockRole.Contents ? _samples : row.Example))));
        var differences = before.DifferencesTo(after).ToArray();
        switch (row.Lock)
        {
            case LockRole.None:
                Assert.True(differences.Length == 0,
                    $"{name} decides nothing, and a lock file is stale for it: {string.Join("; ", differences)}");
                break;
            case LockRole.Value:
                Assert.True(differences is [var one]
                    && one.StartsWith($"{name} was ", StringComparison.Ordinal),
                    $"A plan for another {name} is taken: {nameof(LockSubject)} forgets it.");
                break;
            default:
                Assert.True(differences.Length == 1, $"A plan for other contents of {name} is taken: {nameof(LockSubject)} forgets them.");
                break;
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void TheCommandPlanHasAnOption(string name)
    {
        var row = Row(name);
        using var output = new StringWriter();
        CommandLineProgram.Run(["plan", "--help"], new(output, TextWriter.Null), TestContext.Current.CancellationToken);
        Assert.True(Regex.IsMatch(output.ToString(), $"{row.OptionName}\\b"), $"mixprec plan --help does not show {row.OptionName}.");

        var plan = new PlanCommand();
        var job = plan.JobOf(plan.Parse([WorkerProgram.SampleModel, row.OptionName, row.Example]));
        Assert.Equal(row.Rule.IsPath ? Path.GetFullPath(row.Example) : row.Example, job[name]);
    }

    /// <summary>In the first column of the table, with every choice, and with the default where it is a value.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void TheReadmeDescribesIt(string name)
    {
        var row = Row(name);
        string? line = Text("README.md").Split('\n')
            .FirstOrDefault(line => line.StartsWith("| `", StringComparison.Ordinal)
            && line.Split('|')[1].Contains($"`{name}`", StringComparison.Ordinal));
        Assert.True(line is not null, $"The table of the item in README.md lacks {name}.");
        Assert.All(row.Rule.Choices, choice =>
            Assert.True(line.Contains($"`{choice}`", StringComparison.Ordinal),
                $"README.md does not say that {name} may be {choice}: {line}"));
        if (!row.Rule.IsPath && row.Rule.Parse(row.Default) == row.Default)
        {
            Assert.True(line.Split('|')[3].Contains(row.Default, StringComparison.Ordinal),
                $"README.md gives another default of {name} than {row.Default}: {line}");
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void TheUserGuideMentionsIt(string name) =>
        Assert.True(Regex.IsMatch(Text("docs", "user-guide.md"), $"[`\\s]{name}[`=]"), $"docs/user-guide.md does not mention {name}.");

    private static Metadatum Row(string name) => ModelMetadata.Rows.Single(row => row.Name == name);

    private static string Written(Metadatum row, CompilerOptions options) => OptionBinding.ForRow(row).Write(options);

    private static LockSubject SubjectOf(CompilerOptions options) =>
        LockSubject.FromOptions(options, OnnxModelReader.Read(WorkerProgram.SampleModel, DimensionBindings.None, ConstantBindings.None));

    private static CompilerOptions Options(params (string Name, string Value)[] values) => JobOptions.From(new JobFile(
        new Dictionary<string, string> { [JobFile.Model] = WorkerProgram.SampleModel, ["ClassName"] = "Net" }
            .Concat(values.Select(v => KeyValuePair.Create(v.Name, v.Value)))
            .GroupBy(pair => pair.Key).ToDictionary(group => group.Key, group => group.Last().Value)));

    private static string PropertyOf(Metadatum row)
    {
        string help = char.ToUpperInvariant(row.Help[0]) + row.Help[1..] + "." + (row.Default == ModelMetadata.None ? ""
            : $" Default: {row.Default}.");
        string attributes = $"Name=\"{row.Name}\" Category=\"{row.Category}\" Description=\"{SecurityElement.Escape(help)}\"";
        return row.Rule.Choices.Count == 0 ? $"  <StringProperty {attributes} />\n"
            : $"  <EnumProperty {attributes}>\n{string.Concat(row.Rule.Choices.Select(choice => $"    <EnumValue Name=\"{choice}\" />\n"))}  </EnumProperty>\n";
    }

    private static string LineWith(string text, string part) =>
        text.Split('\n').FirstOrDefault(line => line.Contains(part, StringComparison.Ordinal)) ?? "";

    private static string Text(params string[] path) =>
        File.ReadAllText(Path.Combine([RepositoryFolder.Root, .. path])).ReplaceLineEndings("\n");
}
