using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Locking;
using MixPrec.Fuzz.Mutation;

namespace MixPrec.Fuzz.Targets;

/// <summary>Lock files.</summary>
internal sealed class LockFileTarget : IFuzzTarget
{
    private readonly string _seed = LockFileWriter.Format(new LockFile([Plan("0.01"), Plan("0.02")]));

    private readonly string _path;

    public LockFileTarget(string folder) => _path = Path.Combine(folder, "fuzzed.lock.json");

    public string Name => "lock";

    public string Extension => ".json";

    public int Share => 4;

    public byte[] Make(Random random) => TextMutator.MutateFile(random, _seed);

    public string Read(byte[] input) => Outcome.Of(() =>
    {
        File.WriteAllBytes(_path, input);
        LockFileWriter.Format(LockFile.Read(_path));
    });

    public IEnumerable<byte[]> Smaller(byte[] input) => BytesMutator.Smaller(input);

    private static LockedPlan Plan(string budget) => new(
        new LockSubject(new string('a', 64), new string('b', 64), null,
            [new("Dimensions", "n=4"), new("ErrorBudget", budget)]) { ModelName = "net.onnx" }, "CrossEntropy", "Analytic",
        [
            new LockedLayer("first \"quoted\"", "Conv", PrecisionConfig.I8, new ActivationRange(-1.5f, 2), 1.5e-5, 2.25)
            {
                BiasCorrection = new([0.5f, -0.25f]), Rounding = new WeightRounding([0, 1, -1, 2, 0, 0, -3]),
            },
            new LockedLayer("second", "MatMul", PrecisionConfig.F32, null, 0),
            new LockedLayer("third", "MatMul", PrecisionConfig.I8, new ActivationRange(0, 1e-7f), 3e-4, double.NaN,
                new ActivationRange(-1, 1)),
        ],
        new LockedNumbers(0.001, 0.002, 0.003, 128, 12.5, 6.25, double.NaN, "a machine"));
}
