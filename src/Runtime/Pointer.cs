using System.ComponentModel;

namespace MixPrec.Runtime;

/// <summary>An address of <typeparamref name="T"/> that generated code can hold and pass on without being compiled as unsafe.</summary>
/// <remarks>Whoever makes one keeps the memory alive and in place while kernels use it.</remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly unsafe struct Pointer<T>(T* address)
    where T : unmanaged
{
    /// <summary>The address itself.</summary>
    public T* Address { get; } = address;

    /// <summary>The address <paramref name="byteOffset"/> bytes further on, seen as elements of <typeparamref name="U"/>.</summary>
    public Pointer<U> At<U>(nint byteOffset)
        where U : unmanaged => new((U*)((byte*)Address + byteOffset));
}
