using MixPrec.Fuzz.Mutation;
using MixPrec.Jobs;
using MixPrec.Metadata;
using MixPrec.Worker.Jobs;

namespace MixPrec.Fuzz.Targets;

/// <summary>Job files, with a value for everything that an item may say.</summary>
internal sealed class JobTarget(string folder) : IFuzzTarget
{
    private readonly string _path = Path.Combine(folder, "Fuzzed.job.json");

    private readonly string _seed = JobFile.Format([(JobFile.Model, "/project/net.onnx"), (JobFile.OutputDirectory, "/project/obj"),
        .. ModelMetadata.Rows.Select(row => (row.Name, row.Example)), .. BuildProperty.All.Select(p => (p.JobName, p.Example))]);

    public string Name => "job";

    public string Extension => ".json";

    public int Share => 2;

    public byte[] Make(Random random) => TextMutator.MutateFile(random, _seed);

    public string Read(byte[] input) => Outcome.Of(() =>
    {
        File.WriteAllBytes(_path, input);
        JobOptions.From(JobReader.Read(_path));
    });

    public IEnumerable<byte[]> Smaller(byte[] input) => BytesMutator.Smaller(input);
}
