namespace MixPrec.Runtime.Kernels;

/// <summary>
/// The kernels that environment variable <c>MIXPREC_KERNEL</c> names, with commas between them: each takes the place of the preferred one
/// of its family, in every call whose
/// operands it is exact for.
/// </summary>
internal static class ForcedKernels
{
    /// <exception cref="PlatformNotSupportedException">A kernel that does not exist or that this machine cannot run (inside a
    /// <see cref="TypeInitializationException"/>).</exception>
    public static readonly string[] Names = KernelTable.Named(Environment.GetEnvironmentVariable("MIXPREC_KERNEL"));
}
