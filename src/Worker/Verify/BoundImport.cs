using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Onnx;

namespace MixPrec.Worker.Verify;

/// <summary>
/// The import of a case. Inputs that shapes depend on (axes, sizes, scales) are bound to the values of the data set, but only where the
/// import is refused without them: in a class they have to be constants.
/// </summary>
/// <param name="Bound">Names of the bound inputs.</param>
internal sealed record BoundImport(Graph Graph, IReadOnlyList<string> Bound)
{
    /// <exception cref="Compiler.MixPrecException">The model is refused.</exception>
    public static BoundImport Read(string modelPath, OnnxTestSet set)
    {
        var known = new Dictionary<string, Tensor>();
        IReadOnlyList<string>? inputs = null;
        while (true)
        {
            try
            {
                return new(OnnxModelReader.Read(modelPath, DimensionBindings.None, known).Graph, [.. known.Keys]);
            }
            catch (UnknownDataException unknown)
            {
                inputs ??= OnnxModelReader.InputNames(modelPath);
                string[] added = [.. unknown.Inputs.Where(name => !known.ContainsKey(name) && inputs.Contains(name))];
                if (added.Length == 0)
                {
                    throw;
                }

                foreach (string name in added)
                {
                    known[name] = set.Inputs[inputs.ToList().IndexOf(name)];
                }
            }
        }
    }
}
