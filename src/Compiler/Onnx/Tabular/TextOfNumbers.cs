using System.Globalization;
using Google.Protobuf;
using MixPrec.Compiler.Onnx.Proto;

namespace MixPrec.Compiler.Onnx.Tabular;

/// <summary>
/// Text that comes from numbers, or becomes numbers, on its way through a LabelEncoder: ML.NET writes the keys of its columns so, whatever
/// their type. A key of text is then a number, and no text is left. Constant text that a LabelEncoder turns into numbers is looked up at
/// once. All other strings stay, and are refused by name.
/// </summary>
/// <remarks>
/// On the messages of the file, before anything has a type: <c>Cast to string → LabelEncoder(keys_strings)</c> becomes a LabelEncoder with
/// <see cref="Keys"/>, which reads the numbers themselves; <c>LabelEncoder(values_strings) → Cast to a number</c> gets values of numbers,
/// and <see cref="Required"/> where its default is none.
/// </remarks>
internal static class TextOfNumbers
{
    /// <summary>Attributes that this class writes and no file has.</summary>
    public const string Keys = "mixprec_keys_of_text", Required = "mixprec_keys_required";

    private const int Text = 8, Float = 1, Int64 = 7;

    private const string KeyStrings = "keys_strings", ValueStrings = "values_strings", DefaultString = "default_string";

    public static void Remove(GraphProto? graph)
    {
        if (graph is null || !graph.Node.Any(IsLabelEncoder))
        {
            return;
        }

        var readers = graph.Node.SelectMany(n => n.Input.Select(i => (Name: i, Reader: n))).ToLookup(r => r.Name, r => r.Reader);
        var seen = graph.Output.Select(o => o.Name).Concat(graph.Node.SelectMany(n => n.Attribute).SelectMany(NamesInBodies)).ToHashSet();
        bool AllReaders(string name, Func<NodeProto, bool> are) => !seen.Contains(name) && readers[name].Any() && readers[name].All(are);
        foreach (var node in graph.Node.ToArray())
        {
            if (IsCast(node, to => to == Text) && AllReaders(node.Output[0], r =>
                IsLabelEncoder(r) && r.Input.Count == 1 && r.Output.Count == 1 && Find(r, KeyStrings) is not null))
            {
                foreach (var reader in readers[node.Output[0]])
                {
                    reader.Input[0] = node.Input[0];
                    Find(reader, KeyStrings)!.Name = Keys;
                }

                graph.Node.Remove(node);
            }

            // What reads the numbers may itself be changed: the values of a node do not depend on its keys.
            if (IsLabelEncoder(node) && node.Output.Count == 1 && Find(node, ValueStrings) is { } values
                && AllReaders(node.Output[0], r => IsCast(r, to => to != Text)) && readers[node.Output[0]].ToArray() is var casts)
            {
                Become(node, values, withFractions: casts.All(c => IsCast(c, to => to == Float)));
            }
        }

        foreach (var text in graph.Initializer.Where(i => i.DataType == Text).ToArray())
        {
            if (AllReaders(text.Name, r => IsLabelEncoder(r) && r.Input.Count == 1 && r.Output.Count == 1 && Lookup(r, text) is not null))
            {
                foreach (var reader in readers[text.Name])
                {
                    graph.Initializer.Add(Lookup(reader, text)!);
                    graph.Node.Remove(reader);
                }

                graph.Initializer.Remove(text);
            }
        }
    }

    /// <summary>The numbers that keys of text are, with their places in the list; text that no number has as its own is no key.</summary>
    public static IEnumerable<(int Place, long Number)> Integers(IReadOnlyList<string> keys) => keys.Index()
        .Where(k => long.TryParse(k.Item, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long n)
            && n.ToString(CultureInfo.InvariantCulture) == k.Item)
        .Select(k => (k.Index, long.Parse(k.Item, CultureInfo.InvariantCulture)));

    /// <inheritdoc cref="Integers"/>
    public static IEnumerable<(int Place, double Number)> Fractions(IReadOnlyList<string> keys) => keys.Index()
        .Where(k => double.TryParse(k.Item, NumberStyles.Float, CultureInfo.InvariantCulture, out _))
            .Select(k => (k.Index, double.Parse(k.Item, CultureInfo.InvariantCulture)));

    private static void Become(NodeProto node, AttributeProto values, bool withFractions)
    {
        string[] words = [.. values.Strings.Select(s => s.ToStringUtf8())];
        string? absent = Find(node, DefaultString)?.S.ToStringUtf8();
        AttributeProto numbers, other;
        if (words.All(w => IsInteger(w, out _)))
        {
            numbers = new() { Name = "values_int64s", Type = 7, Ints = { words.Select(w => IsInteger(w, out long n) ? n : 0) } };
            other = absent is not null && IsInteger(absent, out long n) ? new() { Name = "default_int64", Type = 2, I = n }
                : new() { Name = Required, Type = 2, I = 1 };
        }
        else if (withFractions && words.All(w => IsFraction(w, out _)))
        {
            numbers = new() { Name = "values_floats", Type = 6, Floats = { words.Select(w => IsFraction(w, out float x) ? x : 0) } };
            other = absent is not null && IsFraction(absent, out float x) ? new() { Name = "default_float", Type = 1, F = x }
                : new() { Name = Required, Type = 2, I = 1 };
        }
        else
        {
            return;
        }

        foreach (var old in node.Attribute.Where(a => a.Name is ValueStrings or DefaultString || a.Name == other.Name).ToArray())
        {
            node.Attribute.Remove(old);
        }

        node.Attribute.Add(numbers);
        node.Attribute.Add(other);
    }

    private static bool IsInteger(string word, out long number) =>
        long.TryParse(word, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);

    private static bool IsFraction(string word, out float number) =>
        float.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out number);

    /// <summary>The numbers of constant text; null where they are none.</summary>
    private static TensorProto? Lookup(NodeProto encoder, TensorProto text)
    {
        var result = new TensorProto { Name = encoder.Output[0], Dims = { text.Dims } };
        if (Find(encoder, KeyStrings) is not { } keys || text.StringData.Count == 0)
        {
            return null;
        }

        var known = keys.Strings.Index().DistinctBy(k => k.Item).ToDictionary(k => k.Item, k => k.Index);
        int[] places = [.. text.StringData.Select(t => known.GetValueOrDefault(t, -1))];
        if (Find(encoder, "values_int64s") is { } integers && integers.Ints.Count == keys.Strings.Count)
        {
            result.DataType = Int64;
            result.Int64Data.AddRange(places.Select(p =>
                p < 0 ? Find(encoder, "default_int64") is { HasI: true } absent ? absent.I : -1 : integers.Ints[p]));
            return result;
        }

        if (Find(encoder, "values_floats") is { } floats && floats.Floats.Count == keys.Strings.Count)
        {
            result.DataType = Float;
            result.FloatData.AddRange(places.Select(p =>
                p < 0 ? Find(encoder, "default_float") is { HasF: true } absent ? absent.F : -0f : floats.Floats[p]));
            return result;
        }

        return null;
    }

    private static bool IsLabelEncoder(NodeProto node) => node.OpType == "LabelEncoder" && node.Domain == TabularOperators.Domain;

    private static bool IsCast(NodeProto node, Func<long, bool> to) =>
        node.OpType == "Cast" && OpsetImports.Normalized(node.Domain).Length == 0 && node.Input.Count == 1 && node.Output.Count == 1
        && node.Attribute.FirstOrDefault(a => a.Name == "to") is { HasI: true } attribute && to(attribute.I);

    private static AttributeProto? Find(NodeProto node, string name) => node.Attribute.FirstOrDefault(a => a.Name == name);

    /// <summary>What a graph inside a node reads from around it.</summary>
    private static IEnumerable<string> NamesInBodies(AttributeProto attribute) => attribute.G is not { } body ? []
        : body.Output.Select(o => o.Name).Concat(body.Node.SelectMany(n => n.Input.Concat(n.Attribute.SelectMany(NamesInBodies))));
}
