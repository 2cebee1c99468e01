using System.Globalization;
using MixPrec.Diagnostics;

namespace MixPrec.Compiler.Onnx;

/// <summary>Sizes that the user gives to symbolic dimensions, written <c>batch=1;sequence=128</c>.</summary>
internal sealed class DimensionBindings
{
    private readonly SortedDictionary<string, int> _sizes;
    private readonly string _text;

    private DimensionBindings(SortedDictionary<string, int> sizes, string text)
    {
        _sizes = sizes;
        _text = text;
    }

    /// <summary>Every symbolic dimension stays a run-time parameter.</summary>
    public static DimensionBindings None { get; } = new([], "");

    public bool IsNone => _sizes.Count == 0;

    public static DimensionBindings FromSizes(IReadOnlyDictionary<string, int> sizes) =>
        new(new(sizes.ToDictionary(), StringComparer.Ordinal), "");

    /// <param name="text">Pairs <c>name=size</c> separated by semicolons, sizes 1…2³¹−1; empty or null binds nothing.</param>
    /// <exception cref="MixPrecException">MXP1002: the text has another form.</exception>
    public static DimensionBindings Parse(string? text)
    {
        var sizes = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (string pair in (text ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            int separator = pair.LastIndexOf('=');
            string name = separator > 0 ? pair[..separator].Trim() : "";
            if (name.Length == 0 || !int.TryParse(pair.AsSpan(separator + 1).Trim(), NumberStyles.None, CultureInfo.InvariantCulture,
                out int size) || size < 1 || !sizes.TryAdd(name, size))
            {
                throw new MixPrecException(DiagnosticCatalog.InvalidMetadata, null, "Dimensions", text,
                    "pairs such as batch=1;sequence=128, each name once, sizes of at least 1");
            }
        }

        return new DimensionBindings(sizes, text ?? "");
    }

    /// <summary>These bindings, and others for names that have none.</summary>
    public DimensionBindings With(IEnumerable<KeyValuePair<string, int>> others) =>
        FromSizes(_sizes.Concat(others.Where(o => !_sizes.ContainsKey(o.Key))).ToDictionary());

    /// <summary>The size given to the dimension <paramref name="name"/>, or null.</summary>
    public int? this[string name] => _sizes.TryGetValue(name, out int size) ? size : null;

    /// <summary>The bindings in ordinal order of their names: equal text for equal bindings.</summary>
    public override string ToString() =>
        string.Join(";", _sizes.Select(s => string.Create(CultureInfo.InvariantCulture, $"{s.Key}={s.Value}")));

    /// <exception cref="MixPrecException">MXP1002: a bound name is none of <paramref name="known"/>, the model's symbolic
    /// dimensions.</exception>
    public void RequireKnown(IReadOnlyCollection<string> known, string modelPath)
    {
        if (_sizes.Keys.Any(name => !known.Contains(name)))
        {
            string expected = known.Count == 0 ? "nothing, for the model has no symbolic dimension"
                : "names among " + string.Join(", ", known.Select(PrintableName.Format));
            throw new MixPrecException(DiagnosticCatalog.InvalidMetadata, modelPath, "Dimensions", _text, expected);
        }
    }
}
