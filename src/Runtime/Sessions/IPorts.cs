using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MixPrec.Runtime;

/// <summary>The inputs and outputs of one run, as references to their first elements; generated ref structs implement it.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface IPorts
{
    /// <summary>The first byte of port <paramref name="index"/>; a null reference for an empty span.</summary>
    [UnscopedRef]
    ref byte this[int index] { get; }
}

/// <summary>What implementations of <see cref="IPorts"/> return.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class PortReference
{
    /// <summary>The first byte of an input. Steps read inputs only, so the read-only reference may be widened.</summary>
    public static ref byte Of<T>(ReadOnlySpan<T> input) where T : unmanaged =>
        ref Unsafe.As<T, byte>(ref MemoryMarshal.GetReference(input));

    /// <summary>The first byte of an output.</summary>
    public static ref byte Of<T>(Span<T> output) where T : unmanaged => ref Unsafe.As<T, byte>(ref MemoryMarshal.GetReference(output));
}
