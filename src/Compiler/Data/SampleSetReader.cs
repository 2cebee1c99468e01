using System.Globalization;
using MixPrec.Compiler.Data.Npy;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Options;
using MixPrec.Diagnostics;
using MixPrec.Plan;

namespace MixPrec.Compiler.Data;

/// <summary>Reads samples for a graph: arrays named like its inputs, and optionally <c>labels</c> or <c>targets</c>.</summary>
internal static class SampleSetReader
{
    /// <summary>
    /// Samples that are used of a file. A plan is not better for more: the spread of its estimates falls with the root of their number, and
    /// is far below the budget by then. A small file may unpack to millions.
    /// </summary>
    public const int MostSamples = 100_000;

    private const string Labels = "labels";
    private const string Targets = "targets";

    /// <param name="path">An .npz file, a folder of .npy files, or a folder of ONNX test data.</param>
    /// <param name="loss">The loss the user asked for; null when the data decide.</param>
    /// <param name="wanted">Null for all inputs of the graph.</param>
    /// <exception cref="MixPrecException">MXP1001, MXP1005…1009, MXP1012: missing, damaged, or not fitting the graph's inputs.</exception>
    public static SampleSet Read(string path, Graph graph, LossKind? loss, DataInputs? wanted = null)
    {
        wanted ??= DataInputs.AllOf(graph);
        var archive = TestSets.AreIn(path) ? TestSets.Read(path, graph, wanted) : ArrayArchive.Read(path);
        var arrays = archive.Arrays;
        var made = wanted.Made.Any(arrays.ContainsKey) ? [] : wanted.Made;
        Value[] read = [.. graph.Inputs.Where(i => !made.Contains(i.Name))];
        RequireKeys(path, graph, read, wanted.Constants, arrays, loss);
        var inputs = read.ToDictionary(i => i.Name, i => Fitted(path, i, arrays[i.Name]));
        int group = Group(graph, inputs);
        long available = inputs.Where(i => !IsOnce(i.Value, i.Key)).Select(i => i.Value.Shape[0]).DefaultIfEmpty(1).Min();
        foreach (string scalar in inputs.Where(i => IsOnce(i.Value, i.Key) && available is > 0 and <= int.MaxValue).Select(i => i.Key)
            .ToArray())
        {
            inputs[scalar] = Repeated(inputs[scalar], (int)available);
        }

        if (inputs.FirstOrDefault(i => i.Value.Shape[0] != available) is { Key: not null } longer)
        {
            throw Invalid(path,
                $"array '{longer.Key}' holds {Counted.Format(longer.Value.Shape[0], "sample")} and another input {available}");
        }

        RequireOneScalar(path, read, inputs, group);
        SizeAgreement.Require(path, graph, read.Select(i => (i, RunShape(i, inputs[i.Name]))));

        bool IsOnce(Tensor array, string input) => array.Length == 1 && read.Any(i => i.Name == input && i.Rank == 0);

        int count = (int)(Math.Min(available, Math.Max(MostSamples, 2L * group)) / group * group);
        if (count < 2 * group)
        {
            throw Invalid(path, $"it holds {Counted.Format(available, "sample")}, at least {2 * group} are needed");
        }

        var labels = arrays.TryGetValue(Labels, out var l) ? LabelsOf(path, graph, l, available, count) : null;
        var targets = arrays.TryGetValue(Targets, out var t) ? TargetsOf(path, t, available, count) : null;
        return new SampleSet(read.ToDictionary(i => i.Name, i => Converted(path, i, First(inputs[i.Name], count))), labels, targets, count)
        {
            GroupSize = group, Files = archive.Files, Unused = available / group * group - count,
        };
    }

    private static void RequireKeys(string path, Graph graph, Value[] inputs, IReadOnlyCollection<string> spare,
        IReadOnlyDictionary<string, Tensor> arrays, LossKind? loss)
    {
        string[] answers = loss is LossKind.CrossEntropy ? [Labels] : loss is LossKind.Mse ? [Targets] : [];
        DataKeys.Require(path, graph,
            [.. inputs.Select(i => (i.Name, $"{PrintableName.Format(i.Name)} [{string.Join(",", i.Declared ?? i.Shape)}]")),
                .. answers.Select(a => (a, a))], [.. spare, Labels, Targets], arrays);
    }

    /// <summary>
    /// The input's array, its first axis the samples: of the input's own rank, or whole inputs stacked. Of an input without dimensions one
    /// number a sample, or one for all.
    /// </summary>
    private static Tensor Fitted(string path, Value input, Tensor array)
    {
        if (input.Rank == 0 && (array.Length == 1 || (array.Rank > 0 && array.Length == array.Shape[0])))
        {
            array = array.Reshape([array.Length]);
        }

        bool joined = array.Rank == input.Rank && array.Rank > 0 && Fits(array.Shape.Skip(1), input.Shape.Skip(1));
        bool stacked = array.Rank == input.Rank + 1 && Fits(array.Shape.Skip(1), input.Shape);
        if (!joined && !stacked)
        {
            throw new MixPrecException(
                DiagnosticCatalog.DataShapeMismatch, path, path, PrintableName.Format(input.Name), Shape(array.Shape),
                input.Rank == 0 ? "[]: give one number for each sample, [samples], or one for all, [] or [1]"
                    : $"[{string.Join(",", input.Declared ?? input.Shape)}]");
        }

        return array;
    }

    /// <summary>The samples that are used, in the input's type.</summary>
    private static Tensor Converted(string path, Value input, Tensor array)
    {
        RequireNumbers(path, input.Name, array, infinite: true);
        long bytes = array.Length * input.Type.Element.Size();
        if (bytes > Array.MaxLength)
        {
            throw Invalid(path, $"array '{PrintableName.Format(input.Name)}' has {Counted.Format(bytes, "byte")} as {input.Type.Element}, "
                + $"more than {Array.MaxLength}: give fewer samples");
        }

        try
        {
            return ArrayConversion.Convert(array, input.Type.Element);
        }
        catch (InvalidDataException exception)
        {
            throw Invalid(path, $"array '{PrintableName.Format(input.Name)}': {exception.Message}");
        }
    }

    /// <summary>The array itself where all of its rows are used.</summary>
    private static Tensor First(Tensor array, int count) => array.Shape[0] == count ? array : SampleSet.Rows(array, 0, count);

    private static bool Fits(IEnumerable<long> shape, IEnumerable<IntExpr> input) =>
        shape.Zip(input).All(p => !p.Second.IsConstant || p.Second.Value == p.First);

    /// <param name="infinite">Whether infinity is meant: in an input it may be the mask of an attention.</param>
    private static void RequireNumbers(string path, string name, Tensor array, bool infinite)
    {
        int bad = array.Type switch
        {
            ElementType.F32 => FirstBad(array.Span<float>()),
            ElementType.F64 => FirstBad(array.Span<double>()),
            ElementType.F16 => FirstBad(array.Span<Half>()),
            _ => -1,
        };
        if (bad >= 0)
        {
            throw new MixPrecException(DiagnosticCatalog.DataNotFinite, path, path, PrintableName.Format(name),
                bad / (array.Length / array.Shape[0]), infinite ? "NaN" : "a value that is not finite");
        }

        int FirstBad<T>(ReadOnlySpan<T> values) where T : System.Numerics.INumberBase<T>
        {
            for (int i = 0; i < values.Length; i++)
            {
                if (infinite ? T.IsNaN(values[i]) : !T.IsFinite(values[i]))
                {
                    return i;
                }
            }

            return -1;
        }
    }

    private static Tensor Repeated(Tensor one, int count)
    {
        var all = Tensor.Zeros(one.Type, count);
        for (int i = 0; i < count; i++)
        {
            one.Bytes.CopyTo(all.Writable<byte>()[(i * one.Bytes.Length)..]);
        }

        return all;
    }

    /// <summary>The shape of an input in a run, as far as the samples alone give it.</summary>
    private static IReadOnlyList<long> RunShape(Value input, Tensor array) =>
        array.Rank == input.Rank ? [-1, .. array.Shape.Skip(1)] : array.Shape[1..];

    /// <summary>Samples that run together share their inputs without dimensions.</summary>
    private static void RequireOneScalar(string path, Value[] read, Dictionary<string, Tensor> inputs, int group)
    {
        foreach (var input in read.Where(i => i.Rank == 0 && group > 1))
        {
            var array = inputs[input.Name];
            int size = array.Type.Size();
            int bad = Enumerable.Range(0, (int)array.Length).FirstOrDefault(i =>
                !array.Bytes.Slice(i * size, size).SequenceEqual(array.Bytes.Slice(i / group * group * size, size)), -1);
            if (bad >= 0)
            {
                throw Invalid(path, $"array '{PrintableName.Format(input.Name)}' has different numbers for samples that run together "
                    + FormattableString.Invariant($"(sample {bad}, {Counted.Format(group, "sample")} a run)"));
            }
        }
    }

    /// <summary>Samples of one run: the fixed first dimension of inputs whose arrays are joined along it.</summary>
    private static int Group(Graph graph, Dictionary<string, Tensor> inputs) =>
        graph.Inputs.Where(i => i.Rank > 0 && inputs.TryGetValue(i.Name, out var array) && array.Rank == i.Rank && i.Shape[0].IsConstant)
            .Select(i => checked((int)i.Shape[0].Value)).DefaultIfEmpty(1).Max();

    private static Tensor LabelsOf(string path, Graph graph, Tensor array, long available, int samples)
    {
        RequireRows(path, Labels, array, available);
        Tensor labels;
        try
        {
            labels = ArrayConversion.Convert(First(array, samples), ElementType.I64);
        }
        catch (InvalidDataException exception)
        {
            throw Invalid(path, $"array 'labels': {exception.Message}");
        }

        if (labels.Rank == 0 || labels.Shape[0] != samples)
        {
            throw Invalid(path, $"array 'labels' has shape {Shape(labels.Shape)} for {Counted.Format(samples, "sample")}");
        }

        var output = graph.Answer;
        var span = labels.Span<long>();
        var axis = output.Rank < 2 ? IntExpr.Zero : labels.Length == samples ? IntExpr.Product(output.Shape.Skip(1)) : output.Shape[^1];
        if (axis is { IsConstant: true, Value: > 0 and var classes })
        {
            for (int i = 0; i < span.Length; i++)
            {
                if (span[i] < 0 || span[i] >= classes)
                {
                    throw new MixPrecException(DiagnosticCatalog.LabelOutOfRange, path, path, span[i], i / (span.Length / samples),
                        classes - 1);
                }
            }
        }

        return labels;
    }

    private static Tensor TargetsOf(string path, Tensor array, long available, int samples)
    {
        RequireRows(path, Targets, array, available);
        var targets = First(array, samples);
        RequireNumbers(path, Targets, targets, infinite: false);
        return ArrayConversion.Convert(targets, ElementType.F32);
    }

    private static void RequireRows(string path, string name, Tensor array, long samples)
    {
        if (array.Rank == 0 || array.Shape[0] != samples)
        {
            throw Invalid(path, $"array '{name}' has shape {Shape(array.Shape)} for {Counted.Format(samples, "sample")}");
        }
    }

    private static MixPrecException Invalid(string path, string reason) => new(DiagnosticCatalog.DataInvalid, path, path, reason);

    private static string Shape(IEnumerable<long> shape) => string.Create(CultureInfo.InvariantCulture, $"[{string.Join(",", shape)}]");
}
