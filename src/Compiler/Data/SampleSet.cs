using MixPrec.Compiler.Graphs;

namespace MixPrec.Compiler.Data;

/// <summary>
/// Samples for calibration or verification. Axis 0 of every tensor is the sample axis. An input's tensor has the input's own rank (samples
/// joined along its batch axis) or one rank more (whole inputs stacked).
/// </summary>
internal sealed class SampleSet
{
    private const double HeldOutShare = 0.2;

    private const int EnoughHeldOut = 64;

    public SampleSet(IReadOnlyDictionary<string, Tensor> inputs, Tensor? labels, Tensor? targets, int count)
    {
        foreach (var tensor in inputs.Values.Append(labels).Append(targets).OfType<Tensor>())
        {
            if (tensor.Rank == 0 || tensor.Shape[0] != count)
            {
                throw new ArgumentException($"a tensor of shape [{string.Join(", ", tensor.Shape)}] does not hold {count} samples");
            }
        }

        (Inputs, Labels, Targets, Count) = (inputs, labels, targets, count);
    }

    /// <summary>By graph input name, already in the input's element type.</summary>
    public IReadOnlyDictionary<string, Tensor> Inputs { get; }

    /// <summary>Class indices, I64, [Count] or [Count, positions…].</summary>
    public Tensor? Labels { get; }

    /// <summary>Wanted outputs, F32, [Count, …].</summary>
    public Tensor? Targets { get; }

    public int Count { get; }

    /// <summary>Samples that must run together because the graph's batch is fixed; <see cref="Count"/> is a multiple of it.</summary>
    public int GroupSize { get; init; } = 1;

    /// <summary>
    /// Position of the first sample in the file: the random signs of the Output loss depend on it, so slices agree with the whole.
    /// </summary>
    public int FirstIndex { get; init; }

    /// <summary>Full paths of the files that were read.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>Samples that the data hold beyond those that are used.</summary>
    public long Unused { get; init; }

    /// <summary>Samples <paramref name="start"/> … <paramref name="start"/> + <paramref name="count"/> − 1.</summary>
    public SampleSet Slice(int start, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start + count, Count);
        return start == 0 && count == Count ? this : new SampleSet(
            Inputs.ToDictionary(i => i.Key, i => Rows(i.Value, start, count)), Labels is null ? null : Rows(Labels, start, count),
            Targets is null ? null : Rows(Targets, start, count), count)
        {
            GroupSize = GroupSize,
            FirstIndex = FirstIndex + start,
            Files = Files,
            Unused = Unused,
        };
    }

    /// <summary>
    /// The first samples and those held out: the last fifth, and at least the last 64 or half. Disjoint, each at least one group and whole
    /// groups only. A check on few samples has a wide bound, which costs layers their low precision; ranges and sensitivities need fewer.
    /// </summary>
    /// <exception cref="InvalidOperationException">There are fewer than two groups.</exception>
    public (SampleSet Calibration, SampleSet HeldOut) Split()
    {
        int groups = Count / GroupSize;
        if (groups < 2)
        {
            throw new InvalidOperationException($"{Count} samples in groups of {GroupSize} cannot be split");
        }

        int enough = Math.Min((EnoughHeldOut + GroupSize - 1) / GroupSize, groups / 2);
        int last = Math.Max((int)Math.Round(groups * HeldOutShare), enough) * GroupSize;
        return (Slice(0, Count - last), Slice(Count - last, last));
    }

    /// <summary>Rows of a tensor along its first axis.</summary>
    public static Tensor Rows(Tensor tensor, int start, int count)
    {
        int row = checked((int)(tensor.Bytes.Length / tensor.Shape[0]));
        return new Tensor(tensor.Type, [count, .. tensor.Shape.Skip(1)], tensor.Bytes.Slice(start * row, count * row).ToArray());
    }
}
