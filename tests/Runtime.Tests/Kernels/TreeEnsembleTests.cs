using System.Numerics;
using MixPrec.Runtime.Kernels;
using Xunit;

namespace MixPrec.Runtime.Tests.Kernels;

/// <summary>Random trees against a walk over objects.</summary>
public sealed class TreeEnsembleTests
{
    private const int Features = 5, Outputs = 3;

    [Theory]
    [InlineData(0, 3)]
    [InlineData(1, 1)]
    [InlineData(64, 7)]
    [InlineData(131, 4)]
    public void Equals_a_walk_through_each_tree(int rows, int trees)
    {
        Check<float>(rows, trees);
        Check<double>(rows, trees);
    }

    private static void Check<T>(int rows, int trees) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var random = new Random(rows + trees);
        List<int[]> nodes = [];
        List<T> splits = [], weights = [];
        List<int> targets = [], roots = [];
        for (int t = 0; t < trees; t++)
        {
            roots.Add(Grow(4));
        }

        T[] x = [.. Enumerable.Range(0, rows * Features).Select(_ => random.Next(7) == 0 ? T.NaN : T.CreateChecked(random.Next(-3, 4)))];
        Check<LeafSum, T>((all, row) => all.Aggregate(T.Zero, (a, b) => a + b));
        Check<LeafMinimum, T>((all, row) => all.DefaultIfEmpty(T.Zero).Min());
        Check<LeafMaximum, T>((all, row) => all.DefaultIfEmpty(T.Zero).Max());

        int Grow(int depth)
        {
            int place = nodes.Count;
            nodes.Add([-1, 0, targets.Count, targets.Count]);
            splits.Add(T.CreateChecked(random.Next(-3, 4)));
            if (depth == 0)
            {
                for (int o = 0; o < Outputs - 1; o++)
                {
                    if (random.Next(3) > 0)
                    {
                        targets.Add(o);
                        weights.Add(T.CreateChecked(random.Next(-8, 9)));
                        nodes[place][3]++;
                    }
                }
            }
            else
            {
                int feature = random.Next(Features), comparison = random.Next(6) | (random.Next(2) * 8);
                int yes = Grow(depth - 1);
                nodes[place] = [feature, comparison, yes, Grow(depth - 1)];
            }

            return place;
        }

        void Check<TJoin, TNumber>(Func<IEnumerable<T>, int, T> join) where TJoin : struct, ILeafJoin
        {
            using var from = GuardedBuffer<T>.From(x);
            using var flat = GuardedBuffer<int>.From([.. nodes.SelectMany(n => n)]);
            using var starts = GuardedBuffer<int>.From([.. roots]);
            using var limits = GuardedBuffer<T>.From([.. splits]);
            using var outputs = GuardedBuffer<int>.From([.. targets]);
            using var numbers = GuardedBuffer<T>.From([.. weights]);
            using var y = new GuardedBuffer<T>(rows * Outputs);
            TreeEnsemble.Run(default(TJoin), from.Pointer, starts.Pointer, flat.Pointer, limits.Pointer, outputs.Pointer, numbers.Pointer,
                y.Pointer, rows, Features, trees, Outputs);
            for (int r = 0; r < rows; r++)
            {
                int[][] leaves = [.. roots.Select(root => Leaf(root, r))];
                for (int o = 0; o < Outputs; o++)
                {
                    var all = leaves.SelectMany(l => Enumerable.Range(l[2], l[3] - l[2])).Where(e => targets[e] == o)
                        .Select(e => weights[e]);
                    Assert.Equal(join(all, r), y.Span[(r * Outputs) + o]);
                }
            }
        }

        int[] Leaf(int node, int row)
        {
            while (nodes[node][0] >= 0)
            {
                T value = x[(row * Features) + nodes[node][0]], split = splits[node];
                bool holds = (nodes[node][1] & 7) switch { 0 => value <= split, 1 => value < split, 2 => value >= split, 3 =>
                    value > split, 4 => value == split, _ => value != split };
                node = nodes[node][holds || (T.IsNaN(value) && (nodes[node][1] & 8) != 0) ? 2 : 3];
            }

            return nodes[node];
        }
    }
}
