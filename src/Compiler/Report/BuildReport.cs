namespace MixPrec.Compiler.Report;

/// <summary>What a compilation found, for people: <see cref="ReportHtml"/> prints it. Holds text only, from stages and from the model file (untrusted).</summary>
/// <param name="Title">Class name and model.</param>
/// <param name="Sections">In the order of the stages.</param>
internal sealed record BuildReport(string Title, IReadOnlyList<ReportSection> Sections);

/// <summary>A heading with sentences and at most one table.</summary>
/// <param name="Sentences">Paragraphs of plain text.</param>
internal sealed record ReportSection(string Heading, IReadOnlyList<string> Sentences, ReportTable? Table = null);

/// <summary>A table of text.</summary>
/// <param name="Rows">Each with as many cells as there are headings.</param>
/// <param name="NumberColumns">Indices of the columns that are aligned to the right.</param>
internal sealed record ReportTable(IReadOnlyList<string> Headings, IReadOnlyList<IReadOnlyList<string>> Rows, IReadOnlyCollection<int> NumberColumns);
