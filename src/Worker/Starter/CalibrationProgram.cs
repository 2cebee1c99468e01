using System.Globalization;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Onnx;
using MixPrec.Emit;
using MixPrec.Metadata;
using MixPrec.Plan;

namespace MixPrec.Worker.Starter;

/// <summary>
/// A program of one file that writes calibration data for a model: everything but where the samples come from, which its user knows.
/// <c>dotnet run --file FILE</c> runs it; it needs nothing but .NET.
/// </summary>
internal static class CalibrationProgram
{
    private const int Samples = 256;

    /// <param name="inputs">Of the model; the first axis of an array counts samples.</param>
    /// <param name="data">The file to write, relative to the folder that it is run in.</param>
    /// <param name="withLabels">Whether outputs are scores of classes, so that labels make a better loss.</param>
    public static string Create(string model, IReadOnlyList<Value> inputs, string data, bool withLabels)
    {
        ISet<string> taken = Identifiers.NoneTaken();
        taken.UnionWith(["Samples", "Labels", "File", "Archive", "Fill", "Write"]);
        var arrays = inputs.Select(i => (Port: i, Type: TypeOf(i.Type.Element), Length: LengthOf(i),
            Name: Identifiers.Distinct(CSharpIdentifier.FromFileName("array " + i.Name), taken))).ToArray();
        return $$$"""
            // Writes {{{data}}}: samples of the inputs of {{{PrintableName.Format(model)}}}, from which precisions are calibrated.
            // Run it in the folder of the project: dotnet run --file {{{Path.ChangeExtension(data, ".cs")}}}
            // A few hundred samples are enough, prepared exactly as the application prepares its inputs.
            #:property PublishAot=false
            using System.IO.Compression;
            using System.Runtime.InteropServices;
            using System.Text;

            const int Samples = {{{Samples.ToString(CultureInfo.InvariantCulture)}}};
            {{{string.Join("\n", arrays.Select(a => $"var {a.Name} = new {a.Type.Name}[Samples * {a.Length.ToString(CultureInfo.InvariantCulture)}]; // {PrintableName.Format(a.Port.Name)}, each sample [{Shape(a.Port)}]{Open(a.Port)}"))}}}
            {{{(withLabels ? "var labels = new long[Samples]; // the right class of each sample; leave it and its line below out where you have none\n" : "")}}}for (int i = 0; i < Samples; i++)
            {
                {{{string.Join("\n    ", arrays.Select(a => $"Fill(i, {a.Name}.AsSpan(i * {a.Length.ToString(CultureInfo.InvariantCulture)}, {a.Length.ToString(CultureInfo.InvariantCulture)}));"))}}}
            {{{(withLabels ? "    labels[i] = 0;\n" : "")}}}}

            using var file = File.Create({{{Literals.Text(data)}}});
            using var archive = new ZipArchive(file, ZipArchiveMode.Create);
            {{{string.Join("\n", arrays.Select(a => $"Write({Literals.Text(a.Port.Name)}, \"{a.Type.Npy}\", {a.Name}, $\"{{Samples}},{string.Join(',', Sizes(a.Port).Select(s => " " + s))}\");"))}}}
            {{{(withLabels ? "Write(\"labels\", \"<i8\", labels, $\"{Samples},\");\n" : "")}}}
            // Your samples: an image, a window of sound, a row of a table …
            static void Fill<T>(int sample, Span<T> values) => throw new NotImplementedException("Read your sample into 'values' here.");

            // One array of NumPy's format in an .npz archive.
            void Write<T>(string name, string type, T[] values, string shape) where T : unmanaged
            {
                string header = $"{{'descr': '{type}', 'fortran_order': False, 'shape': ({shape}), }}";
                header = header.PadRight(((header.Length + 11 + 63) / 64 * 64) - 11) + "\n";
                using var entry = archive.CreateEntry(name + ".npy").Open();
                entry.Write([0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', 1, 0, (byte)header.Length, (byte)(header.Length >> 8)]);
                entry.Write(Encoding.ASCII.GetBytes(header));
                entry.Write(MemoryMarshal.AsBytes(values.AsSpan()));
            }

            """;
    }

    /// <summary>Of one sample: a first axis that is open or 1 counts samples; other open sizes are 1 until somebody says more.</summary>
    private static IEnumerable<long> Sizes(Value port)
    {
        var shape = port.Type.Shape;
        bool batched = shape.Count > 0 && (!shape[0].IsConstant || shape[0].Value == 1);
        return (batched ? shape.Skip(1) : shape).Select(d => d.IsConstant ? d.Value : 1);
    }

    private static long LengthOf(Value port) => Sizes(port).Aggregate(1L, (product, size) => product * size);

    /// <summary>What the file does not say, and its user has to.</summary>
    private static string Open(Value port) =>
        port.Type.Shape.Skip(1).Any(d => !d.IsConstant) ? "; 1 stands for an open size: put in yours, below and in Write too" : "";

    private static string Shape(Value port) => string.Join(", ", Sizes(port));

    private static (string Name, string Npy) TypeOf(ElementType element) => element switch
    {
        ElementType.I64 => ("long", "<i8"),
        ElementType.I32 => ("int", "<i4"),
        ElementType.U8 => ("byte", "|u1"),
        ElementType.Bool => ("bool", "|b1"),
        _ => ("float", "<f4"),
    };
}
