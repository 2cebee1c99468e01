using MixPrec.Compiler;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Options;
using MixPrec.Jobs;
using MixPrec.Worker.Jobs;

namespace MixPrec.Worker.Tests;

public sealed class JobOptionsTests
{
    [Fact]
    public void EmptyValuesAreDefaults()
    {
        var options = JobOptions.From(Job(("CalibrationData", ""), ("ErrorBudget", ""), ("Loss", ""), ("Precisions", "")));
        Assert.Null(options.CalibrationData);
        Assert.Null(options.Loss);
        Assert.Equal(0.01, options.ErrorBudget);
        Assert.Equal(PrecisionConfig.Default, options.Precisions);
        Assert.Equal(BuildMode.Auto, options.Mode);
        Assert.Equal("/m/net.mixprec.lock.json", options.LockFile);
    }

    [Fact]
    public void EveryWordIsRead()
    {
        var options = JobOptions.From(Job(
            ("ErrorBudget", "0.02"), ("Loss", "PseudoLabel"), ("Objective", "Memory"), ("ActivationRanges", "Percentile"),
                ("Estimator", "Fisher"), ("Precisions", "f32; I8"), ("KeepFloat", "/conv1/*;fc"), ("Pin", "/a=b/*=bf16"),
            ("MaxWeightBytes", "1000"), ("MinTop1Agreement", "0.99"), ("Mode", "Locked"), ("MaxThreads", "2"), ("Dimensions", "batch=4"),
                ("Constants", "sr=16000; a=1, 2"), ("State", "h=i; c=d"), ("Cache", "past_*=present_*; k=l"), ("WeightsMode", "File")));
        Assert.Equal((ActivationRanges.Percentile, Estimator.Fisher), (options.ActivationRanges, options.Estimator));
        Assert.Equal((0.02, LossKind.PseudoLabel, Objective.Memory, BuildMode.Locked),
            (options.ErrorBudget, options.Loss, options.Objective, options.Mode));
        Assert.Equal([PrecisionConfig.F32, PrecisionConfig.I8], options.Precisions);
        Assert.Equal(["/conv1/*", "fc"], options.KeepFloat);
        Assert.Equal(new("/a=b/*", PrecisionConfig.BF16), Assert.Single(options.Pin));
        Assert.Equal("a=1,2;sr=16000", options.Constants.ToString());
        Assert.Equal("h=i;c=d", options.State.ToString());
        Assert.Equal("past_*=present_*;k=l", options.Cache.ToString());
        Assert.Equal((1000L, 0.99, 2, 4, "File"),
            (options.MaxWeightBytes, options.MinTop1Agreement, options.MaxThreads, options.Dimensions["batch"], options.WeightsMode));
    }

    [Theory]
    [InlineData("ErrorBudget", "0,01", "a number above 0 with a decimal point")]
    [InlineData("ErrorBudget", "-1", "a number above 0 with a decimal point")]
    [InlineData("Loss", "Crossentropi", "one of CrossEntropy, NextToken")]
    [InlineData("Precisions", "f32;int9",
        "candidates among f32, bf16, bf16a16, f16, i8, i8a7, i8-i16, i8a7-i16, i8a6-i16, i8a8r, e4m3, e5m2, "
        + "i4g32, i4g32a8, i4g64, i4g64a8, i4g128, i4g128a8, "
        + "mxfp4, nvfp4, i8a7+f32@0, i8a7+bf16@0, i8a7+bf16@16")]
    [InlineData("Pin", "fc1", "pairs such as")]
    [InlineData("Mode", "Sometimes", "one of Auto, Locked, Update, Skip")]
    [InlineData("Dimensions", "batch", "bindings such as")]
    [InlineData("Constants", "sr=fast", "numbers for inputs such as")]
    [InlineData("Constants", "sr=1;sr=2", "pairs such as sr=16000;scales=1,0.5, each name once")]
    [InlineData("Cache", "past_*=present", "auto, or pairs such as past_*=present_*")]
    [InlineData("State", "h", "pairs of input and output such as")]
    public void WhatIsNotAllowedSaysWhatIs(string name, string value, string expected)
    {
        var error = Assert.Throws<MixPrecException>(() => JobOptions.From(Job((name, value))));
        Assert.Equal("MXP1002", error.Description.Id);
        Assert.Contains($"{name}=\"{value}\" is not valid: expected {expected}", error.Message, StringComparison.Ordinal);
    }

    private static JobFile Job(params (string Name, string Value)[] values) =>
        new(new Dictionary<string, string>(values.Select(pair => KeyValuePair.Create(pair.Name, pair.Value))) { ["Model"] = "/m/net.onnx",
            ["ClassName"] = "Net" });
}
