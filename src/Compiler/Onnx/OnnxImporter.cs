using System.Runtime.CompilerServices;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Onnx.Proto;
using MixPrec.Diagnostics;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx;

/// <summary>The graph of one model file, node by node into a <see cref="GraphBuilder"/>.</summary>
internal sealed class OnnxImporter
{
    /// <summary>
    /// Nodes of all bodies together, counted each time they are imported: loops are unrolled, and a file of some bytes must not fill the
    /// memory.
    /// </summary>
    private const int LargestBodies = 1 << 15;

    /// <summary>
    /// Nodes of all local functions together, counted at each call: functions that call others twice grow with the power of two.
    /// </summary>
    private const int LargestExpansion = 1 << 16;

    private const int DeepestCalls = 64;

    /// <summary>Elements of an input that a message offers to make a constant.</summary>
    private const int LargestBindable = 64;

    private readonly GraphProto _proto;
    private readonly LocalFunctions _functions;
    private readonly SymbolTable _symbols;
    private readonly TensorReader _tensors;
    private readonly IReadOnlyDictionary<string, Tensor> _known;
    private readonly ConstantBindings _constants;
    private readonly List<Value> _arguments = [];
    private readonly List<MixPrecException> _faults = [];
    private readonly Dictionary<Value, Value> _unrounded = [];
    private ValueScope _values = new(null);
    private int _bodyNodes;
    private int _expandedNodes;

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
            throw NotReadable($"the local function '{PrintableName.Of(twice.Name)}' of domain '{PrintableName.Of(twice.Domain)}' is defined twice");
        }

        AddInputs();
        Collect(() => bindings.RequireKnown(_symbols.Names, ModelPath));
        RequireBindings();
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

    /// <summary>Whether another copy of a body may be added for a loop that is unrolled: half of the room is left for others.</summary>
    public bool HasRoomFor(GraphProto body) => _bodyNodes + body.Node.Count <= LargestBodies / 2;

    /// <summary>A body as a graph of its own: what the compiler has to know of values from around it are their types.</summary>
    /// <param name="states">Values whose types the first inputs of the graph have.</param>
    /// <param name="inputs">The inputs of the body, from those of the graph and from what makes a value from around it one of the
    /// graph.</param>
    /// <param name="firstState">The number of the output that the first state becomes: sizes of states that could be the same as before are
    /// taken to be.</param>
    /// <param name="time">The number of the time, on which no size of a state depends.</param>
    /// <returns>The graph, whose inputs are the states and then <c>Captured</c>, values from around it.</returns>
    public (Graph Body, IReadOnlyList<Value> Captured) ImportLoopBody(
        OnnxNode owner, GraphProto body, IReadOnlyList<Value> states,
            Func<IReadOnlyList<Value>, Func<Value, Value>, IReadOnlyList<Value>> inputs, int firstState, string time)
    {
        var outer = Builder;
        var builder = new GraphBuilder(Folding);
        var captured = new Dictionary<Value, Value>();
        Value[] first = [.. states.Select(s => builder.AddInput(s.Name, s.Type))];
        Builder = builder;
        try
        {
            var results = ImportBody(owner, body, inputs(first, Capture), new ValueScope(_values, Capture));
            return (builder.Build([.. results.Select((r, i) => AsBefore(builder.Data(r), i - firstState))], Symbols), [.. captured.Keys]);
        }
        finally
        {
            Builder = outer;
        }

        Value AsBefore(Value result, int state) => state >= 0 && state < states.Count && states[state].Type is var before
            && before.Element == result.Type.Element && before.Rank == result.Rank
            && !before.Equals(result.Type) && before.Shape.Zip(result.Shape)
                .All(p => !SizeEquations.AreNeverEqual(p.First, p.Second) && !p.Second.Symbols.Contains(time))
            ? builder.Add($"{owner.Name}/state", new Graphs.Ops.Reshape(before.Shape), result) : result;

        // Integers that follow from the dimensions are the same everywhere.
        Value Capture(Value value) => value.Constant is not null || value.Integers is not null ? value
            : captured.TryGetValue(value, out var known) ? known : captured[value] = builder.AddInput(value.Name, value.Type);
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

    /// <summary>Files before IR version 4 list initializers among the inputs: those are constants.</summary>
    private void AddInputs()
    {
        var initializers = _proto.Initializer.Select(i => i.Name).ToHashSet();
        ValueInfoProto[] inputs = [.. _proto.Input.Where(i => !initializers.Contains(i.Name))];
        Collect(() => _constants.RequireKnown([.. inputs.Select(i => i.Name)], ModelPath));
        foreach (var input in inputs)
        {
            var tensor = input.Type?.TensorType ?? throw Unsupported(input.Name, "no tensor", "");
            var type = OnnxElementType.FromCode(tensor.ElemType)
                ?? throw Unsupported(input.Name, OnnxElementType.NameOf(tensor.ElemType), "");
            if (tensor.Shape is null)
            {
                throw new MixPrecException(DiagnosticCatalog.ShapeUnsupported, ModelPath, PrintableName.Of(input.Name), "input",
                    "its number of dimensions is not given");
            }

            var shape = tensor.Shape.Dim.Select((d, axis) => Dimension(input.Name, d, axis, name => _symbols[name])).ToArray();
            var declared = tensor.Shape.Dim.Select((d, axis) => Dimension(input.Name, d, axis, _symbols.Declared)).ToArray();
            var inputType = RequireSize(input.Name, new TensorType(type, shape));
            Tensor? constant = null;
            Collect(() => constant = _constants.Of(input.Name, inputType, ModelPath));
            if (constant is not null)
            {
                Define(input.Name, GraphBuilder.Constant(input.Name, constant), "an input");
                continue;
            }

            var value = new Value(input.Name, inputType) { Declared = shape.SequenceEqual(declared) ? null : declared };
            Builder.AddInput(value);
            _arguments.Add(value);
            Define(input.Name, _known.TryGetValue(input.Name, out var known) ? GraphBuilder.Constant(input.Name, known) : value,
                "an input");
        }
    }

    private void Collect(Action check)
    {
        try
        {
            check();
        }
        catch (MixPrecException fault)
        {
            _faults.Add(fault);
        }
    }

    /// <summary>What is wrong with Dimensions and Constants, all of it in one line: mended one by one, each would cost a build.</summary>
    private void RequireBindings()
    {
        if (_faults.Count > 0)
        {
            throw _faults.Count == 1 ? _faults[0] : new MixPrecException(DiagnosticCatalog.InvalidMetadata, ModelPath,
                [.. _faults[0].Arguments.SkipLast(1),
                    $"{_faults[0].Arguments[^1]}. {string.Join(" ", _faults.Skip(1).Select(f => f.Message))}".TrimEnd('.')]);
        }
    }

    private TensorType RequireSize(string input, TensorType type)
    {
        try
        {
            type.RequireSize();
            return type;
        }
        catch (SizeLimitException e)
        {
            throw new MixPrecException(DiagnosticCatalog.TensorTooLarge, ModelPath, PrintableName.Of(input), "input", e.Type, e.Length,
                TensorType.LargestLength);
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

        AddNodes(NodeOrder.Of(graph.Node));
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
            throw owner.Invalid($"a body has {Counted.Of(body.Input.Count, "input")} and gets {inputs.Count}");
        }

        _bodyNodes += body.Node.Count;
        if (_bodyNodes > LargestBodies)
        {
            throw owner.NotSupported($"loops that unroll to more than {LargestBodies} nodes");
        }

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
                Defined(o.Name) ?? throw owner.Invalid($"the output '{PrintableName.Of(o.Name)}' of a body is computed by no node"))];
        }
        finally
        {
            _values = outer;
        }
    }

    private IntExpr Dimension(string input, DimensionProto dimension, int axis, Func<string, IntExpr> symbol) => dimension.ValueCase switch
    {
        DimensionProto.ValueOneofCase.DimParam when dimension.DimParam.Length > 0 => symbol(dimension.DimParam),
        DimensionProto.ValueOneofCase.DimValue when dimension.DimValue is >= 0 and <= int.MaxValue => dimension.DimValue,
        DimensionProto.ValueOneofCase.DimValue when dimension.DimValue > int.MaxValue =>
            throw NotReadable($"a dimension of input '{PrintableName.Of(input)}' is {dimension.DimValue}"),
        _ => symbol(SymbolTable.MadeUpName(input, axis)),
    };

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
        var node = new OnnxNode(this, proto, name, InSingle(known, name, inputs));
        OperatorTable.RequireKnown(ModelPath, proto.Domain, Frame.Opset(proto.Domain));
        operands?.Require(node);
        RequireFiniteWeights(known, name, inputs);
        IReadOnlyList<Value> outputs;
        try
        {
            outputs = known.Import(node);
            outputs = stored is { } type ? [.. outputs.Select(o => o.Type.Element == ElementType.F32 ? Rounded(name, o, type) : o)]
                : outputs;
        }
        catch (SizeLimitException e)
        {
            throw node.TooLarge(e);
        }
        catch (ShapeException e)
        {
            throw node.Invalid(e.Message);
        }
        catch (IntExprSizeException e)
        {
            throw new MixPrecException(DiagnosticCatalog.SizeTooComplex, ModelPath, PrintableName.Of(name), PrintableName.Of(proto.OpType),
                e.Message);
        }
        catch (Exception e) when (e is OverflowException or DivideByZeroException)
        {
            throw node.Invalid("its sizes exceed 64 bits");
        }
        catch (Exception e) when (e is not (MixPrecException or NodeFaultException))
        {
            throw new NodeFaultException(PrintableName.Of(name), PrintableName.Of(proto.OpType), e);
        }

        if (node.Attributes.Unread is { } unread)
        {
            throw node.Invalid(FormattableString.Invariant($"it has the attribute '{PrintableName.Of(unread)}', which opset {node.Opset} (version {known.VersionAt(node.Opset)} of the operator) does not know"));
        }

        DefineOutputs(node, proto, outputs);
    }

    /// <summary>The nodes of a local function in place of a node that calls it. Its values are seen by its own nodes only.</summary>
    private void AddCall(OnnxNode node, NodeProto call, LocalFunction function, IReadOnlyList<Value?> inputs)
    {
        var frame = Frame.Enter(call, node.Name, function);
        if (Frame.IsInside(function))
        {
            throw new MixPrecException(DiagnosticCatalog.FunctionRecursive, ModelPath, function, frame);
        }

        _expandedNodes += function.Nodes.Count;
        if (_expandedNodes > LargestExpansion || frame.Depth > DeepestCalls || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw new MixPrecException(DiagnosticCatalog.FunctionsTooLarge, ModelPath, LargestExpansion, DeepestCalls, frame);
        }

        if (inputs.Count > function.Proto.Input.Count || call.Output.Count > function.Proto.Output.Count)
        {
            throw node.Invalid($"it gives {Counted.Of(inputs.Count, "input")} and takes {Counted.Of(call.Output.Count, "output")} of the local function '{function}', which has {function.Proto.Input.Count} and {function.Proto.Output.Count}");
        }

        foreach (var (name, argument) in frame.Arguments)
        {
            _ = !function.Declares(name) ? throw node.Invalid($"it has the attribute '{PrintableName.Of(name)}', which the local function '{function}' does not declare")
                : argument.G is not null
                    ? throw node.NotSupported($"the graph '{PrintableName.Of(name)}' as an attribute of a local function") : argument;
        }

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
                $"the output '{PrintableName.Of(o)}' of the local function '{function}' is computed by no node"))];
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
                Define(proto.Output[i], outputs[i], $"node '{PrintableName.Of(node.Name)}'");
            }
            else if (Frame.IsUsed(proto.Output[i]))
            {
                throw node.NotSupported($"output {i}");
            }
        }
    }

    /// <exception cref="MixPrecException">MXP3005: a weight of the layer is NaN or infinite, or its addend is NaN.</exception>
    private void RequireFiniteWeights(OnnxOperator known, string layer, Value?[] inputs)
    {
        for (int i = 0; i < inputs.Length; i++)
        {
            if (inputs[i]?.Constant is { } tensor
                && ((known.Weights.Contains(i) && !FiniteWeights.Holds(tensor))
                || (known.Addend == i && !FiniteWeights.AreNumbers(tensor))))
            {
                throw new MixPrecException(DiagnosticCatalog.WeightNotFinite, ModelPath, PrintableName.Of(layer),
                    PrintableName.Of(inputs[i]!.Name), known.Addend == i ? "NaN" : "NaN or infinity");
            }
        }
    }

    /// <summary>
    /// A result of single precision as the file stores it. Operators that are computed in single precision too read it as it was
    /// (<see cref="InSingle"/>).
    /// </summary>
    private Value Rounded(string node, Value result, ElementType type)
    {
        var rounded = Builder.AddAll($"{node}/{type}", new Graphs.Ops.Cast(type), [result], [result.Name])[0];
        _unrounded[rounded] = result;
        return rounded;
    }

    /// <summary>The inputs with floats that the importer does not take in single precision, each value once.</summary>
    private Value?[] InSingle(OnnxOperator known, string node, Value?[] inputs)
    {
        var single = new Dictionary<Value, Value>();
        return [.. inputs.Select(i => i is null || !known.Widens(i.Type.Element) ? i
            : _unrounded.TryGetValue(i, out var result) ? result
            : single.TryGetValue(i, out var there) ? there : single[i] =
                Builder.Add($"{node}/single", new Graphs.Ops.Cast(ElementType.F32), i))];
    }

    /// <summary>A value that a node reads; null for an input of a local function that its call leaves out.</summary>
    private Value? Find(string name, string node, string op) => _values.TryFind(name, out var value) ? value
        : throw new MixPrecException(DiagnosticCatalog.GraphInvalid, ModelPath, PrintableName.Of(node), PrintableName.Of(op),
            Frame.IsComputed(name)
            ? $"its input '{PrintableName.Of(name)}' is computed from its own output: the nodes form a cycle"
            : $"its input '{PrintableName.Of(name)}' is computed by no node");

    private Value? Defined(string name) => _values.TryFind(name, out var value) ? value : null;

    private void Define(string name, Value? value, string by)
    {
        if (!_values.Define(name, value))
        {
            throw NotReadable($"the value '{PrintableName.Of(name)}' is defined twice, the second time by {by}");
        }
    }

    /// <summary>The outputs, each a value of its own under its own name, so that each can have its own memory.</summary>
    private List<Value> Outputs()
    {
        var outputs = new List<Value>();
        foreach (var output in _proto.Output)
        {
            var value = Builder.Data(Defined(output.Name)
                ?? throw NotReadable($"its output '{PrintableName.Of(output.Name)}' is computed by no node"));
            outputs.Add(value.Constant is { } tensor ? GraphBuilder.Constant(output.Name, tensor)
                : value.Producer is null || value.Name != output.Name
                    || outputs.Contains(value) ? Builder.Add(output.Name, new Graphs.Ops.Reshape(value.Shape), value)
                : value);
        }

        return outputs.Count > 0 ? outputs : throw NotReadable("it has no output");
    }

    private MixPrecException Unsupported(string value, string type, string by) =>
        new(DiagnosticCatalog.ElementTypeUnsupported, ModelPath, PrintableName.Of(value), type, by);

    private MixPrecException NotReadable(string reason) => new(DiagnosticCatalog.NotOnnx, ModelPath, Path.GetFileName(ModelPath), reason);
}
