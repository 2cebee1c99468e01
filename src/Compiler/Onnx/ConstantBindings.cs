using System.Globalization;
using MixPrec.Compiler.Graphs;
using MixPrec.Diagnostics;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx;

/// <summary>
/// Inputs that the user makes constants, written <c>sr=16000;scales=1,0.5</c>: what the network computes from them is folded, and they are
/// no arguments of the class.
/// </summary>
internal sealed class ConstantBindings
{
    /// <summary>Elements of a tensor that one number fills.</summary>
    private const int LargestFilled = 4096;

    private readonly SortedDictionary<string, string[]> _numbers;

    private ConstantBindings(SortedDictionary<string, string[]> numbers) => _numbers = numbers;

    /// <summary>Every input is an argument.</summary>
    public static ConstantBindings None { get; } = new([]);

    public bool IsNone => _numbers.Count == 0;

    public IReadOnlyCollection<string> Names => _numbers.Keys;

    /// <param name="text">Pairs <c>name=number</c> or <c>name=number,number,…</c> separated by semicolons; empty or null binds
    /// nothing.</param>
    /// <exception cref="MixPrecException">MXP1002: the text has another form.</exception>
    public static ConstantBindings Parse(string? text)
    {
        var numbers = new SortedDictionary<string, string[]>(StringComparer.Ordinal);
        foreach (string pair in (text ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            int separator = pair.LastIndexOf('=');
            string name = separator > 0 ? pair[..separator].Trim() : "";
            string[] elements = pair[(separator + 1)..].Split(',', StringSplitOptions.TrimEntries);
            if (name.Length == 0 || !elements.All(IsNumber) || !numbers.TryAdd(name, elements))
            {
                throw new MixPrecException(DiagnosticCatalog.InvalidMetadata, null, "Constants", text,
                    "pairs such as sr=16000;scales=1,0.5, each name once");
            }
        }

        return new ConstantBindings(numbers);
    }

    /// <summary>These bindings, and one number each for names that have none.</summary>
    public ConstantBindings With(IEnumerable<KeyValuePair<string, string>> others) => new(new(
        _numbers.Concat(others.Where(o => !_numbers.ContainsKey(o.Key)).Select(o => KeyValuePair.Create(o.Key, new[] { o.Value })))
            .ToDictionary(), StringComparer.Ordinal));

    /// <summary>The bindings in ordinal order of their names: equal text for equal bindings.</summary>
    public override string ToString() => string.Join(";", _numbers.Select(n => $"{n.Key}={string.Join(",", n.Value)}"));

    /// <exception cref="MixPrecException">MXP1002: a name is none of <paramref name="inputs"/>, the model's inputs, or is all of
    /// them.</exception>
    public void RequireKnown(IReadOnlyList<string> inputs, string modelPath)
    {
        string[] unknown = [.. _numbers.Keys.Where(name => !inputs.Contains(name))];
        if (unknown.Length > 0)
        {
            throw Invalid(modelPath, $"names among the model's inputs ({string.Join(", ", inputs.Select(PrintableName.Format))}), "
                + $"which {string.Join(", ", unknown.Select(PrintableName.Format))} is not");
        }
    }

    /// <summary>The value of an input; null for inputs that stay arguments. One number fills a tensor of any constant shape.</summary>
    /// <exception cref="MixPrecException">MXP1002: the numbers are not as many as the input has elements, or its type has no such
    /// number.</exception>
    public Tensor? Of(string input, TensorType type, string modelPath)
    {
        if (!_numbers.TryGetValue(input, out string[]? numbers))
        {
            return null;
        }

        if (!type.IsStatic)
        {
            throw Invalid(modelPath,
                $"inputs of constant shape, but '{PrintableName.Format(input)}' is {type}: bind its dimensions with Dimensions");
        }

        if (type.Length.Value is var length && (length != numbers.Length && (numbers.Length != 1 || length > LargestFilled)))
        {
            throw Invalid(modelPath,
                FormattableString.Invariant(
                $"{Counted.Format(length, "number")} for '{PrintableName.Format(input)}', which is {type}, instead of {numbers.Length}"));
        }

        var tensor = Tensor.Zeros(type.Element, [.. type.Shape.Select(d => d.Value)]);
        int size = type.Element.Size();
        for (int i = 0; i < length; i++)
        {
            string number = numbers[numbers.Length == 1 ? 0 : i];
            var element = Element(number, type.Element)
                ?? throw Invalid(modelPath,
                    $"numbers that {type.Element} has, the type of '{PrintableName.Format(input)}', instead of {number}");
            element.Bytes.CopyTo(tensor.Writable<byte>()[(i * size)..]);
        }

        return tensor;
    }

    private static bool IsNumber(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
        && double.IsFinite(number);

    /// <summary>One element of a type; null when it has no such number. Integers are read as integers: a double has no 2⁵³ + 1.</summary>
    private static Tensor? Element(string number, ElementType type)
    {
        const NumberStyles Whole = NumberStyles.AllowLeadingSign | NumberStyles.AllowExponent | NumberStyles.AllowDecimalPoint;
        var (element, whole) = (Tensor.Zeros(type, 1), Tensor.Zeros(ElementType.I64, 1));
        if (type.IsFloat())
        {
            var wide = Tensor.Create<double>(ElementType.F64, [double.Parse(number, CultureInfo.InvariantCulture)], 1);
            return ElementConversion.TryConvert(wide, element, 0) && ElementConversion.TryConvert(element, wide, 0)
                && double.IsFinite(wide.Span<double>()[0]) ? element : null;
        }

        return long.TryParse(number, Whole, CultureInfo.InvariantCulture, out long integer)
            && ElementConversion.TryConvert(Tensor.Create([integer], 1), element, 0)
            && ElementConversion.TryConvert(element, whole, 0) && whole.Span<long>()[0] == integer ? element : null;
    }

    private MixPrecException Invalid(string modelPath, string expected) =>
        new(DiagnosticCatalog.InvalidMetadata, modelPath, "Constants", ToString(), expected);
}
