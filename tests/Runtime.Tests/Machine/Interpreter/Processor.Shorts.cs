using Iced.Intel;

namespace MixPrec.Runtime.Tests.Machine.Interpreter;

/// <content>Instructions on vector registers of 16-bit integers, without masks.</content>
internal sealed unsafe partial class Processor
{
    private void ExecuteShorts(in Instruction instruction)
    {
        switch (instruction.Mnemonic)
        {
            case Mnemonic.Vpmovsxbw:
                Set(instruction, Array.ConvertAll(Half(instruction), value => (short)(sbyte)value));
                break;
            case Mnemonic.Vpmovzxbw:
                Set(instruction, Array.ConvertAll(Half(instruction), value => (short)value));
                break;
            case Mnemonic.Vpmaddwd:
                Set(instruction, Each<uint, int>(instruction, PairProduct));
                break;
            case Mnemonic.Vpmaddubsw:
                Set(instruction, Each<ushort, short>(instruction, (a, b) => (short)Math.Clamp(
                    ((byte)a * (sbyte)b) + ((a >> 8) * (sbyte)(b >> 8)), short.MinValue, short.MaxValue)));
                break;
            case Mnemonic.Vpcmpeqw:
                Set(instruction, Each<short, short>(instruction, (a, b) => (short)(a == b ? -1 : 0)));
                break;
            case Mnemonic.Vpsrlw when instruction.Op2Kind == OpKind.Immediate8 && instruction.Immediate8 < 16:
                int down = instruction.Immediate8;
                Set(instruction, Source<ushort>(instruction, 1).Select(a => (ushort)(a >> down)).ToArray());
                break;
            case Mnemonic.Vpsraw when instruction.Op2Kind == OpKind.Immediate8 && instruction.Immediate8 < 16:
                int low = instruction.Immediate8;
                Set(instruction, Source<short>(instruction, 1).Select(a => (short)(a >> low)).ToArray());
                break;
            case Mnemonic.Vpsllw when instruction.Op2Kind == OpKind.Immediate8 && instruction.Immediate8 < 16:
                int up = instruction.Immediate8;
                Set(instruction, Source<short>(instruction, 1).Select(a => (short)(a << up)).ToArray());
                break;
            case Mnemonic.Vpaddw:
                Set(instruction, Each<short, short>(instruction, (a, b) => (short)(a + b)));
                break;
            case Mnemonic.Vpsubw:
                Set(instruction, Each<short, short>(instruction, (a, b) => (short)(a - b)));
                break;
            default:
                throw new MachineFaultException($"unknown instruction {instruction}");
        }
    }
}
