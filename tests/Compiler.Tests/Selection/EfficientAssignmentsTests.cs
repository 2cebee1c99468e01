using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Selection;
using Xunit;

namespace MixPrec.Compiler.Tests.Selection;

public sealed class EfficientAssignmentsTests
{
    private static readonly PrecisionConfig[] s_candidates =
        [PrecisionConfig.F32, PrecisionConfig.BF16, PrecisionConfig.I8, PrecisionConfig.I8A7];

    /// <summary>For every price of error the best of all 4⁵ assignments, found by trying them, is among them.</summary>
    [Fact]
    public void TheBestForEveryPriceIsFound()
    {
        const int Ops = 5;
        var random = new Random(3);
        double[][] Draw() => [.. Enumerable.Range(0, Ops).Select(_ =>
            s_candidates.Select((_, i) => i == 0 ? 0 : random.NextDouble()).ToArray())];
        var (errors, gains) = (Draw(), Draw());
        var found = EfficientAssignments.Find([.. Enumerable.Repeat(s_candidates, Ops)],
            (op, p) => errors[op][Array.IndexOf(s_candidates, p)], (op, p) => gains[op][Array.IndexOf(s_candidates, p)]);
        Assert.InRange(found.Count, 2, 1 + (Ops * (s_candidates.Length - 1)));
        int[][] all = [.. Enumerable.Range(0, 1 << (2 * Ops)).Select(code =>
            Enumerable.Range(0, Ops).Select(op => (code >> (2 * op)) & 3).ToArray())];
        foreach (double price in new[] { 0, 0.1, 0.3, 0.5, 1, 1.5, 2, 4, 50 })
        {
            double Value(Func<int, int> of) => Enumerable.Range(0, Ops).Sum(op => gains[op][of(op)] - (price * errors[op][of(op)]));
            Assert.Equal(all.Max(a => Value(op => a[op])),
                found.Max(a => Value(op => Array.IndexOf(s_candidates, a[op]))), 12);
        }
    }

    [Fact]
    public void WhatIsNoNumberIsLeftOutAndOneCandidateStays()
    {
        var found = EfficientAssignments.Find([s_candidates, [PrecisionConfig.I8]],
            (_, p) => p == PrecisionConfig.I8 ? double.NaN : p == PrecisionConfig.F32 ? 0 : 1, (_, p) => p == PrecisionConfig.F32 ? 0 : 1);
        Assert.Equal(["f32 i8", "bf16 i8"], found.Select(a => string.Join(' ', a)));
    }
}
