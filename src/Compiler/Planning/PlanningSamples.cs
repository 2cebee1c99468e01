using MixPrec.Compiler.Calibration;
using MixPrec.Compiler.Data;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Losses;
using MixPrec.Compiler.Options;
using MixPrec.Compiler.Timing;

namespace MixPrec.Compiler.Planning;

/// <summary>What a plan is made from and checked with.</summary>
/// <param name="Calibration">Samples for ranges and sensitivities.</param>
/// <param name="HeldOut">Samples for the check.</param>
/// <param name="Before">Runs whose ranges count besides: the first halves of token sequences, whose keys and values are the past of
/// <paramref name="Calibration"/>.</param>
/// <param name="Files">Full paths of everything that was read.</param>
internal sealed record PlanningSamples(SampleSet Calibration, SampleSet HeldOut, IReadOnlyList<IReadOnlyList<Tensor>> Before,
    ChosenLoss Loss, IReadOnlyList<string> Files)
{
    /// <summary>Samples that the data hold beyond those that are used.</summary>
    public long Unused { get; init; }

    /// <exception cref="MixPrecException">The data do not fit the model.</exception>
    public static PlanningSamples Read(CompilerOptions options, Graph graph)
    {
        var wanted = DataInputs.FromOptions(options, graph);
        var samples = SampleSetReader.Read(options.CalibrationData!, graph, options.Loss, wanted);
        var validation = options.ValidationData is { } path ? SampleSetReader.Read(path, graph, options.Loss, wanted) : null;
        var loss = BoundedOutputs.Choose(options, graph, samples);
        var (calibration, held) = validation is null ? samples.Split() : (samples, validation);
        var (first, second) = (SplitSequences.Create(options, graph, calibration), SplitSequences.Create(options, graph, held));
        return new(first.Samples, second.Samples, first.Before, loss, [.. samples.Files, .. validation?.Files ?? []])
        {
            Unused = samples.Unused + (validation?.Unused ?? 0),
        };
    }

    /// <summary>One sample of ordinary numbers, for what is only timed; open dimensions are 1.</summary>
    public static PlanningSamples MadeUp(Graph graph)
    {
        var inputs = SyntheticInputs.For(graph, graph.Symbols.ToDictionary(s => s.Identifier, _ => 1L));
        var samples = new SampleSet(graph.Inputs.Zip(inputs).ToDictionary(p => p.First.Name,
            p => p.Second.Reshape([1, .. p.Second.Shape])), null, null, 1);
        return new(samples, samples, [], new ChosenLoss(LossKind.Output, "nothing is decided"), []);
    }
}
