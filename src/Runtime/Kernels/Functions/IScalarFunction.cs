namespace MixPrec.Runtime.Kernels;

/// <summary>y = f(x) for one number: a function without vector code of its own.</summary>
internal interface IScalarFunction
{
    static abstract float Invoke(float x);
}
