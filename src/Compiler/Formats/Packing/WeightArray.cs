using System.Runtime.InteropServices;
using MixPrec.Plan;
using MixPrec.Runtime.Kernels;

namespace MixPrec.Compiler.Formats.Packing;

/// <summary>One constant of a weights file, as kernels read it; zeros until somebody writes elements.</summary>
/// <param name="type">What a kernel's pointer points to.</param>
internal sealed class WeightArray(ElementType type, long length)
{
    private readonly byte[] _bytes = new byte[checked(length * type.Size())];

    public ElementType Type { get; } = type;

    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>The elements; <typeparamref name="T"/> has the size of the element type.</summary>
    public Span<T> Elements<T>() where T : unmanaged => MemoryMarshal.Cast<byte, T>(_bytes.AsSpan());

    /// <summary>One element for each output column, with zeros up to whole panels.</summary>
    public static WeightArray OfPanels<T>(ElementType type, ReadOnlySpan<T> columns) where T : unmanaged
    {
        var array = new WeightArray(type, PanelLayout.PaddedColumns(columns.Length));
        columns.CopyTo(array.Elements<T>());
        return array;
    }

    /// <summary>Several arrays of one type, one after another.</summary>
    public static WeightArray Join(IReadOnlyList<WeightArray> parts)
    {
        if (parts is [var one])
        {
            return one;
        }

        var joined = new WeightArray(parts[0].Type, parts.Sum(p => (long)p._bytes.Length) / parts[0].Type.Size());
        int at = 0;
        foreach (var part in parts)
        {
            part._bytes.CopyTo(joined._bytes, at);
            at += part._bytes.Length;
        }

        return joined;
    }
}
