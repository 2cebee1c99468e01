using System.Runtime.InteropServices;
using Iced.Intel;

namespace MixPrec.Runtime.Tests.Machine.Interpreter;

/// <content>Instructions on vector registers without masks.</content>
internal sealed unsafe partial class Processor
{
    private const int VectorBytes = 64;

    private void ExecuteVector(in Instruction instruction)
    {
        if (instruction.SuppressAllExceptions
            || (instruction.RoundingControl != RoundingControl.None && instruction.Mnemonic != Mnemonic.Vcvtps2dq))
        {
            throw new MachineFaultException($"rounding of {instruction}");
        }

        if (instruction.HasOpMask || instruction.ZeroingMasking)
        {
            ExecuteMasked(instruction);
            return;
        }

        switch (instruction.Mnemonic)
        {
            case Mnemonic.Vzeroupper:
                for (int i = 0; i < 16; i++)
                {
                    vectors.AsSpan((i * VectorBytes) + 16, VectorBytes - 16).Clear();
                }

                upperIsDirty = false;
                break;
            case Mnemonic.Vpmovqd when instruction.Op0Kind == OpKind.Memory:
                uint[] lower = [.. Source(instruction.Op1Register).Select(value => (uint)value)];
                MemoryMarshal.AsBytes(lower.AsSpan()).CopyTo(Write(Address(instruction), lower.Length * sizeof(uint)));
                break;
            case Mnemonic.Vpsrlq when instruction.Op2Kind == OpKind.Immediate8 && instruction.Immediate8 < 64:
                int right = instruction.Immediate8;
                Set(instruction, Source<ulong>(instruction, 1).Select(a => a >> right).ToArray());
                break;
            case Mnemonic.Vmovq when instruction.Op0Kind == OpKind.Memory:
                vectors.AsSpan(instruction.Op1Register.GetNumber() * VectorBytes, sizeof(ulong))
                    .CopyTo(Write(Address(instruction), sizeof(ulong)));
                break;
            case Mnemonic.Vmovdqu or Mnemonic.Vmovdqu32 or Mnemonic.Vmovups when instruction.Op0Kind == OpKind.Memory:
                int bytes = instruction.Op1Register.GetSize();
                vectors.AsSpan(instruction.Op1Register.GetNumber() * VectorBytes, bytes).CopyTo(Write(Address(instruction), bytes));
                break;
            case Mnemonic.Vmovdqu or Mnemonic.Vmovdqu32 or Mnemonic.Vmovdqa32 or Mnemonic.Vmovups:
            case Mnemonic.Vpbroadcastd or Mnemonic.Vbroadcastss:
                Set(instruction, Source<uint>(instruction, 1));
                break;
            case Mnemonic.Vpxor or Mnemonic.Vpxord or Mnemonic.Vxorps:
                Set(instruction, Each<uint, uint>(instruction, (a, b) => a ^ b));
                break;
            case Mnemonic.Vpandd:
                Set(instruction, Each<uint, uint>(instruction, (a, b) => a & b));
                break;
            case Mnemonic.Vpslld when instruction.Op2Kind == OpKind.Immediate8 && instruction.Immediate8 < 32:
                int shift = instruction.Immediate8;
                Set(instruction, Source<uint>(instruction, 1).Select(a => a << shift).ToArray());
                break;
            // All bits, whatever the register held; the processor waits for no other only where the code names no other.
            case Mnemonic.Vpternlogd when instruction.Immediate8 == 0xFF && instruction.Op1Register == instruction.Op0Register
                && instruction.Op2Register == instruction.Op0Register:
                Set(instruction, Enumerable.Repeat(uint.MaxValue, instruction.Op0Register.GetSize() / sizeof(uint)).ToArray());
                break;
            case Mnemonic.Vpdpbusd:
                Accumulate(instruction, Each<uint, int>(instruction, DotProduct), (sum, product) => sum + product);
                break;
            case Mnemonic.Vpdpwssd:
                Accumulate(instruction, Each<uint, int>(instruction, PairProduct), (sum, product) => sum + product);
                break;
            case Mnemonic.Vdpbf16ps:
                Set(instruction, Lanes(Source<float>(instruction, 0),
                    Lanes(Source<uint>(instruction, 1), Source<uint>(instruction, 2), (a, b) => (a, b)), AddPair));
                break;
            case Mnemonic.Vpshufb:
                byte[] shuffled = Source<byte>(instruction, 1), from = Source<byte>(instruction, 2);
                Set(instruction, Enumerable.Range(0, from.Length)
                    .Select(i => from[i] >= 128 ? (byte)0 : shuffled[(i / 16 * 16) + (from[i] % 16)]).ToArray());
                break;
            case Mnemonic.Vpsrad when instruction.Op2Kind == OpKind.Immediate8 && instruction.Immediate8 < 32:
                int bits = instruction.Immediate8;
                Set(instruction, Source<int>(instruction, 1).Select(a => a >> bits).ToArray());
                break;
            case Mnemonic.Vpmulld:
                Set(instruction, Each<int, int>(instruction, (a, b) => a * b));
                break;
            case Mnemonic.Vpsubd:
                Set(instruction, Each<int, int>(instruction, (a, b) => a - b));
                break;
            case Mnemonic.Vpaddd:
                Set(instruction, Each<int, int>(instruction, (a, b) => a + b));
                break;
            case Mnemonic.Vextracti128 when instruction.Op0Kind == OpKind.Register && instruction.Immediate8 == 1:
                Set(instruction, vectors.AsSpan((instruction.Op1Register.GetNumber() * VectorBytes) + 16, 16).ToArray());
                break;
            case Mnemonic.Vextracti32x4 or Mnemonic.Vextracti32x8 when instruction.Op0Kind == OpKind.Register:
                int part = instruction.Op0Register.GetSize();
                Set(instruction, vectors.AsSpan(
                    (instruction.Op1Register.GetNumber() * VectorBytes) + (instruction.Immediate8 % (VectorBytes / part) * part), part)
                    .ToArray());
                break;
            case Mnemonic.Vphaddd when !instruction.Op0Register.IsZMM():
                Set(instruction, AddNeighbours(Source<int>(instruction, 1), Source<int>(instruction, 2)));
                break;
            case Mnemonic.Vpermq when instruction.Op0Register.IsYMM() && instruction.Op2Kind == OpKind.Immediate8:
                int order = instruction.Immediate8;
                var quarters = Source<ulong>(instruction, 1);
                Set(instruction, Enumerable.Range(0, 4).Select(i => quarters[(order >> (2 * i)) & 3]).ToArray());
                break;
            case Mnemonic.Vfmadd231ps:
                Set(instruction, FusedMultiplyAdd(instruction));
                break;
            case Mnemonic.Vfmadd213ps:
                float[] addend = Source<float>(instruction, 2);
                Set(instruction, Source<float>(instruction, 1).Zip(Source<float>(instruction, 0))
                    .Select((factors, lane) => MathF.FusedMultiplyAdd(factors.First, factors.Second, addend[lane])).ToArray());
                break;
            case Mnemonic.Vaddps:
                Set(instruction, Each<float, float>(instruction, (a, b) => a + b));
                break;
            case Mnemonic.Vmulps:
                Set(instruction, Each<float, float>(instruction, (a, b) => a * b));
                break;
            case Mnemonic.Vdivps:
                Set(instruction, Each<float, float>(instruction, (a, b) => a / b));
                break;
            // Of equal values and where one is NaN: the second operand.
            case Mnemonic.Vmaxps:
                Set(instruction, Each<float, float>(instruction, (a, b) => a > b ? a : b));
                break;
            case Mnemonic.Vminps:
                Set(instruction, Each<float, float>(instruction, (a, b) => a < b ? a : b));
                break;
            case Mnemonic.Vcvtdq2ps:
                Set(instruction, Array.ConvertAll(Source<int>(instruction, 1), value => (float)value));
                break;
            // Without a way of its own it rounds as processors begin, to the nearest.
            case Mnemonic.Vcvtps2dq when instruction.RoundingControl == RoundingControl.RoundToNearest || !instruction.Op0Register.IsZMM():
                Set(instruction, Array.ConvertAll(Source<float>(instruction, 1), Nearest));
                break;
            case Mnemonic.Vpunpcklbw:
                Set(instruction, Interleave<byte>(instruction, upper: false));
                break;
            case Mnemonic.Vpunpckhbw:
                Set(instruction, Interleave<byte>(instruction, upper: true));
                break;
            case Mnemonic.Vpunpcklwd:
                Set(instruction, Interleave<ushort>(instruction, upper: false));
                break;
            case Mnemonic.Vpunpckhwd:
                Set(instruction, Interleave<ushort>(instruction, upper: true));
                break;
            case Mnemonic.Vpackssdw:
                Set(instruction, Pack<int, short>(instruction, value => (short)Math.Clamp(value, short.MinValue, short.MaxValue)));
                break;
            case Mnemonic.Vpackuswb:
                Set(instruction, Pack<short, byte>(instruction, value => (byte)Math.Clamp(value, byte.MinValue, byte.MaxValue)));
                break;
            case Mnemonic.Vpmovdb when instruction.Op0Kind == OpKind.Memory:
                byte[] codes = Codes(instruction);
                codes.CopyTo(Write(Address(instruction), codes.Length));
                break;
            default:
                ExecuteShorts(instruction);
                break;
        }
    }

    /// <summary>Within each 128 bits: the lower or upper halves of both operands in turn.</summary>
    private T[] Interleave<T>(in Instruction instruction, bool upper)
        where T : unmanaged
    {
        T[] left = Source<T>(instruction, 1), right = Source<T>(instruction, 2), result = new T[left.Length];
        int lane = 16 / sizeof(T);
        for (int i = 0; i < result.Length; i++)
        {
            int from = (i / lane * lane) + (upper ? lane / 2 : 0) + (i % lane / 2);
            result[i] = i % 2 == 0 ? left[from] : right[from];
        }

        return result;
    }

    /// <summary>Within each 128 bits: the left operand's elements, then the right one's, half as wide.</summary>
    private TResult[] Pack<T, TResult>(in Instruction instruction, Func<T, TResult> narrow)
        where T : unmanaged
    {
        T[] left = Source<T>(instruction, 1), right = Source<T>(instruction, 2);
        int lane = 16 / sizeof(T);
        return [.. Enumerable.Range(0, left.Length / lane)
            .SelectMany(i => left.AsSpan(i * lane, lane).ToArray().Concat(right.AsSpan(i * lane, lane).ToArray())).Select(narrow)];
    }

    /// <summary>The lowest byte of each 32 bits of the register that is stored.</summary>
    private byte[] Codes(in Instruction instruction) =>
        [.. MemoryMarshal
            .Cast<byte, uint>(vectors.AsSpan(instruction.Op1Register.GetNumber() * VectorBytes, instruction.Op1Register.GetSize()))
            .ToArray().Select(value => (byte)value)];

    /// <summary>The bytes of the second operand, half as wide as the first.</summary>
    private byte[] Half(in Instruction instruction)
    {
        int bytes = instruction.Op0Register.GetSize() / 2;
        if (instruction.Op1Kind != OpKind.Register)
        {
            return Read(Address(instruction), bytes).ToArray();
        }

        return instruction.Op1Register.GetSize() == bytes
            ? vectors.AsSpan(instruction.Op1Register.GetNumber() * VectorBytes, bytes).ToArray()
            : throw new MachineFaultException($"width of {instruction}");
    }

    private void Accumulate(in Instruction instruction, int[] products, Func<int, int, int> join) =>
        Set(instruction, Lanes(Source<int>(instruction, 0), products, join));

    private TResult[] Each<T, TResult>(in Instruction instruction, Func<T, T, TResult> function)
        where T : unmanaged => Lanes(Source<T>(instruction, 1), Source<T>(instruction, 2), function);

    /// <summary>A loop: instructions are carried out by the million, and a chain of queries took most of their time.</summary>
    private static TResult[] Lanes<TLeft, TRight, TResult>(TLeft[] left, TRight[] right, Func<TLeft, TRight, TResult> function)
    {
        var result = new TResult[left.Length];
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = function(left[i], right[i]);
        }

        return result;
    }

    private ulong[] Source(Register register) =>
        MemoryMarshal.Cast<byte, ulong>(vectors.AsSpan(register.GetNumber() * VectorBytes, register.GetSize())).ToArray();

    /// <summary>All lanes of an operand, as wide as the first one.</summary>
    private T[] Source<T>(in Instruction instruction, int operand)
        where T : unmanaged
    {
        int bytes = instruction.Op0Register.GetSize();
        if (instruction.GetOpKind(operand) == OpKind.Register)
        {
            var register = instruction.GetOpRegister(operand);
            return register.GetSize() == bytes
                ? MemoryMarshal.Cast<byte, T>(vectors.AsSpan(register.GetNumber() * VectorBytes, bytes)).ToArray()
                : throw new MachineFaultException($"width of {instruction}");
        }

        int read = instruction.MemorySize.GetSize();
        var values = MemoryMarshal.Cast<byte, T>(Read(Address(instruction), instruction.IsBroadcast ? sizeof(T) : read));
        T[] lanes = new T[bytes / sizeof(T)];
        bool repeats = values.Length == 1;
        if (!repeats && read != bytes)
        {
            throw new MachineFaultException($"width of {instruction}");
        }

        for (int i = 0; i < lanes.Length; i++)
        {
            lanes[i] = values[repeats ? 0 : i];
        }

        return lanes;
    }

    private void Set<T>(in Instruction instruction, T[] lanes)
        where T : unmanaged
    {
        int number = instruction.Op0Register.GetNumber();
        var register = vectors.AsSpan(number * VectorBytes, VectorBytes);
        register.Clear();
        var bytes = MemoryMarshal.AsBytes(lanes.AsSpan());
        bytes.CopyTo(register);
        upperIsDirty |= number < 16 && bytes.Length > 16;
    }
}
