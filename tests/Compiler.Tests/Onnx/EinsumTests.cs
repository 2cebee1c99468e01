using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Lowering;
using MixPrec.Compiler.Rewrites;
using MixPrec.Plan;
using Xunit;

namespace MixPrec.Compiler.Tests.Onnx;

/// <summary>Einsum against the definition: every combination of label values, one after another, in double precision.</summary>
public sealed class EinsumTests
{
    [Theory]
    [InlineData("ij->ji", "3,4", "j4 i3")]
    [InlineData("ij->i", "3,4", "i3")]
    [InlineData("ij", "3,4", "i3 j4")]
    [InlineData("ba", "3,4", "a4 b3")]
    [InlineData("i->", "5", "")]
    [InlineData("ii->i", "4,4", "i4")]
    [InlineData("ii", "4,4", "")]
    [InlineData("bii->bi", "2,3,3", "b2 i3")]
    [InlineData("iji->ji", "3,2,3", "j2 i3")]
    [InlineData("ij,jk->ik", "2,3 3,4", "i2 k4")]
    [InlineData("ij,jk", "2,3 3,4", "i2 k4")]
    [InlineData(" ij , kj -> ik ", "2,3 4,3", "i2 k4")]
    [InlineData("i,j->ij", "3,4", "i3 j4")]
    [InlineData("i,i", "5 5", "")]
    [InlineData("bij,bjk->bik", "2,3,4 2,4,5", "b2 i3 k5")]
    [InlineData("bhid,bjhd->bhij", "2,2,3,4 2,5,2,4", "b2 h2 i3 j5")]
    [InlineData("ij,ij,jk->ki", "2,3 2,3 3,4", "k4 i2")]
    [InlineData("ab,cd->", "2,3 4,5", "")]
    [InlineData("ab,bc,cd->ad", "2,3 3,4 4,5", "a2 d5")]
    [InlineData("...ii->...i", "2,3,4,4", "~2 ~3 i4")]
    [InlineData("...ij,...jk->...ik", "2,3,4 2,4,5", "~2 i3 k5")]
    [InlineData("...ij,jk", "6,2,3,4 4,5", "~6 ~2 i3 k5")]
    [InlineData("i...->...", "3,2,4", "~2 ~4")]
    public void SumsOverAllLabelsThatAreNotInTheOutput(string equation, string shapes, string output)
    {
        string[] sizes = shapes.Contains(' ') ? shapes.Split(' ') : equation.Count(c => c == ',') == 0 ? [shapes] : shapes.Split(',');
        foreach (var type in new[] { ElementType.F32, ElementType.F64 })
        {
            long[][] dimensions = [.. sizes.Select(s => s.Split(',').Select(long.Parse).ToArray())];
            var random = new Random(17);
            double[][] values = [.. dimensions.Select(d => Enumerable.Range(0, (int)Tensor.Count(d)).Select(_ => random.Next(-8, 9) / 4.0)
                .ToArray())];
            using var model = new TinyModel(12).Node($"y = Einsum {string.Join(' ', dimensions.Select((_, i) => $"x{i}"))}",
                TinyModel.Attribute("equation", equation)).Output("y");
            for (int i = 0; i < dimensions.Length; i++)
            {
                model.Input($"x{i}", type, [.. dimensions[i].Select(d => (object)(int)d)]);
            }

            var actual = EmittedModel.Run(model,
                [.. dimensions.Zip(values, (d, v) =>
                type == ElementType.F32 ? Tensor.Create([.. v.Select(x => (float)x)], d) : Tensor.Create<double>(type, v, d))])[0];
            var (shape, expected) = Definition(equation.Replace(" ", "", StringComparison.Ordinal), output, dimensions, values);
            Assert.Equal(shape, actual.Shape);
            // Quarters of small integers: every sum is exact.
            Assert.Equal(expected, type == ElementType.F32 ? actual.Span<float>().ToArray().Select(x => (double)x) : actual.Span<double>()
                .ToArray());
        }
    }

    [Fact]
    public void AProductWithConstantWeightsHasEveryPrecision()
    {
        using var model = new TinyModel(12).Input("x", "n", 3, 8).Initializer("w", Tensor.Create(new float[8 * 4], 8, 4))
            .Node("y = Einsum x w", TinyModel.Attribute("equation", "nij,jk->nik")).Output("y");
        Assert.Contains(PrecisionConfig.I8, Candidates.ForNode(Assert.Single(GraphRewrites.Apply(model.Graph()).QuantizableNodes)));
    }

    [Theory]
    [InlineData("ij,jk->ik")]
    [InlineData("ijk->i")]
    [InlineData("ij->iz")]
    [InlineData("ij->ii")]
    [InlineData("i1->i")]
    [InlineData("ij->i->j")]
    public void EquationsThatDoNotFitAreRefused(string equation)
    {
        using var model = new TinyModel(12).Input("x", 2, 3).Node("y = Einsum x", TinyModel.Attribute("equation", equation)).Output("y");
        Assert.Equal("MXP3004", Assert.ThrowsAny<MixPrecException>(() => model.Graph()).Description.Id);
    }

    /// <param name="output">Label and size of each dimension of the result; ~ stands for one of an ellipsis.</param>
    private static (long[] Shape, double[] Values) Definition(string equation, string output, long[][] shapes, double[][] values)
    {
        string[] terms = equation.Split("->")[0].Split(',');
        // Dimensions of an ellipsis are numbered from the last.
        string[][] labels = [.. terms.Select((t, i) => Labels(t, shapes[i].Length))];
        string[] dimensions = output.Split(' ', StringSplitOptions.RemoveEmptyEntries), kept = [.. dimensions.Select(d => d[..1])];
        int hidden = kept.Count(k => k == "~"), next = hidden;
        kept = [.. kept.Select(k => k == "~" ? $"~{--next}" : k)];
        var sizes = new Dictionary<string, long>();
        foreach (var (label, size) in labels.Zip(shapes).SelectMany(p => p.First.Zip(p.Second)))
        {
            sizes[label] = size;
        }

        string[] all = [.. kept, .. sizes.Keys.Except(kept)];
        long[] shape = [.. dimensions.Select(d => long.Parse(d[1..], System.Globalization.CultureInfo.InvariantCulture))];
        double[] result = new double[Tensor.Count(shape)];
        long[] space = [.. all.Select(l => sizes[l])];
        var strides = StridedView.RowMajor(space);
        long inner = Tensor.Count(space.Skip(kept.Length));
        for (long i = 0; i < Tensor.Count(space); i++)
        {
            double product = 1;
            for (int o = 0; o < labels.Length; o++)
            {
                product *= values[o][labels[o].Select((l, d) => (l, d))
                    .Aggregate(0L, (at, p) => (at * shapes[o][p.d]) + (i / strides[Array.IndexOf(all, p.l)] % sizes[p.l]))];
            }

            result[i / inner] += product;
        }

        return (shape, result);
    }

    private static string[] Labels(string term, int rank)
    {
        int at = term.IndexOf("...", StringComparison.Ordinal), hidden = rank - term.Length + 3;
        return at < 0 ? [.. term.Select(c => c.ToString())]
            : [.. term[..at].Select(c => c.ToString()), .. Enumerable.Range(0, hidden).Select(d => $"~{hidden - 1 - d}"),
                .. term[(at + 3)..].Select(c => c.ToString())];
    }
}
