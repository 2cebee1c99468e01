using System.Globalization;
using MixPrec.Compiler;
using MixPrec.Compiler.Data;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Options;
using MixPrec.Compiler.Rewrites;
using MixPrec.Worker.Verify;

namespace MixPrec.Benchmarks.EndToEnd;

/// <summary>
/// One model as a user meets it: built in fp32 and held against the expected outputs, planned and built, and judged on its task.
/// </summary>
internal sealed class Trial(Subject subject, string root, string workplace, string batch, string version)
{
    private const int MostTestSamples = 1000;
    private const string Budget = "0.02";

    public Result Run()
    {
        string folder = Path.Combine(root, "models", subject.Name), model = OnnxTestCase.ModelPath(folder);
        var sets = OnnxTestCase.ReadSets(folder);
        // An empty past would leave products of nothing to plan.
        var (graph, dimensions) = Bound(model, sets.First(s => s.Inputs.All(i => i.Length > 0)));
        sets = [.. sets.Where(s => s.Inputs.Zip(graph.Inputs).All(p => Fits(p.First, Samples.Shape(p.Second))))];
        string place = Path.Combine(workplace, subject.Name);
        Directory.CreateDirectory(place);
        string data = Calibration(graph, sets, place, out var calibration);
        var float32 = new Consumer(Path.Combine(place, "Float32"), batch, version, graph);
        float32.Write(model, "KeepFloat=\"*\"" + dimensions);
        var result = new Result(subject.Name) { CalibrationSamples = calibration.Count, Data = subject.Data ?? "made from test data" };
        if (float32.Build() is { } failure)
        {
            return result with { Failure = failure };
        }

        result = result with { Float32 = Differences(float32, graph, sets) };
        var planned = new Consumer(Path.Combine(place, "Planned"), batch, version, graph);
        planned.Write(model, $"ErrorBudget=\"{Budget}\" CalibrationData=\"{data}\"" + dimensions
            + (subject.Loss is { } loss ? $" Loss=\"{loss}\"" : ""));
        using (var watch = new WorkerWatch(planned.Folder))
        {
            var missed = planned.Build();
            result = result with { PlanSeconds = watch.Longest.TotalSeconds, PeakBytes = watch.PeakBytes, Failure = missed };
        }

        if (result.Failure is not null)
        {
            return result;
        }

        var task = subject.Data is null ? calibration : Samples.Read(subject, graph, Path.Combine(root, "data", subject.Data + "-test.npz"),
            MostTestSamples);
        var (outputs, info) = planned.Run(task);
        result = result with { Info = info };
        return task.Labels is null ? result : result with { Float32Accuracy = Accuracy.Of(float32.Run(task).Outputs[0], task.Labels),
            PlanAccuracy = Accuracy.Of(outputs[0], task.Labels), TestSamples = task.Count };
    }

    /// <summary>True for one run of the model, or several along its first axis; a longer sequence is no such thing.</summary>
    private static bool Fits(Tensor tensor, long[] shape) =>
        tensor.Shape.SequenceEqual(shape) || (shape.Length == 0 && tensor.Length == 1)
            || (shape is [1, .. var rest] && tensor.Shape.Skip(1).SequenceEqual(rest));

    /// <summary>
    /// The graph and the metadata that binds every symbolic dimension: one sample where the model computes samples independently, else what
    /// the test data have.
    /// </summary>
    private static (Graph Graph, string Dimensions) Bound(string model, OnnxTestSet set)
    {
        var import = BoundImport.Read(model, set);
        var open = import.Graph.Inputs.SelectMany(i => i.Shape).SelectMany(d => d.Symbols).Concat(import.Bound).ToHashSet();
        var sizes = new SortedDictionary<string, int>(OnnxModelReader.DimensionsOf(model, set.Inputs).Where(d => open.Contains(d.Key))
            .ToDictionary(), StringComparer.Ordinal);
        if (SampleAxis.Find(import.Graph) is { } axis && sizes.ContainsKey(axis))
        {
            sizes[axis] = 1;
        }

        var graph = GraphRewrites.Apply(OnnxModelReader.Read(model,
            sizes.Count == 0 ? DimensionBindings.None : DimensionBindings.FromSizes(sizes)).Graph);
        return (graph, sizes.Count == 0 ? ""
            : $" Dimensions=\"{string.Join(';', sizes.Select(s => string.Create(CultureInfo.InvariantCulture, $"{s.Key}={s.Value}")))}\"");
    }

    /// <summary>The path of the calibration data, which are written where they do not stand as the model needs them.</summary>
    private string Calibration(Graph graph, IReadOnlyList<OnnxTestSet> sets, string place, out Samples samples)
    {
        string? given = subject.Data is null ? null : Path.Combine(root, "data", subject.Data + "-calibration.npz");
        samples = given is null ? Samples.Make(graph, sets) : Samples.Read(subject, graph, given, int.MaxValue);
        string path = Path.Combine(place, "calibration.npz");
        var labels = samples.Labels is { } known ? [("labels", known)] : Array.Empty<(string, Tensor)>();
        NpzFile.Write(path, graph.Inputs.Zip(samples.Arrays, (i, a) => (i.Name, Flat(a, i))).Concat(labels));
        return path;
    }

    /// <summary>A model of one sample takes rows of it; any other a stack of whole inputs.</summary>
    private static Tensor Flat(Tensor array, Value input) => input.Rank > 0
        && input.Shape[0].Value == 1 ? array.Reshape([array.Shape[0], .. array.Shape[2..]]) : array;

    /// <summary>In words, or that there is none: <see cref="TensorComparison"/> with the rounding errors of the network.</summary>
    private static string Differences(Consumer consumer, Graph graph, IReadOnlyList<OnnxTestSet> sets)
    {
        var (outputs, _) = consumer.Run(Samples.Of(graph, sets));
        double roundoff = Roundoff.Estimate(graph);
        for (int i = 0; i < outputs.Count; i++)
        {
            var expected = new Tensor(outputs[i].Type, outputs[i].Shape, [.. sets.SelectMany(s => s.Outputs[i].Bytes.ToArray())]);
            if (TensorComparison.Difference(outputs[i], expected, roundoff) is { } difference)
            {
                return $"output {i}: {difference}";
            }
        }

        return $"equal ({sets.Count})";
    }
}
