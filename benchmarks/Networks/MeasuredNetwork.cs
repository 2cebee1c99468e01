using System.Globalization;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Options;
using MixPrec.Compiler.Rewrites;
using MixPrec.Plan;

namespace MixPrec.Benchmarks.Networks;

/// <summary>A network of the command line, with made-up inputs.</summary>
/// <param name="Name">Of the tables.</param>
/// <param name="Path">The ONNX file.</param>
/// <param name="Imported">As the file has it.</param>
/// <param name="Graph">Rewritten.</param>
/// <param name="Inputs">In the order of the inputs.</param>
internal sealed record MeasuredNetwork(string Name, string Path, Graph Imported, Graph Graph, Tensor[] Inputs)
{
    private const string MadeUp = "mobilenetv2";

    /// <param name="model">An ONNX file, or <c>mobilenetv2</c>; <c>FILE@128</c> sets its open dimensions but the first to 128.</param>
    /// <param name="place">A folder for what is made up, or the file that was made there.</param>
    public static MeasuredNetwork Open(string model, string place)
    {
        string[] parts = model.Split('@');
        string path = parts[0] != MadeUp ? parts[0] : File.Exists(place) ? place : MobileNetV2.Write(place);
        long open = parts.Length > 1 ? long.Parse(parts[1], CultureInfo.InvariantCulture) : 1;
        var imported = OnnxModelReader.Read(path, DimensionBindings.None).Graph;
        var sizes = imported.Symbols.Index().ToDictionary(s => s.Item.Identifier, s => s.Index == 0 ? 1 : open);
        string file = System.IO.Path.GetFileNameWithoutExtension(path);
        string name = parts[0] == MadeUp ? MadeUp
            : file == "model" ? System.IO.Path.GetFileName(System.IO.Path.GetDirectoryName(path)!) : file;
        return new(parts.Length > 1 ? $"{name} at {open}" : name, path, imported, GraphRewrites.Apply(imported),
            [.. imported.Inputs.Select(i => Input(i.Type, sizes))]);
    }

    /// <summary>Normal numbers; integers are 1, which is a token, a type of tokens and a mask that shows all.</summary>
    private static Tensor Input(TensorType type, IReadOnlyDictionary<string, long> sizes)
    {
        var tensor = Tensor.Zeros(type.Element, type.ShapeAt(sizes));
        var random = new Random(1);
        switch (type.Element)
        {
            case ElementType.F32:
                foreach (ref float x in tensor.Writable<float>())
                {
                    x = (float)Normal(random);
                }

                break;
            case ElementType.I64:
                tensor.Writable<long>().Fill(1);
                break;
            default:
                throw new NotSupportedException($"{type.Element} is no input of these networks");
        }

        return tensor;
    }

    internal static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
