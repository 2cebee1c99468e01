using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Lowering.Storage;
using MixPrec.Compiler.Lowering.WeightsFile;
using MixPrec.Plan;
using Location = MixPrec.Plan.PlanArgument.Location;

namespace MixPrec.Compiler.Lowering;

/// <summary>What lowering an operation needs: where its inputs lie, room for its output, and the list of steps that it extends.</summary>
internal sealed class LoweringContext
{
    private readonly Dictionary<Value, List<(Form Form, Location At)>> _stored = [];
    private readonly StepList _steps;
    private readonly Dictionary<Value, int> _ports;

    private readonly Layout _portLayout;
    private readonly Dictionary<Value, (Layout.Growing Layout, Location At)> _growing = [];
    private readonly Dictionary<Value, (Location From, IReadOnlyList<IntExpr> Strides)> _views = [];
    private readonly HashSet<Node> _fused = [];
    private IReadOnlyList<FusedAttention> _attentions = [];
    private readonly List<SymbolicDimension> _iterations = [];

    /// <param name="portLayout">The order of inputs and outputs.</param>
    /// <param name="weights">Takes the constants.</param>
    /// <param name="cache">The inputs and outputs that are buffers which grow, if there are any.</param>
    public LoweringContext(Graph graph, PrecisionAssignment precisions, RangeTable ranges, Layout portLayout, WeightsBuilder weights,
        PlanCache? cache = null)
    {
        _steps = new();
        (Weights, Graph, Precisions, Ranges, _portLayout) = (weights, graph, precisions, ranges, portLayout);
        _ports = OutputPorts.Find(graph, portLayout);
        for (int i = 0; i < graph.Inputs.Count; i++)
        {
            var input = graph.Inputs[i];
            _stored[input] = [(new Form(portLayout).For(input), new Location(input.Type.Element, Place.Port, i, 0))];
        }

        foreach (var pair in cache?.Pairs ?? default)
        {
            var (past, present) = (graph.Inputs[pair.Input], graph.Outputs[pair.Output - graph.Inputs.Count]);
            var layout = new Layout.Growing(GrowingAxis(past, cache!), IntExpr.Symbol(cache!.Capacity));
            _stored[past] = [(new Form(layout), new Location(past.Type.Element, Place.Port, pair.Input, 0))];
            _growing[present] = (layout, new Location(past.Type.Element, Place.Port, pair.Output, 0));
        }
    }

    private LoweringContext(LoweringContext outer, Graph body, IReadOnlyList<Location> inputs)
    {
        _steps = outer._steps;
        (Weights, Graph, Precisions, Ranges, _portLayout) = (outer.Weights, body, PrecisionAssignment.AllFloat, RangeTable.Empty,
            Layout.RowMajor);
        Encoded = outer.Encoded;
        _ports = [];
        foreach (var (input, location) in body.Inputs.Zip(inputs))
        {
            Store(input, new Form(Layout.RowMajor), location);
        }
    }

    public Graph Graph { get; }

    /// <summary>Counts of steps that repeat others, beside those of the graph.</summary>
    public IReadOnlyList<SymbolicDimension> Iterations => _iterations;

    /// <summary>Whether <see cref="Iteration"/> may add counts: not to a body, whose graph has none of its own, nor beside a cache.</summary>
    public bool CanRepeat { get; init; }

    /// <summary>Whether what is quantized is looked at first: products then store floats, for bytes cannot tell.</summary>
    public bool ChecksFinite { get; init; }

    /// <summary>Whether inputs and outputs are buffers that grow.</summary>
    public bool HasCache => _growing.Count > 0;

    public PrecisionAssignment Precisions { get; }

    public RangeTable Ranges { get; }

    public WeightsBuilder Weights { get; }

    /// <summary>Weights that were packed before.</summary>
    public EncodedWeightsCache Encoded { get; init; } = new();

    public IReadOnlyList<PlanStep> Steps => _steps.Steps;

    /// <inheritdoc cref="StepList.Buffers"/>
    public IReadOnlyList<IntExpr> Buffers => _steps.Buffers;

    public void Call(Node node, string method, string comment, params IEnumerable<PlanArgument> arguments) =>
        _steps.Add(node, method, comment, arguments);

    /// <summary>A step that only brings what a layer reads into another form.</summary>
    public void Move(Node reader, string method, string comment, params IEnumerable<PlanArgument> arguments) =>
        _steps.Add(reader, method, comment, arguments, isMove: true);

    /// <summary>A step that returns a count.</summary>
    public void Count(Node node, string count, string method, string comment, params IEnumerable<PlanArgument> arguments) =>
        _steps.Add(node, method, comment, arguments, count);

    /// <summary>A new count for steps that repeat others.</summary>
    /// <param name="name">In words.</param>
    /// <param name="bound">Iterations.</param>
    /// <returns>Its identifier.</returns>
    public string Iteration(string name, IntExpr bound)
    {
        var taken = Graph.Symbols.Concat(_iterations).Select(s => s.Identifier).ToHashSet();
        string identifier = Enumerable.Range(1, int.MaxValue).Select(i => $"{name}{i}").First(i => !taken.Contains(i));
        _iterations.Add(new(identifier, identifier, bound));
        return identifier;
    }

    /// <inheritdoc cref="StepList.Repeat"/>
    public void Repeat(Node node, string iteration, string method, string comment, IEnumerable<PlanArgument> arguments, Action body) =>
        _steps.Repeat(node, iteration, method, comment, arguments, body);

    /// <summary>The same where each iteration is a part of what a node computes.</summary>
    public void RepeatParts(Node node, string iteration, string method, string comment, IEnumerable<PlanArgument> arguments, Action body) =>
        _steps.Repeat(node, iteration, method, comment, arguments, body, isMove: true);

    /// <summary>For a graph inside this one, which adds to the same steps and lives in the same memory.</summary>
    /// <param name="inputs">Where its inputs lie, in the order of their shapes.</param>
    public LoweringContext Inside(Graph body, IReadOnlyList<Location> inputs) => new(this, body, inputs);

    /// <summary>The dimension along which a buffer of the cache grows.</summary>
    public static int GrowingAxis(Value past, PlanCache cache) =>
        Enumerable.Range(0, past.Rank).First(d => past.Shape[d] == IntExpr.Symbol(cache.Past));

    /// <summary>
    /// The layout in which the value lies in memory; reading it so is free. A buffer that grows lies so for those alone who ask
    /// <see cref="GrowingLayoutOf"/>.
    /// </summary>
    public Layout LayoutOf(Value value) => _stored.TryGetValue(value, out var forms)
        && forms[0].Form.Layout is not Layout.Growing ? forms[0].Form.Layout : Layout.RowMajor;

    /// <summary>How the value lies in a buffer that grows; null for all others.</summary>
    public Layout.Growing? GrowingLayoutOf(Value value) =>
        _stored.TryGetValue(value, out var forms) ? forms[0].Form.Layout as Layout.Growing : null;

    /// <summary>The buffer that grows to become the value, which the caller completes; null for all other values.</summary>
    public (Layout.Growing Layout, Location At)? Grow(Value value)
    {
        if (!_growing.TryGetValue(value, out var buffer))
        {
            return null;
        }

        Store(value, new Form(buffer.Layout), buffer.At);
        return buffer;
    }

    /// <summary>Where the value lies in the form that is wanted, converted when it is not there yet.</summary>
    public Location Read(Node reader, Value value, Layout layout, QuantizationParameters? quantization = null) =>
        Read(reader, value, new Form(layout, quantization).For(value));

    /// <summary>
    /// An operand of a product: a constant without its subnormal numbers, which other readers of the same value may need.
    /// </summary>
    public Location ReadWeights(Node reader, Value value, Layout? layout = null) => value.Constant is { Type: ElementType.F32 } constant
        ? Weights.Add<byte>(ElementType.F32, (layout ?? Layout.RowMajor).Arrange(SubnormalWeights.SetToZero(constant)).Bytes)
        : Read(reader, value, layout ?? Layout.RowMajor);

    /// <summary>Room for an output in the form given; the caller writes it.</summary>
    public Location Create(Value value, Layout layout, QuantizationParameters? quantization = null)
    {
        var form = new Form(layout, quantization).For(value);
        var location = form == new Form(_portLayout).For(value) && _ports.TryGetValue(value, out int port)
            ? new Location(value.Type.Element, Place.Port, port, 0)
            : Temporary(form.Element(value), form.Length(value))
                with { Label = value.Name + (form.Quantization is null ? "" : " quantized") };
        Store(value, form, location);
        return location;
    }

    /// <summary>Says that a step before them does what these nodes do.</summary>
    public void Fuse(IEnumerable<Node> nodes) => _fused.UnionWith(nodes);

    public bool IsFused(Node node) => _fused.Contains(node);

    /// <summary>Finds what is lowered with the last product of each attention.</summary>
    public void FindAttentions()
    {
        _attentions = FusedAttention.FindAll(this);
        Fuse(_attentions.SelectMany(a => a.Others));
    }

    /// <summary>The attention whose last product the node is; null for others.</summary>
    public FusedAttention? AttentionOf(Node node) => _attentions.FirstOrDefault(a => a.Mixed == node);

    /// <summary>Whether an attention reads the value where it lies.</summary>
    public bool IsReadByAttention(Value value, IReadOnlyList<IntExpr> strides) =>
        Graph.HasOneUse(value) && _attentions.Any(a => a.ReadsView(value, strides));

    /// <summary>Room for an output that several ops write parts of: made for the first, found by the others.</summary>
    public Location CreateOnce(Value value, Layout layout, QuantizationParameters? quantization = null) =>
        _stored.ContainsKey(value) ? Read(value.Producer!, value, layout, quantization) : Create(value, layout, quantization);

    public Location Temporary(ElementType element, IntExpr elements) => _steps.Temporary(element, elements);

    /// <summary>Makes <paramref name="output"/> another name of what lies in <paramref name="input"/>'s memory.</summary>
    /// <param name="layout">The order of the same bytes under the shape of <paramref name="output"/>.</param>
    public void Alias(Value output, Value input, Layout layout)
    {
        foreach (var (form, location) in _stored[input])
        {
            if (form.Layout == _stored[input][0].Form.Layout)
            {
                Store(output, (form with { Layout = layout }).For(output), location);
            }
        }
    }

    /// <summary>Whether the value has been computed, or lies in memory from the start; not so for constants.</summary>
    public bool IsStored(Value value) => _stored.ContainsKey(value);

    /// <summary>Whether the value lies there in this form.</summary>
    public bool IsStored(Value value, Layout layout, QuantizationParameters? quantization = null) =>
        There(value, new Form(layout, quantization).For(value)) is not null;

    /// <summary>True unless the value lies in memory quantized only.</summary>
    public bool HasFloats(Value value) => !_stored.TryGetValue(value, out var forms) || forms.Any(f => f.Form.Quantization is null);

    /// <summary>Says that a value lies there already, quantized.</summary>
    public void PlaceQuantized(Value value, Layout layout, QuantizationParameters quantization, Location at) =>
        Store(value, new Form(layout, quantization).For(value), at);

    /// <summary>
    /// Makes <paramref name="output"/> another shape of <paramref name="input"/>, which is put in the order of its shape first.
    /// </summary>
    public void AliasRowMajor(Node reader, Value output, Value input) =>
        Store(output, new Form(Layout.RowMajor), Read(reader, input, Layout.RowMajor));

    /// <summary>Leaves the value where its elements lie; its only reader asks with <see cref="ReadView"/>.</summary>
    public void View(Value value, Location from, IReadOnlyList<IntExpr> strides) => _views[value] = (from, strides);

    /// <summary>
    /// Where the value lies and the element stride of each of its dimensions; the last is 1 for all but a <see cref="View"/>.
    /// </summary>
    public (Location From, IReadOnlyList<IntExpr> Strides) ReadView(Node reader, Value value)
    {
        if (_views.TryGetValue(value, out var view))
        {
            return view;
        }

        var layout = GrowingLayoutOf(value) ?? Layout.RowMajor;
        return (Read(reader, value, layout), layout.Strides(value.Shape));
    }

    /// <summary>Where the elements lie, in whatever order.</summary>
    public Location ReadInAnyOrder(Node reader, Value value) =>
        _views.TryGetValue(value, out var view) ? view.From : Read(reader, value, LayoutOf(value));

    /// <summary>Copies what the graph returns to its ports where it was not written there at once.</summary>
    public void FinishOutputs()
    {
        for (int i = 0; i < Graph.Outputs.Count; i++)
        {
            var value = Graph.Outputs[i];
            if (_growing.ContainsKey(value))
            {
                continue;
            }

            var port = new Location(value.Type.Element, Place.Port, Graph.Inputs.Count + i, 0);
            var reader = value.Producer ?? new Node(value.Name, new Graphs.Ops.Reshape(value.Shape), [value], []);
            if (value.Constant is null && !IsStored(value, _portLayout))
            {
                Conversions.Reordered(this, reader, value, _stored[value][0], _portLayout, port);
            }
            else if (Read(reader, value, _portLayout) is var from && from != port)
            {
                Move(reader, "Copy.Strided", "copies the result to its output", CopyArguments(from, port, [value.Type.Length], [1], [1]));
            }
        }
    }

    public static PlanArgument Int(IntExpr value) => new PlanArgument.Integer(value);

    public static PlanArgument Ints(params IEnumerable<IntExpr> values) => new PlanArgument.Integers(new(values));

    public static PlanArgument List(IEnumerable<int> values) => Ints(values.Select(v => IntExpr.Constant(v)));

    public static PlanArgument New(string type, params IEnumerable<PlanArgument> arguments) =>
        new PlanArgument.Construct(type, new(KernelParameters.OfConstructor(type, [.. arguments])));

    public static IEnumerable<PlanArgument> CopyArguments(Location from, Location to, IReadOnlyList<IntExpr> shape,
        IReadOnlyList<IntExpr> fromStrides, IReadOnlyList<IntExpr> toStrides) =>
        [from, to, Ints(shape), Ints(fromStrides), Ints(toStrides)];

    private Location Read(Node reader, Value value, Form form)
    {
        if (There(value, form) is { } there)
        {
            return there;
        }

        var location = value.Constant is { } constant ? Weights.Add<byte>(value.Type.Element, form.Layout.Arrange(constant).Bytes)
            : form.Quantization is { } quantization ? Conversions.Quantized(this, reader, value, form.Layout, quantization)
            : Conversions.Reordered(this, reader, value, _stored[value][0], form.Layout);
        Store(value, form, location);
        return location;
    }

    private Location? There(Value value, Form form) =>
        _stored.TryGetValue(value, out var forms) ? forms.FirstOrDefault(f => f.Form == form).At : null;

    private void Store(Value value, Form form, Location location)
    {
        if (!_stored.TryGetValue(value, out var forms))
        {
            _stored[value] = forms = [];
        }

        forms.Add((form, location));
    }
}
