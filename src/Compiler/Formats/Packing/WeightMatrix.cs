using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using PanelLayout = MixPrec.Runtime.Kernels.PanelLayout;

namespace MixPrec.Compiler.Formats.Packing;

/// <summary>
/// Weights of a product in the order kernels walk them: <see cref="Taps"/> × <see cref="Channels"/> rows (a Gemm has one tap) by
/// <see cref="Columns"/> output columns. Nothing is copied: rows are read where the model has them.
/// </summary>
internal sealed class WeightMatrix
{
    private readonly Tensor _source;
    private readonly Func<int, int, Run> _locate;

    private WeightMatrix(Tensor source, string order, int taps, int channels, int columns, Func<int, int, Run> locate)
    {
        (_source, _locate) = (source, locate);
        (Order, Taps, Channels, Columns) = (order, taps, channels, columns);
    }

    public int Taps { get; }

    public int Channels { get; }

    public int Columns { get; }

    public int Rows => Taps * Channels;

    /// <summary>Groups of four rows in a panel of bytes: the channels of each tap in whole groups.</summary>
    public int ByteGroups => Taps * PanelLayout.ByteGroups(Channels);

    /// <summary>Columns that one reading takes at most.</summary>
    public int Together { get; private init; } = PanelLayout.Columns;

    /// <summary>The scale of each column where the model quantized the weights; null where it did not.</summary>
    public IReadOnlyList<float>? Scales { get; private init; }

    /// <summary>Equal for matrices of the same weights in the same order, which every format makes the same of.</summary>
    public (Tensor Source, string Order, WeightScales? Scales, WeightRounding? Rounding) Key => (_source, Order, ModelScales, Rounding);

    /// <summary>How quantized values differ from the nearest ones; null where they do not.</summary>
    public WeightRounding? Rounding { get; private init; }

    private string Order { get; }

    private WeightScales? ModelScales { get; init; }

    /// <summary>
    /// The weights of a node, one matrix for each group; filters of one channel each are the columns of one matrix.
    /// </summary>
    /// <param name="positions">Positions of a flattened image whose channels lie last in memory; see <see cref="FromMatMul"/>.</param>
    public static IReadOnlyList<WeightMatrix> FromNode(Node node, int positions = 1) => node.Op switch
    {
        Conv when node.IsDepthwise() => [WithScalesOf(node, 0, FromConv(node.Input(1).Constant!, groups: 1, group: 0))],
        Conv conv => [.. Enumerable.Range(0, conv.Groups).Select(g =>
            WithScalesOf(node, g, FromConv(node.Input(1).Constant!, conv.Groups, g)))],
        Recurrence recurrence => [FromGates(node.Input(1).Constant!, recurrence.Gates)],
        MatMul => [WithScalesOf(node, 0, FromMatMul(node.Input(1).Constant!, positions))],
        _ => throw new InvalidOperationException($"{node.Op.Kind} has no weights"),
    };

    /// <summary>A matrix [K, N] in row-major order.</summary>
    /// <param name="positions">Where above 1, the activations are a flattened image, channels last: row p·channels + c is row c·positions
    /// + p of the model.</param>
    public static WeightMatrix FromMatMul(Tensor weights, int positions = 1)
    {
        int k = checked((int)weights.Shape[0]), n = checked((int)weights.Shape[1]), channels = k / positions;
        int RowOfModel(int row) => ((row % channels) * positions) + (row / channels);
        return new(weights, $"matrix, {positions} positions", 1, k, n, (row, column) =>
            new((RowOfModel(row) * n) + column, 1, n - column)) { Together = n };
    }

    /// <summary>
    /// Recurrent weights [gates·H, H] in row-major order: the columns of each gate are padded with zeros to whole panels.
    /// </summary>
    public static WeightMatrix FromGates(Tensor weights, int gates)
    {
        int hidden = checked((int)weights.Shape[1]), pitch = PanelLayout.PaddedColumns(hidden);
        return new(weights, $"{gates} gates", 1, hidden, checked(gates * pitch), (row, column) =>
        {
            var (gate, first) = Math.DivRem(column, pitch);
            return new((((gate * hidden) + first) * hidden) + row, hidden, Math.Max(0, hidden - first));
        });
    }

    /// <summary>Group <paramref name="group"/> of convolution weights [O, C, taps…] in row-major order.</summary>
    public static WeightMatrix FromConv(Tensor weights, int groups, int group)
    {
        int channels = checked((int)weights.Shape[1]), taps = checked((int)Tensor.Count(weights.Shape.Skip(2)));
        int columns = checked((int)weights.Shape[0]) / groups, first = group * columns;
        return new(weights, $"group {group} of {groups}", taps, channels, columns, (row, column) =>
        {
            var (tap, channel) = Math.DivRem(row, channels);
            return new(((((first + column) * channels) + channel) * taps) + tap, channels * taps, columns - column);
        });
    }

    /// <summary>
    /// The weights of a row from a column on, subnormal ones as zeros; zeros where there is padding. A reading begins at a whole panel,
    /// and ends with it unless <see cref="Together"/> allows more.
    /// </summary>
    public void Read(int row, int column, Span<float> weights)
    {
        var run = _locate(row, column);
        var all = _source.Span<float>();
        int known = Math.Min(run.Length, weights.Length);
        if (run.Stride == 1)
        {
            all.Slice(run.Offset, known).CopyTo(weights);
        }
        else
        {
            for (int i = 0; i < known; i++)
            {
                weights[i] = all[run.Offset + (i * run.Stride)];
            }
        }

        SubnormalWeights.SetToZero(weights[..known]);
        weights[known..].Clear();
    }

    /// <summary>Puts what stands for weights of a row where the model's tensor has them; what stands for padding is dropped.</summary>
    /// <param name="model">As long as that tensor.</param>
    public void Write(int row, int column, ReadOnlySpan<float> weights, Span<float> model)
    {
        var run = _locate(row, column);
        for (int i = 0; i < Math.Min(run.Length, weights.Length); i++)
        {
            model[run.Offset + (i * run.Stride)] = weights[i];
        }
    }

    /// <summary>The same weights, which the model quantized.</summary>
    /// <param name="columns">The scale of each column.</param>
    public WeightMatrix WithScales(WeightScales model, IReadOnlyList<float> columns) =>
        new(_source, Order, Taps, Channels, Columns, _locate)
    {
        Together = Together,
        Scales = columns,
        ModelScales = model,
        Rounding = Rounding,
    };

    /// <summary>The same weights of an image with one channel, with the taps of a kernel's row as channels.</summary>
    /// <param name="taps">Of a row.</param>
    public WeightMatrix WithRowsAsChannels(int taps) => new(_source, $"{Order}, rows of {taps}", Taps / taps, taps, Columns, _locate)
    {
        Together = Together,
        Scales = Scales,
        ModelScales = ModelScales,
        Rounding = Rounding,
    };

    /// <summary>The same weights, rounded as calibration found best.</summary>
    /// <exception cref="ArgumentException">It is of a tensor of another size.</exception>
    public WeightMatrix WithRounding(WeightRounding? rounding) => rounding is null ? this
        : !rounding.Fits(_source) ? throw new ArgumentException($"{rounding.Length} steps do not fit {_source.Length} weights")
        : new(_source, Order, Taps, Channels, Columns, _locate)
        {
            Together = Together,
            Scales = Scales,
            ModelScales = ModelScales,
            Rounding = rounding,
        };

    /// <summary>Adds the steps of <see cref="Rounding"/> to quantized values of a row.</summary>
    public void AddSteps(int row, int column, Span<float> quantized)
    {
        if (Rounding is null)
        {
            return;
        }

        var run = _locate(row, column);
        for (int i = 0; i < Math.Min(run.Length, quantized.Length); i++)
        {
            quantized[i] += Rounding.Steps[run.Offset + (i * run.Stride)];
        }
    }

    private static WeightMatrix WithScalesOf(Node node, int group, WeightMatrix weights) => ModelQuantization.ScalesOf(node) is { } scales
        ? weights.WithScales(node.Input(1).Scales!, [.. scales.Skip(group * weights.Columns).Take(weights.Columns)])
        : weights;

    /// <summary>Where neighbouring columns of a row lie in the model's tensor.</summary>
    private readonly record struct Run(int Offset, int Stride, int Length);
}
