using System.ComponentModel;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace MixPrec.Runtime.Kernels;

/// <summary>
/// y[r, k] = join over all trees of the weights for output k that the leaf holds which row r of x falls to; 0 where no such leaf holds one
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe class TreeEnsemble
{
    /// <summary>
    /// Of a branch's second number: which comparison (bits 0 to 2), and whether a NaN takes the way of those for which it holds.
    /// </summary>
    internal const int Comparison = 7, MissingHolds = 8;

    /// <summary>Rows that go through a tree before the next tree is read.</summary>
    private const int Block = 64;

    /// <summary>
    /// x is dense [rows, features], y dense [rows, outputs]. A node is four numbers: feature, comparison, and where to go on when
    /// x[feature] compares so with the node's split
    /// and when not; a leaf has a negative feature, and then the first of its entries in targets and weights and the one behind its last.
    /// The caller guarantees that features, nodes, entries and targets exist, and that a branch leads only to nodes behind it: every walk
    /// ends.
    /// </summary>
    /// <typeparam name="TJoin">What becomes of the weights for one output.</typeparam>
    /// <typeparam name="T">Of features, splits and weights.</typeparam>
    public static void Run<TJoin, T>(TJoin join, Pointer<T> x, Pointer<int> roots, Pointer<int> nodes, Pointer<T> splits,
        Pointer<int> targets, Pointer<T> weights, Pointer<T> y,
        int rows, int features, int trees, int outputs)
        where TJoin : struct, ILeafJoin
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int first = 0; first < rows; first += Block)
        {
            int count = Math.Min(Block, rows - first);
            T* source = x.Address + ((nint)first * features), target = y.Address + ((nint)first * outputs);
            var sums = new Span<T>(target, checked(count * outputs));
            sums.Fill(TJoin.Start<T>());
            for (int tree = 0; tree < trees; tree++)
            {
                for (int r = 0; r < count; r++)
                {
                    int* leaf = Leaf(source + ((nint)r * features), nodes.Address, splits.Address, roots.Address[tree]);
                    T* results = target + ((nint)r * outputs);
                    for (int entry = leaf[2]; entry < leaf[3]; entry++)
                    {
                        T* result = results + targets.Address[entry];
                        *result = TJoin.Join(*result, weights.Address[entry]);
                    }
                }
            }

            // Weights are finite: what is not, no leaf has touched.
            if (!T.IsFinite(TJoin.Start<T>()))
            {
                sums.Replace(TJoin.Start<T>(), T.Zero);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int* Leaf<T>(T* row, int* nodes, T* splits, int node)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int* at = nodes + ((nint)node * 4);
        while (at[0] >= 0)
        {
            T value = row[at[0]];
            bool holds = Holds(at[1] & Comparison, value, splits[node]) || ((at[1] & MissingHolds) != 0 && T.IsNaN(value));
            node = at[holds ? 2 : 3];
            at = nodes + ((nint)node * 4);
        }

        return at;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Holds<T>(int comparison, T value, T split)
        where T : unmanaged, IFloatingPointIeee754<T> => comparison switch
        {
            0 => value <= split,
            1 => value < split,
            2 => value >= split,
            3 => value > split,
            4 => value == split,
            _ => value != split,
        };
}
