using MixPrec.Compiler.ErrorReduction;
using Xunit;

namespace MixPrec.Compiler.Tests.ErrorReduction;

/// <summary>Random equations between factors, against substituting in all of them until nothing changes.</summary>
public sealed class ScaleVariablesTests
{
    [Fact]
    public void WhatEquationsSayFollows()
    {
        var random = new Random(1);
        for (int round = 0; round < 200; round++)
        {
            int count = random.Next(1, 9);
            var variables = new ScaleVariables();
            int[] literals = variables.Add(count);

            // log x is a number times the one of a class, or 0: lines through all that are connected.
            var equal = new List<(int A, int B, int Sign)>();
            for (int i = random.Next(0, 10); i > 0; i--)
            {
                int a = random.Next(count), b = random.Next(count + 1) - 1, sign = random.Next(2) == 0 ? 1 : -1;
                equal.Add((a, b, sign));
                int other = b < 0 ? ScaleVariables.One : literals[b];
                variables.Unite(literals[a], sign > 0 ? other : ScaleVariables.Inverse(other));
            }

            for (int a = 0; a < count; a++)
            {
                var (reached, isOne) = Reach(a, count, equal);
                Assert.Equal(isOne, variables.Find(literals[a]) == ScaleVariables.One);
                for (int b = 0; b < count && !isOne; b++)
                {
                    Assert.Equal(reached[b] == 1, variables.Find(literals[a]) == variables.Find(literals[b]));
                    Assert.Equal(reached[b] == -1, variables.Find(literals[a]) == variables.Find(ScaleVariables.Inverse(literals[b])));
                }
            }
        }
    }

    /// <summary>1 for each that is equal, −1 for each that is inverse, 0 for others.</summary>
    private static (int[] Signs, bool IsOne) Reach(int from, int count, List<(int A, int B, int Sign)> equal)
    {
        var signs = new HashSet<int>[count];
        for (int i = 0; i < count; i++)
        {
            signs[i] = [];
        }

        signs[from].Add(1);
        bool isOne = false;
        for (int pass = 0; pass <= 2 * count; pass++)
        {
            foreach (var (a, b, sign) in equal)
            {
                if (b < 0)
                {
                    isOne |= signs[a].Count > 0;
                    continue;
                }

                signs[b].UnionWith([.. signs[a].Select(s => s * sign)]);
                signs[a].UnionWith([.. signs[b].Select(s => s * sign)]);
            }
        }

        return ([.. signs.Select(s => s.Sum())], isOne || signs.Any(s => s.Count == 2));
    }
}
