using MixPrec.Runtime.Simd;
using Xunit;

namespace MixPrec.Runtime.Tests.Kernels;

/// <summary>The instruction sets of this process as test data: every kernel is run with each.</summary>
public static class Sets
{
    public static TheoryData<InstructionSet> All => [.. InstructionSets.Available];
}
