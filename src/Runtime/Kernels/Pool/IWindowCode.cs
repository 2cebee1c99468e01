namespace MixPrec.Runtime.Kernels;

/// <summary>What is done for the windows of a pooling.</summary>
internal interface IWindowCode
{
    /// <param name="windows">Neighbours along the last axis that see the same taps, each a step further.</param>
    /// <param name="taps">What each of them sees.</param>
    /// <param name="padded">Taps of each in the input or its padding; not counted unless asked for.</param>
    void Run(in PoolRun windows, in PoolTaps taps, int padded);
}
