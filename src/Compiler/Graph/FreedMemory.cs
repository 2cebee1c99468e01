namespace MixPrec.Compiler.Graphs;

/// <summary>
/// Arrays that nobody holds any more go when the collector finds a reason to look, which is when they are about as much again as what is
/// held. Where weights are hundreds of megabytes, that much is worth looking for.
/// </summary>
internal static class FreedMemory
{
    /// <summary>Bytes of weights from which on a copy of them, or what is made beside them, is much.</summary>
    private const long Large = 256L << 20;

    /// <summary>Whether a copy of a graph's constants is much.</summary>
    public static bool IsMuch(Graph graph) => graph.ConstantBytes > Large;

    public static void GiveBack(Graph graph)
    {
        if (IsMuch(graph))
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        }
    }
}
