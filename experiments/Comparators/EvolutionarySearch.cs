namespace MixPrec.Experiments.Comparators;

/// <summary>
/// The search of EvoPress (arXiv 2410.14649): one parent; each offspring switches a few layers back to fp32 and as many others out of it as
/// the time allows; those that look best on few samples are looked at on more, and the best of all with the parent is the next parent.
/// </summary>
/// <param name="times">Of each layer in fp32 and in bytes.</param>
/// <param name="most">The time that all layers may take.</param>
/// <param name="error">Of a choice (which layers are in bytes) on the first samples, as many as asked.</param>
/// <param name="bounds">How long it goes on.</param>
internal sealed class EvolutionarySearch(IReadOnlyList<(double Float32, double Bytes)> times, double most, Func<bool[], int, double> error,
    SearchBounds bounds)
{
    private const int Offspring = 16, MostSwitches = 3;

    /// <summary>How many go on from each step, and on which share of the samples they are looked at before.</summary>
    private static readonly (int Share, int Survivors)[] s_steps = [(16, 4), (4, 1)];

    /// <param name="start">Within the time; null draws one.</param>
    /// <param name="told">After each generation: its number and the least error so far.</param>
    public bool[] Run(Random random, bool[]? start = null, Action<int, double>? told = null)
    {
        bool[] parent = start ?? Filled(new bool[times.Count], random);
        double least = error(parent, bounds.Samples);
        for (int generation = 0; generation < bounds.Generations; generation++)
        {
            IReadOnlyList<bool[]> alive = [.. Enumerable.Range(0, Offspring).Select(_ => Mutated(parent, random))];
            foreach (var (share, survivors) in s_steps)
            {
                alive = [.. alive.OrderBy(c => error(c, bounds.Samples / share)).Take(survivors)];
            }

            double own = error(alive[0], bounds.Samples);
            (parent, least) = own < least ? (alive[0], own) : (parent, least);
            told?.Invoke(generation, least);
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

/// <summary>What a search may take.</summary>
/// <param name="Samples">Those that decide between parent and offspring; a sixteenth and a fourth of them choose among offspring.</param>
internal sealed record SearchBounds(int Generations, int Samples);
