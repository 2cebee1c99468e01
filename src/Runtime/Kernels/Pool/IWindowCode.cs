namespace MixPrec.Runtime.Kernels;

/// <summary>What is done for each window of a pooling.</summary>
internal interface IWindowCode
{
    /// <param name="image">The image that the window looks at.</param>
    /// <param name="output">Its position among the windows of all images.</param>
    /// <param name="taps">What it sees.</param>
    /// <param name="padded">Taps in the input or its padding; not counted unless asked for.</param>
    void Run(nint image, nint output, in PoolTaps taps, int padded);
}
