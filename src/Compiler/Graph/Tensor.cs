using System.Buffers;
using System.Runtime.InteropServices;
using MixPrec.Plan;

namespace MixPrec.Compiler.Graphs;

/// <summary>
/// A dense row-major tensor in memory: a constant of the graph, or the input or output of a run. Read-only, except for whoever has just
/// made it: the elements of a constant may be pages of the model's files (<see cref="MappedFile"/>).
/// </summary>
internal sealed class Tensor
{
    /// <summary>Bytes of one tensor at most: those of an array.</summary>
    public const long LargestBytes = 0x7FFFFFC7;

    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly byte[]? _own;

    /// <param name="bytes">Elements in row-major order, little endian.</param>
    /// <exception cref="ArgumentException">The length does not match the shape.</exception>
    /// <inheritdoc cref="BytesOf" path="/exception"/>
    public Tensor(ElementType type, IReadOnlyList<long> shape, ReadOnlyMemory<byte> bytes)
    {
        int needed = BytesOf(type, shape);
        Type = type;
        Shape = [.. shape];
        Length = needed / type.Size();
        _bytes = bytes;
        if (bytes.Length != needed)
        {
            throw new ArgumentException($"{bytes.Length} bytes given, shape [{string.Join(",", shape)}] of {type} needs {needed}");
        }
    }

    /// <inheritdoc cref="Tensor(ElementType, IReadOnlyList{long}, ReadOnlyMemory{byte})"/>
    public Tensor(ElementType type, IReadOnlyList<long> shape, byte[] bytes) : this(type, shape, (ReadOnlyMemory<byte>)bytes) =>
        _own = bytes;

    public ElementType Type { get; }

    public long[] Shape { get; }

    public int Rank => Shape.Length;

    /// <summary>Number of elements.</summary>
    public long Length { get; }

    public ReadOnlySpan<byte> Bytes => _bytes.Span;

    /// <summary>The elements; <typeparamref name="T"/> has the element type's size (BF16 as ushort, Bool as bool or byte).</summary>
    public ReadOnlySpan<T> Span<T>() where T : unmanaged => MemoryMarshal.Cast<byte, T>(_bytes.Span);

    /// <summary>The elements of a tensor that its maker fills; others hold them already.</summary>
    /// <exception cref="InvalidOperationException">The tensor is a view of memory that is not its own.</exception>
    public Span<T> Writable<T>() where T : unmanaged =>
        MemoryMarshal.Cast<byte, T>((_own ?? throw new InvalidOperationException("the tensor is a view of memory that others own"))
        .AsSpan());

    /// <summary>The address of the elements, which stays the same until the handle is disposed.</summary>
    public MemoryHandle Pin() => _bytes.Pin();

    /// <inheritdoc cref="BytesOf" path="/exception"/>
    public static Tensor Zeros(ElementType type, params IReadOnlyList<long> shape) => new(type, shape, new byte[BytesOf(type, shape)]);

    public static Tensor Create<T>(ElementType type, ReadOnlySpan<T> elements, params IReadOnlyList<long> shape) where T : unmanaged =>
        new(type, shape, MemoryMarshal.AsBytes(elements).ToArray());

    public static Tensor Create(ReadOnlySpan<float> elements, params IReadOnlyList<long> shape) => Create(ElementType.F32, elements, shape);

    public static Tensor Create(ReadOnlySpan<long> elements, params IReadOnlyList<long> shape) => Create(ElementType.I64, elements, shape);

    /// <summary>The same elements under another shape of equal length.</summary>
    public Tensor Reshape(IReadOnlyList<long> shape) => new(Type, shape, _bytes);

    /// <summary>The elements of an integer tensor (I64, I32, Bool) as 64-bit integers.</summary>
    public long[] ToInt64() => Type switch
    {
        ElementType.I64 => Span<long>().ToArray(),
        ElementType.I32 => [.. Span<int>().ToArray().Select(x => (long)x)],
        ElementType.Bool => [.. Span<bool>().ToArray().Select(x => x ? 1L : 0L)],
        _ => throw new InvalidOperationException($"{Type} tensor where integers are expected"),
    };

    /// <summary>Bytes of a tensor: the one check that every tensor passes before its elements are allocated.</summary>
    /// <exception cref="ShapeException">A dimension is negative, or there are more than <see cref="LargestBytes"/>.</exception>
    public static int BytesOf(ElementType type, IReadOnlyList<long> shape)
    {
        bool empty = shape.Contains(0);
        Int128 bytes = type.Size();
        foreach (long dimension in shape)
        {
            bytes *= dimension < 0 ? throw new ShapeException($"the shape [{string.Join(",", shape)}] has a negative dimension") : empty ? 1
                : dimension;
            if (bytes > LargestBytes)
            {
                throw new ShapeException($"a tensor of {type} and shape [{string.Join(",", shape)}] is larger than {LargestBytes} bytes");
            }
        }

        return empty ? 0 : (int)bytes;
    }

    /// <summary>Number of elements of a shape, checked.</summary>
    public static long Count(IEnumerable<long> shape) => shape.Aggregate(1L, (product, dimension) => checked(product * dimension));
}
