using System.Buffers.Binary;
using Google.Protobuf;
using MixPrec.Compiler.Onnx.Proto;

namespace MixPrec.Fuzz.Mutation;

/// <summary>
/// Changes of tensors in a model; most of them leave as many bytes as the shape needs, or nothing behind the first check would be reached.
/// </summary>
internal static class TensorMutator
{
    private const int Int64 = 7;

    public static TensorProto Make(Random random, string name, long[] shape)
    {
        var tensor = new TensorProto { Name = name, DataType = random.Next(3) == 0 ? 1 : Int64 };
        tensor.Dims.AddRange(shape);
        Fill(random, tensor);
        return tensor;
    }

    public static void Mutate(Random random, TensorProto tensor)
    {
        switch (random.Next(10))
        {
            case 0:
                Draw.Reorder(random, tensor.Dims, () => Interesting.Integer(random));
                break;
            case 1:
                tensor.DataType = random.Next(1, 26);
                break;
            case 2:
                tensor.RawData = ByteString.CopyFrom(BytesMutator.Mutate(random, tensor.RawData.ToByteArray(), 1));
                break;
            case 3:
                Outside(random, tensor);
                break;
            case 4:
                // A vector becomes a scalar, an empty tensor, or a longer one.
                tensor.Dims.Clear();
                tensor.Dims.AddRange(Enumerable.Range(0, random.Next(4)).Select(_ => (long)random.Next(4)));
                Fill(random, tensor);
                break;
            case 5:
                Draw.At(random, tensor.Dims, i => tensor.Dims[i] = Interesting.Integer(random));
                Fill(random, tensor);
                break;
            case 6:
                tensor.DataType = random.Next(2) == 0 ? 1 : Int64;
                Fill(random, tensor);
                break;
            default:
                Element(random, tensor);
                break;
        }
    }

    private static void Element(Random random, TensorProto tensor)
    {
        byte[] bytes = tensor.RawData.ToByteArray();
        int size = tensor.DataType switch { Int64 or 11 or 13 => 8, 1 or 6 or 12 => 4, 10 or 16 or 4 or 5 => 2, _ => 1 };
        if (bytes.Length >= size)
        {
            int at = random.Next(bytes.Length / size) * size;
            Span<byte> number = stackalloc byte[8];
            if (tensor.DataType == 1)
            {
                BinaryPrimitives.WriteSingleLittleEndian(number, Interesting.Float(random));
            }
            else
            {
                BinaryPrimitives.WriteInt64LittleEndian(number, Interesting.Integer(random));
            }

            number[..size].CopyTo(bytes.AsSpan(at));
            tensor.RawData = ByteString.CopyFrom(bytes);
        }
    }

    /// <summary>Elements of the type for a shape of moderate size.</summary>
    private static void Fill(Random random, TensorProto tensor)
    {
        long count = tensor.Dims.Aggregate(1L, (product, d) => d is >= 0 and < 5000 ? Math.Min(product * d, 5000) : 0);
        int size = tensor.DataType switch { Int64 => 8, 1 => 4, _ => 1 };
        tensor.RawData = ByteString.CopyFrom(new byte[count * size]);
        for (int i = 0; i < Math.Min(count, 4); i++)
        {
            Element(random, tensor);
        }
    }

    private static void Outside(Random random, TensorProto tensor)
    {
        tensor.DataLocation = 1;
        tensor.ExternalData.Clear();
        tensor.ExternalData.Add(new StringStringEntryProto { Key = "location",
            Value = random.Next(2) == 0 ? "weights.bin" : Interesting.Text(random) });
        foreach (string key in (string[])["offset", "length"])
        {
            if (random.Next(2) == 0)
            {
                tensor.ExternalData.Add(new StringStringEntryProto { Key = key,
                    Value = random.Next(4) == 0 ? Interesting.Text(random)
                    : FormattableString.Invariant($"{Interesting.Integer(random)}") });
            }
        }
    }
}
