using MixPrec.Compiler.Calibration;
using MixPrec.Compiler.Data;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Formats.Storage;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Onnx.Proto;
using MixPrec.Compiler.Options;
using MixPrec.Compiler.Rewrites;
using MixPrec.Diagnostics;
using MixPrec.Plan;

namespace MixPrec.Compiler.Export;

/// <summary>An exported model.</summary>
/// <param name="Layers">In bytes, by name.</param>
/// <param name="Left">Layers that were asked for and stay in fp32.</param>
internal sealed record ExportedModel(ModelProto Proto, IReadOnlyList<string> Layers, IReadOnlyList<string> Left);

/// <summary>
/// A model with QuantizeLinear and DequantizeLinear around its layers, as ONNX Runtime's static quantization makes it and its integer
/// kernels are found by: unsigned activations with one scale and zero point, signed weights with a scale for each output channel, biases in
/// units of the sums. Weights, scales and zero points are those that a build multiplies with in i8, of a plan
/// those of the plan (<see cref="ExportedPlan"/>).
/// </summary>
internal sealed class QdqExport
{
    /// <summary>The first version of the file format that goes with <see cref="OpsetConversion.Target"/>.</summary>
    private const int LeastIrVersion = 7;

    private readonly string _path;
    private readonly ModelProto _file;
    private readonly SampleSet _samples;
    private readonly RangeTable? _locked;
    private readonly Dictionary<string, Value> _values = [];
    private readonly Dictionary<Value, ActivationRange> _observed = [];
    private readonly HashSet<string> _notFinite = [];
    private readonly HashSet<string> _external;

    /// <param name="graph">The model as <see cref="Prepare"/> gives it.</param>
    /// <param name="samples">For ranges.</param>
    /// <param name="locked">The ranges and roundings of a plan, which take the place of those of the samples; null for none.</param>
    public QdqExport(string path, Graph graph, SampleSet samples, RangeTable? locked)
    {
        (_path, _file, Graph, _samples, _locked) = (path, OnnxModelReader.Parse(path), graph, samples, locked);
        foreach (var value in graph.Inputs.Concat(graph.Nodes.SelectMany(n => n.Outputs)).Where(v => v.Type.Element == ElementType.F32))
        {
            _values.TryAdd(value.Name, value);
        }

        _external = [.. _file.Graph.Output.Select(o => o.Name), .. _file.Graph.Node.SelectMany(Skeleton.Captured)];
        if (graph.QuantizableNodes.FirstOrDefault(n => ModelQuantization.OfActivations(n) is not null) is { } quantized)
        {
            throw new MixPrecException(DiagnosticCatalog.AlreadyQuantized, path, PrintableName.Format(quantized.Name));
        }
    }

    private Graph Graph { get; }

    /// <summary>
    /// The imported model with what can be folded into weights. Activations stay nodes, and nothing changes what a value of the file means:
    /// the exported model names them as the file does.
    /// </summary>
    public static Graph Prepare(Graph imported) =>
        FoldScaleAndShift.Apply(FuseQuantizeDequantize.Apply(RemoveIdentities.Apply(MergeTransposes.Apply(imported))));

    /// <param name="wanted">Whether a layer is to be computed in bytes.</param>
    /// <exception cref="MixPrecException">MXP1051: no layer can; MXP1052: the model is too old.</exception>
    public ExportedModel Export(Func<Node, bool> wanted, CancellationToken cancellation)
    {
        Node[] asked = [.. Graph.QuantizableNodes.Where(n => n.Op is Conv or MatMul && wanted(n))];
        var weights = new Dictionary<Node, ExportedWeights>();
        var layers = new List<Node>();
        foreach (var node in asked.Where(n => n.MultipliesActivations() || n.InputOrNull(2) is null or { Constant: not null }))
        {
            if (node.MultipliesActivations())
            {
                layers.Add(node);
            }
            else if (ExportedWeights.FromNode(node, _locked?.Rounding(node, Int8PerChannel.Format)) is { } own)
            {
                weights[node] = own;
                layers.Add(node);
            }
        }

        var (skeleton, bytes) = Observed(layers, cancellation);
        string[] exported = [.. skeleton.Nodes.Select(n => n.Layer).OfType<Node>().Select(l => l.Name)];
        return exported.Length == 0
            ? throw new MixPrecException(DiagnosticCatalog.NothingToExport, _path, Path.GetFileName(_path),
                _locked is null ? "that could be exported in bytes" : "that the plan has in i8 or i8a7 and that could be exported in bytes")
            : new(Write(skeleton, bytes, weights), exported, [.. asked.Select(l => l.Name).Except(exported)]);
    }

    /// <summary>
    /// Skeleton and values of bytes, once every such value has a range: layers at values that are not finite stay floats.
    /// </summary>
    private (Skeleton Skeleton, ByteValues Bytes) Observed(List<Node> layers, CancellationToken cancellation)
    {
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            var skeleton = new Skeleton(_file.Graph, layers);
            var bytes = new ByteValues(skeleton.Nodes, name => _values.ContainsKey(name) && !_notFinite.Contains(name), _external);
            string[] names = [.. bytes.Values.Union(bytes.Rights)];
            Value[] missing = [.. names.Select(n => _values[n]).Where(v => !_observed.ContainsKey(v) && !_notFinite.Contains(v.Name))];
            if (missing.Length > 0)
            {
                var ranges = ValueRanges.Collect(ActivationRanges.MinMax, Graph, missing,
                    Batch.Split(Graph, _samples, BatchSize.Choose(Graph, _samples)).Select(f => f.Inputs));
                foreach (var value in missing)
                {
                    if (ranges.TryGetValue(value, out var range))
                    {
                        _observed[value] = range;
                    }
                    else
                    {
                        _notFinite.Add(value.Name);
                    }
                }
            }

            if (!names.Any(_notFinite.Contains))
            {
                return (skeleton, bytes);
            }

            layers = [.. layers.Where(l => !l.Inputs.Concat(l.Outputs).OfType<Value>().Any(v => _notFinite.Contains(v.Name)))];
        }
    }

    private ModelProto Write(Skeleton skeleton, ByteValues bytes, IReadOnlyDictionary<Node, ExportedWeights> weights)
    {
        var model = _file.Clone();
        var conversion = new OpsetConversion(_path, OnnxModelReader.OpsetOf(_file), name => _values.GetValueOrDefault(name)?.Rank);
        foreach (var node in skeleton.Nodes.Where(n => n.Layer is null))
        {
            conversion.Convert(node.Proto);
        }

        var ranges = RangesOf(skeleton, bytes);
        var graph = model.Graph;
        graph.Node.Clear();
        HashSet<string> read = [.. skeleton.Nodes.SelectMany(n => n.Layer is null ? n.Proto.Input.Concat(Skeleton.Captured(n.Proto))
                : n.DataInputs.Select(i => n.Proto.Input[i])),
            .. graph.Output.Select(o => o.Name)];
        Keep(graph, read);
        graph.Initializer.AddRange(skeleton.Constants.Concat(conversion.Constants));
        HashSet<string> taken = [.. read, .. skeleton.Nodes.SelectMany(n => n.Proto.Output), .. graph.Input.Select(i => i.Name),
            .. graph.Initializer.Select(i => i.Name)];
        var writer = new QdqWriter(graph, bytes, (name, isRight) => isRight
            ? Int8PerChannel.Format.ActivationParameters(ranges.Rights[name]) : ActivationFormat.U8.Parameters(ranges.Values[name]),
            weights, taken);
        foreach (var input in graph.Input)
        {
            writer.AddInput(input.Name);
        }

        foreach (var node in skeleton.Nodes)
        {
            writer.Add(node);
        }

        model.IrVersion = Math.Max(model.IrVersion, LeastIrVersion);
        var standard = model.OpsetImport.Where(o => OpsetImports.Normalized(o.Domain).Length == 0).MaxBy(o => o.Version);
        standard!.Version = Math.Max(standard.Version, OpsetConversion.Target);
        return model;
    }

    /// <summary>
    /// What is still read, with data that lay outside the file in it. Since version 4 of the format, initializers that are inputs as well
    /// are defaults of these, which ONNX Runtime would not take for constants.
    /// </summary>
    private void Keep(GraphProto graph, HashSet<string> read)
    {
        var reader = new TensorReader(Path.GetFullPath(_path), new ExternalData(Path.GetFullPath(_path)));
        TensorProto[] kept = [.. graph.Initializer.Where(i => read.Contains(i.Name))
            .Select(i => i.DataLocation == 1 ? TensorWriter.ToProto(i.Name, reader.Read(i)) : i)];
        var names = graph.Initializer.Select(i => i.Name).ToHashSet();
        ValueInfoProto[] inputs = [.. graph.Input.Where(i => !names.Contains(i.Name))];
        graph.Initializer.Clear();
        graph.Initializer.AddRange(kept);
        graph.Input.Clear();
        graph.Input.AddRange(inputs);
    }

    private (IReadOnlyDictionary<string, ActivationRange> Values, IReadOnlyDictionary<string, ActivationRange> Rights) RangesOf(
        Skeleton skeleton, ByteValues bytes)
    {
        var own = bytes.Values.ToDictionary(n => n, n => _observed[_values[n]]);
        var rights = bytes.Rights.ToDictionary(n => n, n => _observed[_values[n]]);
        var read = new HashSet<string>();
        foreach (var layer in skeleton.Nodes.Select(n => n.Layer).OfType<Node>())
        {
            read.Add(layer.Input(0).Name);
            if (_locked?.Ranges.TryGetValue(layer.Name, out var range) == true)
            {
                own[layer.Input(0).Name] = range;
            }

            if (layer.MultipliesActivations() && _locked?.RhsRanges.TryGetValue(layer.Name, out var right) == true)
            {
                rights[layer.Input(1).Name] = right;
            }
        }

        return (ElementPassing.Unify(own, skeleton.Nodes.Where(bytes.IsByte), read), rights);
    }
}
