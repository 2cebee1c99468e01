using MixPrec.Fuzz.Mutation;
using MixPrec.Runtime;

namespace MixPrec.Fuzz.Targets;

/// <summary>Weights files, most of them with a header whose checksum is right, so that the fields behind it are read.</summary>
internal sealed class WeightsTarget : IFuzzTarget
{
    private static readonly string Hash = new('5', 64);

    private readonly byte[] _seed = Seed();

    public string Name => "weights";

    public string Extension => ".mxw";

    public int Share => 3;

    public byte[] Make(Random random)
    {
        byte[] bytes = [.. _seed];
        if (random.Next(2) == 0)
        {
            var header = ModelWeightsHeader.Read(bytes, bytes.Length, "seed");
            header = random.Next(2) == 0 ? header with { DataBytes = Interesting.Integer(random) } : header
                with { HeaderBytes = Interesting.Integer(random) };
            header.Write(bytes);
        }

        return random.Next(2) == 0 ? BytesMutator.Mutate(random, bytes, random.Next(1, 4)) : bytes;
    }

    public string Read(byte[] input)
    {
        try
        {
            using var weights = ModelWeights.FromMemory(input, Hash);
            return Outcome.Accepted;
        }
        catch (Exception e) when (e is ModelWeightsException or ModelWeightsMismatchException)
        {
            return e.GetType().Name;
        }
    }

    public IEnumerable<byte[]> Smaller(byte[] input) => BytesMutator.Smaller(input);

    private static byte[] Seed()
    {
        using var file = new MemoryStream();
        var writer = new ModelWeightsWriter(file);
        writer.Append(new byte[100]);
        writer.Complete(Hash);
        return file.ToArray();
    }
}
