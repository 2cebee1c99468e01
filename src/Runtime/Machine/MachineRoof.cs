using MixPrec.Runtime.Kernels;

namespace MixPrec.Runtime.Machine;

/// <summary>How fast the instructions of a machine-code kernel could be at most, for benchmarks.</summary>
internal static unsafe class MachineRoof
{
    private const int Rounds = 4096;

    /// <summary>Multiply-add instructions of one <see cref="Run"/>.</summary>
    public const int Instructions = Rounds * TileCall.RoofSums;

    /// <param name="kernel">Machine code that this machine can run.</param>
    public static void Run(TileKernel kernel)
    {
        TileCall call = default;
        call.RunBytes = Rounds;
        NativeCall.Invoke(kernel.Roof, &call, isShort: false);
    }
}
