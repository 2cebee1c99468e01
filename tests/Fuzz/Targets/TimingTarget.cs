using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Timing;
using MixPrec.Fuzz.Mutation;

namespace MixPrec.Fuzz.Targets;

/// <summary>Timing tables.</summary>
internal sealed class TimingTarget(string folder) : IFuzzTarget
{
    private readonly string _path = Path.Combine(folder, "fuzzed" + TimingFile.Extension);

    private readonly string _seed = TimingFileWriter.Format(new(new("A CPU", "avx2", 8, ".NET 10.0.1", TimingMachine.OwnPackage, 1),
        new Dictionary<string, NetworkTimes>
        {
            ["k"] = new("net.onnx", [new("batch", 1)],
                [new(PrecisionConfig.F32, new(1000.5, 2.5, 31)), new(PrecisionConfig.I8, new(500, 0, 31))],
                [
                    new([0, 2], ["a"], [new("f32", new(80, 1, 5)), new("i8", new(40, 1, 5))]),
                    new([1], ["b", "c"], [new("f32 f32", new(90, 1, 5)), new("f32 i8", new(60, 1, 5))]),
                ]),
        }));

    public string Name => "timing";

    public string Extension => ".json";

    public int Share => 2;

    public byte[] Make(Random random) => TextMutator.MutateFile(random, _seed);

    public string Read(byte[] input) => Outcome.Of(() =>
    {
        File.WriteAllBytes(_path, input);
        TimingFileWriter.Format(TimingFile.Read(_path));
    });

    public IEnumerable<byte[]> Smaller(byte[] input) => BytesMutator.Smaller(input);
}
