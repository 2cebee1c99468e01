using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Onnx.Proto;
using MixPrec.Diagnostics;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx;

/// <summary>
/// The inputs of a model with the sizes and constants that a build binds. Files before IR version 4 list initializers among the inputs:
/// those are constants.
/// </summary>
internal sealed class GraphInputs(string modelPath, GraphProto graph, SymbolTable symbols)
{
    private readonly List<MixPrecException> _faults = [];

    /// <summary>Each input of the graph, and what it is bound to: null for one that stays an input.</summary>
    /// <exception cref="MixPrecException">An input is no tensor of a type and size that can be had, or a binding does not fit.</exception>
    public IReadOnlyList<(Value Input, Tensor? Bound)> Read(ConstantBindings constants, DimensionBindings dimensions)
    {
        var initializers = graph.Initializer.Select(i => i.Name).ToHashSet();
        ValueInfoProto[] inputs = [.. graph.Input.Where(i => !initializers.Contains(i.Name))];
        Collect(() => constants.RequireKnown([.. inputs.Select(i => i.Name)], modelPath));
        (Value, Tensor?)[] read = [.. inputs.Select(Read).Select(input => (input, BoundTo(input, constants)))];
        Collect(() => dimensions.RequireKnown(symbols.Names, modelPath));
        RequireBindings();
        return read;
    }

    private Value Read(ValueInfoProto input)
    {
        var tensor = input.Type?.TensorType ?? throw Unsupported(input, "no tensor");
        var type = OnnxElementType.FromCode(tensor.ElemType) ?? throw Unsupported(input, OnnxElementType.NameOf(tensor.ElemType));
        if (tensor.Shape is null)
        {
            throw new MixPrecException(DiagnosticCatalog.ShapeUnsupported, modelPath, PrintableName.Format(input.Name), "input",
                "its number of dimensions is not given");
        }

        var shape = tensor.Shape.Dim.Select((d, axis) => Dimension(input, d, axis, name => symbols[name])).ToArray();
        var declared = tensor.Shape.Dim.Select((d, axis) => Dimension(input, d, axis, symbols.Declared)).ToArray();
        return new Value(input.Name, WithinLimit(input, new TensorType(type, shape)))
        {
            Declared = shape.SequenceEqual(declared) ? null : declared,
        };
    }

    private Tensor? BoundTo(Value input, ConstantBindings constants)
    {
        Tensor? constant = null;
        Collect(() => constant = constants.Of(input.Name, input.Type, modelPath));
        return constant;
    }

    private IntExpr Dimension(ValueInfoProto input, DimensionProto dimension, int axis, Func<string, IntExpr> symbol) =>
        dimension.ValueCase switch
        {
            DimensionProto.ValueOneofCase.DimParam when dimension.DimParam.Length > 0 => symbol(dimension.DimParam),
            DimensionProto.ValueOneofCase.DimValue when dimension.DimValue is >= 0 and <= int.MaxValue => dimension.DimValue,
            DimensionProto.ValueOneofCase.DimValue when dimension.DimValue > int.MaxValue =>
                throw new MixPrecException(DiagnosticCatalog.NotOnnx, modelPath, Path.GetFileName(modelPath),
                    $"a dimension of input '{PrintableName.Format(input.Name)}' is {dimension.DimValue}"),
            _ => symbol(SymbolTable.MadeUpName(input.Name, axis)),
        };

    private TensorType WithinLimit(ValueInfoProto input, TensorType type)
    {
        try
        {
            type.RequireSize();
            return type;
        }
        catch (SizeLimitException e)
        {
            throw new MixPrecException(DiagnosticCatalog.TensorTooLarge, modelPath, PrintableName.Format(input.Name), "input", e.Type,
                e.Length, TensorType.LargestLength);
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
            throw _faults.Count == 1 ? _faults[0] : new MixPrecException(DiagnosticCatalog.InvalidMetadata, modelPath,
                [.. _faults[0].Arguments.SkipLast(1),
                    $"{_faults[0].Arguments[^1]}. {string.Join(" ", _faults.Skip(1).Select(f => f.Message))}".TrimEnd('.')]);
        }
    }

    private MixPrecException Unsupported(ValueInfoProto input, string type) =>
        new(DiagnosticCatalog.ElementTypeUnsupported, modelPath, PrintableName.Format(input.Name), type, "");
}
