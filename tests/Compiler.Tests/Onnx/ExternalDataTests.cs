using System.Globalization;
using System.Runtime.InteropServices;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Onnx.Proto;
using Xunit;

namespace MixPrec.Compiler.Tests.Onnx;

public sealed class ExternalDataTests : IDisposable
{
    private readonly TinyModel _model = new TinyModel().Input("x", 2).Node("y = Add x w").Output("y");

    [Theory]
    [InlineData(0L, null)]
    [InlineData(4L, 8L)]
    [InlineData(null, 8L)]
    public void ElementsAreReadAtTheOffset(long? offset, long? length)
    {
        float[] elements = [1, 2, 3];
        File.WriteAllBytes(Path.Combine(_model.Folder, "data.bin"), MemoryMarshal.AsBytes<float>(elements).ToArray());
        var read = Weights("data.bin", offset, length).Read();
        int first = (int)(offset ?? 0) / 4;
        Assert.Equal(elements[first..(first + 2)], read.Graph.Nodes[0].Input(1).Constant!.Span<float>().ToArray());
        Assert.Equal([_model.FilePath, Path.Combine(_model.Folder, "data.bin")], read.Files);
    }

    [Fact]
    public void ElementsStayInTheFile()
    {
        File.WriteAllBytes(Path.Combine(_model.Folder, "data.bin"), new byte[8]);
        var constant = Weights("data.bin", null, null).Read().Graph.Nodes[0].Input(1).Constant!;
        Assert.Throws<InvalidOperationException>(() => constant.Writable<float>());
        using var handle = constant.Pin();
        Assert.Equal(0, constant.Span<float>()[1]);
        using (var file = File.OpenHandle(Path.Combine(_model.Folder, "data.bin"), FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            RandomAccess.Write(file, BitConverter.GetBytes(5f), 4);
        }

        Assert.Equal(5, constant.Span<float>()[1]);
    }

    [Fact]
    public void TensorBeyond2GiB()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the file has to be sparse");
        const long Offset = (1L << 32) + 4096;
        using (var file = File.OpenHandle(Path.Combine(_model.Folder, "data.bin"), FileMode.CreateNew, FileAccess.Write))
        {
            RandomAccess.Write(file, MemoryMarshal.AsBytes<float>([3, 4]), Offset);
        }

        Assert.Equal([3, 4f], Weights("data.bin", Offset, 8).Read().Graph.Nodes[0].Input(1).Constant!.Span<float>().ToArray());
    }

    [Fact]
    public void EmptyFileHoldsEmptyTensors()
    {
        File.WriteAllBytes(Path.Combine(_model.Folder, "data.bin"), []);
        Refused("data.bin", 0, null, "ends before byte 8");
        using var model = new TinyModel().Input("x", 0).Node("y = Add x w").Output("y");
        File.WriteAllBytes(Path.Combine(model.Folder, "data.bin"), []);
        Assert.Equal(0, Weights(model, 0, "data.bin", null, null).Read().Graph.Nodes[0].Input(1).Constant!.Length);
    }

    [Theory]
    [InlineData("absent.bin", "does not exist")]
    [InlineData("../data.bin", "no path inside")]
    [InlineData("inner/../../data.bin", "no path inside")]
    [InlineData("..\\data.bin", "no path inside")]
    [InlineData("/etc/hostname", "no path inside")]
    [InlineData("C:\\data.bin", "no path inside")]
    [InlineData("", "no path inside")]
    public void LocationOutsideOrMissing(string location, string reason) => Refused(location, null, null, reason);

    [Theory]
    [InlineData(8L, null, "ends before")]
    [InlineData(long.MaxValue, null, "ends before")]
    [InlineData(0L, 4L, "has length 4")]
    [InlineData(0L, long.MaxValue, "has length")]
    public void RangeOutsideTheFile(long? offset, long? length, string reason)
    {
        File.WriteAllBytes(Path.Combine(_model.Folder, "data.bin"), new byte[12]);
        Refused("data.bin", offset, length, reason);
    }

    [Fact]
    public void OffsetThatIsNoNumber()
    {
        File.WriteAllBytes(Path.Combine(_model.Folder, "data.bin"), new byte[12]);
        Weights("data.bin", null,
            null).Proto.Graph.Initializer[0].ExternalData.Add(new StringStringEntryProto { Key = "offset", Value = "-4" });
        Assert.Contains("no number", Assert.Throws<MixPrecException>(() => _model.Read()).Message, StringComparison.Ordinal);
    }

    /// <summary>
    /// The standard's checksum is the SHA-1 of the file; the reference's answer for "abcdefgh" is FIPS 180's algorithm run by another
    /// program.
    /// </summary>
    [Theory]
    [InlineData("425af12a0743502b322e93a015bcf868e324d56a", true)]
    [InlineData("425AF12A0743502B322E93A015BCF868E324D56A", true)]
    [InlineData("425af12a0743502b322e93a015bcf868e324d56b", false)]
    [InlineData("crc32:7", true)]
    public void TheChecksumOfTheFileIsChecked(string checksum, bool fits)
    {
        File.WriteAllText(Path.Combine(_model.Folder, "data.bin"), "abcdefgh");
        Weights("data.bin", null,
            null).Proto.Graph.Initializer[0].ExternalData.Add(new StringStringEntryProto { Key = "checksum", Value = checksum });
        if (fits)
        {
            Assert.Equal(2, _model.Read().Graph.Nodes[0].Input(1).Constant!.Length);
            return;
        }

        var error = Assert.Throws<MixPrecException>(() => _model.Read());
        Assert.Equal("MXP3003", error.Description.Id);
        Assert.Contains("has the SHA-1 425af12a… where the model states 425af12a…", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void LinkThatLeavesTheFolder(bool linkedFolder)
    {
        using var elsewhere = new TinyModel();
        File.WriteAllBytes(Path.Combine(elsewhere.Folder, "data.bin"), new byte[8]);
        string link = Path.Combine(_model.Folder, "link");
        _ = linkedFolder ? Directory.CreateSymbolicLink(link, elsewhere.Folder)
            : File.CreateSymbolicLink(link, Path.Combine(elsewhere.Folder, "data.bin"));
        Refused(linkedFolder ? "link/data.bin" : "link", null, null, "leaves the model's folder");
    }

    public void Dispose() => _model.Dispose();

    private void Refused(string location, long? offset, long? length, string reason)
    {
        var exception = Assert.Throws<MixPrecException>(() => Weights(location, offset, length).Read());
        Assert.Equal("MXP3003", exception.Description.Id);
        Assert.Contains(reason, exception.Message, StringComparison.Ordinal);
        Assert.Contains("'w'", exception.Message, StringComparison.Ordinal);
    }

    /// <summary>Gives the model two float weights in an external file.</summary>
    private TinyModel Weights(string location, long? offset, long? length) => Weights(_model, 2, location, offset, length);

    private static TinyModel Weights(TinyModel model, long count, string location, long? offset, long? length)
    {
        var tensor = new TensorProto { Name = "w", DataType = 1, DataLocation = 1 };
        tensor.Dims.Add(count);
        tensor.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = location });
        foreach (var (key, value) in new[] { ("offset", offset), ("length", length) }.Where(p => p.Item2 is not null))
        {
            tensor.ExternalData.Add(new StringStringEntryProto { Key = key, Value = value!.Value.ToString(CultureInfo.InvariantCulture) });
        }

        model.Proto.Graph.Initializer.Add(tensor);
        return model;
    }
}
