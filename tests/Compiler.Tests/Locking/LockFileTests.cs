using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Locking;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Options;
using MixPrec.Compiler.Tests.Options;
using MixPrec.Compiler.Tests.Partition;
using Xunit;

namespace MixPrec.Compiler.Tests.Locking;

public sealed class LockFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mixprec").FullName;
    private readonly Graph _graph;
    private readonly CompilerOptions _options;

    public LockFileTests()
    {
        var net = new Networks();
        _graph = net.Build(net.Linear("b \"quoted\"\n", net.Linear("a", net.Input("x", 1, 4), 4), 4));
        File.WriteAllBytes(At("net.onnx"), [1, 2, 3]);
        File.WriteAllBytes(At("net.data"), [4]);
        File.WriteAllBytes(At("data.npz"), [5]);
        _options = LayerRulesTests.Options() with { CalibrationData = At("data.npz"),
            Dimensions = DimensionBindings.Parse("sequence=4; batch=1") };
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void WhatIsWrittenIsReadBackBitForBit()
    {
        var plan = Example();
        Assert.True(LockFile.Put(At("lock.json"), plan, TestContext.Current.CancellationToken));
        Assert.False(LockFile.Put(At("lock.json"), plan, TestContext.Current.CancellationToken));
        var read = LockFile.Read(At("lock.json"));
        Assert.Equal(Format(plan), LockFileWriter.Format(read));
        Assert.Equal(plan.Layers, read.Plans[0].Layers);
        Assert.Equal(plan.Numbers, read.Plans[0].Numbers);
        Assert.Equal([At("lock.json")], Directory.GetFiles(_folder, "lock*"));
    }

    /// <summary>Ranges decide weights and code: every float must survive, whichever bits it has.</summary>
    [Fact]
    public void EveryRangeSurvives()
    {
        var random = new Random(1);
        float Magnitude() => BitConverter.Int32BitsToSingle(random.Next(0, 0x7F800000));
        var layers = Enumerable.Range(0, 2000)
            .Select(i => new LockedLayer("l" + i, "Conv", PrecisionConfig.I8, new ActivationRange(-Magnitude(), Magnitude()),
            random.NextDouble(), random.NextDouble())).ToArray();
        Assert.Equal(layers, LockFileReader.Parse(Format(Example() with { Layers = layers })).Plans[0].Layers);
        layers = [.. layers.Select(l => l with { RhsRange = new ActivationRange(-Magnitude(), Magnitude()) })];
        var read = LockFileReader.Parse(Format(Example() with { Layers = layers })).Plans[0];
        Assert.Equal(layers, read.Layers);
        Assert.Equal(layers.ToDictionary(l => l.Name, l => l.RhsRange!.Value), read.Ranges.RhsRanges);
    }

    [Fact]
    public void AProductOfActivationsNeedsBothRanges()
    {
        var net = new Networks();
        var graph = net.Build(net.MatMul("p", net.Input("a", 1, 3, 4), net.Input("b", 1, 4, 5)));
        var layer = new LockedLayer("p", "MatMul", PrecisionConfig.I8, new ActivationRange(-1, 1), 0, RhsRange: new ActivationRange(0, 2));
        Assert.Empty((Example() with { Layers = [layer] }).Differences(Subject(), graph));
        Assert.Empty((Example() with { Layers = [layer with { RhsRange = null, Precision = PrecisionConfig.F32 }] })
            .Differences(Subject(), graph));
        Assert.Contains("'p'", Assert.Single((Example() with { Layers = [layer with { RhsRange = null }] }).Differences(Subject(), graph)),
            StringComparison.Ordinal);
    }

    [Fact]
    public void TheFileIsReadableAndNamesNoPaths()
    {
        string text = Format(Example());
        Assert.DoesNotContain(_folder, text, StringComparison.Ordinal);
        Assert.Contains("        { \"name\": \"a\", \"operator\": \"MatMul\", \"precision\": \"i8\", \"range\": [0, 0.10000000149011612], \"lossError\": 1.5E-05, \"gainMicroseconds\": 2.25 },\n", text, StringComparison.Ordinal);
        Assert.Contains("\"Dimensions\": \"batch=1;sequence=4\"", text, StringComparison.Ordinal);
    }

    [Fact]
    public void AnUnchangedCompilationMatches() => Assert.Empty(Example().Differences(Subject(), _graph));

    [Fact]
    public void WithoutDataTheRestDecides()
    {
        var example = Example();
        File.Delete(At("data.npz"));
        Assert.Empty(example.Differences(Subject(), _graph));
    }

    [Fact]
    public void ExternalDataIsPartOfTheModel()
    {
        var example = Example();
        File.WriteAllBytes(At("net.data"), [9]);
        Assert.StartsWith("the model changed (sha256 ", Assert.Single(example.Differences(Subject(), _graph)), StringComparison.Ordinal);
    }

    [Fact]
    public void AStaleFileNamesEveryDifference()
    {
        var example = Example();
        File.WriteAllBytes(At("data.npz"), [6]);
        var options = _options with { ErrorBudget = 0.02, KeepFloat = ["a"], ValidationData = At("net.data") };
        var current = LockSubject.Of(options, new ImportedModel(_graph, [At("net.onnx"), At("net.data")], 17));
        Assert.Matches(
            "^the calibration data changed \\(sha256 [0-9a-f]{8}… is now [0-9a-f]{8}…\\); it was made without validation data; "
            + "ErrorBudget was \"0.01\" and is \"0.02\"; KeepFloat was not set and is \"a\"$",
                string.Join("; ", new LockFile([example]).Differences(current, _graph)));
    }

    [Fact]
    public void OtherLayersInTheSameModelAreADifference()
    {
        var example = Example();
        Assert.Single((example with { Layers = [.. example.Layers.Take(1)] }).Differences(Subject(), _graph));
    }

    [Fact]
    public void AFolderOfDataIsHashedWithItsNames()
    {
        Directory.CreateDirectory(At("set/sub"));
        File.WriteAllText(At("set/x.npy"), "1");
        File.WriteAllText(At("set/sub/y.npy"), "2");
        string before = ContentHash.OfFileOrFolder(At("set"));
        File.SetLastWriteTimeUtc(At("set/x.npy"), DateTime.UnixEpoch);
        Assert.Equal(before, ContentHash.OfFileOrFolder(At("set")));
        File.Move(At("set/x.npy"), At("set/z.npy"));
        Assert.NotEqual(before, ContentHash.OfFileOrFolder(At("set")));
    }

    [Theory]
    [InlineData("", "it is empty")]
    [InlineData(" ", "line 1, column 2")]
    [InlineData("[]", "the file is no JSON object")]
    [InlineData("{\"version\": 4}", "version 4, and this MixPrec reads versions 1 to 3")]
    [InlineData("{\"version\": 2, \"plans\": []}", "plans is no JSON object")]
    [InlineData("<<<<<<< HEAD", "line 1 is a mark of a merge conflict; keep the plans of both sides")]
    [InlineData("{\n  \"version\": 3,\r\n=======\r\n}", "line 3 is a mark of a merge conflict")]
    [InlineData("{ \"a\": 1,\n>>>>>>> theirs\n}", "line 2 is a mark of a merge conflict")]
    [InlineData("{\n  \"======= no\": 1", "line 2, column ")]
    public void TextThatIsNoLockFileIsRefused(string text, string reason) => Refused(text, reason);

    [Theory]
    [InlineData("\"i8\"", "\"i4\"",
        "a precision among f32, bf16, i8, i8a7, i8-i16, i8a7-i16, i8a6-i16, i8a7+f32@0, i8a7+bf16@0, i8a7+bf16@16 expected")]
    [InlineData("[0, 0.10000000149011612]", "null", "a range, which i8 needs, expected")]
    [InlineData("[0, 0.10000000149011612]", "[0, 1e999]", "finite numbers around 0")]
    [InlineData("[0, 0.10000000149011612]", "[1, 2]", "finite numbers around 0")]
    [InlineData("[0, 0.10000000149011612]", "[0, \"1\"]", "finite numbers around 0")]
    [InlineData("\"name\": \"a\"", "\"name\": 1", "layer 0: text as 'name' expected")]
    [InlineData("\"heldOutSamples\": 512", "\"heldOutSamples\": -1", "a count as 'heldOutSamples'")]
    [InlineData("\"layers\": [", "\"layers\": [ 1,", "layer 0 is no JSON object")]
    [InlineData("\"model\": \"", "\"model\": \"../", "64 hexadecimal digits as 'model'")]
    [InlineData("\"digest\": \"", "\"digest\": \"../", "64 hexadecimal digits as 'digest'")]
    public void DamagedValuesAreRefused(string from, string to, string reason) =>
        Refused(Format(Example()).Replace(from, to, StringComparison.Ordinal), reason);

    [Fact]
    public void EveryTruncationIsRefusedInOneLine()
    {
        string text = Format(Example());
        for (int length = 0; length < text.Length - 2; length++)
        {
            Assert.Throws<FormatException>(() => LockFileReader.Parse(text[..length]));
        }
    }

    [Fact]
    public void APlanReplacesItsOwnAndLeavesTheOthers()
    {
        var cancellation = TestContext.Current.CancellationToken;
        LockedPlan own = Example(), other = With(("ErrorBudget", "0.02"));
        Assert.True(LockFile.Put(At("lock.json"), own, cancellation));
        Assert.True(LockFile.Put(At("lock.json"), other, cancellation));
        var retrained = own with { Subject = own.Subject with { ModelHash = new string('f', 64) } };
        Assert.True(LockFile.Put(At("lock.json"), retrained, cancellation));

        var read = LockFile.Read(At("lock.json"));
        Assert.Equal(2, read.Plans.Count);
        Assert.Equal(retrained.Subject.ModelHash, read.For(own.Subject)!.Subject.ModelHash);
        Assert.Equal(other.Subject.ModelHash, read.For(other.Subject)!.Subject.ModelHash);

        Assert.True(LockFile.Remove(At("lock.json"), [other.Subject.Key], cancellation));
        Assert.Equal(Format(retrained), File.ReadAllText(At("lock.json")));
    }

    [Fact]
    public void TheOrderOfWritingDoesNotMatter()
    {
        LockedPlan[] plans = [.. Enumerable.Range(1, 9).Select(i => With(("ErrorBudget", $"0.0{i}")))];
        Assert.Equal(Format(plans), Format([.. plans.Reverse()]));
    }

    /// <summary>Builds of several projects end at once: none may lose what another has written.</summary>
    [Fact]
    public async Task WritersAtOnceAllGetIn()
    {
        LockedPlan[] plans = [.. Enumerable.Range(1, 9).Select(i => With(("ErrorBudget", $"0.0{i}")))];
        await Task.WhenAll(plans.Select(plan =>
            Task.Run(() => LockFile.Put(At("lock.json"), plan, TestContext.Current.CancellationToken))));
        Assert.Equal(Format(plans), File.ReadAllText(At("lock.json")));
    }

    [Fact]
    public void AKeyDependsOnOptionsAndFileNameAndNotOnDefaults()
    {
        var subject = Subject();
        Assert.NotEqual(subject.Key, With(("ErrorBudget", "0.02")).Subject.Key);
        Assert.NotEqual(subject.Key, (subject with { ModelName = "other.onnx" }).Key);
        Assert.Equal(subject.Key, (subject with { ModelHash = new string('0', 64), CalibrationHash = null }).Key);
        Assert.Equal(subject.Key, With(("OptionOfALaterVersion", "")).Subject.Key);
        Assert.Equal(subject.Key, (subject with { Options = [.. subject.Options.Reverse()] }).Key);
    }

    [Fact]
    public void AFileOfVersionOneIsReadAndGetsItsNameWhenAnotherPlanIsAdded()
    {
        string own = Format(Example());
        int open = own.IndexOf("\"plans\"", StringComparison.Ordinal), content = own.IndexOf("      \"model\"", StringComparison.Ordinal);
        string old = own[..open].Replace("3", "1", StringComparison.Ordinal)
            + own[content..own.LastIndexOf("    }\n  }", StringComparison.Ordinal)]
            .Replace("\"options\": {", "\"options\": { \"Pin\": \"\", \"Precisions\": \"bf16;f32;i8;i8-i16;i8a6-i16;i8a7;i8a7+bf16@0;i8a7+bf16@16;i8a7+f32@0;i8a7-i16\",", StringComparison.Ordinal) + "}";
        File.WriteAllText(At("lock.json"), old);
        Assert.Empty(LockFile.Read(At("lock.json")).Differences(Subject(), _graph));

        LockFile.Put(At("lock.json"), With(("ErrorBudget", "0.02")), TestContext.Current.CancellationToken);
        Assert.Equal(Format(Example(), With(("ErrorBudget", "0.02"))), File.ReadAllText(At("lock.json")));
    }

    /// <summary>
    /// Decisions and numbers belong together: whichever of them is changed by hand, the plan is refused and what its file says is kept.
    /// </summary>
    [Theory]
    [InlineData("\"precision\": \"i8\"", "\"precision\": \"bf16\"")]
    [InlineData("[0, 0.10000000149011612]", "[0, 0.2]")]
    [InlineData("\"lossError\": 1.5E-05", "\"lossError\": 1.4E-05")]
    [InlineData("\"gainMicroseconds\": 2.25", "\"gainMicroseconds\": 20.25")]
    [InlineData("\"measuredError\": 0.0061", "\"measuredError\": 0.006")]
    [InlineData("\"loss\": \"CrossEntropy\"", "\"loss\": \"Mse\"")]
    [InlineData("\"machine\": \"A CPU", "\"machine\": \"B CPU")]
    public void AnEditedPlanIsRefusedAndKept(string from, string to)
    {
        string edited = Format(Example()).Replace(from, to, StringComparison.Ordinal);
        Assert.NotEqual(Format(Example()), edited);
        File.WriteAllText(At("lock.json"), edited);
        foreach (var mode in new[] { BuildMode.Auto, BuildMode.Locked })
        {
            var error = Assert.Throws<MixPrecException>(() =>
                LockPolicy.Decide(_options with { Mode = mode, LockFile = At("lock.json") }, LockFile.Read(At("lock.json")), Subject(),
                _graph));
            Assert.Equal("MXP1024", error.Description.Id);
            Assert.Contains(Subject().Key, error.Message, StringComparison.Ordinal);
        }

        Assert.Null(LockPolicy.Decide(_options with { Mode = BuildMode.Update }, LockFile.Read(At("lock.json")), Subject(), _graph).Plan);

        // Another project's build writes the file: the plan is no more one that a build wrote than before.
        LockFile.Put(At("lock.json"), With(("ErrorBudget", "0.02")), TestContext.Current.CancellationToken);
        Assert.NotNull(LockFile.Read(At("lock.json")).For(Subject())!.EditedFrom);
        LockFile.Put(At("lock.json"), Example(), TestContext.Current.CancellationToken);
        Assert.Equal(Format(Example(), With(("ErrorBudget", "0.02"))), File.ReadAllText(At("lock.json")));
    }

    /// <summary>An edited option makes it another project's plan: that one refuses it.</summary>
    [Fact]
    public void AnEditedOptionIsAnEdit()
    {
        var read = LockFileReader.Parse(Format(Example()).Replace("\"ErrorBudget\": \"0.01\"", "\"ErrorBudget\": \"0.02\"",
            StringComparison.Ordinal));
        Assert.NotNull(read.For(With(("ErrorBudget", "0.02")).Subject)!.EditedFrom);
    }

    [Fact]
    public void LayoutIsNoEdit()
    {
        string text = Format(Example());
        foreach (string other in new[] { text.ReplaceLineEndings("\r\n"),
            text.ReplaceLineEndings("").Replace("  ", "", StringComparison.Ordinal),
            text.Replace("0.0061", "6.1e-3", StringComparison.Ordinal) })
        {
            Assert.Null(Assert.Single(LockFileReader.Parse(other).Plans).EditedFrom);
        }
    }

    /// <summary>
    /// Nothing is known of how a plan without a digest came about: it holds as it did, and has one from when the file is next written.
    /// </summary>
    [Fact]
    public void AFileOfVersionTwoIsReadAsItIs()
    {
        string text = Format(Example());
        int digest = text.IndexOf("      \"digest\"", StringComparison.Ordinal);
        File.WriteAllText(At("lock.json"), text.Remove(digest, text.IndexOf('\n', digest) + 1 - digest)
            .Replace("\"version\": 3", "\"version\": 2", StringComparison.Ordinal));
        Assert.Empty(LockFile.Read(At("lock.json")).Differences(Subject(), _graph));

        LockFile.Put(At("lock.json"), With(("ErrorBudget", "0.02")), TestContext.Current.CancellationToken);
        Assert.Equal(Format(Example(), With(("ErrorBudget", "0.02"))), File.ReadAllText(At("lock.json")));
    }

    /// <summary>Another project's plan without one is that project's to refuse, and stays without when the file is written.</summary>
    [Fact]
    public void APlanOfVersionThreeWithoutADigestWasWrittenByNoBuild()
    {
        string text = Format(Example());
        int digest = text.IndexOf("      \"digest\"", StringComparison.Ordinal);
        File.WriteAllText(At("lock.json"), text.Remove(digest, text.IndexOf('\n', digest) + 1 - digest));
        var error = Assert.Throws<MixPrecException>(() => LockPolicy.Decide(_options, LockFile.Read(At("lock.json")), Subject(), _graph));
        Assert.Equal("MXP1024", error.Description.Id);

        LockFile.Put(At("lock.json"), With(("ErrorBudget", "0.02")), TestContext.Current.CancellationToken);
        Assert.Equal(LockedPlan.NoDigest, LockFile.Read(At("lock.json")).For(Subject())!.EditedFrom);
        Assert.Null(LockFile.Read(At("lock.json")).For(With(("ErrorBudget", "0.02")).Subject)!.EditedFrom);
    }

    [Theory]
    [InlineData("", "it is empty")]
    [InlineData("{", "")]
    [InlineData("{ \"version\": 4, \"plans\": {} }", "update the package")]
    public void AnUnreadableFileSaysWhatToDo(string text, string reason)
    {
        Refused(text, reason);
        Refused(text, "or delete it and plan again");
    }

    [Theory]
    [InlineData("Update", false, "a plan is made anew whatever a lock file holds")]
    [InlineData("Update", true, "a plan is made anew whatever a lock file holds")]
    [InlineData("Auto", false, "there is no lock file")]
    [InlineData("Auto", true, "holds no plan")]
    public void DataThatAreMissingAreMissedForTheRightReason(string mode, bool exists, string reason)
    {
        if (exists)
        {
            File.WriteAllText(At("lock.json"), Format());
        }

        var options = _options with { Mode = Enum.Parse<BuildMode>(mode), CalibrationData = null, LockFile = At("lock.json") };
        var policy = LockPolicy.Decide(options, LockFile.ReadIfExists(options.LockFile), Subject(), _graph);
        var error = Assert.Throws<MixPrecException>(() => policy.RequireData(options, _graph));
        Assert.Equal("MXP1004", error.Description.Id);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AFileWithoutTheOwnPlanSaysWhatIsNearest()
    {
        var file = new LockFile([With(("ErrorBudget", "0.5"), ("Loss", "Mse")), With(("ErrorBudget", "0.5"))]);
        Assert.Null(file.For(Subject()));
        Assert.Contains("of its 2 plans none is for this model and these options; the nearest differs in that ErrorBudget was \"0.5\" and is \"0.01\"",
            Assert.Single(file.Differences(Subject(), _graph)), StringComparison.Ordinal);
    }

    [Fact]
    public void AFolderThatDoesNotExistIsMadeAndOneThatCannotBeIsSaid()
    {
        LockFile.At(At("new/net.lock.json")).Require();
        Assert.Empty(Directory.GetFiles(At("new")));
        File.WriteAllText(At("file"), "");
        foreach (var (path, code) in new[] { ("new", "MXP1041"), ("file/net.lock.json", "MXP1021"), ("nosuch/net.lock.json/x", "MXP1021") })
        {
            Assert.Equal(code, Assert.Throws<MixPrecException>(LockFile.At(At(path)).Require).Description.Id);
        }

        Assert.False(Directory.Exists(At("nosuch")));
        Assert.Equal("MXP1041", Assert.Throws<MixPrecException>(() => LockFile.ReadIfExists(At("new"))).Description.Id);
    }

    /// <summary>The name under which it is written says nothing to anybody.</summary>
    [Fact]
    public void AFileThatCannotBeReplacedIsNamedAndNothingIsLeftBeside()
    {
        Directory.CreateDirectory(At("net.lock.json"));
        var error = Assert.Throws<MixPrecException>(() => LockFile.At(At("net.lock.json")).Write(file => file.WriteByte(1)));
        Assert.Equal("MXP1021", error.Description.Id);
        Assert.DoesNotContain(".tmp", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder, "*.tmp"));
    }

    private LockedPlan With(params (string Name, string Value)[] options)
    {
        var plan = Example();
        var set = plan.Subject.Options.Where(o => options.All(n => n.Name != o.Key))
            .Concat(options.Select(o => KeyValuePair.Create(o.Name, o.Value)));
        return plan with { Subject = plan.Subject with { Options = [.. set] } };
    }

    private void Refused(string text, string reason)
    {
        File.WriteAllText(At("lock.json"), text);
        var error = Assert.Throws<MixPrecException>(() => LockFile.Read(At("lock.json")));
        Assert.Equal("MXP1103", error.Description.Id);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    private LockedPlan Example() => new(
        Subject(), "CrossEntropy", "Projected",
        [
            new LockedLayer("a", "MatMul", PrecisionConfig.I8, new ActivationRange(0, 0.1f), 1.5e-5, 2.25),
            new LockedLayer("b \"quoted\"\n", "MatMul", PrecisionConfig.F32, null, 0),
        ],
        new LockedNumbers(0.005, 0.0061, 0.0072, 512, 12.5, 7.25, double.NaN, "A CPU <with> \"quotes\""));

    private LockSubject Subject() => LockSubject.Of(_options, new ImportedModel(_graph, [At("net.onnx"), At("net.data")], 17));

    private static string Format(params LockedPlan[] plans) => LockFileWriter.Format(new LockFile(plans));

    private string At(string name) => Path.Combine(_folder, name);
}
