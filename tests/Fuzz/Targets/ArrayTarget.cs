using System.IO.Compression;
using System.Text;
using MixPrec.Compiler.Data;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Fuzz.Mutation;
using MixPrec.Plan;

namespace MixPrec.Fuzz.Targets;

/// <summary>Calibration data: .npz files, whose arrays are changed before they are packed and the file after that.</summary>
internal sealed class ArrayTarget : IFuzzTarget
{
    private static readonly string[] Types = ["<f4", "<f8", "<f2", "|i1", "<i2", "<i4", "<i8", "|u1", "<u2", "<u4", "<u8", "|b1", ">f4",
        "|S4", "|O"];

    /// <summary>The same in every run, for a finding is made again from its number.</summary>
    private static readonly DateTimeOffset Written = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly Graph _graph;
    private readonly string _path;

    public ArrayTarget(string folder)
    {
        _path = Path.Combine(folder, "fuzzed.npz");
        var builder = new GraphBuilder();
        var x = builder.AddInput("x", new TensorType(ElementType.F32, [IntExpr.Symbol("n"), 3]));
        var k = builder.AddInput("k", new TensorType(ElementType.I64, [IntExpr.Symbol("n")]));
        _graph = builder.Build([builder.Add("y", new Gather(0), x, k)], [new SymbolicDimension("n", "n")]);
    }

    public string Name => "npz";

    public string Extension => ".npz";

    public int Share => 4;

    public byte[] Make(Random random)
    {
        using var file = new MemoryStream();
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (string name in (string[])["x", "k", .. random.Next(2) == 0 ? (string[])["labels"] : [],
                .. random.Next(4) == 0 ? [Interesting.Text(random)] : (string[])[]])
            {
                var created = zip.CreateEntry(name + ".npy", CompressionLevel.Fastest);
                created.LastWriteTime = Written;
                using var entry = created.Open();
                entry.Write(Array(random, name == "x" ? "(4, 3)" : "(4,)", name == "x" ? "<f4" : "<i8", name == "x" ? 48 : 32));
            }
        }

        return random.Next(3) == 0 ? BytesMutator.Mutate(random, file.ToArray(), random.Next(1, 4)) : file.ToArray();
    }

    public string Read(byte[] input) => Outcome.Of(() =>
    {
        File.WriteAllBytes(_path, input);
        SampleSetReader.Read(_path, _graph, null);
    });

    public IEnumerable<byte[]> Smaller(byte[] input) => BytesMutator.Smaller(input);

    private static byte[] Array(Random random, string shape, string type, int bytes)
    {
        type = random.Next(4) == 0 ? Types[random.Next(Types.Length)] : type;
        shape = random.Next(4) == 0 ? $"({string.Join(", ", Enumerable.Range(0, random.Next(4)).Select(_ => FormattableString.Invariant($"{Interesting.Integer(random)}")))})" : shape;
        string header = $"{{'descr': '{type}', 'fortran_order': {(random.Next(4) == 0 ? "True" : "False")}, 'shape': {shape}, }}\n";
        header = random.Next(5) == 0 ? TextMutator.Mutate(random, header, 1) : header;
        byte[] array = [0x93, .. "NUMPY"u8, (byte)(random.Next(8) == 0 ? random.Next(5) : 1), 0, (byte)header.Length,
            (byte)(header.Length >> 8), .. Encoding.UTF8.GetBytes(header), .. new byte[bytes]];
        return random.Next(4) == 0 ? BytesMutator.Mutate(random, array, 1) : array;
    }
}
