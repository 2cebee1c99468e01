using System.ComponentModel;

namespace MixPrec.Runtime;

/// <summary>Arithmetic of run-time dimensions that generated code needs and C# has no operator for.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class Dimension
{
    /// <summary>⌊left / right⌋ for right ≥ 1, also where left is negative.</summary>
    public static long FloorDiv(long left, long right) => left >= 0 ? left / right : -((-left + right - 1) / right);

    /// <summary>Refuses dimensions for which two sizes differ that the model combines element by element.</summary>
    /// <exception cref="ArgumentException">The values differ.</exception>
    public static void RequireEqual(string left, long leftValue, string right, long rightValue)
    {
        if (leftValue != rightValue)
        {
            throw new ArgumentException(
                $"The model needs {left} = {right}, but for these dimensions they are {leftValue} and {rightValue}.");
        }
    }

    /// <summary>Refuses a dimension that is no multiple of <paramref name="multiple"/>.</summary>
    /// <exception cref="ArgumentException">It is none.</exception>
    public static void RequireMultiple(string name, long value, long multiple)
    {
        if (value % multiple != 0)
        {
            throw new ArgumentException($"The model needs {name} to be a multiple of {multiple}, but it is {value}.");
        }
    }

    /// <summary>
    /// Refuses dimensions for which a size of the model is negative: an input is smaller than a window that moves over it.
    /// </summary>
    /// <exception cref="ArgumentException">It is negative.</exception>
    public static void RequireSize(string name, long value)
    {
        if (value < 0)
        {
            throw new ArgumentException(
                $"The model needs {name} to be at least 0, but it is {value}: an input is smaller than a window that moves over it.");
        }
    }

    /// <summary>
    /// The dimension that gives an input of <paramref name="length"/> elements, of which each unit of it has <paramref name="elements"/>.
    /// </summary>
    /// <param name="parameter">Names the input in the message.</param>
    /// <param name="length">Elements of the input.</param>
    /// <param name="elements">Elements of the input where the dimension is 1; at least 1.</param>
    /// <exception cref="ArgumentException">The length is no multiple of <paramref name="elements"/>.</exception>
    public static int FromLength(string parameter, int length, int elements)
    {
        (int dimension, int rest) = Math.DivRem(length, elements);
        return rest == 0 ? dimension
            : throw new ArgumentException($"'{parameter}' must have a multiple of {elements} elements, but has {length}.", parameter);
    }
}
