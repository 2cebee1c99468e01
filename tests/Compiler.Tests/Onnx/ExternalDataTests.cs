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
        Weights("data.bin", null, null).Proto.Graph.Initializer[0].ExternalData.Add(new StringStringEntryProto { Key = "offset", Value = "-4" });
        Assert.Contains("no number", Assert.Throws<MixPrecException>(() => _model.Read()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void LinkThatLeavesTheFolder(bool linkedFolder)
    {
        using var elsewhere = new TinyModel();
        File.WriteAllBytes(Path.Combine(elsewhere.Folder, "data.bin"), new byte[8]);
        string link = Path.Combine(_model.Folder, "link");
        _ = linkedFolder ? Directory.CreateSymbolicLink(link, elsewhere.Folder) : File.CreateSymbolicLink(link, Path.Combine(elsewhere.Folder, "data.bin"));
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
    private TinyModel Weights(string location, long? offset, long? length)
    {
        var tensor = new TensorProto { Name = "w", DataType = 1, DataLocation = 1 };
        tensor.Dims.Add(2);
        tensor.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = location });
        foreach (var (key, value) in new[] { ("offset", offset), ("length", length) }.Where(p => p.Item2 is not null))
        {
            tensor.ExternalData.Add(new StringStringEntryProto { Key = key, Value = value!.Value.ToString(CultureInfo.InvariantCulture) });
        }

        _model.Proto.Graph.Initializer.Add(tensor);
        return _model;
    }
}
