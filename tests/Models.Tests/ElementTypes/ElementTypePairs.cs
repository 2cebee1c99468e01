using MixPrec.Compiler;
using MixPrec.Compiler.Execution;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Lowering;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Rewrites;
using MixPrec.Compiler.Tests.Onnx;
using MixPrec.Compiler.Tests.Operators;
using MixPrec.Plan;

namespace MixPrec.Models.Tests;

/// <summary>What became of an operator in an element type.</summary>
/// <param name="Cell">For the page: ✓ equal to ONNX Runtime in that type, ≈ equal to it on widened operands, or the code of a
/// refusal.</param>
/// <param name="Fault">Why the pair is neither; null when it is.</param>
internal sealed record PairResult(string Operator, ElementType Type, string Cell, string? Fault);

/// <summary>
/// Tries every pair of an operator and an element type that the standard allows: import, lowering, the emitted class, and ONNX Runtime
/// beside it.
/// </summary>
internal static class ElementTypePairs
{
    /// <summary>Classes that are compiled together.</summary>
    private const int Batch = 64;

    /// <summary>Sixteen roundings in single precision of numbers around 1, on either side.</summary>
    private const double SingleNoise = 1.0 / (1 << 20);

    /// <summary>Pooling and regions of images are registered below opset 22.</summary>
    private const int OlderOpset = 21;

    public static IReadOnlyList<PairResult> All() =>
        [.. (from name in SchemaTypes.Operators from type in SchemaTypes.Of(name, OperatorSamples.Typical[name].Opset) select (name, type))
            .Chunk(Batch).SelectMany(Try)];

    private static IEnumerable<PairResult> Try((string Name, ElementType Type)[] pairs)
    {
        var lowered = pairs.Select(p => (p.Name, p.Type, Model: Lowered(p.Name, p.Type, out string cell), Cell: cell)).ToArray();
        var compiled = new Queue<CompiledModel>(CompiledModel.CompileMany([.. lowered.Select(l => l.Model).OfType<LoweredModel>()]));
        foreach (var (name, type, model, cell) in lowered)
        {
            if (model is null)
            {
                yield return new(name, type, cell, cell.StartsWith("MXP", StringComparison.Ordinal) ? null : cell);
                continue;
            }

            using var network = compiled.Dequeue();
            yield return Compared(name, type, network);
        }
    }

    private static LoweredModel? Lowered(string name, ElementType type, out string cell)
    {
        cell = "";
        try
        {
            return Lowerer.Lower(GraphRewrites.Apply(OperatorSamples.Typical[name].Import(type, [])), PrecisionAssignment.AllFloat,
                RangeTable.Empty, new LoweringOptions("Pair"));
        }
        catch (MixPrecException e)
        {
            cell = e.Description.Id;
            return null;
        }
    }

    private static PairResult Compared(string name, ElementType type, CompiledModel network)
    {
        using var model = OperatorSamples.Typical[name].Model(type, []);
        var numbers = SampleData.Of(model, name);
        var actual = network.Run(Inputs(model, numbers, type, type));
        string refusals = "";
        foreach (var (sample, wide) in from wide in Truths(name, type) from sample in Forms(name) select (sample, wide))
        {
            using var widened = Reference(name, sample, wide);
            if (OperatorReference.Run(WithOutputs(widened, sample, wide), Inputs(widened, numbers, wide, type), out string refusal)
                is { } expected)
            {
                string? fault = expected.Count != actual.Count ? $"{actual.Count} outputs" : expected.Zip(actual, (e, a) =>
                    Difference(e, a)).FirstOrDefault(d => d is not null);
                return new(name, type, wide == type ? "✓" : "≈", fault is null ? null : $"{name} {type} against {wide}: {fault}");
            }

            refusals += $"\n    {wide} in opset {sample.Opset}: {refusal}";
        }

        return new(name, type, "", $"{name} {type}: ONNX Runtime has no kernel to compare with{refusals}");
    }

    /// <summary>
    /// The same node for ONNX Runtime: the sample, the sample in an older opset, for it registers some kernels up to one only, and for Mod
    /// of floats the form that it insists on, which is the same for numbers above 0.
    /// </summary>
    private static IEnumerable<OperatorSample> Forms(string name)
    {
        var sample = OperatorSamples.Typical[name];
        yield return sample;
        yield return name == "Mod" ? sample with { Line = sample.Line + " fmod=1" } : sample
            with { Opset = Math.Min(sample.Opset, OlderOpset) };
    }

    /// <summary>Swish as its definition writes it, for which ONNX Runtime has no kernel.</summary>
    private static TinyModel Reference(string name, OperatorSample sample, ElementType type) => name != "Swish" ? sample.Model(type, [])
        : new TinyModel(OlderOpset).Input("x", type, 2, 3).Node("s = Sigmoid x").Node("y = Mul x s").Output("y");

    /// <summary>
    /// Types in which ONNX Runtime is asked, in this order. 16-bit floats are defined here as results of single precision that are rounded
    /// once, which is what it gives on the same numbers in single precision; its own kernels for them round on the way. Of integers it
    /// takes ReduceLogSumExp apart, and cuts off the fraction of a part.
    /// </summary>
    private static IEnumerable<ElementType> Truths(string name, ElementType type) => type switch
    {
        _ when name == "ReduceLogSumExp" && type.IsInteger() => [ElementType.F64],
        ElementType.F16 or ElementType.BF16 => [ElementType.F32, type],
        ElementType.F64 or ElementType.F32 => [type, ElementType.F32],
        ElementType.U8 or ElementType.U16 or ElementType.U32 or ElementType.U64 =>
            [type, ElementType.U32, ElementType.I32, ElementType.I64, ElementType.F64, ElementType.F32],
        ElementType.Bool => [type, ElementType.U8, ElementType.I32, ElementType.I64, ElementType.F32],
        _ => [type, ElementType.I32, ElementType.I64, ElementType.F64, ElementType.F32],
    };

    /// <summary>The numbers as a model of type <paramref name="type"/> gets them, for one of type <paramref name="wide"/>.</summary>
    private static Tensor[] Inputs(TinyModel model, IReadOnlyList<double[]> numbers, ElementType wide, ElementType type) =>
    [
        .. model.Proto.Graph.Input.Select((input, i) =>
        {
            var own = OnnxElementType.FromCode(input.Type.TensorType.ElemType)!.Value;
            var given = SampleData.As(numbers[i], own == wide ? type : own, SampleData.ShapeOf(model, i), SampleData.IsIndex(input.Name));
            return given.Type == own ? given : new Cast(own).Evaluate([given])![0];
        }),
    ];

    /// <summary>The file, with the types of its outputs, which ONNX Runtime wants to be said.</summary>
    private static string WithOutputs(TinyModel model, OperatorSample sample, ElementType type)
    {
        try
        {
            foreach (var (output, value) in model.Proto.Graph.Output.Zip(sample.Import(type, []).Outputs))
            {
                output.Type = new() { TensorType = new() { ElemType = value.Type.Element.ToCode() } };
            }
        }
        catch (MixPrecException)
        {
            // A type that only ONNX Runtime has: it infers what it can.
        }

        // The inputs of a Scan's body have the types of what the node hands over; those of a Loop's have to be said.
        foreach (var input in model.Proto.Graph.Node.Where(n => n.OpType == "Scan").SelectMany(n => n.Attribute).Where(a => a.G is not null)
            .SelectMany(a => a.G.Input))
        {
            input.Type = null;
        }

        return model.Save();
    }

    /// <summary>Where two results differ by more than the rounding of the actual one's type; null where they do not.</summary>
    private static string? Difference(Tensor expected, Tensor actual)
    {
        if (!expected.Shape.SequenceEqual(actual.Shape))
        {
            return $"shape [{string.Join(",", actual.Shape)}] instead of [{string.Join(",", expected.Shape)}]";
        }

        double[] wanted = Numbers(expected),
            got = Numbers(new Cast(actual.Type).Evaluate([expected]) is [var rounded] ? rounded : expected), seen = Numbers(actual);
        double unit = Unit(actual.Type);
        for (int i = 0; i < seen.Length; i++)
        {
            double target = actual.Type.IsFloat() ? wanted[i] : got[i];
            if (!seen[i].Equals(target)
                && !(actual.Type.IsFloat() && Math.Abs(seen[i] - target) <= (unit * Math.Abs(target)) + SingleNoise))
            {
                return FormattableString.Invariant($"element {i} is {seen[i]:R} instead of {target:R}");
            }
        }

        return null;
    }

    /// <summary>One rounding to the stored type, and for the wider ones some of single precision.</summary>
    private static double Unit(ElementType type) => type switch
    {
        ElementType.F16 => Math.Pow(2, -10),
        ElementType.BF16 => Math.Pow(2, -7),
        _ => SingleNoise,
    };

    private static double[] Numbers(Tensor tensor)
    {
        var numbers = Tensor.Zeros(ElementType.F64, tensor.Shape);
        for (int i = 0; i < tensor.Length; i++)
        {
            Xunit.Assert.True(ElementConversion.TryConvert(tensor, numbers, i));
        }

        return numbers.Span<double>().ToArray();
    }
}
