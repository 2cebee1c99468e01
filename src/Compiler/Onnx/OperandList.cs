using System.Globalization;
using MixPrec.Compiler.Graphs;
using MixPrec.Diagnostics;

namespace MixPrec.Compiler.Onnx;

/// <summary>
/// The inputs of an operator as its definition has them, in one line: <c>"x:2+ k?# scale?:1 more..."</c>. <c>?</c> may be absent, <c>#</c>
/// has one element, <c>:2</c> has two dimensions and <c>:2+</c> at least two; the last one may stand for any number, of which <c>...</c>
/// needs one and <c>?...</c> none.
/// </summary>
internal sealed class OperandList
{
    private readonly Operand[] _operands;

    public OperandList(string line) => _operands = [.. line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Operand.Parse)];

    /// <summary>Checks number, ranks and single elements, so that no importer has to.</summary>
    /// <exception cref="MixPrecException">MXP3004: an input is missing, one too many, or of another form.</exception>
    public void Require(OnnxNode node)
    {
        bool variadic = _operands is [.., { Repeats: true }];
        if (!variadic && node.PresentInputs > _operands.Length)
        {
            throw node.Invalid(string.Create(CultureInfo.InvariantCulture,
                $"it has {Counted.Format(node.PresentInputs, "input")}, and the operator at most {_operands.Length}"));
        }

        for (int i = 0; i < Math.Max(_operands.Length, variadic ? node.InputCount : 0); i++)
        {
            Require(node, i, _operands[Math.Min(i, _operands.Length - 1)]);
        }
    }

    /// <summary>Whether input <paramref name="index"/> is a list: exporters that squeeze write one element as a scalar.</summary>
    public bool IsList(int index) => index < _operands.Length && _operands[index] is { LowestRank: 1, HighestRank: 1 };

    private static void Require(OnnxNode node, int index, Operand operand)
    {
        if (node.InputOrNull(index) is not { } value)
        {
            if (!operand.Optional)
            {
                throw node.Invalid(string.Create(CultureInfo.InvariantCulture, $"input {index} ({operand.Name}) is missing"));
            }
        }
        else if (operand.Single && value.Type.Length is { IsConstant: true, Value: not 1 })
        {
            throw node.Invalid(string.Create(CultureInfo.InvariantCulture,
                $"input {index} ({operand.Name}) is {value.Type} and should have one element"));
        }
        else if (value.Rank < operand.LowestRank || value.Rank > operand.HighestRank)
        {
            string rank = operand.HighestRank == operand.LowestRank ? "" : "or more ";
            throw node.Invalid(string.Create(CultureInfo.InvariantCulture,
                $"input {index} ({operand.Name}) is {value.Type} and should have {operand.LowestRank} {rank}dimensions"));
        }
    }

    /// <param name="Repeats">Stands for any number.</param>
    private sealed record Operand(string Name, bool Optional, bool Repeats, bool Single, int LowestRank, int HighestRank)
    {
        public static Operand Parse(string word)
        {
            bool repeats = word.EndsWith("...", StringComparison.Ordinal);
            string[] sides = (repeats ? word[..^3] : word).Split(':');
            bool single = sides[0].EndsWith('#'), optional = sides[0].TrimEnd('#').EndsWith('?'), open = sides.Length > 1
                && sides[1].EndsWith('+');
            int? rank = sides.Length > 1 ? int.Parse(sides[1].TrimEnd('+'), CultureInfo.InvariantCulture) : null;
            return new(sides[0].TrimEnd('#', '?'), optional, repeats, single, rank ?? 0, open ? int.MaxValue : rank ?? int.MaxValue);
        }
    }
}
