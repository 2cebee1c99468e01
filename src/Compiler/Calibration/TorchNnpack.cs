using System.Reflection;
using System.Runtime.InteropServices;

namespace MixPrec.Compiler.Calibration;

/// <summary>
/// NNPACK, the library that libtorch prefers for some convolutions on one thread. On a CPU that it does not know, and in many virtual
/// machines, each of them writes "Could not initialize NNPACK! Reason: Unsupported hardware." to standard error; where it does run, its
/// fast transforms round more coarsely than a sum of products. Without it calibration says nothing and computes the same everywhere
/// (docs/decisions/0314).
/// </summary>
internal static class TorchNnpack
{
    /// <summary>Has libtorch, which must be loaded, do without it, before the first convolution asks whether it is there.</summary>
    /// <returns>False where libtorch has no such setting: on Windows it is built without NNPACK.</returns>
    public static unsafe bool Disable()
    {
        // TorchSharp does not pass the setting on. The names are those of at::globalContext() and at::Context::setUserEnabledNNPACK(bool).
        if (!NativeLibrary.TryLoad("torch_cpu", Assembly.GetExecutingAssembly(),
            DllImportSearchPath.SafeDirectories | DllImportSearchPath.AssemblyDirectory, out var library)
            || !NativeLibrary.TryGetExport(library, "_ZN2at13globalContextEv", out var context)
            || !NativeLibrary.TryGetExport(library, "_ZN2at7Context20setUserEnabledNNPACKEb", out var setting))
        {
            return false;
        }

        ((delegate* unmanaged<nint, byte, void>)setting)(((delegate* unmanaged<nint>)context)(), 0);
        return true;
    }
}
