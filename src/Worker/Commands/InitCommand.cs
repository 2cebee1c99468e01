using System.CommandLine;
using System.Text;
using System.Text.Json;
using System.Xml;
using MixPrec.Compiler;
using MixPrec.Compiler.Losses;
using MixPrec.Compiler.Onnx;
using MixPrec.Diagnostics;
using MixPrec.Jobs;
using MixPrec.Metadata;
using MixPrec.Worker.CommandLine;
using MixPrec.Worker.Starter;

namespace MixPrec.Worker.Commands;

/// <summary>
/// Brings a project to where a build can start: the reference and the item in the project file, and a program that writes calibration data
/// where there are none.
/// </summary>
internal sealed class InitCommand : WorkerCommand
{
    private readonly Argument<string> modelFile;
    private readonly Option<string> project;
    private readonly Option<string> calibrationData;
    private readonly Option<string> className;
    private readonly Option<bool> json;

    public InitCommand()
        : base("init", "add a model to a project: package, item and a starter for calibration data",
            "mixprec init digits.onnx --project DigitReader.csproj")
    {
        modelFile = AddArgument("MODEL", "the ONNX file");
        project = AddOption<string>("--project", "FILE", "the project [the only .csproj of the current folder]");
        calibrationData = AddOption<string>("--calibration-data", "PATH", "samples that are there already [a starter program is written]");
        className = AddOption<string>("--class-name", "NAME", "the generated class [from the file name]");
        json = AddFlag("--json", "one JSON object");
    }

    public override int Run(ParseResult arguments, CommandOutput output, CancellationToken cancellation)
    {
        string model = Path.GetFullPath(arguments.GetValue(modelFile)!), file = ProjectFile(arguments.GetValue(project));
        InputPath.RequireFile("The model", model, null);
        var inspected = ModelCompiler.Inspect(model, DimensionBindings.None, ConstantBindings.None);
        var graph = inspected.Imported.Graph;
        string name = arguments.GetValue(className) ?? CSharpIdentifier.FromFileName(Path.GetFileNameWithoutExtension(model));
        if (!CSharpIdentifier.IsClassName(name))
        {
            throw new UsageException($"--class-name {PrintableName.Format(name)} is no name that a generated class can have.");
        }

        string folder = Path.GetDirectoryName(file)!;
        string? evidence = ClassEvidence.Find(inspected.Rewritten, inspected.Rewritten.Answer);
        string starter = Path.Combine("calibration", name + ".cs");
        bool hasData = arguments.GetValue(calibrationData) is not null;
        string data = hasData ? Relative(folder, Path.GetFullPath(arguments.GetValue(calibrationData)!))
            : Path.ChangeExtension(starter, ".npz").Replace('\\', '/');

        var edit = Read(file);
        if (new[] { model, data }.FirstOrDefault(p => !IsText(MSBuildText.Escape(p))) is { } odd)
        {
            throw new UsageException($"{PrintableName.Format(odd)} has a character that no project file can hold.");
        }

        edit.Add("PackageReference", "MixPrec.Build", ("Version", HasCentralVersions(folder) ? null : ProgramVersion.Text));
        edit.Add("MixedPrecisionModel", Relative(folder, model), ("ClassName", name), ("CalibrationData", data));
        var written = new List<string>();
        if (!hasData && !File.Exists(Path.Combine(folder, starter)))
        {
            Directory.CreateDirectory(Path.Combine(folder, "calibration"));
            Write(Path.Combine(folder, starter),
                CalibrationProgram.Create(Path.GetFileName(model), graph.Inputs, data, evidence is not null));
            written.Add(starter);
        }

        if (!hasData)
        {
            // A program of one file beside the project is no part of it.
            edit.Remove("Compile", "calibration/**");
        }

        if (edit.Added.Count > 0)
        {
            Write(file, edit.ToString());
            written.Insert(0, Path.GetFileName(file));
        }

        string[] steps = Steps(folder, PrintableName.Format(Relative(folder, model)), starter, data, hasData);
        output.Write(arguments.GetValue(json), () => Json(file, name, data, evidence, edit.Added, written, steps),
            () => Text(file, evidence, edit.Added, written, steps));
        return WorkerExitCode.Done;
    }

    private static string ProjectFile(string? given)
    {
        if (given is not null)
        {
            string path = Path.GetFullPath(given);
            InputPath.RequireFile("The project", path, null);
            return path;
        }

        string[] found = Directory.GetFiles(Environment.CurrentDirectory, "*.csproj");
        return found is [var only] ? only : throw new UsageException(found.Length == 0
            ? "the current folder has no .csproj: name one with --project, or make one with dotnet new."
            : $"the current folder has {found.Length} projects: choose one with --project.");
    }

    private static ProjectEdit Read(string file)
    {
        try
        {
            var edit = new ProjectEdit(InputPath.ReadAllText(file));
            return edit.IsOfSdk ? edit : throw new UsageException($"{Path.GetFileName(file)} is no SDK-style project, "
                + "which packages are added to by items.");
        }
        catch (XmlException exception)
        {
            throw new MixPrecException(DiagnosticCatalog.ProjectUnreadable, file, file, exception.Message.TrimEnd('.'));
        }
    }

    /// <summary>Versions stand in a file above: one in the project would be an error (NU1008).</summary>
    private static bool HasCentralVersions(string folder)
    {
        for (var directory = new DirectoryInfo(folder); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "Directory.Packages.props")))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether an XML file can hold it.</summary>
    private static bool IsText(string text)
    {
        try
        {
            return XmlConvert.VerifyXmlChars(text) is not null;
        }
        catch (XmlException)
        {
            return false;
        }
    }

    private static string Relative(string folder, string path) => Path.GetRelativePath(folder, path).Replace('\\', '/');

    private static void Write(string path, string text) =>
        new OutputFile("The file", path, DiagnosticCatalog.OutputUnwritable, Path.GetDirectoryName(path)!)
            .Write(file => file.Write(Encoding.UTF8.GetBytes(text)));

    private static string[] Steps(string folder, string model, string starter, string data, bool hasData) =>
    [
        .. HasCentralVersions(folder)
            ? [$"Add <PackageVersion Include=\"MixPrec.Build\" Version=\"{ProgramVersion.Text}\" /> to Directory.Packages.props."]
            : Array.Empty<string>(),
        .. hasData ? [] : new[] { $"Let {starter.Replace('\\', '/')} read your samples, and run it: "
            + $"dotnet run --file {starter.Replace('\\', '/')}. It writes {data}. A folder of images or sounds or a text needs no program: "
            + $"mixprec calibrate-data {model} --output {data} --images DIR." },
        "dotnet build",
    ];

    private static string Text(string file, string? evidence, IReadOnlyList<string> added, IReadOnlyList<string> written,
        IReadOnlyList<string> steps) =>
        (added.Count == 0 ? $"{Path.GetFileName(file)} has it all already.\n"
            : $"{Path.GetFileName(file)} now has\n{string.Concat(added.Select(a => $"  {a}\n"))}")
        + string.Concat(written.Skip(added.Count > 0 ? 1 : 0).Select(w => $"{w.Replace('\\', '/')} is a starter for calibration data.\n"))
        + (evidence is null ? "The loss will be that of the output; give 'labels' or 'targets' with the data where you have them.\n"
            : $"The first output is a score for each class ({PrintableName.Format(evidence)}): give 'labels' with the data, or the "
                + "answers of the network are the labels.\n")
        + "\nNext\n" + string.Concat(steps.Select((s, i) => FormattableString.Invariant($"  {i + 1}. {s}\n")));

    private static string Json(string file, string name, string data, string? evidence, IReadOnlyList<string> added,
        IReadOnlyList<string> written, IReadOnlyList<string> steps) =>
        JsonSerializer.Serialize(new
        {
            project = file, className = name, calibrationData = data, classEvidence = evidence, added, written, next = steps,
        }) + "\n";
}
