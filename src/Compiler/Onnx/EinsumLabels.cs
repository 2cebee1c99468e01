using MixPrec.Compiler.Graphs;

namespace MixPrec.Compiler.Onnx;

/// <summary>
/// The equation of an Einsum with one label for every dimension; those that an ellipsis stands for get digits, counted from the last one.
/// </summary>
internal static class EinsumLabels
{
    private const string Ellipsis = "...", Digits = "0123456789";

    /// <exception cref="MixPrecException">MXP3004: the equation is malformed or does not fit the operands.</exception>
    public static (IReadOnlyList<string> Inputs, string Output) Parse(OnnxNode node, IReadOnlyList<Value> operands)
    {
        string equation = (node.Attributes.String("equation") ?? throw node.Invalid("the equation is missing"))
            .Replace(" ", "", StringComparison.Ordinal);
        string[] sides = equation.Split("->"), terms = sides[0].Split(',');
        if (sides.Length > 2 || terms.Length != operands.Count)
        {
            throw Malformed();
        }

        string[] inputs = [.. terms.Select((term, i) =>
            Expanded(term, operands[i].Rank - (term.Length - Ellipsis.Length), operands[i].Rank))];
        string spread = string.Concat(inputs.SelectMany(labels => labels).Where(char.IsAsciiDigit).Distinct().OrderDescending());
        string output = sides.Length == 2 ? Expanded(sides[1], spread.Length, null) : spread + Once(inputs);
        return output.All(label => inputs.Any(labels => labels.Contains(label)))
            && output.Distinct().Count() == output.Length ? (inputs, output) : throw Malformed();

        string Expanded(string term, int hidden, int? rank)
        {
            int at = term.IndexOf(Ellipsis, StringComparison.Ordinal);
            string labels = at < 0 ? term : hidden is < 0 or > 10 ? throw Malformed()
                : term[..at] + string.Concat(Digits[..hidden].Reverse()) + term[(at + Ellipsis.Length)..];
            return labels.Where((l, i) => at < 0 || i < at || i >= at + hidden).All(char.IsAsciiLetter)
                && (rank is null || labels.Length == rank) ? labels : throw Malformed();
        }

        MixPrecException Malformed() => node.Invalid($"the equation '{PrintableName.Format(equation)}' does not fit operands "
            + string.Join(", ", operands.Select(o => o.Type)));
    }

    /// <summary>Without an output the letters that stand alone, in their order.</summary>
    private static string Once(IReadOnlyList<string> inputs) =>
        string.Concat(inputs.SelectMany(labels => labels).Where(char.IsAsciiLetter).GroupBy(l => l).Where(g => g.Count() == 1)
            .Select(g => g.Key).Order());
}
