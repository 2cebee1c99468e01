namespace MixPrec.Compiler.Selection;

/// <summary>
/// The configurations that the answer of a problem may hold: what is left out is in no answer, whatever ties are broken by. A thousand
/// sub-graphs of 32 configurations keep about one each, and the solver has little to do.
/// </summary>
/// <remarks>
/// 1. Dominance: another configuration of the group gains no less, loads no row more, and comes first where all of that is equal. <br/>
/// 2. Bounds, where the loss error is the only row: for any price λ ≥ 0 of a unit of load, Σ over groups of max (gain − λ·load) + λ·limit
/// is at least the gain of every choice that keeps the limit (Lagrange). With a configuration that falls short of its group's maximum by r
/// it is lower by r; where that is less than some choice is known to gain, the configuration is in no answer.
/// </remarks>
internal sealed class ChoiceReduction
{
    private const int Bisections = 60, MostSteps = 1 << 16, Rounds = 3;

    private readonly Choice[][] _groups;
    private readonly long[] _limits;
    private readonly bool[][] _kept;

    private ChoiceReduction(SelectionProblem problem, double gainScale)
    {
        var rows = Limits.Rows(problem).ToArray();
        _limits = [.. rows.Select(r => r.Limit)];
        _groups = [.. problem.Groups.Select((group, g) => group.Configurations.Select((c, i) => new Choice(
            IntegerScale.Gain(c.Gain, gainScale), [.. rows.Select(r => r.Load(c))], IntegerScale.Load(c.LossError, problem.LossErrorLimit),
            c.QuantizedLayers, ChoiceModel.TieWeight(g, i))).ToArray())];
        _kept = [.. _groups.Select(g => g.Select(c => !g.Any(other => other.Dominates(c))).ToArray())];
    }

    /// <param name="gainScale">What gains are multiplied with before they are rounded.</param>
    /// <returns>For each group and configuration whether an answer may hold it.</returns>
    public static bool[][] Find(SelectionProblem problem, double gainScale)
    {
        var reduction = new ChoiceReduction(problem, gainScale);
        if (reduction._limits.Length == 1)
        {
            reduction.Bound();
        }

        return reduction._kept;
    }

    private void Bound()
    {
        // The least price at which the best choice keeps the limit. At a very high one everything is as accurate as it can be.
        double low = 0, high = 1;
        while (LoadOf(Best(high)) > _limits[0])
        {
            if (high > 1e18)
            {
                return;
            }

            (low, high) = (high, high * 4);
        }

        if (LoadOf(Best(0)) <= _limits[0])
        {
            high = 0;
        }

        for (int step = 0; step < Bisections && high > 0; step++)
        {
            double middle = (low + high) / 2;
            (low, high) = LoadOf(Best(middle)) > _limits[0] ? (middle, high) : (low, middle);
        }

        double[] best = [.. _groups.Select((g, j) => Offered(j).Max(i => Value(g[i], high)))];
        long known = GainOf(Filled(Best(high), high, best));
        double bound = best.Sum() + (high * _limits[0]);

        // Sums of numbers below 2⁴⁰ in double precision err by far less than this.
        double margin = 1 + (1e-12 * Math.Abs(bound));
        foreach (var (j, group) in _groups.Index())
        {
            foreach (int i in Offered(j).ToArray())
            {
                _kept[j][i] = bound - (best[j] - Value(group[i], high)) >= known - margin;
            }
        }
    }

    /// <summary>
    /// A choice that keeps the limit, with what is left of it spent on what falls short of its group's maximum least, several times over:
    /// a step that was taken makes room for others, or for smaller ones.
    /// </summary>
    private int[] Filled(int[] choice, double price, double[] best)
    {
        var steps = _groups.SelectMany((group, j) => Offered(j).Select(i => (Group: j, Index: i, Short: best[j] - Value(group[i], price))))
            .OrderBy(s => s.Short).Take(MostSteps).ToArray();
        long left = _limits[0] - LoadOf(choice);
        for (int round = 0; round < Rounds; round++)
        {
            foreach (var (j, i, _) in steps)
            {
                var (now, next) = (_groups[j][choice[j]], _groups[j][i]);
                if (next.Loads[0] - now.Loads[0] <= left && next.Gain > now.Gain)
                {
                    left -= next.Loads[0] - now.Loads[0];
                    choice[j] = i;
                }
            }
        }

        return choice;
    }

    private static double Value(Choice choice, double price) => choice.Gain - (price * choice.Loads[0]);

    /// <summary>Of equal values the one with the least load.</summary>
    private int[] Best(double price) => [.. _groups.Select((g, j) => Offered(j).MaxBy(i => (Value(g[i], price), -g[i].Loads[0])))];

    private IEnumerable<int> Offered(int group) => Enumerable.Range(0, _kept[group].Length).Where(i => _kept[group][i]);

    private long LoadOf(int[] choice) => choice.Index().Sum(c => _groups[c.Index][c.Item].Loads[0]);

    private long GainOf(int[] choice) => choice.Index().Sum(c => _groups[c.Index][c.Item].Gain);

    /// <param name="Loads">Of each row.</param>
    /// <param name="Loss">What decides between equal gains.</param>
    private sealed record Choice(long Gain, long[] Loads, long Loss, int Layers, long Tie)
    {
        public bool Dominates(Choice other) => Gain >= other.Gain && Loss <= other.Loss
            && Loads.Zip(other.Loads).All(l => l.First <= l.Second)
            && (-Gain, Loss, Layers, Tie).CompareTo((-other.Gain, other.Loss, other.Layers, other.Tie)) < 0;
    }
}
