using System.Globalization;
using Google.Protobuf;
using MixPrec.Compiler;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Onnx.Proto;
using MixPrec.Compiler.Tests.Onnx;
using MixPrec.Fuzz.Mutation;

namespace MixPrec.Fuzz.Targets;

/// <summary>Where a model says that its elements lie: no file outside of its folder is read, whatever it says.</summary>
internal sealed class ExternalDataTarget : IFuzzTarget
{
    private static readonly string[] Pieces =
        ["data.bin", "inner", "/", "\\", "..", ".", "link", "outside.bin", "~", "file:", "/dev/zero", "/etc/passwd", "C:", "\0", " ", "%2e", "*"];

    private readonly string _folder, _model;

    /// <param name="folder">Gets the model's folder, with a file inside, one outside, and links from the one to the other.</param>
    public ExternalDataTarget(string folder)
    {
        _folder = Path.Combine(folder, "external");
        _model = Path.Combine(_folder, "net.onnx");
        Directory.CreateDirectory(Path.Combine(_folder, "inner"));
        foreach (string file in new[] { "data.bin", "inner/data.bin", "../outside.bin" })
        {
            File.WriteAllBytes(Path.Combine(_folder, file), new byte[64]);
        }

        string link = Path.Combine(_folder, "link");
        if (!OperatingSystem.IsWindows() && !Path.Exists(link))
        {
            File.CreateSymbolicLink(link, folder);
        }
    }

    public string Name => "external";

    public string Extension => ".onnx";

    public int Share => 2;

    public byte[] Make(Random random)
    {
        using var model = new TinyModel().Input("x", 2).Node("y = Add x w").Output("y");
        var tensor = new TensorProto { Name = "w", DataType = 1, DataLocation = 1 };
        tensor.Dims.Add(random.Next(4) == 0 ? Interesting.Integer(random) : 2);
        Add("location", random.Next(4) == 0 ? "data.bin"
            : string.Concat(Enumerable.Range(0, random.Next(1, 7)).Select(_ => Pieces[random.Next(Pieces.Length)])));
        foreach (string key in new[] { "offset", "length", "checksum" }.Where(_ => random.Next(3) == 0))
        {
            Add(key, random.Next(4) == 0 ? Interesting.Text(random) : Interesting.Integer(random).ToString(CultureInfo.InvariantCulture));
        }

        model.Proto.Graph.Initializer.Add(tensor);
        return random.Next(10) == 0 ? BytesMutator.Mutate(random, model.Proto.ToByteArray(), 1) : model.Proto.ToByteArray();

        void Add(string key, string value) => tensor.ExternalData.Add(new StringStringEntryProto { Key = key, Value = value });
    }

    public string Read(byte[] input) => Outcome.Of(() =>
    {
        File.WriteAllBytes(_model, input);
        string[] allowed = [_model, Path.Combine(_folder, "data.bin"), Path.Combine(_folder, "inner", "data.bin")];
        string[] read = [.. OnnxModelReader.Read(_model, DimensionBindings.None).Files];
        if (read.Except(allowed).FirstOrDefault() is { } other)
        {
            throw new InvalidOperationException($"{other} was read");
        }
    });

    public string Describe(byte[] input) => ModelBytes.Describe(input);

    public IEnumerable<byte[]> Smaller(byte[] input) => ModelBytes.Smaller(input);
}
