namespace MixPrec.Runtime.Threads;

/// <summary>Neighbouring elements as items: so many that two threads share no cache line and only the last run fills no register.</summary>
internal static class ElementRun
{
    public const int Length = 256;

    /// <summary>Runs that <paramref name="elements"/> elements make.</summary>
    public static int Count(int elements) => (int)(((long)elements + Length - 1) / Length);

    /// <summary>The elements of runs begin … end - 1 out of <paramref name="elements"/>.</summary>
    public static (int Begin, int End) Elements(int begin, int end, int elements) =>
        (begin * Length, (int)Math.Min((long)end * Length, elements));
}
