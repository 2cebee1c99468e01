using System.Numerics.Tensors;
using MixPrec.Compiler.Formats;

namespace MixPrec.Compiler.Calibration.Ranges;

internal sealed class MinMaxObserver : IRangeObserver
{
    private float _lowest, _highest;

    public ActivationRange Range => new(_lowest, _highest);

    public void Observe(ReadOnlySpan<float> values)
    {
        if (values.Length > 0)
        {
            _lowest = Math.Min(_lowest, TensorPrimitives.Min(values));
            _highest = Math.Max(_highest, TensorPrimitives.Max(values));
        }
    }
}
