using System.Runtime.InteropServices;
using System.Text;
using MixPrec.Compiler;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Onnx;
using MixPrec.Diagnostics;
using MixPrec.Plan;

namespace MixPrec.Worker.Samples;

/// <summary>
/// Text as samples of an input of tokens [samples, length]. With a mask beside it each line is a sample, cut or filled up to the length;
/// without one nothing tells a model what was filled up, and the whole text is cut into windows.
/// </summary>
internal sealed class TextSamples
{
    private const long LargestFile = 1L << 30;

    private readonly SampleInput _tokens;
    private readonly IReadOnlyList<(SampleInput Input, Func<int, bool, long> Element)> _others;

    /// <exception cref="MixPrecException">MXP1119: the model has no input of that name. MXP1115: it takes no tokens, or another input is not known. MXP1002: the length is not the
    /// input's, or not known.</exception>
    public TextSamples(Graph graph, string? input, int? length)
    {
        SampleInput.RequireName(graph, input);
        var whole = graph.Inputs.Where(i => i.Type.Element is ElementType.I64 or ElementType.I32 && i.Rank == 2).Select(SampleInput.Of)
            .ToArray();
        _tokens = whole.FirstOrDefault(i => input is null ? i.Name.Contains("id", StringComparison.OrdinalIgnoreCase) && Meaning(i) is null
            : i.Name == input) ?? whole.FirstOrDefault(i => input is null && whole.Length == 1)
            ?? throw SampleInput.Unfit(graph, "text",
                "tokens are integers [samples, tokens]");
        var rest = graph.Inputs.Where(i => i.Name != _tokens.Name).ToArray();
        if (rest.FirstOrDefault(i => whole.All(w => w.Name != i.Name) || Meaning(SampleInput.Of(i)) is null) is { } odd)
        {
            throw SampleInput.Unfit(graph, "text",
                $"what '{PrintableName.Format(odd.Name)}' holds is not known: it is no mask, type or position");
        }

        _others = [.. rest.Select(SampleInput.Of).Select(i => (i, Meaning(i)!))];
        IsByLine = rest.Any(i => IsMask(i.Name));
        long wanted = _tokens.Sizes[0];
        if (length is null ? wanted < 1 : length < 1 || (wanted >= 0 && wanted != length))
        {
            throw new MixPrecException(DiagnosticCatalog.InvalidMetadata, null, "--length",
                length is { } given ? FormattableString.Invariant($"{given}") : "",
                wanted >= 0 ? FormattableString.Invariant($"{wanted}, which the model's input has")
                    : "a number of tokens from 1: the model leaves it open");
        }

        Length = length ?? checked((int)wanted);
    }

    public int Length { get; }

    /// <summary>Whether each line is a sample.</summary>
    public bool IsByLine { get; }

    /// <summary>The lines of a file in UTF-8 that hold something.</summary>
    /// <exception cref="MixPrecException">MXP1001: no such file. MXP1113: it is no text.</exception>
    public static IReadOnlyList<string> Lines(string path)
    {
        InputPath.RequireFile("The text", path, null);
        try
        {
            using var file = InputPath.OpenRead(path);
            if (file.Length > LargestFile)
            {
                throw new InvalidDataException($"it is larger than {LargestFile >> 30} GiB");
            }

            using var reader = new StreamReader(file, new UTF8Encoding(false, throwOnInvalidBytes: true));
            return [.. reader.ReadToEnd().Split('\n').Select(line => line.TrimEnd('\r'))];
        }
        catch (Exception e) when (e is InvalidDataException or DecoderFallbackException or IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, e is DecoderFallbackException ? "it is no text in UTF-8" : e.Message.TrimEnd('.'));
        }
    }

    /// <summary>At most <paramref name="most"/> samples, each of <see cref="Length"/> tokens at most.</summary>
    /// <exception cref="MixPrecException">MXP1113: a line has no tokens of this tokenizer. MXP1114: there are too few for one sample.
    /// </exception>
    public IReadOnlyList<int[]> Read(string path, IReadOnlyList<string> lines, TextTokens tokens, int most, CancellationToken cancellation)
    {
        var samples = new List<int[]>();
        var open = new List<int>();
        var kept = IsByLine ? lines.Index().Where(l => l.Item.Length > 0).OrderBy(l => SampleFiles.Order(l.Item), StringComparer.Ordinal)
            : lines.Index();
        foreach (var (number, line) in kept.TakeWhile(_ => samples.Count < most))
        {
            cancellation.ThrowIfCancellationRequested();
            var encoded = Encoded(path, number, IsByLine || number == lines.Count - 1 ? line : line + "\n", tokens);
            if (IsByLine)
            {
                samples.Add([.. encoded.Take(Length)]);
                continue;
            }

            open.AddRange(encoded);
            for (; open.Count >= Length && samples.Count < most; open.RemoveRange(0, Length))
            {
                samples.Add([.. open.Take(Length)]);
            }
        }

        return samples.Count > 0 ? samples : throw new MixPrecException(DiagnosticCatalog.NoSamples, path, path, "samples of text",
            IsByLine ? "expected is a sample in each line"
                : FormattableString.Invariant($"its text has {open.Count} of the {Length} tokens of a sample"));
    }

    /// <summary>The arrays of all inputs.</summary>
    /// <param name="padding">What stands behind a sample that is shorter.</param>
    public IReadOnlyList<SampleArray> Arrays(IReadOnlyList<int[]> samples, int padding) =>
    [
        .. _others.Prepend((Input: _tokens, Element: null!)).Select(o => new SampleArray(o.Input, [Length], samples.Count,
            Length * (long)Bytes(o.Input), sample => Elements(o.Input, [.. Enumerable.Range(0, Length).Select(i =>
                o.Element is not null ? o.Element(i, i < samples[sample].Length)
                : i < samples[sample].Length ? samples[sample][i] : padding)]))),
    ];

    private static IReadOnlyList<int> Encoded(string path, int number, string line, TextTokens tokens)
    {
        try
        {
            return tokens.Encode(line);
        }
        catch (InvalidDataException e)
        {
            throw Unreadable(path, FormattableString.Invariant($"line {number + 1}: {e.Message}"));
        }
    }

    private static MixPrecException Unreadable(string path, string reason) =>
        new(DiagnosticCatalog.SampleUnreadable, path, PrintableName.Format(path), reason);

    private static bool IsMask(string name) => name.Contains("mask", StringComparison.OrdinalIgnoreCase);

    /// <summary>What stands at a place, by whether a token is there; null for an input that no convention names.</summary>
    private static Func<int, bool, long>? Meaning(SampleInput input) => IsMask(input.Name) ? (_, isThere) => isThere ? 1 : 0
        : input.Name.Contains("type", StringComparison.OrdinalIgnoreCase)
            || input.Name.Contains("segment", StringComparison.OrdinalIgnoreCase)
            ? (_, _) => 0
        : input.Name.Contains("position", StringComparison.OrdinalIgnoreCase) ? (place, _) => place : null;

    private static int Bytes(SampleInput input) => input.Element == ElementType.I32 ? sizeof(int) : sizeof(long);

    private static byte[] Elements(SampleInput input, long[] values) => input.Element == ElementType.I64
        ? MemoryMarshal.AsBytes(values.AsSpan()).ToArray()
        : MemoryMarshal.AsBytes(Array.ConvertAll(values, v => (int)v).AsSpan()).ToArray();
}
