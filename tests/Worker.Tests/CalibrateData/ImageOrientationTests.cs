using MixPrec.Worker.Samples;

namespace MixPrec.Worker.Tests.CalibrateData;

/// <summary>Pictures are upright, however the camera was held.</summary>
public sealed class ImageOrientationTests
{
    /// <summary>The eight ways to hold a camera (Exif 3.0, 4.6.5.1.6): where the left upper corner of the scene lies in the file.</summary>
    [Theory]
    [InlineData(1, "ABCD/EFGH")]
    [InlineData(2, "DCBA/HGFE")]
    [InlineData(3, "HGFE/DCBA")]
    [InlineData(4, "EFGH/ABCD")]
    [InlineData(5, "AE/BF/CG/DH")]
    [InlineData(6, "EA/FB/GC/HD")]
    [InlineData(7, "HD/GC/FB/EA")]
    [InlineData(8, "DH/CG/BF/AE")]
    public void APictureIsTurnedAsItsOrientationSays(int orientation, string seen)
    {
        var stored = new Picture(4, 2, [.. "ABCDEFGH".SelectMany(c => new[] { (byte)c, (byte)(c + 32), (byte)0 })]);
        var picture = PictureOrientation.Turned(stored, orientation);
        Assert.Equal(seen, string.Join('/', picture.Pixels.Chunk(3).Select(p => (char)p[0]).Chunk(picture.Width)
            .Select(row => new string(row))));
        Assert.All(picture.Pixels.Chunk(3), p => Assert.Equal(p[0] + 32, p[1]));
    }

    /// <summary>Of both byte orders; a directory that leaves the segment, or another number, is none.</summary>
    [Theory]
    [InlineData("49492A0008000000" + "0100" + "1201" + "0300" + "01000000" + "06000000", true)]
    [InlineData("4D4D002A00000008" + "0002" + "010F" + "0002" + "00000001" + "00000000" + "0112" + "0003" + "00000001" + "00080000", true)]
    [InlineData("49492A0008000000" + "0100" + "1201" + "0300" + "01000000" + "09000000", false)]
    [InlineData("49492A0008000000" + "FFFF" + "0F01" + "0300" + "01000000" + "06000000", false)]
    [InlineData("49492A00F0FFFFFF" + "0100" + "1201" + "0300" + "01000000" + "06000000", false)]
    [InlineData("49492A00", false)]
    public void TheOrientationOfACameraIsApplied(string tiff, bool isTurned)
    {
        byte[] jpeg = Convert.FromBase64String(ImageDataTests.Jpeg), exif = [.. "Exif\0\0"u8, .. Convert.FromHexString(tiff)];
        byte[] file = [.. jpeg[..2], 0xFF, 0xE1, 0, (byte)(exif.Length + 2), .. exif, .. jpeg[2..]];
        using var folder = DataFolder.OfImages(1, 3, 16, 16);
        folder.Write("a.jpg", file);

        // The left half is red, turned by a quarter the upper or the lower one; as stored it is the left one again.
        float[] red = folder.Make("--images", folder.Root)["image"].Span<float>()[..256].ToArray();
        Assert.Equal(isTurned, Math.Abs(red[(2 * 16) + 2] - red[(2 * 16) + 13]) < 0.1);
        float[] stored = folder.Make("--images", folder.Root, "--as-stored", "--force")["image"].Span<float>()[..256].ToArray();
        Assert.True(stored[(2 * 16) + 2] - stored[(2 * 16) + 13] > 0.5);
    }
}
