namespace MixPrec.Runtime.Simd;

/// <summary>Code that is written once for every register width: a kernel call with its arguments, waiting for the width.</summary>
internal interface IVectorCode
{
    void Run<V>()
        where V : struct, IVectorF32<V>;
}
