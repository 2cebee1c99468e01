using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Precision;
using MixPrec.Diagnostics;

namespace MixPrec.Compiler.Locking;

/// <summary>
/// The decisions of one compilation, as a text file that is committed beside the model: with it and the model a build needs no calibration and
/// gives the same code and weights. It names no paths, machines or times of day; the CPU is recorded as the origin of the measured times.
/// </summary>
/// <param name="Subject">What was decided about; when it differs, the file is stale.</param>
/// <param name="Layers">Every quantizable layer in the order they run.</param>
internal sealed record LockFile(LockSubject Subject, string Loss, string Estimator, IReadOnlyList<LockedLayer> Layers, LockedNumbers Numbers)
{
    /// <summary>Version of the format.</summary>
    public const int Version = 1;

    /// <summary>Largest file that is read, in bytes.</summary>
    public const long LargestFile = 16 << 20;

    /// <summary>The candidate of every layer.</summary>
    public PrecisionAssignment Assignment => new(Layers.ToDictionary(l => l.Name, l => l.Precision));

    /// <summary>The ranges of the layers that have one.</summary>
    public RangeTable Ranges => new(
        Layers.Where(l => l.Range is not null).ToDictionary(l => l.Name, l => l.Range!.Value), Layers.Where(l => l.RhsRange is not null).ToDictionary(l => l.Name, l => l.RhsRange!.Value));

    /// <exception cref="MixPrecException">MXP1103: the file is no lock file of this version; the message says where it is damaged.</exception>
    public static LockFile Read(string path)
    {
        try
        {
            long length = new FileInfo(path).Length;
            return length > LargestFile
                ? throw new FormatException($"it has {length} bytes, more than {LargestFile}")
                : LockFileReader.Parse(File.ReadAllText(path));
        }
        catch (Exception exception) when (exception is FormatException or IOException or UnauthorizedAccessException)
        {
            throw new MixPrecException(DiagnosticCatalog.LockUnreadable, path, path, exception.Message.TrimEnd('.'));
        }
    }

    /// <summary>Writes the file in one step, and only when its content differs. Returns whether it wrote.</summary>
    public bool Write(string path)
    {
        string text = LockFileWriter.Format(this);
        if (File.Exists(path) && File.ReadAllText(path) == text)
        {
            return false;
        }

        string unfinished = path + ".tmp";
        File.WriteAllText(unfinished, text);
        File.Move(unfinished, path, overwrite: true);
        return true;
    }

    /// <summary>What differs between the file and a compilation, in words that follow "does not match: "; empty when it may be used.</summary>
    /// <param name="graph">The imported and rewritten model.</param>
    public IReadOnlyList<string> Differences(LockSubject current, Graph graph)
    {
        var layers = graph.QuantizableNodes.Select(n => n.Name).ToHashSet();
        var differences = Subject.DifferencesTo(current).ToList();
        if (differences.Count == 0 && !layers.SetEquals(Layers.Select(l => l.Name)))
        {
            differences.Add("this version of MixPrec sees other layers in the model");
        }

        var products = graph.QuantizableNodes.Where(n => n.MultipliesActivations()).Select(n => n.Name).ToHashSet();
        if (differences.Count == 0 && Layers.FirstOrDefault(l => l.Precision.QuantizesRhs && l.RhsRange is null && products.Contains(l.Name)) is { } layer)
        {
            differences.Add($"'{Onnx.PrintableName.Of(layer.Name)}' multiplies two activations, and there is no range of the second");
        }

        return differences;
    }

    /// <exception cref="MixPrecException">MXP1101: the file is stale; the message names what differs.</exception>
    public void RequireMatch(LockSubject current, Graph graph, string path)
    {
        if (Differences(current, graph) is { Count: > 0 } differences)
        {
            throw new MixPrecException(DiagnosticCatalog.LockStale, path, path, string.Join("; ", differences));
        }
    }
}

/// <summary>The decision for one layer.</summary>
/// <param name="Name">The layer's name in the model: untrusted text.</param>
/// <param name="Operator">The words for its operation.</param>
/// <param name="Range">Calibrated interval of its activations; null when none is needed.</param>
/// <param name="RhsRange">Of its right-hand side, where that is an activation too.</param>
/// <param name="LossError">Expected squared change of the loss that the choice causes.</param>
/// <param name="GainMicroseconds">The layer's part of its sub-graph's time gain; NaN when not measured.</param>
internal sealed record LockedLayer(string Name, string Operator, PrecisionConfig Precision, ActivationRange? Range, double LossError, double GainMicroseconds = double.NaN, ActivationRange? RhsRange = null);

/// <summary>What was predicted and measured; NaN where it was not. Errors are relative root mean squares of the loss.</summary>
/// <param name="UpperBound95">One-sided 95 % bound of the measured error.</param>
/// <param name="HeldOutSamples">Samples that the error was measured on.</param>
/// <param name="Machine">The CPU that times come from.</param>
internal sealed record LockedNumbers(
    double PredictedError, double MeasuredError, double UpperBound95, int HeldOutSamples,
    double Float32Microseconds, double PredictedMicroseconds, double MeasuredMicroseconds, string Machine);
