using MixPrec.Compiler.Data.Npy;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Onnx;
using MixPrec.Plan;

namespace MixPrec.Benchmarks.EndToEnd;

/// <summary>Whole inputs of a model, one array [samples, an input…] each, in the order of its inputs.</summary>
internal sealed record Samples(IReadOnlyList<Tensor> Arrays, Tensor? Labels)
{
    private const int Made = 32;

    public int Count => (int)Arrays[0].Shape[0];

    /// <summary>The first <paramref name="most"/> samples of a file that holds the only input of <paramref name="graph"/>.</summary>
    public static Samples Read(Subject subject, Graph graph, string path, int most)
    {
        var arrays = ArrayArchive.Read(path).Arrays;
        var array = arrays[subject.Key ?? graph.Inputs[0].Name];
        int count = (int)Math.Min(most, array.Shape[0]);
        long[] shape = [count, .. Shape(graph.Inputs[0])];
        int length = checked((int)Tensor.Count(shape));
        var input = array.Type switch
        {
            ElementType.U8 => Tensor.Create(array.Span<byte>()[..length].ToArray().Select(v => v * subject.Gain).ToArray(), shape),
            ElementType.F32 => Tensor.Create(array.Span<float>()[..length].ToArray().Select(v => v * subject.Gain).ToArray(), shape),
            _ => Tensor.Create(array.Span<long>()[..length], shape),
        };
        return new Samples([input], arrays.TryGetValue("labels", out var labels) ? Rows(labels, count) : null);
    }

    /// <summary>
    /// Inputs like those of the test data, from a fixed seed: floats times a gain in [½, 1½) for each sample and input, integers (tokens)
    /// drawn evenly
    /// from the interval that occurs. An integer that stands alone, such as a sample rate, stays.
    /// </summary>
    public static Samples Make(Graph graph, IReadOnlyList<OnnxTestSet> sets)
    {
        var random = new Random(17);
        return new Samples([.. graph.Inputs.Select((input, i) =>
        {
            var made = Enumerable.Range(0, Made)
                .Select(s => Like(sets[s % sets.Count].Inputs[i], checked((int)Tensor.Count(Shape(input))), random)).ToArray();
            return Joined(input.Type.Element, made, [Made, .. Shape(input)]);
        })], null);
    }

    /// <summary>The test sets' inputs, cut into runs of the model.</summary>
    public static Samples Of(Graph graph, IReadOnlyList<OnnxTestSet> sets) => new([.. graph.Inputs.Select((input, i) =>
        Joined(input.Type.Element, [.. sets.Select(s => s.Inputs[i])],
            [sets.Sum(s => s.Inputs[i].Length) / Tensor.Count(Shape(input)), .. Shape(input)]))], null);

    public static long[] Shape(Value value) => [.. value.Shape.Select(d => (long)d.Value)];

    private static Tensor Like(Tensor tensor, int length, Random random)
    {
        if (tensor.Type == ElementType.F32)
        {
            float gain = 0.5f + random.NextSingle();
            return Tensor.Create(tensor.Span<float>()[..length].ToArray().Select(v => v * gain).ToArray(), [length]);
        }

        long[] values = tensor.Span<long>()[..length].ToArray();
        return Tensor.Create(length == 1 ? values : [.. values.Select(_ => random.NextInt64(values.Min(), values.Max() + 1))], [length]);
    }

    private static Tensor Joined(ElementType type, Tensor[] parts, long[] shape) =>
        new(type, shape, [.. parts.SelectMany(p => p.Bytes.ToArray())]);

    private static Tensor Rows(Tensor tensor, int count) =>
        new(tensor.Type, [count, .. tensor.Shape[1..]], tensor.Bytes[..(int)(tensor.Length / tensor.Shape[0] * count * tensor.Type.Size())]
            .ToArray());
}
