namespace MixPrec.Runtime.Machine;

/// <summary>How much one call of machine code takes on.</summary>
internal static class CallSize
{
    /// <summary>Rows or pixels that are located at once: a call takes a microsecond, and their addresses lie on the stack.</summary>
    public const int BlockRows = 128;

    /// <summary>
    /// Multiply-add instructions up to which a call is short: at most some two microseconds, for which a garbage collection may wait.
    /// </summary>
    public const long ShortMultiplyAdds = 8192;
}
