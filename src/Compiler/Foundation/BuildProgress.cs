namespace MixPrec.Compiler.Foundation;

/// <summary>How far a compilation is.</summary>
/// <param name="Percent">0…100, of the expected time.</param>
/// <param name="Words">The stage, for example <c>calibrating</c>.</param>
/// <param name="Detail">How far the stage is, for example <c>12 of 96, about 40 s left</c>; empty where it has no steps.</param>
internal sealed record BuildProgress(int Percent, string Words, string Detail = "")
{
    /// <summary>Number of the stage among all <see cref="Steps"/>; 0 where stages are not counted.</summary>
    public int Step { get; init; }

    public int Steps { get; init; }
}
