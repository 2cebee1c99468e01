using MixPrec.Compiler.Graphs;
using Xunit;

namespace MixPrec.Compiler.Tests.Graphs;

public sealed class MappedFileTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    [Fact]
    public void SlicesAreTheBytesOfTheFile()
    {
        byte[] content = [.. Enumerable.Range(0, 10_000).Select(i => (byte)(i * 7))];
        File.WriteAllBytes(_path, content);
        using var file = MappedFile.Open(_path);
        Assert.Equal(content.Length, file.Length);
        Assert.Equal(content, file.Slice(0, content.Length).ToArray());
        Assert.Equal(content[4097..5000], file.Slice(4097, 903).ToArray());
        Assert.Equal(0, file.Slice(content.Length, 0).Length);
        Assert.Equal(content[4100], file.Slice(4097, 903)[3..].Span[0]);
    }

    [Theory]
    [InlineData(-1, 2)]
    [InlineData(0, 11)]
    [InlineData(10, 1)]
    [InlineData(long.MaxValue, int.MaxValue)]
    [InlineData(0, -1)]
    public void NothingOutsideIsReached(long offset, int length)
    {
        File.WriteAllBytes(_path, new byte[10]);
        using var file = MappedFile.Open(_path);
        Assert.Throws<ArgumentOutOfRangeException>(() => file.Slice(offset, length));
    }

    [Fact]
    public void EmptyFile()
    {
        File.WriteAllBytes(_path, []);
        using var file = MappedFile.Open(_path);
        Assert.Equal(0, file.Length);
        Assert.True(file.Slice(0, 0).IsEmpty);
        Assert.Throws<ArgumentOutOfRangeException>(() => file.Slice(0, 1));
    }

    public void Dispose() => File.Delete(_path);
}
