using MixPrec.Compiler.Calibration;
using MixPrec.Compiler.Data;
using MixPrec.Compiler.ErrorReduction;
using MixPrec.Compiler.Execution;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Formats.Storage;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Lowering;
using MixPrec.Compiler.Options;
using MixPrec.Compiler.Sensitivity;
using MixPrec.Plan;
using Xunit;

namespace MixPrec.Compiler.Tests.ErrorReduction;

/// <summary>
/// One product of each family, whose inputs go together as neighbouring pixels do. The emitted class is measured against fp32: what the
/// reduction promises has to be there, on samples that it has not seen.
/// </summary>
public sealed class ErrorReducerTests
{
    private const int Calibrated = 64, All = 128;

    public static TheoryData<string> Families => ["gemm", "tokens", "conv", "depthwise", "line"];

    public static TheoryData<string> AllFamilies => [.. Families.Select(f => f.Data), "grouped"];

    [Theory]
    [MemberData(nameof(Families))]
    public void TheErrorOfTheEmittedClassFalls(string family)
    {
        var network = new Network(family);
        var table = network.Reduce(ReductionSteps.All);
        Assert.NotEmpty(table.Roundings);
        double before = network.Error(network.Reduce(ReductionSteps.None)), after = network.Error(table);

        // What rounds activations stays: up to half of it.
        Assert.True(after < 0.75 * before, $"{before} became {after}");
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void TheEstimateIsOfWhatTheClassComputes(string family)
    {
        var network = new Network(family);
        var table = network.Reduce(ReductionSteps.Rounding | ReductionSteps.Bias);
        foreach (var precision in new[] { PrecisionConfig.I8, PrecisionConfig.I8A7 })
        {
            var estimate = network.Estimate(table, precision);
            Assert.Equal(1, estimate / network.MeasuredOnCalibration(table, precision), 2e-3);
        }
    }

    /// <summary>No layer quantizes activations; groups are whole and, of 80 rows, in part.</summary>
    [Theory]
    [InlineData("i4g32")]
    [InlineData("i4g64")]
    [InlineData("i4g128")]
    public void WeightsOfFourBitsAreRoundedInTheirGroups(string id)
    {
        var network = new Network("deep");
        var precision = PrecisionConfig.Find(id)!;
        var table = network.Reduce(ReductionSteps.All, PrecisionConfig.F32, precision);
        Assert.Equal((network.Node.Name, precision.Storage), table.Roundings.Single().Key);
        double before = network.Error(network.Reduce(ReductionSteps.None), precision), after = network.Error(table, precision);
        Assert.True(after < before / 2, $"{before} became {after}");
        Assert.Equal(1, network.Estimate(table, precision) / network.MeasuredOnCalibration(table, precision), 2e-3);
    }

    /// <summary>A layer may become either.</summary>
    [Fact]
    public void EachFormatHasItsOwnRounding()
    {
        var network = new Network("deep");
        var four = PrecisionConfig.Find("i4g32")!;
        RangeTable one = network.Reduce(ReductionSteps.Rounding, PrecisionConfig.I8), other = network.Reduce(ReductionSteps.Rounding, four),
            both = network.Reduce(ReductionSteps.Rounding, PrecisionConfig.I8, four);
        Assert.NotNull(one.Rounding(network.Node, PrecisionConfig.I8.Storage));
        Assert.Equal(one.Rounding(network.Node, PrecisionConfig.I8.Storage), both.Rounding(network.Node, PrecisionConfig.I8.Storage));
        Assert.Equal(other.Rounding(network.Node, four.Storage), both.Rounding(network.Node, four.Storage));
        Assert.Null(both.Rounding(network.Node, PrecisionConfig.BF16.Storage));
    }

    [Fact]
    public void MeanErrorsVanishFromEveryChannel()
    {
        var network = new Network("gemm");
        var none = network.Reduce(ReductionSteps.None);
        var corrected = none with
        {
            BiasCorrections = new Dictionary<string, BiasCorrection>
            {
                [network.Node.Name] = BiasCorrection.FromMeanErrors(network.MeanErrors(none)),
            },
        };
        double[] before = network.MeanErrors(none), after = network.MeanErrors(corrected);
        Assert.Contains(before, e => Math.Abs(e) > 1e-4);
        Assert.All(before.Zip(after), p => Assert.InRange(Math.Abs(p.Second), 0, (Math.Abs(p.First) / 256) + 1e-6));
    }

    [Fact]
    public void TheSameSamplesGiveTheSameTable()
    {
        var (one, other) = (new Network("conv").Reduce(ReductionSteps.All), new Network("conv").Reduce(ReductionSteps.All));
        Assert.Equal(one.Ranges, other.Ranges);
        Assert.Equal(one.Roundings.Single().Value.Steps.ToArray(), other.Roundings.Single().Value.Steps.ToArray());
        Assert.Equal(one.BiasCorrections.Values, other.BiasCorrections.Values);
    }

    [Fact]
    public void WithOneSampleNothingIsChanged()
    {
        var network = new Network("gemm", calibrated: 1);
        var table = network.Reduce(ReductionSteps.All);
        Assert.Empty(table.Roundings);
        Assert.Empty(table.BiasCorrections);
        Assert.Equal(network.Reduce(ReductionSteps.None).Ranges, table.Ranges);
    }

    [Fact]
    public void ConstantInputsAreNoFault()
    {
        var network = new Network("gemm", value: 0.25f);
        var table = network.Reduce(ReductionSteps.All);
        Assert.True(network.Error(table) <= network.Error(network.Reduce(ReductionSteps.None)) + 1e-9);
    }

    [Fact]
    public void LayersThatStayInFloatsAreLeftAlone()
    {
        var table = new Network("gemm").Reduce(ReductionSteps.All, PrecisionConfig.F32, PrecisionConfig.BF16);
        Assert.Empty(table.Roundings);
        Assert.Empty(table.BiasCorrections);
    }

    [Theory]
    [MemberData(nameof(AllFamilies))]
    public void ProductsOfInputsAreThoseOfEveryPosition(string family)
    {
        var network = new Network(family);
        float[] gram = network.Gram(), naive = network.NaiveGram();
        Assert.Equal(naive.Length, gram.Length);
        double scale = naive.Max(Math.Abs);
        Assert.All(naive.Zip(gram), p => Assert.Equal(p.First, p.Second, 1e-4 * scale));
    }

    private sealed class Network
    {
        private readonly Graph _graph;
        private readonly SampleSet _samples;
        private readonly TorchExecutor _executor;
        private readonly Batch[] _batches;
        private readonly int _calibrated;

        public Network(string family, int calibrated = Calibrated, float? value = null)
        {
            var (op, input, weights) = family switch
            {
                "gemm" => ((Op)new MatMul(), (int[])[24], (int[])[24, 8]),
                "deep" => (new MatMul(), [80], [80, 8]),
                "tokens" => (new MatMul(), [5, 24], [24, 8]),
                "conv" => (new Conv([2, 1], [1, 0], [0, 2], [1, 2], 1), [4, 7, 8], [6, 4, 3, 2]),
                "grouped" => (new Conv([1, 1], [1, 1], [1, 1], [1, 1], 2), [8, 5, 5], [12, 4, 3, 3]),
                "depthwise" => (new Conv([1, 1], [1, 1], [1, 1], [1, 1], 16), [16, 6, 6], [16, 1, 3, 3]),
                "line" => (new Conv([2], [1], [1], [1], 1), [4, 17], [8, 4, 3]),
                _ => throw new NotSupportedException(family),
            };
            var random = new Random(5);
            float[] w = [.. Enumerable.Range(0, weights.Aggregate((a, b) => a * b)).Select(_ => (float)(random.NextDouble() - 0.5))];
            int length = input.Aggregate((a, b) => a * b);
            var x = new float[All * length];
            for (int r = 0; r < All; r++)
            {
                double all = random.NextDouble();
                for (int i = 0; i < length; i++)
                {
                    x[(r * length) + i] = value ?? (float)((0.9 * all) + (0.1 * random.NextDouble()));
                }
            }

            var builder = new GraphBuilder();
            var given = builder.AddInput("x",
                new TensorType(ElementType.F32, [IntExpr.Symbol("batch"), .. input.Select(d => (IntExpr)d)]));
            var y = builder.Add("product", op, given, GraphBuilder.Constant("w", w, [.. weights.Select(d => (long)d)]));
            _graph = builder.Build([y], [new SymbolicDimension("batch", "batch")]);
            var samples = Tensor.Create(x, [All, .. input.Select(d => (long)d)]);
            _samples = new SampleSet(new Dictionary<string, Tensor> { ["x"] = samples }, null, null, All);
            _calibrated = calibrated;
            _executor = new TorchExecutor(_graph);
            _batches = [.. Batch.Split(_graph, _samples.Slice(0, calibrated), 9)];
        }

        public Node Node => _graph.QuantizableNodes.Single();

        public RangeTable Reduce(ReductionSteps steps, params PrecisionConfig[] candidates) => new ErrorReducer(_executor, _graph,
            _batches, LossKind.Output,
            RangeCalibration.Observe(Enum.GetValues<ActivationRanges>(), _executor, _graph, _batches.Select(b => b.Inputs)),
            n => candidates.Length > 0 ? candidates : Candidates.ForNode(n), default).Reduce(steps);

        public double Estimate(RangeTable table, PrecisionConfig precision) => SensitivityEstimation.Estimate(Estimator.Projected,
            _executor, _graph, _batches, LossKind.Output, table, _ => [precision])[Node, precision];

        /// <summary>Mean squared change of the Output loss, which is linear.</summary>
        public double MeasuredOnCalibration(RangeTable table, PrecisionConfig precision)
        {
            var (exact, inexact) = Run(table, precision, _samples.Slice(0, _calibrated));
            int length = exact.Length / _calibrated;
            return Enumerable.Range(0, _calibrated).Average(r => Math.Pow(Enumerable.Range(0, length).Sum(i =>
                Compiler.Losses.LossFunction.Sign(r, i) * ((double)inexact[(r * length) + i] - exact[(r * length) + i])), 2));
        }

        /// <summary>Mean squared error of the outputs of samples that nothing was fitted to.</summary>
        public double Error(RangeTable table, PrecisionConfig? precision = null)
        {
            var (exact, inexact) = Run(table, precision ?? PrecisionConfig.I8, _samples.Slice(_calibrated, All - _calibrated));
            return exact.Zip(inexact, (a, b) => Math.Pow((double)a - b, 2)).Average();
        }

        public double[] MeanErrors(RangeTable table)
        {
            var (exact, inexact) = Run(table, PrecisionConfig.I8, _samples.Slice(0, _calibrated));
            int channels = Node.OutputChannels();
            return [.. Enumerable.Range(0, channels).Select(c => Enumerable.Range(0, exact.Length / channels)
                .Average(r => (double)inexact[(r * channels) + c] - exact[(r * channels) + c]))];
        }

        public float[] Gram() => InputGrams.Collect(_executor, [Node], _batches, _calibrated)[Node];

        /// <summary>Input by input under every position of the filter, of samples with even numbers.</summary>
        public float[] NaiveGram()
        {
            var (shape, w) = (_samples.Inputs["x"].Shape, Node.Input(1).Constant!.Shape);
            var x = _samples.Inputs["x"].Span<float>().ToArray();
            var conv = Node.Op as Conv;
            int groups = conv?.Groups ?? 1;
            int depth = (int)(Node.Input(1).Constant!.Length / Node.OutputChannels());
            var gram = new float[groups * depth * depth];
            for (int r = 0; r < _calibrated; r += 2)
            {
                foreach (float[] row in conv is null ? Rows(r) : Patches(r, conv))
                {
                    for (int group = 0; group < groups; group++)
                    {
                        for (int i = 0; i < depth * depth; i++)
                        {
                            var own = row.AsSpan(group * depth, depth);
                            gram[(group * depth * depth) + i] += own[i / depth] * own[i % depth];
                        }
                    }
                }
            }

            return gram;

            IEnumerable<float[]> Rows(int r)
            {
                int length = (int)shape.Skip(1).Aggregate(1L, (a, b) => a * b);
                return Enumerable.Range(0, length / depth).Select(t => x[((r * length) + (t * depth))..((r * length) + ((t + 1) * depth))]);
            }

            IEnumerable<float[]> Patches(int r, Conv op)
            {
                bool line = op.Strides.Count == 1;
                int channels = (int)shape[1], height = line ? 1 : (int)shape[2], width = (int)shape[^1];
                int taps = line ? 1 : (int)w[2], tapsX = (int)w[^1];
                int At(IReadOnlyList<int> list, bool vertical, int missing) =>
                    line ? (vertical ? missing : list[0]) : list[vertical ? 0 : 1];
                int Size(int size, int kernel, bool v) => ((size + At(op.PadsBegin, v, 0) + At(op.PadsEnd, v, 0)
                    - (At(op.Dilations, v, 1) * (kernel - 1)) - 1) / At(op.Strides, v, 1)) + 1;
                int Place(int o, int k, bool v) => (o * At(op.Strides, v, 1)) - At(op.PadsBegin, v, 0) + (k * At(op.Dilations, v, 1));
                for (int oy = 0; oy < Size(height, taps, true); oy++)
                {
                    for (int ox = 0; ox < Size(width, tapsX, false); ox++)
                    {
                        yield return [.. from c in Enumerable.Range(0, channels)
                                         from ky in Enumerable.Range(0, taps)
                                         from kx in Enumerable.Range(0, tapsX)
                                         let iy = Place(oy, ky, true)
                                         let ix = Place(ox, kx, false)
                                         select iy < 0 || ix < 0 || iy >= height || ix >= width ? 0
                                             : x[(((((r * channels) + c) * height) + iy) * width) + ix]];
                    }
                }
            }
        }

        private (float[] Exact, float[] Inexact) Run(RangeTable table, PrecisionConfig precision, SampleSet samples)
        {
            using var float32 = Compile(PrecisionAssignment.AllFloat);
            using var model = Compile(PrecisionAssignment.Uniform(_graph, precision));
            IReadOnlyList<Tensor> inputs = [samples.Inputs["x"]];
            return (float32.Run(inputs)[0].Span<float>().ToArray(), model.Run(inputs)[0].Span<float>().ToArray());

            CompiledModel Compile(PrecisionAssignment assignment) =>
                CompiledModel.Compile(Lowerer.Lower(_graph, assignment, table, new LoweringOptions("Net")));
        }
    }
}
