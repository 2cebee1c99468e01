using System.Text;
using MixPrec.Compiler.Tests.Operators;
using Xunit;

namespace MixPrec.Models.Tests;

/// <summary>Holds docs/element-types.md, the definitions of the standard, the compiler and ONNX Runtime together.</summary>
public sealed class ElementTypePageTests
{
    [Fact]
    public void EveryPairRunsAsOnnxRuntimeDoesOrIsRefusedByCode()
    {
        var pairs = ElementTypePairs.All();
        string[] faults = [.. pairs.Select(p => p.Fault).OfType<string>()];
        Assert.True(faults.Length == 0, string.Join("\n", faults));
        string page = File.ReadAllText(Path.Combine(RepositoryFolder.Root, "docs", "element-types.md")), derived = Page(pairs);
        Assert.True(page == derived, $"docs/element-types.md has to read:\n{derived}");
    }

    /// <summary>An operator whose sample has an operand of a free type has a row of types.</summary>
    [Fact]
    public void EveryOperatorWithAFreeTypeHasARow() => Assert.Equal(
        OperatorSamples.Typical.Where(s => s.Value.Varies || s.Value.Bodies.Count > 0 || s.Key == "OptionalHasElement").Select(s => s.Key),
            SchemaTypes.Operators.Order(StringComparer.Ordinal));

    private static string Page(IReadOnlyList<PairResult> pairs)
    {
        var text = new StringBuilder($"""
            # Element types

            Every pair of an operator and an element type that the ONNX standard allows for its data operand ({pairs.Count} pairs). A test derives this page: it imports, lowers and runs the typical
            node of [operators.md](operators.md) in each type and compares it with ONNX Runtime 1.31.1.

            - ✓ equal to ONNX Runtime in that type ({pairs.Count(p => p.Cell == "✓")} pairs); ≈ equal to ONNX Runtime on the same numbers in a wider type, rounded once ({pairs.Count(p => p.Cell == "≈")}
              pairs): it has no kernel for the type, or one that rounds on the way; a code is a refusal ({pairs.Count(p => p.Cell.StartsWith("MXP", StringComparison.Ordinal))} pairs). An empty cell is no type
              of the operator.
            - F16 and BF16 are computed in single precision and rounded to the type that the file stores where they leave it: at the network's outputs, and where elements are moved. From one
              computation to the next they stay in single precision, as in ONNX Runtime. Weights become fp32 exactly, so layers of such models have the same candidates.
            - F64: products (`MatMul`, `Gemm`, `Einsum`), sums and reductions, arithmetic and the functions that the table of `MapDoubles` has run in double precision, all others in single precision.
              Layers in double precision have no other candidates.
            - Integers are never computed in a float that does not hold them: what would need one is refused.

            | operator | {string.Join(" | ", SchemaTypes.All)} |
            |---|{string.Concat(SchemaTypes.All.Select(_ => "---|"))}
            """);
        foreach (var row in pairs.GroupBy(p => p.Operator))
        {
            var cells = row.ToDictionary(p => p.Type, p =>
                p.Cell.StartsWith("MXP", StringComparison.Ordinal) ? $"[{p.Cell}](diagnostics/{p.Cell}.md)" : p.Cell);
            text.Append('\n').AppendJoin(" | ", [$"| `{row.Key}`", .. SchemaTypes.All.Select(t => cells.GetValueOrDefault(t, ""))])
                .Append(" |");
        }

        return text.Append('\n').ToString();
    }
}
