using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>The filters w [outputs, channelsPerGroup, taps] of all groups, each of which reads channels of its own.</summary>
internal readonly unsafe struct DeformedFilters(float* w, int outputsPerGroup, int channelsPerGroup, int taps, nint points)
{
    /// <summary>Adds what one element of channel <paramref name="c"/> gives the outputs of its group at one point.</summary>
    public void Add(float value, int c, int tap, float* target)
    {
        int group = c / channelsPerGroup;
        float* weight = w + (((((nint)group * outputsPerGroup * channelsPerGroup) + (c % channelsPerGroup)) * taps) + tap);
        target += group * outputsPerGroup * points;
        for (int o = 0; o < outputsPerGroup; o++, weight += (nint)channelsPerGroup * taps, target += points)
        {
            *target = Fused.MultiplyAdd(*weight, value, *target);
        }
    }
}
