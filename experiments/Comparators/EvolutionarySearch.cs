namespace MixPrec.Experiments.Comparators;

/// <summary>
/// The search of EvoPress (arXiv 2410.14649): one parent; each offspring switches a few layers back to fp32 and as many others out of it as
/// the time allows; those that look best on few samples are looked at on more, and the best of all with the parent is the next parent.
/// </summary>
/// <param name="times">Of each layer in fp32 and in bytes.</param>
/// <param name="most">The time that all layers may take.</param>
/// <param name="error">Of a choice (which layers are in bytes) on the first samples, as many as asked.</param>
internal sealed class EvolutionarySearch(IReadOnlyList<(double Float32, double Bytes)> times, double most, Func<bool[], int, double> error)
{
    private const int Offspring = 16, MostSwitches = 3;

    /// <summary>How many go on from each step, and on how many samples they are looked at before.</summary>
    private static readonly (int Samples, int Survivors)[] s_steps = [(16, 4), (64, 1)];

    /// <summary>The samples that decide between parent and offspring.</summary>
    private const int Deciding = 256;

    /// <param name="start">Within the time; null draws one.</param>
    public bool[] Run(int generations, Random random, bool[]? start = null)
    {
        bool[] parent = start ?? Filled(new bool[times.Count], random);
        double least = error(parent, Deciding);
        for (int generation = 0; generation < generations; generation++)
        {
            IReadOnlyList<bool[]> alive = [.. Enumerable.Range(0, Offspring).Select(_ => Mutated(parent, random))];
            foreach (var (samples, survivors) in s_steps)
            {
                alive = [.. alive.OrderBy(c => error(c, samples)).Take(survivors)];
            }

            double own = error(alive[0], Deciding);
            (parent, least) = own < least ? (alive[0], own) : (parent, least);
        }

        return parent;
    }

    private bool[] Mutated(bool[] parent, Random random)
    {
        bool[] child = [.. parent];
        int switches = 1 + random.Next(MostSwitches);
        foreach (int layer in Shuffled(child.Index().Where(l => l.Item).Select(l => l.Index), random).Take(switches))
        {
            child[layer] = false;
        }

        return Filled(child, random);
    }

    /// <summary>Takes layers out of fp32, in an order drawn at random, until the time is kept.</summary>
    private bool[] Filled(bool[] choice, Random random)
    {
        foreach (int layer in Shuffled(choice.Index().Where(l => !l.Item).Select(l => l.Index), random))
        {
            if (Time(choice) <= most)
            {
                break;
            }

            choice[layer] = true;
        }

        return choice;
    }

    private double Time(bool[] choice) => choice.Zip(times, (bytes, t) => bytes ? t.Bytes : t.Float32).Sum();

    private static int[] Shuffled(IEnumerable<int> layers, Random random)
    {
        int[] order = [.. layers];
        random.Shuffle(order);
        return order;
    }
}
