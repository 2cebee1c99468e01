using System.Text;
using MixPrec.Fuzz.Mutation;
using MixPrec.Plan;

namespace MixPrec.Fuzz.Targets;

/// <summary>Integer expressions in the text of plans; the reader of plans makes MXP0001 of what they throw.</summary>
internal sealed class ExpressionTarget : IFuzzTarget
{
    private static readonly string[] Seeds =
    [
        "n", "4 * n * floordiv(h - 1, 2) + 4 * n", "max(0, min(512, S) - 3)", "count(y_count) * 2 + 1",
            "floordiv(max(n, m) * min(n, m), 3)", "-n + 7 * m * m - 12",
        "floordiv(floordiv(floordiv(w + 1, 2) + 1, 2) + 1, 2)", "max(max(a, b), max(c, d)) * max(a, 1)", "floordiv(6 * n + 4 * m + 3, 2)",
            "(n + 1) * (n + 2) * (m + 3)",
    ];

    public string Name => "expression";

    public string Extension => ".txt";

    public int Share => 5;

    public byte[] Make(Random random) =>
        Encoding.UTF8.GetBytes(TextMutator.Mutate(random, Seeds[random.Next(Seeds.Length)], random.Next(1, 8)));

    public string Read(byte[] input)
    {
        try
        {
            var expression = IntExprParser.Parse(Encoding.UTF8.GetString(input));
            if (IntExprParser.Parse(expression.ToString()) != expression)
            {
                throw new InvalidOperationException("the printed expression is another one");
            }

            return Outcome.Accepted;
        }
        catch (Exception e) when (e is FormatException or OverflowException or DivideByZeroException)
        {
            return "MXP0001";
        }
    }

    public IEnumerable<byte[]> Smaller(byte[] input) => BytesMutator.Smaller(input);
}
