using System.Runtime.InteropServices;
using MixPrec.Runtime.Machine;
using static Iced.Intel.AssemblerRegisters;

namespace MixPrec.Assembler;

/// <summary>
/// <see cref="TileCall.RunBytes"/> ← register 0 of xgetbv: which register state the operating system keeps. Only where CPUID has OSXSAVE.
/// </summary>
internal static class StateCode
{
    public static byte[] Assemble()
    {
        var code = new Iced.Intel.Assembler(64);
        code.mov(r8, rcx);
        code.xor(ecx, ecx);
        code.xgetbv();
        code.mov(__dword_ptr[r8 + (int)Marshal.OffsetOf<TileCall>(nameof(TileCall.RunBytes))], eax);
        code.ret();
        var stream = new MemoryStream();
        code.Assemble(new Iced.Intel.StreamCodeWriter(stream), rip: 0);
        return stream.ToArray();
    }
}
