using MixPrec.Runtime.Kernels;
using MixPrec.Runtime.Machine;
using MixPrec.Runtime.Tests.Machine.Interpreter;

namespace MixPrec.Runtime.Tests.Machine;

/// <summary>What an epilogue begins with, and the code that gets there.</summary>
internal unsafe interface IFinishedSums : IDisposable
{
    int Rows { get; }

    /// <summary>The bits of a sum.</summary>
    uint Expected(int row, int column);

    /// <summary>Whether the results of a row are written.</summary>
    bool IsWritten(int row);

    /// <summary>The argument and what the sums are made of.</summary>
    void Allow(MemoryMap memory, TileCall* call);

    /// <param name="kernel">Has the code.</param>
    /// <param name="form">Of the epilogue.</param>
    /// <param name="call">Knows the epilogue.</param>
    /// <param name="outputs">Rows of the target.</param>
    void Run(TileKernel kernel, EpilogueForm form, TileCall* call, nint* outputs);
}
