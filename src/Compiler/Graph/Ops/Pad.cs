using MixPrec.Plan;

namespace MixPrec.Compiler.Graphs.Ops;

internal enum PadMode
{
    Constant, Reflect, Edge, Wrap,
}

/// <summary>
/// Adds (or with negative numbers removes) positions before and after each dimension; one entry per dimension. The optional second input,
/// of one element, is what <see cref="PadMode.Constant"/> adds: 0 when it is absent.
/// </summary>
internal sealed record Pad(PadMode Mode, IReadOnlyList<int> Before, IReadOnlyList<int> After) : Op
{
    public override IReadOnlyList<TensorType> Infer(IReadOnlyList<TensorType?> inputs)
    {
        var x = inputs[0]!;
        if (Before.Count != x.Rank || After.Count != x.Rank)
        {
            throw new ShapeException($"pads of rank {Before.Count} do not fit {x}");
        }

        if (inputs.Count > 1 && inputs[1] is { } value && (value.Element != x.Element || value.Rank != 0))
        {
            throw new ShapeException($"{value} is no element to be added to {x}");
        }

        var shape = x.Shape.Select((d, i) => d + Before[i] + After[i]).ToArray();
        return shape.Any(d => d.IsConstant && d.Value < 0) ? throw new ShapeException($"pads leave a negative dimension of {x}")
            : [x.WithShape(shape)];
    }

    /// <summary>Folded where zeros are added: the weights that an importer rearranges.</summary>
    public override IReadOnlyList<Tensor>? Evaluate(IReadOnlyList<Tensor?> inputs)
    {
        var x = inputs[0]!;
        if (Mode != PadMode.Constant || inputs.Count > 1)
        {
            return null;
        }

        var result = Tensor.Zeros(x.Type, [.. x.Shape.Select((d, i) => d + Before[i] + After[i])]);
        var (from, to) = (StridedView.RowMajor(x.Shape), StridedView.RowMajor(result.Shape));
        int size = x.Type.Size();
        for (long i = 0; i < x.Length; i++)
        {
            long target = 0;
            bool inside = true;
            for (int d = 0; d < x.Rank; d++)
            {
                long position = (i / from[d] % x.Shape[d]) + Before[d];
                inside &= position >= 0 && position < result.Shape[d];
                target += position * to[d];
            }

            if (inside)
            {
                x.Bytes.Slice(checked((int)(i * size)), size).CopyTo(result.Writable<byte>()[checked((int)(target * size))..]);
            }
        }

        return [result];
    }

    public bool Equals(Pad? other) => other is not null && Mode == other.Mode && Before.SequenceEqual(other.Before)
        && After.SequenceEqual(other.After);

    public override int GetHashCode() => HashCode.Combine(Mode, Before.Count);
}
