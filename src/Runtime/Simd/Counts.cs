namespace MixPrec.Runtime.Simd;

/// <summary>A small number as a type, so that one tile's source compiles to a loop for each number of rows or vectors.</summary>
internal interface ICount
{
    static abstract int Value { get; }
}

internal readonly struct N1 : ICount
{
    public static int Value => 1;
}

internal readonly struct N2 : ICount
{
    public static int Value => 2;
}

internal readonly struct N3 : ICount
{
    public static int Value => 3;
}

internal readonly struct N4 : ICount
{
    public static int Value => 4;
}

internal readonly struct N5 : ICount
{
    public static int Value => 5;
}

internal readonly struct N6 : ICount
{
    public static int Value => 6;
}

internal readonly struct N7 : ICount
{
    public static int Value => 7;
}

internal readonly struct N8 : ICount
{
    public static int Value => 8;
}
