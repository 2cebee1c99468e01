using System.Globalization;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Onnx;
using MixPrec.Diagnostics;
using MixPrec.Plan;

namespace MixPrec.Compiler.Data;

/// <summary>Arrays that share a dimension of the model have one size along it.</summary>
internal static class SizeAgreement
{
    /// <summary>All contradictions at once: whoever mends one of them alone comes back with the next.</summary>
    /// <param name="arrays">Inputs with the shape of one run; negative where a size says nothing.</param>
    /// <exception cref="MixPrecException">MXP1012: arrays give one dimension several sizes.</exception>
    public static void Require(string path, Graph graph, IEnumerable<(Value Input, IReadOnlyList<long> Shape)> arrays)
    {
        var given = arrays.SelectMany(a =>
            a.Input.Shape.Zip(a.Shape, (dimension, size) => (a.Input.Name, Dimension: dimension, Size: size)))
            .Where(g => g.Size >= 0 && g.Dimension.Symbols.Take(2).ToArray() is [var symbol] && g.Dimension == IntExpr.Symbol(symbol))
                .ToArray();
        string[] contradictions = [.. given.GroupBy(g => g.Dimension.Symbols.First())
            .Where(g => g.Select(s => s.Size).Distinct().Skip(1).Any())
            .Select(g => $"'{NameOf(graph, g.Key)}' is " + string.Join(" and ", g.DistinctBy(s => s.Size)
                .Select(s => string.Create(CultureInfo.InvariantCulture, $"{s.Size} in '{PrintableName.Format(s.Name)}'"))))];
        if (contradictions.Length > 0)
        {
            throw new MixPrecException(DiagnosticCatalog.SizesContradict, path, path, string.Join("; ", contradictions));
        }
    }

    private static string NameOf(Graph graph, string identifier) =>
        PrintableName.Format(graph.Symbols.FirstOrDefault(s => s.Identifier == identifier)?.Name ?? identifier);
}
