using System.Collections.Generic;
using System.Linq;

namespace MixPrec.Plan;

/// <summary>
/// Everything the generator prints: the interface of the class, its memory and its steps. Names that came from a model file stand in
/// <c>Name</c> and <c>Comment</c> only, which are printed as escaped literals and comments; all else is checked by
/// <see cref="PlanReader"/>.
/// </summary>
/// <param name="ClassName">A C# identifier.</param>
/// <param name="Namespace">Dotted C# identifiers, or empty.</param>
/// <param name="Access"><c>internal</c> or <c>public</c>.</param>
/// <param name="Hash">64 hexadecimal digits over everything but <paramref name="Info"/>; the weights file carries it too.</param>
/// <param name="WeightsMode"><c>Embedded</c>, <c>File</c> or <c>Bytes</c>.</param>
/// <param name="WeightsLength">Bytes of packed weights.</param>
/// <param name="Symbols">The run-time dimensions, in the order of the generated parameters; after them the counts, in the order of the
/// steps that find them out.</param>
/// <param name="Ports">Inputs, then outputs.</param>
/// <param name="Slots">Bytes of each part of the workspace; buffers whose lives do not overlap share one.</param>
/// <param name="Requirements">What has to hold between run-time dimensions; a run with others is refused.</param>
internal sealed record ModelPlan(
    string ClassName,
    string Namespace,
    string Access,
    string Hash,
    string WeightsMode,
    long WeightsLength,
    EquatableArray<PlanSymbol> Symbols,
    EquatableArray<PlanPort> Ports,
    EquatableArray<IntExpr> Slots,
    EquatableArray<PlanRequirement> Requirements,
    EquatableArray<PlanStep> Steps,
    PlanInfo Info)
{
    /// <summary>Inputs that a session keeps from run to run; none of most models.</summary>
    public EquatableArray<PlanState> States { get; init; }

    /// <summary>The symbols that the caller of a run gives.</summary>
    public IEnumerable<PlanSymbol> Dimensions => Symbols.Where(s => s.Bound is null);

    /// <summary>The symbols that steps find out.</summary>
    public IEnumerable<PlanSymbol> Counts => Symbols.Where(s => s.Bound is not null);

    /// <summary>What a session keeps of the tokens before; null for most models.</summary>
    public PlanCache? Cache { get; init; }

    /// <summary>Runs build on each other, so the class has sessions only and no <c>Run</c> of its own.</summary>
    public bool HasMemory => States.Count > 0 || Cache is not null;

    /// <summary>Every integer expression of the plan.</summary>
    public IEnumerable<IntExpr> Expressions => Slots.Concat(Counts.Select(c => c.Bound!))
        .Concat(Requirements.SelectMany(r => new[] { r.Left, r.Right })).Concat(Ports.SelectMany(p => p.Shape))
        .Concat(Steps.SelectMany(s => s.Arguments).SelectMany(a => a.Expressions));

    /// <summary>Logical name of the embedded weights.</summary>
    public string WeightsResource => Namespace.Length == 0 ? $"MixPrec.{ClassName}.weights" : $"MixPrec.{Namespace}.{ClassName}.weights";
}

/// <summary>A run-time dimension: C# identifier, and the name in the model file.</summary>
/// <param name="Bound">Of a count, which a step finds out during the run, what it is at most; null for a dimension that the caller
/// gives.</param>
internal sealed record PlanSymbol(string Identifier, string Name, IntExpr? Bound = null);

/// <summary>Two sizes that the model combines element by element and that are equal for the dimensions it was made for.</summary>
internal sealed record PlanRequirement(IntExpr Left, IntExpr Right)
{
    /// <summary>The number that the left side has to be a multiple of, where that is what the requirement says; else null.</summary>
    public long? Multiple => Right.RoundsDown(Left);

    /// <summary>A size that dimensions may not make negative, as a pair of sizes that are equal otherwise.</summary>
    public static PlanRequirement AtLeastZero(IntExpr size) => new(size, IntExpr.Max(size, 0));

    /// <summary>Whether it says that the left side is at least 0.</summary>
    public bool IsAtLeastZero => Right == IntExpr.Max(Left, 0);

    /// <summary>In words, for documentation and messages.</summary>
    public override string ToString() => IsAtLeastZero ? $"{Left} is at least 0"
        : Multiple is { } multiple ? $"{Left} is a multiple of {multiple}" : $"{Left} = {Right}";
}

/// <summary>An input or output: C# identifier, name in the model file, element type and shape over the symbols.</summary>
internal sealed record PlanPort(string Identifier, string Name, ElementType Type, EquatableArray<IntExpr> Shape, bool IsOutput);

/// <summary>
/// A state of a session: port <paramref name="Input"/> gets what the run before wrote to port <paramref name="Output"/>, zeros at first.
/// </summary>
internal sealed record PlanState(int Input, int Output);

/// <summary>
/// Memory of a session that grows with each token. Both ports of a pair name one buffer with room for <paramref name="Capacity"/> tokens,
/// of which the first <paramref name="Past"/> are there when a run begins; the run appends <paramref name="Tokens"/> more.
/// </summary>
/// <param name="Tokens">The symbol of the tokens of one run.</param>
/// <param name="Past">The symbol of the tokens before.</param>
/// <param name="Capacity">The symbol of the longest sequence of a session.</param>
/// <param name="Context">The longest sequence that the model knows positions for; 0 where that is not known.</param>
/// <param name="Pairs">The ports of each buffer.</param>
internal sealed record PlanCache(string Tokens, string Past, string Capacity, int Context, EquatableArray<PlanState> Pairs)
{
    public bool Owns(int port) => Pairs.Any(p => p.Input == port || p.Output == port);
}

/// <summary>One call of a runtime kernel.</summary>
/// <param name="Method">Class and method in <c>MixPrec.Runtime.Kernels</c>, for example <c>Gemm.F32</c>.</param>
/// <param name="Name">The layer in the model file.</param>
/// <param name="Comment">In words: what the step computes, with which types, and why.</param>
internal sealed record PlanStep(string Method, string Name, string Comment, EquatableArray<PlanArgument> Arguments)
{
    /// <summary>
    /// What the layer reads and returns, for example <c>[1, 784] → [1, 128]</c>; empty for steps that only move what a layer reads.
    /// </summary>
    public string Shapes { get; init; } = "";

    /// <summary>The identifier of the count that the method returns; null when it returns none.</summary>
    public string? Count { get; init; }

    /// <summary>
    /// How many of the steps that follow run again and again, as long as the method returns true: it is called before each time, and its
    /// count is the number of the time, from 0 on. 0 for steps that run once.
    /// </summary>
    public int Repeats { get; init; }
}

/// <summary>
/// What the build decided and measured, for the class's <c>Info</c>; null where it was not measured. Not part of the plan's hash.
/// </summary>
internal sealed record PlanInfo(
    string Loss, double ErrorBudget, double? PredictedLossError, double? MeasuredLossError,
    double? PredictedMicroseconds, double? MeasuredMicroseconds, double? Float32Microseconds, string Machine,
        EquatableArray<PlanLayer> Layers)
{
    /// <summary>Threads that times were measured with, and that the class is loaded for unless it is told otherwise.</summary>
    public int Threads { get; init; } = 1;

    public static readonly PlanInfo None = new("", 0, null, null, null, null, null, "", default);
}

/// <summary>A row of the plan table.</summary>
internal sealed record PlanLayer(string Name, string Operator, string Precision, string Accumulator, double? ShareOfLossError,
    double? TimeGainMicroseconds);
