using Google.Protobuf;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Onnx.Proto;
using MixPrec.Fuzz.Targets;

namespace MixPrec.Fuzz.Names;

/// <summary>
/// Models with hostile text in the place of every name, file name included: all that is printed for one has the shape that it has for the
/// same model with harmless names. The shape is what an independent reader of the language sees: Roslyn, a browser's parser, a reader of
/// Markdown, one of JSON.
/// </summary>
internal sealed class NamesTarget(IReadOnlyList<ModelProto> seeds, string folder) : IFuzzTarget
{
    public const string TargetName = "names", Same = "same shape", BothRefused = "refused alike";

    private readonly string _hostile = Directory.CreateDirectory(Path.Combine(folder, "hostile")).FullName;
    private readonly string _harmless = Directory.CreateDirectory(Path.Combine(folder, "harmless")).FullName;

    public string Name => TargetName;

    public string Extension => ".onnx";

    public int Share => 1;

    public byte[] Make(Random random)
    {
        var model = new ModelNames(_ => HostileText.Make(random)).Rename(Named(random));
        model.ProducerName = HostileText.FileName(random);
        byte[] bytes = model.ToByteArray();
        if (random.Next(50) == 0)
        {
            HostileText.SplitPairs(bytes);
        }

        return bytes;
    }

    /// <summary>The model whose producer is the name of its file.</summary>
    public string Read(byte[] input)
    {
        if (ModelBytes.Parse(input) is not { } model)
        {
            return Outcome.Of(() => OnnxModelReader.Parse("model.onnx", input));
        }

        var twin = Harmless(model, input);
        Printed[] hostile = [.. Print(_hostile, model.ProducerName, input)];
        Printed[] harmless = [.. Print(_harmless, "model.onnx", twin.ToByteArray())];
        if (hostile.Length != harmless.Length)
        {
            throw new ShapeException("what is refused", $"{hostile[0].Text}\n{harmless[0].Text}");
        }

        foreach (var (printed, other) in hostile.Zip(harmless))
        {
            Compare(printed, other);
        }

        return hostile.Length == 1 ? BothRefused : Same;
    }

    public string Describe(byte[] input) => ModelBytes.Describe(input);

    public IEnumerable<byte[]> Smaller(byte[] input) => [];

    /// <summary>
    /// The same model with names n0, n1, …; of sizes the identifiers that they have anyway, so that sums of them stay in their order.
    /// </summary>
    private ModelProto Harmless(ModelProto model, byte[] input)
    {
        IReadOnlyDictionary<string, string> sizes = new Dictionary<string, string>();
        Outcome.Of(() => sizes = OnnxModelReader.Read(Path.Combine(_hostile, "model.onnx"), OnnxModelReader.Parse("model.onnx", input),
            DimensionBindings.Parse(""), ConstantBindings.None, new Dictionary<string, Tensor>()).Graph.Symbols
            .DistinctBy(s => s.Name).ToDictionary(s => s.Name, s => s.Identifier));
        int count = 0;
        return new ModelNames(name => sizes.GetValueOrDefault(name) ?? $"n{count++}").Rename(model);
    }

    private static void Compare(Printed printed, Printed harmless)
    {
        string[] shape = [.. printed.Shape(printed.Text)], expected = [.. harmless.Shape(harmless.Text)];
        int same = shape.Zip(expected).TakeWhile(p => p.First == p.Second).Count();
        if (same < Math.Max(shape.Length, expected.Length))
        {
            throw new ShapeException(printed.What, $"part {same} of {expected.Length} is {shape.ElementAtOrDefault(same)} and not "
                + $"{expected.ElementAtOrDefault(same)}\n{printed.Text}\n=====\n{harmless.Text}");
        }

        int[] unseen = [.. printed.Unseen];
        if (unseen.Length > 0)
        {
            throw new ShapeException(printed.What + ", a character that is not seen", $"U+{unseen[0]:X4}\n{printed.Text}");
        }

        if (printed.Commands.Except(harmless.Commands).FirstOrDefault() is { } command)
        {
            throw new ShapeException(printed.What + ", a command of a build server", command);
        }
    }

    private ModelProto Named(Random random)
    {
        var model = seeds[random.Next(seeds.Count)].Clone();
        model.ProducerVersion = "version";
        model.MetadataProps.Add(new StringStringEntryProto { Key = "key", Value = "value" });
        if (random.Next(20) == 0)
        {
            model.Graph.Node[random.Next(model.Graph.Node.Count)].OpType = "Unknown";
        }

        return model;
    }

    private static IEnumerable<Printed> Print(string folder, string file, byte[] model)
    {
        string path = Path.Combine(folder, file);
        File.WriteAllBytes(path, model);
        try
        {
            foreach (var printed in ModelTexts.Of(path))
            {
                yield return printed;
            }
        }
        finally
        {
            File.Delete(path);
        }
    }
}

/// <summary>A name has changed what a text is made of.</summary>
internal sealed class ShapeException(string place, string difference) : Exception($"{place}: {difference}")
{
    public string Place => place;
}
