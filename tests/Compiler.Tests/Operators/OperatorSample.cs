using System.Globalization;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Onnx.Proto;
using MixPrec.Compiler.Tests.Onnx;
using MixPrec.Plan;

namespace MixPrec.Compiler.Tests.Operators;

/// <summary>
/// A node in one line, <c>"y = Conv x[n,4,h,w] w{8,4,3,3} strides=[2,2]"</c>, or the content of a body. Inputs of the model stand in
/// brackets and constants of ones in braces, both of a varying element type or of one named as in <c>mask:Bool[n]</c>; <c>axes(0,1)</c> and
/// <c>k#3</c> are integer constants, one of them a scalar; <c>_</c> is an absent input. Letters are sizes that may be left open, equal
/// letters equal sizes.
/// </summary>
/// <param name="Bodies">Attributes of the node that are graphs.</param>
internal sealed record OperatorSample(string Line, int Opset, params IReadOnlyList<AttributeProto> Bodies)
{
    /// <summary>Empty for the standard operators.</summary>
    public string Domain { get; init; } = "";

    private static readonly Dictionary<char, int> Sizes = new() { ['n'] = 2, ['m'] = 3, ['c'] = 4, ['k'] = 5, ['h'] = 6, ['w'] = 7 };

    /// <summary>The letters of the line's inputs.</summary>
    public IReadOnlyList<char> Letters { get; } =
        [.. Line.Split(' ').Where(w => w.Contains('[') && !w.Contains('=')).SelectMany(w => w[w.IndexOf('[')..])
            .Where(char.IsAsciiLetterLower).Distinct()];

    /// <param name="type">The element type where the line names none.</param>
    /// <param name="open">Letters that stay names of dimensions; the others become sizes.</param>
    /// <exception cref="MixPrecException">The compiler refuses the node.</exception>
    public Graph Import(ElementType type, IReadOnlyCollection<char> open)
    {
        using var model = Model(type, open);
        return model.Graph();
    }

    /// <summary>Whether the element type of some operand is left to the caller.</summary>
    public bool Varies => Line.Split(" = ", 2)[1].Split(' ').Skip(1)
        .Any(w => !w.Contains('=') && !w.Contains(':') && w.IndexOfAny(['[', '{']) > 0);

    /// <summary>The model of the node alone.</summary>
    /// <inheritdoc cref="Import" path="/param"/>
    public TinyModel Model(ElementType type, IReadOnlyCollection<char> open)
    {
        var model = Domain.Length == 0 ? new TinyModel(Opset) : new TinyModel(Opset).Domain(Domain, TabularOperators.NewestVersion);
        string[] sides = Line.Split(" = ", 2), words = sides[1].Split(' ');
        string[] operands = [.. words.Skip(1).Where(w => !w.Contains('='))];
        var attributes = words.Where(w => w.Contains('=')).Select(Attribute).Concat(Bodies);
        model.Node($"{sides[0]} = {string.Join(' ', [Domain.Length == 0 ? words[0] : $"{Domain}:{words[0]}", .. operands.Where(o => !o.StartsWith('&')).Select(o => Operand(model, o, type, open))])}", [.. attributes]);
        foreach (string outer in operands.Where(o => o.StartsWith('&')))
        {
            Operand(model, outer[1..], type, open);
        }

        foreach (string output in sides[0].Split(' ').Where(o => o != "_"))
        {
            model.Output(output);
        }

        return model;
    }

    /// <summary>Declares the operand and returns its name.</summary>
    private static string Operand(TinyModel model, string word, ElementType type, IReadOnlyCollection<char> open)
    {
        int bracket = word.IndexOfAny(['[', '{', '(', '#']);
        if (bracket < 0)
        {
            return word;
        }

        string[] named = word[..bracket].Split(':');
        string[] entries = word[(bracket + 1)..].TrimEnd(']', '}', ')').Split(',', StringSplitOptions.RemoveEmptyEntries);
        var element = named.Length > 1 ? Enum.Parse<ElementType>(named[1]) : type;
        _ = word[bracket] switch
        {
            '[' => model.Input(named[0], element,
                [.. entries.Select(e => char.IsAsciiLetterLower(e[0]) ? open.Contains(e[0]) ? e : Sizes[e[0]]
                : (object)int.Parse(e, CultureInfo.InvariantCulture))]),
            '{' => model.Initializer(named[0], Ones(element, [.. entries.Select(e => long.Parse(e, CultureInfo.InvariantCulture))])),
            '#' => model.Initializer(named[0], Tensor.Create([long.Parse(entries[0], CultureInfo.InvariantCulture)])),
            _ => model.Integers(named[0], [.. entries.Select(e => long.Parse(e, CultureInfo.InvariantCulture))]),
        };
        return named[0];
    }

    private static Tensor Ones(ElementType type, long[] shape)
    {
        var (numbers, ones) = (Tensor.Zeros(ElementType.F64, shape), Tensor.Zeros(type, shape));
        numbers.Writable<double>().Fill(1);
        for (int i = 0; i < numbers.Length; i++)
        {
            ElementConversion.TryConvert(numbers, ones, i);
        }

        return ones;
    }

    private static AttributeProto Attribute(string word)
    {
        string[] sides = word.Split('=', 2);
        return sides[1].StartsWith('[') && sides[1].Any(char.IsAsciiLetter) ? Strings(sides[0], sides[1].Trim('[', ']').Split(','))
            : sides[1].StartsWith('[') && sides[1].Contains('.') ? Floats(sides[0], sides[1].Trim('[', ']').Split(','))
            : sides[1].StartsWith('[') ? TinyModel.Attribute(sides[0],
                [.. sides[1].Trim('[', ']').Split(',').Select(e => long.Parse(e, CultureInfo.InvariantCulture))])
            : long.TryParse(sides[1], CultureInfo.InvariantCulture, out long integer) ? TinyModel.Attribute(sides[0], integer)
            : float.TryParse(sides[1], CultureInfo.InvariantCulture, out float number) ? TinyModel.Attribute(sides[0], number)
            : TinyModel.Attribute(sides[0], sides[1]);
    }

    private static AttributeProto Strings(string name, string[] values)
    {
        var attribute = new AttributeProto { Name = name, Type = 8 };
        attribute.Strings.AddRange(values.Select(Google.Protobuf.ByteString.CopyFromUtf8));
        return attribute;
    }

    private static AttributeProto Floats(string name, string[] values)
    {
        var attribute = new AttributeProto { Name = name, Type = 6 };
        attribute.Floats.AddRange(values.Select(v => float.Parse(v, CultureInfo.InvariantCulture)));
        return attribute;
    }
}
