namespace MixPrec.Runtime.Tests.Weights;

/// <summary>Sound weights files to read and to damage.</summary>
internal static class WeightsFiles
{
    public static string Hash { get; } = string.Concat(Enumerable.Range(0, 64).Select(i => "0123456789abcdef"[i % 16]));

    public static string OtherHash { get; } = new('a', 64);

    public static byte[] Data(int length)
    {
        byte[] data = new byte[length];
        new Random(length).NextBytes(data);
        return data;
    }

    public static byte[] Of(byte[] data) => Of([data]);

    public static byte[] Of(IEnumerable<byte[]> pieces)
    {
        var stream = new MemoryStream();
        var writer = new ModelWeightsWriter(stream);
        foreach (byte[] piece in pieces)
        {
            writer.Append(piece);
        }
        writer.Complete(Hash);
        return stream.ToArray();
    }

    public static unsafe byte[] Content(ModelWeights weights) =>
        new ReadOnlySpan<byte>(weights.Data.Address, (int)weights.Length).ToArray();
}
