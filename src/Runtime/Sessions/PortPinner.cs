namespace MixPrec.Runtime;

/// <summary>Pins any number of spans without allocation: one stack frame, and one <c>fixed</c>, a port.</summary>
internal static unsafe class PortPinner
{
    /// <summary>
    /// Pins port <paramref name="index"/> and all after it, writes the addresses to <paramref name="addresses"/> and runs the steps of
    /// <paramref name="session"/>.
    /// </summary>
    public static void Run<TPorts>(scoped ref TPorts ports, int index, nint[] addresses, ModelSession session)
        where TPorts : struct, IPorts, allows ref struct
    {
        if (index == addresses.Length)
        {
            session.InvokeSteps();
            return;
        }
        fixed (byte* address = &ports[index])
        {
            addresses[index] = (nint)address;
            Run(ref ports, index + 1, addresses, session);
        }
    }
}
