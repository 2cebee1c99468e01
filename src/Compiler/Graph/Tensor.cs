using System.Buffers;
using System.Runtime.InteropServices;
using MixPrec.Plan;

namespace MixPrec.Compiler.Graphs;

/// <summary>
/// A dense row-major tensor in memory: a constant of the graph, or the input or output of a run. Read-only, except for whoever has just made it:
/// the elements of a constant may be pages of the model's files (<see cref="MappedFile"/>).
/// </summary>
internal sealed class Tensor
{
    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly byte[]? _own;

    /// <param name="bytes">Elements in row-major order, little endian.</param>
    /// <exception cref="ArgumentException">The length does not match the shape.</exception>
    public Tensor(ElementType type, IReadOnlyList<long> shape, ReadOnlyMemory<byte> bytes)
    {
        Type = type;
        Shape = [.. shape];
        Length = Count(shape);
        _bytes = bytes;
        if (bytes.Length != checked(Length * type.Size()))
        {
            throw new ArgumentException($"{bytes.Length} bytes given, shape [{string.Join(",", shape)}] of {type} needs {Length * type.Size()}");
        }
    }

    /// <inheritdoc cref="Tensor(ElementType, IReadOnlyList{long}, ReadOnlyMemory{byte})"/>
    public Tensor(ElementType type, IReadOnlyList<long> shape, byte[] bytes) : this(type, shape, (ReadOnlyMemory<byte>)bytes) => _own = bytes;

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
    public Span<T> Writable<T>() where T : unmanaged => MemoryMarshal.Cast<byte, T>((_own ?? throw new InvalidOperationException("the tensor is a view of memory that others own")).AsSpan());

    /// <summary>The address of the elements, which stays the same until the handle is disposed.</summary>
    public MemoryHandle Pin() => _bytes.Pin();

    public static Tensor Zeros(ElementType type, params IReadOnlyList<long> shape) => new(type, shape, new byte[checked(Count(shape) * type.Size())]);

    public static Tensor Of<T>(ElementType type, ReadOnlySpan<T> elements, params IReadOnlyList<long> shape) where T : unmanaged =>
        new(type, shape, MemoryMarshal.AsBytes(elements).ToArray());

    public static Tensor Of(ReadOnlySpan<float> elements, params IReadOnlyList<long> shape) => Of(ElementType.F32, elements, shape);

    public static Tensor Of(ReadOnlySpan<long> elements, params IReadOnlyList<long> shape) => Of(ElementType.I64, elements, shape);

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

    /// <summary>Number of elements of a shape, checked.</summary>
    public static long Count(IEnumerable<long> shape) => shape.Aggregate(1L, (product, dimension) => checked(product * dimension));
}
