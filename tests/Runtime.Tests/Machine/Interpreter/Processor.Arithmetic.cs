using Iced.Intel;

namespace MixPrec.Runtime.Tests.Machine.Interpreter;

/// <content>What the instructions compute.</content>
internal sealed unsafe partial class Processor
{
    private const uint UpperHalf = 0xFFFF0000;

    /// <summary>What does not fit is the least integer.</summary>
    private static int Nearest(float value)
    {
        float rounded = MathF.Round(value, MidpointRounding.ToEven);
        return rounded is >= int.MinValue and < -(float)int.MinValue ? (int)rounded : int.MinValue;
    }

    /// <summary>s16 × s16, two products of a lane.</summary>
    private static int PairProduct(uint left, uint right) => ((short)left * (short)right) + ((short)(left >> 16) * (short)(right >> 16));

    /// <summary>u8 × s8, four products of a lane, no saturation.</summary>
    private static int DotProduct(uint left, uint right)
    {
        int sum = 0;
        for (int shift = 0; shift < 32; shift += 8)
        {
            sum += (byte)(left >> shift) * (sbyte)(right >> shift);
        }

        return sum;
    }

    /// <summary>Within each 128 bits: the sums of neighbours on the left, then those on the right.</summary>
    private static int[] AddNeighbours(int[] left, int[] right)
    {
        int[] result = new int[left.Length];
        for (int i = 0; i < result.Length; i++)
        {
            int[] source = (i & 2) == 0 ? left : right;
            int first = (i / 4 * 4) + (i % 2 * 2);
            result[i] = source[first] + source[first + 1];
        }

        return result;
    }

    private float[] FusedMultiplyAdd(in Instruction instruction)
    {
        float[] sum = Source<float>(instruction, 0), left = Source<float>(instruction, 1), right = Source<float>(instruction, 2);
        for (int i = 0; i < sum.Length; i++)
        {
            sum[i] = MathF.FusedMultiplyAdd(left[i], right[i], sum[i]);
        }

        return sum;
    }

    /// <summary>
    /// Two products of bfloat16 added to a float, the odd one first, each sum rounded once; subnormal numbers are zero before and after.
    /// </summary>
    private static float AddPair(float sum, (uint Left, uint Right) pair)
    {
        sum = AddProduct(sum, pair.Left & UpperHalf, pair.Right & UpperHalf);
        return AddProduct(sum, pair.Left << 16, pair.Right << 16);
    }

    private static float AddProduct(float sum, uint left, uint right) => NotSubnormal(MathF.FusedMultiplyAdd(
        NotSubnormal(BitConverter.UInt32BitsToSingle(left)), NotSubnormal(BitConverter.UInt32BitsToSingle(right)), NotSubnormal(sum)));

    private static float NotSubnormal(float value) => float.IsSubnormal(value) ? MathF.CopySign(0, value) : value;
}
