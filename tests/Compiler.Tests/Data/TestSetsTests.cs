using Google.Protobuf;
using MixPrec.Compiler.Data;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Tests.Onnx;
using Xunit;

namespace MixPrec.Compiler.Tests.Data;

public sealed class TestSetsTests : IDisposable
{
    private readonly TinyModel _model = new TinyModel().Input("x", "batch", 3).Input("s").Node("y = Mul x s").Output("y");

    public void Dispose() => _model.Dispose();

    [Fact]
    public void EverySetIsASample()
    {
        for (int set = 0; set < 11; set++)
        {
            Write(set, Tensor.Create([set, set + 0.5f, -set, 1, 2, 3], 2, 3), Tensor.Create([(float)set]));
        }

        var samples = SampleSetReader.Read(_model.Folder, _model.Graph(), null);
        Assert.Equal((11, 22), (samples.Count, samples.Files.Count));
        Assert.Equal([11L, 2, 3], samples.Inputs["x"].Shape);
        Assert.Equal(Enumerable.Range(0, 11).Select(set => (float)set), samples.Inputs["s"].Span<float>().ToArray());
        Assert.Equal([10, 10.5f, -10, 1, 2, 3], samples.Inputs["x"].Span<float>()[60..].ToArray());
    }

    [Fact]
    public void SetsOfOtherShapesAreRefused()
    {
        Write(0, Tensor.Create([1, 2, 3f], 1, 3), Tensor.Create([1f]));
        Write(1, Tensor.Create(new float[6], 2, 3), Tensor.Create([1f]));
        Assert.Contains("test_data_set_1", Refused("MXP1007"), StringComparison.Ordinal);
    }

    [Fact]
    public void AMissingInput()
    {
        Write(0, Tensor.Create([1, 2, 3f], 1, 3));
        Assert.Contains("1 inputs", Refused("MXP1007"), StringComparison.Ordinal);
    }

    [Fact]
    public void ADamagedFile()
    {
        Write(0, Tensor.Create([1, 2, 3f], 1, 3), Tensor.Create([1f]));
        File.WriteAllBytes(Path.Combine(_model.Folder, "test_data_set_0", "input_1.pb"), [0xff, 0xff, 3]);
        Assert.Contains("input_1.pb", Refused("MXP3002"), StringComparison.Ordinal);
    }

    private string Refused(string code)
    {
        var error = Assert.Throws<MixPrecException>(() => SampleSetReader.Read(_model.Folder, _model.Graph(), null));
        Assert.Equal(code, error.Description.Id);
        return error.Message;
    }

    private void Write(int set, params Tensor[] inputs)
    {
        string folder = Directory.CreateDirectory(Path.Combine(_model.Folder, $"test_data_set_{set}")).FullName;
        for (int i = 0; i < inputs.Length; i++)
        {
            File.WriteAllBytes(Path.Combine(folder, $"input_{i}.pb"), TensorWriter.ToProto("", inputs[i]).ToByteArray());
        }
    }
}
