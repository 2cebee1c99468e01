using MixPrec.Tasks.Models;

namespace MixPrec.Tasks.Tests;

public sealed class ProjectShapeTests
{
    [Theory]
    [InlineData("C#", ".NETCoreApp", "v10.0", "", null, "")]
    [InlineData("C#", ".NETCoreApp", "v11.0", "latest", null, "")]
    [InlineData("C#", ".NETCoreApp", "v10.0", "13.0", null, "")]
    [InlineData("C#", ".NETCoreApp", "v10.0", "14", null, "")]
    [InlineData("C#", ".NETCoreApp", "v10.0", "preview", null, "")]
    [InlineData("", "", "", "", null, "")]
    [InlineData("F#", ".NETCoreApp", "v10.0", "", "MXP0010", "is F#")]
    [InlineData("VB", ".NETCoreApp", "v8.0", "16.9", "MXP0010", "is Visual Basic")]
    [InlineData("C#", ".NETCoreApp", "v8.0", "", "MXP0011", "targets net8.0")]
    [InlineData("C#", ".NETCoreApp", "v3.1", "", "MXP0011", "targets netcoreapp3.1")]
    [InlineData("C#", ".NETStandard", "v2.0", "", "MXP0011", "targets netstandard2.0")]
    [InlineData("C#", ".NETFramework", "v4.8", "7.3", "MXP0011", "targets .NET Framework 4.8")]
    [InlineData("C#", ".NETCoreApp", "v10.0", "12", "MXP0003", "uses C# 12")]
    [InlineData("C#", ".NETCoreApp", "v10.0", "12.0", "MXP0003", "uses C# 12.0")]
    public void WhatCannotCompileGeneratedClassesIsOneLine(string language, string identifier, string version, string languageVersion,
        string? code, string words)
    {
        var lines = ProjectShape.Obstacles(language, identifier, version, languageVersion, "/p/obj/mixprec/", "/p", "/p/p.csproj")
            .ToArray();
        Assert.Equal(code is null ? [] : [code], lines.Select(line => line.Code));
        Assert.All(lines, line => Assert.Contains(words, line.Text, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("/a|b", "/a|b/obj/mixprec/", null)]
    [InlineData("/a\"b/", "/a\"b/obj/mixprec/", null)]
    [InlineData("/a", "/x|y/obj/mixprec/", "character |")]
    [InlineData("/a", "/a/x\"y/mixprec/", "character \"")]
    public void OnlyTheFolderBelowTheProjectsOwnReachesTheCompiler(string project, string output, string? words)
    {
        var lines = ProjectShape.Obstacles("C#", ".NETCoreApp", "v10.0", "", output, project, "p.csproj").ToArray();
        Assert.Equal(words is null ? 0 : 1, lines.Length);
        Assert.All(lines, line => Assert.Contains(words!, line.Text, StringComparison.Ordinal));
    }
}
