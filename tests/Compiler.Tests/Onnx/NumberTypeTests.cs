using MixPrec.Compiler.Graphs;
using MixPrec.Plan;
using Xunit;

namespace MixPrec.Compiler.Tests.Onnx;

/// <summary>
/// Reductions and functions of doubles and integers, determinants, written caches and products of 16-bit floats, against slow references.
/// </summary>
public sealed class NumberTypeTests
{
    [Theory]
    [InlineData("ReduceSum")]
    [InlineData("ReduceMean")]
    [InlineData("ReduceProd")]
    [InlineData("ReduceMax")]
    [InlineData("ReduceMin")]
    [InlineData("ReduceSumSquare")]
    public void ReductionsOfIntegersAreExact(string kind)
    {
        var random = new Random(4);
        // Beyond 2²⁴, where single precision is not exact.
        int scale = kind is "ReduceProd" or "ReduceSumSquare" ? 40 : 100_000_001;
        int[] x = [.. Enumerable.Range(0, 2 * 3 * 2).Select(_ => random.Next(-scale, scale))];
        using var model = new TinyModel(18).Input("x", ElementType.I32, 2, 3, 2).Integers("axes", 1)
            .Node($"y = {kind} x axes", TinyModel.Attribute("keepdims", 0L)).Output("y");
        int[] actual = EmittedModel.Run(model, Tensor.Create<int>(ElementType.I32, x, 2, 3, 2))[0].Span<int>().ToArray();
        for (int i = 0; i < 4; i++)
        {
            int[] row = [.. Enumerable.Range(0, 3).Select(k => x[(i / 2 * 6) + (k * 2) + (i % 2)])];
            Assert.Equal(kind switch
            {
                "ReduceSum" => row[0] + row[1] + row[2],
                "ReduceMean" => (row[0] + row[1] + row[2]) / 3,
                "ReduceProd" => row[0] * row[1] * row[2],
                "ReduceMax" => row.Max(),
                "ReduceMin" => row.Min(),
                _ => row.Sum(v => v * v),
            }, actual[i]);
        }
    }

    [Fact]
    public void LogarithmsOfSumsKeepDoublePrecision()
    {
        double[] x = [1e-9, 2, -3, 700, 701.25, -1e9];
        using var model = new TinyModel(18).Input("x", ElementType.F64, 2, 3).Integers("axes", 1).Node("y = ReduceLogSumExp x axes")
            .Output("y");
        double[] actual = EmittedModel.Run(model, Tensor.Create<double>(ElementType.F64, x, 2, 3))[0].Span<double>().ToArray();
        for (int i = 0; i < 2; i++)
        {
            double largest = x.Skip(3 * i).Take(3).Max(), expected =
                largest + Math.Log(x.Skip(3 * i).Take(3).Sum(v => Math.Exp(v - largest)));
            Assert.Equal(expected, actual[i], 4 * Math.BitIncrement(Math.Abs(expected)) * Math.Pow(2, -53));
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void DeterminantsAreSumsOverPermutations(int n)
    {
        var random = new Random(n);
        float[] x = [.. Enumerable.Range(0, 2 * n * n).Select(_ => (float)random.Next(-9, 10))];
        using var model = new TinyModel(22).Input("x", "batch", n, n).Node("y = Det x").Output("y");
        float[] actual = EmittedModel.Run(model, Tensor.Create(x, 2, n, n))[0].Span<float>().ToArray();
        // Integers below 2²⁴ are exact.
        Assert.Equal([Leibniz(x.AsSpan(0, n * n), n), Leibniz(x.AsSpan(n * n), n)], actual);
    }

    private static float Leibniz(ReadOnlySpan<float> x, int n)
    {
        double sum = 0;
        int count = Enumerable.Range(1, n).Aggregate(1, (a, b) => a * b);
        for (int p = 0; p < count; p++)
        {
            var rest = Enumerable.Range(0, n).ToList();
            double product = 1;
            for (int row = 0, code = p; row < n; row++)
            {
                int pick = code % rest.Count;
                code /= rest.Count;
                product *= x[(row * n) + rest[pick]] * (pick % 2 == 0 ? 1 : -1);
                rest.RemoveAt(pick);
            }

            sum += product;
        }

        return (float)sum;
    }

    [Theory]
    [InlineData("linear", new[] { 1L, 3L })]
    [InlineData("circular", new[] { 4L, 3L })]
    [InlineData("linear", null)]
    public void CachesAreWrittenWhereEachBatchIs(string mode, long[]? at)
    {
        const int Batch = 2, Positions = 5, New = 2, Width = 3;
        float[] cache = [.. Enumerable.Range(0, Batch * Positions * Width).Select(i => (float)i)],
            update = [.. Enumerable.Range(0, Batch * New * Width).Select(i => -1f - i)];
        using var model = new TinyModel(24).Input("cache", Batch, Positions, Width).Input("update", Batch, New, Width);
        _ = at is null ? model.Node("y = TensorScatter cache update") : model.Input("at", ElementType.I64, Batch)
            .Node("y = TensorScatter cache update at", TinyModel.Attribute("mode", mode));
        List<Tensor> inputs = [Tensor.Create(cache, Batch, Positions, Width), Tensor.Create(update, Batch, New, Width)];
        if (at is not null)
        {
            inputs.Add(Tensor.Create(at, Batch));
        }

        float[] actual = EmittedModel.Run(model.Output("y"), inputs)[0].Span<float>().ToArray();
        for (int i = 0; i < update.Length; i++)
        {
            int batch = i / (New * Width), position = (int)((at?[batch] ?? 0) + (i / Width % New)) % Positions;
            cache[(((batch * Positions) + position) * Width) + (i % Width)] = update[i];
        }

        Assert.Equal(cache, actual);
    }

    /// <summary>Small integers and powers of two: the product is exact in half precision.</summary>
    [Theory]
    [InlineData("MatMul x w")]
    [InlineData("Gemm x w")]
    [InlineData("Einsum x w")]
    public void ProductsOfHalvesAreHalves(string node)
    {
        Half[] x = [.. Enumerable.Range(0, 6).Select(i => (Half)(i - 2))], w = [.. Enumerable.Range(0, 6).Select(i => (Half)(0.5 * i))];
        using var model = new TinyModel(13).Input("x", ElementType.F16, 2, 3).Initializer("w", Tensor.Create<Half>(ElementType.F16, w, 3, 2))
            .Node("y = " + node, node[0] == 'E' ? [TinyModel.Attribute("equation", "ij,jk->ik")] : []).Output("y");
        var actual = EmittedModel.Run(model, Tensor.Create<Half>(ElementType.F16, x, 2, 3))[0];
        Assert.Equal(ElementType.F16, actual.Type);
        Assert.Equal([.. Enumerable.Range(0, 4)
            .Select(i => (Half)Enumerable.Range(0, 3).Sum(k => (double)x[(i / 2 * 3) + k] * (double)w[(k * 2) + (i % 2)]))],
            actual.Span<Half>().ToArray());
    }

    /// <summary>
    /// 2048 + 1 is no half, but 2048 + 1 − 2048 is: between two computations nothing is rounded, and where it leaves them it is.
    /// </summary>
    [Fact]
    public void BetweenComputationsHalvesStayInSinglePrecision()
    {
        using var model = new TinyModel(13).Input("x", ElementType.F16, 1).Initializer("one", Tensor.Create<Half>(ElementType.F16, [(Half)1]))
            .Node("s = Add x one").Node("y = Sub s x").Output("y").Output("s");
        var outputs = EmittedModel.Run(model, Tensor.Create<Half>(ElementType.F16, [(Half)2048], 1));
        Assert.Equal([(Half)1], outputs[0].Span<Half>().ToArray());
        Assert.Equal([(Half)2048], outputs[1].Span<Half>().ToArray());
    }
}
