using System.Buffers.Binary;
using Iced.Intel;

namespace MixPrec.Runtime.Tests.Machine.Interpreter;

/// <content>Instructions on general registers.</content>
internal sealed unsafe partial class Processor
{
    private void Execute(in Instruction instruction)
    {
        if (instruction.HasLockPrefix || instruction.HasRepPrefix || instruction.HasRepnePrefix
            || instruction.SegmentPrefix != Register.None)
        {
            throw new MachineFaultException($"prefix of {instruction}");
        }

        switch (instruction.Mnemonic)
        {
            case Mnemonic.Push:
                Push(this[instruction.Op0Register]);
                break;
            case Mnemonic.Pop:
                this[instruction.Op0Register] = Pop();
                break;
            case Mnemonic.Mov:
                Set(instruction, Value(instruction, 1));
                break;
            case Mnemonic.Lea:
                this[instruction.Op0Register] = Address(instruction);
                break;
            case Mnemonic.Prefetcht1:
                memory.Fetch(Address(instruction));
                break;
            case Mnemonic.Add:
                Set(instruction, Add(Value(instruction, 0), Value(instruction, 1), Bits(instruction)));
                break;
            case Mnemonic.Sub:
                Set(instruction, Subtract(Value(instruction, 0), Value(instruction, 1), Bits(instruction)));
                break;
            case Mnemonic.Imul when instruction.OpCount == 2 && instruction.Op0Register.GetSize() == sizeof(ulong):
                this[instruction.Op0Register] = Value(instruction, 0) * Value(instruction, 1);
                break;
            case Mnemonic.Kmovw when instruction.Op0Register.IsK() && instruction.Op1Kind == OpKind.Memory:
                masks[instruction.Op0Register - Register.K0] =
                    BinaryPrimitives.ReadUInt16LittleEndian(Read(Address(instruction), sizeof(ushort)));
                break;
            case Mnemonic.Kmovq when instruction.Op0Register.IsK() && instruction.Op1Kind == OpKind.Memory:
                masks[instruction.Op0Register - Register.K0] =
                    BinaryPrimitives.ReadUInt64LittleEndian(Read(Address(instruction), sizeof(ulong)));
                break;
            case Mnemonic.Kshiftlw when instruction.Immediate8 < 16:
                masks[instruction.Op0Register - Register.K0] =
                    (ushort)(masks[instruction.Op1Register - Register.K0] << instruction.Immediate8);
                break;
            case Mnemonic.Cmp:
                Subtract(Value(instruction, 0), Value(instruction, 1), Bits(instruction));
                break;
            case Mnemonic.Dec:
                Set(instruction, Subtract(Value(instruction, 0), 1, Bits(instruction)));
                break;
            case Mnemonic.And:
                Set(instruction, Logic(Value(instruction, 0) & Value(instruction, 1), Bits(instruction)));
                break;
            case Mnemonic.Shr when instruction.Op1Kind == OpKind.Immediate8 && instruction.Immediate8 is > 0 and < 64:
                Set(instruction, Logic(Value(instruction, 0) >> instruction.Immediate8, Bits(instruction)));
                break;
            case Mnemonic.Xor:
                Set(instruction, Logic(Value(instruction, 0) ^ Value(instruction, 1), Bits(instruction)));
                break;
            default:
                ExecuteVector(instruction);
                break;
        }
    }

    private void Push(ulong value)
    {
        this[Register.RSP] -= sizeof(ulong);
        BinaryPrimitives.WriteUInt64LittleEndian(memory.Write(this[Register.RSP], sizeof(ulong)), value);
    }

    private ulong Pop()
    {
        ulong value = BinaryPrimitives.ReadUInt64LittleEndian(memory.Read(this[Register.RSP], sizeof(ulong)));
        this[Register.RSP] += sizeof(ulong);
        return value;
    }

    private static int Bits(in Instruction instruction) =>
        8 * (instruction.Op0Kind == OpKind.Register ? instruction.Op0Register.GetSize() : instruction.MemorySize.GetSize());

    private ulong Value(in Instruction instruction, int operand) => instruction.GetOpKind(operand) switch
    {
        OpKind.Register => this[instruction.GetOpRegister(operand)],
        OpKind.Memory when instruction.MemorySize.GetSize() == sizeof(ulong) =>
            BinaryPrimitives.ReadUInt64LittleEndian(Read(Address(instruction), sizeof(ulong))),
        OpKind.Immediate8to64 or OpKind.Immediate32to64 or OpKind.Immediate64 => instruction.GetImmediate(operand),
        OpKind.Immediate8to32 or OpKind.Immediate32 => (uint)instruction.GetImmediate(operand),
        _ => throw new MachineFaultException($"operand {operand} of {instruction}"),
    };

    private void Set(in Instruction instruction, ulong value)
    {
        if (instruction.Op0Kind == OpKind.Register)
        {
            this[instruction.Op0Register] = value;
        }
        else if (instruction.MemorySize.GetSize() == sizeof(ulong))
        {
            BinaryPrimitives.WriteUInt64LittleEndian(Write(Address(instruction), sizeof(ulong)), value);
        }
        else
        {
            throw new MachineFaultException($"target of {instruction}");
        }
    }

    private ulong Add(ulong left, ulong right, int bits)
    {
        ulong sum = Wrap(left + right, bits);
        overflow = ((((left ^ sum) & (right ^ sum)) >> (bits - 1)) & 1) != 0;
        (zero, sign) = (sum == 0, (sum >> (bits - 1)) != 0);
        return sum;
    }

    private ulong Subtract(ulong left, ulong right, int bits)
    {
        ulong difference = Wrap(left - right, bits);
        overflow = ((((left ^ right) & (left ^ difference)) >> (bits - 1)) & 1) != 0;
        (zero, sign) = (difference == 0, (difference >> (bits - 1)) != 0);
        return difference;
    }

    private ulong Logic(ulong value, int bits)
    {
        (zero, sign, overflow) = (value == 0, (value >> (bits - 1)) != 0, false);
        return value;
    }

    private static ulong Wrap(ulong value, int bits) => bits == 64 ? value : value & ((1ul << bits) - 1);
}
