using MixPrec.Compiler.ErrorReduction;
using Xunit;

namespace MixPrec.Compiler.Tests.ErrorReduction;

/// <summary>
/// Rounded columns against every neighbouring choice there is (tiny ones), against GPTQ as its paper writes it, with the inverse of the
/// matrix, and against rounding to the nearest.
/// </summary>
public sealed class NearestPlaneTests
{
    private const int Maximum = 127;

    [Fact]
    public void WithoutCorrelationEveryWeightIsRoundedToTheNearest()
    {
        const int Depth = 9, Columns = 3;
        float[] weights = Numbers(Depth * Columns, 1), scales = [0.013f, 0.02f, 0.011f], gram = new float[Depth * Depth];
        for (int k = 0; k < Depth; k++)
        {
            gram[(k * Depth) + k] = k + 1;
        }

        float[] rounded = Round(gram, weights, scales)!;
        Assert.Equal(weights.Select((w, i) => MathF.Round(w / scales[i % Columns])), rounded);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    public void FewWeightsAreRoundedAlmostAsWellAsTheyCanBe(int depth)
    {
        double nearest = 0, own = 0, least = 0;
        for (int seed = 0; seed < 40; seed++)
        {
            float[] gram = Gram(4 * depth, depth, seed), weights = Numbers(depth, 100 + seed);
            const float Scale = 0.11f;
            float[] rounded = Round(gram, weights, [Scale])!;
            int[] start = [.. weights.Select(w => (int)MathF.Round(w / Scale))];
            double minimum = double.PositiveInfinity;
            for (int choice = 0; choice < Math.Pow(5, depth); choice++)
            {
                int rest = choice;
                float[] values = [.. start.Select(s =>
                {
                    (rest, int offset) = Math.DivRem(rest, 5);
                    return (float)(s + offset - 2);
                })];
                minimum = Math.Min(minimum, Objective(gram, weights, values, Scale));
            }

            double error = Objective(gram, weights, rounded, Scale);
            Assert.True(error >= minimum * (1 - 1e-6) || rounded.Zip(start).Any(p => Math.Abs(p.First - p.Second) > 2));
            (own, least) = (own + error, least + minimum);
            nearest += Objective(gram, weights, [.. start.Select(s => (float)s)], Scale);
        }

        Assert.True(own < nearest && own < 1.5 * least, $"nearest {nearest}, own {own}, best {least}");
    }

    [Fact]
    public void ItIsWhatGptqComputesWithAnInverse()
    {
        const int Depth = 12, Columns = 4;
        float[] gram = Gram(40, Depth, 7), weights = Numbers(Depth * Columns, 8), scales = [0.05f, 0.08f, 0.03f, 0.06f];
        float[] rounded = Round(gram, weights, scales)!;
        for (int column = 0; column < Columns; column++)
        {
            Assert.Equal(Gptq(gram, [.. Enumerable.Range(0, Depth).Select(k => weights[(k * Columns) + column])],
                _ => scales[column], -Maximum, Maximum),
                Enumerable.Range(0, Depth).Select(k => rounded[(k * Columns) + column]));
        }
    }

    [Fact]
    public void CorrelatedInputsLeaveAThirdOfTheSquaredError()
    {
        const int Depth = 64, Columns = 8;
        float[] gram = Gram(500, Depth, 3), weights = Numbers(Depth * Columns, 4);
        float[] scales = [.. Enumerable.Repeat(0.02f, Columns)], rounded = Round(gram, weights, scales)!;
        double nearest = 0, own = 0;
        for (int column = 0; column < Columns; column++)
        {
            float[] w = [.. Enumerable.Range(0, Depth).Select(k => weights[(k * Columns) + column])];
            nearest += Objective(gram, w, [.. w.Select(v => MathF.Round(v / 0.02f))], 0.02f);
            own += Objective(gram, w, [.. Enumerable.Range(0, Depth).Select(k => rounded[(k * Columns) + column])], 0.02f);
        }

        Assert.True(own < nearest / 3, $"{own} of {nearest}");
    }

    [Fact]
    public void ValuesStayInsideTheirInterval()
    {
        float[] gram = Gram(20, 6, 5);
        float[] rounded = Round(gram, [1, -1, 1, -1, 1, -1], [1f / 127])!;
        Assert.All(rounded, q => Assert.InRange(q, -Maximum, Maximum));
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void WhereSamplesShowNothingThereIsNoRounding(float energy) =>
        Assert.Null(Round([energy, 0, 0, energy], [0.4f, 0.3f], [0.1f]));

    [Fact]
    public void RowsInGroupsHaveTheirOwnScales()
    {
        const int Depth = 10, Columns = 3, Group = 4;
        float[] gram = Gram(40, Depth, 9), weights = Numbers(Depth * Columns, 10), scales = Numbers(3 * Columns, 11);
        float[] rounded = NearestPlane.Round(gram, weights, Columns, new(scales, Group, -8, 7))!;
        for (int column = 0; column < Columns; column++)
        {
            Assert.Equal(Gptq(gram, [.. Enumerable.Range(0, Depth).Select(k => weights[(k * Columns) + column])],
                k => scales[(k / Group * Columns) + column], -8, 7),
                Enumerable.Range(0, Depth).Select(k => rounded[(k * Columns) + column]));
        }
    }

    private static float[]? Round(float[] gram, float[] weights, float[] scales) =>
        NearestPlane.Round(gram, weights, scales.Length, new(scales, weights.Length / scales.Length, -Maximum, Maximum));

    /// <summary>(w − s·q)ᵀ·G·(w − s·q).</summary>
    private static double Objective(float[] gram, float[] weights, float[] values, float scale)
    {
        double[] e = [.. weights.Zip(values, (w, q) => (double)w - (scale * q))];
        return e.SelectMany((a, i) => e.Select((b, j) => a * b * gram[(i * e.Length) + j])).Sum();
    }

    /// <summary>
    /// Algorithm 1 of arXiv 2210.17323 with descending energy: round a weight, divide its error by the pivot of the inverse, take it off
    /// the weights that follow, eliminate the pivot.
    /// </summary>
    private static float[] Gptq(float[] gram, float[] weights, Func<int, float> scaleOf, int lowest, int highest)
    {
        int n = weights.Length;
        double mean = Enumerable.Range(0, n).Average(k => (double)gram[(k * n) + k]);
        int[] order = [.. Enumerable.Range(0, n).OrderByDescending(k => gram[(k * n) + k])];
        double[,] inverse = Inverse(n, (i, j) => gram[(order[i] * n) + order[j]] + (i == j ? NearestPlane.Damping * mean : 0));
        double[] w = [.. order.Select(k => (double)weights[k])];
        var quantized = new float[n];
        for (int k = 0; k < n; k++)
        {
            float scale = scaleOf(order[k]);
            double q = Math.Clamp(Math.Round(w[k] / scale), lowest, highest), error = (w[k] - (q * scale)) / inverse[k, k];
            quantized[order[k]] = (float)q;
            for (int j = k; j < n; j++)
            {
                w[j] -= error * inverse[k, j];
            }

            for (int i = k + 1; i < n; i++)
            {
                for (int j = k + 1; j < n; j++)
                {
                    inverse[i, j] -= inverse[i, k] * inverse[k, j] / inverse[k, k];
                }
            }
        }

        return quantized;
    }

    /// <summary>By Gauss and Jordan.</summary>
    private static double[,] Inverse(int n, Func<int, int, double> element)
    {
        double[,] left = new double[n, n], right = new double[n, n];
        for (int i = 0; i < n; i++)
        {
            right[i, i] = 1;
            for (int j = 0; j < n; j++)
            {
                left[i, j] = element(i, j);
            }
        }

        for (int k = 0; k < n; k++)
        {
            double pivot = left[k, k];
            for (int j = 0; j < n; j++)
            {
                (left[k, j], right[k, j]) = (left[k, j] / pivot, right[k, j] / pivot);
            }

            for (int i = 0; i < n; i++)
            {
                double factor = left[i, k];
                for (int j = 0; i != k && j < n; j++)
                {
                    (left[i, j], right[i, j]) = (left[i, j] - (factor * left[k, j]), right[i, j] - (factor * right[k, j]));
                }
            }
        }

        return right;
    }

    /// <summary>XᵀX of rows whose neighbours are alike, as pixels are.</summary>
    private static float[] Gram(int rows, int depth, int seed)
    {
        var random = new Random(seed);
        var gram = new float[depth * depth];
        for (int r = 0; r < rows; r++)
        {
            double walk = random.NextDouble();
            double[] x = [.. Enumerable.Range(0, depth).Select(_ => walk = (0.9 * walk) + (0.3 * (random.NextDouble() - 0.4)))];
            for (int i = 0; i < depth * depth; i++)
            {
                gram[i] += (float)(x[i / depth] * x[i % depth]);
            }
        }

        return gram;
    }

    private static float[] Numbers(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (float)((random.NextDouble() * 2) - 1))];
    }
}
