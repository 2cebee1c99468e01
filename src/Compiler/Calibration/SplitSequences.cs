using MixPrec.Compiler.Data;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Options;
using MixPrec.Compiler.Rewrites.Caches;
using MixPrec.Diagnostics;
using MixPrec.Plan;

namespace MixPrec.Compiler.Calibration;

/// <summary>
/// Token sequences as samples of a model with past and present. The network itself, in fp32, reads the first half of each sequence behind
/// an empty past; the presents that it returns are the past of the second half, which is the sample.
/// </summary>
/// <param name="Samples">The second halves with their past.</param>
/// <param name="Before">The inputs of the first runs: activations of first tokens are often the largest there are, so ranges have to see
/// them.</param>
internal sealed record SplitSequences(SampleSet Samples, IReadOnlyList<IReadOnlyList<Tensor>> Before)
{
    /// <summary>A sample keeps this many tokens at least: one to read and the next to predict.</summary>
    private const int LeastTokens = 2;

    /// <summary>The samples themselves where nothing of the model is a past that they lack.</summary>
    /// <exception cref="MixPrecException">MXP1002: the sizes of the past do not follow from the other inputs; MXP3009: no cache fits the
    /// model.</exception>
    public static SplitSequences Create(CompilerOptions options, Graph graph, SampleSet sequences)
    {
        if (graph.Inputs.All(i => sequences.Inputs.ContainsKey(i.Name)))
        {
            return new(sequences, []);
        }

        var pairs = options.Cache.PairsOf(graph, options.Model);
        return AppendedPast.Symbols(pairs, options.Model) is [var past, var tokens]
            ? new Split(options, graph, pairs, past, tokens, sequences)
                .Run() : throw new InvalidOperationException("a cache grows by tokens");
    }

    private sealed class Split(CompilerOptions options, Graph graph, IReadOnlyList<(Value Past, Value Present)> pairs, string past,
        string tokens, SampleSet sequences)
    {
        private readonly Value[] _others = [.. graph.Inputs.Where(i => pairs.All(p => p.Past != i))];

        public SplitSequences Run()
        {
            int length = Length(), at = Math.Max(0, Math.Min(length / 2, length - LeastTokens));
            var first = With(Cut(0, at, length, whole: at), sequences.Labels, sequences.Targets);
            var second = Cut(at, length - at, length, whole: length);
            var runs = Batch.Split(new Graph(_others, graph.Outputs, graph.Nodes, graph.Symbols), first, 1).Select(Behind).ToArray();
            var executor = new TorchExecutor(new Graph(graph.Inputs, [.. pairs.Select(p => p.Present)], graph.Nodes, graph.Symbols));
            var presents = runs.Select(r => at == 0 ? [.. pairs.Select(p => r[Position(p.Past)])] : executor.Outputs(r)).ToArray();
            foreach (var (pair, i) in pairs.Select((p, i) => (p.Past, i)))
            {
                second[pair.Name] = Joined(pair, [.. presents.Select(p => ArrayConversion.Convert(p[i], pair.Type.Element))]);
            }

            return new(With(second, Tail(sequences.Labels, at, length), Tail(sequences.Targets, at, length)), at == 0 ? [] : runs);
        }

        /// <summary>Tokens of every sequence.</summary>
        private int Length()
        {
            var axes = _others.SelectMany(i => Axes(i).Where(a => a.Dimension == IntExpr.Symbol(tokens))
                .Select(a => sequences.Inputs[i.Name].Shape[a.Axis])).ToArray();
            return axes.Length > 0 ? checked((int)axes[0])
                : throw Unfit($"an input of which '{tokens}', the number of new tokens, is a dimension");
        }

        /// <summary>
        /// Tokens <paramref name="from"/> … <paramref name="from"/> + <paramref name="count"/> − 1 of every input, and of axes that count
        /// past and new ones the first <paramref name="whole"/>.
        /// </summary>
        private Dictionary<string, Tensor> Cut(int from, int count, int length, int whole) => _others.ToDictionary(i => i.Name, i =>
        {
            var array = sequences.Inputs[i.Name];
            foreach (var (axis, dimension) in Axes(i).Where(a => !a.Dimension.IsConstant && array.Shape[a.Axis] == length))
            {
                array = dimension == IntExpr.Symbol(tokens) ? Part(array, axis, from, count) : Part(array, axis, 0, whole);
            }

            return array;
        });

        /// <summary>The axes of an input's array that are no sample axis.</summary>
        private IEnumerable<(int Axis, IntExpr Dimension)> Axes(Value input)
        {
            int before = sequences.Inputs[input.Name].Rank - input.Rank;
            return input.Shape.Select((d, i) => (Axis: i + before, Dimension: d)).Where(a => a.Axis > 0);
        }

        /// <summary>The inputs of a first run: an empty past before the tokens.</summary>
        private IReadOnlyList<Tensor> Behind(Batch batch)
        {
            var sizes = TorchExecutor.SymbolsOf(new Graph(_others, [], [], []), batch.Inputs);
            sizes[past] = 0;
            return [.. graph.Inputs.Select(i =>
                Array.IndexOf(_others, i) is >= 0 and var other ? batch.Inputs[other] : Tensor.Zeros(i.Type.Element, Sizes(i, sizes)))];
        }

        private long[] Sizes(Value input, Dictionary<string, long> sizes) =>
            input.Shape.SelectMany(d => d.Symbols).FirstOrDefault(s => !sizes.ContainsKey(s)) is { } open
                ? throw Unfit("pasts whose sizes the other inputs give; bind "
                    + $"'{PrintableName.Format(graph.Symbols.FirstOrDefault(s => s.Identifier == open)?.Name ?? open)}' with Dimensions")
                : input.Type.ShapeAt(sizes);

        private int Position(Value input) => Enumerable.Range(0, graph.Inputs.Count).First(i => graph.Inputs[i] == input);

        /// <summary>Along the batch where the past has it in front, as the tokens do; whole pasts stacked elsewhere.</summary>
        private Tensor Joined(Value past, IReadOnlyList<Tensor> runs)
        {
            bool joined = past.Rank > 0
                && _others.Any(i => i.Rank > 0 && i.Shape[0] == past.Shape[0] && sequences.Inputs[i.Name].Rank == i.Rank);
            return !joined && sequences.GroupSize > 1
                ? throw Unfit($"one sequence a run; bind the batch to 1 with Dimensions, it is {sequences.GroupSize}")
                : new Tensor(past.Type.Element, joined ? [runs.Sum(r => r.Shape[0]), .. runs[0].Shape.Skip(1)]
                    : [runs.Count, .. runs[0].Shape], [.. runs.SelectMany(r => r.Bytes.ToArray())]);
        }

        private SampleSet With(Dictionary<string, Tensor> inputs, Tensor? labels, Tensor? targets) =>
            new(inputs, labels, targets, sequences.Count)
        {
            GroupSize = sequences.GroupSize,
            FirstIndex = sequences.FirstIndex,
            Files = sequences.Files,
            Unused = sequences.Unused,
        };

        /// <summary>What belongs to the second half, where there is something for each token.</summary>
        private static Tensor? Tail(Tensor? array, int from, int length) =>
            array is { Rank: > 1 } && array.Shape[1] == length ? Part(array, 1, from, length - from) : array;

        private static Tensor Part(Tensor array, int axis, int from, int count)
        {
            var strides = StridedView.RowMajor(array.Shape);
            return StridedView.Copy(array, [.. array.Shape.Select((size, d) => d == axis ? count : size)], from * strides[axis],
                [.. strides]);
        }

        private MixPrecException Unfit(string expected) =>
            new(DiagnosticCatalog.InvalidMetadata, options.Model, "Cache", options.Cache, expected);
    }
}
