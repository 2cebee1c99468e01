using Microsoft.Build.Framework;
using MixPrec.Diagnostics;
using MixPrec.Metadata;

namespace MixPrec.Tasks.Models;

/// <summary>One <c>MixedPrecisionModel</c> item with defaults applied and checked values in their canonical spelling.</summary>
internal sealed class ModelItem
{
    private readonly Dictionary<string, string> values = new(StringComparer.OrdinalIgnoreCase);
    private readonly string projectDirectory;

    private ModelItem(ITaskItem item, string projectDirectory)
    {
        this.projectDirectory = projectDirectory;
        Model = item.GetMetadata("FullPath");
        DefinedIn = item.GetMetadata("DefiningProjectFullPath");
    }

    public string Model { get; }

    /// <summary>The file that errors of the item point to.</summary>
    public string DefinedIn { get; }

    public string this[string metadata] => values.TryGetValue(metadata, out var value) ? value : "";

    public string ClassName => this["ClassName"];

    /// <summary>Reads an item; each fault is reported and its value left at the default.</summary>
    public static ModelItem From(ITaskItem item, string projectDirectory, string rootNamespace, Action<DiagnosticLine> report)
    {
        var model = new ModelItem(item, projectDirectory);
        foreach (var row in ModelMetadata.Rows)
        {
            model.Read(row, item.GetMetadata(row.Name).Trim(), report);
        }

        foreach (string name in item.MetadataNames)
        {
            if (ModelMetadata.Intended(name) is { } intended)
            {
                report(DiagnosticLine.From(DiagnosticCatalog.UnknownMetadata, model.DefinedIn, item.ItemSpec, name, intended));
            }
        }

        model.Default("ClassName", CSharpIdentifier.FromFileName(Path.GetFileNameWithoutExtension(model.Model)));
        model.Default("Namespace", CSharpIdentifier.NamespaceFrom(rootNamespace));
        model.Default("Access", "internal");
        return model;
    }

    public void Default(string metadata, string value)
    {
        if (this[metadata].Length == 0)
        {
            values[metadata] = value;
        }
    }

    /// <summary>The full path a metadata names, relative to the project's folder; "" when not given.</summary>
    public string PathOf(string metadata)
    {
        var path = this[metadata];
        return path.Length == 0 ? "" : Path.GetFullPath(Path.Combine(projectDirectory, path.Replace('\\', Path.DirectorySeparatorChar)));
    }

    private void Read(Metadatum row, string value, Action<DiagnosticLine> report)
    {
        if (value.Length == 0)
        {
            return;
        }

        if (row.Rule.Parse(value) is { } parsed)
        {
            values[row.Name] = parsed;
        }
        else
        {
            report(DiagnosticLine.From(DiagnosticCatalog.InvalidMetadata, DefinedIn, row.Name, value, row.Rule.Expected));
        }
    }
}
