using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Onnx.Proto;
using MixPrec.Diagnostics;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx;

/// <summary>
/// One node of the file in front of its importer: inputs as values of the graph, attributes, and the words to add operations or to refuse.
/// </summary>
internal sealed class OnnxNode
{
    private readonly OnnxImporter _importer;
    private readonly NodeProto _proto;
    private readonly IReadOnlyList<Value?> _inputs;
    private readonly CallFrame _frame;

    public OnnxNode(OnnxImporter importer, NodeProto proto, string name, IReadOnlyList<Value?> inputs)
    {
        _importer = importer;
        _proto = proto;
        _inputs = inputs;
        _frame = importer.Frame;
        Name = name;
        Attributes = new OnnxAttributes(this, _frame.Attributes(proto));
    }

    /// <summary>
    /// Name of the layer: the node's own or, without one, its first output's; in local functions behind the names of the calls. Untrusted
    /// text.
    /// </summary>
    public string Name { get; }

    public string Operator => _proto.OpType;

    /// <summary>The file that messages name.</summary>
    public string ModelPath => _importer.ModelPath;

    /// <summary>The version of the node's domain, where the node stands.</summary>
    public int Opset => (int)_frame.Opset(_proto.Domain);

    public OnnxAttributes Attributes { get; }

    public int InputCount => _inputs.Count;

    /// <summary>The inputs up to the last one that is there.</summary>
    public int PresentInputs => _inputs.Select((input, i) => input is null ? 0 : i + 1).DefaultIfEmpty(0).Max();

    public int OutputCount => _proto.Output.Count;

    /// <summary>Input <paramref name="index"/>, which the operator requires.</summary>
    public Value Input(int index) => InputOrNull(index) ?? throw Invalid($"input {index} is missing");

    public Value? InputOrNull(int index) => index < _inputs.Count ? _inputs[index] : null;

    /// <summary>An input that the operator requires to have the given element type.</summary>
    /// <exception cref="MixPrecException">MXP3007: it has another one.</exception>
    public Value Input(int index, ElementType type) => Require(Input(index), type);

    public Value Require(Value value, params ReadOnlySpan<ElementType> types) => types.Contains(value.Type.Element)
        ? value
        : throw new MixPrecException(DiagnosticCatalog.ElementTypeUnsupported, ModelPath, PrintableName.Format(value.Name),
            value.Type.Element, $" by {Operator} (node '{PrintableName.Format(Name)}')");

    /// <summary>
    /// The elements of an integer input that is known at build time or depends on shapes only; null when the input is absent.
    /// </summary>
    /// <exception cref="MixPrecException">MXP3008: the elements are data.</exception>
    public IReadOnlyList<IntExpr>? Integers(int index)
    {
        var value = InputOrNull(index);
        return value is null ? null
            : value.Integers ?? (value.Constant is { Type: ElementType.I64 or ElementType.I32, Rank: <= 1 } tensor
                ? [.. tensor.ToInt64().Select(IntExpr.Constant)]
            : throw Unknown(index, value, "a vector of integers"));
    }

    /// <summary>The elements of an integer input that is a constant; null when the input is absent.</summary>
    /// <exception cref="MixPrecException">MXP3008: the elements are data or depend on a symbolic dimension.</exception>
    public IReadOnlyList<long>? ConstantIntegers(int index) => Integers(index)?.Select(e => e.IsConstant
        ? e.Value
        : throw Unsupported($"input {index} ('{PrintableName.Format(Input(index).Name)}') may not depend on a symbolic dimension"))
            .ToArray();

    /// <summary>The only element of a constant integer input; null when the input is absent.</summary>
    /// <inheritdoc cref="ConstantIntegers" path="/exception"/>
    public long? ConstantInteger(int index) => ConstantIntegers(index) is not { } known ? null
        : known.Count == 1 ? known[0] : throw Invalid($"input {index} has {Counted.Format(known.Count, "element")} and should have one");

    /// <summary>The only element of a constant input as a number; null when the input is absent.</summary>
    public double? ConstantNumber(int index)
    {
        if (InputOrNull(index) is not { } value)
        {
            return null;
        }

        if (value.Constant is not { Length: 1 } tensor)
        {
            throw Unknown(index, value, "one number");
        }

        var number = Tensor.Zeros(ElementType.F64, 1);
        return ElementConversion.TryConvert(tensor.Reshape([1]), number, 0)
            ? number.Span<double>()[0]
            : throw Invalid($"input {index} has element type {tensor.Type}");
    }

    /// <summary>Axes of a tensor of <paramref name="rank"/> as numbers from 0; negative ones count from the end.</summary>
    public int Axis(long axis, int rank) => axis >= -rank && axis < rank
        ? (int)(axis < 0 ? axis + rank : axis) : throw Invalid($"axis {axis} is outside a rank of {rank}");

    /// <inheritdoc cref="Axis(long, int)"/>
    public int[] Axes(IEnumerable<long> axes, int rank)
    {
        int[] result = [.. axes.Select(a => Axis(a, rank))];
        return result.Distinct().Count() == result.Length ? result : throw Invalid("an axis is named twice");
    }

    /// <summary>True when something reads output <paramref name="index"/>.</summary>
    public bool IsOutputUsed(int index) => index < OutputCount && _frame.IsUsed(_proto.Output[index]);

    /// <summary>Adds the operation that computes the node's first output.</summary>
    public Value Add(Op op, params IReadOnlyList<Value?> inputs) => Add(0, op, inputs);

    /// <summary>Adds the operation that computes output <paramref name="output"/> of the node.</summary>
    public Value Add(int output, Op op, params IReadOnlyList<Value?> inputs) =>
        _importer.Builder.AddAll(Name, op, inputs, [OutputName(output)])[0];

    /// <summary>Adds the operation that computes the first <paramref name="count"/> outputs of the node.</summary>
    public IReadOnlyList<Value> AddAll(int count, Op op, IReadOnlyList<Value?> inputs) =>
        _importer.Builder.AddAll(Name, op, inputs, [.. Enumerable.Range(0, count).Select(OutputName)]);

    /// <summary>Adds an operation on the way to the node's output.</summary>
    public Value AddPart(string part, Op op, params IReadOnlyList<Value?> inputs) => _importer.Builder.Add($"{Name}/{part}", op, inputs);

    /// <summary>Adds an operation with several outputs on the way to the node's.</summary>
    public IReadOnlyList<Value> AddParts(string part, Op op, IReadOnlyList<Value?> inputs) =>
        _importer.Builder.AddAll($"{Name}/{part}", op, inputs, [$"{Name}/{part}"]);

    public string OutputName(int index) =>
        index < OutputCount && _proto.Output[index].Length > 0 ? _frame.NameOf(_proto.Output[index]) : $"{Name}:{index}";

    /// <summary>Imports a body of the node, an attribute of it, for given inputs.</summary>
    public IReadOnlyList<Value> ImportBody(string attribute, params IReadOnlyList<Value> inputs) =>
        _importer.ImportBody(this, Attributes.Graph(attribute) ?? throw Invalid($"attribute '{attribute}' is missing"), inputs);

    /// <summary>Whether a loop may be unrolled once more; otherwise it runs, or is refused.</summary>
    public bool HasRoomForBody => _importer.HasRoomFor(Body);

    /// <inheritdoc cref="OnnxImporter.ImportLoopBody"/>
    public (Graph Body, IReadOnlyList<Value> Captured) ImportLoopBody(IReadOnlyList<Value> states,
        Func<IReadOnlyList<Value>, Func<Value, Value>, IReadOnlyList<Value>> inputs, int firstState, string iteration) =>
        _importer.ImportLoopBody(this, Body, states, inputs, firstState, iteration);

    private GraphProto Body => Attributes.Graph("body") ?? throw Invalid("attribute 'body' is missing");

    /// <summary>The nodes of the graph so far: those of a body are the ones after a mark.</summary>
    public IReadOnlyList<Node> GraphNodes => _importer.Builder.Nodes;

    /// <summary>The identifier of a size that the node finds out when it runs, named after output <paramref name="output"/>.</summary>
    /// <param name="most">What it is at most.</param>
    public string Count(int output, IntExpr most) => _importer.AddCount(OutputName(output) + "_count", most)
        ?? throw Unsupported($"nothing known before a run bounds {most}");

    /// <summary>A size that is the only element of an integer input; one that is data is read when the model runs.</summary>
    /// <param name="most">What it may be at most where it is data.</param>
    public IntExpr Size(int index, IntExpr most)
    {
        if (InputOrNull(index) is not { Integers: null, Constant: null, Type.Element: ElementType.I64 } data)
        {
            return Integers(index) is not { } known ? throw Invalid($"input {index} is missing") : known.Count == 1 ? known[0]
                : throw Invalid($"input {index} has {Counted.Format(known.Count, "element")}");
        }

        string count = Count(0, most);
        AddPart("size", new Graphs.Ops.DataSize(count, most), data);
        return IntExpr.Count(count);
    }

    /// <summary>Asks before an importer computes a constant of so many elements.</summary>
    /// <exception cref="MixPrecException">MXP3026: they are too many.</exception>
    public void RequireFoldable(Int128 length, ElementType type = ElementType.I64)
    {
        if (!_importer.Folding.Fits(type, length))
        {
            throw new MixPrecException(DiagnosticCatalog.ConstantTooLarge, ModelPath, PrintableName.Format(Name),
                PrintableName.Format(Operator), length, FoldingBudget.LargestResult, FoldingBudget.Total);
        }
    }

    /// <summary>A constant that the importer makes for the node.</summary>
    public Value Constant(string part, Tensor tensor) => GraphBuilder.Constant($"{Name}/{part}", tensor);

    /// <summary>The tensor of an attribute.</summary>
    public Tensor Read(TensorProto tensor) => _importer.ReadTensor(tensor);

    /// <summary>The elements of an input of any type that is a constant; null when the input is absent.</summary>
    /// <exception cref="MixPrecException">MXP3008: the elements are data.</exception>
    public Tensor? ConstantTensor(int index) => InputOrNull(index) is not { } value ? null : value.Constant
        ?? throw Unknown(index, value, "a tensor");

    /// <summary>MXP3001: the operator, or this form of it, is not supported.</summary>
    public MixPrecException NotSupported(string? detail = null) => new(DiagnosticCatalog.OperatorUnsupported, ModelPath,
        PrintableName.Format(Name), PrintableName.Format(_proto.Domain is "" or "ai.onnx" ? Operator : $"{_proto.Domain}.{Operator}"),
            _frame.Opset(_proto.Domain),
        (detail is null ? "" : $" with {detail}") + (_frame.Function is null ? "" : $" in the local function {_frame}"));

    /// <summary>MXP3004: the file contradicts the ONNX specification.</summary>
    public MixPrecException Invalid(string reason) =>
        new(DiagnosticCatalog.GraphInvalid, ModelPath, PrintableName.Format(Name), PrintableName.Format(Operator), reason);

    /// <summary>MXP3025: a tensor has too many elements.</summary>
    public MixPrecException TooLarge(SizeLimitException limit) =>
        new(DiagnosticCatalog.TensorTooLarge, ModelPath, PrintableName.Format(Name), PrintableName.Format(Operator), limit.Type,
            limit.Length, TensorType.LargestLength);

    /// <summary>MXP3008: the operator is supported, but not for shapes that depend on data.</summary>
    public MixPrecException Unsupported(string reason) =>
        new(DiagnosticCatalog.ShapeUnsupported, ModelPath, PrintableName.Format(Name), PrintableName.Format(Operator), reason);

    /// <summary>The only element of a Bool input; null when it is not known when the model is built.</summary>
    public bool? ConstantTruth(int index, out Value value) => Truth(value = Input(index));

    /// <summary>The only element of a Bool value; null when it is not known when the model is built.</summary>
    public bool? Truth(Value value) => value.Type is not { Element: ElementType.Bool }
        || value.Type.Length != IntExpr.One ? throw Invalid($"the condition {value.Type} is no single truth value")
        : value.Constant?.Span<bool>()[0];

    /// <summary>MXP3008 for an input that has to be known; says which inputs and dimensions of the model it is computed from.</summary>
    /// <param name="because">Why it has to be, where that does not follow from the operator.</param>
    public UnknownDataException Unknown(int index, Value value, string what, string because = "")
    {
        var origin = ValueOrigin.Trace(value);
        string[] dimensions = [.. _importer.Symbols.Where(s => s.Bound is null && origin.Symbols.Contains(s.Identifier))
            .Select(s => s.Name)];
        return new(new(origin.Inputs, dimensions, [.. _importer.Bindable(origin.Inputs)]), ModelPath,
            (PrintableName.Format(Name), PrintableName.Format(Operator)),
            $"input {index} ('{PrintableName.Format(value.Name)}') has to be {what} known when the model is built"
            + (because.Length > 0 ? $", because {because}" : ""));
    }
}
