using MixPrec.Plan;

namespace MixPrec.Worker.Tests.CalibrateData;

/// <summary>WAV files become windows of numbers between −1 and 1.</summary>
public sealed class SoundDataTests
{
    private static DataFolder Folder(params object?[] shape) => new(("sound", ElementType.F32, shape));

    /// <summary>Channels are averaged; a file that is shorter than a window ends in zeros.</summary>
    [Fact]
    public void FramesAreTheMeanOfTheirChannels()
    {
        using var folder = Folder("batch", 4);
        folder.Write("a.wav", DataFolder.Wave(8000, 2, 16384, 0, -32768, -32768, 100, 300));
        Assert.Equal([0.25f, -1, 200 / 32768f, 0], folder.Make("--audio", folder.Root)["sound"].Span<float>().ToArray());
    }

    [Theory]
    [InlineData(1, 8, new byte[] { 128, 0, 255, 192 }, 0f, -1f, 127 / 128f, 0.5f)]
    [InlineData(1, 24, new byte[] { 0, 0, 64, 0, 0, 128, 1, 0, 0, 255, 255, 255 }, 0.5f, -1f, 1 / 8388608f, -1 / 8388608f)]
    [InlineData(1, 32, new byte[] { 0, 0, 0, 64, 0, 0, 0, 128, 0, 0, 0, 0, 0, 0, 0, 192 }, 0.5f, -1f, 0f, -0.5f)]
    [InlineData(3, 32, new byte[] { 0, 0, 128, 62, 0, 0, 128, 191, 0, 0, 0, 0, 0, 0, 0, 64 }, 0.25f, -1f, 0f, 2f)]
    public void EveryKindOfNumberIsRead(int kind, int bits, byte[] sound, params float[] expected)
    {
        using var folder = Folder("batch", 1, 4);
        byte[] file = DataFolder.Wave(16000, 1, new short[sound.Length / 2]);
        (file[20], file[34]) = ((byte)kind, (byte)bits);
        sound.CopyTo(file, 44);
        folder.Write("a.wav", file);
        var made = folder.Make("--audio", folder.Root)["sound"];
        Assert.Equal([1, 1, 4], made.Shape);
        Assert.Equal(expected, made.Span<float>().ToArray());
    }

    /// <summary>A program that writes into a pipe cannot know how long the sound will be (FFmpeg, SoX): it ends with the file.</summary>
    [Theory]
    [InlineData(0xFFFFFFFF)]
    [InlineData(0x7FFFF000)]
    public void SoundWithoutALengthEndsWithTheFile(uint length)
    {
        using var folder = Folder("batch", 4);
        byte[] file = DataFolder.Wave(8000, 1, 1, 2, 3, 4, 5, 6, 7, 8);
        BitConverter.GetBytes(length).CopyTo(file, 40);
        folder.Write("a.wav", [.. file, 9]);
        Assert.Equal(2, folder.Make("--audio", folder.Root)["sound"].Shape[0]);
    }

    /// <summary>Whole windows of all files, each once, with the label of its folder.</summary>
    [Fact]
    public void FilesAreCutIntoWindows()
    {
        using var folder = Folder("batch", "frames");
        folder.Write("yes/a.wav", DataFolder.Wave(100, 1, 1, 2, 3, 4, 5, 6, 7));
        folder.Write("no/b.wav", DataFolder.Wave(100, 1, 11, 12, 13));
        var made = folder.Make("--audio", folder.Root, "--window", "3");
        Assert.Equal([3, 3], made["sound"].Shape);
        var windows = made["sound"].Span<float>().ToArray().Select(v => (int)MathF.Round(v * 32768)).Chunk(3)
            .Zip(made["labels"].Span<long>().ToArray(), (w, label) => $"{string.Join(' ', w)}: {label}").Order();
        Assert.Equal(["1 2 3: 1", "11 12 13: 0", "4 5 6: 1"], windows);
    }

    /// <summary>A tone stays the tone that it is, up and down, and one above the half of the new rate is gone.</summary>
    [Theory]
    [InlineData(8000, 16000, 440, 1)]
    [InlineData(44100, 16000, 1000, 1)]
    [InlineData(48000, 16000, 12000, 0)]
    public void ATonePlaysAsFastAtAnotherRate(int from, int to, int hertz, int amplitude)
    {
        using var folder = Folder("batch", 4000);
        folder.Write("a.wav", DataFolder.Wave(from, 1,
            [.. Enumerable.Range(0, from).Select(i => (short)(20000 * Math.Sin(2 * Math.PI * hertz * i / from)))]));
        var made = folder.Make("--audio", folder.Root, "--sample-rate", $"{to}")["sound"];
        Assert.Equal([4, 4000], made.Shape);
        float[][] windows = [.. made.Span<float>().ToArray().Chunk(4000)];
        float[] second = windows.MinBy(w => w.Index().Skip(100).SkipLast(100).Max(v => Math.Abs(v.Item - Tone(4000 + v.Index))))!;
        Assert.All(second.Index().Skip(100).SkipLast(100), v => Assert.InRange(v.Item - Tone(4000 + v.Index), -0.003, 0.003));

        double Tone(int frame) => amplitude * 20000 / 32768.0 * Math.Sin(2 * Math.PI * hertz * frame / to);
    }

    [Theory]
    [InlineData("MXP1113", "it is no WAV file", "text")]
    [InlineData("MXP1113", "fewer bytes of sound than it states", "cut")]
    [InlineData("MXP1113", "its format 6 of 8 bits is not read", "kind")]
    [InlineData("MXP1113", "it states 0 channels", "channels")]
    [InlineData("MXP1113", "it holds no sound", "empty")]
    [InlineData("MXP1113", "it ends early", "short")]
    [InlineData("MXP1114", "gives no sounds", "none")]
    public void WhatIsNoSoundIsOneError(string code, string words, string what)
    {
        using var folder = Folder("batch", 4);
        byte[] file = what == "empty" ? DataFolder.Wave(8000, 1) : DataFolder.Wave(8000, 1, 1, 2, 3, 4);
        switch (what)
        {
            case "kind":
                (file[20], file[34]) = (6, 8);
                break;
            case "channels":
                file[22] = 0;
                break;
        }

        if (what != "none")
        {
            folder.Write("a.wav", what switch
            {
                "text" => "some text that is longer than a header"u8.ToArray(), "cut" => file[..^2], "short" => file[..30], _ => file,
            });
        }

        string line = folder.Fail("--audio", folder.Root);
        Assert.Contains($"error {code}: ", line, StringComparison.Ordinal);
        Assert.Contains(words, line, StringComparison.Ordinal);
    }

    [Fact]
    public void RatesAndLengthsHaveToBeKnown()
    {
        using var folder = Folder("batch", "frames");
        folder.Write("a.wav", DataFolder.Wave(8000, 1, 1, 2, 3, 4));
        folder.Write("b.wav", DataFolder.Wave(16000, 1, 1, 2, 3, 4));
        Assert.Contains("--window=\"\" is not valid", folder.Fail("--audio", folder.Root), StringComparison.Ordinal);
        Assert.Contains("--sample-rate brings all to one", folder.Fail("--audio", folder.Root, "--window", "2"), StringComparison.Ordinal);
    }
}
