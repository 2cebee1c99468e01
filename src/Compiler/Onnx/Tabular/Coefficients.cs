using MixPrec.Compiler.Graphs;
using MixPrec.Diagnostics;

namespace MixPrec.Compiler.Onnx.Tabular;

/// <summary>Lists of numbers in attributes, which become weights.</summary>
internal static class Coefficients
{
    /// <summary>A list that the operator requires.</summary>
    /// <exception cref="MixPrecException">MXP3004: it is missing, or a number is not finite.</exception>
    public static float[] Read(OnnxNode node, string attribute) =>
        Optional(node, attribute) is { Length: > 0 } numbers ? numbers : throw node.Invalid($"attribute '{attribute}' is missing or empty");

    /// <inheritdoc cref="Read"/>
    public static float[] Optional(OnnxNode node, string attribute)
    {
        float[] numbers = [.. node.Attributes.Floats(attribute) ?? []];
        return Array.TrueForAll(numbers, float.IsFinite) ? numbers
            : throw node.Invalid($"attribute '{attribute}' holds a number that is not finite");
    }

    /// <summary>Rows of a list that has one for each class, or each other thing, as the columns of a matrix.</summary>
    /// <exception cref="MixPrecException">MXP3004: the list has no such rows.</exception>
    public static Value Columns(OnnxNode node, string part, float[] rows, int count)
    {
        if (count < 1 || rows.Length % count != 0)
        {
            throw node.Invalid($"{Counted.Format(rows.Length, "coefficient")} cannot be {Counted.Format(count, "row")} of equal length");
        }

        int features = rows.Length / count;
        float[] columns = new float[rows.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            columns[(i % features * count) + (i / features)] = rows[i];
        }

        return node.Constant(part, Tensor.Create(columns, features, count));
    }

    public static Value Vector(OnnxNode node, string part, float[] numbers) => node.Constant(part, Tensor.Create(numbers, numbers.Length));
}
