using System.CommandLine;
using MixPrec.Compiler;
using MixPrec.Jobs;
using MixPrec.Metadata;
using MixPrec.Worker.CommandLine;

namespace MixPrec.Worker.Commands;

/// <summary>Metadata and properties as options of a command, and what they say as a job; relative paths are relative to the current
/// folder.</summary>
internal sealed class JobArguments
{
    private readonly IReadOnlyList<(Metadatum Row, Option<string> Option)> metadata;
    private readonly IReadOnlyList<(BuildProperty Property, Option<string> Option)> properties;

    public JobArguments(Command command, IEnumerable<Metadatum> rows, IEnumerable<BuildProperty> properties)
    {
        metadata = [.. rows.Select(row => (row, MetadataOptions.FromRow(row)))];
        this.properties = [.. properties.Select(property => (property,
            new Option<string>(property.OptionName) { HelpName = property.Rule.ValueWord, Description = property.Help }))];
        foreach (var option in metadata.Select(m => m.Option).Concat(this.properties.Select(p => p.Option)))
        {
            command.Add(option);
        }
    }

    /// <summary>A job in mode Update, whose class has the name of the model's file.</summary>
    public JobFile Read(ParseResult arguments, string modelFile, string? outputDirectory = null)
    {
        string model = Path.GetFullPath(modelFile);
        InputPath.RequireFile("The model", model, null);
        var values = new Dictionary<string, string>
        {
            [JobFile.Model] = model,
            [BuildProperty.Mode.JobName] = "Update",
            ["ClassName"] = CSharpIdentifier.FromFileName(Path.GetFileNameWithoutExtension(model)),
        };
        foreach (var (row, option) in metadata)
        {
            if (arguments.GetValue(option) is { } value)
            {
                values[row.Name] = row.Rule.IsPath && value.Length > 0 ? Path.GetFullPath(value) : value;
            }
        }

        foreach (var (property, option) in properties)
        {
            if (arguments.GetValue(option) is { } value)
            {
                values[property.JobName] = property.Rule.Parse(value)
                    ?? throw new UsageException($"{option.Name} \"{value}\" is not valid: expected {property.Rule.Expected}.");
            }
        }

        if (outputDirectory is not null)
        {
            values[JobFile.OutputDirectory] = Path.GetFullPath(outputDirectory);
        }

        return new JobFile(values);
    }
}
