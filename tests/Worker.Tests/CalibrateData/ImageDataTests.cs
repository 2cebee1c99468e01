using MixPrec.Compiler;
using MixPrec.Compiler.Graphs;
using MixPrec.Jobs;
using MixPrec.Plan;
using MixPrec.Worker.Samples;

namespace MixPrec.Worker.Tests.CalibrateData;

/// <summary>Images become the numbers that their pixels are; what cannot is one error that says what to do.</summary>
public sealed class ImageDataTests
{
    /// <summary>Made by a browser from a picture whose left half is (200, 40, 90) and whose right half is (10, 220, 130).</summary>
    internal const string Jpeg = "/9j/4AAQSkZJRgABAQAAAQABAAD/4gHYSUNDX1BST0ZJTEUAAQEAAAHIAAAAAAQwAABtbnRyUkdCIFhZWiAH4AABAAEAAAAAAABhY3NwAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAQAA9tYAAQAAAADTLQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAlkZXNjAAAA8AAAACRyWFlaAAABFAAAABRnWFlaAAABKAAAABRiWFlaAAABPAAAABR3dHB0AAABUAAAABRyVFJDAAABZAAAAChnVFJDAAABZAAAAChiVFJDAAABZAAAAChjcHJ0AAABjAAAADxtbHVjAAAAAAAAAAEAAAAMZW5VUwAAAAgAAAAcAHMAUgBHAEJYWVogAAAAAAAAb6IAADj1AAADkFhZWiAAAAAAAABimQAAt4UAABjaWFlaIAAAAAAAACSgAAAPhAAAts9YWVogAAAAAAAA9tYAAQAAAADTLXBhcmEAAAAAAAQAAAACZmYAAPKnAAANWQAAE9AAAApbAAAAAAAAAABtbHVjAAAAAAAAAAEAAAAMZW5VUwAAACAAAAAcAEcAbwBvAGcAbABlACAASQBuAGMALgAgADIAMAAxADb/2wBDAAIBAQEBAQIBAQECAgICAgQDAgICAgUEBAMEBgUGBgYFBgYGBwkIBgcJBwYGCAsICQoKCgoKBggLDAsKDAkKCgr/2wBDAQICAgICAgUDAwUKBwYHCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgr/wAARCAAQABADASIAAhEBAxEB/8QAFAABAAAAAAAAAAAAAAAAAAAACP/EABQQAQAAAAAAAAAAAAAAAAAAAAD/xAAVAQEBAAAAAAAAAAAAAAAAAAAFBv/EABwRAAEDBQAAAAAAAAAAAAAAAAAECUJGgYTBxP/aAAwDAQACEQMRAD8AO5qBWagdfG+iTc7pPP4j/9k=";

    private static readonly byte[] s_small = DataFolder.Png(3, 2, (x, y) => ((byte)(10 * x), (byte)(100 + y), 255));

    /// <summary>(value / 255 − mean) / deviation, channels first.</summary>
    [Fact]
    public void PixelsAreNormalized()
    {
        using var folder = DataFolder.OfImages("batch", 3, 2, 3);
        folder.Write("a.png", s_small);
        var image = folder.Make("--images", folder.Root, "--mean", "0.5,0.25,0", "--deviation", "0.5,1,2")["image"];
        Assert.Equal([1, 3, 2, 3], image.Shape);
        float[] red = [-1, (20 / 255f) - 1, (40 / 255f) - 1];
        Close([.. red, .. red, .. Enumerable.Repeat((100 / 255f) - 0.25f, 3), .. Enumerable.Repeat((101 / 255f) - 0.25f, 3),
            .. Enumerable.Repeat(0.5f, 6)], image);
    }

    [Fact]
    public void ChannelsMayBeLastAndBlueFirst()
    {
        using var folder = DataFolder.OfImages("batch", 2, 3, 3);
        folder.Write("a.png", s_small);
        Close([1, 100 / 255f, 0, 1, 100 / 255f, 10 / 255f], folder.Make("--images", folder.Root, "--bgr", "--layout", "nhwc")["image"], 6);
    }

    /// <summary>Bytes stay bytes, and grey is 0.299 R + 0.587 G + 0.114 B.</summary>
    [Fact]
    public void BytesStayAsTheyAreAndGreyIsWeighted()
    {
        using var folder = new DataFolder(("pixels", ElementType.U8, [null, 2, 3]));
        folder.Write("a.png", s_small);
        var pixels = folder.Make("--images", folder.Root)["pixels"];
        Assert.Equal(ElementType.U8, pixels.Type);
        Assert.Equal([88, 91, 94, 88, 91, 94], pixels.Span<byte>().ToArray());
    }

    /// <summary>At half the size the triangle covers four pixels with 1, 3, 3 and 1 of eight; at the border three of seven.</summary>
    [Fact]
    public void ScalingAveragesWhatAPixelCovers()
    {
        float[] values = [0, 8, 80, 40, 16, 24, 0, 160];
        Assert.Equal([(0 * 3 + 8 * 3 + 80) / 7f, (8 + 240 + 120 + 16) / 8f, (40 + 48 + 72 + 0) / 8f, (24 + 0 + 480) / 7f],
            PictureScaling.Scale(values, 8, 1, 1, 4, 1), (a, b) => Math.Abs(a - b) < 1e-4);
        Assert.Equal([0, 2, 6, 26], PictureScaling.Scale([0, 8, 80], 3, 1, 1, 6, 1)[..4], (a, b) => Math.Abs(a - b) < 1e-4);
        Assert.Equal(PictureScaling.Scale(values, 8, 1, 1, 5, 1), PictureScaling.Scale(values, 1, 8, 1, 1, 5));
    }

    /// <summary>The shorter side becomes 4, the longer 8 of it, and of these the middle stays.</summary>
    [Fact]
    public void ImagesAreScaledAndTheMiddleIsKept()
    {
        using var folder = DataFolder.OfImages("batch", 3, 4, 4);
        folder.Write("a.png", DataFolder.Png(16, 8, (x, _) => x < 4 ? ((byte)255, (byte)0, (byte)0) : ((byte)0, (byte)0, (byte)0)));
        var image = folder.Make("--images", folder.Root, "--resize", "4", "--crop", "4")["image"].Span<float>();
        Assert.Equal([1 / 8f, 0, 0, 0], image[..4].ToArray(), (a, b) => Math.Abs(a - b) < 1e-6);
        Assert.Equal([1, 3, 4, 4], folder.Make("--images", folder.Root, "--resize", "4x4", "--force")["image"].Shape);
    }

    [Fact]
    public void JpegsAreRead()
    {
        using var folder = DataFolder.OfImages(1, 3, 16, 16);
        folder.Write("a.jpg", Convert.FromBase64String(Jpeg));
        folder.Write("b.JPEG", Convert.FromBase64String(Jpeg));
        var image = folder.Make("--images", folder.Root)["image"];
        Assert.Equal([2, 3, 16, 16], image.Shape);
        foreach (var (x, colour) in new[] { (2, new[] { 200, 40, 90 }), (13, [10, 220, 130]) })
        {
            Assert.All(colour.Index(), c => Assert.InRange(
                image.Span<float>()[(c.Index * 256) + (4 * 16) + x] * 255, c.Item - 6, c.Item + 6));
        }
    }

    /// <summary>Names count in their order, numbers are themselves; samples of classes are mixed, and some may be left.</summary>
    [Fact]
    public void SubFoldersAreClasses()
    {
        using var folder = DataFolder.OfImages("batch", 3, 2, 3);
        foreach (string name in new[] { "cat/1.png", "cat/deep/2.png", "ant/3.png", "bee/4.png" })
        {
            folder.Write(name, s_small);
        }

        var all = folder.Make("--images", folder.Root);
        Assert.Equal([0, 1, 2, 2], all["labels"].Span<long>().ToArray().Order());
        Assert.Equal([4], all["labels"].Shape);
        Assert.Equal([2, 3, 2, 3], folder.Make("--images", folder.Root, "--samples", "2", "--force", "--no-labels")["image"].Shape);

        using var numbers = DataFolder.OfImages("batch", 3, 2, 3);
        numbers.Write("10/a.png", s_small);
        numbers.Write("2/b.png", s_small);
        Assert.Equal([2, 10], numbers.Make("--images", numbers.Root)["labels"].Span<long>().ToArray().Order());
    }

    [Fact]
    public void TheSameFolderGivesTheSameBytes()
    {
        using var folder = DataFolder.OfImages("batch", 3, 2, 3);
        folder.Write("x/a.png", s_small);
        folder.Write("y/b.png", s_small);
        folder.Make("--images", folder.Root);
        byte[] first = File.ReadAllBytes(folder.Output);
        folder.Make("--images", folder.Root, "--force");
        Assert.Equal(first, File.ReadAllBytes(folder.Output));
    }

    [Theory]
    [InlineData("MXP1113", "a.png' cannot become a sample: it is a PNG without an end", "cut")]
    [InlineData("MXP1113", "a.png' cannot become a sample: it is a PNG with a wrong checksum", "flipped")]
    [InlineData("MXP1113", "a.png' cannot become a sample: it is neither PNG nor JPEG nor BMP", "text")]
    [InlineData("MXP1113", "a.png' cannot become a sample: it is empty", "empty")]
    [InlineData("MXP1113", "it is a JPEG with a segment that leaves it", "jpeg")]
    [InlineData("MXP1113", "has 3 × 2 pixels, and the model takes 4 × 2: --resize and --crop bring all to one size", "size")]
    [InlineData("MXP1114", "gives no images: expected are files that end in .png, .jpg, .jpeg, .bmp", "none")]
    [InlineData("MXP1114", "some lie in the folder and some in sub-folders", "mixed")]
    public void WhatIsNoSampleIsOneError(string code, string words, string what)
    {
        using var folder = DataFolder.OfImages("batch", 3, 2, what == "size" ? 4 : 3);
        byte[] flipped = [.. s_small];
        flipped[45] ^= 4;
        byte[]? content = what switch
        {
            "cut" => s_small[..^20], "flipped" => flipped, "text" => "no picture at all, but some text"u8.ToArray(), "empty" => [],
            "jpeg" => Convert.FromBase64String(Jpeg)[..400], "none" => null, _ => s_small,
        };
        if (content is not null)
        {
            folder.Write("a.png", content);
        }

        if (what == "mixed")
        {
            folder.Write("class/b.png", s_small);
        }

        string line = folder.Fail("--images", folder.Root);
        Assert.Contains($"error {code}: ", line, StringComparison.Ordinal);
        Assert.Contains(words, line, StringComparison.Ordinal);
    }

    /// <summary>The library behind works on memory of its own: whatever a file holds, it gives a picture or one error.</summary>
    [Theory]
    [InlineData("jpeg")]
    [InlineData("bmp")]
    public void DamagedPicturesEndInAPictureOrAnError(string kind)
    {
        using var folder = DataFolder.OfImages("batch", 3, 2, 3);
        byte[] whole = kind == "jpeg" ? Convert.FromBase64String(Jpeg) : DataFolder.Bitmap(5, 4);
        var random = new Random(7);
        int refused = 0;
        for (int i = 0; i < 500; i++)
        {
            byte[] damaged = [.. whole];
            for (int change = random.Next(1, 6); change > 0; change--)
            {
                damaged[random.Next(2, damaged.Length)] = (byte)random.Next(256);
            }

            try
            {
                var picture = ImageFile.Read(folder.Write("a", damaged), isTurned: true);
                Assert.Equal(picture.Width * picture.Height * Picture.Channels, picture.Pixels.Length);
            }
            catch (MixPrecException refusal)
            {
                Assert.Equal("MXP1113", refusal.Description.Id);
                refused++;
            }
        }

        Assert.InRange(refused, 50, 499);
    }

    [Fact]
    public void BitmapsAreRead()
    {
        using var folder = DataFolder.OfImages(1, 3, 4, 5);
        folder.Write("a.bmp", DataFolder.Bitmap(5, 4));

        // Rows stand from the bottom, blue first; red is 10 x, green 20 y, blue 7.
        var image = folder.Make("--images", folder.Root, "--scale", "255")["image"];
        Assert.Equal([0, 10, 20, 30, 40], image.Span<float>()[..5].ToArray());
        Assert.Equal([20, 20], image.Span<float>().Slice(25, 2).ToArray());
        Assert.Equal(7, image.Span<float>()[^1]);
    }

    [Fact]
    public void SizesOfAnOpenInputHaveToAgree()
    {
        using var folder = DataFolder.OfImages("batch", 3, "height", "width");
        folder.Write("a.png", s_small);
        folder.Write("b.png", DataFolder.Png(2, 2, (_, _) => (0, 0, 0)));
        Assert.Contains("and others have ", folder.Fail("--images", folder.Root), StringComparison.Ordinal);
        Assert.Equal([2, 3, 5, 5], folder.Make("--images", folder.Root, "--resize", "5x5")["image"].Shape);
    }

    [Theory]
    [InlineData("MXP1002", "--mean=\"1,2\" is not valid: expected one number, or one for each of 3 channels", "--mean", "1,2")]
    [InlineData("MXP1002", "expected finite numbers, deviations above 0", "--deviation", "0")]
    [InlineData("MXP1002", "expected numbers separated by commas", "--mean", "a")]
    [InlineData("MXP1002", "--scale=\"NaN\" is not valid: expected a number from 1E-06 to 1000000", "--scale", "NaN")]
    [InlineData("MXP1002", "--scale=\"0\" is not valid", "--scale", "0")]
    [InlineData("MXP1002", "expected finite numbers", "--mean", "1e39")]
    [InlineData("MXP1002", "expected one number of pixels or two as 320x240", "--resize", "0x4")]
    [InlineData("MXP1002", "--samples=\"0\" is not valid: expected a whole number from 1 to 100000", "--samples", "0")]
    [InlineData("MXP1119", "The model has no input 'picture', it has image.", "--input", "picture")]
    [InlineData("MXP1119", "did you mean 'image'?", "--input", "imgae")]
    [InlineData("MXP1113", "fewer than --crop 5x5 keeps", "--crop", "5")]
    public void OptionsThatDoNotFitAreOneError(string code, string words, params string[] arguments)
    {
        using var folder = DataFolder.OfImages("batch", 3, 2, 3);
        folder.Write("a.png", s_small);
        string line = folder.Fail(["--images", folder.Root, .. arguments]);
        Assert.Contains($"error {code}: ", line, StringComparison.Ordinal);
        Assert.Contains(words, line, StringComparison.Ordinal);
    }

    /// <summary>What would change nothing is no option of the command.</summary>
    [Theory]
    [InlineData("--window is for --audio.", "--window", "3")]
    [InlineData("--tokenizer is for --text.", "--tokenizer", "bytes")]
    [InlineData("--sample-rate \"abc\" is not valid: expected a whole number.", "--sample-rate", "abc")]
    [InlineData("--scale \"x\" is not valid: expected a number, such as 0.5.", "--scale", "x")]
    [InlineData("--layout chw is not known: nchw or nhwc.", "--layout", "chw")]
    public void OptionsOfOtherSamplesAreRefused(string words, params string[] arguments)
    {
        using var folder = DataFolder.OfImages("batch", 3, 2, 3);
        folder.Write("a.png", s_small);
        var (exit, text) = folder.Run(["--images", folder.Root, .. arguments]);
        Assert.Equal(WorkerExitCode.Usage, exit);
        Assert.Contains(words, text, StringComparison.Ordinal);
    }

    [Fact]
    public void AnInputOfAnotherShapeTakesNone()
    {
        using var folder = DataFolder.OfImages("batch", 5, 2, 2);
        folder.Write("a.png", s_small);
        Assert.Contains("error MXP1115: No input of the model takes images: its shape or type is another. It has image f32 [batch, 5, 2, 2].",
            folder.Fail("--images", folder.Root), StringComparison.Ordinal);
    }

    [Fact]
    public void LinksDoNotLeadOut()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need rights there");
        using var folder = DataFolder.OfImages("batch", 3, 2, 3);
        folder.Write("a.png", s_small);
        File.CreateSymbolicLink(Path.Combine(folder.Root, "inside.png"), "a.png");
        Assert.Equal([2, 3, 2, 3], folder.Make("--images", folder.Root)["image"].Shape);
        File.CreateSymbolicLink(Path.Combine(folder.Root, "out.png"), folder.Model);
        Assert.Contains("it is a link that leads out of the folder", folder.Fail("--images", folder.Root, "--force"), StringComparison.Ordinal);
        File.Delete(Path.Combine(folder.Root, "out.png"));
        Directory.CreateSymbolicLink(Path.Combine(folder.Root, "up"), "..");
        Assert.Contains("MXP1113", folder.Fail("--images", folder.Root, "--force"), StringComparison.Ordinal);
    }

    [Fact]
    public void WhatIsThereStaysUnlessItMayGo()
    {
        using var folder = DataFolder.OfImages("batch", 3, 2, 3);
        folder.Write("a.png", s_small);
        File.WriteAllText(folder.Output, "mine");
        Assert.Contains("error MXP1118: ", folder.Fail("--images", folder.Root), StringComparison.Ordinal);
        Assert.Equal("mine", File.ReadAllText(folder.Output));
    }

    [Fact]
    public void MoreThanABuildReadsIsRefusedBeforeItIsWritten()
    {
        using var folder = DataFolder.OfImages("batch", 3, "height", "width");
        for (int i = 0; i < 90; i++)
        {
            folder.Write($"{i}.png", s_small);
        }

        string line = folder.Fail("--images", folder.Root, "--resize", "2048x1024");
        Assert.Contains("error MXP1117: 90 samples would be 2160 MiB, and a build reads at most 2048 MiB: take at most --samples 85", line,
            StringComparison.Ordinal);
    }

    private static void Close(float[] expected, Tensor actual, int count = int.MaxValue) =>
        Assert.Equal(expected, actual.Span<float>()[..Math.Min(count, (int)actual.Length)].ToArray(), (a, b) => Math.Abs(a - b) < 1e-6);
}
