namespace MixPrec.Runtime.Kernels;

/// <summary>Windows that follow each other along the last axis.</summary>
/// <param name="First">Position in x, counted from the first image on, of the first tap of the first window.</param>
/// <param name="Step">Positions from window to window.</param>
/// <param name="Output">Position of the first window among the windows of all images.</param>
/// <param name="Count">At least 1.</param>
internal readonly record struct PoolRun(nint First, nint Step, nint Output, int Count);
