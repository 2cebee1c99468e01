using System.Xml.Linq;
using MixPrec.Metadata;

namespace MixPrec.Worker.Starter;

/// <summary>
/// Additions to a project file. What is there stays as it is written: comments, order, blank lines. What is there already is not added
/// again.
/// </summary>
internal sealed class ProjectEdit
{
    private const string Indent = "  ";

    private readonly XDocument _document;

    /// <exception cref="System.Xml.XmlException">The text is no XML.</exception>
    public ProjectEdit(string text)
    {
        _document = XDocument.Parse(text, LoadOptions.PreserveWhitespace);
    }

    /// <summary>What was added, one element each.</summary>
    public List<string> Added { get; } = [];

    /// <summary>Whether the project is one of the SDK, where packages are referenced by items.</summary>
    public bool IsOfSdk => _document.Root is { } root && root.Name.LocalName == "Project"
        && (root.Attribute("Sdk") is not null
            || root.Elements().Any(e => e.Name.LocalName is "Sdk" or "Import" && e.Attribute("Sdk") is not null));

    /// <summary>Adds <c>&lt;NAME Include="INCLUDE" …/&gt;</c> in an item group of its own.</summary>
    /// <param name="include">A path, or the id of a package: nothing in it is evaluated.</param>
    /// <param name="attributes">Besides Include; those without a value are left out.</param>
    public void Add(string name, string include, params (string Name, string? Value)[] attributes)
    {
        if (_document.Descendants().Any(e => e.Name.LocalName == name
            && Is((string?)e.Attribute("Include") ?? "", MSBuildText.Escape(include))))
        {
            return;
        }

        var item = Element(name, MSBuildText.Escape(include), "Include", attributes);
        Append(item);
        Added.Add(item.ToString());
    }

    /// <summary>Adds <c>&lt;NAME Remove="PATTERN" /&gt;</c>.</summary>
    public void Remove(string name, string pattern)
    {
        if (!_document.Descendants().Any(e => e.Name.LocalName == name && Is((string?)e.Attribute("Remove") ?? "", pattern)))
        {
            Append(Element(name, pattern, "Remove", []));
        }
    }

    public override string ToString() => _document.ToString(SaveOptions.DisableFormatting) + "\n";

    private void Append(XElement item)
    {
        var space = _document.Root!.Name.Namespace;
        _document.Root.Add(new XText("\n" + Indent), new XElement(space + "ItemGroup", new XText("\n" + Indent + Indent), item,
            new XText("\n" + Indent)),
            new XText("\n"));
    }

    private XElement Element(string name, string value, string attribute, (string Name, string? Value)[] attributes) => new(
        _document.Root!.Name.Namespace + name, new XAttribute(attribute, value),
        attributes.Where(a => a.Value is not null).Select(a => new XAttribute(a.Name, MSBuildText.Escape(a.Value!))));

    private static bool Is(string one, string other) =>
        string.Equals(one.Replace('\\', '/'), other.Replace('\\', '/'), StringComparison.OrdinalIgnoreCase);
}
