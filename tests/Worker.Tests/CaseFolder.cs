using Google.Protobuf;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Onnx.Proto;

namespace MixPrec.Worker.Tests;

/// <summary>Folders in the ONNX test layout, each with a model of one node from <c>x</c> to <c>y</c>, both float [2].</summary>
internal sealed class CaseFolder : IDisposable
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("mixprec-cases");

    public string Path => directory.FullName;

    public string ModelPath(string name) => System.IO.Path.Combine(Path, name, "model.onnx");

    /// <param name="expected">Output of the only data set, whose input is −1, 2; null writes no data set.</param>
    public CaseFolder Add(string name, string operatorName, float[]? expected)
    {
        string folder = directory.CreateSubdirectory(name).FullName;
        var graph = new GraphProto { Name = name };
        graph.Node.Add(new NodeProto { OpType = operatorName, Name = "node", Input = { "x" }, Output = { "y" } });
        graph.Input.Add(Port("x"));
        graph.Output.Add(Port("y"));
        var model = new ModelProto { IrVersion = 8, Graph = graph };
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = 17 });
        File.WriteAllBytes(ModelPath(name), model.ToByteArray());
        if (expected is not null)
        {
            string set = Directory.CreateDirectory(System.IO.Path.Combine(folder, "test_data_set_0")).FullName;
            TensorWriter.Write(System.IO.Path.Combine(set, "input_0.pb"), "x", Tensor.Create([-1f, 2f], 2));
            TensorWriter.Write(System.IO.Path.Combine(set, "output_0.pb"), "y", Tensor.Create(expected, expected.Length));
        }

        return this;
    }

    public void Dispose() => directory.Delete(recursive: true);

    private static ValueInfoProto Port(string name)
    {
        var shape = new TensorShapeProto();
        shape.Dim.Add(new DimensionProto { DimValue = 2 });
        return new ValueInfoProto { Name = name,
            Type = new TypeProto { TensorType = new TensorTypeProto { ElemType = 1, Shape = shape } } };
    }
}
