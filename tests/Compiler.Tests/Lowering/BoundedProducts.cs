using MixPrec.Compiler.Conditioning;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Formats.Storage;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Tests.Formats;
using BF16 = MixPrec.Runtime.Kernels.BF16;

namespace MixPrec.Compiler.Tests.Lowering;

/// <summary>
/// Products by their documented arithmetic, one output after another: floats as one sequence of fused multiply-adds over taps, then
/// channels; groups as two such sequences each, of even and of odd weights, whose sum is scaled; int8 as exact sums of code
/// products, then fma(sum, scale, bias); two passes as one of the two, by the condition of the first.
/// </summary>
internal static class BoundedProducts
{
    /// <summary>The indices (into x, into the weights) whose products make one output, in order of summation.</summary>
    private delegate IEnumerable<(int X, int W)> Terms(long output);

    public static Bounded Conv(Node node, Conv conv, Bounded x, Bounded w, Bounded? bias, PrecisionConfig precision,
        QuantizationParameters? grid, long[] shape)
    {
        int spatial = conv.Strides.Count;
        long[] xs = Flat(x.Shape, spatial), ws = Flat(w.Shape, spatial), ys = Flat(shape, spatial);
        int[] strides = Pair(conv.Strides, 1), pads = Pair(conv.PadsBegin, 0), dilations = Pair(conv.Dilations, 1);
        long perGroup = ws[1], outputsOfGroup = ws[0] / conv.Groups;
        IEnumerable<(int, int)> Of(long i)
        {
            long column = i % ys[3], row = i / ys[3] % ys[2], o = i / (ys[3] * ys[2]) % ys[1], n = i / (ys[3] * ys[2] * ys[1]);
            for (long kh = 0; kh < ws[2]; kh++)
            {
                for (long kw = 0; kw < ws[3]; kw++)
                {
                    long h = (row * strides[0]) - pads[0] + (kh * dilations[0]), v = (column * strides[1]) - pads[1] + (kw * dilations[1]);
                    for (long c = 0; c < perGroup && h >= 0 && h < xs[2] && v >= 0 && v < xs[3]; c++)
                    {
                        long channel = (o / outputsOfGroup * perGroup) + c;
                        yield return ((int)((((((n * xs[1]) + channel) * xs[2]) + h) * xs[3]) + v),
                            (int)((((((o * perGroup) + c) * ws[2]) + kh) * ws[3]) + kw));
                    }
                }
            }
        }

        int positions = (int)(ys[2] * ys[3]);
        return Sum(Bounded.Of(shape), Of, i => (int)(i / positions % ys[1]), c =>
            Enumerable.Range(0, (int)(w.Value.Length / ws[0])).Select(k => (int)((c * (w.Value.Length / ws[0])) + k)), x, w, bias,
            precision, grid, null, anyOrder: false, conv.Activation);
    }

    /// <summary>Batches broadcast.</summary>
    /// <param name="rhsScale">Step of the codes of w where it is an activation: one for all columns.</param>
    /// <param name="anyOrder">The order of summation is the emitter's choice.</param>
    public static Bounded MatMul(Bounded x, Bounded w, Bounded? bias, PrecisionConfig precision, QuantizationParameters? grid,
        float? rhsScale, bool anyOrder, long[] shape, UnaryFunction? activation)
    {
        long depth = x.Shape[^1], columns = shape[^1], rows = shape[^2];
        long[] batch = [.. shape.SkipLast(2)];
        long[] xBatch = Strides(x.Shape, batch.Length), wBatch = Strides(w.Shape, batch.Length);
        IEnumerable<(int, int)> Of(long i)
        {
            long column = i % columns, row = i / columns % rows, product = i / (columns * rows), xAt = 0, wAt = 0;
            for (int d = batch.Length - 1; d >= 0; product /= batch[d], d--)
            {
                (xAt, wAt) = (xAt + (product % batch[d] * xBatch[d]), wAt + (product % batch[d] * wBatch[d]));
            }

            for (long k = 0; k < depth; k++)
            {
                yield return ((int)((((xAt * rows) + row) * depth) + k), (int)((((wAt * depth) + k) * columns) + column));
            }
        }

        return Sum(Bounded.Of(shape), Of, i => (int)(i % columns), c =>
            Enumerable.Range(0, (int)depth).Select(k => (int)((k * columns) + c)), x, w, bias, precision, grid, rhsScale, anyOrder,
            activation);

        static long[] Strides(long[] operand, int rank) =>
            [.. Broadcasting.Strides([.. operand.SkipLast(2).Select(Plan.IntExpr.Constant)], rank).Select(s => s.Value)];
    }

    private static Bounded Sum(
        Bounded y, Terms terms, Func<long, int> channelOf, Func<int, IEnumerable<int>> weightsOf, Bounded x, Bounded w, Bounded? bias,
            PrecisionConfig precision, QuantizationParameters? grid, float? rhsScale, bool anyOrder, UnaryFunction? activation)
    {
        for (int i = 0; i < y.Value.Length; i++)
        {
            int channel = channelOf(i);
            float b = bias is null ? 0 : bias.Values[channel];
            (y.Value.Writable<float>()[i], y.Bound.Writable<double>()[i]) = grid is { } bytes && precision.Storage is GroupFormat four
                ? ByteGroups([.. terms(i)], x, w, bytes, new(four.Id, w.Values.ToArray()), b)
                : grid is { HasRowScales: true } ? RowBytes([.. terms(i)], x, w,
                    Int8Reference.Scale([.. weightsOf(channel).Select(k => w.Values[k])]), b)
                : grid is { } codes
                ? Integers(terms(i), x, w, codes, rhsScale ?? Int8Reference.Scale([.. weightsOf(channel).Select(k => w.Values[k])]), b)
                : precision.Storage is GroupFormat format ? Groups([.. terms(i)], x, w, new(format.Id, w.Values.ToArray()), b)
                : precision.RoundsActivations ? Pairs([.. terms(i)], x, w, b, anyOrder)
                : Floats(terms(i), x, w, precision.Storage.Id, b, anyOrder);
            if (precision.Second is { } second)
            {
                double numerator = (Norm(terms(i).Select(t => x.Values[t.X])) * Norm(terms(i).Select(t => w.Values[t.W]))) + Math.Abs(b);
                (y.Value.Writable<float>()[i], y.Bound.Writable<double>()[i]) =
                    EitherPass((y.Values[i], y.Bounds[i]), Floats(terms(i), x, w, second.High.Storage.Id, b, anyOrder: true),
                    second, activation, numerator, terms(i).Count());
            }
        }

        return y;
    }

    /// <summary>
    /// Where the condition of the first pass is near to the tolerance, or its value near to the guard, the result may be of either pass.
    /// </summary>
    private static (float Value, double Bound) EitherPass((float Value, double Bound) low, (float Value, double Bound) high,
        SecondPass second, UnaryFunction? activation, double numerator, int depth)
    {
        const double Near = 1e-3;
        double guard = activation?.Kind == UnaryKind.Relu ? numerator * 20 / Math.Sqrt(depth) / (2 * second.Low.Activations.Maximum) : 0;
        double reach = low.Bound + (Near * Math.Abs(low.Value)) + (Near * guard);
        bool[] flags = [.. from v in new[] { low.Value - reach, low.Value, low.Value + reach }
                           from tolerance in new[] { second.Tolerance * (1 - Near), second.Tolerance * (1 + Near) }
                           select ProductCondition.At(activation, v, numerator) > tolerance || (v <= 0 && v > -guard)];
        return flags.All(f => f) ? high : !flags.Any(f => f) ? low
            : (low.Value, low.Bound + high.Bound + Math.Abs((double)high.Value - low.Value));
    }

    private static double Norm(IEnumerable<float> values) => Math.Sqrt(values.Sum(v => (double)v * v));

    private static (float Value, double Bound) Floats(IEnumerable<(int X, int W)> terms, Bounded x, Bounded w, string format,
        float bias, bool anyOrder)
    {
        float sum = 0;
        double spread = 0, size = 0;
        int count = 2;
        foreach (var (i, k) in terms)
        {
            float weight = format switch
            {
                "bf16" => BF16.FromSingle(w.Values[k]).ToSingle(),
                "f16" => (float)(Half)w.Values[k],
                _ => w.Values[k],
            };
            sum = MathF.FusedMultiplyAdd(x.Values[i], weight, sum);
            spread += (Math.Abs(weight) * x.Bounds[i]) + (w.Bounds[k] * (Math.Abs(x.Values[i]) + x.Bounds[i]));
            size += Math.Abs((double)weight * x.Values[i]);
            count++;
        }

        // Other inputs, or another order, also round differently: both sums are within γ of their exact values.
        return (sum + bias, spread == 0 && !anyOrder ? 0 : spread + (2 * Bounded.Gamma(count) * (size + spread + Math.Abs(bias))));
    }

    /// <summary>Of each two products the second one first; there are no subnormal numbers.</summary>
    private static (float Value, double Bound) Pairs((int X, int W)[] terms, Bounded x, Bounded w, float bias, bool anyOrder)
    {
        // Of the two values that a number between two bf16 may become.
        const double Step = 1.0 / 128;
        float sum = 0;
        double spread = 0, size = 0;
        foreach (var pair in terms.Chunk(2))
        {
            foreach (var (i, k) in pair.Reverse())
            {
                float value = BF16.FromSingle(x.Values[i]).ToSingle(), weight = BF16.FromSingle(w.Values[k]).ToSingle();
                sum = MathF.FusedMultiplyAdd(value, weight, sum);
                double bound = x.Bounds[i] == 0 ? 0 : x.Bounds[i] + (Step * (Math.Abs(x.Values[i]) + x.Bounds[i]));
                spread += Math.Abs(weight) * bound;
                size += Math.Abs((double)weight * value);
            }
        }

        return (sum + bias, spread == 0 && !anyOrder ? 0
            : spread + (2 * Bounded.Gamma(terms.Length + 2) * (size + spread + Math.Abs(bias))));
    }

    private static (float Value, double Bound) Groups((int X, int W)[] terms, Bounded x, Bounded w, GroupReference reference, float bias)
    {
        float sum = 0;
        double spread = 0, size = 0;
        foreach (var group in terms.Chunk(reference.Rows ?? terms.Length))
        {
            float scale = reference.Scale([.. group.Select(t => w.Values[t.W])]);
            float[] of = [0, 0];
            foreach (var (t, i) in group.Select((t, i) => (t, i)))
            {
                float weight = reference.Round(w.Values[t.W], scale);
                of[i % 2] = MathF.FusedMultiplyAdd(x.Values[t.X], weight, of[i % 2]);
                spread += Math.Abs((double)weight * scale) * x.Bounds[t.X];
                size += Math.Abs((double)weight * scale * x.Values[t.X]);
            }

            sum = MathF.FusedMultiplyAdd(of[0] + of[1], scale, sum);
        }

        return (sum + bias, spread == 0 ? 0 : spread + (2 * Bounded.Gamma(terms.Length + 4) * (size + spread + Math.Abs(bias))));
    }

    private static (float Value, double Bound) ByteGroups((int X, int W)[] terms, Bounded x, Bounded w, QuantizationParameters grid,
        GroupReference reference, float bias)
    {
        float sum = 0;
        double weights = 0, steps = 0, size = 0;
        foreach (var group in terms.Chunk(reference.Rows!.Value))
        {
            float scale = reference.Scale([.. group.Select(t => w.Values[t.W])]);
            int exact = 0;
            foreach (var (i, k) in group)
            {
                int weight = (int)reference.Round(w.Values[k], scale);
                exact += grid.Quantize(x.Values[i]) * weight;
                weights += (double)weight * scale;
                steps += Math.Abs(weight * scale) * (x.Bounds[i] == 0 ? 0 : Math.Floor(x.Bounds[i] / grid.Scale) + 1);
                size += Math.Abs(weight * scale) * grid.Quantize(x.Values[i]);
            }

            sum = MathF.FusedMultiplyAdd(exact, scale, sum);
        }

        float value = MathF.FusedMultiplyAdd(sum + (float)(-grid.ZeroPoint * weights), grid.Scale, bias);
        return (value, steps == 0 ? 0
            : (steps * grid.Scale) + (2 * Bounded.Gamma(terms.Length + 4) * (((size + steps) * grid.Scale) + Math.Abs(bias))));
    }

    private static (float Value, double Bound) Integers(IEnumerable<(int X, int W)> terms, Bounded x, Bounded w,
        QuantizationParameters grid, float scale, float bias)
    {
        int sum = 0;
        double steps = 0;
        foreach (var (i, k) in terms)
        {
            int code = Int8Reference.Quantize(w.Values[k], scale);
            sum += (grid.Quantize(x.Values[i]) - grid.ZeroPoint) * code;
            double lhsSteps = x.Bounds[i] == 0 ? 0 : Math.Floor(x.Bounds[i] / grid.Scale) + 1,
                rhsSteps = w.Bounds[k] == 0 ? 0 : Math.Floor(w.Bounds[k] / scale) + 1;
            steps += (Math.Abs(code) * lhsSteps) + (rhsSteps * (Math.Abs(grid.Quantize(x.Values[i]) - grid.ZeroPoint) + lhsSteps));
        }

        float product = grid.Scale * scale, value = MathF.FusedMultiplyAdd(sum, product, bias);
        return (value, steps == 0 ? 0 : (steps * product) + (4 * Bounded.U * (Math.Abs(value) + (steps * product))));
    }

    /// <summary>The row covers its own numbers; its zero point is 128, and what is left of it is added to the sums.</summary>
    private static (float Value, double Bound) RowBytes((int X, int W)[] terms, Bounded x, Bounded w, float scale, float bias)
    {
        double low = Math.Min(0, terms.Min(t => (double)x.Values[t.X])), high = Math.Max(0, terms.Max(t => (double)x.Values[t.X]));
        float step = Math.Max((float)((high - low) / byte.MaxValue), 2 * 1.17549435e-38f);
        int zeroPoint = (int)Math.Clamp(Math.Round(-low / step, MidpointRounding.ToEven), 0, byte.MaxValue), sum = 0, weights = 0;
        double spread = 0, size = 0, widest = terms.Max(t => x.Bounds[t.X]);
        foreach (var (i, k) in terms)
        {
            int code = Int8Reference.Quantize(w.Values[k], scale);
            int quantized = (int)Math.Clamp(MathF.Round(x.Values[i] / step, MidpointRounding.ToEven) + zeroPoint, 0, byte.MaxValue);
            (sum, weights) = (sum + (quantized * code), weights + code);

            // Another range has another step: both values are within one of theirs.
            spread += widest == 0 ? 0 : Math.Abs(code * scale) * (x.Bounds[i] + (2 * (step + (2 * widest / byte.MaxValue))));
            size += Math.Abs(code * scale) * byte.MaxValue * step;
        }

        int compensation = -128 * weights;
        float rest = MathF.FusedMultiplyAdd(compensation, (zeroPoint - 128) / 128f, sum + compensation);
        return (MathF.FusedMultiplyAdd(rest * scale, step, bias),
            spread == 0 ? 0 : spread + (8 * Bounded.U * (size + spread + Math.Abs(bias))));
    }

    private static long[] Flat(long[] shape, int spatial) => spatial == 1 ? [shape[0], shape[1], 1, shape[2]] : shape;

    private static int[] Pair(IReadOnlyList<int> values, int missing) => values.Count == 1 ? [missing, values[0]] : [.. values];
}
