using System.Runtime.InteropServices;

namespace MixPrec.Runtime;

/// <summary>The memory of a session's intermediate values, and the run-time dimensions it was sized for. Grows, never shrinks.</summary>
internal sealed unsafe class Workspace(int dimensionCount) : IDisposable
{
    private readonly int[] _dimensions = new int[dimensionCount];
    private AlignedMemory? _memory;
    private bool _sized;

    /// <summary>First byte, divisible by 64; 0 before the first sizing.</summary>
    public nint Address { get; private set; }

    /// <summary>Bytes at <see cref="Address"/>.</summary>
    public long Length { get; private set; }

    /// <summary>The dimensions of the last sizing.</summary>
    public ReadOnlySpan<int> Dimensions => _dimensions;

    /// <summary>Whether the last sizing was for these dimensions.</summary>
    public bool Holds(ReadOnlySpan<int> dimensions) => _sized && dimensions.SequenceEqual(_dimensions);

    /// <summary>Checks number and sign of <paramref name="dimensions"/>.</summary>
    /// <exception cref="ArgumentException">Another number of dimensions than the model has, or a negative one.</exception>
    public void Check(ReadOnlySpan<int> dimensions)
    {
        if (dimensions.Length != _dimensions.Length)
        {
            throw new ArgumentException($"The model has {_dimensions.Length} run-time dimensions; {dimensions.Length} were given.",
                nameof(dimensions));
        }
        for (int i = 0; i < dimensions.Length; i++)
        {
            if (dimensions[i] < 0)
            {
                throw new ArgumentOutOfRangeException(nameof(dimensions), dimensions[i], $"Run-time dimension {i} is negative.");
            }
        }
    }

    /// <summary>
    /// Provides at least <paramref name="bytes"/> bytes. New memory is zeroed once, so a run never depends on what it held before.
    /// </summary>
    /// <exception cref="OutOfMemoryException">The system refuses; the workspace is then empty, and a later sizing may succeed.</exception>
    public void Require(ReadOnlySpan<int> dimensions, long bytes)
    {
        _sized = false;
        if (bytes > Length)
        {
            Dispose();
            _memory = AlignedMemory.Allocate(bytes);
            Address = _memory.DangerousGetHandle();
            Length = bytes;
            NativeMemory.Clear((void*)Address, (nuint)bytes);
        }
        dimensions.CopyTo(_dimensions);
        _sized = true;
    }

    public void Dispose()
    {
        _memory?.Dispose();
        _memory = null;
        Address = 0;
        Length = 0;
    }
}
