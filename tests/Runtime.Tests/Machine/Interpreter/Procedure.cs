using Iced.Intel;

namespace MixPrec.Runtime.Tests.Machine.Interpreter;

/// <summary>The instructions of one procedure, from its first to its only return.</summary>
internal static class Procedure
{
    public static Instruction[] Decode(ReadOnlySpan<byte> code, int offset)
    {
        var decoder = Decoder.Create(64, new ByteArrayCodeReader(code[offset..].ToArray()), (ulong)offset);
        var instructions = new List<Instruction>();
        do
        {
            instructions.Add(decoder.Decode());
            if (instructions[^1].IsInvalid)
            {
                throw new MachineFaultException($"no instruction at {instructions[^1].IP:x}");
            }
        }
        while (instructions[^1].Mnemonic != Mnemonic.Ret);

        return [.. instructions];
    }
}
