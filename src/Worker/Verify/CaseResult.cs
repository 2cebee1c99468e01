using MixPrec.Compiler.Onnx;
using MixPrec.Diagnostics;

namespace MixPrec.Worker.Verify;

internal enum Verdict
{
    /// <summary>Every data set gave what the case expects.</summary>
    Passed,

    /// <summary>The importer said, with a code, that it does not support the model.</summary>
    Refused,

    /// <summary>Another result, another error, or nothing to compare with.</summary>
    Wrong,
}

/// <summary>How one case ended.</summary>
/// <param name="Name">Folder of the case, from the folder that was asked for.</param>
/// <param name="Code">The diagnostic, when the case ended with one.</param>
/// <param name="Detail">Why it did not pass, in one line, which inputs were constants, or which outputs differ by rounding alone; mostly
/// empty when it did.</param>
internal sealed record CaseResult(string Name, Verdict Verdict, string Code, string Detail)
{
    /// <param name="bound">The inputs that had to be constants.</param>
    /// <param name="notes">Outputs that are right within the rounding of the network alone.</param>
    public static CaseResult Passed(string name, IReadOnlyList<string> bound, IReadOnlyList<string> notes) =>
        new(name, Verdict.Passed, "",
            string.Join("; ", (bound.Count == 0 ? [] : (string[])[$"with constant {string.Join(", ", bound.Select(PrintableName.Format))}"])
            .Concat(notes)));

    public static CaseResult Wrong(string name, string detail) => new(name, Verdict.Wrong, "", detail.ReplaceLineEndings(" "));

    /// <summary>Only an error of the import is a refusal: inputs that come with what the model makes of them have to run.</summary>
    public static CaseResult FromLine(string name, DiagnosticLine line) =>
        new(name, line.Code.StartsWith("MXP3", StringComparison.Ordinal)
            && line.Code != DiagnosticCatalog.InputsRefused.Id ? Verdict.Refused : Verdict.Wrong, line.Code, line.Text);
}
