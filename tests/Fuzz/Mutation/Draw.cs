namespace MixPrec.Fuzz.Mutation;

/// <summary>Draws from lists.</summary>
internal static class Draw
{
    /// <summary>One of a list; null of an empty one.</summary>
    public static T? From<T>(Random random, IReadOnlyList<T> list) where T : class =>
        list.Count == 0 ? null : list[random.Next(list.Count)];

    /// <summary>Applies <paramref name="edit"/> to a position of a list that is not empty.</summary>
    public static void At<T>(Random random, IList<T> list, Action<int> edit)
    {
        if (list.Count > 0)
        {
            edit(random.Next(list.Count));
        }
    }

    /// <summary>Removes, repeats, moves or adds an entry.</summary>
    public static void Reorder<T>(Random random, IList<T> list, Func<T> make)
    {
        switch (random.Next(4))
        {
            case 0:
                At(random, list, list.RemoveAt);
                break;
            case 1:
                At(random, list, i => list.Insert(random.Next(list.Count + 1), list[i]));
                break;
            case 2:
                At(random, list, i =>
                {
                    int j = random.Next(list.Count);
                    (list[i], list[j]) = (list[j], list[i]);
                });
                break;
            default:
                list.Insert(random.Next(list.Count + 1), make());
                break;
        }
    }
}
