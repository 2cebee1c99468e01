using System.Buffers;
using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static TorchSharp.torch;
using Tensor = MixPrec.Compiler.Graphs.Tensor;
using TorchTensor = TorchSharp.torch.Tensor;

namespace MixPrec.Compiler.Calibration;

/// <summary>
/// Constants as TorchSharp tensors over the memory where they lie, mapped files among it. TorchSharp's own ways to a tensor copy whatever
/// is no array; the function of its native library that they call does not.
/// </summary>
internal static unsafe partial class TorchView
{
    /// <summary>What keeps the memory of each view in place, by address; handles of one address are interchangeable.</summary>
    private static readonly ConcurrentDictionary<nint, ConcurrentBag<MemoryHandle>> Pinned = [];

    /// <summary>
    /// A tensor that must not be written to: its elements are those of <paramref name="tensor"/>, which stay in place as long as it or what
    /// shares its memory lives.
    /// </summary>
    public static TorchTensor FromTensor(Tensor tensor)
    {
        if (tensor.Length == 0)
        {
            return tensor.ToTorch();
        }

        var type = (sbyte)tensor.Type.ToTorch();
        var handle = tensor.Pin();
        var address = (nint)handle.Pointer;
        Pinned.GetOrAdd(address, _ => []).Add(handle);
        fixed (long* shape = tensor.Shape)
        {
            return TorchTensor.UnsafeCreateTensor(THSTensor_new(address, &Unpin, shape, tensor.Rank, type, type,
                (int)TorchSharp.DeviceType.CPU, -1, false));
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Unpin(nint address)
    {
        if (Pinned.TryGetValue(address, out var handles) && handles.TryTake(out var handle))
        {
            handle.Dispose();
        }
    }

    [LibraryImport("LibTorchSharp")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    private static partial nint THSTensor_new(
        nint data, delegate* unmanaged[Cdecl]<nint, void> deleter, long* shape, int rank, sbyte type, sbyte elementType, int deviceType,
            int deviceIndex, [MarshalAs(UnmanagedType.U1)] bool requiresGrad);
}
