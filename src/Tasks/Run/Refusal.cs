using MixPrec.Diagnostics;

namespace MixPrec.Tasks.Run;

/// <summary>
/// What the system refuses a task: no permission, a file system that is only read, no room. The engine would report it as a fault of the
/// task, with a stack.
/// </summary>
internal static class Refusal
{
    public static bool Is(Exception exception) => exception is IOException or UnauthorizedAccessException;

    /// <param name="file">What the error points to.</param>
    public static DiagnosticLine LineOf(Exception refused, string file) =>
        DiagnosticLine.From(DiagnosticCatalog.FileRefused, file, refused.Message.Replace('\r', ' ').Replace('\n', ' ').TrimEnd('.'));
}
