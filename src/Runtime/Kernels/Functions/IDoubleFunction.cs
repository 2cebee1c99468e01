using System.ComponentModel;

namespace MixPrec.Runtime.Kernels;

/// <summary>y = f(x) in double precision, as the run-time library has it.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface IDoubleFunction
{
    static abstract double Invoke(double x);
}
