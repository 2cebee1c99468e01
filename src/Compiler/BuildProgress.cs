namespace MixPrec.Compiler;

/// <summary>How far a compilation is.</summary>
/// <param name="Percent">0…100, of the expected time.</param>
/// <param name="Words">The stage, for example <c>calibrating</c>.</param>
internal sealed record BuildProgress(int Percent, string Words);
