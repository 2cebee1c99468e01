using System.Buffers;
using Google.Protobuf;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Onnx.Proto;
using MixPrec.Compiler.Onnx.Tabular;
using MixPrec.Diagnostics;

namespace MixPrec.Compiler.Onnx;

/// <summary>
/// Reads an <c>.onnx</c> file into a graph. The file is untrusted: whatever it holds, the result is a graph or one diagnostic.
/// </summary>
internal static class OnnxModelReader
{
    /// <summary>The opsets of the standard domain whose operators are known.</summary>
    public const int OldestOpset = 7, NewestOpset = 25;

    /// <summary>A protobuf message cannot be longer; larger models keep their tensors outside.</summary>
    private const long LargestFile = int.MaxValue;

    /// <exception cref="MixPrecException">MXP1001 (missing), MXP1002 (bindings), MXP3001…MXP3008 (content).</exception>
    public static ImportedModel Read(string path, DimensionBindings dimensions) => Read(path, dimensions, ConstantBindings.None);

    /// <param name="constants">Inputs that the graph shall not have.</param>
    /// <inheritdoc cref="Read(string, DimensionBindings)"/>
    public static ImportedModel Read(string path, DimensionBindings dimensions, ConstantBindings constants)
    {
        var known = new Dictionary<string, Tensor>();
        var model = Parse(Path.GetFullPath(path));
        try
        {
            return Read(path, model, dimensions, constants, known);
        }
        catch (UnknownDataException refusal)
        {
            throw FurtherUnknowns.Named(refusal, dimensions, constants, (d, c) => Read(path, model, d, c, known));
        }
        catch (MixPrecException refusal) when (refusal.Description == DiagnosticCatalog.GraphInvalid && !dimensions.IsNone)
        {
            if (OpenGraph() is { } open && ContradictingSizes.Find(open, dimensions, Path.GetFullPath(path)) is { } contradiction)
            {
                throw contradiction;
            }

            throw;
        }

        Graph? OpenGraph()
        {
            try
            {
                return Read(path, model, DimensionBindings.None, constants, known).Graph;
            }
            catch (MixPrecException)
            {
                return null;
            }
        }
    }

    /// <param name="known">Inputs that are constants besides, by name: shapes may depend on them.</param>
    /// <inheritdoc cref="Read(string, DimensionBindings)"/>
    public static ImportedModel Read(string path, DimensionBindings dimensions, ConstantBindings constants,
        IReadOnlyDictionary<string, Tensor> known) =>
        Read(path, Parse(Path.GetFullPath(path)), dimensions, constants, known);

    /// <param name="path">The file that the model was parsed from: external data lie beside it.</param>
    /// <inheritdoc cref="Read(string, DimensionBindings, ConstantBindings, IReadOnlyDictionary{string, Tensor})"/>
    internal static ImportedModel Read(string path, ModelProto model, DimensionBindings dimensions, ConstantBindings constants,
        IReadOnlyDictionary<string, Tensor> known)
    {
        string modelPath = Path.GetFullPath(path);
        if (model.Graph is null || model.OpsetImport.Count == 0)
        {
            throw NotOnnx(modelPath, model.Graph is null ? "it holds no graph" : "it names no opset");
        }

        // A model of other domains alone need not name the standard one.
        var opsets = new OpsetImports(model.OpsetImport);
        if (opsets[""] != 0 || model.OpsetImport.Any(o => OpsetImports.Normalized(o.Domain).Length == 0))
        {
            OperatorTable.RequireKnown(modelPath, "", opsets[""]);
        }

        var external = new ExternalData(modelPath);
        var graph = RepeatedImport.Run(equations => new(modelPath, model, dimensions, external, known, constants, equations), importer =>
            importer.Import(dimensions));
        return new ImportedModel(graph, [modelPath, .. external.Files], (int)opsets[""]);
    }

    /// <summary>Names of the graph's inputs in the order of the graph's <see cref="Graph.Inputs"/>: without initializers.</summary>
    public static IReadOnlyList<string> InputNames(string path)
    {
        var graph = Parse(path).Graph;
        var initializers = graph.Initializer.Select(i => i.Name).ToHashSet();
        return [.. graph.Input.Select(i => i.Name).Where(name => !initializers.Contains(name))];
    }

    /// <summary>The sizes that the symbolic dimensions of the file have in given inputs, by name.</summary>
    /// <param name="inputs">In the order of <see cref="InputNames"/>.</param>
    public static IReadOnlyDictionary<string, int> DimensionsOf(string path, IReadOnlyList<Tensor> inputs)
    {
        var graph = Parse(path).Graph;
        var initializers = graph.Initializer.Select(i => i.Name).ToHashSet();
        var sizes = new Dictionary<string, int>();
        foreach (var (input, tensor) in graph.Input.Where(i => !initializers.Contains(i.Name)).Zip(inputs))
        {
            foreach (var (dimension, axis) in (input.Type?.TensorType?.Shape?.Dim ?? []).Take(tensor.Rank).Select((d, i) => (d, i)))
            {
                string name = dimension.DimParam.Length > 0 ? dimension.DimParam : SymbolTable.MadeUpName(input.Name, axis);
                sizes.TryAdd(name, checked((int)tensor.Shape[axis]));
            }
        }

        return sizes;
    }

    /// <summary>Version of the standard operators; 0 when the file names none.</summary>
    internal static long OpsetOf(ModelProto model) => new OpsetImports(model.OpsetImport)[""];

    internal static ModelProto Parse(string path)
    {
        InputPath.RequireFile("The model", path, path);
        try
        {
            using var file = MappedFile.Open(path);
            return file.Length > LargestFile ? throw NotOnnx(path, "it is larger than 2 GiB")
                : Parse(path, file.Slice(0, (int)file.Length));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw NotOnnx(path, e.Message.TrimEnd('.'));
        }
    }

    /// <param name="path">Names the file in messages.</param>
    internal static ModelProto Parse(string path, ReadOnlyMemory<byte> content)
    {
        try
        {
            var model = content.IsEmpty ? throw NotOnnx(path, "it is empty")
                : ModelProto.Parser.ParseFrom(new ReadOnlySequence<byte>(content));
            TextOfNumbers.Remove(model.Graph);
            return model;
        }
        catch (InvalidProtocolBufferException e)
        {
            throw NotOnnx(path, $"it is damaged or another format ({e.Message.TrimEnd('.')})");
        }
    }

    private static MixPrecException NotOnnx(string path, string reason) =>
        new(DiagnosticCatalog.NotOnnx, path, Path.GetFileName(path), reason);
}
