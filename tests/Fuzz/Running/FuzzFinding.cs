using System.Diagnostics;

namespace MixPrec.Fuzz.Running;

/// <summary>Something that no input may cause.</summary>
/// <param name="Signature">Equal for inputs that show the same fault.</param>
internal sealed record FuzzFinding(IFuzzTarget Target, string Signature, string Text, long Execution, byte[] Input)
{
    /// <summary>How many inputs showed it.</summary>
    public int Count { get; set; } = 1;

    /// <summary>The type of an exception and the place of this product that it came from.</summary>
    public static string SignatureOf(Exception exception)
    {
        while (exception is Compiler.Onnx.NodeFaultException { InnerException: { } inner })
        {
            exception = inner;
        }

        var place = new StackTrace(exception).GetFrames().Select(f => f.GetMethod())
            .FirstOrDefault(m => m?.DeclaringType?.FullName is { } name
            && name.StartsWith("MixPrec.", StringComparison.Ordinal) && !name.StartsWith("MixPrec.Fuzz", StringComparison.Ordinal));
        string words = exception switch
        {
            RefusedPlanException => exception.Message,
            Networks.DifferentResultException different => different.Place,
            Names.ShapeException shape => shape.Place,
            _ => $"{place?.DeclaringType?.FullName}.{place?.Name}",
        };
        return $"{exception.GetType().Name} in {words}";
    }
}
