using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Onnx;

namespace MixPrec.Worker.Verify;

/// <summary>
/// The import of a case. Inputs and dimensions that shapes or branches depend on are bound to what the data set has, but only where the
/// import is refused without them: in a class they have to be constants.
/// </summary>
/// <param name="Bound">Names of the bound inputs and dimensions.</param>
internal sealed record BoundImport(Graph Graph, IReadOnlyList<string> Bound)
{
    /// <exception cref="Compiler.MixPrecException">The model is refused.</exception>
    public static BoundImport Read(string modelPath, OnnxTestSet set)
    {
        var known = new Dictionary<string, Tensor>();
        var sizes = new SortedDictionary<string, int>(StringComparer.Ordinal);
        IReadOnlyList<string>? inputs = null;
        while (true)
        {
            try
            {
                return new(OnnxModelReader.Read(modelPath, DimensionBindings.FromSizes(sizes), ConstantBindings.None, known).Graph,
                    [.. known.Keys, .. sizes.Keys]);
            }
            catch (UnknownDataException unknown)
            {
                inputs ??= OnnxModelReader.InputNames(modelPath);
                string[] added = [.. unknown.Needed.Inputs.Where(name => !known.ContainsKey(name) && inputs.Contains(name))];
                var dimensions = OnnxModelReader.DimensionsOf(modelPath, set.Inputs)
                    .Where(d => unknown.Needed.Dimensions.Contains(d.Key) && !sizes.ContainsKey(d.Key)).ToArray();
                if (added.Length + dimensions.Length == 0)
                {
                    throw;
                }

                foreach (var (name, size) in dimensions)
                {
                    sizes[name] = size;
                }

                foreach (string name in added)
                {
                    known[name] = set.Inputs[inputs.ToList().IndexOf(name)];
                }
            }
        }
    }
}
