namespace MixPrec.Benchmarks.EndToEnd;

/// <summary>A folder of models and what it is calibrated and judged with.</summary>
/// <param name="Name">The folder below <c>models</c>.</param>
/// <param name="Data">Beginning of the names of two files below <c>data</c>, <c>…-calibration.npz</c> and <c>…-test.npz</c>; null for
/// inputs made from the folder's own test data.</param>
/// <param name="Loss">Metadata; null for the default.</param>
internal sealed record Subject(string Name, string? Data, string? Loss = null)
{
    /// <summary>The key of the arrays, where the model calls its input otherwise.</summary>
    public string? Key { get; init; }

    /// <summary>What the arrays are multiplied by to be what the model was trained on.</summary>
    public float Gain { get; init; } = 1;

    /// <summary>Models that have data of their own task; every other folder is calibrated on inputs made from its test data.</summary>
    private static readonly Subject[] WithData =
    [
        new("fashion-mnist-cnn", "fashion-mnist-image"),
        .. from depth in new[] { "3", "5" } from activation in new[] { "relu", "tanh" } from data in new[] { "fashion-mnist", "mnist" }
           select new Subject($"{data}-mlp{depth}-{activation}", data),
        new("mnist-8", "mnist") { Key = "input", Gain = 255 },
        new("resnet20-cifar10", "cifar10"),
        new("shakespeare-gpt", "shakespeare", "NextToken"),
        new("squeezenet1.1", "imagenet-sample"),
        new("stories260K", null, "NextToken"),
    ];

    /// <summary>Every folder with a model, in ordinal order.</summary>
    public static IEnumerable<Subject> All(string root) => Directory.GetDirectories(Path.Combine(root, "models"))
        .Select(folder => Path.GetFileName(folder))
        .Order(StringComparer.Ordinal).Select(name => WithData.FirstOrDefault(s => s.Name == name) ?? new Subject(name, null));
}
