namespace MixPrec.Runtime.Tests.Kernels;

/// <summary>All indices of a shape in row-major order, and strides: the plain truth that strided kernels are compared with.</summary>
internal static class Indices
{
    public static int Count(params int[] shape) => shape.Aggregate(1, (product, size) => product * size);

    public static int[] RowMajor(params int[] shape)
    {
        var strides = new int[shape.Length];
        for (int i = shape.Length - 1, stride = 1; i >= 0; stride *= shape[i], i--)
        {
            strides[i] = stride;
        }

        return strides;
    }

    public static IEnumerable<int[]> Of(int[] shape)
    {
        int count = Count(shape);
        for (int flat = 0; flat < count; flat++)
        {
            var index = new int[shape.Length];
            for (int i = shape.Length - 1, rest = flat; i >= 0; rest /= shape[i], i--)
            {
                index[i] = rest % shape[i];
            }

            yield return index;
        }
    }

    public static int Offset(int[] index, int[] strides) => index.Zip(strides, (i, stride) => i * stride).Sum();

    /// <summary>Sizes with zeros and ones among them.</summary>
    public static int[] RandomShape(Random random, int rank) =>
        [.. Enumerable.Range(0, rank).Select(_ => random.Next(12) switch { 0 => 0, < 4 => 1, _ => random.Next(2, rank > 3 ? 5 : 20) })];
}
