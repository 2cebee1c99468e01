namespace MixPrec.Runtime.Simd;

/// <summary>Two registers that a method returns.</summary>
internal readonly struct Two<V>(V first, V second)
    where V : struct, IVectorF32<V>
{
    public readonly V First = first, Second = second;
}

/// <summary>Four of them.</summary>
internal readonly struct Four<V>(V first, V second, V third, V fourth)
    where V : struct, IVectorF32<V>
{
    public readonly V First = first, Second = second, Third = third, Fourth = fourth;
}
