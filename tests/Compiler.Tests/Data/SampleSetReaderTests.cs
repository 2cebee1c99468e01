using MixPrec.Compiler.Data;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Tests.Onnx;
using Xunit;

namespace MixPrec.Compiler.Tests.Data;

/// <summary>Calibration data that do not fit are refused in one line that says which array, what it is and what was expected.</summary>
public sealed class SampleSetReaderTests : IDisposable
{
    private const int Samples = 4, Width = 3;
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"samples-{Guid.NewGuid():N}.npz");
    private readonly TinyModel _model = new TinyModel().Input("x", "batch", Width)
        .Initializer("w", Tensor.Create(new float[Width * 2], Width, 2)).Node("y = MatMul x w").Output("y");

    public void Dispose()
    {
        _model.Dispose();
        File.Delete(_path);
    }

    [Fact]
    public void ArraysArriveAsTheyWereWritten()
    {
        var samples = Read(Valid());
        Assert.Equal(Samples, samples.Count);
        Assert.Equal(Floats(), samples.Inputs["x"].Span<float>().ToArray());
        Assert.Equal([0L, 1, 1, 0], samples.Labels!.ToInt64());
    }

    [Fact]
    public void BytesBecomeTheInputsType() =>
        Assert.Equal([0f, 255, 7, 1, 2, 3],
        Read(new NpzFile().Add<byte>("x", "|u1", [0, 255, 7, 1, 2, 3], 2, Width)).Inputs["x"].Span<float>().ToArray());

    /// <summary>Of a file that unpacks to many samples the first are used; the others cost no memory in the type of the input.</summary>
    [Fact]
    public void OfManySamplesTheFirstAreUsed()
    {
        const int Many = SampleSetReader.MostSamples + 12;
        var bytes = new byte[Many * Width];
        bytes[^1] = 9;
        var labels = new long[Many];
        labels[^1] = 77;
        var samples = Read(new NpzFile().Add("x", "|u1", bytes, Many, Width).Add("labels", "<i8", labels, Many));
        Assert.Equal((SampleSetReader.MostSamples, 12), (samples.Count, (int)samples.Unused));
        Assert.Equal(SampleSetReader.MostSamples, samples.Labels!.Length);
        Assert.Equal(0, samples.Inputs["x"].Span<float>().ToArray().Max());
        Assert.Equal(0, Read(Valid()).Unused);
    }

    /// <summary>Two samples of a byte each element that are more than an array in the type of the input.</summary>
    [Fact]
    public void BytesThatDoNotFitAsFloatsAreRefused()
    {
        const int Wide = 300_000_000;
        using var model = new TinyModel().Input("x", "batch", Wide).Node("y = Relu x").Output("y");
        File.WriteAllBytes(_path, new NpzFile().Add("x", "|i1", new sbyte[2 * Wide], 2, Wide).Bytes());
        var error = Assert.Throws<MixPrecException>(() => SampleSetReader.Read(_path, model.Graph(), null));
        Assert.Equal("MXP1007", error.Description.Id);
        Assert.Contains("2400000000 bytes as F32", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void OtherKeys() =>
        Refused(new NpzFile().Add("image", "<f4", Floats(), Samples, Width), "MXP1005", "image [4,3]", "x [batch,3]");

    [Theory]
    [InlineData("xx", "other", "Did you mean 'x' by 'xx'?")]
    [InlineData("x", "label", "Did you mean 'labels' by 'label'?")]
    [InlineData("x", "target", "Did you mean 'targets' by 'target'?")]
    public void NamesThatAreNearAreHintedAt(string first, string second, string hint)
    {
        File.WriteAllBytes(_path, new NpzFile().Add(first, "<f4", Floats(), Samples, Width).Add(second, "<f4", Floats(), Samples, Width)
            .Bytes());
        Assert.Contains(hint, Assert.Throws<MixPrecException>(() => SampleSetReader.Read(_path, _model.Graph(), null)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void MissingPastsSayWhatMakesThem()
    {
        using var model = new TinyModel().Input("ids", Plan.ElementType.I64, 1, "tokens")
            .Initializer("table", Tensor.Create(new float[6], 2, Width)).Node("x = Gather table ids").Input("past_0", 1, "past", Width)
            .Input("past_1", 1, "past", Width)
            .Node("present_0 = Concat past_0 x", TinyModel.Attribute("axis", 1L))
                .Node("present_1 = Concat past_1 x", TinyModel.Attribute("axis", 1L)).Output("present_0").Output("present_1");
        File.WriteAllBytes(_path, new NpzFile().Add("ids", "<i8", new long[Samples], 1, Samples).Bytes());
        var error = Assert.Throws<MixPrecException>(() => SampleSetReader.Read(_path, model.Graph(), null));
        Assert.Equal("MXP1005", error.Description.Id);
        Assert.EndsWith(" Cache=\"past_*=present_*\" makes the pasts from token sequences, and sessions keep them.", error.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void OneKeyTooMany() => Refused(Valid().Add("spare", "<f4", Floats(), Samples, Width), "MXP1005", "spare [4,3]");

    [Fact]
    public void AnotherShape() =>
        Refused(new NpzFile().Add("x", "<f4", new float[Samples * 5], Samples, 5), "MXP1006", "'x'", "[4,5]", "[batch,3]");

    [Fact]
    public void ValueThatIsNoNumber()
    {
        float[] values = Floats();
        values[(2 * Width) + 1] = float.NaN;
        Refused(new NpzFile().Add("x", "<f4", values, Samples, Width), "MXP1008", "'x'", "sample 2");
    }

    /// <summary>The mask of an attention may be an input.</summary>
    [Fact]
    public void InfinityInAnInputIsData()
    {
        float[] values = Floats();
        values[(2 * Width) + 1] = float.NegativeInfinity;
        Assert.Equal(values, Read(new NpzFile().Add("x", "<f4", values, Samples, Width)).Inputs["x"].Span<float>().ToArray());
    }

    [Theory]
    [InlineData(2)]
    [InlineData(-1)]
    public void LabelOfNoClass(long label) =>
        Refused(new NpzFile().Add("x", "<f4", Floats(), Samples, Width).Add("labels", "<i8", [0L, 1, 1, label], Samples), "MXP1009",
            $"label {label} of sample 3", "0…1");

    [Fact]
    public void LabelsForOtherSamples() =>
        Refused(new NpzFile().Add("x", "<f4", Floats(), Samples, Width).Add("labels", "<i8", [0L, 1], 2), "MXP1007",
        "'labels' has shape [2] for 4 samples");

    [Fact]
    public void ASingleSampleLeavesNoneToHoldOut() =>
        Refused(new NpzFile().Add("x", "<f4", new float[Width], 1, Width), "MXP1007", "at least 2 are needed");

    [Fact]
    public void ShapeOfMoreThanTheFileHolds() => Refused(new NpzFile().Add("x", "<f4", Floats(), long.MaxValue / 16, Width), "MXP1007");

    [Fact]
    public void ShapeThatOverflows() => Refused(new NpzFile().Add("x", "<f4", Floats(), long.MaxValue, long.MaxValue), "MXP1007");

    [Theory]
    [InlineData(4)]
    [InlineData(1)]
    [InlineData(0)]
    public void AScalarIsOneNumberForEachSampleOrForAll(int numbers)
    {
        using var model = Scaled();
        long[] shape = numbers == 0 ? [] : [numbers];
        var samples = Read(model, new NpzFile().Add("x", "<f4", Floats(), Samples, Width)
            .Add("s", "<f4", Enumerable.Range(7, Math.Max(1, numbers)).Select(i => (float)i).ToArray(), shape));
        Assert.Equal(numbers == 4 ? [7f, 8, 9, 10] : [7f, 7, 7, 7], samples.Inputs["s"].Span<float>().ToArray());
        Assert.All(Batch.Split(model.Graph(), samples, 64), f =>
            Assert.Equal((0, 7f + (numbers == 4 ? f.Samples.FirstIndex : 0)), (f.Inputs[1].Rank, f.Inputs[1].Span<float>()[0])));
    }

    [Fact]
    public void AScalarOfAnotherShapeSaysWhichAreTaken()
    {
        using var model = Scaled();
        File.WriteAllBytes(_path, new NpzFile().Add("x", "<f4", Floats(), Samples, Width).Add("s", "<f4", new float[8], Samples, 2)
            .Bytes());
        var error = Assert.Throws<MixPrecException>(() => SampleSetReader.Read(_path, model.Graph(), null));
        Assert.Equal("MXP1006", error.Description.Id);
        Assert.Contains("one number for each sample, [samples], or one for all, [] or [1]", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void SamplesThatRunTogetherShareAScalar()
    {
        using var model = new TinyModel().Input("x", 2, Width).Input("s").Node("y = Mul x s").Output("y");
        float[] scalars = [1, 1, 2, 2];
        Assert.Equal(2, Read(model, new NpzFile().Add("x", "<f4", Floats(), Samples, Width).Add("s", "<f4", scalars, Samples)).GroupSize);
        scalars[3] = 3;
        Assert.Equal("MXP1007", Assert.Throws<MixPrecException>(() =>
            Read(model, new NpzFile().Add("x", "<f4", Floats(), Samples, Width).Add("s", "<f4", scalars, Samples))).Description.Id);
    }

    [Fact]
    public void SizesThatContradictEachOtherAreNamedTogether()
    {
        using var model = new TinyModel().Input("a", "batch", "n", "m").Input("b", "batch", "n", "m")
            .Node("y = Concat a b", TinyModel.Attribute("axis", 1L)).Output("y");
        var file = new NpzFile().Add("a", "<f4", new float[24], Samples, 2, 3).Add("b", "<f4", new float[80], Samples, 4, 5);
        File.WriteAllBytes(_path, file.Bytes());
        var error = Assert.Throws<MixPrecException>(() => SampleSetReader.Read(_path, model.Graph(), null));
        Assert.Equal("MXP1012", error.Description.Id);
        Assert.Contains("'n' is 2 in 'a' and 4 in 'b'; 'm' is 3 in 'a' and 5 in 'b'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ConstantsOfTheModelMayStandInTheData()
    {
        using var model = Scaled();
        File.WriteAllBytes(_path, new NpzFile().Add("x", "<f4", Floats(), Samples, Width).Add("s", "<f4", new float[Samples], Samples)
            .Bytes());
        var graph = OnnxModelReader.Read(model.Save(), DimensionBindings.None, ConstantBindings.Parse("s=2")).Graph;
        var wanted = new DataInputs(["x", "s"], ["s"], []);
        Assert.Equal("x", Assert.Single(SampleSetReader.Read(_path, graph, null, wanted).Inputs).Key);
    }

    [Fact]
    public void NoArchive() => Refused("not a zip file"u8.ToArray(), "MXP1007");

    [Fact]
    public void EveryTruncationIsRefused()
    {
        byte[] bytes = Valid().Bytes();
        for (int length = 0; length < bytes.Length; length += 7)
        {
            Refused(bytes[..length], "MXP1007");
        }
    }

    private static float[] Floats() => [.. Enumerable.Range(0, Samples * Width).Select(i => i - 2.5f)];

    private static NpzFile Valid() => new NpzFile().Add("x", "<f4", Floats(), Samples, Width).Add("labels", "<i8", [0L, 1, 1, 0], Samples);

    private static TinyModel Scaled() => new TinyModel().Input("x", "batch", Width).Input("s").Node("y = Mul x s").Output("y");

    private SampleSet Read(TinyModel model, NpzFile file)
    {
        File.WriteAllBytes(_path, file.Bytes());
        return SampleSetReader.Read(_path, model.Graph(), null);
    }

    private SampleSet Read(NpzFile file)
    {
        File.WriteAllBytes(_path, file.Bytes());
        return SampleSetReader.Read(_path, _model.Graph(), null);
    }

    private void Refused(NpzFile file, string code, params string[] parts) => Refused(file.Bytes(), code, parts);

    private void Refused(byte[] bytes, string code, params string[] parts)
    {
        File.WriteAllBytes(_path, bytes);
        var error = Assert.Throws<MixPrecException>(() => SampleSetReader.Read(_path, _model.Graph(), null));
        Assert.Equal(code, error.Description.Id);
        Assert.DoesNotContain('\n', error.Message);
        Assert.All(parts, part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
    }
}
