using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Onnx.Proto;
using MixPrec.Diagnostics;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx;

/// <summary>The graph of one model file, node by node into a <see cref="GraphBuilder"/>.</summary>
internal sealed class OnnxImporter
{
    /// <summary>Elements of an input that a message offers to make a constant.</summary>
    private const int LargestBindable = 64;

    private readonly GraphProto _proto;
    private readonly LocalFunctions _functions;
    private readonly SymbolTable _symbols;
    private readonly TensorReader _tensors;
    private readonly IReadOnlyDictionary<string, Tensor> _known;
    private readonly ConstantBindings _constants;
    private readonly List<Value> _arguments = [];
    private readonly BodyBudget _bodies = new();
    private readonly FunctionCalls _calls = new();
    private readonly StoredFloats _stored = new();
    private ValueScope _values = new(null);

    public OnnxImporter(string modelPath, ModelProto model, DimensionBindings bindings, ExternalData external,
        IReadOnlyDictionary<string, Tensor> known, ConstantBindings constants, SizeEquations equations)
    {
        var opsets = new OpsetImports(model.OpsetImport);
        ModelPath = modelPath;
        _proto = model.Graph;
        _functions = new LocalFunctions(model, opsets);
        Frame = new CallFrame(new ValueNames(_proto), opsets);
        _known = known;
        _constants = constants;
        _symbols = new SymbolTable(bindings, equations);
        _tensors = new TensorReader(modelPath, external);
        Builder = new GraphBuilder(Folding);
    }

    public string ModelPath { get; }

    /// <summary>The main graph or the local function whose nodes are being imported.</summary>
    public CallFrame Frame { get; private set; }

    /// <summary>Of the graph and all bodies together.</summary>
    public FoldingBudget Folding { get; } = new();

    /// <summary>Of the graph, or of the body of a loop that is a graph of its own.</summary>
    public GraphBuilder Builder { get; private set; }

    /// <summary>The dimensions that stay symbolic.</summary>
    public IReadOnlyList<SymbolicDimension> Symbols => _symbols.Symbols;

    /// <exception cref="MixPrecException">The graph cannot be imported.</exception>
    public Graph Import(DimensionBindings bindings)
    {
        if (_functions.Duplicate is { } twice)
        {
            throw NotReadable($"the local function '{PrintableName.Format(twice.Name)}' "
                + $"of domain '{PrintableName.Format(twice.Domain)}' is defined twice");
        }

        AddInputs(bindings);
        AddContent(_proto);
        return Builder.Build(Outputs(), _symbols.Symbols);
    }

    /// <summary>
    /// The outputs of a body (a branch, a loop's body) for given inputs: its nodes become nodes of the graph itself. Each call makes new
    /// ones.
    /// </summary>
    /// <param name="inputs">As many as the body has inputs; its own types and shapes are not needed.</param>
    /// <exception cref="MixPrecException">The body cannot be imported; or MXP3001, loops grow too large.</exception>
    public IReadOnlyList<Value> ImportBody(OnnxNode owner, GraphProto body, IReadOnlyList<Value> inputs) =>
        ImportBody(owner, body, inputs, new ValueScope(_values));

    /// <inheritdoc cref="BodyBudget.HasRoomFor"/>
    public bool HasRoomFor(GraphProto body) => _bodies.HasRoomFor(body);

    /// <summary>A body as a graph of its own: what the compiler has to know of values from around it are their types.</summary>
    /// <param name="inputs">The inputs of the body, from those of the graph and from what makes a value from around it one of the
    /// graph.</param>
    /// <inheritdoc cref="LoopBody" path="/param"/>
    /// <inheritdoc cref="LoopBody.Build"/>
    public (Graph Body, IReadOnlyList<Value> Captured) ImportLoopBody(
        OnnxNode owner, GraphProto body, IReadOnlyList<Value> states,
        Func<IReadOnlyList<Value>, Func<Value, Value>, IReadOnlyList<Value>> inputs, int firstState, string iteration)
    {
        var outer = Builder;
        var loop = new LoopBody(Folding, states);
        Builder = loop.Builder;
        try
        {
            var results = ImportBody(owner, body, inputs(loop.Inputs, loop.Capture), new ValueScope(_values, loop.Capture));
            return loop.Build(owner.Name, results, Symbols, firstState, iteration);
        }
        finally
        {
            Builder = outer;
        }
    }

    /// <summary>
    /// Those of some inputs of the model that <see cref="ConstantBindings"/> could make constants: a few numbers, in a shape that is known.
    /// </summary>
    public IEnumerable<string> Bindable(IEnumerable<string> inputs) =>
        _arguments.Where(a => inputs.Contains(a.Name) && a.Type.IsStatic && a.Type.Length.Value <= LargestBindable).Select(a => a.Name);

    /// <inheritdoc cref="SymbolTable.AddCount"/>
    public string? AddCount(string name, IntExpr most) => _symbols.AddCount(name, most);

    /// <exception cref="MixPrecException">The tensor is malformed.</exception>
    public Tensor ReadTensor(TensorProto proto)
    {
        var tensor = _tensors.Read(proto);
        Folding.Allow(tensor);
        return tensor;
    }

    private void AddInputs(DimensionBindings dimensions)
    {
        foreach (var (input, bound) in new GraphInputs(ModelPath, _proto, _symbols).Read(_constants, dimensions))
        {
            if (bound is null)
            {
                Builder.AddInput(input);
                _arguments.Add(input);
            }

            Define(input.Name, (bound ?? _known.GetValueOrDefault(input.Name)) is { } constant
                ? GraphBuilder.Constant(input.Name, constant) : input, "an input");
        }
    }

    private void AddContent(GraphProto graph)
    {
        if (graph.SparseInitializer.Count > 0)
        {
            throw NotReadable("it holds sparse initializers, which are not supported");
        }

        foreach (var initializer in graph.Initializer)
        {
            Define(initializer.Name, GraphBuilder.Constant(initializer.Name, ReadTensor(initializer)), "an initializer");
        }

        AddNodes(NodeOrder.Sort(graph.Node));
    }

    private void AddNodes(IReadOnlyList<NodeProto> nodes)
    {
        foreach (var node in nodes)
        {
            AddNode(node);
        }
    }

    private IReadOnlyList<Value> ImportBody(OnnxNode owner, GraphProto body, IReadOnlyList<Value> inputs, ValueScope scope)
    {
        if (body.Input.Count != inputs.Count)
        {
            throw owner.Invalid($"a body has {Counted.Format(body.Input.Count, "input")} and gets {inputs.Count}");
        }

        _bodies.Add(owner, body);

        var outer = _values;
        _values = scope;
        try
        {
            foreach (var (input, value) in body.Input.Zip(inputs))
            {
                Define(input.Name, value, "an input");
            }

            AddContent(body);
            return [.. body.Output.Select(o =>
                Defined(o.Name) ?? throw owner.Invalid($"the output '{PrintableName.Format(o.Name)}' of a body is computed by no node"))];
        }
        finally
        {
            _values = outer;
        }
    }

    private void AddNode(NodeProto proto)
    {
        string name = Frame.NodeName(proto);
        Value?[] inputs = [.. proto.Input.Select(i => i.Length == 0 ? null : Find(i, name, proto.OpType))];
        if (OperatorTable.Find(proto.Domain, proto.OpType) is { } known)
        {
            AddOperator(proto, known, name, inputs);
        }
        else if (_functions.Find(proto) is { } function)
        {
            AddCall(new OnnxNode(this, proto, name, inputs), proto, function, inputs);
        }
        else
        {
            throw new OnnxNode(this, proto, name, inputs).NotSupported();
        }
    }

    private void AddOperator(NodeProto proto, OnnxOperator known, string name, Value?[] inputs)
    {
        var operands = OperatorTable.OperandsOf(proto.Domain, proto.OpType);
        inputs = [.. inputs.Select((input, i) => input is { Rank: 0, Type.Element: ElementType.I64 or ElementType.I32 }
            && operands?.IsList(i) == true
            ? Builder.Add($"{name}/list", new Graphs.Ops.Reshape([1]), input) : input)];
        ElementType? stored = inputs.FirstOrDefault() is { } first && known.Widens(first.Type.Element) ? first.Type.Element : null;
        var node = new OnnxNode(this, proto, name, _stored.InSingle(Builder, known, name, inputs));
        OperatorTable.RequireKnown(ModelPath, proto.Domain, Frame.Opset(proto.Domain));
        operands?.Require(node);
        CheckedImport.RequireFiniteWeights(known, node, inputs);
        var outputs = CheckedImport.Run(known, node, o =>
            stored is { } type && o.Type.Element == ElementType.F32 ? _stored.Rounded(Builder, name, o, type) : o);
        DefineOutputs(node, proto, outputs);
    }

    /// <summary>The nodes of a local function in place of a node that calls it. Its values are seen by its own nodes only.</summary>
    private void AddCall(OnnxNode node, NodeProto call, LocalFunction function, IReadOnlyList<Value?> inputs)
    {
        var frame = _calls.Enter(Frame, node, call, function);
        var (outer, values) = (Frame, _values);
        (Frame, _values) = (frame, new ValueScope(null));
        IReadOnlyList<Value> outputs;
        try
        {
            foreach (var (i, input) in function.Proto.Input.Index())
            {
                Define(input, i < inputs.Count ? inputs[i] : null, $"an input of the local function '{function}'");
            }

            AddNodes(function.Nodes);
            outputs = [.. function.Proto.Output.Take(call.Output.Count)
                .Select(o => Defined(o) ?? throw node.Invalid(
                $"the output '{PrintableName.Format(o)}' of the local function '{function}' is computed by no node"))];
        }
        finally
        {
            (Frame, _values) = (outer, values);
        }

        DefineOutputs(node, call, outputs);
    }

    private void DefineOutputs(OnnxNode node, NodeProto proto, IReadOnlyList<Value> outputs)
    {
        for (int i = 0; i < proto.Output.Count; i++)
        {
            if (i < outputs.Count && proto.Output[i].Length > 0)
            {
                Define(proto.Output[i], outputs[i], $"node '{PrintableName.Format(node.Name)}'");
            }
            else if (Frame.IsUsed(proto.Output[i]))
            {
                throw node.NotSupported($"output {i}");
            }
        }
    }

    /// <summary>A value that a node reads; null for an input of a local function that its call leaves out.</summary>
    private Value? Find(string name, string node, string op) => _values.TryFind(name, out var value) ? value
        : throw new MixPrecException(DiagnosticCatalog.GraphInvalid, ModelPath, PrintableName.Format(node), PrintableName.Format(op),
            Frame.IsComputed(name)
            ? $"its input '{PrintableName.Format(name)}' is computed from its own output: the nodes form a cycle"
            : $"its input '{PrintableName.Format(name)}' is computed by no node");

    private Value? Defined(string name) => _values.TryFind(name, out var value) ? value : null;

    private void Define(string name, Value? value, string by)
    {
        if (!_values.Define(name, value))
        {
            throw NotReadable($"the value '{PrintableName.Format(name)}' is defined twice, the second time by {by}");
        }
    }

    /// <summary>The outputs, each a value of its own under its own name, so that each can have its own memory.</summary>
    private List<Value> Outputs()
    {
        var outputs = new List<Value>();
        foreach (var output in _proto.Output)
        {
            var value = Builder.Data(Defined(output.Name)
                ?? throw NotReadable($"its output '{PrintableName.Format(output.Name)}' is computed by no node"));
            outputs.Add(value.Constant is { } tensor ? GraphBuilder.Constant(output.Name, tensor)
                : value.Producer is null || value.Name != output.Name
                    || outputs.Contains(value) ? Builder.Add(output.Name, new Graphs.Ops.Reshape(value.Shape), value)
                : value);
        }

        return outputs.Count > 0 ? outputs : throw NotReadable("it has no output");
    }

    private MixPrecException NotReadable(string reason) => new(DiagnosticCatalog.NotOnnx, ModelPath, Path.GetFileName(ModelPath), reason);
}
