namespace MixPrec.Compiler.Options;

/// <summary>What the selection of precisions maximises.</summary>
internal enum Objective
{
    /// <summary>Nanoseconds saved, as measured with the emitted code.</summary>
    Time,

    /// <summary>Multiplications done in cheaper formats, weighted by the formats' throughput.</summary>
    Macs,

    /// <summary>Bytes of weights saved.</summary>
    Memory,
}
