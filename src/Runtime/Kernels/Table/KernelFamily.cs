using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>Rows that compute the same from the same operands, the preferred one first.</summary>
/// <param name="name">What their identities begin with.</param>
/// <param name="computes">For docs/kernels.md.</param>
internal abstract class KernelFamily(string name, string computes)
{
    public string Name => name;

    public string Computes => computes;

    public abstract IReadOnlyList<KernelRow> Rows { get; }
}

/// <inheritdoc/>
internal sealed class KernelFamily<TRow>(string name, string computes, TRow[] rows) : KernelFamily(name, computes)
    where TRow : KernelRow
{
    public override IReadOnlyList<TRow> Rows => rows;

    /// <summary>
    /// The row that <c>MIXPREC_KERNEL</c> names, else the first that is allowed, where what is known of the operands is enough for it.
    /// </summary>
    public TRow Choose(Exactness known = default) => Choose(known, ForcedKernels.Names);

    /// <param name="known">What is known of the operands.</param>
    /// <param name="forced">Identities, of this family or of others.</param>
    internal TRow Choose(Exactness known, string[] forced)
    {
        TRow? chosen = null;
        foreach (var row in rows)
        {
            if (!known.Covers(row.Needs) || !row.IsAvailable)
            {
                continue;
            }

            if (Array.IndexOf(forced, row.Identity) >= 0)
            {
                return row;
            }

            chosen ??= row.IsAllowed ? row : null;
        }

        return chosen!;
    }

    /// <summary>The first row with registers of <paramref name="width"/> that this machine can run.</summary>
    public TRow Of(VectorWidth width)
    {
        foreach (var row in rows)
        {
            if (row.Width == width && row.IsAvailable)
            {
                return row;
            }
        }

        throw new ArgumentOutOfRangeException(nameof(width));
    }
}
