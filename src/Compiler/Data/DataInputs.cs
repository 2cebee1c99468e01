using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Options;

namespace MixPrec.Compiler.Data;

/// <summary>Which inputs of the model file samples are read for.</summary>
/// <param name="InFile">Every input of the file, in its order: folders of test data number them.</param>
/// <param name="Constants">Those that the user made constants; data may hold them and they are not read.</param>
/// <param name="Made">Those that the build makes from the others where the data hold none of them.</param>
internal sealed record DataInputs(IReadOnlyList<string> InFile, IReadOnlyCollection<string> Constants, IReadOnlyCollection<string> Made)
{
    /// <summary>The inputs of a graph that has all inputs of its file.</summary>
    public static DataInputs AllOf(Graph graph) => new([.. graph.Inputs.Select(i => i.Name)], [], []);

    /// <summary>The inputs of a model as it is built: without its constants, the past of a cache made where it is missing.</summary>
    public static DataInputs FromOptions(CompilerOptions options, Graph graph) => new(
        options.Constants.IsNone ? [.. graph.Inputs.Select(i => i.Name)] : OnnxModelReader.InputNames(options.Model),
        options.Constants.Names,
        options.Cache.IsNone || options.Cache.IsAuto ? [] : [.. options.Cache.PairsOf(graph, options.Model).Select(p => p.Past.Name)]);
}
