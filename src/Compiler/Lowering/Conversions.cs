using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Lowering.Storage;
using MixPrec.Plan;
using static MixPrec.Compiler.Lowering.LoweringContext;
using Location = MixPrec.Plan.PlanArgument.Location;

namespace MixPrec.Compiler.Lowering;

/// <summary>The steps that bring a value into a form in which it does not lie in memory yet.</summary>
internal static class Conversions
{
    /// <summary>As bytes: planes of an image become pixels on the way.</summary>
    public static Location Quantized(LoweringContext context, Node reader, Value value, Layout layout, QuantizationParameters parameters)
    {
        var form = new Form(layout, parameters);
        var to = context.Temporary(ElementType.U8, form.Length(value)) with { Label = value.Name + " quantized" };
        PlanArgument[] rounding = [new PlanArgument.Single(parameters.Scale), Int(parameters.ZeroPoint), Int(parameters.Maximum)];
        if (layout == Layout.ChannelsLast && context.LayoutOf(value) == Layout.RowMajor
            && (value.Shape[1] == IntExpr.One || !context.IsStored(value, layout)))
        {
            context.Move(reader, "Quantize.ToChannelsLast", $"quantizes the input to 0…{parameters.Maximum}, channels last",
                [context.Read(reader, value, Layout.RowMajor), to, Int(value.Shape[0]), Int(value.Shape[1]),
                 Int(IntExpr.Product(value.Shape.Skip(2))), .. rounding]);
            return to;
        }

        var from = context.Read(reader, value, layout);
        int innermost = layout.Order(value.Rank)[^1];
        var rows = IntExpr.Product(value.Shape.Where((_, d) => d != innermost));
        if (parameters.HasRowScales)
        {
            context.Move(reader, "QuantizeRows.Run", "quantizes each row of the input in its own range",
                from, to, Int(rows), Int(value.Shape[innermost]));
            return to;
        }

        context.Move(reader, "Quantize.Run", $"quantizes the input to 0…{parameters.Maximum}",
            [from, to, Int(rows), Int(value.Shape[innermost]), .. rounding]);
        return to;
    }

    /// <summary>As numbers in another order.</summary>
    /// <param name="source">How and where the value lies.</param>
    /// <param name="target">Where it goes; null for a new buffer.</param>
    public static Location Reordered(LoweringContext context, Node reader, Value value, (Form Form, Location At) source, Layout layout,
        Location? target = null)
    {
        if (source.Form.Quantization is not null)
        {
            throw new InvalidOperationException(
                $"'{value.Name}' lies in memory quantized only, and '{reader.Name}' reads it in full precision");
        }

        var to = target ?? context.Temporary(value.Type.Element, value.Type.Length) with { Label = value.Name + " reordered" };
        IReadOnlyList<IntExpr> shape = value.Shape;
        var from = source.Form.Layout;
        IReadOnlyList<IntExpr> fromStrides, toStrides;
        if (from is Layout.Flat flat)
        {
            shape = [IntExpr.Product(shape.SkipLast(1)), flat.ChannelCount, flat.PositionCount];
            (fromStrides, toStrides) = (Layout.ChannelsLast.Strides(shape), Layout.RowMajor.Strides(shape));
        }
        else
        {
            (fromStrides, toStrides) = (from.Strides(shape), layout.Strides(shape));
        }

        var order = layout.Order(shape.Count);
        context.Move(reader, "Copy.Strided", layout == Layout.ChannelsLast ? "reorders the input to channels last"
            : "reorders the input to the order of its shape",
            CopyArguments(source.At, to, [.. order.Select(d => shape[d])], [.. order.Select(d => fromStrides[d])],
                [.. order.Select(d => toStrides[d])]));
        return to;
    }
}
