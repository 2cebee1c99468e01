using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Tests.Onnx;
using MixPrec.Plan;

namespace MixPrec.Models.Tests;

/// <summary>
/// Inputs for the typical node of an operator: small numbers that every element type holds exactly, and indices that exist.
/// </summary>
internal static class SampleData
{
    /// <summary>Operators that are defined, or have a value that says something, for numbers of at least 1 only.</summary>
    private static readonly HashSet<string> Positive = ["Acosh", "BitShift", "Div", "Log", "Mod", "Pow", "ReduceLogSum",
        "Reciprocal", "Sqrt"];

    /// <summary>Numbers of the model's inputs, whatever their types.</summary>
    public static IReadOnlyList<double[]> Of(TinyModel model, string name) =>
    [
        .. model.Proto.Graph.Input.Select((input, i) =>
        {
            long[] shape = ShapeOf(model, i);
            bool index = input.Type.TensorType.ElemType == ElementType.I64.ToCode() && IsIndex(input.Name);
            return Enumerable.Range(0, checked((int)Tensor.Count(shape)))
                .Select(e => index ? Index(name, input.Name, e, shape) : input.Name == "rois" ? Corner(e) : Number(name, e, i)).ToArray();
        }),
    ];

    /// <summary>The numbers in an element type: floats as they are, integers four times as large and whole.</summary>
    public static Tensor As(double[] numbers, ElementType type, long[] shape, bool index)
    {
        var (exact, result) = (Tensor.Zeros(ElementType.F64, shape), Tensor.Zeros(type, shape));
        for (int i = 0; i < numbers.Length; i++)
        {
            double value = index || type.IsFloat() ? numbers[i] : Math.Floor(numbers[i] * 4);
            exact.Writable<double>()[i] = type is ElementType.U8 or ElementType.U16 or ElementType.U32 or ElementType.U64 ? Math.Abs(value)
                : type == ElementType.Bool ? Math.Max(0, value) : value;
            Xunit.Assert.True(ElementConversion.TryConvert(exact, result, i));
        }

        return result;
    }

    public static long[] ShapeOf(TinyModel model, int input) =>
        [.. model.Proto.Graph.Input[input].Type.TensorType.Shape.Dim.Select(d => d.DimValue)];

    /// <summary>Names under which samples have inputs that are positions and lengths.</summary>
    public static bool IsIndex(string input) => input is "indices" or "i" or "lengths" or "batch" or "at";

    /// <summary>Multiples of 1/4 between −1 and 1, or between 1 and 2.</summary>
    private static double Number(string name, int element, int input) =>
        (Positive.Contains(name) ? 1 : -1) + (((element * 7) + (input * 5) + 3) % (Positive.Contains(name) ? 5 : 9) / 4.0);

    /// <summary>Regions x, y, x′, y′ of a size of 2 and more.</summary>
    private static double Corner(int element) => (element % 4 < 2 ? 0 : 2) + (element % 3 / 4.0);

    /// <summary>Different ones along the last axis where there are as many.</summary>
    private static double Index(string name, string input, int element, long[] shape) => (name, input) switch
    {
        ("MaxUnpool", _) => element,
        (_, "lengths") => 1 + (element % 3),
        (_, "at" or "batch") => element % 2,
        ("Scatter" or "ScatterElements", _) => element % shape[^1],
        ("Gather" or "GatherElements", _) => element % 3,
        _ => element % 2,
    };
}
