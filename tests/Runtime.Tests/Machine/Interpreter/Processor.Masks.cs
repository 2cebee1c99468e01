using System.Buffers.Binary;
using Iced.Intel;

namespace MixPrec.Runtime.Tests.Machine.Interpreter;

/// <content>
/// Instructions on vector registers with masks, which are for memory alone: loads, sums with a factor or summand in memory, stores.
/// </content>
internal sealed unsafe partial class Processor
{
    /// <summary>Lanes whose bit of the mask is not set are not touched in memory.</summary>
    private void ExecuteMasked(in Instruction instruction)
    {
        ulong mask = masks[instruction.OpMask - Register.K0];
        ulong address = Address(instruction);
        switch (instruction.Mnemonic)
        {
            case Mnemonic.Vmovups or Mnemonic.Vmovdqu32 when instruction.Op1Kind == OpKind.Memory && instruction.ZeroingMasking:
                uint[] loaded = new uint[instruction.Op0Register.GetSize() / sizeof(uint)];
                for (int lane = 0; lane < loaded.Length; lane++)
                {
                    loaded[lane] = (mask >> lane & 1) == 0
                        ? 0
                        : BinaryPrimitives.ReadUInt32LittleEndian(Read(address + (ulong)(lane * sizeof(uint)), sizeof(uint)));
                }

                Set(instruction, loaded);
                break;
            case Mnemonic.Vfmadd231ps when instruction.Op2Kind == OpKind.Memory && !instruction.ZeroingMasking:
                float[] factors = Source<float>(instruction, 1);
                Merge(instruction, mask, address, (sum, right, lane) => MathF.FusedMultiplyAdd(factors[lane], right, sum));
                break;
            case Mnemonic.Vaddps when instruction.Op2Kind == OpKind.Memory && !instruction.ZeroingMasking
                && instruction.Op0Register == instruction.Op1Register:
                Merge(instruction, mask, address, (sum, right, _) => sum + right);
                break;
            case Mnemonic.Vbroadcasti32x4 or Mnemonic.Vbroadcasti32x8 when !instruction.ZeroingMasking:
                int words = instruction.MemorySize.GetSize() / sizeof(uint);
                uint[] kept = Source<uint>(instruction, 0);
                for (int lane = 0; lane < kept.Length; lane++)
                {
                    kept[lane] = (mask >> lane & 1) == 0 ? kept[lane]
                        : BinaryPrimitives.ReadUInt32LittleEndian(Read(address + (ulong)(lane % words * sizeof(uint)), sizeof(uint)));
                }

                Set(instruction, kept);
                break;
            case Mnemonic.Vmovdqu8 when instruction.Op0Kind == OpKind.Memory && !instruction.ZeroingMasking:
                StoreMasked(address, vectors.AsSpan(instruction.Op1Register.GetNumber() * VectorBytes, instruction.Op1Register.GetSize()),
                    sizeof(byte), mask);
                break;
            case Mnemonic.Vmovups when instruction.Op0Kind == OpKind.Memory && !instruction.ZeroingMasking:
                var source = vectors.AsSpan(instruction.Op1Register.GetNumber() * VectorBytes, instruction.Op1Register.GetSize());
                StoreMasked(address, source, sizeof(float), mask);
                break;
            case Mnemonic.Vpmovdb when instruction.Op0Kind == OpKind.Memory && !instruction.ZeroingMasking:
                StoreMasked(address, Codes(instruction), sizeof(byte), mask);
                break;
            default:
                throw new MachineFaultException($"mask of {instruction}");
        }
    }

    /// <summary>Lanes of the mask are computed from themselves and memory; the others stay.</summary>
    private void Merge(in Instruction instruction, ulong mask, ulong address, Func<float, float, int, float> compute)
    {
        float[] lanes = Source<float>(instruction, 0);
        for (int lane = 0; lane < lanes.Length; lane++)
        {
            if ((mask >> lane & 1) != 0)
            {
                float right = BinaryPrimitives.ReadSingleLittleEndian(Read(address + (ulong)(lane * sizeof(float)), sizeof(float)));
                lanes[lane] = compute(lanes[lane], right, lane);
            }
        }

        Set(instruction, lanes);
    }

    private void StoreMasked(ulong address, ReadOnlySpan<byte> lanes, int laneBytes, ulong mask)
    {
        for (int begin = 0; begin < lanes.Length; begin += laneBytes)
        {
            if ((mask >> (begin / laneBytes) & 1) != 0)
            {
                lanes.Slice(begin, laneBytes).CopyTo(Write(address + (ulong)begin, laneBytes));
            }
        }
    }
}
