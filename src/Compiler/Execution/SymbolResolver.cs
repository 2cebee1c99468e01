using MixPrec.Compiler.Graphs;
using MixPrec.Plan;

namespace MixPrec.Compiler.Execution;

/// <summary>Finds the run-time dimensions that give the inputs the shapes they have.</summary>
internal static class SymbolResolver
{
    /// <returns>A value for each dimension of the plan.</returns>
    /// <exception cref="ArgumentException">Number, type or shape of the inputs does not fit the model.</exception>
    /// <param name="known">Sizes that need not be found.</param>
    public static IReadOnlyDictionary<string, long> Resolve(ModelPlan plan, IReadOnlyList<Tensor> inputs,
        IReadOnlyDictionary<string, long>? known = null)
    {
        PlanPort[] ports = [.. plan.Ports.Where(p => !p.IsOutput)];
        if (inputs.Count != ports.Length)
        {
            throw new ArgumentException($"the model has {ports.Length} inputs, {inputs.Count} tensors were given");
        }

        var pairs = ports.Zip(inputs).ToArray();
        var symbols = DimensionValues.Solve(pairs.Where(p => p.First.Shape.Count == p.Second.Rank)
            .SelectMany(p => p.First.Shape.Zip(p.Second.Shape)), known);
        if (plan.Dimensions.FirstOrDefault(s => !symbols.ContainsKey(s.Identifier)) is { } missing)
        {
            throw new ArgumentException($"no input gives the dimension '{missing.Name}'");
        }

        foreach (var (port, input) in pairs)
        {
            // Runtimes take any tensor of one element where a model declares a scalar, and data sets hold such.
            bool fits = port.Shape.Count == 0 ? input.Length == 1 : port.Shape.Select(d => d.Evaluate(symbols)).SequenceEqual(input.Shape);
            if (port.Type != input.Type || !fits)
            {
                throw new ArgumentException($"input '{port.Name}' is {port.Type}[{string.Join(", ", port.Shape)}], "
                    + $"the tensor {input.Type}[{string.Join(", ", input.Shape)}]");
            }
        }

        return symbols;
    }
}
