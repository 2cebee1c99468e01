using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace MixPrec.Runtime;

/// <summary>The exceptions of sessions, apart from the paths that run, so that those stay small enough to be inlined.</summary>
internal static class Refusal
{
    [DoesNotReturn]
    public static void Length(string parameter, long given, long expected) => throw new ArgumentException(
        string.Create(CultureInfo.InvariantCulture, $"'{parameter}' must have {expected} elements for this shape, but has {given}."),
            parameter);

    [DoesNotReturn]
    public static void Room(string parameter, long given, long needed) => throw new ArgumentException(
        string.Create(CultureInfo.InvariantCulture, $"'{parameter}' must have room for {needed} elements, but has {given}."), parameter);

    [DoesNotReturn]
    public static void Shape(string parameter, ReadOnlySpan<nint> given, ReadOnlySpan<nint> expected) => throw new ArgumentException(
        $"'{parameter}' must have shape {List(expected)}, but has {List(given)}.", parameter);

    [DoesNotReturn]
    public static void NotDense(string parameter) => throw new ArgumentException(
        $"'{parameter}' must be dense: its elements must lie one after another in row-major order. "
        + "Copy the slice or the transposed view first.", parameter);

    [DoesNotReturn]
    public static void Busy() => throw new InvalidOperationException(
        "This session is running already. A session serves one thread at a time: create one per thread, "
        + "or call Run of the model, which is thread-safe.");

    [DoesNotReturn]
    public static void Context(long length, long tokens, long capacity) =>
        throw new InvalidOperationException(
            string.Create(CultureInfo.InvariantCulture, $"The session holds at most {capacity} tokens; ")
            + string.Create(CultureInfo.InvariantCulture, $"{length} are there and {tokens} were given. ")
            + "Rewind or reset it, or create one for more tokens.");

    [DoesNotReturn]
    public static void Workspace(ReadOnlySpan<int> dimensions, OverflowException reason) => throw new ArgumentException(
        $"The run-time dimensions {List(dimensions)} need too large a workspace: {reason.Message}.", nameof(dimensions), reason);

    private static string List<T>(ReadOnlySpan<T> values) where T : IFormattable
    {
        var text = new StringBuilder("[");
        foreach (T value in values)
        {
            text.Append(text.Length > 1 ? ", " : "").Append(value.ToString(null, CultureInfo.InvariantCulture));
        }
        return text.Append(']').ToString();
    }
}
