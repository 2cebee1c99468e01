using System.ComponentModel;

namespace MixPrec.Runtime.Kernels;

/// <summary>How many time steps each sample of a batch has.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface ISequenceLengths
{
    int Of(int sample, int steps);
}

/// <summary>All of them.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct EveryStep : ISequenceLengths
{
    public int Of(int sample, int steps) => steps;
}

/// <summary>A length for each sample; what is not in 0 … steps counts as the nearer of the two.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly unsafe struct StepsOfEach(Pointer<int> lengths) : ISequenceLengths
{
    public int Of(int sample, int steps) => Math.Clamp(lengths.Address[sample], 0, steps);
}
