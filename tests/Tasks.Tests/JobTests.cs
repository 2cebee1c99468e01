using Microsoft.Build.Utilities;
using MixPrec.Jobs;
using MixPrec.Metadata;
using MixPrec.Tasks.Models;

namespace MixPrec.Tasks.Tests;

/// <summary>The walk of a metadatum from the item to the job file; <c>MetadataWalkTests</c> of the worker follow it from there.</summary>
public sealed class JobTests
{
    private static readonly string Project = Path.GetFullPath("/project");

    public static TheoryData<string> Names => [.. ModelMetadata.Rows.Select(row => row.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void WhatAnItemSaysStandsInItsJob(string name)
    {
        var row = ModelMetadata.Rows.Single(row => row.Name == name);
        var job = JobOf((name, row.Example));

        var expected = row.Rule.IsPath ? Path.GetFullPath(Path.Combine(Project, row.Example)) : row.Example;
        Assert.True(job[name] == expected, $"{name}=\"{row.Example}\" arrives in the job file as {job[name] ?? "nothing"}: {nameof(ModelSettings)}.{nameof(ModelSettings.Job)} drops it.");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void ExamplesAreAllowedAndDefaultsAreNot(string name)
    {
        var row = ModelMetadata.Rows.Single(row => row.Name == name);
        Assert.Equal(row.Example, row.Rule.Parse(row.Example));
        Assert.NotEqual(row.Default, row.Example);
    }

    [Fact]
    public void PropertiesOfTheProjectStandInTheJob()
    {
        var job = JobOf();
        Assert.Equal(("Locked", "3", "30.5"),
            (job[BuildProperty.Mode.JobName], job[BuildProperty.MaxThreads.JobName], job[BuildProperty.TimingSeconds.JobName]));
        Assert.All(BuildProperty.All, property => Assert.NotNull(property.Rule.Parse(property.Example)));
    }

    private static JobFile JobOf(params (string Name, string Value)[] metadata)
    {
        var item = new TaskItem(Path.Combine(Project, "net.onnx"), metadata.ToDictionary(pair => pair.Name, pair => pair.Value));
        var model = ModelItem.From(item, Project, "Root", line => Assert.Fail(line.Text));
        var settings = new ModelSettings(Path.Combine(Project, "obj"), "Locked", false, false, "3", "30.5");
        return JobFile.Parse(JobFile.Format(settings.Job(model, model.PathOf("LockFile"))));
    }
}
