using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Formats.Packing;
using MixPrec.Compiler.Formats.Storage;
using MixPrec.Compiler.Graphs;
using Xunit;

namespace MixPrec.Compiler.Tests.Formats;

public sealed class EncodedWeightsCacheTests
{
    private readonly Tensor _weights = Tensor.Create(new float[64 * 32], 64, 32), _others = Tensor.Create(new float[64 * 32], 64, 32);

    /// <summary>Matrices are made anew for each question; tensor and order tell them apart.</summary>
    [Fact]
    public void TheSameWeightsInTheSameOrderArePackedOnce()
    {
        var cache = new EncodedWeightsCache();
        var first = cache.Of(WeightMatrix.FromMatMul(_weights), Float32.Format);
        Assert.Same(first, cache.Of(WeightMatrix.FromMatMul(_weights), Float32.Format));
        Assert.Same(first.Packed, cache.Of(WeightMatrix.FromMatMul(_weights), Float32.Format).Packed);
        EncodedWeights[] others =
        [
            cache.Of(WeightMatrix.FromMatMul(_others), Float32.Format), cache.Of(WeightMatrix.FromMatMul(_weights), BFloat16.Format),
            cache.Of(WeightMatrix.FromMatMul(_weights, positions: 4), Float32.Format),
            cache.Of(WeightMatrix.FromMatMul(_weights).WithScales(new WeightScales(null, [1]), [.. Enumerable.Repeat(1f, 32)]),
                Float32.Format),
        ];
        Assert.Equal(5, others.Append(first).Distinct().Count());
        Assert.Equal((4 * 64 * 32 * 4) + (64 * 32 * 2), cache.Bytes);
    }

    [Fact]
    public void WhatWasAskedForTheLongestAgoGoesWhenThereIsNoRoom()
    {
        long one = 64 * 32 * sizeof(float);
        var cache = new EncodedWeightsCache(2 * one);
        var first = cache.Of(WeightMatrix.FromMatMul(_weights), Float32.Format);
        var second = cache.Of(WeightMatrix.FromMatMul(_others), Float32.Format);
        Assert.Same(first, cache.Of(WeightMatrix.FromMatMul(_weights), Float32.Format));
        _ = cache.Of(WeightMatrix.FromMatMul(_weights, positions: 4), Float32.Format);
        Assert.Equal(2 * one, cache.Bytes);
        Assert.Same(first, cache.Of(WeightMatrix.FromMatMul(_weights), Float32.Format));
        Assert.NotSame(second, cache.Of(WeightMatrix.FromMatMul(_others), Float32.Format));
    }

    [Fact]
    public void WeightsThatAreLargerThanTheCacheAreNotKept()
    {
        var cache = new EncodedWeightsCache(100);
        var first = cache.Of(WeightMatrix.FromMatMul(_weights), Float32.Format);
        Assert.NotSame(first, cache.Of(WeightMatrix.FromMatMul(_weights), Float32.Format));
        Assert.Equal(0, cache.Bytes);
    }
}
