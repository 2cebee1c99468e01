using System.Buffers.Binary;

namespace MixPrec.Fuzz.Mutation;

/// <summary>Changes of bytes that know nothing of their meaning.</summary>
internal static class BytesMutator
{
    public static byte[] Mutate(Random random, byte[] input, int changes)
    {
        var bytes = new List<byte>(input);
        for (int i = 0; i < changes; i++)
        {
            Change(random, bytes);
        }

        return [.. bytes];
    }

    /// <summary>Without a half, a quarter, … down to single bytes.</summary>
    public static IEnumerable<byte[]> Smaller(byte[] input)
    {
        for (int size = input.Length / 2; size > 0; size /= 2)
        {
            for (int start = 0; start < input.Length; start += size)
            {
                yield return [.. input.AsSpan(0, start), .. input.AsSpan(Math.Min(start + size, input.Length))];
            }
        }
    }

    private static void Change(Random random, List<byte> bytes)
    {
        int at = bytes.Count == 0 ? 0 : random.Next(bytes.Count), length = Math.Min(random.Next(1, 9), bytes.Count - at);
        switch (random.Next(6))
        {
            case 0 when bytes.Count > 0:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1 when bytes.Count > 0:
                bytes[at] = (byte)random.Next(256);
                break;
            case 2:
                bytes.RemoveRange(at, length);
                break;
            case 3:
                bytes.InsertRange(at, bytes.GetRange(at, length));
                break;
            case 4:
                Span<byte> number = stackalloc byte[8];
                BinaryPrimitives.WriteInt64LittleEndian(number, Interesting.Integer(random));
                for (int i = 0, count = 1 << random.Next(4); i < count && at + i < bytes.Count; i++)
                {
                    bytes[at + i] = number[i];
                }

                break;
            default:
                bytes.RemoveRange(at, random.Next(8) == 0 ? bytes.Count - at : 0);
                bytes.Insert(at, (byte)random.Next(256));
                break;
        }
    }
}
