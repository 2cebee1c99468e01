namespace MixPrec.Compiler.Planning;

/// <summary>
/// A stage of planning, as those who wait hear of it. The percentages are shares of the time that planning was seen to take; those of a
/// later row are never lower.
/// </summary>
/// <param name="Step">The number that it is announced with; a stage that not every build has shares that of a neighbour.</param>
/// <param name="Words">What goes on; a build may say more.</param>
/// <param name="From">Percent done when it begins.</param>
/// <param name="To">Percent done when it ends.</param>
internal sealed record PlanningStage(int Step, string Words, int From, int To)
{
    public static readonly PlanningStage Samples = new(1, "reading the samples", 3, 8);
    public static readonly PlanningStage Ranges = new(2, "calibrating activations", 8, 12);
    public static readonly PlanningStage Equalization = new(3, "scaling channels", 12, 16);
    public static readonly PlanningStage ErrorReduction = new(3, "lowering the error of bytes", 16, 24);
    public static readonly PlanningStage Sensitivity = new(4, "estimating the loss error of every layer", 24, 40);
    public static readonly PlanningStage Timing = new(5, "measuring every configuration", 40, 75);
    public static readonly PlanningStage Selection = new(6, "selecting and verifying", 75, 88);
    public static readonly PlanningStage OnePass = new(6, "measuring the best plan of one pass", 88, 92);
    public static readonly PlanningStage WholeNetwork = new(7, "measuring the whole network", 92, 93);
    public static readonly PlanningStage Curve = new(7, "measuring the trade-off", 93, 98);
    public static readonly PlanningStage EachSubgraph = new(7, "measuring the error of each sub-graph", 98, 98);
    public static readonly PlanningStage EachStep = new(7, "measuring each step", 98, 99);
    public static readonly PlanningStage Lowering = new(8, "writing weights and plan", 99, 99);

    /// <summary>Every stage, in the order in which they run.</summary>
    public static IReadOnlyList<PlanningStage> All { get; } =
        [Samples, Ranges, Equalization, ErrorReduction, Sensitivity, Timing, Selection, OnePass, WholeNetwork, Curve, EachSubgraph,
            EachStep, Lowering];

    /// <summary>The highest <see cref="Step"/>.</summary>
    public static int Steps { get; } = All[^1].Step;

    public BuildProgress Begun(string? words = null) => new(From, words ?? Words) { Step = Step, Steps = Steps };
}
