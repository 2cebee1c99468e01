using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Lowering.Ops;
using MixPrec.Compiler.Lowering.Storage;
using MixPrec.Compiler.Lowering.WeightsFile;
using MixPrec.Diagnostics;
using MixPrec.Plan;

namespace MixPrec.Compiler.Lowering;

/// <summary>
/// From a graph with a precision for every op to steps, memory and packed weights. Deterministic: the same graph, assignment and
/// ranges give the same bytes.
/// </summary>
internal static class Lowerer
{
    /// <summary>Bytes of weights that a resource or an array holds, with room for the header.</summary>
    private static readonly long LargestInMemory = Array.MaxLength - 4096;

    private static readonly IReadOnlyDictionary<Type, IOpLowering> Operations = new Dictionary<Type, IOpLowering>
    {
        [typeof(ArgExtreme)] = new ArgExtremeLowering(),
        [typeof(Binary)] = new BinaryLowering(),
        [typeof(Cast)] = new CastLowering(),
        [typeof(Compare)] = new CompareLowering(),
        [typeof(Concat)] = new ConcatLowering(),
        [typeof(Conv)] = new ConvLowering(),
        [typeof(CumSum)] = new CumSumLowering(),
        [typeof(DataSize)] = new DataSizeLowering(),
        [typeof(DeformConv)] = new DeformConvLowering(),
        [typeof(Dimensions)] = new DimensionsLowering(),
        [typeof(Expand)] = new ExpandLowering(),
        [typeof(Gather)] = new GatherLowering(),
        [typeof(GatherElements)] = new GatherElementsLowering(),
        [typeof(GatherND)] = new GatherNDLowering(),
        [typeof(GridSample)] = new GridSampleLowering(),
        [typeof(Iota)] = new IotaLowering(),
        [typeof(KeySearch)] = new KeySearchLowering(),
        [typeof(Loop)] = new LoopLowering(),
        [typeof(MatMul)] = new MatMulLowering(),
        [typeof(NonMaxSuppression)] = new NonMaxSuppressionLowering(),
        [typeof(NonZero)] = new NonZeroLowering(),
        [typeof(Normalize)] = new NormalizeLowering(),
        [typeof(Pad)] = new PadLowering(),
        [typeof(PairwiseCoupling)] = new PairwiseCouplingLowering(),
        [typeof(Pool)] = new PoolLowering(),
        [typeof(PoolIndices)] = new PoolIndicesLowering(),
        [typeof(QuantizeDequantize)] = new QuantizeDequantizeLowering(),
        [typeof(Recurrence)] = new RecurrenceLowering(),
        [typeof(Reduce)] = new ReduceLowering(),
        [typeof(Repeat)] = new RepeatLowering(),
        [typeof(Resample)] = new ResampleLowering(),
        [typeof(Reshape)] = new ReshapeLowering(),
        [typeof(RoiAlign)] = new RoiAlignLowering(),
        [typeof(ScatterElements)] = new ScatterElementsLowering(),
        [typeof(ScatterND)] = new ScatterNDLowering(),
        [typeof(Slice)] = new SliceLowering(),
        [typeof(Softmax)] = new SoftmaxLowering(),
        [typeof(TopK)] = new TopKLowering(),
        [typeof(Transpose)] = new TransposeLowering(),
        [typeof(TreeEnsemble)] = new TreeEnsembleLowering(),
        [typeof(Unary)] = new UnaryLowering(),
        [typeof(Unique)] = new UniqueLowering(),
        [typeof(Where)] = new WhereLowering(),
    };

    /// <summary>For a class that is compiled in memory.</summary>
    /// <inheritdoc cref="Lower(Graph, PrecisionAssignment, RangeTable, LoweringOptions, Stream)"/>
    public static LoweredModel Lower(Graph graph, PrecisionAssignment precisions, RangeTable ranges, LoweringOptions options)
    {
        ModelPlan? plan = null;
        var weights = new ScratchWeights(graph.ConstantBytes, file =>
            plan = Lower(graph, precisions, ranges, options, new WeightsBuilder(file)));
        return new LoweredModel(plan!, weights);
    }

    /// <param name="ranges">Needed for the ops whose candidate quantizes activations.</param>
    /// <param name="weights">Becomes the weights file, layer by layer: empty and seekable.</param>
    /// <exception cref="MixPrecException">MXP3007, MXP3008: an operation has no kernel for its types or sizes; MXP3010: a size is too
    /// complex; MXP4005: the weights do not fit their mode.</exception>
    public static ModelPlan Lower(Graph graph, PrecisionAssignment precisions, RangeTable ranges, LoweringOptions options,
        Stream weights) =>
        Lower(graph, precisions, ranges, options, options.WeightsMode == "File" ? new WeightsBuilder(weights)
            : new WeightsBuilder(weights, LargestInMemory));

    /// <summary>The nodes of the context's graph, in their order.</summary>
    public static void LowerNodes(LoweringContext context)
    {
        context.FindAttentions();
        foreach (var node in context.Graph.Nodes)
        {
            CountChecks.Lower(node, context);
            FiniteChecks.Lower(node, context);
            if (!context.IsFused(node))
            {
                Operations[node.Op.GetType()].Lower(node, context);
            }
        }
    }

    private static ModelPlan Lower(Graph graph, PrecisionAssignment precisions, RangeTable ranges, LoweringOptions options,
        WeightsBuilder weights)
    {
        try
        {
            return Planned(graph, precisions, ranges, options, weights);
        }
        catch (IntExprSizeException e)
        {
            throw new MixPrecException(DiagnosticCatalog.SizeTooComplex, null, graph.Outputs[0].Name, "a buffer", e.Message);
        }
    }

    private static ModelPlan Planned(Graph graph, PrecisionAssignment precisions, RangeTable ranges, LoweringOptions options,
        WeightsBuilder weights)
    {
        var context = new LoweringContext(graph, precisions, ranges, options.ChannelsLastPorts ? Layout.ChannelsLast : Layout.RowMajor,
            weights, options.Cache) 
        {
            ChecksFinite = options.CheckFinite, Encoded = options.Encoded, CanRepeat = options.Cache is null,
        };
        LowerNodes(context);
        context.FinishOutputs();
        var (steps, slots) = SlotPlanner.Plan(context.Steps, CountChecks.Bounded(graph, context.Buffers));
        var sizes = new CallerSizes([.. graph.Symbols, .. context.Iterations]);
        var plan = new ModelPlan(
            options.ClassName, options.Namespace, options.Access, Hash: "", options.WeightsMode, weights.Length,
            new(Symbols(sizes, options.Cache)), new(Ports(graph, sizes, options)), new(slots.Select(sizes.Of)),
                new(sizes.Conditions(graph).Select(c => new PlanRequirement(c.Left, c.Right)).Concat(SmallestSizes.Find(graph, sizes))),
            new(steps.Select(s => s with { Arguments = new(s.Arguments.Select(sizes.Of)) })),
            PlanInfo.None with { Threads = options.Threads })
        {
            States = new(options.States), Cache = options.Cache,
        };
        RequireLengths(plan);
        plan = plan with { Hash = PlanWriter.ComputeHash(plan, weights.Hash) };
        weights.Complete(plan.Hash);
        return plan;
    }

    /// <summary>
    /// An output whose size a run finds out is as large as its bound, which the import does not see; the generator could only refuse
    /// the plan.
    /// </summary>
    /// <exception cref="MixPrecException">MXP1085: a span could not hold it.</exception>
    private static void RequireLengths(ModelPlan plan)
    {
        var bounds = plan.Counts.ToDictionary(c => c.Identifier, c => c.Bound!);
        foreach (var port in plan.Ports)
        {
            if (IntExpr.Product(port.Shape).AtMost(bounds) is { IsConstant: true, Value: > TensorType.LargestLength } length)
            {
                throw new MixPrecException(DiagnosticCatalog.OutputTooLarge, null, Onnx.PrintableName.Format(port.Name), length,
                    TensorType.LargestLength);
            }
        }
    }

    private static IEnumerable<PlanSymbol> Symbols(CallerSizes sizes, PlanCache? cache) =>
        [.. sizes.Symbols.Select(s => new PlanSymbol(s.Identifier, s.Name, s.Bound)),
            .. cache is null ? (PlanSymbol[])[] : [new PlanSymbol(cache.Capacity, cache.Capacity)]];

    private static IEnumerable<PlanPort> Ports(Graph graph, CallerSizes sizes, LoweringOptions options)
    {
        var cache = options.Cache;
        Value[] values = [.. graph.Inputs, .. graph.Outputs];
        var taken = Identifiers.NoneTaken();
        taken.UnionWith(Symbols(sizes, cache).Select(s => s.Identifier));
        var identifiers = Identifiers.Unique(values.Select(v => v.Name), "tensor", taken);
        return values.Select((v, i) =>
            new PlanPort(identifiers[i], v.Name, v.Type.Element, new(Shape(v, i)), IsOutput: i >= graph.Inputs.Count));

        IEnumerable<IntExpr> Shape(Value value, int port)
        {
            var pair = cache?.Pairs.FirstOrDefault(p => p.Input == port || p.Output == port);
            int axis = pair is null ? -1 : LoweringContext.GrowingAxis(graph.Inputs[pair.Input], cache!);

            // A state is as large as the output that it comes from, under the name of neither.
            return (options.States.Any(s => s.Input == port) ? value.Shape.Select(sizes.Of) : sizes.ShapeOf(value))
                .Select((d, i) => i == axis ? IntExpr.Symbol(cache!.Capacity) : d);
        }
    }
}
